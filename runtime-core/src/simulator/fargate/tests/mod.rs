//! Services under load.
//!
//! ```text
//! mod         a sink that keeps all; what is always true
//! balancing   which target a request goes to
//! fluid       flows against requests one by one
//! queueing    what queueing theory says of requests and tasks
//! scaling     alarms and activities at the moments that AWS has measured
//! incidents   deployments and failures
//! security    what security groups drop
//! shifts      deployments that shift traffic
//! workers     tasks that work off a queue
//! ```

mod balancing;
mod fluid;
mod incidents;
mod queueing;
mod scaling;
mod security;
mod shifts;
mod workers;

use super::*;
use crate::generator::Seed;
use crate::simulator::{Arrivals, Curve, Distribution, Spacing};
use crate::timeline::{
    ContainerDefinition, FargateAccount, FargateFact, ScalingFact, TaskDefinition, TaskSize,
};
use crate::units::{CpuUnits, MetricValue, Moment, Span};
use proptest::prelude::*;

/// From 2 to 40 tasks by one metric.
fn tracked(metric: ServiceMetric, value: i64) -> ScalingPlan {
    ScalingPlan {
        minimum: 2,
        maximum: 40,
        suspended: Default::default(),
        policies: vec![PolicyPlan::Tracking(TrackingPlan {
            metric,
            value: MetricValue::whole(value),
            scale_out_cooldown: None,
            scale_in_cooldown: None,
            disable_scale_in: false,
        })],
        schedule: Vec::new(),
    }
}

/// Keeps what happens.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) facts: Vec<(Moment, FargateFact)>,
    pub(super) scaling: Vec<(Moment, ScalingFact)>,
    pub(super) arrived: u64,
    pub(super) again: u64,
    pub(super) answers: Vec<(Moment, Answer, Span)>,
    pub(super) samples: Vec<(Moment, Sample)>,
}

impl ServiceSink for Kept {
    fn fargate(&mut self, at: Moment, fact: &FargateFact) {
        self.facts.push((at, fact.clone()));
    }
    fn scaling(&mut self, at: Moment, fact: &ScalingFact) {
        self.scaling.push((at, fact.clone()));
    }
    fn changed(&mut self, _: Moment, _: &crate::platform::fargate::ServiceView) {}
    fn arrived(&mut self, _: Moment, again: bool, count: u64) {
        self.arrived += count;
        self.again += u64::from(again) * count;
    }
    fn answered(&mut self, at: Moment, answer: Answer, latency: Span, count: u64) {
        let answer = (at, answer, latency);
        self.answers.extend((0..count).map(|_| answer));
    }
    fn sampled(&mut self, at: Moment, sample: &Sample) {
        self.samples.push((at, *sample));
    }
}

impl Kept {
    pub(super) fn of(plan: &ServicePlan) -> Kept {
        assert_eq!(plan.check(), []);
        let mut kept = Kept::default();
        simulate_service(plan, &mut kept);
        kept
    }

    pub(super) fn count(&self, answer: Answer) -> usize {
        self.answers.iter().filter(|it| it.1 == answer).count()
    }

    /// The mean latency of what was served, in seconds.
    pub(super) fn mean_latency(&self) -> f64 {
        let served = self.answers.iter().filter(|it| it.1 == Answer::Served);
        let (sum, count) = served.fold((0.0, 0.0), |(sum, count), it| {
            (sum + it.2.as_nanos() as f64 / 1e9, count + 1.0)
        });
        sum / count
    }
}

pub(super) fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

/// A moment so many seconds after the start.
pub(super) fn at(seconds: u64) -> Moment {
    Moment::START + LEAD + secs(seconds)
}

/// Seconds since the start.
pub(super) fn seconds(at: Moment) -> f64 {
    at.as_nanos() as f64 / 1e9 - LEAD.as_nanos() as f64 / 1e9
}

pub(super) fn steady(rate: f64) -> Arrivals {
    Arrivals::Curve {
        curve: Curve::steady(rate),
        spacing: Spacing::Poisson,
    }
}

pub(super) fn exponential(millis: u64) -> Distribution {
    Distribution::Exponential {
        mean: Span::from_millis(millis),
    }
}

/// A service of so many tasks, and a quota that does not matter.
pub(super) fn web(
    cpu: u32,
    memory: u32,
    desired: u32,
    work: Distribution,
    rate: f64,
) -> ServicePlan {
    let mut definition = TaskDefinition::of("web", TaskSize::new(cpu, memory));
    definition.containers = vec![ContainerDefinition {
        port: Some(80),
        ..ContainerDefinition::named("web")
    }];
    let mut plan = ServicePlan::of(definition, desired, work, steady(rate), secs(600));
    plan.account = FargateAccount {
        on_demand: CpuUnits::from_vcpus(10_000),
        spot: CpuUnits::from_vcpus(10_000),
        ..FargateAccount::default()
    };
    plan
}

