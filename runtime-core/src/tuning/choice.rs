//! Which size to take, and why.

use super::{PowerPoint, Tuning};
use crate::units::MemoryMb;
use std::fmt;

/// What is to be small. `Display` names it as aws-lambda-power-tuning does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// The price, whatever it takes.
    #[default]
    Cost,
    /// The time, whatever it costs.
    Speed,
    /// Both, with a weight.
    Balanced(Weight),
}

/// How much the price counts against the time, in percent: 0 is the time alone, 100 the price alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weight(u8);

/// A size that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Which.
    pub memory: MemoryMb,
    /// Why, in a sentence.
    pub reason: String,
}

impl Default for Weight {
    /// As aws-lambda-power-tuning has it: both alike.
    fn default() -> Self {
        Weight(50)
    }
}

impl Weight {
    /// A weight of so many percent; more than all of it is all of it.
    pub const fn percent(percent: u8) -> Self {
        match percent {
            0..=100 => Weight(percent),
            _ => Weight(100),
        }
    }

    fn share(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Strategy::Cost => "cost",
            Strategy::Speed => "speed",
            Strategy::Balanced(_) => "balanced",
        })
    }
}

impl Tuning {
    /// The point that a strategy chooses. Of two that are alike in what counts, the one that is better in the other;
    /// a tuning without points has none.
    pub fn best(&self, strategy: Strategy) -> Option<&PowerPoint> {
        let points = self.points.iter();
        match strategy {
            Strategy::Cost => points.min_by_key(|it| (it.cost, it.duration)),
            Strategy::Speed => points.min_by_key(|it| (it.duration, it.cost)),
            Strategy::Balanced(weight) => {
                let most = |of: fn(&PowerPoint) -> f64| {
                    let values = self.points.iter().map(of);
                    values.fold(f64::MIN_POSITIVE, f64::max)
                };
                let (dearest, slowest) = (most(cost), most(duration));
                let weight = weight.share();
                let value = |it: &PowerPoint| {
                    weight * cost(it) / dearest + (1.0 - weight) * duration(it) / slowest
                };
                points.min_by(|a, b| value(a).total_cmp(&value(b)))
            }
        }
    }

    /// The same, with the reason: what it is against the size that is there now, or else the smallest one.
    pub fn choice(&self, strategy: Strategy, now: MemoryMb) -> Option<Choice> {
        let best = self.best(strategy)?;
        let other = self.points.iter().find(|it| it.memory == now);
        let other = other.or(self.points.first())?;
        let what = match strategy {
            Strategy::Cost => "cheapest",
            Strategy::Speed => "fastest",
            Strategy::Balanced(_) => "best of both",
        };
        let reason = match best.memory == other.memory {
            true => format!("{} is the {what} already.", best.memory),
            false => format!(
                "{} is the {what}: {} and {} than {}.",
                best.memory,
                compared(cost(best), cost(other), ["cheaper", "dearer"]),
                compared(duration(best), duration(other), ["faster", "slower"]),
                other.memory,
            ),
        };
        Some(Choice {
            memory: best.memory,
            reason,
        })
    }
}

fn cost(it: &PowerPoint) -> f64 {
    it.cost.as_f64()
}

fn duration(it: &PowerPoint) -> f64 {
    it.duration.as_nanos() as f64
}

/// `38 % cheaper`, `2.4 times slower`, `no dearer`.
fn compared(this: f64, other: f64, [less, more]: [&str; 2]) -> String {
    if other <= 0.0 || this == other {
        return format!("no {more}");
    }
    let ratio = this / other;
    let percent = (ratio - 1.0).abs() * 100.0;
    match ratio {
        _ if percent < 0.5 => format!("no {more} to speak of"),
        2.0.. => format!("{ratio:.1} times {more}"),
        1.0.. => format!("{percent:.0} % {more}"),
        _ => format!("{percent:.0} % {less}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::{book, settings};
    use super::super::{DEFAULT_SIZES, PhaseWork, Sample, tune};
    use super::*;
    use crate::units::{Money, Span, UsdPerUnit};

    fn point(memory: u32, millis: u64, dollars: u32) -> PowerPoint {
        PowerPoint {
            memory: MemoryMb::new(memory),
            duration: Span::from_millis(millis),
            cost: UsdPerUnit::whole(dollars).times(1),
            init: None,
            init_cost: None,
        }
    }

    fn tuning(points: Vec<PowerPoint>) -> Tuning {
        Tuning {
            points,
            too_small: Vec::new(),
            samples: 1,
        }
    }

    /// As lambda/analyzer.js of aws-lambda-power-tuning chooses.
    #[test]
    fn strategies_choose_as_aws_lambda_power_tuning_does() {
        let it = tuning(vec![
            point(128, 1_000, 10),
            point(256, 500, 10),
            point(512, 240, 12),
            point(1_024, 200, 24),
            point(2_048, 200, 48),
        ]);
        let best = |strategy| it.best(strategy).unwrap().memory.get();
        assert_eq!(best(Strategy::Cost), 256, "the faster of the cheapest");
        assert_eq!(best(Strategy::Speed), 1_024, "the cheaper of the fastest");
        assert_eq!(best(Strategy::Balanced(Weight::default())), 512);
        assert_eq!(best(Strategy::Balanced(Weight::percent(0))), 1_024);
        assert_eq!(best(Strategy::Balanced(Weight::percent(100))), 128);
    }

    #[test]
    fn reasons_are_sentences() {
        let it = tuning(vec![
            point(128, 1_000, 10),
            point(512, 240, 12),
            point(1_024, 200, 24),
        ]);
        let reason = |strategy, now| it.choice(strategy, MemoryMb::new(now)).unwrap().reason;
        assert_eq!(
            reason(Strategy::Cost, 128),
            "128 MB is the cheapest already."
        );
        assert_eq!(
            reason(Strategy::Speed, 128),
            "1024 MB is the fastest: 2.4 times dearer and 80 % faster than 128 MB."
        );
        assert_eq!(
            reason(Strategy::Cost, 1_024),
            "128 MB is the cheapest: 58 % cheaper and 5.0 times slower than 1024 MB."
        );
        assert_eq!(
            reason(Strategy::Balanced(Weight::default()), 4_000),
            "512 MB is the best of both: 20 % dearer and 76 % faster than 128 MB."
        );
    }

    #[test]
    fn what_only_computes_costs_about_the_same_until_a_whole_vcpu() {
        let sample = Sample {
            handler: PhaseWork {
                cpu: Span::from_millis(500),
                waited: Span::ZERO,
            },
            ..Sample::default()
        };
        let it = tune(&[sample], &DEFAULT_SIZES, settings(), &book()).unwrap();
        let cheapest = it.best(Strategy::Cost).unwrap();
        let dear: Money = it.points[4].cost - cheapest.cost;
        assert!(dear.as_f64() < cheapest.cost.as_f64() * 0.05);
        // Beyond it there is nothing to win for one thread.
        assert!(it.points[5].cost.as_f64() > cheapest.cost.as_f64() * 1.5);
        assert_eq!(it.best(Strategy::Speed).unwrap().memory.get(), 3_008);
    }
}
