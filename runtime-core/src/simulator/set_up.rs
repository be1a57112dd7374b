//! What is told a platform before anything comes, and the ids that a scenario's parts have there.

use super::scenario::{Load, PolledQueue, Scenario, Way};
use crate::platform::Input;
use crate::timeline::MappingConfiguration;
use crate::units::{AliasId, FunctionId, MappingId, QueueId};

impl Scenario {
    /// What is told a platform before anything comes, in order.
    pub(super) fn set_up(&self) -> Vec<Input> {
        let mut inputs = vec![Input::ConfigureAccount {
            concurrency: self.concurrency,
            idle_expiry: self.idle_expiry,
        }];
        for (place, plan) in self.functions.iter().enumerate() {
            inputs.push(Input::ConfigureFunction {
                function: function_id(place),
                configuration: Box::new(plan.configuration.clone()),
            });
            let provisioning = plan.provisioning.iter();
            inputs.extend(provisioning.flat_map(|it| it.set_up(place)));
        }
        for (place, load) in self.loads.iter().enumerate() {
            if let Way::Queue(polled) = &load.way {
                inputs.push(Input::ConfigureQueue {
                    queue: queue_id(place),
                    configuration: Box::new(polled.queue.clone()),
                });
                inputs.push(Input::ConfigureMapping {
                    mapping: mapping_id(place),
                    configuration: Box::new(mapping(place, load, polled)),
                });
            }
        }
        inputs
    }
}

/// Functions, aliases, queues, mappings, and what scales are numbered from 1.
pub(super) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1)
}

/// The function at this place of a scenario.
pub(super) fn function_id(place: usize) -> FunctionId {
    FunctionId(number(place))
}

/// The alias of the function at this place that has provisioned concurrency.
pub(super) fn alias_id(place: usize) -> AliasId {
    AliasId(number(place))
}

/// The place of a function in its scenario.
pub(super) fn place_of(function: FunctionId) -> usize {
    place_of_number(function.0)
}

/// The place that has this number.
pub(super) fn place_of_number(number: u32) -> usize {
    (number as usize).saturating_sub(1)
}

/// The queue of the load at this place.
pub(super) fn queue_id(place: usize) -> QueueId {
    QueueId(number(place))
}

fn mapping_id(place: usize) -> MappingId {
    MappingId(number(place))
}

fn mapping(place: usize, load: &Load, polled: &PolledQueue) -> MappingConfiguration {
    let mut mapping = MappingConfiguration::between(queue_id(place), function_id(load.function));
    mapping.batch_size = polled.batch_size;
    mapping.limit_concurrency(polled.maximum_concurrency);
    mapping
}
