//! Requests as a flow against the same requests one by one.

use super::*;
use crate::simulator::Retries;

/// How much a flow may differ, as a part of what is exact.
struct Tolerance {
    served: f64,
    /// Of what failed; and so many requests.
    failed: (f64, u64),
    /// Of the utilization, of 1.
    cpu: f64,
    /// Of the mean latency, and of the time that 99 in a hundred do not exceed.
    latency: (f64, f64),
    /// Of the mean number of running tasks.
    tasks: f64,
    /// So many activities of scaling are compared, the first ones, and so many seconds may be between them.
    activities: (usize, f64),
    /// What is exact is the mean of so many seeds.
    seeds: u64,
}

/// What requests that are drawn differ by from run to run, and little more: some 20,000 in half an hour differ
/// by 1.4 % in one run of twenty.
const TIGHT: Tolerance = Tolerance {
    served: 0.015,
    failed: (0.0, 0),
    cpu: 0.01,
    latency: (0.06, 0.12),
    tasks: 0.005,
    activities: (0, 0.0),
    seeds: 1,
};

fn with(detail: Detail, plan: &ServicePlan) -> ServicePlan {
    let mut plan = plan.clone();
    plan.requests.detail = detail;
    assert_eq!(plan.check(), []);
    plan
}

fn run(detail: Detail, plan: &ServicePlan) -> ServiceSoFar {
    let plan = with(detail, plan);
    let so_far = watch_service(&plan, ("", ""), None, || Span::ZERO, |_| {});
    let headline = &so_far.headline;
    // What came has its response or is on its way.
    assert_eq!(
        headline.requests,
        headline.answers.all() + headline.unfinished
    );
    let of_stretches: u64 = so_far.series.stretches.iter().map(|it| it.requests).sum();
    assert_eq!(headline.requests, of_stretches);
    so_far
}

/// When the desired count was set, and to what.
fn activities(it: &ServiceSoFar) -> Vec<(f64, f64)> {
    let set = it.entries.iter().filter_map(|entry| {
        let words = entry.text.strip_prefix("Setting desired count to ")?;
        let count = words.trim_end_matches('.').parse().ok()?;
        Some((entry.at.as_nanos() as f64 / 1e9, count))
    });
    set.collect()
}

/// Served, failed, utilization, mean latency and 99th percentile in seconds, tasks.
fn figures(it: &ServiceSoFar) -> [f64; 6] {
    let headline = &it.headline;
    let seconds = |span: Span| span.as_nanos() as f64 / 1e9;
    let latency = headline.latency.unwrap();
    [
        headline.answers.served as f64,
        headline.answers.errors() as f64,
        headline.cpu.unwrap(),
        seconds(latency.mean),
        seconds(latency.p99),
        headline.running.mean,
    ]
}

/// What differs more than it may.
fn differences(name: &str, plan: &ServicePlan, tolerance: &Tolerance) -> Vec<String> {
    let runs: Vec<ServiceSoFar> = (1..=tolerance.seeds)
        .map(|seed| {
            let mut plan = plan.clone();
            plan.seed = Seed(seed);
            run(Detail::Exact, &plan)
        })
        .collect();
    let fluid = run(Detail::Fluid, plan);
    let mut differences = Vec::new();
    let mut compare = |what: &str, exact: f64, fluid: f64, allowed: f64| {
        if (exact - fluid).abs() > allowed {
            differences.push(format!("{name}: {what} {exact} {fluid} (+- {allowed})"));
        }
    };
    let mut exact = [0.0; 6];
    for of in runs.iter().map(figures) {
        for (mean, it) in exact.iter_mut().zip(of) {
            *mean += it / runs.len() as f64;
        }
    }
    let [served, failed, _, mean, tail, tasks] = exact;
    let allowed = [
        ("served", tolerance.served * served),
        (
            "failed",
            tolerance.failed.0 * failed + tolerance.failed.1 as f64,
        ),
        ("cpu", tolerance.cpu),
        ("latency", tolerance.latency.0 * mean),
        ("p99", tolerance.latency.1 * tail),
        ("tasks", tolerance.tasks * tasks),
    ];
    for ((exact, fluid), (what, allowed)) in exact.into_iter().zip(figures(&fluid)).zip(allowed) {
        compare(what, exact, fluid, allowed);
    }
    let (count, seconds) = tolerance.activities;
    for exact in &runs {
        let (exact, fluid) = (activities(exact), activities(&fluid));
        let least = exact.len().min(fluid.len());
        compare("activities", count.max(least) as f64, least as f64, 0.0);
        for (place, (exact, fluid)) in exact.iter().zip(&fluid).take(count).enumerate() {
            compare(
                &format!("time of activity {place}"),
                exact.0,
                fluid.0,
                seconds,
            );
            compare(&format!("activity {place}"), exact.1, fluid.1, 1.0);
        }
    }
    differences
}

