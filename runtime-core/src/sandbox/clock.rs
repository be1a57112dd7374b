//! The time that a process lives in: the host's, or a model's.
//!
//! In modelled time a process moves on by what it does. Code takes the time that the CPU model gives
//! its fuel; a wait takes as long as was asked for and is over at once; nothing else takes any time.
//! So the same module with the same event takes equally long everywhere. Random numbers come from a
//! seed for the same reason: they decide which paths code takes.

use super::engine::Fuel;
use super::host::Host;
use super::{FileTime, Phase, SandboxClock, SandboxSettings, Snapshot};
use crate::cpu::{CpuClock, cpu_time, fuel_within};
use crate::units::{MemoryMb, Span};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A process's clock.
pub(super) enum Clock {
    /// The host's; when the current phase began there.
    Measured {
        since: Span,
    },
    Modelled(Box<ModelledClock>),
}

/// Time that fuel and waits make.
pub(super) struct ModelledClock {
    memory: MemoryMb,
    /// When the environment was started, in ns since 1970.
    started: u64,
    phase: Phase,
    /// The time since the phase began, with what of each period is used.
    cpu: CpuClock,
    /// Fuel that was burnt in this phase.
    burnt: u64,
    /// The CPU time that this fuel took.
    charged: Span,
    /// CPU time of the phases before.
    before: Span,
    /// What the phase has waited.
    waited: Span,
    /// The fuel that the instance had when it was last looked at.
    seen: Fuel,
    /// The instance is to get other fuel: time passed in which it burnt none, or a phase began.
    moved: bool,
    random: Xoshiro256PlusPlus,
}

/// How much of a vCPU a phase gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// One, whatever the function's memory: INIT (model choice).
    Whole,
    /// What comes with the function's memory.
    OfMemory,
}

impl Clock {
    /// Of a process that nothing runs in.
    pub(super) const NONE: Clock = Clock::Measured { since: Span::ZERO };

    pub(super) fn new(settings: &SandboxSettings) -> Self {
        match settings.clock {
            SandboxClock::Measured => Clock::NONE,
            SandboxClock::Modelled {
                started_unix_nanos: started,
                seed,
            } => Clock::Modelled(Box::new(ModelledClock {
                memory: settings.memory,
                started,
                phase: Phase {
                    began_unix_nanos: started,
                    limit: Span::ZERO,
                    profile: false,
                },
                cpu: CpuClock::whole(),
                burnt: 0,
                charged: Span::ZERO,
                before: Span::ZERO,
                waited: Span::ZERO,
                seen: Fuel(0),
                moved: false,
                random: Xoshiro256PlusPlus::seed_from_u64(seed),
            })),
        }
    }

    /// A phase begins.
    pub(super) fn begin(&mut self, phase: Phase, share: Share, host: &dyn Host) {
        match self {
            Clock::Measured { since } => *since = host.elapsed(),
            Clock::Modelled(clock) => {
                clock.before += clock.charged;
                clock.cpu = match share {
                    Share::Whole => CpuClock::whole(),
                    Share::OfMemory => CpuClock::new(clock.memory),
                };
                clock.burnt = 0;
                clock.charged = Span::ZERO;
                clock.waited = Span::ZERO;
                clock.phase = phase;
                clock.moved = true;
            }
        }
    }

    /// Whether fuel makes time here.
    pub(super) fn counts_fuel(&self) -> bool {
        matches!(self, Clock::Modelled(_))
    }

    /// An instance that had what [`Clock::fuel`] said has this left.
    pub(super) fn burn(&mut self, left: Fuel) {
        if let Clock::Modelled(clock) = self {
            clock.burn(left);
        }
    }

    /// What an instance may burn until the phase's limit. It has to get it then.
    pub(super) fn fuel(&mut self) -> Fuel {
        match self {
            Clock::Measured { .. } => Fuel::ENDLESS,
            Clock::Modelled(clock) => {
                clock.moved = false;
                clock.seen = clock.allowance();
                clock.seen
            }
        }
    }

    /// Other fuel for the running instance, if it is to get other than it has.
    pub(super) fn new_fuel(&mut self) -> Option<Fuel> {
        match self {
            Clock::Modelled(clock) if clock.moved => Some(self.fuel()),
            Clock::Measured { .. } | Clock::Modelled(_) => None,
        }
    }

    /// What the instance had when it was last looked at.
    pub(super) fn seen(&self) -> Option<Fuel> {
        match self {
            Clock::Measured { .. } => None,
            Clock::Modelled(clock) => Some(clock.seen),
        }
    }

