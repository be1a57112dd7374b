//! How long something takes.

use super::draws::Draws;
use crate::units::Span;
use std::fmt;
use std::str::FromStr;

const NANOS_A_SECOND: f64 = 1e9;
/// The longest time that can be asked for, in seconds: a hundred years.
pub(super) const MOST_SECONDS: f64 = 100.0 * 365.0 * 86_400.0;

/// How long something takes. In the command line and in scenario files it is a text such as `1.5`,
/// `exp:1.991`, `lognormal:0.2,0.5` or `pareto:0.1,2.5`, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Constant(Span),
    /// Exponential.
    Exponential {
        /// Its mean.
        mean: Span,
    },
    /// Its logarithm is normal.
    LogNormal {
        /// Half are shorter.
        median: Span,
        /// The deviation of the natural logarithm, 0 to 10.
        sigma: f64,
    },
    /// A Pareto tail: the share that is longer than `x` is `(least / x)^shape`.
    Pareto {
        /// The shortest.
        least: Span,
        /// The larger, the shorter the tail: 0.1 to 100. At 1 and below there is no mean.
        shape: f64,
    },
    /// What was measured: each is as likely as the next. Not empty.
    Empirical(Vec<Span>),
}

/// Why a text is no distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DistributionError {
    /// It begins with a word that names none.
    Unknown(String),
    /// So many numbers belong after the word.
    Count {
        /// The distribution.
        name: &'static str,
        /// How many.
        wanted: usize,
    },
    /// No number, or none that there can be.
    Number {
        /// As given.
        text: String,
        /// What it is.
        what: &'static str,
        /// What it can be.
        allowed: &'static str,
    },
    /// A list of measured times without one.
    Empty,
}

impl DistributionError {
    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            DistributionError::Unknown(_) | DistributionError::Count { .. } => {
                "Write seconds as in 0.25, or exp:MEAN, lognormal:MEDIAN,SIGMA, pareto:LEAST,SHAPE, \
                 list:A,B,C."
            }
            DistributionError::Number { .. } => {
                "Numbers are written as in 0.25, 12 or 1e6; times are seconds."
            }
            DistributionError::Empty => "Give one measured time at least.",
        }
    }
}

impl fmt::Display for DistributionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DistributionError::Unknown(word) => write!(f, "there is no distribution \"{word}\""),
            DistributionError::Count { name, wanted } => match wanted {
                1 => write!(f, "{name} has one number"),
                wanted => write!(f, "{name} has {wanted} numbers"),
            },
            DistributionError::Number {
                text,
                what,
                allowed,
            } => write!(f, "the {what} \"{text}\" is no number {allowed}"),
            DistributionError::Empty => f.write_str("there are no measured times"),
        }
    }
}

/// Seconds as exact time; `None` for what is none: negative, not a number, longer than a century.
pub(super) fn span(seconds: f64) -> Option<Span> {
    (0.0..=MOST_SECONDS)
        .contains(&seconds)
        .then(|| Span::from_nanos((seconds * NANOS_A_SECOND).round() as u64))
}

/// Nanoseconds as they were drawn, to the next whole one; none where there is no such time.
pub(super) fn drawn(nanos: f64) -> Span {
    // The cast saturates, and makes nothing of what is not a number. `round` would be a call.
    Span::from_nanos((nanos + 0.5) as u64)
}

impl Distribution {
    /// One draw.
    pub(super) fn draw(&self, draws: &mut Draws) -> Span {
        match self {
            Distribution::Constant(span) => *span,
            Distribution::Exponential { mean } => {
                drawn(mean.as_nanos() as f64 * draws.exponential())
            }
            Distribution::LogNormal { median, sigma } => {
                drawn(median.as_nanos() as f64 * libm::exp(sigma * draws.normal()))
            }
            Distribution::Pareto { least, shape } => {
                drawn(least.as_nanos() as f64 * libm::pow(draws.fraction(), -1.0 / shape))
            }
            Distribution::Empirical(spans) => {
                let place = draws.below(spans.len() as u64) as usize;
                spans.get(place).copied().unwrap_or_default()
            }
        }
    }

    /// The mean in seconds; infinite where a Pareto tail has none.
    pub fn mean_seconds(&self) -> f64 {
        let seconds = |span: &Span| span.as_nanos() as f64 / NANOS_A_SECOND;
        match self {
            Distribution::Constant(span) => seconds(span),
            Distribution::Exponential { mean } => seconds(mean),
            Distribution::LogNormal { median, sigma } => {
                seconds(median) * libm::exp(sigma * sigma / 2.0)
            }
            Distribution::Pareto { least, shape } if *shape > 1.0 => {
                seconds(least) * shape / (shape - 1.0)
            }
            Distribution::Pareto { .. } => f64::INFINITY,
            Distribution::Empirical(spans) => {
                let sum: f64 = spans.iter().map(seconds).sum();
                sum / (spans.len() as f64).max(1.0)
            }
        }
    }

    /// What was measured.
    pub fn empirical(spans: Vec<Span>) -> Result<Distribution, DistributionError> {
        match spans.is_empty() {
            true => Err(DistributionError::Empty),
            false => Ok(Distribution::Empirical(spans)),
        }
    }
}

