//! Lambda in scenarios: provisioned concurrency, how it is scaled, SnapStart.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use runtime_core::simulator::{Figures, Headline, Scenario, ScenarioError, read, simulate};
use runtime_core::timeline::{
    LifecycleEvent, ScalingActivity, ScalingCause, ScalingFact, Timeline, VersionFact,
};
use runtime_core::units::{Moment, Span};

/// One function, with these lines in its table, and requests at a rate.
fn scenario(length: u32, function: &str, rate: &str) -> Scenario {
    let text = format!(
        "version = 1\nname = \"test\"\nlength = {length}\n[[function]]\nname = \"f\"\n\
         {function}\n[[load]]\nfunction = \"f\"\nspacing = \"even\"\nrate = {rate}\n"
    );
    let file = read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    file.scenario
}

fn figures(scenario: &Scenario) -> Headline {
    let mut figures = Figures::of(scenario);
    simulate(scenario, &mut figures);
    figures.headline()
}

fn facts<T>(scenario: &Scenario, pick: impl Fn(&LifecycleEvent) -> Option<T>) -> Vec<(u64, T)> {
    let mut timeline = Timeline::default();
    simulate(scenario, &mut timeline);
    let second = |at: Moment| at.as_nanos() / 1_000_000_000;
    let entries = timeline.entries().iter();
    entries
        .filter_map(|it| Some((second(it.at), pick(&it.event)?)))
        .collect()
}

fn activities(scenario: &Scenario) -> Vec<(u64, ScalingActivity)> {
    facts(scenario, |fact| match fact {
        LifecycleEvent::Scaling(ScalingFact::ActivityStarted { change, .. }) => {
            Some((**change).clone())
        }
        _ => None,
    })
}

#[test]
fn what_is_provisioned_is_there_at_the_start_and_never_cold() {
    let cold = "duration = 1\ninit = 2\nstart = 0.1";
    let warm = format!("{cold}\nprovisioned = {{ concurrency = 8 }}");
    let (cold, warm) = (scenario(600, cold, "5"), scenario(600, &warm, "5"));
    let (cold, warm) = (figures(&cold), figures(&warm));
    assert!(cold.cold_starts > 0 && cold.provisioned.is_none());
    assert_eq!((warm.cold_starts, warm.spilled_over), (0, 0));
    assert_eq!(warm.latency.unwrap().most, Span::from_secs(1));
    let provisioned = warm.provisioned.unwrap();
    assert_eq!((provisioned.mean, provisioned.peak), (8.0, 8));
    assert_eq!((warm.environments.mean, warm.environments.peak), (8.0, 8));
    // What was set up before the start was billed before it.
    assert_eq!(warm.billed_millis, warm.requests * 1_000);
}

/// "If this amount of concurrency is exceeded, requests use on-demand concurrency": Lambda developer guide,
/// "Understanding Lambda function scaling".
#[test]
fn what_finds_none_spills_over() {
    let function = "duration = 1\ninit = 2\nprovisioned = { concurrency = 3 }";
    let headline = figures(&scenario(600, function, "5"));
    assert!(headline.spilled_over > 1_000, "{headline:?}");
    assert!(headline.cold_starts >= 2);
    assert_eq!(headline.throttled, 0);
}

/// Application Auto Scaling creates alarms that need three datapoints of a minute; then it scales in
/// proportion, and what it asks for is there after a minute or two (Lambda developer guide, "Configuring
/// provisioned concurrency").
#[test]
fn target_tracking_keeps_the_utilization() {
    let function = "duration = 1\ninit = 1\n\
        provisioned = { concurrency = 10, minimum = 10, maximum = 100, utilization = 0.7 }";
    let scenario = scenario(7_200, function, "{ steps = [[0, 5], [1800, 30]] }");
    let activities = activities(&scenario);
    let (first, change) = &activities[0];
    // Three whole minutes, the wait for the last datapoint, no more than a minute until the next look.
    assert!((1_800 + 180..1_800 + 420).contains(first), "{first}");
    assert!(
        matches!(change.cause, ScalingCause::Policy(_)),
        "{change:?}"
    );
    // All ten were at work: 10 / 0.7, rounded up.
    assert_eq!((change.from, change.to), (10, 15));
    let (last, change) = activities.last().unwrap();
    // 30 at a time are 0.7 of 42.9.
    assert!((43..=48).contains(&change.to), "{activities:?}");
    assert!(*last < 1_800 + 3_000, "{activities:?}");
    let headline = figures(&scenario);
    assert!(headline.spilled_over > 0);
    let provisioned = headline.provisioned.unwrap();
    assert!(
        provisioned.mean > 20.0 && provisioned.peak < 49,
        "{provisioned:?}"
    );
}

