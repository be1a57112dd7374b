//! All of a region's figures.

use crate::billing::{FargatePrices, OtherPrices, PriceBook, PriceBookError};

/// Everything that a price file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstimatePrices {
    /// Lambda's.
    pub lambda: PriceBook,
    /// Fargate's, where the file has them.
    pub fargate: Option<FargatePrices>,
    /// What else it has.
    pub other: OtherPrices,
}

impl EstimatePrices {
    /// All of a price file.
    ///
    /// # Errors
    /// What is wrong with the file. That it has no figures of Fargate is not: those of some regions are not known.
    pub fn parse(text: &str) -> Result<Self, PriceBookError> {
        let fargate = match FargatePrices::parse(text) {
            Ok(prices) => Some(prices),
            Err(PriceBookError::Missing { field }) if field == "fargate" => None,
            Err(error) => return Err(error),
        };
        Ok(EstimatePrices {
            lambda: PriceBook::parse(text)?,
            fargate,
            other: OtherPrices::parse(text)?,
        })
    }
}
