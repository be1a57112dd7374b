//! What queueing theory says, against facts of `fargate.md`, section 12 (V7), with its inputs.

use super::*;
use crate::units::Span;

fn close(found: f64, wanted: f64, part: f64) {
    assert!(
        (found - wanted).abs() <= wanted * part,
        "{found} is not within {part} of {wanted}"
    );
}

/// One task, whose vCPUs are the servers and which handles one request on each.
fn servers(vcpus: u32, memory: u32, rate: f64, work: u64, length: u64) -> Kept {
    let mut plan = web(vcpus * 1_024, memory, 1, exponential(work), rate);
    plan.requests.at_once = vcpus;
    plan.length = secs(length);
    // Queues are to be as long as they get.
    plan.balancer.idle_timeout = secs(4_000);
    plan.balancer.check.timeout = secs(120);
    Kept::of(&plan)
}

/// M/M/c. One server at a load of 0.8: W is S / (1 - 0.8). Four by Erlang C, computed here.
#[test]
fn a_task_that_handles_one_request_a_vcpu_is_m_m_c() {
    let kept = servers(1, 2_048, 8.0, 100, 40_000);
    close(kept.mean_latency(), 0.5, 0.05);
    let (servers_of, load) = (4_f64, 3.2_f64);
    let mut lost = 1.0;
    for k in 1..=4 {
        lost = load * lost / (f64::from(k) + load * lost);
    }
    let busy = load / servers_of;
    let waits = lost / (1.0 - busy * (1.0 - lost));
    let wanted = 0.1 + waits / (servers_of / 0.1 - load / 0.1);
    close(
        servers(4, 8_192, 32.0, 100, 12_000).mean_latency(),
        wanted,
        0.02,
    );
}

/// M/G/1 with processor sharing: the mean time depends on the mean of the work alone, S / (1 - rho).
#[test]
fn processor_sharing_does_not_mind_how_work_is_spread() {
    for work in [
        Distribution::Constant(Span::from_millis(100)),
        exponential(100),
        Distribution::LogNormal {
            // The mean is median * exp(sigma^2 / 2).
            median: Span::from_nanos(60_653_066),
            sigma: 1.0,
        },
    ] {
        let mut plan = web(1_024, 2_048, 1, work, 7.0);
        plan.length = secs(15_000);
        let kept = Kept::of(&plan);
        close(kept.mean_latency(), 0.1 / 0.3, 0.04);
    }
}

/// Utilization is what comes times what it takes, over what there is.
#[test]
fn utilization_is_load_over_capacity() {
    let mut plan = web(512, 1_024, 4, exponential(100), 10.0);
    plan.length = secs(3_600);
    let kept = Kept::of(&plan);
    let (mut sum, mut count) = (0.0, 0.0);
    for (_, sample) in kept.samples.iter().filter(|(moment, _)| *moment > at(60)) {
        sum += sample.cpu.unwrap();
        count += 1.0;
    }
    close(sum / count, 10.0 * 0.1 / (4.0 * 0.5), 0.02);
}

/// Little's law: those in the system are the rate times their time in it.
#[test]
fn little_s_law_holds() {
    let mut plan = web(1_024, 2_048, 2, exponential(120), 12.0);
    plan.requests.wait = exponential(300);
    plan.length = secs(7_200);
    let kept = Kept::of(&plan);
    let later = kept.samples.iter().filter(|(moment, _)| *moment > at(60));
    let there: Vec<f64> = later
        .map(|(_, sample)| (sample.handled + sample.queued) as f64)
        .collect();
    let mean = there.iter().sum::<f64>() / there.len() as f64;
    close(mean, 12.0 * kept.mean_latency(), 0.08);
}

/// More tasks never serve fewer of the same requests.
#[test]
fn more_tasks_serve_no_fewer() {
    let mut served = Vec::new();
    for desired in 1..6 {
        let mut plan = web(256, 512, desired, exponential(50), 25.0);
        plan.requests.at_once = 20;
        served.push(Kept::of(&plan).count(Answer::Served));
    }
    assert!(served.is_sorted(), "{served:?}");
}

/// With the fewest outstanding requests the slowest wait less than with turns.
#[test]
fn least_outstanding_requests_has_the_shorter_tail() {
    let mut plan = web(1_024, 2_048, 6, exponential(100), 50.0);
    plan.requests.at_once = 1;
    plan.length = secs(3_600);
    let turns = Kept::of(&plan).mean_latency();
    plan.balancer.algorithm = Algorithm::LeastOutstandingRequests;
    let fewest = Kept::of(&plan).mean_latency();
    assert!(fewest < turns * 0.7, "{fewest} {turns}");
}