fn number(
    text: &str,
    what: &'static str,
    allowed: &'static str,
    good: impl Fn(f64) -> bool,
) -> Result<f64, DistributionError> {
    let number = text.trim().parse::<f64>().ok();
    number
        .filter(|it| it.is_finite() && good(*it))
        .ok_or_else(|| DistributionError::Number {
            text: text.trim().to_owned(),
            what,
            allowed,
        })
}

/// A time in seconds.
pub(super) fn seconds(text: &str, what: &'static str) -> Result<Span, DistributionError> {
    let allowed = "of seconds from 0 to a hundred years";
    let seconds = number(text, what, allowed, |it| span(it).is_some())?;
    Ok(span(seconds).unwrap_or_default())
}

impl FromStr for Distribution {
    type Err = DistributionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((word, rest)) = text.split_once(':') else {
            if text.trim().starts_with(|c: char| c.is_ascii_alphabetic())
                && text.trim().parse::<f64>().is_err()
            {
                return Err(DistributionError::Unknown(text.trim().to_owned()));
            }
            return seconds(text, "time").map(Distribution::Constant);
        };
        let parts: Vec<&str> = rest.split(',').collect();
        let pair = |name| match *parts.as_slice() {
            [first, second] => Ok((first, second)),
            _ => Err(DistributionError::Count { name, wanted: 2 }),
        };
        match word.trim() {
            "const" => seconds(rest, "time").map(Distribution::Constant),
            "exp" => seconds(rest, "mean").map(|mean| Distribution::Exponential { mean }),
            "lognormal" => {
                let (median, sigma) = pair("lognormal")?;
                Ok(Distribution::LogNormal {
                    median: seconds(median, "median")?,
                    sigma: number(sigma, "sigma", "from 0 to 10", |it| {
                        (0.0..=10.0).contains(&it)
                    })?,
                })
            }
            "pareto" => {
                let (least, shape) = pair("pareto")?;
                Ok(Distribution::Pareto {
                    least: seconds(least, "shortest time")?,
                    shape: number(shape, "shape", "from 0.1 to 100", |it| {
                        (0.1..=100.0).contains(&it)
                    })?,
                })
            }
            "list" => {
                let spans: Result<_, _> = parts.iter().map(|it| seconds(it, "time")).collect();
                Distribution::empirical(spans?)
            }
            word => Err(DistributionError::Unknown(word.to_owned())),
        }
    }
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Distribution::Constant(span) => write!(f, "{span}"),
            Distribution::Exponential { mean } => write!(f, "exponential, mean {mean}"),
            Distribution::LogNormal { median, sigma } => {
                write!(f, "lognormal, median {median}, sigma {sigma}")
            }
            Distribution::Pareto { least, shape } => {
                write!(f, "Pareto, {least} and more, shape {shape}")
            }
            Distribution::Empirical(spans) => write!(f, "one of {} measured", spans.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{Numbers, Seed};

    fn parse(text: &str) -> Distribution {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn sample(distribution: &Distribution) -> Vec<f64> {
        let numbers = Numbers::of(Seed(3), "a test");
        let mut all: Vec<f64> = (0..100_000)
            .map(|n| distribution.draw(&mut Draws::of(numbers, n)))
            .map(|it| it.as_nanos() as f64 / NANOS_A_SECOND)
            .collect();
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn draws_have_the_mean_that_is_told() {
        for (text, tolerance) in [
            ("0.25", 1e-9),
            ("exp:1.991", 0.02),
            ("lognormal:0.2,0.5", 0.003),
            ("pareto:0.1,3.5", 0.002),
            ("list:1,2,6", 0.02),
        ] {
            let distribution = parse(text);
            let drawn = sample(&distribution);
            let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
            let told = distribution.mean_seconds();
            assert!((mean - told).abs() < tolerance, "{text}: {mean}, {told}");
        }
    }

    #[test]
    fn medians_and_tails_are_where_they_belong() {
        let median = |text: &str| sample(&parse(text))[50_000];
        assert!((median("lognormal:0.2,1.5") - 0.2).abs() < 0.005);
        // Half of a Pareto distribution is longer than least * 2^(1/shape).
        assert!((median("pareto:0.1,1") - 0.2).abs() < 0.004);
        assert_eq!(parse("pareto:0.1,1").mean_seconds(), f64::INFINITY);
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        for bad in [
            "",
            "-1",
            "exp:",
            "exp:-1",
            "exp:nan",
            "NaN",
            "inf",
            "exp:inf",
            "1e12",
            "exp:1e300",
            "gauss:1",
            "fast",
            "lognormal:1",
            "lognormal:1,-1",
            "lognormal:1,11",
            "pareto:1,0",
            "pareto:1,2,3",
            "list:",
            "list:1,x",
        ] {
            let error = bad.parse::<Distribution>().unwrap_err();
            assert!(
                !error.to_string().is_empty() && !error.hint().is_empty(),
                "{bad}"
            );
        }
        assert_eq!(
            "exp:x".parse::<Distribution>().unwrap_err().to_string(),
            "the mean \"x\" is no number of seconds from 0 to a hundred years"
        );
    }
}
