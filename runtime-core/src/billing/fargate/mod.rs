//! What tasks of ECS on Fargate cost.
//!
//! ```text
//! quantity  VcpuHours, GbHours, Hours: exact amounts of what is billed by the hour
//! usage     BilledTask: what one task adds to FargateUsage, which adds up in any order
//! meter     TaskMeter: a fold over facts that knows living tasks only
//! prices    FargatePrices: the figures of one region at one date, each with its source
//! bill      FargateBill: usage at those prices, line by line
//! ```
//!
//! As Lambda's, in two steps: facts become [`FargateUsage`], and [`FargatePrices`] make a
//! [`FargateBill`] of it. There is no free tier, and no price depends on how much was used before.

mod bill;
mod meter;
mod prices;
mod quantity;
mod usage;

#[cfg(test)]
mod properties;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod worked_examples;

pub use bill::{FargateBill, FargateBillLine, FargateQuantity, FargateSubject, bill_tasks};
pub use meter::TaskMeter;
pub use prices::{FargatePrices, SpotPrices, TaskPrices};
pub use quantity::{GbHours, Hours, VcpuHours};
pub use usage::{BilledTask, ComputeUsage, FargateUsage, LEAST_LINUX, LEAST_WINDOWS, TaskRate};
