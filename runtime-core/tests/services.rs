//! Scenario files of services on Fargate: each shipped one shows what it says it shows.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use runtime_core::generator::Seed;
use runtime_core::simulator::fargate::{
    Detail, ServiceHeadline, ServiceSoFar, Speaker, watch_service,
};
use runtime_core::simulator::{
    AnyFile, FileError, RunNews, RunOrder, ServiceFile, read_any, read_service, watch,
};
use runtime_core::units::Span;
use std::path::PathBuf;

#[path = "services/pods.rs"]
mod pods;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../public/scenarios")
}

fn no_files(_: &str) -> Result<String, String> {
    Err("there are no files here".to_owned())
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap()
}

fn shipped(name: &str) -> ServiceFile {
    read_service(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}\n{}", error.hint()))
}

/// What is said of a file with one thing in place of another: the cause, and what to do.
fn refused(file: &str, from: &str, to: &str) -> String {
    let changed = file.replace(from, to);
    assert_ne!(file, changed, "{from}");
    let error = read_any(&changed, no_files).unwrap_err();
    format!("{error} | {}", error.hint())
}

fn run(name: &str) -> ServiceSoFar {
    run_file(&shipped(name))
}

fn run_file(file: &ServiceFile) -> ServiceSoFar {
    let so_far = watch_service(
        &file.plan,
        (&file.name, &file.about),
        None,
        || Span::ZERO,
        |_| {},
    );
    let headline = &so_far.headline;
    let expired = headline.queue.map_or(0, |it| it.expired);
    let ended = headline.answers.all() + headline.unfinished + expired;
    assert_eq!(headline.requests, ended, "{}", file.name);
    let of_stretches: u64 = so_far.series.stretches.iter().map(|it| it.requests).sum();
    assert_eq!(headline.requests, of_stretches, "{}", file.name);
    assert_eq!(so_far.series.stretches.len(), 300, "{}", file.name);
    so_far
}

/// When something was said first that contains these words, in seconds.
fn said(it: &ServiceSoFar, by: Speaker, words: &str) -> Option<u64> {
    let mut entries = it.entries.iter();
    let found = entries.find(|entry| entry.by == by && entry.text.contains(words));
    found.map(|entry| entry.at.as_nanos() / 1_000_000_000)
}

#[test]
fn each_kind_of_file_is_told_from_the_other() {
    let (mut services, mut sides) = (0, 0);
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (about, large) = match read_any(&text, no_files).unwrap() {
            AnyFile::Functions(file) => (file.about, file.scenario.estimate().is_large()),
            AnyFile::Service(file) => {
                services += 1;
                (file.about, file.plan.estimate().is_large())
            }
            AnyFile::Sides(file) => {
                sides += 1;
                (file.about, file.plan.estimate().is_large())
            }
        };
        assert!(about.len() > 80 && !large, "{}", path.display());
    }
    assert_eq!((services, sides), (10, 1));
}

#[test]
fn black_friday_waits_five_minutes_for_the_first_new_task() {
    let it = run("black-friday-fargate");
    let out = said(&it, Speaker::Scaling, "Setting desired count to").unwrap();
    assert!((1_200 + 280..1_200 + 420).contains(&out), "{out}");
    assert!(it.headline.scale_outs >= 2 && it.headline.scale_ins >= 1);
    assert!(it.headline.running.peak > 12, "{:?}", it.headline);
    // The explanation names datapoints, formula and rounding.
    let explained = it.entries.iter().find(|entry| entry.by == Speaker::Scaling);
    let because = explained.unwrap().because.join(" ");
    assert!(because.contains("running x"), "{because}");
    assert!(because.contains("rounded up to"), "{because}");
}

/// The morning: the rate goes from 8,700 a second to the mean of 29,000, and tasks go along.
#[test]
fn a_day_at_scale_follows_its_load_as_a_flow() {
    let mut file = shipped("a-day-at-scale");
    file.plan.length = Span::from_secs(6 * 3_600);
    let it = run_file(&file);
    assert_eq!(it.detail, Detail::Fluid);
    let headline = &it.headline;
    assert!(headline.requests > 300_000_000, "{headline:?}");
    assert!(headline.answers.served * 1_000 > headline.requests * 999);
    // 29,000 of 30 ms at 60 %: 1,450 tasks.
    assert!(
        (1_300..1_600).contains(&headline.running.peak),
        "{headline:?}"
    );
}

