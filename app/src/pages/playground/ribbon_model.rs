//! A request's way as the ribbon's stations.

use super::words::{failure_words, grouped};
use crate::session::Reading;
use crate::shapes::phase::Phase;
use crate::shapes::ribbon::{Branch, Pill, RibbonModel, Station, StationState};
use runtime_core::projections::{InvocationRecord, Stage};
use runtime_core::timeline::{ClockSetting, InitOutcome, Outcome, Rejection, Start, Trigger};
use runtime_core::units::{Moment, Span};

pub(super) fn ribbon_model(reading: &Reading<'_>) -> RibbonModel {
    let record = reading.shown_request();
    let stations = vec![
        trigger(record, reading),
        event(record),
        gate(record, reading),
        environment(record, reading.shown()),
        handler(record, reading.shown()),
        response(record, reading),
    ];
    RibbonModel {
        request: record.map(|record| record.request.0),
        stations,
    }
}

fn passed(record: Option<&InvocationRecord>) -> StationState {
    if record.is_some() {
        StationState::Done
    } else {
        StationState::Idle
    }
}

fn trigger(record: Option<&InvocationRecord>, reading: &Reading<'_>) -> Station {
    let (title, detail) = match record.map(|record| record.trigger) {
        None | Some(Trigger::Invoke) => ("Invoke API".to_owned(), "RequestResponse".to_owned()),
        Some(Trigger::Async { attempt, .. }) => (
            "Internal queue".to_owned(),
            format!("Event · attempt {attempt}"),
        ),
        Some(Trigger::Mapping { mapping, .. }) => {
            let platform = reading.platform();
            let mapping = platform.mapping(mapping);
            let stream = mapping.and_then(|it| platform.stream_configuration(it.records()?.stream));
            let queue = mapping.and_then(|it| platform.queue_configuration(it.queue()?));
            match (stream, queue) {
                (Some(stream), _) => (stream.name.clone(), "Stream · batch".to_owned()),
                (None, Some(queue)) => (queue.name.clone(), "SQS · batch".to_owned()),
                (None, None) => ("A source".to_owned(), "batch".to_owned()),
            }
        }
    };
    Station {
        title,
        detail,
        state: passed(record),
        ..Station::default()
    }
}

fn event(record: Option<&InvocationRecord>) -> Station {
    let rejected = record.and_then(rejection);
    let bad = matches!(
        rejected,
        Some(
            Rejection::InvalidJson { .. }
                | Rejection::RequestTooLarge(_)
                | Rejection::AsyncRequestTooLarge(_)
        )
    );
    Station {
        title: "Event".into(),
        detail: record.map_or_else(
            || "JSON, up to 6 MB".into(),
            |it| it.event_bytes.to_string(),
        ),
        state: if bad {
            StationState::Failed
        } else {
            passed(record)
        },
        branch: bad.then(|| Branch {
            title: "refused".into(),
            detail: rejected.map_or_else(String::new, |it| format!("{}", it.status())),
            taken: true,
            failure: true,
        }),
        ..Station::default()
    }
}

fn gate(record: Option<&InvocationRecord>, reading: &Reading<'_>) -> Station {
    let rejected = record.and_then(rejection);
    let throttled = matches!(rejected, Some(Rejection::Throttled(_)));
    let elsewhere = rejected.is_some() && !throttled;
    let platform = reading.platform();
    let in_use = reading.concurrency().now().in_use;
    let throttles = reading.concurrency().now().throttles;
    let reserved = record
        .and_then(|it| it.configuration.as_ref())
        .and_then(|configuration| configuration.reserved_concurrency);
    let limit = reserved.unwrap_or(platform.unreserved().1);
    Station {
        title: "Concurrency".into(),
        detail: match reserved {
            Some(_) => format!("{} reserved", grouped(u64::from(limit))),
            None => format!("{in_use} of {}", grouped(u64::from(limit))),
        },
        state: match record {
            Some(_) if throttled => StationState::Throttled,
            Some(_) if elsewhere => StationState::Idle,
            record => passed(record),
        },
        branch: Some(Branch {
            title: "throttled".into(),
            detail: if throttled {
                "429".into()
            } else {
                format!("{throttles} so far")
            },
            taken: throttled,
            failure: false,
        }),
        ..Station::default()
    }
}

