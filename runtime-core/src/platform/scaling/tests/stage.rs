//! A small driver: an agenda of inputs, and metrics that are sampled by a script.

use crate::platform::scaling::{AutoScaling, Effect, Input, Out, Samples, Timer};
use crate::timeline::{
    ActivityStatus, AlarmChange, AlarmConfiguration, AlarmState, Comparison, MetricConfiguration,
    MetricSource, MetricStatistic, MissingData, NotScaled, NotScaledReason, PolicyConfiguration,
    PolicyKind, PredefinedMetric, ScalableDimension, ScalableTargetConfiguration, ScalingActivity,
    ScalingFact, SessionMeta, Statistic, SuspendedState, TargetTracking, TrackedMetric,
};
use crate::units::{
    AlarmId, MetricId, MetricValue, Moment, PolicyId, ScalableTargetId, SessionSeed, Span,
};

pub(super) const M: MetricId = MetricId(1);
pub(super) const T: ScalableTargetId = ScalableTargetId(1);

/// No capacity was ever set.
pub(super) const NOTHING: [u32; 0] = [];

/// A service with these bounds.
pub(super) fn service(minimum: u32, maximum: u32) -> ScalableTargetConfiguration {
    ScalableTargetConfiguration {
        dimension: ScalableDimension::EcsDesiredCount,
        resource: "service/my-cluster/my-service".to_owned(),
        minimum,
        maximum,
        suspended: SuspendedState::default(),
    }
}

/// The average CPU of T's tasks, on M, at so many percent.
pub(super) fn cpu(value: i64) -> TargetTracking {
    let kind = PredefinedMetric::ECSServiceAverageCPUUtilization;
    TargetTracking::of(
        TrackedMetric::Predefined { kind, metric: M },
        percent(value),
    )
}

/// 2020-10-05 06:00:00 UTC.
pub(super) const SESSION: SessionMeta = SessionMeta {
    seed: SessionSeed(7),
    unix_millis: 1_601_877_600_000,
};

pub(super) fn at(seconds: u64) -> Moment {
    Moment::START + Span::from_secs(seconds)
}

pub(super) fn percent(units: i64) -> MetricValue {
    MetricValue::whole(units)
}

/// An alarm on M: of so many datapoints so many have to be greater than the threshold.
pub(super) fn above(threshold: i64, points: u32, periods: u32) -> AlarmConfiguration {
    AlarmConfiguration {
        name: "cpu-high".to_owned(),
        source: MetricSource::Metric(MetricStatistic {
            metric: M,
            statistic: Statistic::Average,
        }),
        period: Span::from_secs(60),
        evaluation_periods: periods,
        datapoints_to_alarm: points,
        comparison: Comparison::GreaterThanThreshold,
        threshold: percent(threshold),
        missing: MissingData::Missing,
        actions: Vec::new(),
    }
}

pub(super) struct Stage {
    pub(super) scaling: AutoScaling,
    pub(super) now: Moment,
    pub(super) facts: Vec<(Moment, ScalingFact)>,
    /// What is to happen, in the order in which it was set.
    agenda: Vec<(Moment, Due)>,
    /// How long it takes until what is desired is running.
    pub(super) delay: Span,
    pub(super) running: u32,
    pub(super) desired: u32,
    /// When scheduled actions are due.
    pub(super) actions: Vec<Moment>,
    out: Out,
}

enum Due {
    Timer(Timer),
    Running(u32),
}

impl Stage {
    pub(super) fn new() -> Self {
        Stage {
            scaling: AutoScaling::new(SESSION),
            now: Moment::START,
            facts: Vec::new(),
            agenda: Vec::new(),
            delay: Span::from_secs(23),
            running: 0,
            desired: 0,
            actions: Vec::new(),
            out: Out::default(),
        }
    }

    pub(super) fn tell(&mut self, input: Input) {
        self.scaling.handle(self.now, input, &mut self.out);
        for fact in std::mem::take(&mut self.out.facts) {
            self.facts.push((self.now, fact));
        }
        for effect in std::mem::take(&mut self.out.effects) {
            match effect {
                Effect::SetTimer { at, timer } => self.agenda.push((at, Due::Timer(timer))),
                Effect::SetReplicas { .. } => panic!("there is no autoscaler of pods here"),
                // The first moments of the script that are later.
                Effect::PlanAction { action, after, .. } => {
                    let due = self.actions.iter().copied().find(|due| *due > after);
                    self.tell(Input::ActionPlanned { action, due });
                }
                Effect::SetDesired { capacity, .. } => {
                    self.desired = capacity;
                    let due = Due::Running(capacity);
                    self.agenda.push((self.now + self.delay, due));
                }
            }
        }
    }

    /// Everything that is due until then, inclusive.
    pub(super) fn run_until(&mut self, until: Moment) {
        loop {
            let due = self.agenda.iter().map(|(at, _)| *at).min();
            let Some(due) = due.filter(|due| *due <= until) else {
                break;
            };
            assert!(due >= self.now, "a timer in the past");
            self.now = due;
            let place = self.agenda.iter().position(|(at, _)| *at == due).unwrap();
            match self.agenda.remove(place).1 {
                Due::Timer(timer) => self.tell(Input::TimerFired(timer)),
                Due::Running(running) => self.run(running),
            }
        }
        self.now = self.now.max(until);
    }

    /// So much is running now.
    pub(super) fn run(&mut self, running: u32) {
        self.running = running;
        self.tell(Input::Running { target: T, running });
    }

