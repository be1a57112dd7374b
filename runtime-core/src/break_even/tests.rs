use super::*;
use crate::billing::{BilledTask, FreeTier, TaskRate};
use crate::timeline::{Architecture, CapacityProvider, TaskSize};
use crate::units::{MemoryMb, Span, StorageGib};
use proptest::prelude::*;

fn prices() -> PriceFiles {
    let file = include_str!("../../../public/prices/lambda-us-east-1-2026-11-23.json");
    PriceFiles::parse(file).unwrap()
}

fn lambda(memory: u32) -> OnLambda {
    OnLambda {
        memory: MemoryMb::new(memory),
        architecture: Architecture::X86_64,
        free_tier: FreeTier::Off,
    }
}

fn fargate(cpu: u32, memory: u32) -> OnFargate {
    OnFargate {
        task: BilledTask {
            rate: TaskRate::Linux {
                architecture: Architecture::X86_64,
                provider: CapacityProvider::Fargate,
            },
            size: TaskSize::new(cpu, memory),
            storage: StorageGib::new(20),
            public_ip: false,
        },
        least: 1,
        utilization: 100,
        at_once: 1_000,
        load_balancer: false,
    }
}

fn job(requests: u64, cpu: u64, wait: u64) -> Job {
    Job {
        requests,
        cpu: Span::from_millis(cpu),
        wait: Span::from_millis(wait),
    }
}

/// AWS Fargate pricing, 1 vCPU and 2 GB on x86 in us-east-1: 730 hours at 0.04048 and 2 x 0.004445. `billing` has the
/// other sizes.
#[test]
fn a_month_of_tasks_costs_what_the_price_list_says() {
    let costs = |fargate: OnFargate| {
        let costs = month_costs(&prices(), &job(1, 1, 0), &lambda(1_769), &fargate);
        costs.on_fargate().decimal(4)
    };
    let one = fargate(1_024, 2_048);
    assert_eq!(costs(one), "36.0401");
    assert_eq!(costs(OnFargate { least: 3, ..one }), "108.1203");
    // Elastic Load Balancing pricing: 0.0225 an hour.
    let balanced = OnFargate {
        load_balancer: true,
        ..one
    };
    assert_eq!(costs(balanced), "52.4651");
}

/// AWS Lambda pricing's own arithmetic: requests and GB-seconds, each at its rate.
#[test]
fn a_month_of_requests_costs_what_the_price_list_says() {
    let costs = month_costs(
        &prices(),
        &job(3_000_000, 60, 60),
        &lambda(1_769),
        &fargate(1_024, 2_048),
    );
    assert_eq!(costs.lambda_duration, Span::from_millis(120));
    // 3,000,000 x 0.12 s x 1,769 / 1,024 GB x 0.0000166667 + 3 x 0.20
    assert_eq!(costs.on_lambda().decimal(4), "10.9653");
}

#[test]
fn a_smaller_function_takes_longer_for_the_same_work() {
    let work = job(1, 500, 100);
    let durations = [1_769, 3_538, 885, 442].map(|it| lambda(it).duration(&work).as_nanos());
    let millis = durations.map(|nanos| nanos / 1_000_000);
    // Half a vCPU: ten milliseconds in twenty. A second vCPU helps a single thread nothing.
    assert_eq!(millis[0], 600);
    assert_eq!(millis[1], 600);
    assert!((1_080..=1_100).contains(&millis[2]), "{millis:?}");
    assert!((2_060..=2_105).contains(&millis[3]), "{millis:?}");
    // A task of a quarter of a vCPU: four times the computing, the same wait.
    let quarter = fargate(256, 512).duration(&work);
    assert_eq!(quarter, Span::from_millis(2_100));
    assert_eq!(
        fargate(4_096, 8_192).duration(&work),
        Span::from_millis(600)
    );
}

#[test]
fn tasks_are_as_many_as_the_work_needs() {
    let month = MONTH.as_nanos() / 1_000_000_000;
    // Ten requests a second of 50 ms: half a vCPU.
    let work = job(10 * month, 50, 0);
    let tasks = |cpu, utilization| {
        let fargate = OnFargate {
            utilization,
            ..fargate(cpu, 512)
        };
        fargate.tasks(&work)
    };
    assert_eq!(tasks(256, 100), 2);
    assert_eq!(tasks(256, 99), 3);
    assert_eq!(tasks(256, 50), 4);
    assert_eq!(tasks(1_024, 50), 1);
    assert_eq!(tasks(1_024, 49), 2);
    // Ten a second that wait for two seconds hold twenty places.
    let waiting = job(10 * month, 0, 2_000);
    let at_once = |at_once| OnFargate {
        at_once,
        ..fargate(1_024, 2_048)
    };
    assert_eq!(at_once(20).tasks(&waiting), 1);
    assert_eq!(at_once(19).tasks(&waiting), 2);
    let least = OnFargate {
        least: 3,
        ..fargate(1_024, 2_048)
    };
    assert_eq!(least.tasks(&job(0, 50, 0)), 3);
}

