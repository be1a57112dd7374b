//! Alarms: when they look at their datapoints, and which.
//!
//! AWS does not publish how long it takes until a datapoint is there and an alarm has looked at it. Model
//! choice: two constants for each resolution, whose sum is fitted to what AWS measured with ECS: 363 s from a
//! step of the load to the trigger with 60-second metrics, 86 s with 20-second metrics (containers-roadmap
//! issue 2113, launched 2026-06-18). Three whole periods have to breach, and on average the step comes in
//! the middle of a period before: 363 = 30 + 180 + 153, and 86 = 10 + 60 + 16.

use super::evaluate::{EXTRA_PERIODS, judge};
use super::{AutoScaling, Out, Samples, Timer};
use crate::timeline::{
    AlarmChange, AlarmConfiguration, AlarmReason, AlarmState, Datapoint, MetricSource,
    MetricStatistic, ScalingFact,
};
use crate::units::{AlarmId, MetricId, MetricValue, Moment, Span};

/// How long after the end of its period a datapoint of a 60-second metric is there (model choice).
pub const STANDARD_PUBLICATION_LAG: Span = Span::from_secs(120);
/// How long after that an alarm has looked at it (model choice).
pub const STANDARD_EVALUATION_LAG: Span = Span::from_secs(33);
/// [`STANDARD_PUBLICATION_LAG`] of a metric with shorter periods (model choice).
pub const HIGH_RESOLUTION_PUBLICATION_LAG: Span = Span::from_secs(10);
/// [`STANDARD_EVALUATION_LAG`] of a metric with shorter periods (model choice).
pub const HIGH_RESOLUTION_EVALUATION_LAG: Span = Span::from_secs(6);

/// An alarm.
#[derive(Clone, Debug)]
pub(super) struct Alarm {
    pub(super) configuration: Box<AlarmConfiguration>,
    pub(super) state: AlarmState,
    /// How long after the end of a period it is evaluated.
    lag: Span,
    /// When it is evaluated next.
    due: Moment,
    /// The newest datapoint that it has seen.
    pub(super) newest: Option<Datapoint>,
}

/// What an alarm has looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evaluated {
    /// The newest datapoint that is there.
    pub(super) newest: Option<Datapoint>,
    /// How long its period is.
    pub(super) period: Span,
    /// The datapoints that decided on its state.
    pub(super) values: Samples,
    /// Whether the newest period has a datapoint, and it breaches the threshold.
    pub(super) breached: bool,
}

impl AutoScaling {
    pub(super) fn sampled(&mut self, at: Moment, metric: MetricId, samples: Samples) {
        let now = self.session.unix_nanos(at);
        if let Some(metric) = self.metrics.get_mut(&metric) {
            metric.add(now, samples);
        }
    }

    /// Metrics keep as much as the alarm with the longest window looks at.
    pub(super) fn keep_enough(&mut self) {
        for metric in self.metrics.values_mut() {
            metric.keep_least();
        }
        for alarm in self.alarms.values() {
            let periods = alarm.configuration.evaluation_periods;
            let periods = u64::from(periods.saturating_add(EXTRA_PERIODS + 1));
            let window = alarm
                .configuration
                .period
                .as_nanos()
                .saturating_mul(periods);
            for metric in alarm.configuration.source.metrics() {
                if let Some(metric) = self.metrics.get_mut(&metric) {
                    metric.keep_for(window.saturating_add(alarm.lag.as_nanos()));
                }
            }
        }
    }

    pub(super) fn configure_alarm(
        &mut self,
        at: Moment,
        id: AlarmId,
        configuration: Box<AlarmConfiguration>,
        out: &mut Out,
    ) {
        self.last_alarm = self.last_alarm.max(id.0);
        out.fact(ScalingFact::AlarmConfigured {
            alarm: id,
            configuration: configuration.clone(),
        });
        let mut metrics = configuration.source.metrics();
        let high = metrics.all(|it| {
            self.metrics
                .get(&it)
                .is_some_and(|it| it.is_high_resolution())
        });
        let lag = match high {
            true => HIGH_RESOLUTION_PUBLICATION_LAG + HIGH_RESOLUTION_EVALUATION_LAG,
            false => STANDARD_PUBLICATION_LAG + STANDARD_EVALUATION_LAG,
        };
        // An alarm that is changed keeps its state until it is evaluated.
        let state = self
            .alarms
            .get(&id)
            .map_or(AlarmState::default(), |it| it.state);
        // The first period of the session whose datapoint it has not seen yet, on the wall clock.
        let began = self.session.unix_nanos(Moment::START);
        let seen = self.session.unix_nanos(at).saturating_sub(lag.as_nanos());
        let period = configuration.period.as_nanos().max(1);
        let until = (seen.max(began) / period)
            .saturating_add(1)
            .saturating_mul(period);
        let due = Moment::from_nanos(until.saturating_sub(began)) + lag;
        self.alarms.insert(
            id,
            Alarm {
                configuration,
                state,
                lag,
                due,
                newest: None,
            },
        );
        self.keep_enough();
        out.timer(due, Timer::Evaluate { alarm: id, due });
    }

