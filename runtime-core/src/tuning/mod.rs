//! Power tuning: what an invocation would take and cost at every memory size.
//!
//! ```text
//! mod     samples, sizes -> Tuning: a point for each size
//! choice  the cheapest, the fastest and a balanced size, with the reason in a sentence
//! link    points as a link of aws-lambda-power-tuning's visualization, and back
//! output  ... and as the JSON that it prints
//! ```
//!
//! Durations are modelled: a sample knows how much it computed and how long it waited, and
//! [`CpuClock`] says what that takes with the share of a vCPU that comes with a size. Terms and
//! choices are those of aws-lambda-power-tuning (its `README-INPUT-OUTPUT.md`).

mod choice;
mod link;
mod output;

pub use choice::{Choice, Strategy, Weight};
pub use link::{LinkError, LinkPoint, link, read_link};
pub use output::output;

use crate::billing::{BilledInvocation, BilledSettings, FreeTier, PriceBook, Usage, bill};
use crate::cpu::CpuClock;
use crate::platform::MEMORY;
use crate::units::{ByteCount, MemoryMb, Money, Span};
use std::fmt;

/// The sizes that aws-lambda-power-tuning has where it is not told any.
pub const DEFAULT_SIZES: [MemoryMb; 6] = [
    MemoryMb::new(128),
    MemoryMb::new(256),
    MemoryMb::new(512),
    MemoryMb::new(1_024),
    MemoryMb::new(1_536),
    MemoryMb::new(3_008),
];

/// How many sizes there may be: every step of 64 MB, and as many again.
const MOST_SIZES: usize = 320;

/// What one phase did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhaseWork {
    /// How long it computed, on a whole vCPU.
    pub cpu: Span,
    /// How long it slept or waited.
    pub waited: Span,
}

/// An invocation as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Its INIT phase, where one was billed with it.
    pub init: Option<PhaseWork>,
    /// The handler.
    pub handler: PhaseWork,
    /// The most memory that it used.
    pub max_memory: ByteCount,
}

/// What every sample comes to at one size, on average.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowerPoint {
    /// The size.
    pub memory: MemoryMb,
    /// How long an invocation takes, INIT left aside.
    pub duration: Span,
    /// What it costs, its request and INIT left aside, as aws-lambda-power-tuning has it.
    pub cost: Money,
    /// How long INIT takes, of those that had one.
    pub init: Option<Span>,
    /// What a cold start costs more.
    pub init_cost: Option<Money>,
}

/// Invocations at several sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// From the smallest size on. Not empty.
    pub points: Vec<PowerPoint>,
    /// Sizes that are smaller than what the invocations used.
    pub too_small: Vec<MemoryMb>,
    /// How many invocations there were at each size.
    pub samples: usize,
}

/// Why nothing was tuned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TuningError {
    /// There is no invocation.
    NoSample,
    /// There is no size.
    NoSize,
    /// There are too many sizes.
    TooMany(usize),
    /// A size that no function has.
    Size(MemoryMb),
    /// All sizes are smaller than what the invocations used.
    AllTooSmall(ByteCount),
}

impl TuningError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            TuningError::NoSample => "Invoke the function first.".to_owned(),
            TuningError::NoSize => "Give sizes in MB, as 128, 512, 1024.".to_owned(),
            TuningError::TooMany(_) => format!("Give at most {MOST_SIZES} sizes."),
            TuningError::Size(_) => {
                format!("Give {} to {}.", MEMORY.start(), MEMORY.end())
            }
            TuningError::AllTooSmall(used) => {
                format!("Give sizes above {} MB.", used.get().div_ceil(1 << 20))
            }
        }
    }
}

impl fmt::Display for TuningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TuningError::NoSample => f.write_str("there is no invocation to tune by"),
            TuningError::NoSize => f.write_str("there is no memory size"),
            TuningError::TooMany(many) => write!(f, "{many} memory sizes are too many"),
            TuningError::Size(size) => write!(f, "no function has {size}"),
            TuningError::AllTooSmall(_) => {
                f.write_str("all sizes are smaller than the memory that was used")
            }
        }
    }
}

