//! Environments, throttles and concurrency of the whole session as the lanes' plain values.

use crate::session::Reading;
use crate::shapes::lanes::{Lane, LaneEnd, LaneModel, Segment};
use crate::shapes::phase::Phase;
use runtime_core::projections::{EnvironmentLane, Environments, Phase as CorePhase};
use runtime_core::timeline::ShutdownReason;
use std::sync::Arc;

pub(super) fn lane_model(reading: &Reading<'_>, environments: &Environments) -> Arc<LaneModel> {
    let several = reading.functions().iter().count() > 1;
    let lanes = environments.lanes().map(|lane| {
        let function = reading.functions().get(lane.function);
        let name = function
            .map(|it| it.configuration.name.as_str())
            .filter(|_| several);
        plain(lane, name)
    });
    let in_use = reading.all_counts().points().iter();
    Arc::new(LaneModel {
        lanes: lanes.collect(),
        throttles: environments
            .rejected()
            .iter()
            .map(|(at, request)| (at.as_nanos(), request.0))
            .collect(),
        in_use: in_use
            .map(|(at, counts)| (at.as_nanos(), counts.in_use))
            .collect(),
    })
}

fn plain(lane: &EnvironmentLane, function: Option<&str>) -> Lane {
    let segments = lane.segments.iter().map(|segment| Segment {
        from_ns: segment.from.as_nanos(),
        to_ns: segment.to.map(|to| to.as_nanos()),
        phase: match segment.phase {
            CorePhase::Starting => Phase::Starting,
            CorePhase::Init => Phase::Init,
            CorePhase::Restore => Phase::Restore,
            CorePhase::InitFailed | CorePhase::RestoreFailed | CorePhase::Killed => Phase::Killed,
            CorePhase::Invoke => Phase::Invoke,
            CorePhase::InvokeError => Phase::InvokeError,
            CorePhase::Frozen => Phase::Frozen,
        },
        id: segment.request.map(|request| request.0),
    });
    Lane {
        label: match (lane.captures, function) {
            (true, _) => format!("{} snapshot", lane.environment),
            (false, Some(function)) if lane.origin.version.is_latest() => {
                format!("{} {function}", lane.environment)
            }
            (false, Some(function)) => {
                let provisioned = if lane.origin.provisioned {
                    " provisioned"
                } else {
                    ""
                };
                let version = lane.origin.version;
                format!("{} {function}:{version}{provisioned}", lane.environment)
            }
            (false, None) => lane.environment.to_string(),
        },
        segments: segments.collect(),
        end: lane.ended.map(|(at, reason)| {
            let end = match reason {
                ShutdownReason::CouldNotStart
                | ShutdownReason::RestoreFailed
                | ShutdownReason::TabClosed => LaneEnd::Killed,
                ShutdownReason::IdleExpiry
                | ShutdownReason::Recycled
                | ShutdownReason::Updated
                | ShutdownReason::Deleted
                | ShutdownReason::Captured
                | ShutdownReason::Deprovisioned
                | ShutdownReason::Reclaimed => LaneEnd::Reclaimed,
            };
            (at.as_nanos(), end)
        }),
    }
}
