//! What is done and what goes wrong: `[[incident]]` of a file that describes a service.

use super::value::{Seconds, Share};
use crate::simulator::fargate::{Flaw, Incident, IncidentKind};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IncidentModel {
    at: Seconds,
    what: WhatModel,
}

/// One of these.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum WhatModel {
    Deployment {
        flaw: Option<FlawModel>,
        desired: Option<u32>,
    },
    DesiredCount(u32),
    ZoneFailure {
        zone: u8,
        lasts: Seconds,
    },
    SpotReclaim {
        share: Share,
        lasts: Seconds,
    },
    Crash {
        share: Share,
    },
    SlowDependency {
        factor: f64,
        lasts: Seconds,
    },
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FlawModel {
    NoImage,
    NoStart,
    NoAnswer,
    Exits,
    Errors,
}

impl IncidentModel {
    /// What happens, and when.
    pub(super) fn incident(self) -> Incident {
        let what = match self.what {
            WhatModel::Deployment { flaw, desired } => IncidentKind::Deployment {
                flaw: flaw.map(|it| match it {
                    FlawModel::NoImage => Flaw::NoImage,
                    FlawModel::NoStart => Flaw::NoStart,
                    FlawModel::NoAnswer => Flaw::NoAnswer,
                    FlawModel::Exits => Flaw::Exits,
                    FlawModel::Errors => Flaw::Errors,
                }),
                desired,
            },
            WhatModel::DesiredCount(desired) => IncidentKind::DesiredCount(desired),
            WhatModel::ZoneFailure { zone, lasts } => IncidentKind::ZoneFailure {
                zone,
                lasts: lasts.0,
            },
            WhatModel::SpotReclaim { share, lasts } => IncidentKind::SpotReclaim {
                share: share.0,
                lasts: lasts.0,
            },
            WhatModel::Crash { share } => IncidentKind::Crash { share: share.0 },
            WhatModel::SlowDependency { factor, lasts } => IncidentKind::SlowDependency {
                factor,
                lasts: lasts.0,
            },
        };
        Incident {
            at: self.at.0,
            what,
        }
    }
}
