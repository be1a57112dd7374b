//! What a service's run is looked at by: tasks, alarms and what was decided, in AWS's words.

use super::driver::session;
use super::kubernetes::{capacity, code_of, decided};
use super::plan::{Incident, IncidentKind, LEAD, ServicePlan};
use crate::timeline::{
    AlarmConfiguration, AlarmState, CapacityProvider, FargateFact, Health, NotScaled,
    PodAutoscalerConfiguration, ScalableDimension, ScalingActivity, ScalingCause, ScalingFact,
    ServiceEvent, StopCode, TaskGroup, TaskStatus, TrafficShare,
};
use crate::units::{AlarmId, DeploymentId, Moment, OrderedMap, PolicyId, Span, TaskId};
use serde::{Deserialize, Serialize};

/// So many tasks have a lane; of others it is only said how many there were.
pub const MOST_LANES: usize = 1_000;
/// So many entries are kept; of later ones it is only said how many there were.
pub const MOST_ENTRIES: usize = 2_000;

/// A task's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLane {
    /// Which.
    pub task: TaskId,
    /// Its Availability Zone, from 0.
    pub zone: u8,
    /// What it runs on.
    pub provider: CapacityProvider,
    /// Which of the service's deployments it is of.
    pub deployment: DeploymentId,
    /// What it was from when on, since the start; before that it is at the start.
    pub moves: Vec<(Span, LanePhase)>,
    /// `stopCode` and `stoppedReason`, and what to do about it.
    pub stopped: Option<Stopped>,
}

impl TaskLane {
    /// What it is at a moment; nothing before it was there, and after it was gone.
    pub fn phase(&self, at: Span) -> Option<LanePhase> {
        let moved = self.moves.partition_point(|(since, _)| *since <= at);
        let (_, phase) = self.moves.get(moved.checked_sub(1)?)?;
        (*phase != LanePhase::Stopped).then_some(*phase)
    }
}

/// Why a task was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// `stopCode`.
    pub code: String,
    /// `stoppedReason`.
    pub reason: String,
    /// What to do, if anything is to be done.
    pub hint: Option<String>,
}

/// `lastStatus`, and of running tasks whether the target group finds them healthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LanePhase {
    /// PROVISIONING.
    Provisioning,
    /// PENDING.
    Pending,
    /// ACTIVATING.
    Activating,
    /// RUNNING, and not found healthy yet.
    Running,
    /// RUNNING and healthy.
    Healthy,
    /// RUNNING, and its checks fail.
    Unhealthy,
    /// DEACTIVATING.
    Deactivating,
    /// STOPPING.
    Stopping,
    /// DEPROVISIONING.
    Deprovisioning,
    /// STOPPED.
    Stopped,
}

/// What the production listener's rule says from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// Since when, since the start; before that it is at the start.
    pub since: Span,
    /// To whose target group it goes.
    pub deployment: DeploymentId,
    /// How much; the rest goes to the other one.
    pub share: TrafficShare,
}

/// An alarm's states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmLine {
    /// Its name.
    pub name: String,
    /// What it is about: `greater than 60, 3 datapoints of 60 s`.
    pub condition: String,
    /// Its state from when on, since the start.
    pub states: Vec<(Span, AlarmState)>,
}

/// Something that was said or decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, since the start.
    pub at: Span,
    /// By whom.
    pub by: Speaker,
    /// In AWS's words, where there are any.
    pub text: String,
    /// The way to it, step by step.
    pub because: Vec<String>,
}

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Speaker {
    /// The service: its events.
    Service,
    /// Application Auto Scaling: its activities.
    Scaling,
    /// CloudWatch: alarms.
    Alarm,
    /// A task that stopped because something was wrong.
    Task,
    /// The scenario.
    Scenario,
}

/// Writes down what happens.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    service: String,
    lanes: Vec<TaskLane>,
    places: OrderedMap<TaskId, usize>,
    more_tasks: u64,
    entries: Vec<Entry>,
    more_entries: u64,
    alarms: OrderedMap<AlarmId, (Box<AlarmConfiguration>, AlarmLine)>,
    policies: OrderedMap<PolicyId, String>,
    weights: Vec<Weights>,
    autoscaler: Option<Box<PodAutoscalerConfiguration>>,
}