#[test]
fn an_alarm_of_twenty_seconds_is_four_minutes_earlier() {
    let file = text("alarm-lag");
    let early = run("alarm-lag");
    let slow = file.replace("metric = \"cpu_20s\"", "metric = \"cpu\"");
    assert_ne!(file, slow);
    let late = run_file(&read_service(&slow).unwrap());
    let out = |it| said(it, Speaker::Scaling, "Setting desired count to").unwrap() - 900;
    assert!((60..=120).contains(&out(&early)), "{}", out(&early));
    assert!((280..=370).contains(&out(&late)), "{}", out(&late));
}

#[test]
fn a_deployment_of_three_at_125_percent_is_stuck() {
    let it = run("rolling-deadlock");
    assert!(said(&it, Speaker::Service, "was unable to stop or start tasks").is_some());
    assert_eq!(it.headline.started, 3);
    let roomy = text("rolling-deadlock").replace("maximum_percent = 125", "maximum_percent = 134");
    let rolls = run_file(&read_service(&roomy).unwrap());
    assert_eq!(rolls.headline.started, 6);
    assert_eq!(rolls.headline.answers.errors(), 0);
}

/// The canary's share fails until the alarm goes off; the next revision takes over. A rolling update has replaced all
/// tasks by then.
#[test]
fn a_canary_saves_the_day() {
    let it = run("canary-saves-the-day");
    let errors = it.headline.answers.errors();
    // 5 % of 40 a second, for some minutes.
    assert!((150..1_000).contains(&errors), "{errors}");
    let failed = said(&it, Speaker::Service, "deployment failed: alarm detected.").unwrap();
    assert!((660..1_000).contains(&failed), "{failed}");
    let back = said(
        &it,
        Speaker::Service,
        "rolling back to deployment ecs-svc/1.",
    );
    assert_eq!(back, Some(failed));
    let last = it.weights.last().unwrap();
    assert_eq!((last.deployment.0, last.share.tenths()), (3, 1_000));
    assert_eq!(it.headline.started, 12);
    let text = text("canary-saves-the-day");
    let rolling = text
        .replace("strategy = \"canary\"", "strategy = \"rolling\"")
        .replace("canary_percent", "#")
        .replace("canary_bake_time", "#")
        .replace("\nbake_time", "\n#");
    let rolling = run_file(&read_service(&rolling).unwrap());
    let many = rolling.headline.answers.errors();
    assert!(many > 10 * errors, "{many} {errors}");
    for (from, to, wanted) in [
        (
            "\"canary\"",
            "\"linear\"",
            "canary_percent is of another strategy",
        ),
        (
            "canary_percent = 5",
            "canary_percent = 5.55",
            "no multiple of 0.1",
        ),
        (
            "bake_time = 600",
            "bake_time = 601",
            "line 15: service.deployment: A bake time",
        ),
        (
            "threshold = 30",
            "threshold = 30, period = 61",
            "line 15: service.deployment: ",
        ),
        (
            "[requests]\n",
            "[requests]\ndetail = \"fluid\"\n",
            "line 15: service.deployment: it takes",
        ),
    ] {
        let words = refused(&text, from, to);
        assert!(words.contains(wanted), "{to}: {words}");
    }
}

#[test]
fn nothing_falls_back_to_on_demand() {
    let it = run("spot-loss");
    let at = |seconds: u64| {
        let width = it.series.width.as_nanos();
        it.series.stretches[(seconds * 1_000_000_000 / width) as usize]
    };
    assert_eq!(at(590).running, 12);
    assert!((2..=5).contains(&at(1_000).running), "{:?}", at(1_000));
    assert_eq!(at(3_000).running, 12);
    assert!(it.headline.answers.errors() > 1_000, "{:?}", it.headline);
}

