//! Sources: Amazon ECS developer guide of 2023-06-15, "Task definition parameters"; botocore 1.43.11, ECS API
//! model (ContainerDefinition, HealthCheck, EphemeralStorage); Fargate pricing page for 32 vCPU.

use crate::platform::fargate::*;
use crate::timeline::{
    Architecture, ContainerDefinition, HealthCheck, LogDriver, OperatingSystem, Registry,
    TaskDefinition, TaskSize,
};
use crate::units::{CpuUnits, MemoryMb, Span, StorageGib};

fn web() -> TaskDefinition {
    TaskDefinition::of("web", TaskSize::new(1_024, 2_048))
}

fn refused(change: impl FnOnce(&mut TaskDefinition)) -> Vec<TaskDefinitionError> {
    let mut definition = web();
    change(&mut definition);
    let errors = check_task_definition(&definition);
    for error in &errors {
        assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    }
    errors
}

#[test]
fn all_sizes_are_taken() {
    for size in task_sizes() {
        assert_eq!(refused(|it| it.size = size), []);
    }
    let size = TaskSize::new(1_024, 1_024);
    let errors = refused(|it| it.size = size);
    assert_eq!(
        errors,
        [TaskDefinitionError::Size(SizeError::NoSuchSize(size))]
    );
    assert_eq!(
        errors[0].hint(),
        "The nearest sizes are 0.5 vCPU and 1 GB, and 1 vCPU and 2 GB."
    );
}

#[test]
fn windows_has_1_to_4_vcpu_of_x86() {
    let windows = |it: &mut TaskDefinition| it.operating_system = OperatingSystem::Windows;
    for (cpu, memory, right) in [
        (512, 1_024, false),
        (1_024, 2_048, true),
        (2_048, 4_096, true),
        (4_096, 8_192, true),
        (8_192, 16_384, false),
    ] {
        let size = TaskSize::new(cpu, memory);
        let errors = refused(|it| {
            windows(it);
            it.size = size;
        });
        assert_eq!(errors.is_empty(), right, "{size}");
    }
    let errors = refused(|it| {
        windows(it);
        it.architecture = Architecture::Arm64;
    });
    assert_eq!(errors, [TaskDefinitionError::WindowsArchitecture]);
    assert_eq!(refused(|it| it.architecture = Architecture::Arm64), []);
}

#[test]
fn disks_have_21_to_200_gib() {
    for (gibibytes, right) in [(20, false), (21, true), (200, true), (201, false)] {
        let errors = refused(|it| it.ephemeral_storage = Some(StorageGib::new(gibibytes)));
        assert_eq!(errors.is_empty(), right, "{gibibytes}");
    }
}

#[test]
fn one_to_ten_containers_of_which_one_is_essential() {
    let many = |count: usize| {
        let names = (0..count).map(|number| ContainerDefinition::named(format!("c{number}")));
        names.collect::<Vec<_>>()
    };
    assert_eq!(refused(|it| it.containers = many(10)), []);
    for count in [0, 11] {
        let errors = refused(|it| it.containers = many(count));
        assert_eq!(errors, [TaskDefinitionError::Containers(count)]);
    }
    let errors = refused(|it| it.containers[0].essential = false);
    assert_eq!(errors, [TaskDefinitionError::NothingEssential]);
    let errors = refused(|it| it.containers.extend(web().containers));
    assert_eq!(errors, [TaskDefinitionError::ContainerTwice("web".into())]);
}

#[test]
fn containers_share_what_the_task_has() {
    let errors = refused(|it| {
        it.containers = vec![
            ContainerDefinition {
                cpu: Some(CpuUnits::new(1_000)),
                ..ContainerDefinition::named("a")
            },
            ContainerDefinition {
                cpu: Some(CpuUnits::new(25)),
                ..ContainerDefinition::named("b")
            },
        ];
    });
    let error = TaskDefinitionError::ContainersCpu {
        reserved: CpuUnits::new(1_025),
        task: CpuUnits::new(1_024),
    };
    assert_eq!(errors, [error]);
    for (memory, right) in [(5, false), (6, true), (2_048, true), (2_049, false)] {
        let errors = refused(|it| it.containers[0].memory = Some(MemoryMb::new(memory)));
        assert_eq!(errors.is_empty(), right, "{memory}");
    }
}

