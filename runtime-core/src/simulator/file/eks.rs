//! A Deployment of pods on EKS: `[eks]`.

use super::value::Seconds;
use crate::platform::fargate::PodRequests;
use crate::simulator::fargate::{AutoscalerPlan, EksPlan, PodMeasure};
use crate::timeline::{EksPods, Label, ProfileSelector, ScalingRules, TaskSize};
use crate::units::{MetricValue, Span};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where pods and selectors are, unless the file says so.
const NAMESPACE: &str = "default";

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OrchestratorModel {
    #[default]
    Ecs,
    Eks,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EksModel {
    namespace: Option<String>,
    labels: BTreeMap<String, String>,
    profile: Option<Vec<SelectorModel>>,
    init: Vec<RequestModel>,
    containers: Vec<RequestModel>,
    autoscaler: Option<AutoscalerModel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SelectorModel {
    namespace: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// What a container asks for.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RequestModel {
    cpu: u32,
    memory: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AutoscalerModel {
    minimum: u32,
    maximum: u32,
    cpu: Option<f64>,
    requests_per_second: Option<f64>,
    scale_up_stabilization: Option<Seconds>,
    scale_down_stabilization: Option<Seconds>,
}

impl EksModel {
    pub(super) const fn is_scaled(&self) -> bool {
        self.autoscaler.is_some()
    }

    /// What it says, with what the service's own container asks for.
    pub(super) fn plan(self, own: TaskSize) -> EksPlan {
        let namespace = self.namespace.unwrap_or_else(|| NAMESPACE.to_owned());
        let profile = match self.profile {
            Some(selectors) => selectors.into_iter().map(SelectorModel::selector).collect(),
            None => vec![ProfileSelector {
                namespace: NAMESPACE.to_owned(),
                labels: Vec::new(),
            }],
        };
        let sizes = |of: &[RequestModel]| {
            of.iter()
                .map(|it| TaskSize::new(it.cpu, it.memory))
                .collect()
        };
        let others: Vec<TaskSize> = sizes(&self.containers);
        EksPlan {
            pods: EksPods {
                namespace,
                labels: pairs(self.labels),
                profile,
            },
            requests: PodRequests {
                init: sizes(&self.init),
                containers: std::iter::once(own).chain(others).collect(),
            },
            autoscaler: self.autoscaler.map(AutoscalerModel::plan),
        }
    }
}

fn pairs(labels: BTreeMap<String, String>) -> Vec<Label> {
    labels.into_iter().collect()
}

impl SelectorModel {
    fn selector(self) -> ProfileSelector {
        ProfileSelector {
            namespace: self.namespace,
            labels: pairs(self.labels),
        }
    }
}

impl AutoscalerModel {
    fn plan(self) -> AutoscalerPlan {
        let span = |it: Option<Seconds>, default: Span| it.map_or(default, |it| it.0);
        let target = |it: f64| MetricValue::from_millionths((it * 1e6).round() as i64);
        let metrics = [
            (PodMeasure::Cpu, self.cpu),
            (PodMeasure::RequestsPerSecond, self.requests_per_second),
        ];
        let given = metrics.into_iter();
        AutoscalerPlan {
            minimum: self.minimum,
            maximum: self.maximum,
            metrics: given
                .filter_map(|(measure, it)| Some((measure, target(it?))))
                .collect(),
            up: span(
                self.scale_up_stabilization,
                ScalingRules::default_up().stabilization,
            ),
            down: span(
                self.scale_down_stabilization,
                ScalingRules::default_down().stabilization,
            ),
        }
    }
}
