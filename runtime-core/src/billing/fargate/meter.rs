//! A fold over the facts of tasks. It keeps no money: prices are applied when asked for.

use super::{BilledTask, FargateUsage};
use crate::timeline::{FargateFact, TaskDefinition, TaskStatus};
use crate::units::{IdMap, Moment, OrderedMap, TaskDefinitionId, TaskId};

/// What tasks have used so far. Its size grows with task definitions and living tasks, not with tasks that have
/// stopped.
#[derive(Clone, Debug, Default)]
pub struct TaskMeter {
    definitions: OrderedMap<TaskDefinitionId, Box<TaskDefinition>>,
    living: IdMap<TaskId, Living>,
    /// Of tasks that have stopped.
    used: FargateUsage,
}

/// A task between PROVISIONING and STOPPED.
#[derive(Clone, Copy, Debug)]
enum Living {
    /// Nothing of it is billed yet.
    Waiting(BilledTask),
    /// Its pull has started.
    Billed { task: BilledTask, since: Moment },
}

impl Living {
    fn usage(self, until: Moment) -> FargateUsage {
        match self {
            Living::Waiting(_) => FargateUsage::default(),
            Living::Billed { task, since } => task.usage(until.since(since)),
        }
    }
}

impl TaskMeter {
    /// Takes one fact in. Facts about ids that were never introduced are nothing.
    pub fn fact(&mut self, at: Moment, fact: &FargateFact) {
        match fact {
            FargateFact::TaskDefinitionRegistered {
                definition,
                configuration,
            } => {
                self.definitions.insert(*definition, configuration.clone());
            }
            FargateFact::TaskCreated {
                task,
                definition,
                provider,
                public_ip,
                ..
            } => {
                if let Some(definition) = self.definitions.get(definition) {
                    let billed = BilledTask::of(definition, *provider, *public_ip);
                    self.living.insert(*task, Living::Waiting(billed));
                }
            }
            FargateFact::PullStarted { task } => {
                if let Some(living) = self.living.get_mut(task)
                    && let Living::Waiting(task) = *living
                {
                    *living = Living::Billed { task, since: at };
                }
            }
            FargateFact::TaskMoved {
                task,
                to: TaskStatus::Stopped,
            } => {
                if let Some(living) = self.living.remove(task) {
                    self.used += living.usage(at);
                }
            }
            _ => {}
        }
    }

    /// What all tasks have used until a moment that no fact is later than: a task that has not stopped counts as
    /// if it did then.
    pub fn usage(&self, until: Moment) -> FargateUsage {
        let living = self.living.values().map(|living| living.usage(until));
        self.used + living.sum()
    }

    /// How many tasks it keeps.
    #[cfg(test)]
    pub(super) fn living(&self) -> usize {
        self.living.len()
    }
}
