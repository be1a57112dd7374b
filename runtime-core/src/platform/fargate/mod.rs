//! ECS on Fargate as a pure state machine, beside Lambda's.
//!
//! ```text
//! sizes     the 77 sizes that a task may have, and how they are written
//! pods      what a pod of EKS gets on Fargate
//! settings  whether a task definition may be registered
//! ```

mod pods;
mod settings;
mod sizes;

pub use pods::{LARGEST_POD_CPU, POD_OVERHEAD, PodRequests, PodTooLarge};
pub use settings::{
    DEFAULT_STOP_TIMEOUT, INCLUDED_STORAGE, MAX_CONTAINERS, RangedSetting, TaskDefinitionError,
    check_task_definition,
};
pub use sizes::{
    SizeError, is_task_size, read_cpu, read_memory, task_size_at_least, task_size_at_most,
    task_sizes,
};

#[cfg(test)]
mod tests;