/// Since the start.
fn since(at: Moment) -> Span {
    at.since(Moment::START + LEAD)
}

impl Record {
    pub(super) fn of(plan: &ServicePlan) -> Record {
        let mut record = Record {
            service: plan.name.clone(),
            ..Record::default()
        };
        record.entries.extend(capacity(plan));
        let mut said: Vec<&Incident> = plan.incidents.iter().collect();
        said.sort_by_key(|it| it.at);
        for incident in said {
            record.entries.push(Entry {
                at: incident.at,
                by: Speaker::Scenario,
                text: incident.what.to_string(),
                because: Vec::new(),
            });
        }
        record
    }

    pub(super) fn lanes(&self) -> (&[TaskLane], u64) {
        (&self.lanes, self.more_tasks)
    }

    /// What was said until a moment, in order, and how much more there was.
    pub(super) fn entries(&self, until: Span) -> (Vec<Entry>, u64) {
        let said = self.entries.iter().filter(|it| it.at <= until);
        let mut said: Vec<Entry> = said.cloned().collect();
        said.sort_by_key(|it| it.at);
        (said, self.more_entries)
    }

    pub(super) fn alarms(&self) -> Vec<AlarmLine> {
        self.alarms.values().map(|(_, line)| line.clone()).collect()
    }

    pub(super) fn weights(&self) -> &[Weights] {
        &self.weights
    }

    /// A deployment that shifts traffic has gone on. Stages are named as DescribeServiceDeployments names them.
    fn shifts(&mut self, at: Moment, fact: &FargateFact) {
        match *fact {
            FargateFact::StageReached {
                deployment, stage, ..
            } => {
                let text = format!("(deployment {deployment}) lifecycleStage: {}", stage.name());
                self.say(at, Speaker::Service, text, Vec::new());
            }
            FargateFact::TrafficShifted {
                deployment,
                target_group,
                share,
                ..
            } => {
                let now = Weights {
                    since: since(at),
                    deployment,
                    share,
                };
                // Of what was before the start only the last counts.
                self.weights
                    .retain(|it| it.since > Span::ZERO || now.since > Span::ZERO);
                self.weights.push(now);
                let text = format!(
                    "(deployment {deployment}) {share} of production traffic to (target-group {target_group})"
                );
                self.say(at, Speaker::Service, text, Vec::new());
            }
            _ => {}
        }
    }

    fn say(&mut self, at: Moment, by: Speaker, text: String, because: Vec<String>) {
        if self.entries.len() >= MOST_ENTRIES {
            self.more_entries += 1;
            return;
        }
        let at = since(at);
        self.entries.push(Entry {
            at,
            by,
            text,
            because,
        });
    }

    fn moved(&mut self, at: Moment, task: TaskId, phase: LanePhase) {
        let place = self.places.get(&task).copied();
        if let Some(lane) = place.and_then(|place| self.lanes.get_mut(place)) {
            let at = since(at);
            // Of what was before the start only the last counts.
            if at == Span::ZERO {
                lane.moves.retain(|(moved, _)| *moved > Span::ZERO);
            }
            lane.moves.push((at, phase));
        }
    }

