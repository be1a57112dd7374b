//! Services whose tasks are pods of EKS: the shipped lesson, and what is refused.

use super::{no_files, refused, run_file, said, shipped, text};
use proptest::prelude::*;
use runtime_core::billing::FargatePrices;
use runtime_core::simulator::fargate::{Entry, LanePhase, ServiceSoFar, Speaker, watch_service};
use runtime_core::simulator::{ServiceFile, read_any, read_service};
use runtime_core::units::Span;

fn on_ecs() -> ServiceFile {
    let eks = text("eks-rounding");
    let ecs = eks.replace("orchestrator = \"eks\"", "orchestrator = \"ecs\"");
    assert_ne!(eks, ecs);
    read_service(&ecs).unwrap()
}

fn changed(from: &str, to: &str) -> ServiceSoFar {
    let eks = text("eks-rounding");
    let other = eks.replace(from, to);
    assert_ne!(eks, other, "{from}");
    let file = read_service(&other);
    run_file(&file.unwrap_or_else(|error| panic!("{error} {}", error.hint())))
}

fn priced(file: &ServiceFile) -> ServiceSoFar {
    let folder = super::folder().join("../prices/lambda-us-east-1-2026-11-23.json");
    let prices = FargatePrices::parse(&std::fs::read_to_string(folder).unwrap()).unwrap();
    let words = (file.name.as_str(), file.about.as_str());
    watch_service(&file.plan, words, Some(&prices), || Span::ZERO, |_| {})
}

fn entry<'a>(it: &'a ServiceSoFar, words: &str) -> &'a Entry {
    let mut entries = it.entries.iter();
    entries.find(|entry| entry.text.contains(words)).unwrap()
}

/// Hours of a kind that were paid for.
fn hours(it: &ServiceSoFar, what: &str) -> f64 {
    let lines = it.cost.lines.iter();
    let found = lines
        .map(|(line, _)| line)
        .find(|line| line.starts_with(what));
    let amount = found.and_then(|line| line.split(": ").nth(1));
    amount.map_or(0.0, |it| it.split(' ').next().unwrap().parse().unwrap())
}

#[test]
fn the_same_service_is_paid_for_with_three_gigabytes_on_eks_and_two_on_ecs() {
    let (eks, ecs) = (priced(&shipped("eks-rounding")), priced(&on_ecs()));
    assert_eq!(eks.service.size, "1 vCPU and 3 GB");
    assert_eq!(ecs.service.size, "1 vCPU and 2 GB");
    let pods = eks.service.pods.as_ref().unwrap();
    assert_eq!(
        (pods.provisioned.as_str(), pods.requested.as_str()),
        ("1vCPU 3GB", "1 vCPU and 2 GB")
    );
    assert_eq!(ecs.service.pods, None);
    let ratio = |it: &ServiceSoFar| hours(it, "memory") / hours(it, "vCPU");
    assert!((ratio(&eks) - 3.0).abs() < 1e-6, "{:?}", eks.cost);
    assert!((ratio(&ecs) - 2.0).abs() < 1e-6, "{:?}", ecs.cost);
    // The control plane, for the hour and five minutes, and the five minutes before.
    assert!((hours(&eks, "EKS cluster") - 70.0 / 60.0).abs() < 1e-3);
    assert!(hours(&ecs, "EKS cluster").abs() < 1e-9);
    let told = entry(&eks, "CapacityProvisioned: 1vCPU 3GB");
    assert!(told.because.join(" ").contains("256 MB"), "{told:?}");
}

