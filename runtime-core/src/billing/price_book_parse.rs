//! A dated price file -> [`PriceBook`]. The format is described in `public/prices/README.md`.

use super::price_book::{PriceBook, ProvisionedPrices, Tier};
use super::price_field::{Field, Parsed, Sources, json, sources};
use super::{GbSeconds, PriceBookError, TierProblem};
use crate::units::MemoryMb;

const PER_REQUEST: &str = "USD per request";
const PER_GB_SECOND: &str = "USD per GB-second";
const PER_GB: &str = "USD per GB";
const GB_SECONDS_A_MONTH: &str = "GB-seconds per month";

impl PriceBook {
    /// Reads a price file. Fields that the format does not know are left alone.
    ///
    /// # Errors
    /// The first thing that is wrong, with the field's name and a hint.
    pub fn parse(text: &str) -> Result<PriceBook, PriceBookError> {
        let value = json(text)?;
        let file = Field::file(&value)?;
        let sources = sources(&file)?;
        let sources = &sources;
        let duration = file.get("duration")?;
        let storage = file.get("ephemeralStorage")?;
        let included = storage.get("included")?;
        let snap_start = file.get("snapStart")?;
        let provisioned = file.get("provisionedConcurrency")?;
        let free_tier = file.get("freeTier")?;
        let free_requests = free_tier.get("requests")?;
        let free_compute = free_tier.get("duration")?;
        Ok(PriceBook {
            region: file.get("region")?.text()?.to_owned(),
            region_name: file.get("regionName")?.text()?.to_owned(),
            date: file.get("date")?.date()?,
            request: file.get("requests")?.price(PER_REQUEST, sources)?,
            ephemeral_storage: storage.price(PER_GB_SECOND, sources)?,
            included_storage: included.figure(sources, |field| {
                let megabytes = field.quantity("MB")?;
                u32::try_from(megabytes)
                    .map(MemoryMb::new)
                    .map_err(|_| field.wrong("a whole number of MB below 4,294,967,296"))
            })?,
            snapshot_cache: snap_start.get("cache")?.price(PER_GB_SECOND, sources)?,
            snapshot_restore: snap_start.get("restore")?.price(PER_GB, sources)?,
            provisioned_x86_64: provisioned_prices(&provisioned.get("x86_64")?, sources)?,
            provisioned_arm64: provisioned_prices(&provisioned.get("arm64")?, sources)?,
            free_requests: free_requests
                .figure(sources, |field| field.quantity("requests per month"))?,
            free_compute: free_compute.figure(sources, |field| {
                field.quantity(GB_SECONDS_A_MONTH).map(GbSeconds::whole)
            })?,
            x86_64: tiers(&duration.get("x86_64")?, sources)?,
            arm64: tiers(&duration.get("arm64")?, sources)?,
        })
    }
}

fn provisioned_prices(field: &Field<'_>, sources: &Sources) -> Parsed<ProvisionedPrices> {
    Ok(ProvisionedPrices {
        capacity: field.get("capacity")?.price(PER_GB_SECOND, sources)?,
        duration: field.get("duration")?.price(PER_GB_SECOND, sources)?,
    })
}

fn tiers(list: &Field<'_>, sources: &Sources) -> Parsed<Vec<Tier>> {
    let items = list
        .value
        .as_array()
        .ok_or_else(|| list.wrong("a list of tiers"))?;
    let problem = |field: &Field<'_>, problem| PriceBookError::Tiers {
        field: field.path.clone(),
        problem,
    };
    let mut tiers: Vec<Tier> = Vec::with_capacity(items.len());
    for (index, value) in items.iter().enumerate() {
        let field = Field {
            path: format!("{}[{index}]", list.path),
            value,
        };
        field.unit("bounds", GB_SECONDS_A_MONTH)?;
        let from = GbSeconds::whole(field.get("from")?.whole()?);
        let to = match field.get("to")? {
            end if end.value.is_null() => None,
            end => Some(GbSeconds::whole(end.whole()?)),
        };
        let above = match tiers.last() {
            None if from != GbSeconds::ZERO => Some(TierProblem::FirstNotAtZero),
            None => None,
            Some(above) => match above.to {
                None => Some(TierProblem::EndlessBeforeLast),
                Some(end) if from < end => Some(TierProblem::Overlap),
                Some(end) if from > end => Some(TierProblem::Gap),
                Some(_) => None,
            },
        };
        let own = to
            .is_some_and(|to| to <= from)
            .then_some(TierProblem::NoWidth);
        if let Some(found) = above.or(own) {
            return Err(problem(&field, found));
        }
        let price = field.price(PER_GB_SECOND, sources)?;
        tiers.push(Tier { from, to, price });
    }
    match tiers.last() {
        None => Err(problem(list, TierProblem::Empty)),
        Some(last) if last.to.is_some() => Err(PriceBookError::Tiers {
            field: format!("{}[{}]", list.path, tiers.len() - 1),
            problem: TierProblem::LastHasEnd,
        }),
        Some(_) => Ok(tiers),
    }
}
