//! A service, and the function that has its requests as well.

use crate::simulator::fargate::{Detail, IncidentKind, PlanError, ServicePlan};
use crate::simulator::{
    ColdStart, Distribution, Estimate, HandlerTime, Load, Scenario, SimulatedFunction, Way,
};
use crate::timeline::Architecture;
use crate::units::{MemoryMb, Span};

/// The longest name that a function can have (Lambda API reference, CreateFunction).
const LONGEST_NAME: usize = 64;

/// What is compared. What comes, what a request asks for, for how long, and the seed are the service's.
#[derive(Clone, Debug, PartialEq)]
pub struct SidesPlan {
    /// The service.
    pub service: ServicePlan,
    /// The function.
    pub lambda: LambdaPlan,
}

/// A function, but for what a request asks of it.
#[derive(Clone, Debug, PartialEq)]
pub struct LambdaPlan {
    /// Memory, which its share of a vCPU follows from.
    pub memory: MemoryMb,
    /// Its timeout.
    pub timeout: Span,
    /// Both are taken to be equally fast.
    pub architecture: Architecture,
    /// Until a new environment is there: not billed.
    pub start: Distribution,
    /// The INIT phase.
    pub init: Distribution,
    /// Reserved concurrency, if it has some.
    pub reserved_concurrency: Option<u32>,
    /// Account concurrency.
    pub concurrency: u32,
    /// How long an idle environment is kept.
    pub idle_expiry: Span,
}

impl SidesPlan {
    /// The function's side as a scenario. It ends when requests end, as the service's does: what has no response by
    /// then has none on either side.
    pub fn scenario(&self) -> Scenario {
        let (service, lambda) = (&self.service, &self.lambda);
        let name: String = service.name.chars().take(LONGEST_NAME).collect();
        let duration = HandlerTime::Computed {
            work: service.requests.work.clone(),
            wait: service.requests.wait.clone(),
        };
        let cold_start = ColdStart::Phases {
            start: lambda.start.clone(),
            init: lambda.init.clone(),
        };
        let mut function = SimulatedFunction::named(&name, duration, cold_start);
        let configuration = &mut function.configuration;
        configuration.memory = lambda.memory;
        configuration.timeout = lambda.timeout;
        configuration.architecture = lambda.architecture;
        configuration.reserved_concurrency = lambda.reserved_concurrency;
        Scenario {
            seed: service.seed,
            length: service.length,
            settle: Span::ZERO,
            concurrency: lambda.concurrency,
            idle_expiry: lambda.idle_expiry,
            functions: vec![function],
            loads: vec![Load {
                function: 0,
                arrivals: service.arrivals.clone(),
                way: Way::Request {
                    retries: service.requests.retries,
                },
            }],
        }
    }

    /// What is wrong with the service, or with comparing it; empty if nothing is. What is wrong with the function,
    /// [`Scenario::check`] finds.
    pub fn check_service(&self) -> Vec<PlanError> {
        let plan = &self.service;
        let is_slow = |what: &IncidentKind| matches!(what, IncidentKind::SlowDependency { .. });
        let one_sided = [
            (plan.queue.is_some(), "queue"),
            (plan.requests.detail == Detail::Fluid, "requests.detail"),
            (!plan.security.all_open(), "security_groups"),
            (plan.eks.is_some(), "service.orchestrator"),
            (
                plan.incidents.iter().any(|it| is_slow(&it.what)),
                "incident",
            ),
        ];
        let one_sided = one_sided.into_iter().filter(|(wrong, _)| *wrong);
        let mut errors = plan.check();
        errors.extend(one_sided.map(|(_, field)| PlanError::OneSided { field }));
        errors
    }

    /// What it asks for: each request comes to both sides.
    pub fn estimate(&self) -> Estimate {
        let one = self.service.estimate();
        Estimate {
            requests: one.requests * 2.0,
            ..one
        }
    }
}
