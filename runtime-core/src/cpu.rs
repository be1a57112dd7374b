//! The CPU model: how the work that a metered module counts becomes time.
//!
//! A function's share of a vCPU is its memory divided by 1,769 MB ("Configure Lambda function
//! memory"). Code here has one thread, which gains nothing from a second vCPU. Below one vCPU the
//! kernel lets a process run for its share of each period and then stops it until the next.
//!
//! Model choices, since AWS publishes none of them: the length of a period, how much work a vCPU
//! does in a second, and that INIT has a whole vCPU.

use crate::units::{MemoryMb, Span};

/// Memory that comes with one whole vCPU ("Configure Lambda function memory").
pub const MEMORY_OF_A_VCPU: MemoryMb = MemoryMb::new(1_769);
/// How often a throttled process gets to run: 20 ms (model choice: what public measurements of
/// Lambda's CPU throttling found).
pub const PERIOD: Span = Span::from_millis(20);
/// Fuel that one vCPU burns in a second (model choice). The weights of instructions are such that
/// one unit is about one simple instruction.
pub const FUEL_PER_VCPU_SECOND: u64 = 2_000_000_000;

const NANOS_PER_SECOND: u128 = 1_000_000_000;

/// Time at full speed that some fuel takes; a part of a nanosecond counts as one.
pub fn cpu_time(fuel: u64) -> Span {
    let nanos = (u128::from(fuel) * NANOS_PER_SECOND).div_ceil(u128::from(FUEL_PER_VCPU_SECOND));
    Span::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Fuel that can be burnt within a time at full speed.
pub fn fuel_within(cpu: Span) -> u64 {
    let fuel = u128::from(cpu.as_nanos()) * u128::from(FUEL_PER_VCPU_SECOND) / NANOS_PER_SECOND;
    u64::try_from(fuel).unwrap_or(u64::MAX)
}

/// The clock of a process that gets a share of one vCPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CpuClock {
    /// CPU time that a period has for this process.
    quota: Span,
    /// What of it the current period has given.
    used: Span,
    now: Span,
}

impl CpuClock {
    /// A clock at zero, for a function of this memory.
    pub fn new(memory: MemoryMb) -> Self {
        let share = u64::from(memory.get().min(MEMORY_OF_A_VCPU.get()));
        let quota = PERIOD.as_nanos() * share / u64::from(MEMORY_OF_A_VCPU.get());
        CpuClock::with_quota(Span::from_nanos(quota.max(1)))
    }

    /// A clock at zero, for a process that has a whole vCPU.
    pub fn whole() -> Self {
        CpuClock::with_quota(PERIOD)
    }

    fn with_quota(quota: Span) -> Self {
        CpuClock {
            quota,
            used: Span::ZERO,
            now: Span::ZERO,
        }
    }

    /// The time.
    pub fn now(&self) -> Span {
        self.now
    }

    /// The process computes: time passes until it has had that much CPU.
    pub fn run(&mut self, cpu: Span) {
        let mut left = cpu.as_nanos();
        while left > 0 {
            let step = self.at_once().as_nanos().min(left);
            self.now += Span::from_nanos(step);
            self.used += Span::from_nanos(step);
            left -= step;
            if self.to_next_period() == PERIOD {
                self.used = Span::ZERO;
            }
            if left == 0 {
                return;
            }
            if self.used >= self.quota {
                self.now += self.to_next_period();
                self.used = Span::ZERO;
            }
            // At a period's start the pattern repeats: whole periods are one step. One is left to
            // the loop, which knows where within a period the work ends.
            if self.used == Span::ZERO && self.to_next_period() == PERIOD {
                let periods = (left - 1) / self.quota.as_nanos().max(1);
                self.now += Span::from_nanos(periods.saturating_mul(PERIOD.as_nanos()));
                left -= periods * self.quota.as_nanos();
            }
        }
    }

    /// The process waits: time passes, and no CPU is used.
    pub fn wait(&mut self, span: Span) {
        if span >= self.to_next_period() {
            self.used = Span::ZERO;
        }
        self.now += span;
    }

    /// How much CPU there is from now until a time.
    pub fn cpu_until(&self, end: Span) -> Span {
        let mut left = end.saturating_sub(self.now).as_nanos();
        let first = left.min(self.to_next_period().as_nanos());
        let mut cpu = first.min(self.quota.saturating_sub(self.used).as_nanos());
        left -= first;
        let periods = left / PERIOD.as_nanos();
        cpu += periods * self.quota.as_nanos();
        cpu += (left % PERIOD.as_nanos()).min(self.quota.as_nanos());
        Span::from_nanos(cpu)
    }