    /// Registers T, of which so much is running and desired.
    pub(super) fn register(&mut self, configuration: ScalableTargetConfiguration, capacity: u32) {
        (self.running, self.desired) = (capacity, capacity);
        self.tell(Input::RegisterTarget {
            target: T,
            configuration: Box::new(configuration),
            running: capacity,
            desired: capacity,
        });
    }

    /// Somebody sets what is desired, and it is running at once.
    pub(super) fn set_desired(&mut self, desired: u32) {
        self.desired = desired;
        self.tell(Input::DesiredSet { target: T, desired });
        self.run(desired);
    }

    pub(super) fn policy(&mut self, policy: u32, kind: PolicyKind) {
        self.tell(Input::ConfigurePolicy {
            policy: PolicyId(policy),
            configuration: Box::new(PolicyConfiguration {
                name: format!("policy-{policy}"),
                target: T,
                kind,
            }),
        });
    }

    pub(super) fn track(&mut self, policy: u32, tracking: TargetTracking) {
        self.policy(policy, PolicyKind::TargetTracking(tracking));
    }

    /// A service of which so much is running, whose CPU a policy keeps at so many percent.
    pub(super) fn tracked((minimum, maximum): (u32, u32), capacity: u32, value: i64) -> Self {
        let mut stage = Stage::new();
        stage.metric(M, 60);
        stage.register(service(minimum, maximum), capacity);
        stage.track(1, cpu(value));
        stage
    }

    /// What was set, and when.
    pub(super) fn activities(&self) -> Vec<(Moment, ScalingActivity)> {
        let of = |(at, fact): &(Moment, ScalingFact)| match fact {
            ScalingFact::ActivityStarted { change, .. } => {
                Some((*at, ScalingActivity::clone(change)))
            }
            _ => None,
        };
        self.facts.iter().filter_map(of).collect()
    }

    /// What was desired, one after the other.
    pub(super) fn capacities(&self) -> Vec<u32> {
        self.activities()
            .iter()
            .map(|(_, change)| change.to)
            .collect()
    }

    pub(super) fn ends(&self) -> Vec<(Moment, ActivityStatus)> {
        let of = |(at, fact): &(Moment, ScalingFact)| match fact {
            ScalingFact::ActivityEnded { status, .. } => Some((*at, *status)),
            _ => None,
        };
        self.facts.iter().filter_map(of).collect()
    }

    pub(super) fn not_scaled(&self) -> Vec<NotScaled> {
        let of = |(_, fact): &(Moment, ScalingFact)| match fact {
            ScalingFact::NotScaled(told) => Some(NotScaled::clone(told)),
            _ => None,
        };
        self.facts.iter().filter_map(of).collect()
    }

    pub(super) fn reasons(&self) -> Vec<NotScaledReason> {
        self.not_scaled().iter().map(|it| it.reason).collect()
    }

    /// Samples M as long as work of so many percent of a task is spread over what is running.
    pub(super) fn worked_until(&mut self, seconds: u64, work: impl Fn(u64) -> u64) {
        let tens = Span::from_secs(10).as_nanos();
        let mut next = self.now.as_nanos().div_ceil(tens) * 10;
        while next < seconds {
            self.run_until(at(next));
            if let Some(value) = MetricValue::ratio(work(next), self.running.into()) {
                self.sample(M, value.min(percent(100)));
            }
            next += 10;
        }
        self.run_until(at(seconds));
    }

    pub(super) fn metric(&mut self, metric: MetricId, seconds: u64) {
        self.tell(Input::ConfigureMetric {
            metric,
            configuration: Box::new(MetricConfiguration {
                name: "AWS/ECS CPUUtilization".to_owned(),
                resolution: Span::from_secs(seconds),
            }),
        });
    }

    pub(super) fn alarm(&mut self, alarm: u32, configuration: AlarmConfiguration) {
        self.tell(Input::ConfigureAlarm {
            alarm: AlarmId(alarm),
            configuration: Box::new(configuration),
        });
    }

    pub(super) fn sample(&mut self, metric: MetricId, value: MetricValue) {
        self.tell(Input::Sampled {
            metric,
            samples: Samples::one(value),
        });
    }

    /// Samples M every ten seconds, as the script says, until then.
    pub(super) fn sampled_until(
        &mut self,
        seconds: u64,
        script: impl Fn(u64) -> Option<MetricValue>,
    ) {
        let tens = Span::from_secs(10).as_nanos();
        let mut next = self.now.as_nanos().div_ceil(tens) * 10;
        while next < seconds {
            self.run_until(at(next));
            if let Some(value) = script(next) {
                self.sample(M, value);
            }
            next += 10;
        }
        self.run_until(at(seconds));
    }

    /// When the alarm's state changed, and to what.
    pub(super) fn changes(&self, alarm: u32) -> Vec<(Moment, AlarmChange)> {
        let of = |(at, fact): &(Moment, ScalingFact)| match fact {
            ScalingFact::AlarmChanged { alarm: it, change } if it.0 == alarm => {
                Some((*at, AlarmChange::clone(change)))
            }
            _ => None,
        };
        self.facts.iter().filter_map(of).collect()
    }

    pub(super) fn states(&self, alarm: u32) -> Vec<(Moment, AlarmState)> {
        let changes = self.changes(alarm).into_iter();
        changes.map(|(at, change)| (at, change.to)).collect()
    }
}