fn check(rows: &[(&str, ServicePlan, Tolerance)]) {
    let all: Vec<String> = rows
        .iter()
        .flat_map(|(name, plan, tolerance)| differences(name, plan, tolerance))
        .collect();
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

fn half_an_hour(mut plan: ServicePlan, change: impl Fn(&mut ServicePlan)) -> ServicePlan {
    plan.length = secs(1_800);
    change(&mut plan);
    plan
}

fn same(_: &mut ServicePlan) {}

#[test]
fn in_the_long_run_a_flow_is_what_queues_are() {
    let four = |rate| web(1_024, 2_048, 4, exponential(100), rate);
    let least = Algorithm::LeastOutstandingRequests;
    check(&[
        ("four vCPUs at 0.3", half_an_hour(four(12.0), same), TIGHT),
        ("at 0.6", half_an_hour(four(24.0), same), TIGHT),
        ("at 0.9", half_an_hour(four(36.0), same), TIGHT),
        (
            "one request at a time",
            half_an_hour(four(36.0), |plan| plan.requests.at_once = 1),
            TIGHT,
        ),
        (
            "weighted random",
            half_an_hour(four(32.0), |plan| {
                plan.balancer.algorithm = Algorithm::WeightedRandom;
            }),
            TIGHT,
        ),
        (
            "fewest outstanding requests",
            half_an_hour(four(36.0), |plan| plan.balancer.algorithm = least),
            TIGHT,
        ),
        (
            "the same, one at a time",
            half_an_hour(web(1_024, 2_048, 6, exponential(100), 50.0), |plan| {
                plan.balancer.algorithm = least;
                plan.requests.at_once = 1;
            }),
            Tolerance {
                // Tasks do not help each other as one large task would: requests wait in one while another is
                // idle.
                latency: (0.15, 0.25),
                ..TIGHT
            },
        ),
        (
            "four vCPUs each",
            half_an_hour(web(4_096, 8_192, 4, exponential(100), 128.0), same),
            TIGHT,
        ),
        (
            "work that is always the same",
            half_an_hour(
                web(
                    256,
                    512,
                    4,
                    Distribution::Constant(Span::from_millis(25)),
                    36.0,
                ),
                same,
            ),
            TIGHT,
        ),
        (
            "work of all sizes, and waiting",
            half_an_hour(
                web(
                    512,
                    1_024,
                    4,
                    Distribution::LogNormal {
                        median: Span::from_millis(30),
                        sigma: 1.0,
                    },
                    32.0,
                ),
                |plan| plan.requests.wait = exponential(200),
            ),
            TIGHT,
        ),
    ]);
}

/// A load of 1.3 times what there is, in tasks whose checks are patient; then one that is sent again.
#[test]
fn too_much_waits_and_times_out() {
    let patient = |plan: &mut ServicePlan| {
        plan.requests.at_once = 10;
        plan.balancer.check.interval = secs(300);
        plan.balancer.check.timeout = secs(120);
        plan.length = secs(900);
    };
    let four = || web(1_024, 2_048, 4, exponential(100), 52.0);
    // How fast a queue grows is chance at first: by a twentieth for four tasks.
    let tolerance = || Tolerance {
        served: 0.03,
        failed: (0.03, 50),
        latency: (0.05, 0.05),
        seeds: 4,
        ..TIGHT
    };
    check(&[
        ("at 1.3", half_an_hour(four(), patient), tolerance()),
        (
            "at 1.3, sent again",
            half_an_hour(four(), |plan| {
                patient(plan);
                plan.requests.retries = Some(Retries {
                    most: 2,
                    wait: secs(4),
                });
            }),
            tolerance(),
        ),
    ]);
}

/// A step up and one down again, with each metric.
#[test]
fn a_flow_scales_when_requests_do() {
    let step = |metric, value| {
        let mut plan = web(1_024, 2_048, 4, exponential(100), 22.0);
        plan.arrivals = Arrivals::Curve {
            curve: Curve {
                points: vec![
                    (secs(0), 22.0),
                    (secs(600), 22.0),
                    (secs(600), 38.0),
                    (secs(2_400), 38.0),
                    (secs(2_400), 10.0),
                ],
                repeats: false,
            },
            spacing: Spacing::Poisson,
        };
        plan.length = secs(4_500);
        plan.scaling = Some(tracked(metric, value));
        plan
    };
    // Six minutes at 95 % are too few for the long run: what waits at their end differs by a half. A datapoint may
    // be on the other side of a threshold by chance; after scaling out that is a minute, and with datapoints of
    // twenty seconds more tasks in one run and none in the next.
    let tolerance = |activities| Tolerance {
        latency: (0.2, 0.3),
        cpu: 0.02,
        tasks: 0.03,
        activities: (activities, 61.0),
        seeds: 5,
        ..TIGHT
    };
    check(&[
        ("cpu", step(ServiceMetric::Cpu, 60), tolerance(2)),
        (
            "cpu_20s",
            step(ServiceMetric::CpuHighResolution, 60),
            tolerance(1),
        ),
        ("requests", step(ServiceMetric::Requests, 345), tolerance(2)),
    ]);
}

#[test]
fn what_goes_wrong_goes_wrong_in_a_flow() {
    let with = |plan: ServicePlan, at: u64, what: IncidentKind| {
        half_an_hour(plan, |plan| {
            let what = what.clone();
            plan.incidents.push(Incident { at: secs(at), what });
        })
    };
    let six = || web(512, 1_024, 6, exponential(20), 60.0);
    let slow = |mut plan: ServicePlan| {
        plan.requests.wait = exponential(100);
        plan
    };
    let zone = |lasts| IncidentKind::ZoneFailure {
        zone: 0,
        lasts: secs(lasts),
    };
    // What fails in some seconds is some hundred requests: drawn, it differs by a tenth.
    let failures = || Tolerance {
        failed: (0.1, 20),
        seeds: 4,
        ..TIGHT
    };
    check(&[
        ("a zone", with(six(), 300, zone(600)), failures()),
        (
            "a zone, fewest outstanding requests",
            half_an_hour(with(six(), 300, zone(600)), |plan| {
                plan.balancer.algorithm = Algorithm::LeastOutstandingRequests;
            }),
            Tolerance {
                seeds: 4,
                // Who does not answer has the most outstanding: few requests go there, and chance says how many.
                failed: (0.3, 60),
                ..TIGHT
            },
        ),
        (
            "a crash",
            with(six(), 300, IncidentKind::Crash { share: 1.0 }),
            failures(),
        ),
        (
            "a deployment",
            with(
                six(),
                300,
                IncidentKind::Deployment {
                    flaw: None,
                    desired: None,
                },
            ),
            TIGHT,
        ),
        (
            "a slow dependency",
            with(
                slow(six()),
                300,
                IncidentKind::SlowDependency {
                    factor: 10.0,
                    lasts: secs(300),
                },
            ),
            TIGHT,
        ),
        (
            "new tasks that begin slowly",
            half_an_hour(
                with(
                    six(),
                    300,
                    IncidentKind::Deployment {
                        flaw: None,
                        desired: None,
                    },
                ),
                |plan| plan.balancer.slow_start = secs(60),
            ),
            TIGHT,
        ),
    ]);
}

/// A container ends when more memory is used than there is, and its requests with it.
#[test]
fn a_flow_fills_memory() {
    let mut plan = web(256, 512, 1, exponential(50), 1.0);
    plan.requests.wait = Distribution::Constant(secs(30));
    plan.requests.idle_memory = 100 << 20;
    plan.requests.memory = 20 << 20;
    let kept = Kept::of(&with(Detail::Fluid, &plan));
    let full = |fact: &FargateFact| {
        let exit = crate::timeline::Exit::OutOfMemory;
        matches!(fact, FargateFact::ContainerExited { exit: it, .. } if *it == exit)
    };
    assert!(kept.facts.iter().any(|(_, fact)| full(fact)));
    assert!(kept.count(Answer::BadGateway) > 20);
}

/// 5,000 tasks get 50,000 requests a second, and lose a zone: fifteen minutes of 45 million requests.
#[test]
fn five_thousand_tasks_are_simulated_in_no_time() {
    let mut plan = web(1_024, 2_048, 5_000, exponential(60), 50_000.0);
    plan.account.launch_burst = 1_000;
    plan.account.launch_rate = 100;
    plan.account.service_rate = 6_000;
    plan.account.provisioning = 5_000;
    plan.network.prefix = 20;
    plan.length = secs(900);
    plan.incidents.push(Incident {
        at: secs(600),
        what: IncidentKind::Crash { share: 0.1 },
    });
    let so_far = run(Detail::Fluid, &plan);
    let headline = &so_far.headline;
    assert_eq!(headline.requests, 45_000_000);
    let cpu = headline.cpu.unwrap();
    assert!((cpu - 0.6).abs() < 0.03, "{cpu}");
    // A tenth crash, with 10 * 0.0888 requests each: 444, of which some points stand for.
    let lost = headline.answers.bad_gateway;
    assert!((220..900).contains(&lost), "{lost}");
    assert!(headline.started >= 5_400, "{}", headline.started);
    // D/M/1 at 0.6: 60 ms / (1 - 0.324).
    let mean = headline.latency.unwrap().mean.as_nanos() as f64 / 1e6;
    assert!((mean - 88.8).abs() < 4.0, "{mean}");
}

#[test]
fn what_a_flow_cannot_be_made_of_is_refused() {
    let tail = |shape| Distribution::Pareto {
        least: Span::from_millis(10),
        shape,
    };
    let mut plan = web(1_024, 2_048, 1, tail(1.0), 1.0);
    assert_eq!(plan.check(), []);
    plan.requests.detail = Detail::Fluid;
    let field = "requests.work";
    assert_eq!(plan.check(), [PlanError::NoMean { field }]);
    plan.requests.work = tail(1.5);
    assert_eq!(plan.check(), []);
    plan.requests.at_once = 1;
    assert_eq!(plan.check(), [PlanError::NoVariance]);
    assert_eq!(PlanError::NoVariance.field(), field);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Each request ends once or is on its way, time never goes back, and the same plan gives the same run.
    #[test]
    fn a_flow_is_conserved(
        desired in 0_u32..12,
        rate in 0.5_f64..2_000.0,
        work in 1_u64..200,
        at_once in 1_u32..40,
        least in any::<bool>(),
        retries in 0_u16..3,
        crash in 0.0_f64..1.0,
        slow_start in any::<bool>(),
    ) {
        let mut plan = web(256, 512, desired, exponential(work), rate);
        plan.length = secs(400);
        plan.requests.detail = Detail::Fluid;
        plan.requests.at_once = at_once;
        plan.requests.wait = exponential(20);
        plan.requests.idle_memory = 100 << 20;
        plan.requests.memory = 30 << 20;
        plan.requests.retries = Some(Retries { most: retries, wait: secs(1) });
        match (least, slow_start) {
            (true, _) => plan.balancer.algorithm = Algorithm::LeastOutstandingRequests,
            (false, true) => plan.balancer.slow_start = secs(30),
            (false, false) => {}
        }
        plan.incidents = vec![
            Incident { at: secs(60), what: IncidentKind::Crash { share: crash } },
            Incident { at: secs(90), what: IncidentKind::ZoneFailure { zone: 1, lasts: secs(60) } },
            Incident { at: secs(100), what: IncidentKind::SlowDependency { factor: 5.0, lasts: secs(60) } },
            Incident { at: secs(200), what: IncidentKind::Deployment { flaw: None, desired: None } },
        ];
        let so_far = run(Detail::Fluid, &plan);
        let again = run(Detail::Fluid, &plan);
        prop_assert_eq!(&so_far, &again);
        let headline = so_far.headline;
        // What clients send for the first time is what the rate says.
        let fresh = (headline.requests - headline.again) as f64;
        prop_assert!((fresh - rate * 400.0).abs() <= 1.0, "{}", fresh);
        // What has no response came in the last minute before the end: after that it is 504.
        let most = rate * 60.0 * f64::from(retries + 1) * 1.1 + 60.0;
        prop_assert!((headline.unfinished as f64) <= most, "{}", headline.unfinished);
        for stretch in &so_far.series.stretches {
            prop_assert!(stretch.cpu.is_none_or(|it| (0.0..=1.0).contains(&it)));
        }
    }

    /// Where none is replaced, capacity never costs requests.
    #[test]
    fn more_tasks_serve_no_fewer(desired in 1_u32..8, rate in 5.0_f64..100.0, least in any::<bool>()) {
        let served = |desired| {
            let mut plan = web(256, 512, desired, exponential(50), rate);
            plan.length = secs(300);
            plan.requests.at_once = 20;
            // A task that is replaced for its queue serves nobody meanwhile.
            plan.balancer.check.interval = secs(300);
            plan.balancer.check.timeout = secs(120);
            if least {
                plan.balancer.algorithm = Algorithm::LeastOutstandingRequests;
            }
            run(Detail::Fluid, &plan).headline.answers.served
        };
        let (fewer, more) = (served(desired), served(desired + 1));
        // Whole requests of a step may come to their end in the next one.
        prop_assert!(more + 2 >= fewer, "{} {}", fewer, more);
    }
}
