//! The ARNs of what a session has beside functions, and what is refused of others.

use super::error::ApiError;
use super::name::{ACCOUNT, REGION};
use super::world::World;
use crate::timeline::{Destination, FailureTarget, SourceConfiguration, SourceKind, function_arn};
use crate::units::{QueueId, SourceId};

/// The ARN of a queue of this session.
pub(super) fn queue_arn(world: &World<'_>, queue: QueueId) -> String {
    let name = world
        .platform
        .queue_configuration(queue)
        .map_or("", |it| it.name.as_str());
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// The queue of an ARN.
pub(super) fn queue_of(world: &World<'_>, arn: &str) -> Option<QueueId> {
    let queues = world.platform.queues();
    queues
        .map(|(id, _)| id)
        .find(|id| queue_arn(world, *id) == arn)
}

/// The ARN of a queue, a function, a topic, a bus or a bucket.
pub(super) fn destination_arn(world: &World<'_>, destination: Destination) -> String {
    match destination {
        Destination::Queue(queue) => queue_arn(world, queue),
        Destination::Function(function) => {
            let function = world.platform.configuration(function);
            function_arn(function.map_or("", |it| it.name.as_str()))
        }
        Destination::Source(source) => {
            let source = world.platform.source(source);
            source.and_then(source_arn).unwrap_or_default()
        }
    }
}

/// Of what takes records.
fn source_arn(source: &SourceConfiguration) -> Option<String> {
    let name = &source.name;
    match source.kind {
        SourceKind::Topic => Some(format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}")),
        SourceKind::Bus => Some(format!(
            "arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}"
        )),
        SourceKind::Bucket => Some(format!("arn:aws:s3:::{name}")),
        SourceKind::Iot
        | SourceKind::LogGroup(_)
        | SourceKind::UserPool
        | SourceKind::Schedule(_) => None,
    }
}

/// The topic, bus or bucket of an ARN.
pub(super) fn source_of(world: &World<'_>, arn: &str) -> Option<SourceId> {
    let mut sources = world.platform.sources();
    let found = sources.find(|(_, it)| source_arn(it).as_deref() == Some(arn));
    found.map(|(id, _)| id)
}

/// The queue, topic or bucket of an ARN.
pub(super) fn failure_target_of(world: &World<'_>, arn: &str) -> Option<FailureTarget> {
    let queue = queue_of(world, arn).map(FailureTarget::from);
    queue.or_else(|| source_of(world, arn).map(FailureTarget::from))
}

/// AWS's words for a destination that is not there or that it may not write to (hashicorp/terraform-provider-aws,
/// `aws_lambda_function_event_invoke_config`, quotes them).
pub(super) fn destination_error(arn: &str) -> ApiError {
    ApiError::invalid(format!("The destination ARN {arn} is invalid."))
}
