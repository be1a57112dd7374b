//! Arrivals: rates hold, gaps are spread as they should be, nothing goes back.

use super::*;
use proptest::prelude::*;

const START: Moment = Moment::from_nanos(5_000_000_000);

fn second(events: u32) -> Rate {
    let per = Per::Second;
    Rate { events, per }
}

fn minute(events: u32) -> Rate {
    let per = Per::Minute;
    Rate { events, per }
}

fn first(process: Process, seed: u64, many: usize) -> Vec<Span> {
    let mut arrivals = Arrivals::begin(process, Seed(seed), START);
    let moments = std::iter::from_fn(|| arrivals.take());
    moments.take(many).map(|it| it.since(START)).collect()
}

fn rates() -> impl Strategy<Value = Rate> {
    prop_oneof![
        (1..=1_000_u32).prop_map(second),
        (1..=60_000_u32).prop_map(minute)
    ]
}

fn processes() -> impl Strategy<Value = Process> {
    let ends = prop_oneof![Just(second(0)), rates()];
    prop_oneof![
        rates().prop_map(Process::Constant),
        rates().prop_map(Process::Poisson),
        (ends.clone(), ends, 1..=600_u64).prop_map(|(from, to, over)| Process::Ramp {
            from,
            to,
            over: Span::from_secs(over),
        }),
        (1..=1_000_u32, 1..=600_u64).prop_map(|(events, every)| Process::Bursts {
            events,
            every: Span::from_secs(every),
        }),
    ]
}

proptest! {
    #[test]
    fn moments_never_go_back_and_are_the_same_again(process in processes(), seed: u64) {
        let moments = first(process, seed, 500);
        prop_assert!(moments.is_sorted());
        prop_assert_eq!(&moments, &first(process, seed, 500));
    }

    #[test]
    fn a_constant_rate_holds_exactly(rate in rates(), many in 1..5_000_u64) {
        // After whole units of time whole numbers of events have come, without drift.
        let mut arrivals = Arrivals::begin(Process::Constant(rate), Seed(0), START);
        for _ in 0..many * u64::from(rate.events) % 20_000 {
            arrivals.take();
        }
        let units = many * u64::from(rate.events) % 20_000 / u64::from(rate.events);
        let rest = many * u64::from(rate.events) % 20_000 % u64::from(rate.events);
        let span = rate.per.span().as_nanos();
        let expected = units * span + rest * span / u64::from(rate.events);
        let due = arrivals.due().map(|it| it.since(START).as_nanos());
        prop_assert!(due.is_some_and(|it| it.abs_diff(expected) <= 1), "{:?} {}", due, expected);
    }

    #[test]
    fn poisson_gaps_are_exponential(seed: u64, rate in 1..=1_000_u32) {
        let many = 4_000;
        let moments = first(Process::Poisson(second(rate)), seed, many);
        let mean = 1e9 / f64::from(rate);
        let gaps: Vec<f64> = std::iter::once(moments[0].as_nanos())
            .chain(moments.windows(2).map(|it| it[1].as_nanos() - it[0].as_nanos()))
            .map(|it| it as f64 / mean)
            .collect();
        let average = gaps.iter().sum::<f64>() / many as f64;
        // Five standard deviations of the mean of so many.
        prop_assert!((average - 1.0).abs() < 5.0 / (many as f64).sqrt(), "{average}");
        // Kolmogorov and Smirnov: the greatest distance to 1 - e^-x; 3 / sqrt(n) is exceeded once in 30
        // million times.
        let mut sorted = gaps;
        sorted.sort_by(f64::total_cmp);
        let distance = sorted.iter().enumerate().map(|(place, gap)| {
            let expected = 1.0 - (-gap).exp();
            (expected - place as f64 / many as f64).abs().max((expected - (place + 1) as f64 / many as f64).abs())
        });
        let distance = distance.fold(0.0, f64::max);
        prop_assert!(distance < 3.0 / (many as f64).sqrt(), "{distance}");
    }

    #[test]
    fn a_ramp_sends_the_area_below_it(from in 0..=200_u32, to in 1..=200_u32, over in 1..=100_u64) {
        let over = Span::from_secs(over);
        let process = Process::Ramp { from: second(from), to: second(to), over };
        let seconds = over.as_nanos() as f64 / 1e9;
        let area = f64::from(from + to) / 2.0 * seconds;
        let moments = first(process, 0, area as usize + 50);
        let during = moments.iter().filter(|it| **it <= over).count() as f64;
        // The first comes at once.
        prop_assert!((during - area - 1.0).abs() <= 1.0, "{during} {area}");
        // In the first half of the time comes what the rate is there.
        let half = Span::from_nanos(over.as_nanos() / 2);
        let before = moments.iter().filter(|it| **it <= half).count() as f64;
        let expected = (f64::from(from) * 3.0 + f64::from(to)) / 8.0 * seconds;
        prop_assert!((before - expected - 1.0).abs() <= 1.0, "{before} {expected}");
        // Then the rate stays.
        let last: Vec<_> = moments.windows(2).filter(|it| it[0] > over).collect();
        let gap = 1_000_000_000 / u64::from(to);
        prop_assert!(last.iter().all(|it| (it[1].as_nanos() - it[0].as_nanos()).abs_diff(gap) <= 2));
    }

    #[test]
    fn a_change_never_goes_back_nor_sends_a_flood(
        before in processes(), after in processes(), taken in 0..200_usize, wait in 0..5_000_u64,
    ) {
        let mut arrivals = Arrivals::begin(before, Seed(1), START);
        let last = (0..taken).map_while(|_| arrivals.take()).last().unwrap_or(START);
        let now = last + Span::from_millis(wait);
        arrivals.change(after, Seed(1), now);
        let mut moments = std::iter::from_fn(|| arrivals.take()).take(300).collect::<Vec<_>>();
        prop_assert!(moments.first().is_none_or(|it| *it >= now));
        prop_assert!(moments.is_sorted());
        // In the second after it comes no more than the new process sends.
        moments.retain(|it| it.since(now) < Span::from_secs(1));
        if let Process::Constant(rate) = after {
            let most = rate.per_minute() / 60 + 1;
            prop_assert!(moments.len() as u64 <= most.max(1), "{} {most}", moments.len());
        }
    }
}