#[test]
fn a_zone_costs_requests_for_a_minute_and_its_tasks_are_replaced_elsewhere() {
    let it = run("zonal-failure");
    let errors = it.headline.answers.timeout;
    // A third of 50 a second, for a minute at most and ten seconds more.
    assert!((200..1_400).contains(&errors), "{errors}");
    assert_eq!(it.tasks.iter().filter(|lane| lane.zone == 0).count(), 6);
}

#[test]
fn tasks_find_no_address_and_say_so() {
    let it = run("ip-exhaustion");
    assert!(it.headline.failed > 0);
    let words = "InsufficientFreeAddressesInSubnet";
    assert!(said(&it, Speaker::Task, words).is_some());
    assert!(it.series.stretches.iter().any(|it| it.free_addresses == 0));
}

/// Workers that wait for others use little CPU: only backlog per task scales them, five to six minutes after the step,
/// and nothing is lost.
#[test]
fn backlog_per_task_works_off_what_cpu_does_not_see() {
    let it = run("queue-backlog-fargate");
    let queue = it.headline.queue.unwrap();
    assert_eq!(it.headline.answers.errors(), 0);
    assert!(it.headline.unfinished < 100, "{:?}", it.headline);
    let first = said(&it, Speaker::Scaling, "Setting desired count to").unwrap();
    assert!((1_200 + 280..=1_200 + 400).contains(&first), "{first}");
    // What was there before the first new task: 60 a second come, and three tasks do fifteen.
    assert!((10_000..20_000).contains(&queue.most_visible), "{queue:?}");
    assert!(it.headline.most_desired > 10, "{:?}", it.headline);
    let of_cpu = text("queue-backlog-fargate")
        .replace("metric = \"backlog_per_task\"", "metric = \"cpu\"")
        .replace("target = 240", "target = 60");
    let slow = run_file(&read_service(&of_cpu).unwrap());
    assert_eq!(slow.headline.most_desired, 3);
    assert!(slow.headline.unfinished > 0, "{:?}", slow.headline);
    let slow = slow.headline.queue.unwrap();
    assert!(
        slow.oldest > queue.oldest + queue.oldest,
        "{slow:?} {queue:?}"
    );
    for (from, to, wanted) in [
        (
            "[queue]",
            "[balancer]\n[queue]",
            "line 18: queue: a service has",
        ),
        (
            "backlog_per_task\"\n",
            "requests\"\n",
            "Take backlog_per_task",
        ),
        (
            "visibility_timeout = 60 ",
            "visibility_timeout = 50000 ",
            "line 18: queue.visibility_timeout",
        ),
        (
            "[queue]\nvisibility_timeout = 60 ",
            "[queue]\nwait = 60 ",
            "line 18: wait",
        ),
    ] {
        let words = refused(&text("queue-backlog-fargate"), from, to);
        assert!(words.contains(wanted), "{to}: {words}");
    }
}

#[test]
fn what_is_wrong_is_named_with_what_to_do() {
    let file = text("alarm-lag");
    let cases = [
        ("cpu = 512", "cpu = 500", "0.5 vCPU and 1 GB"),
        ("maximum = 40", "maximum = 3", "maximum"),
        ("target = 60", "target = 0", "line 19: scaling: "),
        ("target = 60", "target = nan", "line 25: target"),
        ("length = 3600", "length = -1", "line 5: length"),
        (
            "desired = 8",
            "desired = 6000",
            "line 11: service.desired: ",
        ),
        ("\"cpu_20s\"", "\"disk\"", "line 24: metric"),
        (
            "at_once = 200",
            "at_once = 0",
            "line 17: requests.at_once: ",
        ),
        ("version = 1", "version = 2", "newer"),
    ];
    for (from, to, wanted) in cases {
        let words = refused(&file, from, to);
        assert!(words.contains(wanted), "{to}: {words}");
    }
    assert!(matches!(
        read_any("version = 1\nservice = 3", no_files),
        Err(FileError::Field { .. })
    ));
}

