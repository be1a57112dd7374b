//! Subnets: addresses that are left, and what can be reached from them (Amazon ECS developer guide, "Fargate task
//! networking").

use crate::timeline::{
    InitializationFailure, PullFailure, Route, StoppedReason, SubnetConfiguration, TaskDefinition,
};

/// A subnet, and how many of its addresses are taken.
#[derive(Clone, Debug)]
pub(super) struct Subnet {
    pub(super) configuration: Box<SubnetConfiguration>,
    pub(super) taken: u32,
}

impl Subnet {
    pub(super) fn free(&self) -> u32 {
        self.configuration.addresses().saturating_sub(self.taken)
    }
}

/// What a task has on its way out of its subnet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) route: Route,
    pub(super) public_ip: bool,
    /// Its security groups let it connect to port 443. S3's gateway endpoint is reached through them as well.
    pub(super) https: bool,
}

/// What cannot be reached that a task needs on its way to its first container, or what it may not do: the
/// agent first gets secrets and registry auth and makes the streams of logs, then pulls.
pub(super) fn obstacle(definition: &TaskDefinition, reach: Reach) -> Option<StoppedReason> {
    use InitializationFailure as Init;
    let route = match reach.https {
        true => reach.route,
        false => Route::None,
    };
    let open = match route {
        Route::InternetGateway => reach.public_ip,
        Route::Nat => true,
        Route::Endpoints(_) | Route::None => false,
    };
    let endpoints = match route {
        Route::Endpoints(endpoints) => endpoints,
        Route::InternetGateway | Route::Nat | Route::None => Default::default(),
    };
    let role = definition.execution_role;
    let (ecr, logs) = (definition.uses_ecr(), definition.uses_logs());
    let secrets = definition.uses_secrets();
    let steps = [
        (
            secrets && !(open || endpoints.secrets_manager),
            StoppedReason::Initialization(Init::SecretsUnreachable),
        ),
        (
            secrets && !role.is_some_and(|role| role.secrets),
            StoppedReason::Initialization(Init::SecretsDenied),
        ),
        (
            ecr && !(open || endpoints.ecr_api),
            StoppedReason::Initialization(Init::RegistryUnreachable),
        ),
        (
            ecr && !role.is_some_and(|role| role.registry),
            StoppedReason::Initialization(Init::RegistryDenied),
        ),
        (
            logs && !(open || endpoints.logs),
            StoppedReason::Initialization(Init::LogsUnreachable),
        ),
        (
            logs && !role.is_some_and(|role| role.logs),
            StoppedReason::Initialization(Init::LogsDenied),
        ),
        (
            ecr && !(open || endpoints.ecr_dkr),
            StoppedReason::CannotPull(PullFailure::RegistryUnreachable),
        ),
        (
            definition.uses_public_registry() && !open,
            StoppedReason::CannotPull(PullFailure::RegistryUnreachable),
        ),
        (
            ecr && !(open || endpoints.s3),
            StoppedReason::CannotPull(PullFailure::LayersUnreachable),
        ),
    ];
    let failed = steps.into_iter().find(|(fails, _)| *fails);
    failed.map(|(_, reason)| reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{Endpoints, ExecutionRole, LogDriver, Registry, TaskSize};

    fn obstacle(
        definition: &TaskDefinition,
        route: Route,
        public_ip: bool,
    ) -> Option<StoppedReason> {
        let https = true;
        let reach = Reach {
            route,
            public_ip,
            https,
        };
        super::obstacle(definition, reach)
    }

    const ALL: Endpoints = Endpoints {
        ecr_api: true,
        ecr_dkr: true,
        s3: true,
        logs: true,
        secrets_manager: true,
    };

    fn web() -> TaskDefinition {
        let mut definition = TaskDefinition::of("web", TaskSize::new(256, 512));
        definition.containers[0].log_driver = LogDriver::Awslogs;
        definition.containers[0].secrets = true;
        definition.execution_role = Some(ExecutionRole {
            registry: true,
            logs: true,
            secrets: true,
        });
        definition
    }

    #[test]
    fn each_gap_fails_at_its_step() {
        // Amazon ECS developer guide of 2023-06-15, "Fargate task networking", and Amazon ECR's "Interface VPC
        // endpoints": ecr.api, ecr.dkr and the gateway endpoint of S3, and those that the task uses.
        use InitializationFailure as Init;
        let init = |failure| Some(StoppedReason::Initialization(failure));
        let pull = |failure| Some(StoppedReason::CannotPull(failure));
        let with = |endpoints| obstacle(&web(), Route::Endpoints(endpoints), false);
        assert_eq!(with(ALL), None);
        let ecr_api = false;
        assert_eq!(
            with(Endpoints { ecr_api, ..ALL }),
            init(Init::RegistryUnreachable)
        );
        let ecr_dkr = false;
        assert_eq!(
            with(Endpoints { ecr_dkr, ..ALL }),
            pull(PullFailure::RegistryUnreachable)
        );
        let s3 = false;
        assert_eq!(
            with(Endpoints { s3, ..ALL }),
            pull(PullFailure::LayersUnreachable)
        );
        let logs = false;
        assert_eq!(with(Endpoints { logs, ..ALL }), init(Init::LogsUnreachable));
        let secrets_manager = false;
        assert_eq!(
            with(Endpoints {
                secrets_manager,
                ..ALL
            }),
            init(Init::SecretsUnreachable)
        );
    }

    #[test]
    fn a_public_subnet_needs_a_public_address() {
        // Amazon ECS developer guide of 2023-06-15, "Fargate task networking": assignPublicIp in public subnets,
        // NAT in private ones.
        assert_eq!(obstacle(&web(), Route::Nat, false), None);
        assert_eq!(obstacle(&web(), Route::InternetGateway, true), None);
        for (route, public_ip) in [(Route::InternetGateway, false), (Route::None, true)] {
            let reason = obstacle(&web(), route, public_ip).unwrap();
            let text = reason.to_string();
            let begins = "ResourceInitializationError: unable to pull secrets or registry auth";
            assert!(text.starts_with(begins), "{text}");
            assert!(reason.hint().is_some());
        }
        let mut public = TaskDefinition::of("web", TaskSize::new(256, 512));
        public.containers[0].registry = Registry::Public;
        let reason = obstacle(&public, Route::Endpoints(ALL), false).unwrap();
        assert!(reason.to_string().starts_with("CannotPullContainerError: "));
    }

    #[test]
    fn a_security_group_that_lets_nothing_out_is_no_way_out() {
        // Amazon ECS developer guide, "Stopped tasks error messages": the first thing that a task asks for is what
        // it cannot reach, whatever the subnet's route.
        for (route, public_ip) in [
            (Route::Nat, false),
            (Route::InternetGateway, true),
            (Route::Endpoints(ALL), false),
        ] {
            let reach = Reach {
                route,
                public_ip,
                https: false,
            };
            let reason = super::obstacle(&web(), reach).unwrap();
            let secrets = InitializationFailure::SecretsUnreachable;
            assert_eq!(reason, StoppedReason::Initialization(secrets));
            assert!(reason.hint().unwrap().contains("port 443"));
        }
    }

    #[test]
    fn the_execution_role_counts() {
        use InitializationFailure as Init;
        let with = |role| {
            let definition = TaskDefinition {
                execution_role: role,
                ..web()
            };
            obstacle(&definition, Route::Nat, false)
        };
        let all = web().execution_role.unwrap();
        let denied = |role, failure| {
            assert_eq!(
                with(Some(role)),
                Some(StoppedReason::Initialization(failure))
            );
        };
        denied(
            ExecutionRole {
                registry: false,
                ..all
            },
            Init::RegistryDenied,
        );
        denied(ExecutionRole { logs: false, ..all }, Init::LogsDenied);
        denied(
            ExecutionRole {
                secrets: false,
                ..all
            },
            Init::SecretsDenied,
        );
        assert!(with(None).is_some());
    }
}
