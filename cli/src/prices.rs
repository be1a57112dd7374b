//! What things cost: the prices that come with the program, or a file of others.

use crate::failure::Failure;
use runtime_core::billing::{FargatePrices, PriceBook, PriceBookError};
use std::fs;
use std::path::Path;

/// The prices that come with the program.
const PRICES: &str = "lambda-us-east-1-2026-11-23.json";
const PRICES_JSON: &str = include_str!("../../public/prices/lambda-us-east-1-2026-11-23.json");

/// The price book of functions.
pub(crate) fn prices(path: Option<&Path>) -> Result<PriceBook, Failure> {
    parsed(path, PriceBook::parse)
}

/// The prices of tasks on Fargate.
pub(crate) fn fargate_prices(path: Option<&Path>) -> Result<FargatePrices, Failure> {
    parsed(path, FargatePrices::parse)
}

fn parsed<T>(
    path: Option<&Path>,
    parse: impl Fn(&str) -> Result<T, PriceBookError>,
) -> Result<T, Failure> {
    let (path, json) = match path {
        None => (Path::new(PRICES), PRICES_JSON.to_owned()),
        Some(path) => {
            let json = fs::read_to_string(path).map_err(|error| Failure::Read {
                what: "price file",
                path: path.to_owned(),
                error,
            })?;
            (path, json)
        }
    };
    parse(&json).map_err(|error| Failure::Prices {
        path: path.to_owned(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prices_that_come_with_the_program_are_in_order() {
        assert!(prices(None).is_ok());
        assert!(fargate_prices(None).is_ok());
    }
}