#[test]
fn pods_are_scaled_within_a_minute_and_tasks_after_five() {
    let (eks, ecs) = (run_file(&shipped("eks-rounding")), run_file(&on_ecs()));
    let after = |it: &ServiceSoFar, words| said(it, Speaker::Scaling, words).unwrap() - 900;
    let pods = after(&eks, "SuccessfulRescale: New size: ");
    let tasks = after(&ecs, "Setting desired count to");
    assert!(pods <= 60, "{pods}");
    assert!((280..420).contains(&tasks), "{tasks}");
    // Down: after a window of five minutes, and after fifteen of low datapoints.
    let down = |it: &ServiceSoFar, words: &str| {
        let seconds = |entry: &&Entry| entry.at.as_nanos() / 1_000_000_000;
        let mut entries = it.entries.iter();
        let first = entries.find(|it| seconds(it) > 2_400 && it.text.contains(words));
        seconds(&first.unwrap()) - 2_400
    };
    let pods = down(&eks, "SuccessfulRescale");
    assert!((285..=330).contains(&pods), "{pods}");
    let tasks = down(&ecs, "Setting desired count to");
    assert!(tasks >= 900, "{tasks}");
    let rescaled = entry(&eks, "SuccessfulRescale");
    assert!(
        rescaled
            .because
            .iter()
            .any(|it| it.contains("rounded up to")),
        "{rescaled:?}"
    );
    assert!(
        eks.entries
            .iter()
            .any(|it| it.text.contains("ScaleDownStabilized"))
    );
    assert!(
        eks.entries
            .iter()
            .any(|it| it.text.contains("Scaled up replica set api-1 from"))
    );
    let errors = eks.headline.answers.errors();
    assert!(errors * 1_000 < eks.headline.requests, "{:?}", eks.headline);
    assert_eq!(eks.alarms, []);
}

#[test]
fn a_pod_runs_after_a_minute() {
    // Facts, section 2: 30 to 45 s for the node, over 60 until it runs (containers-roadmap, issue 649).
    let it = run_file(&shipped("eks-rounding"));
    let mut seen = 0;
    for lane in it.tasks.iter().filter(|it| it.moves[0].0 > Span::ZERO) {
        let since = |phase| {
            lane.moves
                .iter()
                .find(|(_, it)| *it == phase)
                .map(|it| it.0)
        };
        let first = lane.moves[0].0;
        let after =
            |phase| since(phase).map(|it| it.saturating_sub(first).as_nanos() / 1_000_000_000);
        assert!((30..=45).contains(&after(LanePhase::Pending).unwrap()));
        assert!(
            (60..80).contains(&after(LanePhase::Running).unwrap()),
            "{lane:?}"
        );
        seen += 1;
    }
    assert!(seen >= 2, "{seen}");
}

#[test]
fn pods_that_no_profile_takes_serve_nobody() {
    let it = changed("app = \"a*\"", "app = \"w*\"");
    assert_eq!((it.headline.started, it.headline.answers.served), (0, 0));
    let failed = entry(&it, "FailedScheduling: no nodes available to schedule pods");
    assert!(
        failed.because.join(" ").contains("Fargate profile"),
        "{failed:?}"
    );
    // Without the table everything is in the namespace that the profile selects.
    let it = changed(
        "profile = [{ namespace = \"shop\", labels = { app = \"a*\" } }]",
        "",
    );
    assert_eq!(it.headline.started, 0);
    let it = changed("namespace = \"shop\"        # of the pods\n", "");
    assert_eq!(it.headline.started, 0);
}

#[test]
fn init_containers_and_sidecars_make_the_pod_larger() {
    let it = changed(
        "[eks.autoscaler]",
        "init = [{ cpu = 2048, memory = 512 }]\ncontainers = [{ cpu = 256, memory = 1024 }]\n\n[eks.autoscaler]",
    );
    // 2 vCPU of the init container; 2,048 + 1,024 + 256 MB.
    assert_eq!(it.service.size, "2 vCPU and 4 GB");
    // The container has what it asks for, whatever the pod has.
    assert_eq!(it.service.pods.unwrap().requested, "1 vCPU and 2 GB");
    // Percent are of what all containers ask for: 1.25 vCPU.
    assert!(it.headline.scale_outs >= 1);
}

