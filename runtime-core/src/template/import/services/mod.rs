//! Services of ECS to scenarios: what a template says of a service and of what is around it, as a file that the
//! simulator runs.
//!
//! ```text
//! mod       service_scenarios: a template -> a scenario for each of its services
//! pieces    resources, and which of them a value points at
//! service   AWS::ECS::Service: count, deployment, capacity providers
//! task      AWS::ECS::TaskDefinition: size, platform, the container that answers
//! balancer  target group and load balancer
//! network   subnets, the way to the registry, security groups
//! scaling   Application Auto Scaling: bounds, policies and their alarms
//! write     all of it as a file, each line with the resource that it is from
//! ```
//!
//! What a template cannot know, what comes and how long it takes, has lines of its own that say so.

mod balancer;
mod network;
mod pieces;
mod scaling;
mod service;
mod task;
mod write;

use super::super::document::DocumentError;
use super::super::log::{Log, Notice};
use super::super::model::ServiceScenario;
use super::super::resolve::{Inputs, Needed, Parameter};
use super::{Found, Reading, reading};
use pieces::Pieces;
use serde::{Deserialize, Serialize};

/// What the services of a template come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceScenarios {
    /// One for each service, in the template's order; none if it has no service.
    pub services: Vec<ServiceScenario>,
    /// The template's parameters.
    pub parameters: Vec<Parameter>,
    /// What the template needs and was not given.
    pub needed: Vec<Needed>,
    /// What was not taken over as it stands in the template.
    pub notices: Vec<Notice>,
}

/// Reads the services of a template. What of it is not taken over is said in the result.
///
/// # Errors
///
/// If the text is no template at all.
pub fn service_scenarios(
    template: &[u8],
    inputs: &Inputs,
) -> Result<ServiceScenarios, DocumentError> {
    let Reading {
        came_to: services,
        parameters,
        needed,
        notices,
    } = reading(template, inputs, |_, log, found, _| scenarios(found, log))?;
    Ok(ServiceScenarios {
        services,
        parameters,
        needed,
        notices,
    })
}

fn scenarios(found: &[Found<'_>], log: &Log) -> Vec<ServiceScenario> {
    let pieces = Pieces::new(found, log);
    let services = pieces.of("AWS::ECS::Service");
    let scenarios = services.map(|it| service::read(&pieces, it)).collect();
    pieces.leave_the_rest();
    scenarios
}
