//! How a service is deployed: `[service.deployment]`.

use super::value::Seconds;
use crate::simulator::fargate::DeploymentAlarmPlan;
use crate::timeline::{
    DeploymentAlarms, DeploymentConfiguration, DeploymentStrategy, TrafficShare,
};
use crate::units::Span;
use serde::{Deserialize, Deserializer, de};

/// Of the alarm, in seconds, unless the file says so.
const PERIOD: Span = Span::from_secs(60);

#[derive(Default, Deserialize)]
#[serde(default, try_from = "DeploymentFields")]
pub(super) struct DeploymentModel {
    strategy: DeploymentStrategy,
    bake_time: Option<Span>,
    alarm: Option<AlarmModel>,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StrategyModel {
    #[default]
    Rolling,
    BlueGreen,
    Linear,
    Canary,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DeploymentFields {
    strategy: StrategyModel,
    bake_time: Option<Seconds>,
    step_percent: Option<Percent>,
    step_bake_time: Option<Seconds>,
    canary_percent: Option<Percent>,
    canary_bake_time: Option<Seconds>,
    alarm: Option<AlarmModel>,
}

/// More errors than the threshold in a period.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlarmModel {
    threshold: u32,
    period: Option<Seconds>,
    evaluation_periods: Option<u32>,
    datapoints_to_alarm: Option<u32>,
    #[serde(default = "yes")]
    rollback: bool,
}

const fn yes() -> bool {
    true
}

/// A multiple of 0.1 from 0 to 100.
#[derive(Clone, Copy)]
struct Percent(TrafficShare);

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = f64::deserialize(deserializer)?;
        let tenths = (percent * 10.0).round();
        let right = (0.0..=100.0).contains(&percent) && (tenths - percent * 10.0).abs() < 1e-6;
        match right {
            true => Ok(Percent(TrafficShare::from_tenths(tenths as u16))),
            false => Err(de::Error::custom(format!(
                "{percent} is no multiple of 0.1 from 0 to 100"
            ))),
        }
    }
}

impl TryFrom<DeploymentFields> for DeploymentModel {
    type Error = String;

    fn try_from(it: DeploymentFields) -> Result<Self, String> {
        let linear = it.strategy == StrategyModel::Linear;
        let canary = it.strategy == StrategyModel::Canary;
        let shifts = it.strategy != StrategyModel::Rolling;
        let known = [
            ("bake_time", it.bake_time.is_some(), shifts),
            ("step_percent", it.step_percent.is_some(), linear),
            ("step_bake_time", it.step_bake_time.is_some(), linear),
            ("canary_percent", it.canary_percent.is_some(), canary),
            ("canary_bake_time", it.canary_bake_time.is_some(), canary),
        ];
        if let Some((field, ..)) = known.into_iter().find(|(_, given, its)| *given && !its) {
            return Err(format!("{field} is of another strategy"));
        }
        let or = |given: Option<Seconds>, default| given.map_or(default, |it| it.0);
        let share = |given: Option<Percent>, default| given.map_or(default, |it| it.0);
        let strategy = match it.strategy {
            StrategyModel::Rolling => DeploymentStrategy::Rolling,
            StrategyModel::BlueGreen => DeploymentStrategy::BlueGreen,
            StrategyModel::Linear => {
                let (step, bake) = DeploymentStrategy::LINEAR.after(TrafficShare::NONE);
                DeploymentStrategy::Linear {
                    step: share(it.step_percent, step),
                    bake: or(it.step_bake_time, bake),
                }
            }
            StrategyModel::Canary => {
                let (first, bake) = DeploymentStrategy::CANARY.after(TrafficShare::NONE);
                DeploymentStrategy::Canary {
                    first: share(it.canary_percent, first),
                    bake: or(it.canary_bake_time, bake),
                }
            }
        };
        Ok(DeploymentModel {
            strategy,
            bake_time: it.bake_time.map(|it| it.0),
            alarm: it.alarm,
        })
    }
}

impl DeploymentModel {
    /// What it says, beside percentages and circuit breaker.
    pub(super) fn plan(&self, others: DeploymentConfiguration) -> DeploymentConfiguration {
        DeploymentConfiguration {
            strategy: self.strategy,
            bake_time: self.bake_time,
            alarms: self.alarm.map(|it| DeploymentAlarms {
                rollback: it.rollback,
            }),
            ..others
        }
    }

    pub(super) fn alarm(&self) -> Option<DeploymentAlarmPlan> {
        let it = self.alarm?;
        let periods = it.evaluation_periods.unwrap_or(1);
        Some(DeploymentAlarmPlan {
            threshold: it.threshold,
            period: it.period.map_or(PERIOD, |it| it.0),
            evaluation_periods: periods,
            // All of them, as PutMetricAlarm has it.
            datapoints_to_alarm: it.datapoints_to_alarm.unwrap_or(periods),
        })
    }
}