impl std::error::Error for TuningError {}

impl PhaseWork {
    /// How long it takes at a size. When within it the waiting was is not known: that it all comes last is a model
    /// choice, which matters by less than a period of 20 ms.
    pub fn at(self, memory: MemoryMb) -> Span {
        let mut clock = CpuClock::new(memory);
        clock.run(self.cpu);
        clock.wait(self.waited);
        clock.now()
    }
}

/// What samples come to at every size, for a function with these settings otherwise.
///
/// # Errors
/// If there is nothing to tune by, or a size that no function has.
pub fn tune(
    samples: &[Sample],
    sizes: &[MemoryMb],
    settings: BilledSettings,
    book: &PriceBook,
) -> Result<Tuning, TuningError> {
    if samples.is_empty() {
        return Err(TuningError::NoSample);
    }
    let mut sizes = sizes.to_vec();
    sizes.sort_unstable();
    sizes.dedup();
    match sizes.len() {
        0 => return Err(TuningError::NoSize),
        many if many > MOST_SIZES => return Err(TuningError::TooMany(many)),
        _ => {}
    }
    if let Some(wrong) = sizes.iter().find(|it| !MEMORY.contains(it)) {
        return Err(TuningError::Size(*wrong));
    }
    let used = samples.iter().map(|it| it.max_memory).max();
    let used = used.unwrap_or_default();
    let (enough, too_small): (Vec<_>, Vec<_>) =
        sizes.into_iter().partition(|it| it.bytes() >= used);
    if enough.is_empty() {
        return Err(TuningError::AllTooSmall(used));
    }
    let point = |memory: MemoryMb| {
        let settings = BilledSettings { memory, ..settings };
        point(samples, settings, book)
    };
    Ok(Tuning {
        points: enough.into_iter().map(point).collect(),
        too_small,
        samples: samples.len(),
    })
}

fn point(samples: &[Sample], settings: BilledSettings, book: &PriceBook) -> PowerPoint {
    let memory = settings.memory;
    let many = samples.len() as u64;
    let (mut duration, mut cost) = (Span::ZERO, Money::ZERO);
    let (mut init, mut init_cost, mut cold) = (Span::ZERO, Money::ZERO, 0);
    for sample in samples {
        let handler = sample.handler.at(memory);
        let warm = compute(settings, Span::ZERO, handler, book);
        duration += handler;
        cost += warm;
        if let Some(work) = sample.init {
            let time = work.at(memory);
            init += time;
            init_cost += compute(settings, time, handler, book) - warm;
            cold += 1;
        }
    }
    let mean = |sum: Span, many: u64| Span::from_nanos(sum.as_nanos() / many.max(1));
    PowerPoint {
        memory,
        duration: mean(duration, many),
        cost: cost.share(1, many),
        init: (cold > 0).then(|| mean(init, cold)),
        init_cost: (cold > 0).then(|| init_cost.share(1, cold)),
    }
}

