//! What deployments of a simulated service look at: an alarm on the load balancer's errors.

use super::measures::Measure;
use super::plan::ServicePlan;
use crate::platform::fargate::Input;
use crate::timeline::{
    AlarmConfiguration, AlarmState, Comparison, MetricSource, MetricStatistic, MissingData,
    ScalingFact, Statistic,
};
use crate::units::{AlarmId, MetricValue, ServiceId, Span};

/// An alarm on `HTTPCode_ELB_5XX_Count` of the service's load balancer, which "How CloudWatch alarms detect Amazon ECS
/// deployment failures" (Amazon ECS developer guide) recommends. Minutes without an error have no datapoint, and do
/// not breach the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeploymentAlarmPlan {
    /// `Threshold`: more errors than that in a period breach it.
    pub threshold: u32,
    /// `Period`.
    pub period: Span,
    /// `EvaluationPeriods`.
    pub evaluation_periods: u32,
    /// `DatapointsToAlarm`.
    pub datapoints_to_alarm: u32,
}

impl DeploymentAlarmPlan {
    pub(super) fn alarm(&self, service: &str) -> AlarmConfiguration {
        AlarmConfiguration {
            name: format!("{service}-5xx"),
            source: MetricSource::Metric(MetricStatistic {
                metric: Measure::Errors.id(),
                statistic: Statistic::Sum,
            }),
            period: self.period,
            evaluation_periods: self.evaluation_periods,
            datapoints_to_alarm: self.datapoints_to_alarm,
            comparison: Comparison::GreaterThanThreshold,
            threshold: MetricValue::whole(self.threshold.into()),
            missing: MissingData::NotBreaching,
            actions: Vec::new(),
        }
    }
}

impl ServicePlan {
    /// What ECS is told when the alarm of the service's deployments changes.
    pub(super) fn alarm_of_deployments(
        &self,
        service: ServiceId,
        fact: &ScalingFact,
    ) -> Option<Input> {
        let ScalingFact::AlarmChanged { alarm, change } = fact else {
            return None;
        };
        let is_its = self.deployment_alarm_id() == Some(*alarm);
        is_its.then_some(Input::DeploymentAlarm {
            service,
            in_alarm: change.to == AlarmState::Alarm,
        })
    }

    /// After those of step scaling.
    fn deployment_alarm_id(&self) -> Option<AlarmId> {
        let others = u32::try_from(self.alarms().len()).ok()?;
        self.deployment_alarm?;
        Some(AlarmId(others + 1))
    }
}
