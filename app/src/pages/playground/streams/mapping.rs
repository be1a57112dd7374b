//! Settings of a mapping that reads records, while they are being edited.

use crate::pages::playground::queues::drafts::{Mistake, seconds, whole};
use crate::session::Reading;
use runtime_core::events::pattern::{DEFAULT_FILTERS, FilterCriteria, FilterSource};
use runtime_core::platform::validate_mapping;
use runtime_core::timeline::{
    EventSource, FailurePolicy, FailureTarget, MappingConfiguration, SessionMeta, StartingPosition,
    StreamKind, StreamSource, TopicSource,
};
use runtime_core::units::{FunctionId, MappingId, Moment, Span, StreamId, read_time, written_time};

pub(super) const STARTS: [&str; 3] = ["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"];

/// A mapping's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MappingDraft {
    pub(super) function: Option<FunctionId>,
    pub(super) start: String,
    pub(super) timestamp: String,
    pub(super) batch_size: String,
    /// Empty for the default.
    pub(super) window: String,
    pub(super) parallelization: String,
    pub(super) bisect: bool,
    /// Of a topic: its cluster is known by its servers, not by the ARN of Amazon MSK.
    pub(super) self_managed: bool,
    /// Empty for no end.
    pub(super) retries: String,
    /// Empty for no end.
    pub(super) age: String,
    pub(super) on_failure: Option<FailureTarget>,
    pub(super) report_failures: bool,
    /// Empty for none.
    pub(super) tumbling: String,
    /// A pattern a line.
    pub(super) filters: String,
}

impl MappingDraft {
    pub(super) fn new(function: Option<FunctionId>, now: Moment, session: SessionMeta) -> Self {
        MappingDraft {
            function,
            start: STARTS[0].to_owned(),
            timestamp: time(now, session),
            batch_size: "100".to_owned(),
            window: String::new(),
            parallelization: "1".to_owned(),
            bisect: false,
            self_managed: false,
            retries: String::new(),
            age: String::new(),
            on_failure: None,
            report_failures: false,
            tumbling: String::new(),
            filters: String::new(),
        }
    }

    pub(super) fn of(configuration: &MappingConfiguration, session: SessionMeta) -> Self {
        let function = Some(configuration.function);
        let mut draft = MappingDraft::new(function, Moment::START, session);
        draft.batch_size = configuration.batch_size.to_string();
        // 0 is a choice for topics and brokers.
        if configuration.window != configuration.source.usual_window() {
            draft.window = seconds(configuration.window);
        }
        draft.report_failures = configuration.report_failures;
        draft.filters = configuration.filters.join("\n");
        let Some(source) = configuration.records() else {
            return draft;
        };
        draft.start = match source.start {
            StartingPosition::TrimHorizon => STARTS[0],
            StartingPosition::Latest => STARTS[1],
            StartingPosition::AtTimestamp(at) => {
                draft.timestamp = time(at, session);
                STARTS[2]
            }
        }
        .to_owned();
        draft.self_managed = configuration.is_self_managed();
        draft.parallelization = source.parallelization.to_string();
        draft.tumbling = source.tumbling_window.map(seconds).unwrap_or_default();
        let failures = source.failures;
        draft.bisect = failures.bisect;
        draft.retries = failures
            .maximum_retry_attempts
            .map_or_else(String::new, |it| it.to_string());
        draft.age = failures.maximum_record_age.map(seconds).unwrap_or_default();
        draft.on_failure = failures.on_failure;
        draft
    }