#[test]
fn requests_a_second_scale_pods_too() {
    let it = changed(
        "cpu = 60                  # percent of what they ask for",
        "requests_per_second = 15",
    );
    // 112 of 15.
    assert_eq!(it.headline.most_desired, 8);
    let rescaled = entry(&it, "SuccessfulRescale");
    assert!(
        rescaled
            .text
            .ends_with("pods metric requests_per_second above target")
    );
}

#[test]
fn what_is_wrong_with_pods_is_named_with_what_to_do() {
    let file = text("eks-rounding");
    let service = "name = \"api\"\n";
    let with = |line: &str| format!("{service}{line}\n");
    let cases: &[(&str, String, &str, &str)] = &[
        (
            service,
            with("strategy = [{ provider = \"FARGATE_SPOT\", weight = 1 }]"),
            "service.strategy: EKS on Fargate has no Spot",
            "ECS",
        ),
        (
            service,
            with("circuit_breaker = \"on\""),
            "service.circuit_breaker: a Deployment of Kubernetes has no circuit breaker",
            "ECS",
        ),
        (service, with("maximum_percent = 150"), "maxSurge", "ECS"),
        (
            service,
            with("minimum_healthy_percent = 50"),
            "maxUnavailable",
            "README",
        ),
        (service, with("spot_vcpus = 10"), "no Spot", "README"),
        (
            service,
            with("architecture = \"arm64\""),
            "service.architecture: EKS on Fargate has no ARM64",
            "ECS",
        ),
        (
            service,
            with("os = \"windows\""),
            "service.os: EKS on Fargate has no Windows",
            "ECS",
        ),
        (
            service,
            with("grace_period = 60"),
            "service.grace_period",
            "ECS",
        ),
        (
            service,
            with("rebalancing = true"),
            "service.rebalancing",
            "ECS",
        ),
        (
            service,
            with("ephemeral_storage = 50"),
            "service.ephemeral_storage",
            "ECS",
        ),
        (
            service,
            with("deployment = { strategy = \"canary\" }"),
            "rolling",
            "ECS",
        ),
        (
            "[eks]\n",
            "[network]\npublic_ip = true\n\n[eks]\n".to_owned(),
            "network.public_ip: pods on Fargate have no public addresses",
            "ECS",
        ),
        (
            "[eks]\n",
            "[network]\nroute = \"none\"\n\n[eks]\n".to_owned(),
            "network.route",
            "NAT gateway",
        ),
        (
            "profile = [{ namespace = \"shop\", labels = { app = \"a*\" } }]",
            "profile = []".to_owned(),
            "eks.profile: A Fargate profile cannot have 0 selectors",
            "1 to 5",
        ),
        (
            "minimum = 4\nmaximum = 20\ncpu = 60",
            "minimum = 40\nmaximum = 20\ncpu = 60".to_owned(),
            "eks.autoscaler",
            "MinCapacity",
        ),
        (
            "cpu = 60                  # percent of what they ask for",
            String::new(),
            "no metric",
            "requests_per_second",
        ),
        (
            "cpu = 1024",
            "cpu = 0".to_owned(),
            "missing request for cpu",
            "requests_per_second",
        ),
        (
            "memory = 2048",
            "memory = 122880".to_owned(),
            "service.memory: Pod provisioning failed",
            "16 vCPU",
        ),
        (
            "work = \"exp:0.03\"",
            "work = \"exp:0.03\"\ndetail = \"fluid\"".to_owned(),
            "service.orchestrator",
            "Leave",
        ),
        (
            "[eks]\n",
            "[[incident]]\nat = 60\nwhat = { zone_failure = { zone = 0, lasts = 60 } }\n\n[eks]\n"
                .to_owned(),
            "incident",
            "ecs",
        ),
        (
            "[eks]\n",
            "[lambda]\nmemory = 1769\n\n[eks]\n".to_owned(),
            "service.orchestrator",
            "Leave",
        ),
    ];
    for (from, to, cause, remedy) in cases {
        let words = refused(&file, from, to);
        assert!(
            words.contains(cause) && words.contains(remedy),
            "{to}: {words}"
        );
        assert!(words.starts_with("line "), "{words}");
    }
    // Application Auto Scaling is for the other orchestrator.
    let start = file.find("[eks.autoscaler]").unwrap();
    let end = file.find("[scaling]").unwrap();
    let words = refused(&file, &file[start..end], "");
    assert!(
        words.contains("scaling") && words.contains("[eks.autoscaler]"),
        "{words}"
    );
}