fn environment(record: Option<&InvocationRecord>, now: Moment) -> Station {
    let name = record.and_then(|it| it.environment);
    let mut pills = vec![
        pill("INIT", Phase::Init, None, false),
        pill("INVOKE", Phase::Invoke, None, false),
        pill("frozen", Phase::Frozen, None, false),
    ];
    let Some(record) = record.filter(|it| it.environment.is_some()) else {
        return Station {
            title: "Environment".into(),
            detail: "new, or one that is frozen".into(),
            pills,
            ..Station::default()
        };
    };
    if let Some(since) = record.restore_started {
        let (span, good) = match record.restore {
            Some(restore) => (restore.duration, restore.outcome == InitOutcome::Succeeded),
            None => (now.since(since), true),
        };
        let phase = if good { Phase::Restore } else { Phase::Killed };
        pills[0] = pill("RESTORE", phase, Some(span), true);
    }
    if let Some(since) = record.init_started {
        let (span, good) = match record.init {
            Some((outcome, span)) => (span, outcome == InitOutcome::Succeeded),
            None => (now.since(since), true),
        };
        let phase = if good { Phase::Init } else { Phase::Killed };
        pills[0] = pill("INIT", phase, Some(span), true);
    }
    if let Some((since, start)) = record.started {
        let span = record
            .end()
            .map_or_else(|| now.since(since), |end| end.duration);
        let phase = match record.end().map(|end| end.outcome) {
            Some(Outcome::Failed(failure)) if failure.ends_process() => Phase::Killed,
            Some(Outcome::Failed(_)) => Phase::InvokeError,
            _ => Phase::Invoke,
        };
        let label = if start == Start::InitAgain {
            "INIT + INVOKE"
        } else {
            "INVOKE"
        };
        pills[1] = pill(label, phase, Some(span), true);
        if start == Start::Warm || start == Start::InitAgain && record.init_started.is_none() {
            pills.remove(0);
        }
    }
    let last = pills.len() - 1;
    pills[last].lit = record
        .end()
        .is_some_and(|end| end.outcome == Outcome::Succeeded);
    let state = match record.stage {
        Stage::Starting | Stage::Initializing | Stage::Invoking => StationState::Active,
        Stage::Rejected { .. } => StationState::Failed,
        Stage::Finished(end) => match end.outcome {
            Outcome::Failed(failure) if failure.ends_process() => StationState::Failed,
            _ => StationState::Done,
        },
    };
    let waited = record
        .init_started
        .or(record.restore_started)
        .map(|up| up.since(record.arrived));
    let configuration = record.configuration.as_ref();
    let modelled = configuration.is_some_and(|it| it.clock == ClockSetting::Modelled);
    Station {
        title: name.map_or_else(|| "Environment".into(), |id| format!("Environment {id}")),
        detail: match (record.stage, record.started.map(|(_, start)| start)) {
            (Stage::Starting, _) => "a worker is being started".into(),
            (Stage::Initializing, _) if record.restore_started.is_some() => "restored".into(),
            (Stage::Initializing, _) => "cold start".into(),
            (_, Some(Start::Restored { .. })) => "restored".into(),
            (_, Some(Start::Cold { .. })) => "cold start".into(),
            (_, Some(Start::Warm)) => "warm start".into(),
            (_, Some(Start::InitAgain)) => "init again".into(),
            (_, None) => "could not start".into(),
        },
        duration: waited.map_or_else(String::new, |span| match modelled {
            true => format!("up in {span} (model)"),
            false => format!("up in {span}"),
        }),
        state,
        pills,
        branch: None,
    }
}

fn handler(record: Option<&InvocationRecord>, now: Moment) -> Station {
    let configuration = record.and_then(|it| it.configuration.as_ref());
    let mut station = Station {
        title: configuration.map_or_else(|| "Handler".into(), |it| it.name.clone()),
        detail: configuration.map_or_else(|| "your code".into(), |it| it.kind.name().into()),
        ..Station::default()
    };
    let Some((record, (since, _))) = record.and_then(|it| Some((it, it.started?))) else {
        return station;
    };
    match record.end() {
        None => {
            station.state = StationState::Active;
            station.duration = now.since(since).to_string();
        }
        Some(end) => {
            station.duration = end.duration.to_string();
            station.state = StationState::Done;
            if let Outcome::Failed(failure) = end.outcome {
                station.state = StationState::Failed;
                station.branch = Some(Branch {
                    title: "error".into(),
                    detail: failure_words(failure).into(),
                    taken: true,
                    failure: true,
                });
            }
        }
    }
    station
}

fn response(record: Option<&InvocationRecord>, reading: &Reading<'_>) -> Station {
    let mut station = Station {
        title: "Response".into(),
        detail: "to the caller".into(),
        ..Station::default()
    };
    let Some(record) = record else {
        return station;
    };
    station.detail = match record.trigger {
        Trigger::Invoke => station.detail,
        Trigger::Async { .. } => "to the internal queue".into(),
        Trigger::Mapping { .. } => "to the mapping".into(),
    };
    match record.stage {
        Stage::Rejected { rejection, .. } => {
            station.detail = format!("{} {}", rejection.status(), rejection.exception());
            station.state = match rejection {
                Rejection::Throttled(_) => StationState::Throttled,
                _ => StationState::Failed,
            };
        }
        Stage::Finished(end) => {
            let bytes = end
                .response
                .map_or(0, |id| reading.payloads().get(id).len());
            let size = runtime_core::units::ByteCount::from(bytes);
            station.state = StationState::Done;
            station.detail = match end.outcome {
                Outcome::Succeeded => format!("200 · {size}"),
                Outcome::Failed(_) => "200 · function error".into(),
            };
            let since = record.started.map_or(end.at, |(since, _)| since);
            let overhead = end.at.since(since).saturating_sub(end.duration);
            if overhead > Span::ZERO {
                station.duration = format!("+{overhead} messages");
            }
        }
        Stage::Starting | Stage::Initializing | Stage::Invoking => {}
    }
    station
}

fn pill(label: &str, phase: Phase, span: Option<Span>, lit: bool) -> Pill {
    let label = match span {
        Some(span) => format!("{label} {span}"),
        None => label.to_owned(),
    };
    Pill { label, phase, lit }
}

fn rejection(record: &InvocationRecord) -> Option<Rejection> {
    match record.stage {
        Stage::Rejected { rejection, .. } => Some(rejection),
        _ => None,
    }
}
