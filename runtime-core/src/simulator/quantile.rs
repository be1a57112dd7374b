//! Times of a distribution by their rank, where none are drawn.

use super::distribution::Distribution;
use crate::units::Span;

const NANOS_A_SECOND: f64 = 1e9;

/// A distribution, with what was measured in order.
#[derive(Clone, Debug)]
pub(super) struct Quantiles {
    of: Distribution,
}

fn seconds(span: &Span) -> f64 {
    span.as_nanos() as f64 / NANOS_A_SECOND
}

impl Quantiles {
    pub(super) fn of(distribution: &Distribution) -> Quantiles {
        let of = match distribution {
            Distribution::Empirical(spans) => {
                let mut spans = spans.clone();
                spans.sort_unstable();
                Distribution::Empirical(spans)
            }
            other => other.clone(),
        };
        Quantiles { of }
    }

    /// The time that this share, more than 0 and less than 1, does not exceed: seconds.
    pub(super) fn seconds(&self, share: f64) -> f64 {
        match &self.of {
            Distribution::Constant(span) => seconds(span),
            Distribution::Exponential { mean } => -seconds(mean) * libm::log1p(-share),
            Distribution::LogNormal { median, sigma } => {
                seconds(median) * libm::exp(sigma * normal(share))
            }
            Distribution::Pareto { least, shape } => {
                seconds(least) * libm::pow(1.0 - share, -1.0 / shape)
            }
            Distribution::Empirical(spans) => {
                let place = (share * spans.len() as f64) as usize;
                spans.get(place).map_or(0.0, seconds)
            }
        }
    }
}

impl Distribution {
    /// The variance over the mean's square; infinite where a Pareto tail has none.
    pub(super) fn variation(&self) -> f64 {
        match self {
            Distribution::Constant(_) => 0.0,
            Distribution::Exponential { .. } => 1.0,
            Distribution::LogNormal { sigma, .. } => libm::expm1(sigma * sigma),
            Distribution::Pareto { shape, .. } if *shape > 2.0 => 1.0 / (shape * (shape - 2.0)),
            Distribution::Pareto { .. } => f64::INFINITY,
            Distribution::Empirical(spans) => {
                let mean = self.mean_seconds();
                let away = |span| (seconds(span) - mean) * (seconds(span) - mean);
                let variance = spans.iter().map(away).sum::<f64>() / (spans.len() as f64).max(1.0);
                match mean > 0.0 {
                    true => variance / (mean * mean),
                    false => 0.0,
                }
            }
        }
    }
}

/// The number that this share of normal numbers with mean 0 and deviation 1 does not exceed (P. J. Acklam's
/// rational approximation of 2003: its relative error is below 1.2e-9).
fn normal(share: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    const LOW: f64 = 0.024_25;
    let polynomial = |of: &[f64], x: f64| of.iter().fold(0.0, |sum, it| sum * x + it);
    let tail = |share: f64| {
        let x = (-2.0 * libm::log(share)).sqrt();
        polynomial(&C, x) / polynomial(&D, x)
    };
    if share < LOW {
        tail(share)
    } else if share > 1.0 - LOW {
        -tail(1.0 - share)
    } else {
        let x = share - 0.5;
        x * polynomial(&A, x * x) / polynomial(&B, x * x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of the normal distribution as every table has them.
    #[test]
    fn normal_quantiles_are_those_of_the_tables() {
        for (share, wanted) in [
            (0.5, 0.0),
            (0.841_344_746_068_543, 1.0),
            (0.975, 1.959_963_984_540_054),
            (0.99, 2.326_347_874_040_841),
            (0.001, -3.090_232_306_167_814),
        ] {
            let found = normal(share);
            assert!((found - wanted).abs() < 1e-7, "{share}: {found}");
        }
    }

    /// The mean over all ranks is the mean, and the variance that which is told.
    #[test]
    fn all_ranks_together_have_mean_and_variance() {
        let secs = Span::from_secs;
        for distribution in [
            Distribution::Constant(secs(3)),
            Distribution::Exponential { mean: secs(2) },
            Distribution::LogNormal {
                median: secs(1),
                sigma: 0.5,
            },
            Distribution::Pareto {
                least: secs(1),
                shape: 6.0,
            },
            Distribution::Empirical(vec![secs(4), secs(1), secs(1), secs(10)]),
        ] {
            let quantiles = Quantiles::of(&distribution);
            let many = 400_000;
            let ranks =
                (0..many).map(|n| quantiles.seconds((f64::from(n) + 0.5) / f64::from(many)));
            let (mut sum, mut squares) = (0.0, 0.0);
            for it in ranks {
                sum += it;
                squares += it * it;
            }
            let mean = sum / f64::from(many);
            let variation = squares / f64::from(many) / (mean * mean) - 1.0;
            let wanted = distribution.mean_seconds();
            assert!(
                (mean / wanted - 1.0).abs() < 1e-3,
                "{distribution:?}: {mean}"
            );
            let wanted = distribution.variation();
            assert!(
                (variation - wanted).abs() < 2e-3,
                "{distribution:?}: {variation}"
            );
        }
    }
}