#[test]
fn a_rate_that_is_changed_counts_from_the_last_event() {
    let mut arrivals = Arrivals::begin(Process::Constant(second(1)), Seed(0), START);
    assert_eq!(arrivals.take(), Some(START));
    let now = START + Span::from_millis(300);
    arrivals.change(Process::Constant(second(2)), Seed(0), now);
    assert_eq!(arrivals.due(), Some(START + Span::from_millis(500)));
    // What would have been before now comes now.
    let late = START + Span::from_millis(400);
    arrivals.change(Process::Constant(second(10)), Seed(0), late);
    assert_eq!(arrivals.take(), Some(late));
    // The same again is no change.
    let due = arrivals.due();
    arrivals.change(Process::Constant(second(10)), Seed(0), late);
    assert_eq!(arrivals.due(), due);
}

#[test]
fn bursts_come_together() {
    let every = Span::from_secs(10);
    let moments = first(Process::Bursts { events: 3, every }, 0, 7);
    let tens: Vec<u64> = moments
        .iter()
        .map(|it| it.as_nanos() / 1_000_000_000)
        .collect();
    assert_eq!(tens, [0, 0, 0, 10, 10, 10, 20]);
}

#[test]
fn a_ramp_down_to_nothing_comes_to_its_end() {
    let over = Span::from_secs(10);
    let (from, to) = (second(2), second(0));
    let moments = first(Process::Ramp { from, to, over }, 0, 1_000);
    assert_eq!(
        moments.len(),
        11,
        "ten below the ramp, and the first at once"
    );
    assert_eq!(moments.last(), Some(&over));
}

#[test]
fn nonsense_has_no_arrivals() {
    let over = Span::ZERO;
    let (from, to) = (second(0), second(0));
    for process in [
        Process::Constant(second(0)),
        Process::Poisson(minute(0)),
        Process::Bursts {
            events: 0,
            every: over,
        },
    ] {
        assert_eq!(first(process, 0, 9), [], "{process}");
    }
    assert_eq!(first(Process::Ramp { from, to, over }, 0, 9).len(), 1);
}