    pub(super) fn fargate(&mut self, at: Moment, fact: &FargateFact) {
        match fact {
            FargateFact::TaskCreated {
                task,
                provider,
                subnet,
                group,
                ..
            } => {
                if self.lanes.len() >= MOST_LANES {
                    self.more_tasks += 1;
                    return;
                }
                self.places.insert(*task, self.lanes.len());
                self.lanes.push(TaskLane {
                    task: *task,
                    zone: u8::try_from(subnet.0.saturating_sub(1)).unwrap_or(u8::MAX),
                    provider: *provider,
                    deployment: match group {
                        TaskGroup::Service { deployment, .. } => *deployment,
                        TaskGroup::Standalone => DeploymentId(0),
                    },
                    moves: Vec::new(),
                    stopped: None,
                });
                self.moved(at, *task, LanePhase::Provisioning);
            }
            FargateFact::TaskMoved { task, to } => {
                if let Some(phase) = phase_of(*to) {
                    self.moved(at, *task, phase);
                }
                if *to == TaskStatus::Deleted {
                    self.places.remove(task);
                }
            }
            FargateFact::TargetChanged { task, health } => {
                let place = self.places.get(task).copied();
                let lane = place.and_then(|place| self.lanes.get(place));
                let last = lane.and_then(|lane| lane.moves.last());
                let runs = matches!(
                    last,
                    Some((
                        _,
                        LanePhase::Running | LanePhase::Healthy | LanePhase::Unhealthy
                    ))
                );
                if runs {
                    self.moved(
                        at,
                        *task,
                        match health {
                            Health::Unknown => LanePhase::Running,
                            Health::Healthy => LanePhase::Healthy,
                            Health::Unhealthy => LanePhase::Unhealthy,
                        },
                    );
                }
            }
            FargateFact::TaskStopRequested { task, reason } => {
                let (code, hint) = (reason.code(), reason.hint());
                let place = self.places.get(task).copied();
                if let Some(lane) = place.and_then(|place| self.lanes.get_mut(place)) {
                    lane.stopped = Some(Stopped {
                        code: code_of(*reason),
                        reason: reason.to_string(),
                        hint: hint.map(str::to_owned),
                    });
                }
                if hint.is_some() {
                    let text = format!("{task} stops ({code}): {reason}");
                    let because = hint.map(str::to_owned).into_iter().collect();
                    self.say(at, Speaker::Task, text, because);
                }
            }
            FargateFact::ServiceEvent { event, .. } => {
                let text = event.message(&self.service);
                let because = match event {
                    ServiceEvent::Kubernetes(event) => event.explain(),
                    _ => Vec::new(),
                };
                self.say(at, Speaker::Service, text, because);
            }
            _ => self.shifts(at, fact),
        }
    }

    pub(super) fn scaling(&mut self, at: Moment, fact: &ScalingFact) {
        match fact {
            ScalingFact::PolicyConfigured {
                policy,
                configuration,
            } => {
                self.policies.insert(*policy, configuration.name.clone());
            }
            ScalingFact::AlarmConfigured {
                alarm,
                configuration,
            } => {
                let line = AlarmLine {
                    name: configuration.name.clone(),
                    condition: condition(configuration),
                    states: vec![(Span::ZERO, AlarmState::InsufficientData)],
                };
                self.alarms.insert(*alarm, (configuration.clone(), line));
            }
            ScalingFact::AlarmChanged { alarm, change } => {
                let Some((configuration, line)) = self.alarms.get_mut(alarm) else {
                    return;
                };
                let when = since(at);
                if when == Span::ZERO {
                    line.states.clear();
                }
                line.states.push((when, change.to));
                let text = format!(
                    "{}: {} -> {}",
                    configuration.name,
                    change.from.name(),
                    change.to.name()
                );
                let because = vec![change.reason(configuration, session())];
                self.say(at, Speaker::Alarm, text, because);
            }
            ScalingFact::ActivityStarted { change, .. } => {
                let text = change.description(ScalableDimension::EcsDesiredCount);
                let (alarm, policy) = self.names(change);
                let mut because = vec![format!("{}.", change.cause(&alarm, &policy))];
                because.extend(change.explain());
                self.say(at, Speaker::Scaling, text, because);
            }
            ScalingFact::NotScaled(it) => {
                let alarm = self.alarms.get(&it.alarm);
                let alarm = alarm.map(|(it, _)| it.name.clone()).unwrap_or_default();
                let policy = self.policies.get(&it.policy).cloned().unwrap_or_default();
                let mut because = vec![format!("{}.", NotScaled::cause(&alarm, &policy))];
                because.extend(it.explain());
                let text = NotScaled::DESCRIPTION.to_owned();
                self.say(at, Speaker::Scaling, text, because);
            }
            ScalingFact::PodAutoscalerConfigured { configuration, .. } => {
                self.autoscaler = Some(configuration.clone());
            }
            ScalingFact::PodsDecided { decision, .. } => {
                if let Some(configuration) = &self.autoscaler {
                    let text = decided(decision, configuration);
                    self.say(at, Speaker::Scaling, text, decision.explain());
                }
            }
            ScalingFact::ActionTriggered { outcome, .. } => {
                self.say(at, Speaker::Scaling, outcome.description(), Vec::new());
            }
            _ => {}
        }
    }