#[test]
fn timeouts_and_checks_have_ranges() {
    let check = HealthCheck::default();
    let secs = Span::from_secs;
    let with = |check: HealthCheck| {
        let errors = refused(|it| it.containers[0].health_check = Some(check));
        errors.is_empty()
    };
    assert!(with(check));
    for (seconds, right) in [(4, false), (5, true), (300, true), (301, false)] {
        let interval = secs(seconds);
        assert_eq!(with(HealthCheck { interval, ..check }), right);
    }
    for (seconds, right) in [(1, false), (2, true), (60, true), (61, false)] {
        let timeout = secs(seconds);
        assert_eq!(with(HealthCheck { timeout, ..check }), right);
    }
    for (retries, right) in [(0, false), (1, true), (10, true), (11, false)] {
        assert_eq!(with(HealthCheck { retries, ..check }), right);
    }
    for (seconds, right) in [(0, true), (300, true), (301, false)] {
        let start_period = secs(seconds);
        assert_eq!(
            with(HealthCheck {
                start_period,
                ..check
            }),
            right
        );
    }
    for (seconds, right) in [(1, false), (2, true), (120, true), (121, false)] {
        let start = refused(|it| it.containers[0].start_timeout = Some(secs(seconds)));
        let stop = refused(|it| it.containers[0].stop_timeout = Some(secs(seconds)));
        assert_eq!((start.is_empty(), stop.is_empty()), (right, right));
    }
}

#[test]
fn what_the_agent_does_needs_an_execution_role() {
    let errors = refused(|it| {
        it.execution_role = None;
        it.containers[0].log_driver = LogDriver::Awslogs;
        it.containers[0].secrets = true;
    });
    let expected = [
        TaskDefinitionError::NoRoleForEcr,
        TaskDefinitionError::NoRoleForLogs,
        TaskDefinitionError::NoRoleForSecrets,
    ];
    assert_eq!(errors, expected);
    let errors = refused(|it| {
        it.execution_role = None;
        it.containers[0].registry = Registry::Public;
    });
    assert_eq!(errors, []);
}

#[test]
fn names_are_letters_digits_hyphens_and_underscores() {
    for name in ["", "a b", "ü"] {
        assert_eq!(
            refused(|it| it.family = name.into()),
            [TaskDefinitionError::Family(name.into())]
        );
        assert_eq!(
            refused(|it| it.containers[0].name = name.into()),
            [TaskDefinitionError::ContainerName(name.into())]
        );
    }
}

mod services {
    use super::super::stage::Stage;
    use super::*;
    use crate::timeline::{
        CapacityProvider, CircuitBreaker, LoadBalancer, ServiceConfiguration, StrategyItem,
        Threshold,
    };
    use crate::units::{SubnetId, TargetGroupId, TaskDefinitionId};

    /// Sources: botocore 1.43.11, ECS API model (CreateService, DeploymentConfiguration,
    /// CapacityProviderStrategyItem); API_ServiceDeploymentCircuitBreaker page; Amazon ECS service quotas; Elastic
    /// Load Balancing guide of 2023-06-15, target groups.
    fn refused(change: impl FnOnce(&mut ServiceConfiguration)) -> Vec<ServiceError> {
        let stage = Stage::new();
        let mut configuration = Stage::web(2);
        change(&mut configuration);
        let errors = check_service(&stage.fargate, &configuration);
        for error in &errors {
            assert!(!error.to_string().is_empty() && !error.hint().is_empty());
        }
        errors
    }