    pub(super) fn delete_alarm(&mut self, id: AlarmId, out: &mut Out) {
        if self.alarms.remove(&id).is_some() {
            out.fact(ScalingFact::AlarmDeleted { alarm: id });
        }
    }

    /// The statistic of a period, on the wall clock.
    fn datapoint(&self, source: MetricSource, from: u64, until: u64) -> Option<MetricValue> {
        let of = |it: MetricStatistic| {
            let metric = self.metrics.get(&it.metric)?;
            metric.statistic(from, until, it.statistic)
        };
        match source {
            MetricSource::Metric(it) => of(it),
            MetricSource::Quotient { dividend, divisor } => of(dividend)?.over(of(divisor)?),
        }
    }

    /// An alarm looks at its datapoints.
    pub(super) fn evaluate(
        &mut self,
        id: AlarmId,
        due: Moment,
        out: &mut Out,
    ) -> Option<Evaluated> {
        let alarm = self.alarms.get(&id).filter(|it| it.due == due)?;
        let period = alarm.configuration.period;
        let until = due - alarm.lag;
        let end = self
            .session
            .unix_nanos(due)
            .saturating_sub(alarm.lag.as_nanos());
        let looked_at = alarm
            .configuration
            .evaluation_periods
            .saturating_add(EXTRA_PERIODS);
        let mut window = std::mem::take(&mut self.window);
        window.clear();
        let alarm = self.alarms.get(&id)?;
        for back in 0..u64::from(looked_at) {
            let end = end.saturating_sub(period.as_nanos().saturating_mul(back));
            let begin = end.saturating_sub(period.as_nanos());
            window.push(self.datapoint(alarm.configuration.source, begin, end));
        }
        let verdict = judge(&window, &alarm.configuration);
        let before = |back: usize| {
            let nanos = period.as_nanos().saturating_mul(back as u64);
            until - Span::from_nanos(nanos)
        };
        let there = |(back, value): (usize, &Option<MetricValue>)| {
            let value = (*value)?;
            let until = before(back);
            Some(Datapoint { until, value })
        };
        let newest = window.iter().enumerate().find_map(there);
        let values = window.iter().flatten().take(verdict.there as usize);
        let values = values.fold(Samples::NONE, |all, it| all.with(Samples::one(*it)));
        let latest = window.first().copied().flatten();
        let alarm_of = &alarm.configuration;
        let breached =
            latest.is_some_and(|it| alarm_of.comparison.breaches(it, alarm_of.threshold));
        out.fact(ScalingFact::AlarmEvaluated {
            alarm: id,
            until,
            datapoint: latest,
        });
        let (from, to) = (alarm.state, verdict.state.unwrap_or(alarm.state));
        if from != to {
            let evaluated = window.iter().enumerate().filter_map(there);
            let evaluated = evaluated.take(verdict.there as usize);
            let reason = AlarmReason {
                datapoints: evaluated.collect(),
                breaching: verdict.breaching,
                filled: verdict.filled,
            };
            let change = Box::new(AlarmChange { from, to, reason });
            out.fact(ScalingFact::AlarmChanged { alarm: id, change });
        }
        self.window = window;
        let alarm = self.alarms.get_mut(&id)?;
        alarm.state = to;
        alarm.newest = newest;
        alarm.due = due + period;
        let due = alarm.due;
        out.timer(due, Timer::Evaluate { alarm: id, due });
        Some(Evaluated {
            newest,
            period,
            values,
            breached,
        })
    }
}
