//! `[function.provisioned]`: provisioned concurrency, and how it is scaled.

use super::value::{Period, Seconds, Utilization};
use crate::simulator::{ProvisionedScaling, Provisioning, ScheduledBounds};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProvisionedModel {
    concurrency: u32,
    minimum: Option<u32>,
    maximum: Option<u32>,
    utilization: Option<Utilization>,
    #[serde(default)]
    schedule: Vec<ActionModel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionModel {
    at: Seconds,
    every: Option<Period>,
    minimum: Option<u32>,
    maximum: Option<u32>,
}

impl ProvisionedModel {
    /// It is scaled if there is a word of it. Bounds that are left out are what there is at the start.
    pub(super) fn provisioning(self) -> Provisioning {
        let scaled = self.minimum.is_some()
            || self.maximum.is_some()
            || self.utilization.is_some()
            || !self.schedule.is_empty();
        let minimum = self.minimum.unwrap_or(self.concurrency);
        let schedule = self.schedule.into_iter().map(|it| ScheduledBounds {
            at: it.at.0,
            every: it.every.map(|it| it.0),
            minimum: it.minimum,
            maximum: it.maximum,
        });
        Provisioning {
            environments: self.concurrency,
            scaling: scaled.then(|| ProvisionedScaling {
                minimum,
                maximum: self.maximum.unwrap_or(self.concurrency.max(minimum)),
                utilization: self.utilization.map(|it| it.0),
                schedule: schedule.collect(),
            }),
        }
    }
}