#[test]
fn the_first_tasks_are_healthy_before_requests_come() {
    let kept = Kept::of(&web(256, 512, 6, exponential(10), 20.0));
    assert_eq!(kept.count(Answer::Served), kept.answers.len());
    assert!(kept.answers.len() > 11_000);
}

#[test]
fn plans_that_cannot_be_are_refused_with_what_to_do() {
    let mut plan = web(300, 512, 1, exponential(10), 1.0);
    plan.length = Span::ZERO;
    plan.requests.at_once = 0;
    plan.network.prefix = 30;
    plan.network.zones = 9;
    let errors = plan.check();
    let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
    for wanted in ["time to simulate", "9 zones", "/30", "no request at all"] {
        assert!(words.iter().any(|it| it.contains(wanted)), "{words:?}");
    }
    assert!(
        errors
            .iter()
            .any(|it| matches!(it, PlanError::Definition(_)))
    );
    assert!(errors.iter().all(|it| !it.hint().is_empty()));
}

/// The first replication is the plan's own run; of what does not change by chance there is no doubt.
#[test]
fn replications_have_seeds_of_their_own() {
    let mut plan = web(256, 512, 3, exponential(10), 20.0);
    plan.length = secs(120);
    assert_eq!(plan.replication(0), plan);
    let headline = |n| {
        let replication = plan.replication(n);
        let so_far = watch_service(&replication, ("", ""), None, || Span::ZERO, |_| {});
        (so_far.headline, so_far.cost)
    };
    let runs: Vec<_> = (0..5).map(headline).collect();
    assert!(
        runs.iter()
            .skip(1)
            .all(|it| it.0.requests != runs[0].0.requests)
    );
    let intervals = service_intervals(&runs);
    let of = |wanted: &str| {
        intervals
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|it| it.1)
    };
    let requests = of("requests").unwrap();
    assert!((requests.mean - 2_400.0).abs() < 150.0, "{requests:?}");
    assert!(requests.half_width > Some(1.0), "{requests:?}");
    assert_eq!(of("running").unwrap().half_width, Some(0.0));
    // Without prices it costs nothing that could be said, and without a queue there is none.
    assert_eq!((of("cost"), of("backlog, most")), (None, None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Each request ends once or is still on its way; the same seed gives the same run.
    #[test]
    fn requests_are_conserved(
        seed in 0_u64..1_000,
        desired in 0_u32..4,
        rate in 0.5_f64..60.0,
        work in 1_u64..200,
        at_once in 1_u32..20,
        least in any::<bool>(),
        retries in 0_u16..3,
        crash in 0.0_f64..1.0,
    ) {
        let mut plan = web(256, 512, desired, exponential(work), rate);
        plan.seed = Seed(seed);
        plan.length = secs(300);
        plan.requests.at_once = at_once;
        plan.requests.wait = exponential(20);
        plan.requests.idle_memory = 100 << 20;
        plan.requests.memory = 30 << 20;
        plan.requests.retries = Some(crate::simulator::Retries { most: retries, wait: secs(1) });
        if least {
            plan.balancer.algorithm = Algorithm::LeastOutstandingRequests;
        }
        plan.incidents = vec![
            Incident { at: secs(60), what: IncidentKind::Crash { share: crash } },
            Incident { at: secs(90), what: IncidentKind::ZoneFailure { zone: 1, lasts: secs(60) } },
            Incident { at: secs(100), what: IncidentKind::SlowDependency { factor: 5.0, lasts: secs(60) } },
            Incident { at: secs(200), what: IncidentKind::Deployment { flaw: None, desired: None } },
        ];
        let kept = Kept::of(&plan);
        prop_assert!(kept.answers.len() as u64 <= kept.arrived);
        prop_assert!(kept.answers.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        // What has no answer came in the last minute before the end: after that it is 504.
        let late = kept.arrived - kept.answers.len() as u64;
        let could = rate * 60.0 * f64::from(retries + 1) * 2.0 + 60.0;
        prop_assert!((late as f64) < could, "{late} of {could}");
        for (_, sample) in &kept.samples {
            prop_assert!(sample.cpu.is_none_or(|it| (0.0..=1.0).contains(&it)));
        }
        let once_more = Kept::of(&plan);
        prop_assert!(kept.answers == once_more.answers && kept.facts == once_more.facts);
    }
}