#[test]
fn a_revision_without_its_image_stops_the_rollout_and_pods_go_on() {
    let broken =
        "[[incident]]\nat = 300\nwhat = { deployment = { flaw = \"no_image\" } }\n\n[eks]\n";
    let file = text("eks-rounding").replace("[eks]\n", broken);
    let it = run_file(&read_service(&file).unwrap());
    let says = |words: &str| it.entries.iter().any(|it| it.text.contains(words));
    assert!(says("Back-off pulling image"));
    assert_eq!(
        said(&it, Speaker::Service, "ProgressDeadlineExceeded"),
        Some(900)
    );
    assert_eq!(it.headline.failed, 0);
    // Three pods of four serve as long as the load is what it was.
    let mut early = read_service(&file).unwrap();
    early.plan.length = Span::from_secs(890);
    let answers = run_file(&early).headline.answers;
    assert_eq!(answers.errors(), 0);
    // Then the autoscaler is blind: pods cannot use more than they ask for, and the two that never run count as idle, so
    // that three at 100 % are five at 60.
    assert!(!says("SuccessfulRescale"));
    let blind = it.entries.iter().flat_map(|it| &it.because);
    let mut blind = blind.filter(|it| it.contains("within the tolerance of 5"));
    assert!(blind.next().is_some());
}

#[test]
fn crashed_containers_start_again_without_a_new_pod() {
    let it = changed(
        "[eks]\n",
        "[[incident]]\nat = 600\nwhat = { crash = { share = 1.0 } }\n\n[eks]\n",
    );
    let calm = run_file(&shipped("eks-rounding"));
    let until = |it: &ServiceSoFar| {
        let early = it
            .tasks
            .iter()
            .filter(|it| it.moves[0].0 < Span::from_secs(890));
        early.count()
    };
    assert_eq!(until(&it), until(&calm));
    let answers = it.headline.answers;
    assert!(answers.errors() > 0, "{answers:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Replicas stay within their bounds, and the same seed gives the same run.
    #[test]
    fn whatever_comes_replicas_stay_within_bounds(
        seed in 0_u64..1_000,
        minimum in 1_u32..6,
        more in 0_u32..10,
        rate in 0_u32..400,
        cpu in 10_u32..90,
    ) {
        let maximum = minimum + more;
        let file = text("eks-rounding")
            .replace("length = 3900", &format!("seed = {seed}\nlength = 900"))
            .replace("[[0, 56], [900, 112], [2400, 56]]", &format!("[[0, 60], [300, {rate}]]"))
            .replace("minimum = 4\nmaximum = 20\ncpu = 60", &format!("minimum = {minimum}\nmaximum = {maximum}\ncpu = {cpu}"))
            .replace("desired = 4 ", &format!("desired = {minimum} "));
        prop_assert!(read_any(&file, no_files).is_ok());
        let file = read_service(&file).unwrap();
        let it = run_file(&file);
        for stretch in &it.series.stretches {
            prop_assert!((minimum..=maximum).contains(&stretch.desired), "{:?}", stretch);
            prop_assert!(stretch.running + stretch.pending <= maximum, "{:?}", stretch);
        }
        prop_assert_eq!(it, run_file(&file));
    }
}