    #[test]
    fn counts_names_and_what_they_name() {
        assert_eq!(refused(|_| ()), []);
        assert_eq!(refused(|it| it.desired = Some(5_000)), []);
        let errors = refused(|it| {
            it.name = "a b".into();
            it.definition = TaskDefinitionId(9);
            it.desired = Some(5_001);
            it.network.subnets = vec![SubnetId(9)];
        });
        let expected = [
            ServiceError::Name("a b".into()),
            ServiceError::Definition(TaskDefinitionId(9)),
            ServiceError::Desired(5_001),
            ServiceError::UnknownSubnet(SubnetId(9)),
        ];
        assert_eq!(errors, expected);
        for count in [0, 17] {
            let errors = refused(|it| it.network.subnets = vec![SubnetId(1); count]);
            assert_eq!(errors, [ServiceError::Subnets(count)]);
        }
    }

    #[test]
    fn percentages_and_thresholds() {
        for (minimum, maximum, right) in [
            (0, 101, true),
            (100, 200, true),
            (101, 200, false),
            (50, 99, false),
        ] {
            let errors = refused(|it| {
                it.deployment.minimum_healthy_percent = minimum;
                it.deployment.maximum_percent = maximum;
            });
            assert_eq!(errors.is_empty(), right, "{minimum}/{maximum}");
        }
        let errors = refused(|it| it.deployment.maximum_percent = 100);
        assert_eq!(errors, [ServiceError::RebalancingWithoutRoom]);
        for (threshold, right) in [
            (Threshold::Count(0), false),
            (Threshold::Count(1), true),
            (Threshold::BoundedPercent(101), false),
            (Threshold::UnboundedPercent(100), true),
        ] {
            let errors = refused(|it| {
                it.deployment.circuit_breaker = Some(CircuitBreaker {
                    threshold,
                    ..CircuitBreaker::default()
                });
            });
            assert_eq!(errors.is_empty(), right, "{threshold:?}");
        }
    }

    #[test]
    fn strategies() {
        let item = |provider, base, weight| StrategyItem {
            provider,
            base,
            weight,
        };
        use CapacityProvider::{Fargate, FargateSpot};
        let with = |strategy| refused(|it| it.strategy = strategy);
        assert_eq!(with(vec![item(Fargate, 2, 1), item(FargateSpot, 0, 4)]), []);
        assert_eq!(
            with(vec![item(Fargate, 2, 1), item(FargateSpot, 1, 4)]),
            [ServiceError::TwoBases]
        );
        assert_eq!(with(vec![item(Fargate, 2, 0)]), [ServiceError::NoWeight]);
        assert_eq!(
            with(vec![item(Fargate, 0, 1), item(Fargate, 0, 1)]),
            [ServiceError::ProviderTwice(Fargate)]
        );
        for (base, weight) in [(100_001, 1), (0, 1_001)] {
            let errors = with(vec![item(Fargate, base, weight)]);
            assert_eq!(errors, [ServiceError::StrategyRange(Fargate)]);
        }
    }

    #[test]
    fn target_groups_need_a_port_that_listens() {
        let mut stage = Stage::new();
        let mut definition = web();
        definition.containers[0].port = Some(80);
        let definition = stage.define(definition);
        let with = |balancer: LoadBalancer| {
            let configuration = ServiceConfiguration {
                definition,
                load_balancer: Some(balancer),
                ..Stage::web(1)
            };
            check_service(&stage.fargate, &configuration)
        };
        let group = TargetGroupId(1);
        assert_eq!(with(LoadBalancer::of(group, 80)), []);
        assert_eq!(with(LoadBalancer::of(group, 81)), [ServiceError::Port(81)]);
        let mut balancer = LoadBalancer::of(group, 80);
        balancer.check.unhealthy = 1;
        balancer.deregistration_delay = Span::from_secs(3_601);
        assert_eq!(with(balancer).len(), 2);
    }
}
