//! ```text
//! settings    task definitions that are refused
//! stage       a driver with an agenda, which looks at what must always be true
//! lifecycle   tasks from PROVISIONING to DELETED
//! deployments rolling updates, the circuit breaker
//! shifts      blue/green, linear and canary deployments
//! shift_properties  whatever happens to those
//! launch_speed  how fast tasks and pods come, against what was measured
//! scheduler   counts, failures, limits, zones, capacity
//! pods        services whose tasks are pods of EKS
//! properties  whatever happens
//! ```

mod deployments;
mod launch_speed;
mod lifecycle;
mod pods;
mod properties;
mod scheduler;
mod settings;
mod shift_properties;
mod shifts;
mod stage;
