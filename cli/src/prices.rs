//! What things cost: the prices that come with the program, or a file of others.

use crate::failure::Failure;
use runtime_core::billing::{FargatePrices, PriceBook, PriceBookError};
use runtime_core::estimate::EstimatePrices;
use std::fs;
use std::path::Path;

/// The prices that come with the program.
const PRICES: &str = "lambda-us-east-1-2026-11-23.json";
const PRICES_JSON: &str = include_str!("../../public/prices/lambda-us-east-1-2026-11-23.json");

macro_rules! regions {
    ($($region:literal)*) => {
        /// The prices that come with the program, by region.
        const REGIONS: &[(&str, &str)] = &[$((
            $region,
            include_str!(concat!("../../public/prices/lambda-", $region, "-2026-11-23.json")),
        )),*];
    };
}

regions! {
    "af-south-1"
    "ap-east-1"
    "ap-northeast-1"
    "ap-northeast-2"
    "ap-south-1"
    "ap-southeast-1"
    "ap-southeast-2"
    "ap-southeast-5"
    "ca-central-1"
    "eu-central-1"
    "eu-central-2"
    "eu-north-1"
    "eu-south-1"
    "eu-west-1"
    "eu-west-2"
    "me-south-1"
    "sa-east-1"
    "us-east-1"
    "us-east-2"
    "us-west-1"
    "us-west-2"
}

/// Which prices.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Prices<'a> {
    /// Those of us-east-1.
    Default,
    /// Those of a region.
    Region(&'a str),
    /// Those of a file.
    File(&'a Path),
}

/// All prices that an estimate needs.
pub(crate) fn estimate_prices(which: Prices<'_>) -> Result<EstimatePrices, Failure> {
    let region = match which {
        Prices::Default => return parsed(None, EstimatePrices::parse),
        Prices::File(path) => return parsed(Some(path), EstimatePrices::parse),
        Prices::Region(region) => region,
    };
    let Some((_, json)) = REGIONS.iter().find(|(it, _)| *it == region) else {
        return Err(Failure::NoSuchRegion {
            region: region.to_owned(),
            known: REGIONS.iter().map(|(it, _)| *it).collect(),
        });
    };
    EstimatePrices::parse(json).map_err(|error| Failure::Prices {
        path: Path::new(region).to_owned(),
        error,
    })
}

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
        assert!(estimate_prices(Prices::Default).is_ok());
        for (region, _) in REGIONS {
            let prices = estimate_prices(Prices::Region(region));
            assert!(prices.is_ok_and(|it| it.lambda.region == *region));
        }
    }
}
