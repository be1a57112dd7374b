use super::*;
use proptest::prelude::*;

fn moments(curve: Curve, spacing: Spacing, until: Span) -> Vec<Moment> {
    all(&Arrivals::Curve { curve, spacing }, until)
}

fn all(arrivals: &Arrivals, until: Span) -> Vec<Moment> {
    let mut flow = Flow::begin(arrivals, Seed(5), "a test", Moment::START + until);
    let mut all = Vec::new();
    while let Some(at) = flow.due().filter(|at| at.since(Moment::START) <= until) {
        all.push(at);
        flow.take();
    }
    all
}

fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

#[test]
fn even_events_are_where_the_area_is_a_whole_number() {
    let steady = moments(Curve::steady(2.0), Spacing::Even, secs(3));
    let half = |n: u64| Moment::START + Span::from_millis(500 * n);
    assert_eq!(steady, (1..=6).map(half).collect::<Vec<_>>());

    // From 0 to 10 a second in ten seconds: the n-th where t^2 / 2 = n.
    let ramp = Curve {
        points: vec![(Span::ZERO, 0.0), (secs(10), 10.0)],
        repeats: false,
    };
    for (n, at) in moments(ramp, Spacing::Even, secs(10)).iter().enumerate() {
        let wanted = (2.0 * (n + 1) as f64).sqrt() * 1e9;
        assert!(
            (at.as_nanos() as f64 - wanted).abs() < 10.0 * (n + 1) as f64,
            "{n}: {at}"
        );
    }
}

#[test]
fn poisson_counts_have_the_mean_and_the_variance_of_the_rate() {
    let all = moments(Curve::steady(40.0), Spacing::Poisson, secs(10_000));
    let mut counts = vec![0_u32; 10_001];
    for at in &all {
        counts[(at.as_nanos() / 1_000_000_000) as usize] += 1;
    }
    counts.pop();
    let mean = counts.iter().sum::<u32>() as f64 / 10_000.0;
    let squares = counts.iter().map(|it| (f64::from(*it) - mean).powi(2));
    let variance = squares.sum::<f64>() / 10_000.0;
    assert!((mean - 40.0).abs() < 0.3, "{mean}");
    assert!((variance - 40.0).abs() < 2.5, "{variance}");
}

#[test]
fn a_step_and_a_silence_are_kept() {
    let curve = Curve {
        points: vec![
            (secs(10), 100.0),
            (secs(10), 0.0),
            (secs(20), 0.0),
            (secs(20), 50.0),
        ],
        repeats: false,
    };
    let all = moments(curve.clone(), Spacing::Poisson, secs(40));
    let between = |from, to| {
        let within = |at: &&Moment| {
            at.since(Moment::START) >= secs(from) && at.since(Moment::START) < secs(to)
        };
        all.iter().filter(within).count()
    };
    assert!(between(0, 10).abs_diff(1_000) < 100);
    assert_eq!(between(10, 20), 0);
    assert!(between(20, 40).abs_diff(1_000) < 100);
    assert!((curve.events(secs(40)) - 2_000.0).abs() < 1e-6);
}

#[test]
fn silence_ends() {
    let silent = |repeats| Curve {
        points: vec![(Span::ZERO, 0.0), (secs(10), 0.0)],
        repeats,
    };
    for curve in [silent(true), silent(false), Curve::steady(0.0)] {
        assert_eq!(moments(curve, Spacing::Poisson, secs(1_000)), []);
    }
}

#[test]
fn short_rounds_with_few_events_are_not_gone_through() {
    // A hundred million rounds for each event.
    let curve = Curve {
        points: vec![(Span::ZERO, 0.0), (Span::from_nanos(1_000), 0.02)],
        repeats: true,
    };
    let all = moments(curve.clone(), Spacing::Poisson, secs(100_000));
    assert!((curve.events(secs(100_000)) - 1_000.0).abs() < 1e-3);
    assert!(all.len().abs_diff(1_000) < 150, "{}", all.len());
    assert!(all.is_sorted());
}

proptest! {
    #[test]
    fn events_never_go_back_and_are_as_many_as_the_area(
        points in prop::collection::vec((0..100_u64, 0..100_u32), 1..8),
        repeats in any::<bool>(),
        even in any::<bool>(),
    ) {
        let mut points: Vec<_> = points.iter().map(|(at, rate)| (secs(*at), f64::from(*rate))).collect();
        points.sort_by_key(|(at, _)| *at);
        let curve = Curve { points, repeats };
        let spacing = if even { Spacing::Even } else { Spacing::Poisson };
        let all = moments(curve.clone(), spacing, secs(200));
        prop_assert!(all.is_sorted());
        let wanted = curve.events(secs(200));
        let tolerance = if even { 1.5 } else { 6.0 * wanted.sqrt() + 6.0 };
        prop_assert!((all.len() as f64 - wanted).abs() <= tolerance, "{} {wanted}", all.len());
    }
}

fn bursts() -> Bursts {
    let state = |rate, stay| BurstState {
        rate,
        stay: secs(stay),
    };
    Bursts {
        states: vec![state(1.0, 90), state(41.0, 10)],
    }
}

