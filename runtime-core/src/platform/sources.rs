//! Sources of events: buckets, topics, buses, schedules. What a happening says to whom is read and
//! written by the scribe; here is when, and what becomes of it.

use super::Platform;
use super::asynchronous::Lineage;
use super::input::{AsyncArrival, Effect, Logged, Out, Posting, SourceEvent, Timer};
use super::owners::Sent;
use crate::timeline::{
    AsyncSource, Destination, LifecycleEvent, Qualifier, Sender, SourceConfiguration, SourceFact,
    SourceKind,
};
use crate::units::{EnvironmentId, FunctionId, Moment, PayloadId, SourceId};

/// A source.
#[derive(Clone, Debug)]
pub(super) struct Source {
    configuration: Box<SourceConfiguration>,
    /// When it was set so: rates count from then.
    since: Moment,
    /// When a schedule is due next.
    due: Option<Moment>,
}

impl Source {
    fn new(configuration: Box<SourceConfiguration>, since: Moment) -> Self {
        Source {
            configuration,
            since,
            due: None,
        }
    }

    fn is_scheduled(&self) -> bool {
        match &self.configuration.kind {
            SourceKind::Schedule(schedule) => schedule.enabled,
            SourceKind::Bucket
            | SourceKind::Topic
            | SourceKind::Bus
            | SourceKind::Iot
            | SourceKind::LogGroup(_)
            | SourceKind::UserPool => false,
        }
    }
}

/// The largest message of a topic with its attributes, and the largest entry of PutEvents: 256 KB (Lambda
/// developer guide, "Capturing records of Lambda asynchronous invocations"; EventBridge user guide,
/// "Calculating Amazon EventBridge PutEvents event entry size").
pub const MAX_PUBLISHED_BYTES: u64 = 262_144;
/// The largest object that one PUT takes (S3 user guide, "Uploading objects": 5 GB).
pub const MAX_PUT_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// How much a source takes of Lambda at once; nothing if it is no destination.
pub(super) const fn accepted_bytes(kind: &SourceKind) -> Option<u64> {
    match kind {
        SourceKind::Topic | SourceKind::Bus => Some(MAX_PUBLISHED_BYTES),
        SourceKind::Bucket => Some(MAX_PUT_BYTES),
        SourceKind::Iot
        | SourceKind::LogGroup(_)
        | SourceKind::UserPool
        | SourceKind::Schedule(_) => None,
    }
}

/// Why something happens at a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Cause {
    /// The function of which Lambda sends something there.
    pub(super) sender: Option<FunctionId>,
    /// The functions that led to it. Model choice: a loop through a bus is stopped as one through a topic or
    /// a bucket is, which Lambda does not do ("Use Lambda recursive loop detection to prevent infinite loops"
    /// names SQS, S3 and SNS).
    pub(super) lineage: Lineage,
}

impl Platform {
    /// All sources with their settings, in order of creation.
    pub fn sources(&self) -> impl Iterator<Item = (SourceId, &SourceConfiguration)> {
        let sources = self.sources.iter();
        sources.map(|(id, source)| (*id, &*source.configuration))
    }

    /// What a source is set to, if there is such a source.
    pub fn source(&self, source: SourceId) -> Option<&SourceConfiguration> {
        self.sources.get(&source).map(|it| &*it.configuration)
    }

    /// When a schedule is due next.
    pub fn next_due(&self, source: SourceId) -> Option<Moment> {
        self.sources.get(&source)?.due
    }

    /// An id for a source that is to be created.
    pub fn next_source(&self) -> SourceId {
        SourceId(self.last_source.saturating_add(1))
    }

    pub(super) fn configure_source(
        &mut self,
        at: Moment,
        id: SourceId,
        configuration: Box<SourceConfiguration>,
        out: &mut Out,
    ) {
        self.last_source = self.last_source.max(id.0);
        out.fact(SourceFact::SourceConfigured {
            source: id,
            configuration: configuration.clone(),
        });
        self.set_source(at, id, configuration);
        if self.next_due(id).is_none() {
            self.plan(at, id, out);
        }
    }

    /// A schedule that stays as it is goes on, whoever it tells from now on: to add a target is PutTargets,
    /// which leaves the rule alone (EventBridge API reference).
    fn set_source(&mut self, at: Moment, id: SourceId, configuration: Box<SourceConfiguration>) {
        match self.sources.get_mut(&id) {
            Some(source) if source.configuration.kind == configuration.kind => {
                source.configuration = configuration;
            }
            _ => {
                self.sources.insert(id, Source::new(configuration, at));
            }
        }
    }

    pub(super) fn delete_source(&mut self, id: SourceId, out: &mut Out) {
        if self.sources.remove(&id).is_some() {
            out.fact(SourceFact::SourceDeleted { source: id });
        }
    }

    /// Asks when a schedule is due next.
    fn plan(&mut self, after: Moment, id: SourceId, out: &mut Out) {
        if let Some(source) = self.sources.get_mut(&id) {
            source.due = None;
            if source.is_scheduled() {
                out.effect(Effect::PlanSchedule {
                    source: id,
                    created: source.since,
                    after,
                });
            }
        }
    }