    /// How long the phase has waited, if its work is to be told.
    pub(super) fn profiled(&self) -> Option<Span> {
        match self {
            Clock::Modelled(clock) if clock.phase.profile => Some(clock.waited),
            Clock::Measured { .. } | Clock::Modelled(_) => None,
        }
    }

    /// Whether the phase has passed its limit. In measured time the host sees to that.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Clock::Measured { .. } => false,
            Clock::Modelled(clock) => clock.cpu.now() > clock.phase.limit,
        }
    }

    /// How long the phase has taken until now; not longer than it may.
    pub(super) fn spent(&self, host: &dyn Host) -> Span {
        match self {
            Clock::Measured { since } => host.elapsed().saturating_sub(*since),
            Clock::Modelled(clock) => clock.spent(),
        }
    }

    /// When in the phase it is now, where the host's clock cannot tell.
    pub(super) fn stamp(&self) -> Option<Span> {
        match self {
            Clock::Measured { .. } => None,
            Clock::Modelled(clock) => Some(clock.spent()),
        }
    }

    /// Time since some fixed start, never going back.
    pub(super) fn monotonic(&self, host: &dyn Host) -> Span {
        match self {
            Clock::Measured { .. } => host.elapsed(),
            Clock::Modelled(clock) => {
                Span::from_nanos(clock.unix_nanos().saturating_sub(clock.started))
            }
        }
    }

    /// CPU time of this process. In measured time it never waits for a processor, so that it is the
    /// time that passes.
    pub(super) fn cpu(&self, host: &dyn Host) -> Span {
        match self {
            Clock::Measured { .. } => host.elapsed(),
            Clock::Modelled(clock) => clock.before + clock.charged,
        }
    }

    /// Nanoseconds since 1970-01-01 UTC.
    pub(super) fn unix_nanos(&self, host: &dyn Host) -> u64 {
        match self {
            Clock::Measured { .. } => host.unix_nanos(),
            Clock::Modelled(clock) => clock.unix_nanos(),
        }
    }

    /// The time that files get which change now.
    pub(super) fn file_time(&self, host: &dyn Host) -> FileTime {
        FileTime::from_unix_nanos(self.unix_nanos(host))
    }

    /// The process does nothing for this long.
    pub(super) fn wait(&mut self, span: Span, host: &mut dyn Host) {
        match self {
            Clock::Measured { .. } => host.sleep(span),
            Clock::Modelled(clock) => {
                // A little beyond the limit is beyond it. Spans may be as long as numbers go.
                let left = clock.phase.limit.saturating_sub(clock.cpu.now());
                clock.waited += span.min(left);
                clock.cpu.wait(span.min(left + Span::from_nanos(1)));
                clock.moved = true;
            }
        }
    }

    /// A snapshot is read, which takes its time in the model; otherwise it takes as long as it does.
    pub(super) fn wait_for_restore(&mut self, snapshot: &Snapshot) {
        // It is the platform's work: a profile has no part for it.
        if let Clock::Modelled(clock) = self {
            clock.cpu.wait(snapshot.restore_time());
            clock.moved = true;
        }
    }

    /// Fills the buffer with random bytes.
    pub(super) fn random(&mut self, buffer: &mut [u8], host: &mut dyn Host) {
        match self {
            Clock::Measured { .. } => host.random(buffer),
            Clock::Modelled(clock) => clock.random.fill_bytes(buffer),
        }
    }
}

impl ModelledClock {
    fn burn(&mut self, left: Fuel) {
        let burnt = self.seen.0.saturating_sub(left.0);
        self.seen = left;
        self.burnt = self.burnt.saturating_add(u64::try_from(burnt).unwrap_or(0));
        // From the sum: what is rounded does not depend on how often somebody looks.
        let charged = cpu_time(self.burnt);
        self.cpu.run(charged.saturating_sub(self.charged));
        self.charged = charged;
    }

    fn allowance(&self) -> Fuel {
        let until = self.charged + self.cpu.cpu_until(self.phase.limit);
        let fuel = fuel_within(until).saturating_sub(self.burnt);
        Fuel(i64::try_from(fuel).unwrap_or(i64::MAX))
    }

    fn spent(&self) -> Span {
        self.cpu.now().min(self.phase.limit)
    }

    fn unix_nanos(&self) -> u64 {
        let began = self.phase.began_unix_nanos;
        began.saturating_add(self.cpu.now().as_nanos())
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "these are tests")]
mod tests {
    use super::super::host::Nowhere;
    use super::*;
    use crate::cpu::FUEL_PER_VCPU_SECOND;
    use crate::timeline::HandlerKind;
    use proptest::prelude::*;