    fn names(&self, activity: &ScalingActivity) -> (String, String) {
        let ScalingCause::Policy(decision) = &activity.cause else {
            return (String::new(), String::new());
        };
        let alarm = self.alarms.get(&decision.alarm);
        let alarm = alarm.map(|(it, _)| it.name.clone()).unwrap_or_default();
        let policy = self.policies.get(&decision.policy).cloned();
        (alarm, policy.unwrap_or_default())
    }
}

fn phase_of(status: TaskStatus) -> Option<LanePhase> {
    Some(match status {
        TaskStatus::Provisioning => LanePhase::Provisioning,
        TaskStatus::Pending => LanePhase::Pending,
        TaskStatus::Activating => LanePhase::Activating,
        TaskStatus::Running => LanePhase::Running,
        TaskStatus::Deactivating => LanePhase::Deactivating,
        TaskStatus::Stopping => LanePhase::Stopping,
        TaskStatus::Deprovisioning => LanePhase::Deprovisioning,
        TaskStatus::Stopped => LanePhase::Stopped,
        TaskStatus::Deleted => return None,
    })
}

/// `greater than 60, 3 datapoints of 60 s`.
fn condition(alarm: &AlarmConfiguration) -> String {
    format!(
        "{} {}, {} datapoints of {} s",
        alarm.comparison.words(),
        alarm.threshold,
        alarm.datapoints_to_alarm,
        alarm.period.as_nanos() / 1_000_000_000
    )
}

/// Whether a stop says that something is wrong.
pub(super) fn is_failure(code: StopCode, hint: Option<&str>) -> bool {
    hint.is_some() || code == StopCode::TaskFailedToStart
}

impl std::fmt::Display for IncidentKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = |it: &Span| it.as_nanos() / 1_000_000_000;
        match self {
            IncidentKind::Deployment { flaw, desired } => {
                f.write_str("A new revision of the task definition is deployed")?;
                if let Some(desired) = desired {
                    write!(f, ", with a desired count of {desired}")?;
                }
                match flaw {
                    Some(flaw) => write!(f, "; {flaw}."),
                    None => f.write_str("."),
                }
            }
            IncidentKind::DesiredCount(desired) => {
                write!(f, "Somebody sets the desired count to {desired}.")
            }
            IncidentKind::ZoneFailure { zone, lasts } => {
                write!(f, "Zone {zone} fails for {} s.", seconds(lasts))
            }
            IncidentKind::SpotReclaim { share, lasts } => write!(
                f,
                "{:.0} % of Spot tasks are taken back; there is no Spot capacity for {} s.",
                share * 100.0,
                seconds(lasts)
            ),
            IncidentKind::Crash { share } => {
                write!(
                    f,
                    "The containers of {:.0} % of tasks crash.",
                    share * 100.0
                )
            }
            IncidentKind::SlowDependency { factor, lasts } => write!(
                f,
                "What requests wait for takes {factor} times as long for {} s.",
                seconds(lasts)
            ),
        }
    }
}

impl std::fmt::Display for super::plan::Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            super::plan::Flaw::NoImage => "its image is not there",
            super::plan::Flaw::NoStart => "its container cannot be started",
            super::plan::Flaw::NoAnswer => "it never answers its checks",
            super::plan::Flaw::Exits => "it ends ten seconds after its start",
            super::plan::Flaw::Errors => {
                "it answers its checks, and closes the connections of requests"
            }
        })
    }
}
