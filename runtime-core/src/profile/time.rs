//! Fuel, waiting and pauses are the phase's duration, to the nanosecond.

use super::{Profile, SourceProfile};
use crate::cpu::cpu_time;
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// Where the work of one phase, INIT or an invocation, went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseProfile {
    /// The calls. Their fuel is the phase's.
    pub profile: Profile,
    /// Of an interpreter: the calls of the program's own functions. Their fuel is the same.
    pub source: Option<SourceProfile>,
    /// How long the phase slept or waited.
    pub waited: Span,
}

/// What the time of one phase, INIT or an invocation, was spent on. The three add up to the phase's
/// duration exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseTime {
    /// Code ran, at a vCPU's full speed.
    pub running: Span,
    /// Code could have run, but the function's share of a vCPU was used up for a while.
    pub paused: Span,
    /// Nothing was there to run: the code slept or waited.
    pub waited: Span,
}

impl PhaseTime {
    /// Of a phase that took so long, used so much fuel and waited so long. Pauses are the rest; where
    /// the numbers do not fit together, nothing is longer than the phase.
    pub fn of(duration: Span, fuel: u64, waited: Span) -> Self {
        let waited = waited.min(duration);
        let computing = duration.saturating_sub(waited);
        let running = cpu_time(fuel).min(computing);
        PhaseTime {
            running,
            paused: computing.saturating_sub(running),
            waited,
        }
    }

    /// Running and paused: how long the code took.
    pub fn computing(&self) -> Span {
        self.running + self.paused
    }

    /// All of it.
    pub fn duration(&self) -> Span {
        self.computing() + self.waited
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{CpuClock, fuel_within};
    use crate::units::MemoryMb;
    use proptest::prelude::*;

    #[test]
    fn numbers_that_do_not_fit_are_cut_to_the_phase() {
        let ms = Span::from_millis;
        let time = PhaseTime::of(ms(10), fuel_within(ms(100)), ms(4));
        assert_eq!(
            (time.running, time.paused, time.waited),
            (ms(6), ms(0), ms(4))
        );
        assert_eq!(PhaseTime::of(ms(10), 5, ms(99)).duration(), ms(10));
    }

    proptest! {
        /// What the clock of a throttled process says is told apart again.
        #[test]
        fn the_clocks_time_is_taken_apart(
            memory in 128_u32..2_000,
            steps in prop::collection::vec((0_u64..90_000_000, 0_u64..90_000_000), 1..20),
        ) {
            let mut clock = CpuClock::new(MemoryMb::new(memory));
            let (mut cpu, mut waited) = (0, 0);
            for (run, wait) in steps {
                clock.run(Span::from_nanos(run));
                clock.wait(Span::from_nanos(wait));
                (cpu, waited) = (cpu + run, waited + wait);
            }
            let fuel = fuel_within(Span::from_nanos(cpu));
            let time = PhaseTime::of(clock.now(), fuel, Span::from_nanos(waited));
            prop_assert_eq!(time.duration(), clock.now());
            prop_assert_eq!(time.running.as_nanos(), cpu);
            if memory >= 1_769 {
                prop_assert_eq!(time.paused, Span::ZERO);
            }
        }
    }
}
