//! What is compared: the work, and how each side runs it. Every value is one of a slider or a list: none can be wrong.

use runtime_core::billing::{BilledTask, FreeTier, TaskRate};
use runtime_core::break_even::{Job, MONTH, OnFargate, OnLambda};
use runtime_core::timeline::{Architecture, CapacityProvider, INCLUDED_STORAGE, TaskSize};
use runtime_core::units::{MemoryMb, Span};

/// Requests a second, from one in a hundred seconds to a thousand: decimal logarithms.
pub(super) const RATES: (f64, f64) = (-2.0, 3.0);
/// How long a request takes on a whole vCPU, from a millisecond to ten seconds: decimal logarithms of seconds.
pub(super) const TIMES: (f64, f64) = (-3.0, 1.0);
/// Requests that a task works on at once: one to a thousand.
pub(super) const PLACES: (f64, f64) = (0.0, 3.0);

/// Memory of a function, MB: what a list can have of 128 to 10,240.
pub(in crate::pages::scale) const MEMORIES: [u32; 9] =
    [128, 256, 512, 1_024, 1_769, 2_048, 3_008, 5_120, 10_240];
/// Sizes of tasks: what a list can have of the 77.
pub(in crate::pages::scale) const SIZES: [TaskSize; 9] = [
    TaskSize::new(256, 512),
    TaskSize::new(256, 1_024),
    TaskSize::new(512, 1_024),
    TaskSize::new(1_024, 2_048),
    TaskSize::new(1_024, 4_096),
    TaskSize::new(2_048, 4_096),
    TaskSize::new(4_096, 8_192),
    TaskSize::new(8_192, 16_384),
    TaskSize::new(16_384, 32_768),
];

/// What the form holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choices {
    /// Decimal logarithm of requests a second.
    pub(super) rate: f64,
    /// Decimal logarithm of seconds.
    pub(super) time: f64,
    pub(super) ways: Ways,
}

/// All but the place on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ways {
    /// How much of a request's time is computing, percent.
    pub(super) computing: u64,
    pub(super) architecture: Architecture,
    pub(super) memory: u32,
    pub(super) free_tier: bool,
    pub(super) size: TaskSize,
    pub(super) spot: bool,
    pub(super) least: u64,
    /// Percent.
    pub(super) utilization: u64,
    /// Decimal logarithm of the requests that a task works on at once.
    pub(super) places: f64,
    pub(super) load_balancer: bool,
}

impl Default for Choices {
    /// Ten requests a second that take 120 ms, on a function with half a vCPU and on two small tasks.
    fn default() -> Self {
        Choices {
            rate: 1.0,
            time: -0.92,
            ways: Ways {
                computing: 30,
                architecture: Architecture::X86_64,
                memory: 1_024,
                free_tier: false,
                size: TaskSize::new(256, 512),
                spot: false,
                least: 2,
                utilization: 60,
                places: 2.0,
                load_balancer: true,
            },
        }
    }
}

impl Choices {
    pub(super) fn job(&self) -> Job {
        self.ways.job(self.rate, self.time)
    }
}

impl Ways {
    /// So many requests of such a time: both decimal logarithms.
    pub(super) fn job(&self, rate: f64, time: f64) -> Job {
        Job::of_time(monthly(rate), seconds(time), self.computing)
    }

    pub(super) fn lambda(&self) -> OnLambda {
        OnLambda {
            memory: MemoryMb::new(self.memory),
            architecture: self.architecture,
            free_tier: match self.free_tier {
                true => FreeTier::On,
                false => FreeTier::Off,
            },
        }
    }

    pub(super) fn fargate(&self) -> OnFargate {
        OnFargate {
            task: BilledTask {
                rate: TaskRate::Linux {
                    architecture: self.architecture,
                    provider: match self.spot {
                        true => CapacityProvider::FargateSpot,
                        false => CapacityProvider::Fargate,
                    },
                },
                size: self.size,
                storage: INCLUDED_STORAGE,
                public_ip: false,
            },
            least: self.least,
            utilization: self.utilization,
            at_once: whole(self.places),
            load_balancer: self.load_balancer,
        }
    }
}

/// The time that a logarithm stands for, to the microsecond.
pub(in crate::pages::scale) fn seconds(time: f64) -> Span {
    Span::from_nanos((10_f64.powf(time) * 1e6).round() as u64 * 1_000)
}

/// The number that a logarithm stands for.
pub(in crate::pages::scale) fn whole(logarithm: f64) -> u64 {
    10_f64.powf(logarithm).round() as u64
}

/// Requests of a month.
fn monthly(rate: f64) -> u64 {
    let month = MONTH.as_nanos() as f64 / 1e9;
    (10_f64.powf(rate) * month).round() as u64
}

/// Requests a second, of those of a month.
pub(super) fn each_second(requests: u64) -> f64 {
    requests as f64 / (MONTH.as_nanos() as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::platform::fargate::is_task_size;

    #[test]
    fn all_sizes_are_ones_that_fargate_has() {
        for size in SIZES {
            assert!(is_task_size(size), "{size}");
        }
        let ways = Choices::default().ways;
        assert!(SIZES.contains(&ways.size) && MEMORIES.contains(&ways.memory));
    }

    #[test]
    fn logarithms_are_numbers_of_a_month() {
        let ways = Choices::default().ways;
        let job = ways.job(0.0, -1.0);
        assert_eq!(job.requests, 2_628_000);
        assert_eq!(
            (job.cpu, job.wait),
            (Span::from_millis(30), Span::from_millis(70))
        );
        assert!((each_second(job.requests) - 1.0).abs() < 1e-9);
        assert_eq!(whole(2.0), 100);
    }
}
