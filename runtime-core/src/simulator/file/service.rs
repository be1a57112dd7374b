//! Tables and fields of a file that describes a service on Fargate.

use super::arrivals::ArrivalsModel;
use super::deployment::DeploymentModel;
use super::eks::{EksModel, OrchestratorModel};
use super::error::Wrong;
use super::incident::IncidentModel;
use super::lambda::LambdaModel;
use super::model::{RetriesModel, SpacingModel};
use super::rate::{RateModel, rate_or_number};
use super::scaling::ScalingModel;
use super::security::SecurityModel;
use super::value::{Seconds, Time};
use crate::generator::Seed;
use crate::simulator::check::Part;
use crate::simulator::fargate::{
    Algorithm, BalancerPlan, CLIENTS, Detail, EksPlan, NetworkPlan, QueuePlan, RequestPlan,
    ServicePlan, TaskPace,
};
use crate::simulator::{Arrivals, Distribution, Retries};
use crate::timeline::{
    Architecture, CapacityProvider, CircuitBreaker, ContainerDefinition, DeploymentConfiguration,
    Endpoints, FargateAccount, OperatingSystem, Route, StrategyItem, TargetCheck, TaskDefinition,
    TaskSize,
};
use crate::units::{CpuUnits, Span, StorageGib};
use serde::Deserialize;