/// What the time of an invocation costs, its request left aside.
fn compute(settings: BilledSettings, init: Span, handler: Span, book: &PriceBook) -> Money {
    let each = BilledInvocation {
        settings,
        init,
        restored: false,
        provisioned: false,
        handler,
    };
    let usage = Usage {
        requests: 0,
        ..each.usage(book)
    };
    bill(book, &usage, &Usage::default(), FreeTier::Off).total()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::timeline::Architecture;
    use proptest::prelude::*;

    const SHIPPED: &str = include_str!("../../../public/prices/lambda-us-east-1-2026-11-23.json");

    pub(super) fn settings() -> BilledSettings {
        BilledSettings {
            architecture: Architecture::X86_64,
            memory: MemoryMb::new(128),
            ephemeral_storage: MemoryMb::new(512),
        }
    }

    pub(super) fn book() -> PriceBook {
        PriceBook::parse(SHIPPED).unwrap()
    }

    fn computing(millis: u64) -> Sample {
        Sample {
            handler: PhaseWork {
                cpu: Span::from_millis(millis),
                waited: Span::ZERO,
            },
            ..Sample::default()
        }
    }

    #[test]
    fn what_computes_gets_faster_until_it_has_a_whole_vcpu() {
        let sizes = [128, 512, 1_769, 3_008].map(MemoryMb::new);
        let it = tune(&[computing(1_000)], &sizes, settings(), &book()).unwrap();
        let millis: Vec<u64> = it
            .points
            .iter()
            .map(|it| it.duration.as_nanos() / 1_000_000)
            .collect();
        // A fourteenth of a vCPU, a third and a half, a whole one, and no more of it for one thread.
        assert_eq!(millis[2..], [1_000, 1_000]);
        assert!((13_700..13_900).contains(&millis[0]), "{millis:?}");
        assert!((3_400..3_500).contains(&millis[1]), "{millis:?}");
        // 1,000 ms at 1,769 MB: 1.7275390625 GB-s.
        assert_eq!(it.points[2].cost.exact(), "0.00002879237529296875");
    }

    #[test]
    fn waiting_is_not_made_faster_by_memory() {
        let sample = Sample {
            handler: PhaseWork {
                cpu: Span::ZERO,
                waited: Span::from_millis(200),
            },
            ..Sample::default()
        };
        let it = tune(&[sample], &DEFAULT_SIZES, settings(), &book()).unwrap();
        assert!(
            it.points
                .iter()
                .all(|it| it.duration == Span::from_millis(200))
        );
        assert!(it.points.is_sorted_by(|a, b| a.cost < b.cost));
    }

    #[test]
    fn sizes_that_are_too_small_are_told_apart() {
        let sample = Sample {
            max_memory: ByteCount::new(300 << 20),
            ..computing(10)
        };
        let it = tune(&[sample], &DEFAULT_SIZES, settings(), &book()).unwrap();
        assert_eq!(it.too_small, [128, 256].map(MemoryMb::new));
        assert_eq!(it.points[0].memory, MemoryMb::new(512));
        let small = tune(&[sample], &[MemoryMb::new(128)], settings(), &book());
        assert_eq!(
            small,
            Err(TuningError::AllTooSmall(ByteCount::new(300 << 20)))
        );
    }

    #[test]
    fn a_cold_start_costs_what_its_init_costs() {
        let sample = Sample {
            init: Some(PhaseWork {
                cpu: Span::from_millis(100),
                waited: Span::ZERO,
            }),
            ..computing(50)
        };
        let it = tune(
            &[sample, computing(50)],
            &[MemoryMb::new(1_769)],
            settings(),
            &book(),
        )
        .unwrap();
        let point = &it.points[0];
        assert_eq!(point.init, Some(Span::from_millis(100)));
        assert_eq!(point.init_cost, Some(point.cost.times(2)));
    }

    #[test]
    fn what_cannot_be_tuned_is_named_with_a_remedy() {
        let one = [computing(1)];
        let cases: [(&[Sample], Vec<MemoryMb>, &str); 4] = [
            (
                &[],
                DEFAULT_SIZES.to_vec(),
                "there is no invocation to tune by",
            ),
            (&one, vec![], "there is no memory size"),
            (&one, vec![MemoryMb::new(64)], "no function has 64 MB"),
            (
                &one,
                (128..1_000).map(MemoryMb::new).collect(),
                "872 memory sizes are too many",
            ),
        ];
        for (samples, sizes, message) in cases {
            let error = tune(samples, &sizes, settings(), &book()).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(!error.hint().is_empty());
        }
    }

    proptest! {
        #[test]
        fn more_memory_never_takes_longer(cpu in 0_u64..5_000, waited in 0_u64..5_000) {
            let work = PhaseWork { cpu: Span::from_millis(cpu), waited: Span::from_millis(waited) };
            let times = (128..=3_008).step_by(64).map(|it| work.at(MemoryMb::new(it)));
            let times: Vec<Span> = times.collect();
            prop_assert!(times.is_sorted_by(|a, b| a >= b));
            prop_assert!(times.iter().all(|it| *it >= Span::from_millis(cpu + waited)));
        }
    }
}