    /// What it means for the mapping, or all that is wrong with it.
    pub(super) fn read(
        &self,
        mapping: MappingId,
        stream: StreamId,
        reading: &Reading<'_>,
    ) -> Result<MappingConfiguration, Vec<Mistake>> {
        let Some(function) = self.function else {
            return Err(vec![Mistake {
                cause: "No function is chosen.".to_owned(),
                hint: "Make one first: the samples are a start.".to_owned(),
            }]);
        };
        let platform = reading.platform();
        let kind = platform.stream_configuration(stream).map(|it| it.kind);
        let kind = kind.unwrap_or(StreamKind::Kinesis(1));
        let before = platform.mapping(mapping);
        let mut mistakes = Vec::new();
        let start = self.read_start(before, reading.session());
        let start = start.unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            StartingPosition::Latest
        });
        let mut number = |label, text: &str| {
            whole(label, text).unwrap_or_else(|mistake| {
                mistakes.push(mistake);
                0
            })
        };
        let mut optional = |label, text: &str| match text.trim() {
            "" | "-1" => None,
            text => Some(number(label, text)),
        };
        let span = |seconds: u32| Span::from_secs(u64::from(seconds));
        let failures = FailurePolicy {
            maximum_retry_attempts: optional("Retries", &self.retries),
            maximum_record_age: optional("Record age", &self.age).map(span),
            bisect: self.bisect,
            on_failure: self.on_failure,
        };
        let window = optional("Batch window", &self.window).map(span);
        let tumbling_window = optional("Tumbling window", &self.tumbling).map(span);
        let parallelization = number("Parallelization factor", &self.parallelization);
        let batch_size = number("Batch size", &self.batch_size);
        let (usual, filters) = match kind {
            StreamKind::Kinesis(_) | StreamKind::Table(_) => {
                let mut usual = MappingConfiguration::reading(stream, start, function);
                usual.source = EventSource::Stream(StreamSource {
                    stream,
                    start,
                    parallelization,
                    tumbling_window,
                    failures,
                });
                let filters = match kind {
                    StreamKind::Table(_) => FilterSource::DynamoDb,
                    _ => FilterSource::Kinesis,
                };
                (usual, filters)
            }
            StreamKind::Topic(_) => {
                let mut usual = MappingConfiguration::consuming(stream, start, function);
                usual.source = EventSource::Topic(TopicSource {
                    topic: stream,
                    start,
                    failures,
                    // What a mapping polls cannot be changed.
                    self_managed: before
                        .map_or(self.self_managed, MappingConfiguration::is_self_managed),
                });
                (usual, FilterSource::Kafka)
            }
            StreamKind::Broker(_) => (
                MappingConfiguration::brokered(stream, function),
                FilterSource::Mq,
            ),
        };
        let lines = self.filters.lines().map(str::trim);
        let configuration = MappingConfiguration {
            enabled: before.is_none_or(|it| it.enabled),
            batch_size,
            window: window.unwrap_or(usual.window),
            report_failures: self.report_failures,
            filters: lines
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            ..usual
        };
        let patterns = &configuration.filters;
        if let Err(error) = FilterCriteria::parse(patterns, filters, DEFAULT_FILTERS) {
            mistakes.push(Mistake {
                cause: error.to_string(),
                hint: error.error.hint(),
            });
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let errors = validate_mapping(&configuration, mapping, platform);
        match errors.is_empty() {
            true => Ok(configuration),
            false => Err(errors
                .iter()
                .map(|error| Mistake {
                    cause: error.to_string(),
                    hint: error.hint().to_owned(),
                })
                .collect()),
        }
    }

    /// Where it begins; one that is there keeps that to the nanosecond.
    fn read_start(
        &self,
        before: Option<&MappingConfiguration>,
        session: SessionMeta,
    ) -> Result<StartingPosition, Mistake> {
        if let Some(source) = before.and_then(MappingConfiguration::records) {
            return Ok(source.start);
        }
        match self.start.as_str() {
            "TRIM_HORIZON" => Ok(StartingPosition::TrimHorizon),
            "LATEST" => Ok(StartingPosition::Latest),
            _ => moment(&self.timestamp, session)
                .map(StartingPosition::AtTimestamp)
                .ok_or_else(|| Mistake {
                    cause: format!("\"{}\" is no time.", self.timestamp.trim()),
                    hint: "Write it in UTC, as in 2026-11-24T12:00:00Z.".to_owned(),
                }),
        }
    }
}

/// In UTC, to the second.
fn time(at: Moment, session: SessionMeta) -> String {
    written_time(session.unix_nanos(at) / 1_000_000_000)
}

/// The session's moment of a time; its first for all that were before.
fn moment(text: &str, session: SessionMeta) -> Option<Moment> {
    let millis = read_time(text)?.checked_mul(1_000)?;
    let since = millis.saturating_sub(session.unix_millis);
    Some(Moment::START + Span::from_millis(since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::units::SessionSeed;

    const SESSION: SessionMeta = SessionMeta {
        seed: SessionSeed(1),
        // 2026-11-24T12:00:00Z
        unix_millis: 1_795_521_600_000,
    };

    #[test]
    fn a_mapping_becomes_the_draft_that_it_was_made_of() {
        let from = moment("2026-11-24T12:01:30Z", SESSION);
        assert_eq!(from, Some(Moment::START + Span::from_secs(90)));
        assert_eq!(moment("1999-01-01T00:00Z", SESSION), Some(Moment::START));
        let start = StartingPosition::AtTimestamp(from.unwrap_or(Moment::START));
        let mut mapping = MappingConfiguration::reading(StreamId(1), start, FunctionId(2));
        if let EventSource::Stream(source) = &mut mapping.source {
            source.tumbling_window = Some(Span::from_secs(10));
            source.failures.maximum_retry_attempts = Some(0);
        }
        let draft = MappingDraft::of(&mapping, SESSION);
        assert_eq!(draft.start, "AT_TIMESTAMP");
        assert_eq!(draft.timestamp, "2026-11-24T12:01:30Z");
        assert_eq!(
            (draft.tumbling.as_str(), draft.retries.as_str()),
            ("10", "0")
        );
        assert_eq!((draft.age.as_str(), draft.window.as_str()), ("", ""));
    }

    #[test]
    fn only_a_window_that_was_chosen_is_told() {
        let start = StartingPosition::TrimHorizon;
        let (stream, function) = (StreamId(1), FunctionId(2));
        for usual in [
            MappingConfiguration::reading(stream, start, function),
            MappingConfiguration::consuming(stream, start, function),
            MappingConfiguration::brokered(stream, function),
        ] {
            let told = |window| {
                let mapping = MappingConfiguration {
                    window,
                    ..usual.clone()
                };
                MappingDraft::of(&mapping, SESSION).window
            };
            assert_eq!(told(usual.window), "");
            assert_eq!(told(Span::from_secs(2)), "2");
            if usual.window > Span::ZERO {
                assert_eq!(told(Span::ZERO), "0");
            }
        }
    }
}
