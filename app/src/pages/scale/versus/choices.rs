//! What is compared, as a scenario. Every value is one of a slider or a list; whether they go together, the reader of
//! scenarios says.

use super::super::cheaper::{SIZES, seconds, whole};
use runtime_core::timeline::TaskSize;

/// Requests a second, from one to 300: decimal logarithms.
pub(super) const RATES: (f64, f64) = (0.0, 2.477_2);
/// What half of the requests compute or wait at most, from a millisecond to a second: decimal logarithms of seconds.
pub(super) const TIMES: (f64, f64) = (-3.0, 0.0);
/// The most tasks.
pub(super) const MOST_TASKS: f64 = 60.0;

/// How requests come over the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Steady,
    Day,
    Crowd,
}

/// What the form holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choices {
    /// Decimal logarithm of requests a second.
    pub(super) rate: f64,
    pub(super) shape: Shape,
    /// Decimal logarithms of seconds.
    pub(super) work: f64,
    pub(super) wait: f64,
    pub(super) memory: u32,
    pub(super) size: TaskSize,
    pub(super) least: u32,
    pub(super) most: u32,
    /// Percent of the CPU.
    pub(super) target: u32,
    pub(super) spot: bool,
}

impl Default for Choices {
    /// A crowd of five times a hundred requests a second, which a function of a vCPU and four tasks of one meet.
    fn default() -> Self {
        Choices {
            rate: 2.0,
            shape: Shape::Crowd,
            work: -1.7,
            wait: -1.52,
            memory: 1_769,
            size: TaskSize::new(1_024, 2_048),
            least: 4,
            most: 30,
            target: 60,
            spot: false,
        }
    }
}

impl Shape {
    pub(super) const ALL: [Shape; 3] = [Shape::Steady, Shape::Day, Shape::Crowd];

    pub(super) fn name(self) -> &'static str {
        match self {
            Shape::Steady => "steady",
            Shape::Day => "a day's wave, in an hour",
            Shape::Crowd => "a crowd, five times as many",
        }
    }
}

impl Choices {
    /// The scenario, as a file.
    pub(super) fn text(&self) -> String {
        let rate = whole(self.rate);
        let rate = match self.shape {
            Shape::Steady => rate.to_string(),
            Shape::Day => format!("{{ day = {{ mean = {rate}, swing = 0.8, period = 3600 }} }}"),
            Shape::Crowd => format!(
                "{{ crowd = {{ before = {rate}, peak = {}, at = 1200, rise = 30, stay = 300, fall = 60 }} }}",
                rate * 5
            ),
        };
        let time = |it: f64| seconds(it).as_nanos() as f64 / 1e9;
        let (provider, quota) = match self.spot {
            true => ("FARGATE_SPOT", "spot_vcpus"),
            false => ("FARGATE", "on_demand_vcpus"),
        };
        format!(
            "version = 1\nname = \"Side by side\"\nlength = 3600\n\n\
             [requests]\nrate = {rate}\nwork = \"lognormal:{:.4},0.5\"\nwait = \"exp:{:.4}\"\nat_once = 100\n\n\
             [lambda]\nmemory = {}\ntimeout = 30\nstart = 0.1\ninit = \"lognormal:0.4,0.3\"\n\n\
             [service]\nname = \"service\"\ncpu = {}\nmemory = {}\ndesired = {}\n{quota} = 4000\n\
             strategy = [{{ provider = \"{provider}\", weight = 1 }}]\n\n\
             [balancer]\nderegistration_delay = 60\n\n\
             [scaling]\nminimum = {}\nmaximum = {}\n\n\
             [[scaling.policy]]\nmetric = \"cpu\"\ntarget = {}\n",
            time(self.work),
            time(self.wait),
            self.memory,
            self.size.cpu.get(),
            self.size.memory.get(),
            self.least,
            self.least,
            self.most,
            self.target,
        )
    }

    /// The size of this name, if there is one.
    pub(super) fn size(name: &str) -> Option<TaskSize> {
        SIZES.into_iter().find(|it| it.to_string() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::simulator::{RunNews, RunOrder, Sides, read_sides, watch};
    use runtime_core::units::Span;

    fn run(choices: &Choices) -> Sides {
        let prices = include_str!("../../../../../public/prices/lambda-us-east-1-2026-11-23.json");
        let order = RunOrder {
            text: choices.text(),
            prices: prices.to_owned(),
            however_large: false,
        };
        let mut last = None;
        watch(&order, || Span::ZERO, |news| last = Some(news.clone()));
        match last {
            Some(RunNews::SidesEnded(it)) => *it,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn whatever_is_chosen_is_a_scenario() {
        for shape in Shape::ALL {
            for (size, spot) in SIZES.into_iter().zip([true, false].into_iter().cycle()) {
                for (rate, time) in [(RATES.0, TIMES.0), (RATES.1, TIMES.1)] {
                    let choices = Choices {
                        rate,
                        shape,
                        work: time,
                        wait: time,
                        size,
                        spot,
                        ..Choices::default()
                    };
                    let text = choices.text();
                    read_sides(&text).unwrap_or_else(|error| panic!("{text}\n{error}"));
                }
            }
        }
        let wrong = Choices {
            least: 5,
            most: 4,
            ..Choices::default()
        };
        let error = read_sides(&wrong.text()).unwrap_err();
        assert!(error.to_string().contains("scaling"), "{error}");
    }

    /// What is there at once is a lesson: a crowd that only one side is ready for.
    #[test]
    fn the_default_shows_a_difference() {
        let sides = run(&Choices::default());
        assert_eq!(sides.lambda.requests, sides.fargate.requests);
        assert_eq!(sides.lambda.rejected.all(), 0);
        assert!(sides.fargate.rejected.gateway_timeout > 1_000);
        assert!(sides.fargate.starts > 4);
        let steady = Choices {
            shape: Shape::Steady,
            ..Choices::default()
        };
        assert_eq!(run(&steady).fargate.rejected.all(), 0);
    }
}
