//! Which target a request goes to.

use super::super::balancer::{Balancer, Standing};
use super::super::sessions::Client;
use super::{Kept, exponential, secs, web};
use crate::generator::{Numbers, Seed};
use crate::simulator::fargate::*;
use crate::units::{Moment, Span, TaskId};

fn balancer(algorithm: Algorithm, slow_start: u64) -> Balancer {
    let draws = Numbers::of(Seed(1), "balancer");
    let plan = BalancerPlan {
        algorithm,
        slow_start: Span::from_secs(slow_start),
        ..BalancerPlan::default()
    };
    Balancer::new(&plan, draws)
}

fn at(seconds: u64) -> Moment {
    Moment::START + Span::from_secs(seconds)
}

fn chosen(balancer: &mut Balancer, seconds: u64, many: usize) -> Vec<u32> {
    let choose = || balancer.choose(at(seconds), Client(0)).map(|task| task.0);
    std::iter::repeat_with(choose)
        .take(many)
        .flatten()
        .collect()
}

fn healthy(balancer: &mut Balancer, tasks: &[u32]) {
    for task in tasks {
        balancer.register(TaskId(*task));
        balancer.found(at(0), TaskId(*task), Standing::Healthy);
    }
}

#[test]
fn without_targets_there_is_nobody() {
    assert_eq!(
        balancer(Algorithm::RoundRobin, 0).choose(at(0), Client(0)),
        None
    );
}

#[test]
fn round_robin_takes_healthy_targets_in_turn() {
    let mut balancer = balancer(Algorithm::RoundRobin, 0);
    healthy(&mut balancer, &[1, 2, 3]);
    assert_eq!(chosen(&mut balancer, 0, 5), [1, 2, 3, 1, 2]);
    balancer.found(at(1), TaskId(2), Standing::Unhealthy);
    assert_eq!(chosen(&mut balancer, 1, 4), [1, 3, 1, 3]);
    balancer.deregister(TaskId(1));
    assert_eq!(chosen(&mut balancer, 1, 2), [3, 3]);
}

#[test]
fn if_all_are_unhealthy_requests_go_to_all() {
    let mut balancer = balancer(Algorithm::RoundRobin, 0);
    healthy(&mut balancer, &[1, 2]);
    for task in [1, 2] {
        balancer.found(at(1), TaskId(task), Standing::Unhealthy);
    }
    assert_eq!(balancer.healthy(), 0);
    assert_eq!(chosen(&mut balancer, 1, 4), [1, 2, 1, 2]);
}

#[test]
fn least_outstanding_requests_takes_who_has_the_fewest() {
    let mut balancer = balancer(Algorithm::LeastOutstandingRequests, 0);
    healthy(&mut balancer, &[1, 2, 3]);
    assert_eq!(chosen(&mut balancer, 0, 3), [1, 2, 3]);
    balancer.answered(TaskId(2));
    assert_eq!(chosen(&mut balancer, 0, 2), [2, 1]);
}

#[test]
fn in_slow_start_the_share_grows_with_time() {
    let mut balancer = balancer(Algorithm::RoundRobin, 100);
    healthy(&mut balancer, &[1]);
    balancer.register(TaskId(2));
    balancer.found(at(0), TaskId(2), Standing::Healthy);
    let mut share = |seconds| {
        let second = chosen(&mut balancer, seconds, 4_000);
        second.iter().filter(|it| **it == 2).count() as f64 / 4_000.0
    };
    // Of the turns that it has it takes a tenth: 0.1 of 1.1.
    assert!((share(10) - 0.1 / 1.1).abs() < 0.02);
    assert!((share(50) - 0.5 / 1.5).abs() < 0.02);
    assert!((share(100) - 0.5).abs() < 0.001);
}

#[test]
fn the_first_targets_of_a_group_begin_with_their_whole_share() {
    let mut balancer = balancer(Algorithm::RoundRobin, 100);
    balancer.register(TaskId(1));
    balancer.found(at(0), TaskId(1), Standing::Healthy);
    assert_eq!(chosen(&mut balancer, 0, 2), [1, 1]);
}

/// Elastic Load Balancing guide, "Edit target group attributes for your Application Load Balancer", routing algorithm
/// (read 2026-11-30): "routes requests evenly across healthy targets in the target group, in a random order".
#[test]
fn weighted_random_is_even_and_in_no_order() {
    let mut balancer = balancer(Algorithm::WeightedRandom, 0);
    healthy(&mut balancer, &[1, 2, 3, 4]);
    balancer.found(at(1), TaskId(3), Standing::Unhealthy);
    let all = chosen(&mut balancer, 1, 9_000);
    for (task, wanted) in [(1, 3_000.0), (2, 3_000.0), (3, 0.0), (4, 3_000.0)] {
        let count = all.iter().filter(|it| **it == task).count() as f64;
        assert!((count - wanted).abs() <= wanted * 0.05, "{task}: {count}");
    }
    // One in three is the same as the one before it.
    let same = all.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert!((2_800..3_200).contains(&same), "{same}");
}

