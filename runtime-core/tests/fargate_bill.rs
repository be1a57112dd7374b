//! What the machine says of tasks, metered: when billing begins and ends, and of whom.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use runtime_core::billing::{FargateUsage, GbHours, Hours, TaskMeter, VcpuHours};
use runtime_core::platform::fargate::{Effect, Fargate, Input, Out, RunTask};
use runtime_core::timeline::{
    CapacityProvider, Exit, FargateFact, LifecycleEvent, NetworkConfiguration, Route,
    ServiceConfiguration, SubnetConfiguration, TaskDefinition, TaskSize,
};
use runtime_core::units::{Moment, Span, StorageGib, SubnetId, TaskDefinitionId, TaskId, ZoneId};

const SUBNET: SubnetId = SubnetId(1);
const DEFINITION: TaskDefinitionId = TaskDefinitionId(1);
const TASK: TaskId = TaskId(1);

struct Session {
    fargate: Fargate,
    meter: TaskMeter,
    facts: Vec<FargateFact>,
    effects: Vec<Effect>,
}

fn at(millis: u64) -> Moment {
    Moment::START + Span::from_millis(millis)
}

fn network() -> NetworkConfiguration {
    NetworkConfiguration {
        subnets: vec![SUBNET],
        public_ip: true,
        https: true,
    }
}

impl Session {
    /// A public subnet and one task definition.
    fn new(definition: TaskDefinition) -> Self {
        let mut session = Session {
            fargate: Fargate::default(),
            meter: TaskMeter::default(),
            facts: Vec::new(),
            effects: Vec::new(),
        };
        session.input(
            0,
            Input::ConfigureSubnet {
                subnet: SUBNET,
                configuration: Box::new(SubnetConfiguration {
                    name: "public".to_owned(),
                    zone: ZoneId(0),
                    prefix: 24,
                    route: Route::InternetGateway,
                }),
            },
        );
        session.input(
            0,
            Input::RegisterTaskDefinition {
                definition: DEFINITION,
                configuration: Box::new(definition),
            },
        );
        session
    }

    fn input(&mut self, millis: u64, input: Input) {
        let mut out = Out::default();
        self.fargate.handle(at(millis), input, &mut out);
        for fact in out.facts {
            let LifecycleEvent::Fargate(fact) = fact else {
                panic!("{fact:?}");
            };
            self.meter.fact(at(millis), &fact);
            self.facts.push(fact);
        }
        self.effects.extend(out.effects);
    }

    fn run(&mut self, provider: CapacityProvider) {
        self.input(
            0,
            Input::RunTask(Box::new(RunTask {
                definition: DEFINITION,
                count: 1,
                provider,
                network: network(),
            })),
        );
    }

    fn used(&self, millis: u64) -> FargateUsage {
        self.meter.usage(at(millis))
    }
}

/// AWS Fargate pricing, "Duration", read 2026-11-23: from the start of the pull until the task terminates, rounded
/// up to the second, a minute at least.
#[test]
fn a_task_is_billed_from_its_pull_until_it_has_stopped() {
    let definition = TaskDefinition {
        ephemeral_storage: Some(StorageGib::new(30)),
        ..TaskDefinition::of("web", TaskSize::new(1_024, 2_048))
    };
    let size = definition.size;
    let billed = |seconds| (VcpuHours::of(size.cpu, Span::from_secs(seconds)), seconds);
    let mut session = Session::new(definition);
    session.run(CapacityProvider::FargateSpot);
    let found = |session: &Session, millis| {
        let usage = session.used(millis);
        assert_eq!(usage.x86_64, Default::default());
        usage.x86_64_spot.cpu
    };
    assert_eq!(
        session.used(14_000),
        FargateUsage::default(),
        "PROVISIONING"
    );

    session.input(15_000, Input::InterfaceAttached { task: TASK });
    assert_eq!(found(&session, 15_000), billed(60).0, "a minute at least");
    let pulled = Input::ImagesPulled {
        task: TASK,
        failure: None,
    };
    session.input(20_000, pulled);
    let started = Input::ContainersStarted {
        task: TASK,
        failed: false,
    };
    session.input(23_000, started);
    assert_eq!(found(&session, 75_000), billed(60).0);
    assert_eq!(found(&session, 75_001), billed(61).0, "it goes on");

    session.input(95_000, Input::StopTask { task: TASK });
    let exited = Input::ContainerExited {
        task: TASK,
        container: 0,
        exit: Exit::Terminated,
    };
    session.input(96_500, exited);
    session.input(100_200, Input::InterfaceDetached { task: TASK });
    // 85.2 seconds.
    let usage = session.used(1_000_000);
    assert_eq!(found(&session, 1_000_000), billed(86).0);
    let time = Span::from_secs(86);
    assert_eq!(usage.x86_64_spot.memory, GbHours::of(size.memory, time));
    let storage = GbHours::of_storage(StorageGib::new(10), time);
    assert_eq!(usage.ephemeral_storage, storage);
    assert_eq!(usage.public_ipv4, Hours::of(time));
}

/// The same page: what did not begin to pull is not billed, though it had an interface.
#[test]
fn a_task_that_never_pulled_costs_nothing() {
    let mut definition = TaskDefinition::of("web", TaskSize::new(256, 512));
    // Its execution role may not read them.
    definition.containers[0].secrets = true;
    let mut session = Session::new(definition);
    session.run(CapacityProvider::Fargate);
    session.input(15_000, Input::InterfaceAttached { task: TASK });
    let tried = Effect::ExhaustRetries { task: TASK };
    assert!(session.effects.contains(&tried));
    session.input(60_000, Input::RetriesExhausted { task: TASK });
    session.input(64_000, Input::InterfaceDetached { task: TASK });
    assert_eq!(session.used(100_000), FargateUsage::default());
}

#[test]
fn tasks_have_public_addresses_where_their_service_says_so() {
    for public_ip in [true, false] {
        let mut session = Session::new(TaskDefinition::of("web", TaskSize::new(256, 512)));
        let service = session.fargate.next_service();
        let mut configuration = ServiceConfiguration::named("web", DEFINITION, [SUBNET]);
        configuration.network.public_ip = public_ip;
        session.input(
            0,
            Input::ConfigureService {
                service,
                configuration: Box::new(configuration),
            },
        );
        let created: Vec<bool> = session
            .facts
            .iter()
            .filter_map(|fact| match fact {
                FargateFact::TaskCreated { public_ip, .. } => Some(*public_ip),
                _ => None,
            })
            .collect();
        assert_eq!(created, [public_ip]);
    }
}