const STEPS: &str = r#"[[scaling.policy]]
kind = "step"
metric = "cpu"
adjustment = "percent_change_in_capacity"
steps = [{ lower = 0, upper = 10, adjustment = 0 }, { lower = 10, adjustment = 30 }]
minimum_magnitude = 2
cooldown = 60
aggregation = "maximum"
alarm = { comparison = "greater_than_threshold", threshold = 50, evaluation_periods = 2 }
"#;

#[test]
fn ways_of_routing_are_read() {
    let with = |balancer: &str| {
        let file = text("alarm-lag").replace(
            "[scaling]\n",
            &format!("[balancer]\n{balancer}\n[scaling]\n"),
        );
        read_service(&file)
    };
    let read = with("algorithm = \"weighted_random\"").unwrap();
    assert_eq!(read.plan.balancer.algorithm.name(), "weighted_random");
    let read = with("sticky = 86400").unwrap();
    assert_eq!(read.plan.balancer.stickiness, Some(Span::from_secs(86_400)));
    assert_eq!(read.plan.requests.clients, 1_000);
    let refused = with("sticky = 60\nalgorithm = \"weighted_random\"").unwrap_err();
    let words = refused.to_string();
    assert_eq!(
        words,
        "line 20: balancer.sticky: sticky sessions do not go with weighted random"
    );
}

#[test]
fn step_scaling_is_read_and_scales() {
    let file = text("alarm-lag");
    let tracked = file.find("[[scaling.policy]]").unwrap();
    let file = format!("{}{STEPS}", &file[..tracked]);
    let read = read_service(&file).unwrap_or_else(|error| panic!("{error}"));
    let it = run_file(&read);
    assert_eq!(it.alarms.len(), 1, "{:?}", it.alarms);
    assert_eq!(it.alarms[0].name, "api-cpu-step-1");
    assert_eq!(
        it.alarms[0].condition,
        "greater than 50.0, 2 datapoints of 60 s"
    );
    // 30 % of 8 are 2.4, rounded down, as large as the least.
    let words = "Setting desired count to 10.";
    assert!(
        said(&it, Speaker::Scaling, words).unwrap() > 900,
        "{:?}",
        it.entries
    );
    for (from, to, wanted) in [
        ("kind = \"step\"\n", "", "adjustment is of policies"),
        ("cooldown = 60", "target = 60", "has no target"),
        ("adjustment = \"percent", "#", "needs an adjustment"),
        ("lower = 10, ", "lower = 11, ", "scaling: Steps overlap"),
        ("threshold = 50", "threshold = inf", "line 31: alarm"),
        ("lower = 0, ", "lowest = 0, ", "line 27: steps"),
    ] {
        let words = refused(&file, from, to);
        assert!(words.contains(wanted), "{to}: {words}");
    }
}

