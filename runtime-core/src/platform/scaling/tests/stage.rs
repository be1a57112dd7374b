//! A small driver: an agenda of inputs, and metrics that are sampled by a script.

use crate::platform::scaling::{AutoScaling, Effect, Input, Out, Samples, Timer};
use crate::timeline::{
    AlarmChange, AlarmConfiguration, AlarmState, Comparison, MetricConfiguration, MetricSource,
    MetricStatistic, MissingData, ScalingFact, SessionMeta, Statistic,
};
use crate::units::{AlarmId, MetricId, MetricValue, Moment, SessionSeed, Span};

pub(super) const M: MetricId = MetricId(1);

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
    /// Timers, in the order in which they were set.
    timers: Vec<(Moment, Timer)>,
    out: Out,
}

impl Stage {
    pub(super) fn new() -> Self {
        Stage {
            scaling: AutoScaling::new(SESSION),
            now: Moment::START,
            facts: Vec::new(),
            timers: Vec::new(),
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
                Effect::SetTimer { at, timer } => self.timers.push((at, timer)),
            }
        }
    }

    /// Everything that is due until then, inclusive.
    pub(super) fn run_until(&mut self, until: Moment) {
        loop {
            let due = self.timers.iter().map(|(at, _)| *at).min();
            let Some(due) = due.filter(|due| *due <= until) else {
                break;
            };
            assert!(due >= self.now, "a timer in the past");
            self.now = due;
            let place = self.timers.iter().position(|(at, _)| *at == due).unwrap();
            let (_, timer) = self.timers.remove(place);
            self.tell(Input::TimerFired(timer));
        }
        self.now = self.now.max(until);
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