/// Events and retries of clients go to the alias as well.
#[test]
fn whatever_comes_goes_to_the_alias() {
    let text = |load: &str| {
        format!(
            "version = 1\nname = \"test\"\nlength = 600\n[[function]]\nname = \"f\"\n\
             duration = 1\ninit = 2\nerrors = 0.2\nprovisioned = {{ concurrency = 20 }}\n\
             [[load]]\nfunction = \"f\"\nspacing = \"even\"\nrate = 3\n{load}\n"
        )
    };
    for load in ["way = \"event\"", "retries = { most = 2, wait = 0.1 }"] {
        let headline = figures(&read(&text(load)).unwrap().scenario);
        assert!(headline.errors > 200, "{headline:?}");
        assert_eq!(
            (headline.cold_starts, headline.spilled_over),
            (0, 0),
            "{load}"
        );
    }
}

#[test]
fn target_tracking_scales_in_to_its_minimum() {
    let function = "duration = 1\n\
        provisioned = { concurrency = 20, minimum = 4, maximum = 40, utilization = 0.5 }";
    let scenario = scenario(14_400, function, "1");
    let activities = activities(&scenario);
    assert_eq!(activities.last().unwrap().1.to, 4, "{activities:?}");
    assert!(activities.iter().all(|(_, it)| it.to < it.from));
    // Fifteen datapoints below the low threshold come first.
    assert!(activities[0].0 >= 900, "{activities:?}");
    assert_eq!(figures(&scenario).cold_starts, 0);
}

#[test]
fn scheduled_actions_set_bounds_again_and_again() {
    let function = "duration = 1\nprovisioned = { concurrency = 2, schedule = [\
        { at = 3600, every = 86400, minimum = 10, maximum = 10 }, \
        { at = 7200, every = 86400, minimum = 2, maximum = 2 }] }";
    let scenario = scenario(2 * 86_400, function, "0.1");
    let changes: Vec<(u64, u32)> = activities(&scenario)
        .into_iter()
        .map(|(at, it)| (at, it.to))
        .collect();
    let day = 86_400;
    assert_eq!(
        changes,
        [(3_600, 10), (7_200, 2), (day + 3_600, 10), (day + 7_200, 2)]
    );
    let there = facts(&scenario, |fact| match fact {
        LifecycleEvent::Version(VersionFact::ProvisioningFinished { .. }) => Some(()),
        _ => None,
    });
    let there: Vec<u64> = there.into_iter().map(|(at, ())| at).collect();
    // "Lambda starts allocating provisioned concurrency after a minute or two"; 90 seconds here.
    assert_eq!(there, [0, 3_690, 7_200, day + 3_690, day + 7_200]);
    assert_eq!(figures(&scenario).cold_starts, 0);
}

/// "Restore Duration" instead of "Init Duration": Lambda developer guide, "Monitoring for Lambda SnapStart".
#[test]
fn snap_start_restores_instead_of_init() {
    let function = "duration = 0.5\nstart = 0.1\ninit = 6";
    let without = figures(&scenario(3_600, function, "{ steady = 0.001 }"));
    let with = format!("{function}\nrestore = 0.25");
    let with = figures(&scenario(3_600, &with, "{ steady = 0.001 }"));
    assert_eq!((without.restored, with.restored), (0, with.cold_starts));
    assert_eq!((with.refused, with.requests), (0, 3));
    let most = |it: &Headline| it.cold_latency.unwrap().most;
    assert_eq!(most(&without), Span::from_millis(6_600));
    assert_eq!(most(&with), Span::from_millis(850));
    assert!(with.billed_millis < without.billed_millis);
}

#[test]
fn what_lambda_would_not_accept_is_refused() {
    let mut warm = scenario(60, "duration = 1\nprovisioned = { concurrency = 8 }", "1");
    assert_eq!(warm.check(), []);
    let error = |scenario: &Scenario| {
        let faults = scenario.check();
        assert_eq!(faults.len(), 1, "{faults:?}");
        let fault = faults.into_iter().next().unwrap();
        assert!(!fault.error.to_string().is_empty() && !fault.error.hint().is_empty());
        (fault.field, fault.error)
    };
    // A hundred stay unreserved.
    warm.functions[0]
        .provisioning
        .as_mut()
        .unwrap()
        .environments = 901;
    let (field, refused) = error(&warm);
    assert_eq!(field, "provisioned.concurrency");
    assert!(
        matches!(refused, ScenarioError::Provisioned(_)),
        "{refused}"
    );
}

#[test]
fn the_same_seed_makes_the_same_run_where_something_is_scaled() {
    let function = "duration = \"exp:1\"\ninit = 1\n\
        provisioned = { concurrency = 5, minimum = 1, maximum = 50, utilization = 0.6 }";
    let text = |it: &Scenario| {
        let mut timeline = Timeline::default();
        simulate(it, &mut timeline);
        format!("{:?}", timeline.entries())
    };
    let scenario = scenario(
        3_600,
        function,
        "{ ramp = { from = 1, to = 10, over = 3600 } }",
    );
    assert_eq!(text(&scenario), text(&scenario));
}
