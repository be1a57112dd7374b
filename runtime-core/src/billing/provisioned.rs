//! For how long provisioned concurrency is billed.

use super::{BilledSettings, GbSeconds, PerArchitecture};
use crate::units::{Moment, Span};

/// From the moment at which it is enabled until it is disabled, rounded up to so much (AWS Lambda pricing
/// page).
pub const PROVISIONED_STEP: Span = Span::from_secs(5 * 60);

/// Provisioned concurrency of a version or an alias from the moment at which it was enabled.
///
/// How a change of the amount is rounded is not published: that the whole time is rounded up once, at the
/// amount of its end, is a model choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvisionedMeter {
    enabled: Moment,
    /// Until here everything is in `used`.
    counted: Moment,
    used: PerArchitecture,
    environments: u32,
    settings: BilledSettings,
}

impl ProvisionedMeter {
    /// So many environments are asked for.
    pub fn begin(at: Moment, environments: u32, settings: BilledSettings) -> Self {
        ProvisionedMeter {
            enabled: at,
            counted: at,
            used: PerArchitecture::default(),
            environments,
            settings,
        }
    }

    /// How many environments it has.
    pub const fn environments(&self) -> u32 {
        self.environments
    }

    /// Another amount is asked for, or one of another version.
    pub fn change(&mut self, at: Moment, environments: u32, settings: BilledSettings) {
        self.used = self.used + self.since(at.since(self.enabled));
        self.counted = self.counted.max(at);
        self.environments = environments;
        self.settings = settings;
    }

    /// What it comes to if it is disabled at this moment.
    pub fn until(&self, at: Moment) -> PerArchitecture {
        let enabled = at.max(self.counted).since(self.enabled).as_nanos();
        let step = PROVISIONED_STEP.as_nanos();
        let rounded = Span::from_nanos(enabled.div_ceil(step).max(1).saturating_mul(step));
        self.used + self.since(rounded)
    }

    /// From what is counted until so long after it was enabled. Both ends are whole milliseconds, so that
    /// parts add up to the whole.
    fn since(&self, end: Span) -> PerArchitecture {
        let begin = self.counted.since(self.enabled).billed_millis();
        let millis = end.billed_millis().saturating_sub(begin);
        let one = GbSeconds::of(self.settings.memory, Span::from_millis(millis));
        let all = one.times(self.environments.into());
        PerArchitecture::only(self.settings.architecture, all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Architecture;
    use crate::units::MemoryMb;
    use proptest::prelude::*;

    fn settings(architecture: Architecture, memory: u32) -> BilledSettings {
        BilledSettings {
            architecture,
            memory: MemoryMb::new(memory),
            ephemeral_storage: MemoryMb::new(512),
        }
    }

    fn at(seconds: u64) -> Moment {
        Moment::START + Span::from_secs(seconds)
    }

    fn x86_64(gb_seconds: u64) -> PerArchitecture {
        PerArchitecture::only(Architecture::X86_64, GbSeconds::whole(gb_seconds))
    }

    #[test]
    fn time_is_rounded_up_to_five_minutes() {
        let meter = ProvisionedMeter::begin(at(10), 100, settings(Architecture::X86_64, 1_536));
        assert_eq!(meter.until(at(10)), x86_64(150 * 300));
        assert_eq!(meter.until(at(310)), x86_64(150 * 300));
        assert_eq!(meter.until(at(311)), x86_64(150 * 600));
        // AWS's example: 8 hours of 100 environments with 1.5 GB.
        assert_eq!(meter.until(at(10 + 8 * 3_600)), x86_64(4_320_000));
    }

    #[test]
    fn what_is_missing_at_the_end_has_the_last_amount() {
        let mut meter = ProvisionedMeter::begin(at(0), 10, settings(Architecture::X86_64, 1_024));
        meter.change(at(60), 4, settings(Architecture::X86_64, 2_048));
        assert_eq!(meter.until(at(100)), x86_64(60 * 10 + 240 * 4 * 2));
        assert_eq!(meter.until(at(301)), x86_64(60 * 10 + 540 * 4 * 2));
        meter.change(at(300), 1, settings(Architecture::Arm64, 1_024));
        let arm64 = GbSeconds::whole(300);
        let used = x86_64(60 * 10 + 240 * 4 * 2);
        assert_eq!(meter.until(at(600)), PerArchitecture { arm64, ..used });
    }

    proptest! {
        #[test]
        fn a_change_to_the_same_changes_nothing(
            begin in 0..1_000_000_u64,
            mut cuts in prop::collection::vec(0..20_000_000_000_u64, 0..8),
            length in 0..20_000_000_000_u64,
        ) {
            let moment = |nanos| Moment::from_nanos(begin + nanos);
            let settings = settings(Architecture::Arm64, 1_537);
            let whole = ProvisionedMeter::begin(moment(0), 3, settings);
            let mut parts = whole;
            cuts.sort_unstable();
            for cut in cuts.into_iter().filter(|it| *it <= length) {
                parts.change(moment(cut), 3, settings);
            }
            prop_assert_eq!(parts.until(moment(length)), whole.until(moment(length)));
        }

        #[test]
        fn more_time_never_costs_less(first in 0..10_000_000_000_000_u64, more in 0..10_000_000_000_000_u64) {
            let meter = ProvisionedMeter::begin(Moment::START, 2, settings(Architecture::X86_64, 128));
            let until = |nanos| meter.until(Moment::from_nanos(nanos)).x86_64;
            prop_assert!(until(first) <= until(first + more));
        }
    }
}
