//! Runs: ends, limits, changes, and what is refused.

use super::*;
use crate::generator::{GeneratorError, MAX_PER_SECOND, Per, Process, Rate, Target, check};
use crate::units::{QueueId, SessionSeed, Span};

const SESSION: SessionMeta = SessionMeta {
    seed: SessionSeed(1),
    unix_millis: 1_795_521_600_000,
};
const START: Moment = Moment::from_nanos(2_000_000_000);

fn rate(events: u32) -> Rate {
    let per = Per::Second;
    Rate { events, per }
}

fn generator(process: Process, end: End) -> Generator {
    Generator {
        target: Target::Queue(QueueId(1)),
        process,
        end,
        seed: Seed(5),
        texts: Texts {
            first: "group-{{int 1 3}}".to_owned(),
            second: "{{uuid}}".to_owned(),
            body: "{\"order\": {{n}}, \"at\": \"{{now}}\"}".to_owned(),
        },
    }
}

fn all(run: &mut Run) -> Vec<(Moment, Texts)> {
    std::iter::from_fn(|| run.take(SESSION)).collect()
}

#[test]
fn a_run_ends_after_its_time_or_its_events() {
    let ten = Process::Constant(rate(10));
    for (end, sent, why) in [
        (End::After(Span::from_secs(2)), 20, Ended::Duration),
        (End::Count(7), 7, Ended::Count),
        (End::Never, MAX_EVENTS, Ended::Limit),
    ] {
        let mut run = Run::begin(&generator(ten, end), START).unwrap();
        assert_eq!(run.due(), Ok(START), "the first at once");
        assert_eq!(all(&mut run).len() as u64, sent);
        assert_eq!((run.due(), run.sent()), (Err(why), sent));
    }
    let over = Span::from_secs(1);
    let (from, to) = (rate(4), rate(0));
    let mut run = Run::begin(
        &generator(Process::Ramp { from, to, over }, End::Never),
        START,
    );
    let run = run.as_mut().unwrap();
    assert_eq!(all(run).len(), 3);
    assert_eq!(run.due(), Err(Ended::Faded));
}

#[test]
fn events_say_their_number_and_moment_and_are_the_same_again() {
    let generator = generator(Process::Poisson(rate(3)), End::Count(50));
    let of = || all(&mut Run::begin(&generator, START).unwrap());
    let events = of();
    assert_eq!(events, of());
    for (place, (at, texts)) in events.iter().enumerate() {
        let (number, body) = (place + 1, &texts.body);
        assert!(
            body.starts_with(&format!("{{\"order\": {number}, ")),
            "{body}"
        );
        let millis = at.as_nanos() / 1_000_000 % 1_000;
        assert!(body.ends_with(&format!(".{millis:03}Z\"}}")), "{body} {at}");
        assert!(["group-1", "group-2", "group-3"].contains(&texts.first.as_str()));
    }
}

#[test]
fn a_change_takes_hold_at_once_and_what_was_sent_counts() {
    let mut settings = generator(Process::Constant(rate(1)), End::Count(10));
    let mut run = Run::begin(&settings, START).unwrap();
    run.take(SESSION);
    let now = START + Span::from_millis(250);
    settings.process = Process::Constant(rate(2));
    settings.texts.body = "{{n}}".to_owned();
    run.change(&settings, now).unwrap();
    let (at, texts) = run.take(SESSION).unwrap();
    assert_eq!(
        (at, texts.body.as_str()),
        (START + Span::from_millis(500), "2")
    );
    // What is refused changes nothing.
    settings.process = Process::Constant(rate(100));
    settings.texts.first = "{{".to_owned();
    let before = run.clone();
    assert!(run.change(&settings, now).is_err());
    assert_eq!(run, before);
    assert_eq!(all(&mut run).len(), 8);
}

#[test]
fn nonsense_is_refused_with_a_remedy() {
    let with = |process, end| check(&generator(process, end), 0);
    let (ten, never) = (Process::Constant(rate(10)), End::Never);
    assert_eq!(with(ten, never), []);
    let bursts = |events, every| Process::Bursts {
        events,
        every: Span::from_secs(every),
    };
    let ramp = |over| Process::Ramp {
        from: rate(0),
        to: rate(1),
        over: Span::from_secs(over),
    };
    for (process, end, cause) in [
        (Process::Poisson(rate(0)), never, "The rate is zero."),
        (
            Process::Constant(rate(1_001)),
            never,
            "That is 1001 events a second.",
        ),
        (bursts(0, 5), never, "A burst cannot be of 0 events."),
        (bursts(1_001, 5), never, "A burst cannot be of 1001 events."),
        (bursts(1, 0), never, "Bursts cannot be 0 ms apart."),
        (ramp(0), never, "A ramp cannot take 0 ms."),
        (
            ramp(u64::MAX),
            never,
            "A ramp cannot take 5124095 h 34 min.",
        ),
        (ten, End::After(Span::ZERO), "A run cannot end after 0 ms."),
        (ten, End::Count(0), "A run cannot end after 0 events."),
        (
            ten,
            End::Count(100_001),
            "A run cannot end after 100001 events.",
        ),
    ] {
        let errors = with(process, end);
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts, [cause]);
        assert!(errors.iter().all(|it| it.hint().ends_with('.')));
    }
    let mut wrong = generator(ten, never);
    wrong.texts.second = "{{nu}}".to_owned();
    let errors = check(&wrong, 0);
    assert_eq!(
        errors[0].to_string(),
        "line 1, column 3: there is no placeholder \"nu\"."
    );
    assert!(Run::begin(&wrong, START).is_err());
}

#[test]
fn all_that_run_share_the_limit() {
    let most = Process::Constant(rate(MAX_PER_SECOND));
    assert_eq!(check(&generator(most, End::Never), 0), []);
    let errors = check(&generator(most, End::Never), 60);
    assert_eq!(errors, [GeneratorError::TooFast(60_060)]);
    let burst = Process::Bursts {
        events: MAX_PER_SECOND,
        every: Span::from_secs(1),
    };
    assert_eq!(check(&generator(burst, End::Never), 0), []);
}