/// Mean rate, and the index of dispersion of counts over a long window: 1 + 2 (l1 - l2)^2 r1 r2 /
/// ((r1 + r2)^2 (l1 r2 + l2 r1)) for rates l and rates r of leaving a state (Heffes and Lucantoni, "A Markov
/// modulated characterization of packetized voice and data traffic", IEEE JSAC 4(6), 1986).
#[test]
fn bursts_have_the_mean_and_the_dispersion_of_two_states() {
    let bursts = bursts();
    assert!((bursts.mean_rate() - 5.0).abs() < 1e-9);
    let arrivals = Arrivals::Bursts {
        bursts,
        spacing: Spacing::Poisson,
    };
    let (window, windows) = (500_u64, 2_000_u64);
    let all = all(&arrivals, secs(window * windows));
    assert!(all.is_sorted());
    let mut counts = vec![0_u32; windows as usize];
    for at in &all {
        if let Some(count) = counts.get_mut((at.as_nanos() / 1_000_000_000 / window) as usize) {
            *count += 1;
        }
    }
    let mean = counts.iter().copied().map(f64::from).sum::<f64>() / windows as f64;
    assert!((mean / window as f64 - 5.0).abs() < 0.15, "{mean}");
    let squares = counts.iter().map(|it| (f64::from(*it) - mean).powi(2));
    let dispersion = squares.sum::<f64>() / (windows - 1) as f64 / mean;
    let (r1, r2, l1, l2) = (1.0 / 90.0, 0.1, 1.0, 41.0_f64);
    let wanted =
        1.0 + 2.0 * (l1 - l2).powi(2) * r1 * r2 / ((r1 + r2).powi(2) * (l1 * r2 + l2 * r1));
    assert!(
        (dispersion / wanted - 1.0).abs() < 0.1,
        "{dispersion} {wanted}"
    );
}

/// One event in thirty years, in states of a second: what comes after the end is not looked for.
#[test]
fn rare_events_are_not_waited_for() {
    let state = |rate| BurstState {
        rate,
        stay: secs(1),
    };
    let arrivals = Arrivals::Bursts {
        bursts: Bursts {
            states: vec![state(0.0), state(1e-9)],
        },
        spacing: Spacing::Even,
    };
    assert_eq!(all(&arrivals, secs(3_600)), []);
}

#[test]
fn bursts_of_nothing_end() {
    let state = BurstState {
        rate: 0.0,
        stay: secs(1),
    };
    let arrivals = Arrivals::Bursts {
        bursts: Bursts {
            states: vec![state; 3],
        },
        spacing: Spacing::Poisson,
    };
    assert_eq!(all(&arrivals, secs(100)), []);
}

#[test]
fn each_state_follows_each_other_one_as_often() {
    let state = |rate| BurstState {
        rate,
        stay: secs(50),
    };
    let bursts = Bursts {
        states: vec![state(10.0), state(100.0), state(1_000.0)],
    };
    let arrivals = Arrivals::Bursts {
        bursts: bursts.clone(),
        spacing: Spacing::Even,
    };
    let all = all(&arrivals, secs(100_000));
    let mean = all.len() as f64 / 100_000.0;
    assert!((mean / bursts.mean_rate() - 1.0).abs() < 0.05, "{mean}");
}

#[test]
fn a_trace_comes_as_it_was_recorded() {
    let trace = Trace::Times(vec![secs(1), secs(1), secs(7), secs(300)]);
    assert_eq!(trace.events(secs(7)), 3.0);
    let arrivals = Arrivals::Trace {
        trace,
        spacing: Spacing::Poisson,
    };
    let at = |seconds| Moment::START + secs(seconds);
    assert_eq!(all(&arrivals, secs(299)), [at(1), at(1), at(7)]);
    assert_eq!(all(&arrivals, secs(1_000)).len(), 4);
}

#[test]
fn each_minute_has_as_many_events_as_were_counted() {
    let counts = vec![3, 0, 0, 20_000, 1];
    for spacing in [Spacing::Poisson, Spacing::Even] {
        let trace = Trace::Minutes(counts.clone());
        assert_eq!(trace.events(secs(210)), 3.0 + 10_000.0);
        let all = all(&Arrivals::Trace { trace, spacing }, secs(600));
        assert!(all.is_sorted());
        let of = |minute: u64| {
            let minute_of = |at: &&Moment| at.as_nanos() / 60_000_000_000 == minute;
            all.iter().filter(minute_of).count() as u32
        };
        assert_eq!((0..5).map(of).collect::<Vec<u32>>(), counts);
        // Spread over all of the minute: the mean is its middle.
        let fourth = all.iter().filter(|at| at.as_nanos() / 60_000_000_000 == 3);
        let mean = fourth
            .map(|at| at.as_nanos() as f64 / 1e9 - 180.0)
            .sum::<f64>()
            / 20_000.0;
        assert!((mean - 30.0).abs() < 0.5, "{mean}");
    }
}
