//! Tasks that work off a queue.

use super::scaling::activities;
use super::*;

/// Tasks that take messages, as many as are given at a time.
fn workers(desired: u32, work: Distribution, rate: f64, at_once: u32) -> ServicePlan {
    let mut plan = web(1_024, 2_048, desired, work, rate);
    plan.queue = Some(QueuePlan::default());
    plan.requests.at_once = at_once;
    plan
}

fn last(kept: &Kept) -> QueueSample {
    kept.samples.last().unwrap().1.queue.unwrap()
}

/// Messages in tasks and in the queue, those that were handled and those that are gone are all that were sent.
fn assert_conserved(kept: &Kept) {
    let (at, sample) = kept.samples.last().unwrap();
    let queue = sample.queue.unwrap();
    let handled = kept.answers.iter().filter(|it| it.0 <= *at).count() as u64;
    assert_eq!(kept.count(Answer::Served), kept.answers.len());
    let known = handled + queue.visible + queue.not_visible + queue.expired;
    // The last sample is not the last arrival.
    assert!(known <= kept.arrived);
    let rest = kept.arrived - known;
    assert!(rest < 2_000, "{rest} of {}", kept.arrived);
}

/// One worker that handles one message at a time is M/M/1: the time from sending to deleting is S / (1 - rho).
#[test]
fn a_worker_of_one_message_at_a_time_is_m_m_1() {
    let mut plan = workers(1, exponential(100), 8.0, 1);
    plan.length = secs(40_000);
    let kept = Kept::of(&plan);
    let mean = kept.mean_latency();
    assert!((mean - 0.5).abs() < 0.025, "{mean}");
    assert_eq!(last(&kept).returned, 0);
    assert_conserved(&kept);
}

/// A queue is one line for all: four workers are M/M/4, whoever takes what (the same Erlang C as for a task with
/// four vCPUs).
#[test]
fn several_workers_have_one_line() {
    let mut plan = workers(4, exponential(100), 32.0, 1);
    plan.length = secs(12_000);
    let kept = Kept::of(&plan);
    let (servers, load) = (4_f64, 3.2_f64);
    let mut lost = 1.0;
    for k in 1..=4 {
        lost = load * lost / (f64::from(k) + load * lost);
    }
    let waits = lost / (1.0 - load / servers * (1.0 - lost));
    let wanted = 0.1 + waits / (servers / 0.1 - load / 0.1);
    let mean = kept.mean_latency();
    assert!((mean - wanted).abs() < 0.04 * wanted, "{mean} {wanted}");
}

/// A crash: what its tasks had is visible again after the visibility timeout, and is handled then.
#[test]
fn messages_of_tasks_that_crash_come_back() {
    let mut plan = workers(4, exponential(2_000), 1.5, 5);
    plan.queue = Some(QueuePlan {
        visibility_timeout: secs(120),
        ..QueuePlan::default()
    });
    let what = IncidentKind::Crash { share: 1.0 };
    plan.incidents.push(Incident {
        at: secs(200),
        what,
    });
    plan.length = secs(1_800);
    let kept = Kept::of(&plan);
    let queue = last(&kept);
    assert!((1..=20).contains(&queue.returned), "{queue:?}");
    assert_eq!(queue.in_vain, 0);
    // They were received before the crash, and came back after two minutes.
    let late = kept.answers.iter().filter(|it| it.2 > secs(110)).count() as u64;
    assert!(late >= queue.returned, "{late} {queue:?}");
    assert_conserved(&kept);
}

/// SIGTERM: a task asks for no more. What it is done with before its container ends is deleted, the rest comes back.
#[test]
fn a_worker_that_ends_before_its_work_gives_messages_back() {
    let returned = |end: u64| {
        let mut plan = workers(6, Distribution::Constant(secs(8)), 0.4, 1);
        plan.pace.end = Distribution::Constant(secs(end));
        let what = IncidentKind::DesiredCount(2);
        plan.incidents.push(Incident {
            at: secs(300),
            what,
        });
        plan.requests.wait = Distribution::Constant(secs(4));
        plan.length = secs(1_200);
        let kept = Kept::of(&plan);
        assert_conserved(&kept);
        last(&kept).returned
    };
    // Within twelve seconds everything is done.
    assert_eq!(returned(15), 0);
    assert!(returned(1) > 0);
}

/// A visibility timeout that is shorter than the work: messages are received again and handled in vain.
#[test]
fn a_short_visibility_timeout_makes_work_for_nothing() {
    let mut plan = workers(4, Distribution::Constant(secs(2)), 0.5, 1);
    plan.requests.wait = Distribution::Constant(secs(4));
    plan.queue = Some(QueuePlan {
        visibility_timeout: secs(5),
        ..QueuePlan::default()
    });
    let kept = Kept::of(&plan);
    let queue = last(&kept);
    assert!(queue.in_vain > 50, "{queue:?}");
    plan.queue = Some(QueuePlan::default());
    assert_eq!(last(&Kept::of(&plan)).in_vain, 0);
}