    /// CPU that can be had from now on without waiting.
    fn at_once(&self) -> Span {
        let quota = self.quota.saturating_sub(self.used);
        quota.min(self.to_next_period())
    }

    /// A whole period at the start of one.
    fn to_next_period(&self) -> Span {
        Span::from_nanos(PERIOD.as_nanos() - self.now.as_nanos() % PERIOD.as_nanos())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HALF: MemoryMb = MemoryMb::new(1_769 / 2);

    fn after(memory: MemoryMb, cpu: Span) -> Span {
        let mut clock = CpuClock::new(memory);
        clock.run(cpu);
        clock.now()
    }

    #[test]
    fn a_whole_vcpu_is_never_stopped() {
        for memory in [1_769, 3_538, 10_240] {
            let cpu = Span::from_millis(1_234);
            assert_eq!(after(MemoryMb::new(memory), cpu), cpu);
        }
    }

    #[test]
    fn a_share_runs_for_its_part_of_each_period() {
        // 884 of 1,769 MB: 9.994 ms of 20.
        let quota = Span::from_nanos(20_000_000 * 884 / 1_769);
        assert_eq!(after(HALF, Span::from_millis(5)), Span::from_millis(5));
        assert_eq!(after(HALF, quota), quota);
        let one_more = quota + Span::from_nanos(1);
        assert_eq!(after(HALF, one_more), PERIOD + Span::from_nanos(1));
        // 128 MB: 1.447 ms of 20, so that a second of work takes close to 13.8 s.
        let seconds = after(MemoryMb::new(128), Span::from_secs(1)).as_nanos() as f64 / 1e9;
        assert!((13.80..13.83).contains(&seconds), "{seconds}");
    }

    #[test]
    fn waiting_brings_the_next_period() {
        let mut clock = CpuClock::new(HALF);
        clock.run(Span::from_millis(9));
        clock.wait(Span::from_millis(11));
        assert_eq!(clock.now(), PERIOD);
        clock.run(Span::from_millis(9));
        assert_eq!(clock.now(), PERIOD + Span::from_millis(9));
    }

    #[test]
    fn fuel_and_time_agree() {
        assert_eq!(cpu_time(FUEL_PER_VCPU_SECOND), Span::from_secs(1));
        assert_eq!(cpu_time(1), Span::from_nanos(1));
        assert_eq!(cpu_time(0), Span::ZERO);
        assert_eq!(
            fuel_within(Span::from_secs(900)),
            900 * FUEL_PER_VCPU_SECOND
        );
        assert_eq!(cpu_time(u64::MAX).as_nanos(), u64::MAX.div_ceil(2));
    }

    proptest! {
            /// Work in pieces takes as long as in one.
            #[test]
            fn work_adds_up(memory in 128_u32..10_240, pieces in prop::collection::vec(0_u64..90_000_000, 1..20)) {
                let memory = MemoryMb::new(memory);
                let mut clock = CpuClock::new(memory);
                for piece in &pieces {
                    clock.run(Span::from_nanos(*piece));
                }
                prop_assert_eq!(clock.now(), after(memory, Span::from_nanos(pieces.iter().sum())));
            }

            /// What there is until a time is what can be run until then, and a nanosecond more is later.
            #[test]
            fn a_budget_is_exact(memory in 128_u32..10_240, cpu in 0_u64..90_000_000, wait in 0_u64..90_000_000, rest in 1_u64..900_000_000) {
                let mut clock = CpuClock::new(MemoryMb::new(memory));
                clock.run(Span::from_nanos(cpu));
                clock.wait(Span::from_nanos(wait));
                let end = clock.now() + Span::from_nanos(rest);
                let budget = clock.cpu_until(end);
                let mut within = clock.clone();
                within.run(budget);
                prop_assert!(within.now() <= end, "{:?} {:?}", within.now(), end);
                clock.run(budget + Span::from_nanos(1));
    prop_assert!(clock.now() > end, "{:?} {end:?}", clock.now());
            }

            /// Time never goes back, and never runs slower than the work.
            #[test]
            fn time_covers_the_work(memory in 128_u32..10_240, cpu in 0_u64..10_000_000_000) {
                let now = after(MemoryMb::new(memory), Span::from_nanos(cpu));
                prop_assert!(now.as_nanos() >= cpu);
            }
        }
}