fn sticky(algorithm: Algorithm, seconds: u64) -> Balancer {
    let plan = BalancerPlan {
        algorithm,
        stickiness: Some(secs(seconds)),
        ..BalancerPlan::default()
    };
    Balancer::new(&plan, Numbers::of(Seed(1), "balancer"))
}

/// The same page: "the selected routing algorithm is used for the initial target selection. Future requests from the
/// same client will be forwarded to the same target, bypassing the selected routing algorithm". And "Sticky sessions"
/// (2023): "the Application Load Balancer resets the expiry of the cookies it generates after every request".
#[test]
fn a_client_stays_with_its_target_until_its_cookie_expires() {
    for algorithm in [Algorithm::RoundRobin, Algorithm::LeastOutstandingRequests] {
        let mut balancer = sticky(algorithm, 60);
        healthy(&mut balancer, &[1, 2, 3]);
        let mut choose = |seconds, client| {
            let task = balancer.choose(at(seconds), Client(client))?;
            balancer.answered(task);
            Some(task.0)
        };
        let first = choose(0, 7);
        // Each request within a minute of the last one is for a minute more.
        for seconds in [59, 118, 177] {
            assert_eq!(choose(seconds, 7), first);
        }
        let others: Vec<_> = (0..3).map(|it| choose(178, it)).collect();
        assert!(others.iter().all(|it| it.is_some()));
        assert_eq!((0..3).map(|it| choose(179, it)).collect::<Vec<_>>(), others);
    }
    let mut balancer = sticky(Algorithm::RoundRobin, 60);
    healthy(&mut balancer, &[1, 2, 3]);
    let mut choose = |seconds| balancer.choose(at(seconds), Client(7)).map(|it| it.0);
    assert_eq!([choose(0), choose(59)], [Some(1), Some(1)]);
    // A minute after the last one it is a new session.
    assert_eq!([choose(119), choose(120)], [Some(2), Some(2)]);
}

/// "If the cookie ... refers to a target that was deregistered or is unhealthy, the load balancer selects a new target
/// and updates the cookie with information about the new target" ("Sticky sessions", 2023).
#[test]
fn a_client_of_a_target_that_is_gone_sticks_to_another() {
    let mut balancer = sticky(Algorithm::RoundRobin, 600);
    healthy(&mut balancer, &[1, 2, 3]);
    let choose =
        |balancer: &mut Balancer, seconds| balancer.choose(at(seconds), Client(0)).map(|it| it.0);
    assert_eq!(choose(&mut balancer, 0), Some(1));
    balancer.found(at(1), TaskId(1), Standing::Unhealthy);
    let second = choose(&mut balancer, 2);
    assert_ne!(second, Some(1));
    // The failed target comes back, and the session stays.
    balancer.found(at(3), TaskId(1), Standing::Healthy);
    assert_eq!(choose(&mut balancer, 4), second);
    balancer.deregister(TaskId(second.unwrap()));
    let third = choose(&mut balancer, 5);
    assert_ne!(third, second);
    assert_eq!(choose(&mut balancer, 6), third);
}

/// "When scaling up, if the number of targets increase considerably, there is potential for unequal distribution of load
/// due to stickiness" (the same): clients that go on keep the tasks that there were, and new ones are idle.
#[test]
fn new_tasks_do_not_help_clients_that_stick_to_old_ones() {
    let mut plan = web(256, 512, 2, exponential(50), 9.0);
    plan.balancer.check.timeout = secs(120);
    plan.requests.at_once = 50;
    plan.requests.clients = 40;
    plan.length = secs(900);
    let what = IncidentKind::DesiredCount(6);
    plan.incidents.push(Incident { at: secs(60), what });
    let late = |plan: &ServicePlan| {
        let kept = Kept::of(plan);
        let late = kept.answers.iter().filter(|it| it.0 > super::at(600));
        let late: Vec<f64> = late.map(|it| it.2.as_nanos() as f64 / 1e9).collect();
        late.iter().sum::<f64>() / late.len() as f64
    };
    let free = late(&plan);
    plan.balancer.stickiness = Some(secs(3_600));
    let stuck = late(&plan);
    assert!(stuck > 3.0 * free, "{stuck} {free}");
}

#[test]
fn algorithms_have_their_limits() {
    let mut plan = web(256, 512, 2, exponential(50), 9.0);
    plan.balancer.algorithm = Algorithm::WeightedRandom;
    plan.balancer.slow_start = secs(30);
    plan.balancer.stickiness = Some(secs(60));
    plan.requests.clients = 0;
    let errors = plan.check();
    assert_eq!(
        errors,
        [
            PlanError::SlowStartOfAlgorithm,
            PlanError::StickinessOfAlgorithm,
            PlanError::Clients
        ]
    );
    plan.balancer.stickiness = Some(secs(7 * 86_400 + 1));
    assert!(plan.check().contains(&PlanError::Stickiness));
    assert!(errors.iter().all(|it| !it.hint().is_empty()));
}