    const SECOND: Span = Span::from_secs(1);

    fn clock(memory: u32, share: Share, limit: Span) -> Clock {
        let mut clock = Clock::new(&SandboxSettings {
            memory: MemoryMb::new(memory),
            clock: SandboxClock::Modelled {
                started_unix_nanos: 5,
                seed: 1,
            },
            ..SandboxSettings::new(HandlerKind::Command)
        });
        let phase = Phase {
            began_unix_nanos: 1_005,
            limit,
            profile: false,
        };
        clock.begin(phase, share, &Nowhere);
        clock
    }

    /// The instance burns that much.
    fn burn(clock: &mut Clock, fuel: u64) {
        let had = match clock.new_fuel() {
            Some(fuel) => fuel,
            None => match clock {
                Clock::Modelled(clock) => clock.seen,
                Clock::Measured { .. } => panic!("a measured clock"),
            },
        };
        clock.burn(Fuel(had.0 - i64::try_from(fuel).unwrap_or(i64::MAX)));
    }

    #[test]
    fn fuel_makes_time_and_waiting_burns_none() {
        let mut clock = clock(1_769, Share::OfMemory, SECOND);
        burn(&mut clock, FUEL_PER_VCPU_SECOND / 4);
        assert_eq!(clock.spent(&Nowhere), Span::from_millis(250));
        clock.wait(Span::from_millis(500), &mut Nowhere);
        assert_eq!(clock.spent(&Nowhere), Span::from_millis(750));
        assert_eq!(clock.cpu(&Nowhere), Span::from_millis(250));
        assert_eq!(clock.unix_nanos(&Nowhere), 1_005 + 750_000_000);
        assert_eq!(clock.monotonic(&Nowhere).as_nanos(), 1_000 + 750_000_000);
        assert_eq!(
            clock.new_fuel(),
            Some(Fuel((FUEL_PER_VCPU_SECOND / 4) as i64))
        );
        assert_eq!(clock.new_fuel(), None);
    }

    #[test]
    fn a_phase_ends_exactly_at_its_limit() {
        for (memory, share) in [
            (128, Share::OfMemory),
            (1_769, Share::OfMemory),
            (128, Share::Whole),
        ] {
            let mut exact = clock(memory, share, SECOND);
            let all = exact.fuel();
            exact.burn(Fuel(0));
            assert!(!exact.is_over(), "{memory}");
            assert!(all > Fuel(0));
            let mut more = clock(memory, share, SECOND);
            more.fuel();
            more.burn(Fuel(-1));
            assert!(more.is_over(), "{memory}");
            assert_eq!(more.spent(&Nowhere), SECOND);
        }
        let mut waiting = clock(128, Share::OfMemory, SECOND);
        waiting.wait(SECOND, &mut Nowhere);
        assert!(!waiting.is_over());
        waiting.wait(Span::from_nanos(u64::MAX), &mut Nowhere);
        assert!(waiting.is_over());
        assert_eq!(waiting.spent(&Nowhere), SECOND);
    }

    #[test]
    fn the_next_phase_begins_anew() {
        let mut clock = clock(1_769, Share::Whole, SECOND);
        burn(&mut clock, FUEL_PER_VCPU_SECOND / 2);
        let phase = Phase {
            began_unix_nanos: 60_000_000_005,
            limit: SECOND,
            profile: false,
        };
        clock.begin(phase, Share::OfMemory, &Nowhere);
        assert_eq!(clock.spent(&Nowhere), Span::ZERO);
        assert_eq!(clock.monotonic(&Nowhere), Span::from_secs(60));
        assert_eq!(clock.cpu(&Nowhere), Span::from_millis(500));
    }

    #[test]
    fn random_numbers_come_from_the_seed() {
        let drawn = || {
            let mut bytes = [0; 12];
            clock(128, Share::Whole, SECOND).random(&mut bytes, &mut Nowhere);
            bytes
        };
        assert_eq!(drawn(), drawn());
        assert_ne!(drawn(), [0; 12]);
    }

    proptest! {
        /// It does not matter how often somebody looks at the clock.
        #[test]
        fn looking_takes_no_time(memory in 128_u32..4_000, pieces in prop::collection::vec(0_u64..70_000_000, 1..9)) {
            let mut often = clock(memory, Share::OfMemory, Span::from_secs(900));
            for piece in &pieces {
                burn(&mut often, *piece);
            }
            let mut once = clock(memory, Share::OfMemory, Span::from_secs(900));
            burn(&mut once, pieces.iter().sum());
            prop_assert_eq!(often.spent(&Nowhere), once.spent(&Nowhere));
        }
    }
}