/// As a flow each shipped scenario shows what it shows exactly: (name, seconds, served, failed, CPU, latency,
/// tasks, seconds between the first activities). Parts of what is exact, but for the seconds. 9,000 requests, as
/// of the third, differ by 2 % from one seed to the next.
#[test]
fn as_a_flow_each_scenario_shows_the_same() {
    let table = [
        ("alarm-lag", 3_600, 0.02, 0.0, 0.02, 0.1, 0.02, 1),
        // Until the second wave of tasks: after that it is chaos, as below.
        ("black-friday-fargate", 1_600, 0.03, 0.1, 0.03, 0.1, 0.03, 1),
        ("rolling-deadlock", 1_800, 0.03, 0.0, 0.03, 0.02, 0.001, 0),
        // Four tasks that have too much fail their checks at moments that are chance, and are replaced.
        ("spot-loss", 3_600, 0.05, 0.1, 0.02, 0.2, 0.02, 0),
        ("zonal-failure", 2_400, 0.02, 0.15, 0.02, 0.1, 0.01, 0),
        ("ip-exhaustion", 2_400, 0.02, 0.0, 0.02, 0.02, 0.01, 0),
    ];
    let mut wrong = Vec::new();
    for (name, length, served, failed, cpu, latency, tasks, seconds) in table {
        let mut exact = shipped(name);
        exact.plan.length = Span::from_secs(length);
        let mut flow = exact.clone();
        flow.plan.requests.detail = Detail::Fluid;
        assert_eq!(flow.plan.check(), []);
        let (exact, flow) = (run_file(&exact), run_file(&flow));
        let mut compare = |what: &str, exact: f64, flow: f64, allowed: f64| {
            if (exact - flow).abs() > allowed * exact {
                wrong.push(format!("{name}: {what} {exact} {flow}"));
            }
        };
        let (one, other) = (&exact.headline, &flow.headline);
        let errors = |it: &ServiceHeadline| it.answers.errors() as f64;
        let mean = |it: &ServiceHeadline| it.latency.unwrap().mean.as_nanos() as f64;
        compare(
            "served",
            one.answers.served as f64,
            other.answers.served as f64,
            served,
        );
        compare("failed", errors(one), errors(other), failed);
        compare("cpu", one.cpu.unwrap(), other.cpu.unwrap(), cpu);
        compare("latency", mean(one), mean(other), latency);
        compare("tasks", one.running.mean, other.running.mean, tasks);
        let set = |it| said(it, Speaker::Scaling, "Setting desired count to");
        let (one, other) = (set(&exact), set(&flow));
        if one.is_some() != other.is_some()
            || one.unwrap_or_default().abs_diff(other.unwrap_or_default()) > seconds
        {
            wrong.push(format!("{name}: first activity {one:?} {other:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Which task fails its checks first decides all that follows: with its second seed this scenario serves a fifth
/// fewer requests than with its first. A flow is one of those that could be.
#[test]
fn where_exact_runs_differ_a_flow_is_among_them() {
    let served = |seed, detail| {
        let mut file = shipped("black-friday-fargate");
        file.plan.seed = Seed(seed);
        file.plan.requests.detail = detail;
        run_file(&file).headline.answers.served
    };
    let (first, second) = (served(1, Detail::Exact), served(2, Detail::Exact));
    let flow = served(1, Detail::Fluid);
    assert!(second < first - first / 6, "{first} {second}");
    assert!((second..first).contains(&flow), "{first} {flow} {second}");
}

#[test]
fn a_flow_has_neither_queues_nor_sessions() {
    let flow = "at_once = 200\ndetail = \"fluid\"\n\n[balancer]\nsticky = 60\n";
    let words = refused(&text("alarm-lag"), "at_once = 200\n", flow);
    assert!(
        words.contains("balancer.sticky: it takes requests one by one"),
        "{words}"
    );
    assert!(
        words.contains("Leave balancer.sticky or detail = \"fluid\" out."),
        "{words}"
    );
    let flow = "[requests]\ndetail = \"fluid\"\n";
    let words = refused(&text("queue-backlog-fargate"), "[requests]\n", flow);
    assert!(
        words.contains("queue: it takes requests one by one"),
        "{words}"
    );
}

#[test]
fn a_file_says_how_requests_are_simulated() {
    let file = text("zonal-failure");
    let with = |line: &str| read_any(&file.replace("at_once = 100", line), no_files);
    let AnyFile::Service(flow) = with("at_once = 100\ndetail = \"fluid\"").unwrap() else {
        panic!("it is a service");
    };
    assert_eq!(flow.plan.requests.detail, Detail::Fluid);
    let words = flow.plan.requests.detail.approximation().unwrap().0;
    assert_eq!(words, "fluid approximation, step 1 s");
    assert_eq!(shipped("zonal-failure").plan.requests.detail, Detail::Exact);
    let unknown = with("detail = \"rough\"").unwrap_err();
    let wanted = "line 23: detail: unknown variant `rough`, expected `exact` or `fluid`";
    assert!(unknown.to_string().contains(wanted), "{unknown}");
    // What has no mean is refused where it stands.
    let tail = file.replace("work = \"exp:0.04\"", "work = \"pareto:0.01,0.9\"");
    assert!(read_any(&tail, no_files).is_ok());
    let tail = tail.replace("at_once = 100", "detail = \"fluid\"");
    let error = read_any(&tail, no_files).unwrap_err();
    let wanted = "line 21: requests.work: requests.work has no mean";
    assert!(error.to_string().contains(wanted), "{error}");
    assert!(error.hint().contains("shape above 1"), "{}", error.hint());
}

/// 4.3 billion requests are not too many for a flow, and are for requests one by one.
#[test]
fn a_large_load_is_no_large_flow() {
    let large = text("zonal-failure").replace("rate = 50", "rate = 500000");
    let estimate = |text: &str| match read_any(text, no_files).unwrap() {
        AnyFile::Service(file) => file.plan.estimate(),
        _ => panic!("it is a service"),
    };
    assert!(estimate(&large).is_large());
    let flow = large.replace("at_once = 100", "detail = \"fluid\"");
    assert!(!estimate(&flow).is_large());
    assert!(estimate(&flow).seconds() < 1.0);
}

/// 12 tasks of 0.5 vCPU and 1 GB, which are created five minutes before an hour: the vCPU-hours of the bill are
/// those of the lanes.
#[test]
fn what_it_costs_is_what_ran() {
    let prices = folder().join("../prices/lambda-us-east-1-2026-11-23.json");
    let order = RunOrder {
        text: text("rolling-deadlock"),
        prices: std::fs::read_to_string(prices).unwrap(),
        however_large: false,
    };
    let mut last = None;
    watch(&order, || Span::ZERO, |it| last = Some(it.clone()));
    let Some(RunNews::ServiceEnded(it)) = last else {
        panic!("it has ended");
    };
    // Three tasks of 0.25 vCPU and 0.5 GB for 2,100 s, less about 16 s each until the pull begins.
    let hours = 3.0 * (2_100.0 - 16.0) / 3_600.0;
    let wanted = hours * (0.25 * 0.04048 + 0.5 * 0.004445);
    let total: f64 = it.cost.total.parse().unwrap();
    assert!((total - wanted).abs() < 0.01 * wanted, "{total} {wanted}");
    assert_eq!(it.cost.lines.len(), 2, "{:?}", it.cost);
}

/// What a page is told: the same as a run natively, and progress on the way.
#[test]
fn a_watched_service_says_what_it_comes_to() {
    let prices = folder().join("../prices/lambda-us-east-1-2026-11-23.json");
    let order = RunOrder {
        text: text("zonal-failure"),
        prices: std::fs::read_to_string(prices).unwrap(),
        however_large: false,
    };
    let mut news = Vec::new();
    let clock = std::cell::Cell::new(0);
    let now = || {
        clock.set(clock.get() + 1);
        Span::from_secs(clock.get())
    };
    watch(&order, now, |it| news.push(it.clone()));
    let Some(RunNews::ServiceEnded(last)) = news.pop() else {
        panic!("it has ended");
    };
    assert!(news.len() > 3);
    for it in &news {
        let RunNews::ServiceGoing(so_far) = it else {
            panic!("{it:?}");
        };
        assert!(so_far.at < so_far.length);
        assert!(so_far.entries.iter().all(|entry| entry.at <= so_far.at));
    }
    let native = run("zonal-failure");
    assert_eq!(last.headline, native.headline);
    assert_eq!(
        (&last.tasks, &last.entries),
        (&native.tasks, &native.entries)
    );
}

proptest::proptest! {
    /// Whatever is written, it is read or refused with a remedy.
    #[test]
    fn no_text_breaks_the_reader(
        place in 0_usize..2_000,
        take in 0_usize..40,
        put in "[a-z0-9=\\[\\]\\{\\}\"., \n_-]{0,20}",
        which in 0_usize..4,
    ) {
        let mut file = text(["alarm-lag", "spot-loss", "bursts", "lambda-against-fargate"][which]);
        let from = file.floor_char_boundary(place.min(file.len()));
        let to = file.floor_char_boundary((from + take).min(file.len()));
        file.replace_range(from..to, &put);
        if let Err(error) = read_any(&file, no_files) {
            proptest::prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty());
        }
    }
}
