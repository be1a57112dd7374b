//! The work.

use crate::units::Span;

/// A month of 730 hours (a year's 8,760 in twelve parts), as the AWS Pricing Calculator has it.
pub const MONTH: Span = Span::from_secs(730 * 3_600);

/// Requests that are all alike, evenly over a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// In a month.
    pub requests: u64,
    /// What one of them computes: time of one whole vCPU. Code here has one thread.
    pub cpu: Span,
    /// What it waits besides, for others: a database, another service.
    pub wait: Span,
}

impl Job {
    /// A job whose requests take `time` on a whole vCPU, of which they compute so many percent.
    pub fn of_time(requests: u64, time: Span, computing: u64) -> Self {
        let percent = u128::from(computing.min(100));
        let cpu = u128::from(time.as_nanos()) * percent / 100;
        let cpu = Span::from_nanos(u64::try_from(cpu).unwrap_or(u64::MAX));
        Job {
            requests,
            cpu,
            wait: time.saturating_sub(cpu),
        }
    }
}