    pub(super) fn schedule_planned(&mut self, id: SourceId, due: Option<Moment>, out: &mut Out) {
        let Some(source) = self.sources.get_mut(&id).filter(|it| it.is_scheduled()) else {
            return;
        };
        source.due = due;
        if let Some(due) = due {
            out.effect(Effect::SetTimer {
                at: due,
                timer: Timer::Schedule { source: id, due },
            });
        }
    }

    pub(super) fn awaits_schedule(&self, id: SourceId, due: Moment) -> bool {
        self.next_due(id) == Some(due)
    }

    pub(super) fn schedule_due(&mut self, at: Moment, id: SourceId, out: &mut Out) {
        self.happen(id, None, Cause::default(), out);
        self.plan(at, id, out);
    }

    /// Something happens at a source.
    pub(super) fn happen(
        &mut self,
        id: SourceId,
        happening: Option<PayloadId>,
        cause: Cause,
        out: &mut Out,
    ) {
        if !self.sources.contains_key(&id) {
            return;
        }
        let number = self.next_happening;
        self.next_happening = number.saturating_add(1);
        out.fact(SourceFact::Happened {
            source: id,
            number,
            happening,
            sender: cause.sender,
        });
        out.effect(Effect::WriteSourceEvents {
            source: id,
            number,
            happening,
            logged: None,
            lineage: cause.lineage,
        });
    }

    /// A request has ended: its log is there for the filters of the function's log group. Model choices:
    /// they have it at once, and a loop of functions that are told of each other's logs is stopped like
    /// a loop of calls, which Lambda does not do ("Use Lambda recursive loop detection to prevent
    /// infinite loops" names SQS, S3 and SNS).
    pub(super) fn logged(&mut self, id: EnvironmentId, sent: Sent, out: &mut Out) {
        let Some(environment) = self.environments.get(&id) else {
            return;
        };
        let function = environment.function;
        let (version, created) = (environment.version, environment.created);
        let of_it = |source: &Source| {
            let configuration = &source.configuration;
            configuration.kind == SourceKind::LogGroup(function) && !configuration.wires.is_empty()
        };
        let groups = self.sources.iter().filter(|(_, source)| of_it(source));
        let groups: Vec<SourceId> = groups.map(|(source, _)| *source).collect();
        for source in groups {
            let number = self.next_happening;
            self.next_happening = number.saturating_add(1);
            out.fact(SourceFact::Happened {
                source,
                number,
                happening: None,
                sender: None,
            });
            out.effect(Effect::WriteSourceEvents {
                source,
                number,
                happening: None,
                logged: Some(Box::new(Logged {
                    request: sent.request,
                    environment: id,
                    version,
                    created,
                })),
                lineage: self.lineage_of(sent.owner).with(function),
            });
        }
    }

    /// Events are there for those who are interested.
    pub(super) fn source_events(
        &mut self,
        at: Moment,
        id: SourceId,
        events: Vec<SourceEvent>,
        lineage: &Lineage,
        out: &mut Out,
    ) {
        for event in events {
            let SourceEvent {
                target,
                event,
                bytes,
                attributes,
                refused,
            } = event;
            if !self.takes(target, bytes) {
                out.fact(SourceFact::Undelivered {
                    source: id,
                    target,
                    event,
                    bytes,
                });
                continue;
            }
            match target {
                Destination::Function(function) => {
                    let arrival = AsyncArrival {
                        request: self.next_request(),
                        function,
                        qualifier: Qualifier::LATEST,
                        source: AsyncSource::Source { source: id },
                        event,
                        bytes,
                        refused,
                    };
                    self.accept(at, arrival, lineage.clone(), out);
                }
                Destination::Queue(queue) => {
                    let posting = Posting {
                        attributes,
                        ..Posting::of(queue, Sender::Source { source: id }, event, bytes)
                    };
                    self.send_message(at, posting, out);
                }
                // No source tells another (`check_source`); what a damaged file says of it is dropped.
                Destination::Source(_) => {}
            }
        }
    }

    /// What the timeline says of sources.
    pub(super) fn follow_source(&mut self, at: Moment, fact: &SourceFact) {
        match fact {
            SourceFact::SourceConfigured {
                source,
                configuration,
            } => {
                self.last_source = self.last_source.max(source.0);
                self.set_source(at, *source, configuration.clone());
            }
            SourceFact::SourceDeleted { source } => {
                self.sources.remove(source);
            }
            SourceFact::Happened { number, .. } => {
                self.next_happening = self.next_happening.max(number.saturating_add(1));
            }
            SourceFact::Undelivered { .. } => {}
        }
    }

    /// Schedules go on with the session clock: none was due while there was no tab.
    pub(super) fn reopen_sources(&mut self, at: Moment, out: &mut Out) {
        let sources: Vec<SourceId> = self.sources.keys().copied().collect();
        for source in sources {
            self.plan(at, source, out);
        }
    }

    pub(super) fn set_up_sources(&self, facts: &mut Vec<LifecycleEvent>) {
        for (source, configuration) in self.sources() {
            let fact = SourceFact::SourceConfigured {
                source,
                configuration: Box::new(configuration.clone()),
            };
            facts.push(fact.into());
        }
    }
}