/// What nobody takes is gone after the retention period.
#[test]
fn messages_are_kept_for_the_retention_period() {
    let mut plan = workers(0, exponential(100), 1.0, 1);
    plan.queue = Some(QueuePlan {
        retention: secs(60),
        ..QueuePlan::default()
    });
    let kept = Kept::of(&plan);
    let queue = last(&kept);
    assert!((40..=90).contains(&queue.visible), "{queue:?}");
    assert!(queue.oldest < secs(60));
    assert!(queue.expired > 450, "{queue:?}");
    assert_conserved(&kept);
}

/// Amazon EC2 Auto Scaling user guide, "Scaling policy based on Amazon SQS" (read 2026-11-30): with an acceptable
/// backlog for each worker, 1,500 messages and ten workers are scaled by what is above it. Here 20 messages a task
/// are accepted; the messages that can be received and running tasks are those of the last minute.
#[test]
fn backlog_per_task_scales_in_proportion() {
    let mut plan = workers(2, exponential(1_000), 3.0, 1);
    plan.length = secs(3_600);
    plan.scaling = Some(ScalingPlan {
        minimum: 1,
        maximum: 50,
        ..tracked(ServiceMetric::BacklogPerTask, 20)
    });
    let kept = Kept::of(&plan);
    let (when, first) = activities(&kept).into_iter().next().unwrap();
    assert!(first.to > 2 && first.to < 50, "{first:?}");
    // The datapoint is about 153 s old: the quotient of that minute, times two tasks, over 20.
    let backlogs = kept.samples.iter().filter(|(at, _)| seconds(*at) <= when);
    let backlogs: Vec<u64> = backlogs
        .map(|(_, sample)| sample.queue.unwrap().visible.div_ceil(20))
        .collect();
    assert!(
        backlogs.contains(&first.to.into()),
        "{first:?} {backlogs:?}"
    );
    // In the end there is no backlog to speak of.
    assert!(last(&kept).visible < 20 * 8, "{:?}", last(&kept));
}

/// Without running tasks there is no quotient, and nothing wakes the service; the backlog itself does.
#[test]
fn backlog_per_task_does_not_wake_a_service_of_none() {
    let scaled = |metric| {
        let mut plan = workers(0, exponential(1_000), 1.0, 1);
        plan.length = secs(1_800);
        plan.scaling = Some(ScalingPlan {
            minimum: 0,
            ..tracked(metric, 20)
        });
        activities(&Kept::of(&plan)).len()
    };
    assert_eq!(scaled(ServiceMetric::BacklogPerTask), 0);
    assert!(scaled(ServiceMetric::Backlog) > 0);
}

#[test]
fn metrics_have_to_be_there() {
    let mut plan = workers(2, exponential(100), 1.0, 1);
    plan.queue = Some(QueuePlan {
        visibility_timeout: secs(50_000),
        retention: secs(1),
    });
    plan.requests.retries = Some(crate::simulator::Retries {
        most: 1,
        wait: secs(1),
    });
    plan.scaling = Some(tracked(ServiceMetric::Requests, 20));
    let errors = plan.check();
    assert_eq!(errors.len(), 4, "{errors:?}");
    assert!(errors.iter().all(|it| !it.hint().is_empty()));
    plan.queue = None;
    plan.scaling = Some(tracked(ServiceMetric::BacklogPerTask, 20));
    let words: Vec<String> = plan.check().iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        ["there is no metric backlog-per-task of a service without a queue"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// No message is lost or handled twice, whatever happens to tasks; the same seed gives the same run.
    #[test]
    fn messages_are_conserved(
        seed in 0_u64..1_000,
        desired in 0_u32..5,
        rate in 0.5_f64..40.0,
        work in 1_u64..400,
        at_once in 1_u32..25,
        visibility in 0_u64..60,
        crash in 0.0_f64..1.0,
    ) {
        let mut plan = workers(desired, exponential(work), rate, at_once);
        plan.seed = Seed(seed);
        plan.length = secs(400);
        plan.queue = Some(QueuePlan { visibility_timeout: secs(visibility), retention: secs(90) });
        plan.requests.wait = exponential(300);
        plan.requests.idle_memory = 500 << 20;
        plan.requests.memory = 100 << 20;
        plan.incidents = vec![
            Incident { at: secs(60), what: IncidentKind::Crash { share: crash } },
            Incident { at: secs(90), what: IncidentKind::ZoneFailure { zone: 1, lasts: secs(60) } },
            Incident { at: secs(200), what: IncidentKind::Deployment { flaw: None, desired: None } },
        ];
        let kept = Kept::of(&plan);
        let (_, sample) = kept.samples.last().unwrap();
        let queue = sample.queue.unwrap();
        let known = kept.answers.len() as u64 + queue.visible + queue.not_visible + queue.expired;
        // The last sample is at the very end but for a nanosecond.
        prop_assert_eq!(kept.arrived, known);
        let once_more = Kept::of(&plan);
        prop_assert!(kept.answers == once_more.answers && kept.facts == once_more.facts);
    }
}