/// Memory of a task and of its requests is given in MiB.
const MIB: u64 = 1 << 20;
/// How many requests a task handles at a time, unless the file says so (model choice: the default of many web
/// servers' pools of threads is about as large).
const AT_ONCE: u32 = 200;
/// Compressed image that is pulled a second, in MiB, unless the file says so: facts, section 2, give 30 to 60.
const PULL_RATE: f64 = 45.0;
/// The part of an image that is pulled before its containers start with SOCI's lazy loading: "up to 60 %"
/// faster (re:Invent 2023, CON307).
const LAZY_PART: f64 = 0.4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceFileModel {
    #[serde(rename = "version")]
    _version: i64,
    name: String,
    #[serde(default)]
    about: String,
    #[serde(default = "first_seed")]
    seed: u64,
    length: Seconds,
    service: ServiceModel,
    #[serde(default)]
    network: NetworkModel,
    #[serde(default)]
    security_groups: SecurityModel,
    #[serde(default)]
    task: TaskModel,
    balancer: Option<BalancerModel>,
    queue: Option<QueueModel>,
    requests: RequestsModel,
    scaling: Option<ScalingModel>,
    #[serde(default)]
    eks: EksModel,
    #[serde(default, rename = "incident")]
    incidents: Vec<IncidentModel>,
    /// A function that has the same requests.
    pub(super) lambda: Option<LambdaModel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceModel {
    name: String,
    #[serde(default)]
    orchestrator: OrchestratorModel,
    cpu: u32,
    memory: u32,
    #[serde(default)]
    os: OsModel,
    architecture: Option<Architecture>,
    ephemeral_storage: Option<u32>,
    desired: u32,
    minimum_healthy_percent: Option<u32>,
    maximum_percent: Option<u32>,
    #[serde(default)]
    circuit_breaker: BreakerModel,
    #[serde(default)]
    deployment: DeploymentModel,
    rebalancing: Option<bool>,
    grace_period: Option<Seconds>,
    on_demand_vcpus: Option<u32>,
    spot_vcpus: Option<u32>,
    #[serde(default)]
    strategy: Vec<StrategyModel>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OsModel {
    #[default]
    Linux,
    Windows,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum BreakerModel {
    #[default]
    Off,
    On,
    Rollback,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrategyModel {
    provider: ProviderModel,
    #[serde(default)]
    base: u32,
    #[serde(default)]
    weight: u32,
}

#[derive(Clone, Copy, Deserialize)]
enum ProviderModel {
    #[serde(rename = "FARGATE")]
    Fargate,
    #[serde(rename = "FARGATE_SPOT")]
    FargateSpot,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NetworkModel {
    zones: Option<u8>,
    prefix: Option<u8>,
    route: RouteModel,
    public_ip: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RouteModel {
    #[default]
    Nat,
    InternetGateway,
    Endpoints,
    None,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TaskModel {
    attach: Option<Time>,
    image: Option<f64>,
    pull_rate: Option<f64>,
    lazy: bool,
    start: Option<Time>,
    boot: Option<Time>,
    end: Option<Time>,
    stop_timeout: Option<Seconds>,
    idle_memory: u64,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BalancerModel {
    algorithm: Algorithm,
    slow_start: Option<Seconds>,
    sticky: Option<Seconds>,
    interval: Option<Seconds>,
    timeout: Option<Seconds>,
    healthy: Option<u32>,
    unhealthy: Option<u32>,
    deregistration_delay: Option<Seconds>,
    idle_timeout: Option<Seconds>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct QueueModel {
    visibility_timeout: Option<Seconds>,
    retention: Option<Seconds>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestsModel {
    #[serde(default, deserialize_with = "rate_or_number")]
    rate: Option<RateModel>,
    trace: Option<String>,
    row: Option<String>,
    #[serde(default)]
    spacing: SpacingModel,
    work: Time,
    wait: Option<Time>,
    at_once: Option<u32>,
    #[serde(default)]
    memory: u64,
    clients: Option<u32>,
    retries: Option<RetriesModel>,
    #[serde(default)]
    detail: Detail,
}

fn first_seed() -> u64 {
    1
}

impl ServiceFileModel {
    /// Whether it says that requests come both ways.
    pub(super) const fn has_balancer_and_queue(&self) -> bool {
        self.balancer.is_some() && self.queue.is_some()
    }

    /// What it says that only a service of ECS has, though pods of EKS are asked for: the field, and why.
    pub(super) fn wrong_of_pods(&self) -> Option<(&'static str, &'static str)> {
        let service = &self.service;
        let wrong = [
            (
                "scaling",
                self.scaling.is_some() && !self.eks.is_scaled(),
                "Application Auto Scaling does not scale pods: give an [eks.autoscaler]",
            ),
            (
                "service.spot_vcpus",
                service.spot_vcpus.is_some(),
                "EKS on Fargate has no Spot: leave it out",
            ),
            (
                "service.minimum_healthy_percent",
                service.minimum_healthy_percent.is_some(),
                "a Deployment has maxUnavailable instead, 25 %: leave it out",
            ),
        ];
        let wrong = wrong.into_iter().filter(|(_, wrong, _)| *wrong);
        let mut wrong = wrong.map(|(field, _, why)| (field, why));
        wrong
            .next()
            .filter(|_| service.orchestrator == OrchestratorModel::Eks)
    }

    /// Name and about.
    pub(super) fn take_words(&mut self) -> (String, String) {
        let take = std::mem::take::<String>;
        (take(&mut self.name), take(&mut self.about))
    }

    /// The service that it describes. `open` gives the text of a trace by its name, or says why there is none.
    ///
    /// # Errors
    /// If what comes is said twice or not at all, or its trace is none.
    pub(super) fn plan(
        mut self,
        open: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<ServicePlan, Box<Wrong>> {
        let arrivals = self.requests.arrivals(open)?;
        let task = &self.task;
        let own = TaskSize::new(self.service.cpu, self.service.memory);
        let eks = match self.service.orchestrator {
            OrchestratorModel::Ecs => None,
            OrchestratorModel::Eks => Some(self.eks.plan(own)),
        };
        let pace = task.pace(match eks {
            None => TaskPace::default(),
            Some(_) => TaskPace::of_pods(),
        });
        let idle_memory = task.idle_memory.saturating_mul(MIB);
        let stop_timeout = task.stop_timeout.map(|it| it.0);
        let service = self.service;
        let security = self.security_groups.plan();
        Ok(ServicePlan {
            seed: Seed(self.seed),
            length: self.length.0,
            account: service.account(eks.is_some()),
            network: self.network.plan(),
            name: service.name.clone(),
            desired: service.desired,
            definition: service.definition(eks.as_ref(), stop_timeout, security.port),
            security,
            strategy: service.strategy.iter().map(StrategyModel::item).collect(),
            deployment: service.deployment.plan(service.deployment()),
            deployment_alarm: service.deployment.alarm(),
            rebalancing: service.rebalancing.unwrap_or(eks.is_none()),
            grace_period: service.grace_period.map_or(Span::ZERO, |it| it.0),
            pace,
            balancer: self.balancer.unwrap_or_default().plan(),
            queue: self.queue.map(QueueModel::plan),
            arrivals,
            requests: RequestPlan {
                work: self.requests.work.0,
                wait: time(self.requests.wait),
                at_once: self.requests.at_once.unwrap_or(AT_ONCE),
                idle_memory,
                memory: self.requests.memory.saturating_mul(MIB),
                clients: self.requests.clients.unwrap_or(CLIENTS),
                retries: self.requests.retries.map(Retries::from),
                detail: self.requests.detail,
            },
            // Each orchestrator has its own.
            scaling: self
                .scaling
                .filter(|_| eks.is_none())
                .map(ScalingModel::plan),
            incidents: self
                .incidents
                .into_iter()
                .map(IncidentModel::incident)
                .collect(),
            eks,
        })
    }
}

impl RequestsModel {
    fn arrivals(
        &mut self,
        open: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Arrivals, Box<Wrong>> {
        let given = ArrivalsModel {
            load: None,
            rate: self.rate.take(),
            trace: self.trace.take(),
            row: self.row.take(),
            spacing: self.spacing,
        };
        given.arrivals(open).map_err(|(field, error)| {
            let field = match field {
                "trace" => "requests.trace",
                "row" => "requests.row",
                _ => "requests.rate",
            };
            let part = Part::Whole;
            Box::new(Wrong { part, field, error })
        })
    }
}

fn time(it: Option<Time>) -> Distribution {
    it.map_or(Distribution::Constant(Span::ZERO), |it| it.0)
}

impl ServiceModel {
    fn account(&self, pods: bool) -> FargateAccount {
        let mut account = match pods {
            true => FargateAccount::of_pods(),
            false => FargateAccount::default(),
        };
        if let Some(vcpus) = self.on_demand_vcpus {
            account.on_demand = CpuUnits::from_vcpus(vcpus);
        }
        if let Some(vcpus) = self.spot_vcpus {
            account.spot = CpuUnits::from_vcpus(vcpus);
        }
        account
    }

    fn definition(
        &self,
        eks: Option<&EksPlan>,
        stop_timeout: Option<Span>,
        port: u16,
    ) -> TaskDefinition {
        let size = match eks {
            None => TaskSize::new(self.cpu, self.memory),
            // What is too large is told by its own words.
            Some(eks) => eks.size().unwrap_or(TaskSize::new(256, 512)),
        };
        let mut definition = TaskDefinition::of(self.name.clone(), size);
        definition.operating_system = match self.os {
            OsModel::Linux => OperatingSystem::Linux,
            OsModel::Windows => OperatingSystem::Windows,
        };
        definition.architecture = self.architecture.unwrap_or_default();
        definition.ephemeral_storage = self.ephemeral_storage.map(StorageGib::new);
        definition.containers = vec![ContainerDefinition {
            port: Some(port),
            stop_timeout,
            ..ContainerDefinition::named(self.name.clone())
        }];
        definition
    }

    fn deployment(&self) -> DeploymentConfiguration {
        let default = DeploymentConfiguration::default();
        let breaker = |rollback| {
            Some(CircuitBreaker {
                rollback,
                ..CircuitBreaker::default()
            })
        };
        DeploymentConfiguration {
            minimum_healthy_percent: self
                .minimum_healthy_percent
                .unwrap_or(default.minimum_healthy_percent),
            maximum_percent: self.maximum_percent.unwrap_or(default.maximum_percent),
            circuit_breaker: match self.circuit_breaker {
                BreakerModel::Off => None,
                BreakerModel::On => breaker(false),
                BreakerModel::Rollback => breaker(true),
            },
            ..default
        }
    }
}

impl StrategyModel {
    fn item(&self) -> StrategyItem {
        StrategyItem {
            provider: match self.provider {
                ProviderModel::Fargate => CapacityProvider::Fargate,
                ProviderModel::FargateSpot => CapacityProvider::FargateSpot,
            },
            base: self.base,
            weight: self.weight,
        }
    }
}

impl NetworkModel {
    fn plan(self) -> NetworkPlan {
        let default = NetworkPlan::default();
        NetworkPlan {
            zones: self.zones.unwrap_or(default.zones),
            prefix: self.prefix.unwrap_or(default.prefix),
            route: match self.route {
                RouteModel::Nat => Route::Nat,
                RouteModel::InternetGateway => Route::InternetGateway,
                RouteModel::Endpoints => Route::Endpoints(Endpoints {
                    ecr_api: true,
                    ecr_dkr: true,
                    s3: true,
                    logs: true,
                    secrets_manager: true,
                }),
                RouteModel::None => Route::None,
            },
            public_ip: self.public_ip,
        }
    }
}

impl TaskModel {
    fn pace(&self, default: TaskPace) -> TaskPace {
        let given = |it: &Option<Time>, default| it.as_ref().map_or(default, |it| it.0.clone());
        let pull = match self.image {
            None => default.pull,
            Some(image) => {
                let part = if self.lazy { LAZY_PART } else { 1.0 };
                let rate = self.pull_rate.unwrap_or(PULL_RATE).max(1e-3);
                let nanos = (image.max(0.0) * part / rate * 1e9).round();
                Distribution::Constant(Span::from_nanos(nanos as u64))
            }
        };
        TaskPace {
            attach: given(&self.attach, default.attach),
            pull,
            start: given(&self.start, default.start),
            boot: given(&self.boot, default.boot),
            end: given(&self.end, default.end),
            detach: default.detach,
        }
    }
}

impl QueueModel {
    fn plan(self) -> QueuePlan {
        let default = QueuePlan::default();
        let span = |it: Option<Seconds>, default| it.map_or(default, |it| it.0);
        QueuePlan {
            visibility_timeout: span(self.visibility_timeout, default.visibility_timeout),
            retention: span(self.retention, default.retention),
        }
    }
}

impl BalancerModel {
    fn plan(self) -> BalancerPlan {
        let default = BalancerPlan::default();
        let span = |it: Option<Seconds>, default| it.map_or(default, |it| it.0);
        let check = default.check;
        BalancerPlan {
            algorithm: self.algorithm,
            slow_start: span(self.slow_start, default.slow_start),
            stickiness: self.sticky.map(|it| it.0),
            check: TargetCheck {
                interval: span(self.interval, check.interval),
                timeout: span(self.timeout, check.timeout),
                healthy: self.healthy.unwrap_or(check.healthy),
                unhealthy: self.unhealthy.unwrap_or(check.unhealthy),
            },
            deregistration_delay: span(self.deregistration_delay, default.deregistration_delay),
            idle_timeout: span(self.idle_timeout, default.idle_timeout),
        }
    }
}