#[test]
fn lambda_is_cheaper_for_few_requests_and_fargate_for_many() {
    let (lambda, fargate) = (lambda(1_769), fargate(1_024, 2_048));
    let found = crossing(&prices(), &job(0, 100, 0), &lambda, &fargate).unwrap();
    let at = |requests| {
        let costs = month_costs(&prices(), &job(requests, 100, 0), &lambda, &fargate);
        costs.on_lambda() > costs.on_fargate()
    };
    assert!(!at(found.first - 1) && at(found.first));
    // One task, 36.0401 a month; a request, 0.0000030792...: 11.7 millions of 26.3 that it could do.
    assert_eq!(found.first / 100_000, 117);
    // The second task is not worth it at once: Lambda is cheaper again for a while only if two tasks cost more than
    // what one could do, which they do not here.
    assert_eq!(found.for_good, Some(found.first));
}

#[test]
fn another_task_can_make_lambda_cheaper_again() {
    // Requests that compute little and wait long, and tasks with few places: a task costs nearly what Lambda does.
    let fargate = OnFargate {
        at_once: 3,
        ..fargate(1_024, 2_048)
    };
    let (lambda, work) = (lambda(512), job(0, 1, 1_000));
    let found = crossing(&prices(), &work, &lambda, &fargate).unwrap();
    let for_good = found.for_good.unwrap();
    assert!(for_good > found.first, "{found:?}");
    let cheaper = |requests| {
        let costs = month_costs(&prices(), &Job { requests, ..work }, &lambda, &fargate);
        costs.on_lambda() > costs.on_fargate()
    };
    assert!(cheaper(found.first) && !cheaper(found.first - 1));
    assert!(cheaper(for_good) && !cheaper(for_good - 1));
}

#[test]
fn what_only_waits_is_never_cheaper_in_tasks_with_one_place() {
    let fargate = OnFargate {
        at_once: 1,
        ..fargate(4_096, 8_192)
    };
    let found = crossing(&prices(), &job(0, 0, 100), &lambda(128), &fargate);
    assert_eq!(found, None);
}

#[test]
fn a_request_that_takes_longer_than_a_month_ends_nothing() {
    let work = Job {
        requests: u64::MAX,
        cpu: Span::from_nanos(u64::MAX),
        wait: Span::from_nanos(u64::MAX),
    };
    let (lambda, fargate) = (lambda(128), fargate(256, 512));
    assert!(month_costs(&prices(), &work, &lambda, &fargate).tasks > MOST_TASKS);
    assert_eq!(crossing(&prices(), &work, &lambda, &fargate), None);
}

#[test]
fn a_time_is_computing_and_waiting() {
    let time = Span::from_millis(200);
    let parts = |percent| {
        let job = Job::of_time(1, time, percent);
        [job.cpu, job.wait].map(|it| it.as_nanos() / 1_000_000)
    };
    assert_eq!(parts(0), [0, 200]);
    assert_eq!(parts(25), [50, 150]);
    assert_eq!(parts(100), [200, 0]);
    assert_eq!(parts(300), [200, 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// So many tasks do what they are said to do, and one request more needs another one.
    #[test]
    fn capacity_and_tasks_agree(
        cpu in 1_u64..2_000, wait in 0_u64..5_000, size in 0_usize..3, utilization in 1_u64..=100,
        at_once in 1_u64..300, tasks in 1_u64..200,
    ) {
        let size = [256, 1_024, 4_096][size];
        let fargate = OnFargate { utilization, at_once, ..fargate(size, 8_192) };
        let requests = fargate.capacity(&job(0, cpu, wait), tasks);
        prop_assert!(fargate.tasks(&job(requests, cpu, wait)) <= tasks);
        prop_assert!(fargate.tasks(&job(requests + 1, cpu, wait)) > tasks);
    }

    /// Before the first crossing Lambda is as cheap, after the last one Fargate is cheaper.
    #[test]
    fn a_crossing_is_where_it_says(
        cpu in 1_u64..2_000, wait in 0_u64..2_000, memory in 0_usize..3, least in 1_u64..4,
        share in 0_u64..1_000,
    ) {
        let (lambda, fargate) = (
            lambda([128, 1_024, 3_008][memory]),
            OnFargate { least, ..fargate(1_024, 2_048) },
        );
        let work = job(0, cpu, wait);
        let prices = prices();
        let cheaper = |requests| {
            let costs = month_costs(&prices, &Job { requests, ..work }, &lambda, &fargate);
            costs.on_lambda() > costs.on_fargate()
        };
        let most = fargate.capacity(&work, MOST_TASKS);
        match crossing(&prices, &work, &lambda, &fargate) {
            None => prop_assert!(!cheaper(most / 1_000 * share)),
            Some(it) => {
                prop_assert!(!cheaper((it.first - 1) / 1_000 * share));
                prop_assert!(cheaper(it.first));
                if let Some(for_good) = it.for_good {
                    prop_assert!(cheaper(for_good + (most - for_good) / 1_000 * share));
                }
            }
        }
    }
}
