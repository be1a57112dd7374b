//! The oracle walks through the minutes with a calendar of its own, and asks each whether the
//! expression's parts, as they were drawn and not as they were written, name it.

use super::rule;
use crate::events::schedule::{FlexibleTimeWindow, RuleSchedule, Schedule, UnixSeconds, Zone};
use crate::units::splitmix;
use proptest::prelude::*;
use std::fmt;

#[derive(Clone, Debug)]
pub(super) enum Item {
    One(u32),
    Range(u32, u32),
    From(u32, u32),
    Every(u32),
    RangeBy(u32, u32, u32),
}

#[derive(Clone, Debug)]
pub(super) struct List(Option<Vec<Item>>);

#[derive(Clone, Debug)]
pub(super) enum Day {
    Month(List),
    Last,
    LastWeekday,
    Near(u32),
    Week(List),
    LastOf(u32),
    Nth(u32, u32),
}

#[derive(Clone, Debug)]
pub(super) struct Drawn {
    minutes: List,
    hours: List,
    day: Day,
    months: List,
    years: Option<(u32, u32)>,
}

impl List {
    fn names(&self, value: u32, low: u32, high: u32) -> bool {
        let width = high - low + 1;
        let ahead = |from: u32, to: u32| (to + width - from) % width;
        self.0.as_ref().is_none_or(|items| {
            items.iter().any(|item| match *item {
                Item::One(one) => value == one,
                Item::Range(a, b) if a <= b => (a..=b).contains(&value),
                Item::Range(a, b) => value >= a || value <= b,
                Item::From(a, by) => value >= a && (value - a).is_multiple_of(by),
                Item::Every(by) => (value - low).is_multiple_of(by),
                Item::RangeBy(a, b, by) => {
                    ahead(a, value) <= ahead(a, b) && ahead(a, value).is_multiple_of(by)
                }
            })
        })
    }
}

impl Drawn {
    pub(super) fn names(&self, at: &Minute) -> bool {
        let length = length(at.year, at.month);
        let weekday = |day: u32| (at.weekday + 34 + day - at.day) % 7 + 1;
        let working = |day: &u32| (2..=6).contains(&weekday(*day));
        let day = match &self.day {
            Day::Month(list) => list.names(at.day, 1, 31),
            Day::Last => at.day == length,
            Day::LastWeekday => (1..=length).rfind(working) == Some(at.day),
            Day::Near(wanted) => {
                *wanted <= length
                    && (1..=length)
                        .filter(working)
                        .min_by_key(|day| day.abs_diff(*wanted))
                        == Some(at.day)
            }
            Day::Week(list) => list.names(at.weekday, 1, 7),
            Day::LastOf(wanted) => at.weekday == *wanted && at.day + 7 > length,
            Day::Nth(wanted, nth) => {
                let same = (1..=at.day).filter(|day| weekday(*day) == *wanted).count();
                at.weekday == *wanted && same == *nth as usize
            }
        };
        day && self.minutes.names(at.minute, 0, 59)
            && self.hours.names(at.hour, 0, 23)
            && self.months.names(at.month, 1, 12)
            && self
                .years
                .is_none_or(|(first, last)| (first..=last).contains(&at.year))
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::One(one) => write!(f, "{one}"),
            Item::Range(a, b) => write!(f, "{a}-{b}"),
            Item::From(a, by) => write!(f, "{a}/{by}"),
            Item::Every(by) => write!(f, "*/{by}"),
            Item::RangeBy(a, b, by) => write!(f, "{a}-{b}/{by}"),
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("*"),
            Some(items) => {
                let items: Vec<_> = items.iter().map(ToString::to_string).collect();
                f.write_str(&items.join(","))
            }
        }
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (of_month, of_week) = match &self.day {
            Day::Month(list) => (list.to_string(), "?".into()),
            Day::Last => ("L".into(), "?".into()),
            Day::LastWeekday => ("LW".into(), "?".into()),
            Day::Near(day) => (format!("{day}W"), "?".into()),
            Day::Week(list) => ("?".into(), list.to_string()),
            Day::LastOf(day) => ("?".into(), format!("{day}L")),
            Day::Nth(day, nth) => ("?".into(), format!("{day}#{nth}")),
        };
        let years = self.years.map_or("*".into(), |(a, b)| format!("{a}-{b}"));
        write!(
            f,
            "cron({} {} {of_month} {} {of_week} {years})",
            self.minutes, self.hours, self.months
        )
    }
}

/// A minute on a calendar that only knows how to go on to the next one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Minute {
    pub(super) year: u32,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    /// From 1 for Sunday.
    pub(super) weekday: u32,
}

pub(super) fn length(year: u32, month: u32) -> u32 {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ][month as usize - 1]
}

impl Minute {
    /// 2023-12-01 was a Friday.
    const START: (UnixSeconds, Minute) = (
        UnixSeconds(1_701_388_800),
        Minute {
            year: 2023,
            month: 12,
            day: 1,
            hour: 0,
            minute: 0,
            weekday: 6,
        },
    );

    fn advance(&mut self) {
        self.minute += 1;
        if self.minute == 60 {
            (self.minute, self.hour) = (0, self.hour + 1);
        }
        if self.hour == 24 {
            (self.hour, self.day, self.weekday) = (0, self.day + 1, self.weekday % 7 + 1);
        }
        if self.day > length(self.year, self.month) {
            (self.day, self.month) = (1, self.month + 1);
        }
        if self.month > 12 {
            (self.month, self.year) = (1, self.year + 1);
        }
    }
}

fn item(low: u32, high: u32, steps: bool) -> impl Strategy<Value = Item> {
    let value = low..=high;
    let range = (value.clone(), value.clone()).prop_map(|(a, b)| Item::Range(a, b));
    let one = value.clone().prop_map(Item::One);
    if !steps {
        return prop_oneof![one, range].boxed();
    }
    prop_oneof![
        2 => one,
        1 => range,
        1 => (value.clone(), 1..40_u32).prop_map(|(a, by)| Item::From(a, by)),
        1 => (1..40_u32).prop_map(Item::Every),
        1 => (value.clone(), value, 1..9_u32).prop_map(|(a, b, by)| Item::RangeBy(a, b, by)),
    ]
    .boxed()
}

fn list(low: u32, high: u32, steps: bool) -> impl Strategy<Value = List> {
    prop_oneof![
        1 => Just(List(None)),
        2 => prop::collection::vec(item(low, high, steps), 1..4).prop_map(|items| List(Some(items))),
    ]
}

pub(super) fn drawn() -> impl Strategy<Value = Drawn> {
    let day = prop_oneof![
        3 => list(1, 31, true).prop_map(Day::Month),
        1 => Just(Day::Last),
        1 => Just(Day::LastWeekday),
        1 => (1..=31_u32).prop_map(Day::Near),
        3 => list(1, 7, false).prop_map(Day::Week),
        1 => (1..=7_u32).prop_map(Day::LastOf),
        1 => (1..=7_u32, 1..=5_u32).prop_map(|(day, nth)| Day::Nth(day, nth)),
    ];
    let years = prop::option::weighted(
        0.2,
        (2022..2026_u32, 0..3_u32).prop_map(|(a, more)| (a, a + more)),
    );
    (
        list(0, 59, true),
        list(0, 23, true),
        day,
        list(1, 12, true),
        years,
    )
        .prop_map(|(minutes, hours, day, months, years)| Drawn {
            minutes,
            hours,
            day,
            months,
            years,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// December 2023 to the beginning of April 2024, with the 29th of February.
    #[test]
    fn agrees_with_walking_through_the_minutes(drawn in drawn()) {
        const MINUTES: i64 = 123 * 1_440;
        let text = drawn.to_string();
        let schedule = rule(&text);
        let (start, mut minute) = Minute::START;
        let mut expected = schedule.next_after(start, UnixSeconds(start.0 - 1));
        for passed in 0..MINUTES {
            let now = UnixSeconds(start.0 + passed * 60);
            if drawn.names(&minute) {
                prop_assert_eq!(expected, Some(now), "{} at {:?}", text, minute);
                expected = schedule.next_after(start, now);
                prop_assert!(expected.is_none_or(|next| next > now));
            } else {
                prop_assert!(expected != Some(now), "{} at {:?}", text, minute);
            }
            minute.advance();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn times_only_go_on(drawn in drawn(), from in -10_000_000_000..10_000_000_000_i64) {
        let schedule = rule(&drawn.to_string());
        let mut last = UnixSeconds(from);
        for _ in 0..5 {
            let Some(next) = schedule.next_after(UnixSeconds(from), last) else { break };
            prop_assert!(next > last && next.0 % 60 == 0);
            // Nothing is between: asking from anywhere in between gives the same.
            let middle = UnixSeconds(last.0 + (next.0 - last.0) / 2);
            if middle < next {
                prop_assert_eq!(schedule.next_after(UnixSeconds(from), middle), Some(next));
            }
            last = next;
        }
    }

    /// Without a window a target is invoked at the scheduled times, and with one once for each of them.
    #[test]
    fn each_scheduled_time_has_one_invocation(
        rate in 2..90_i64, window in prop::option::of(1..200_u32), seed in any::<u64>(), start in 0..1_000_000_000_i64,
    ) {
        const NANOS: u64 = 1_000_000_000;
        let created = UnixSeconds(start);
        let schedule = Schedule::parse(&format!("rate({rate} minutes)"), Zone::UTC).unwrap();
        let schedule = schedule.within(FlexibleTimeWindow::of(window)).unwrap();
        let draw = |due: UnixSeconds| splitmix(seed ^ due.0.cast_unsigned());
        let mut moments = Vec::new();
        let mut last = created.0.cast_unsigned() * NANOS;
        for _ in 0..40 {
            let next = schedule.next_invocation(created, last, draw).unwrap();
            prop_assert!(next > last);
            moments.push(next);
            last = next;
        }
        let length = u64::from(window.unwrap_or(0)) * 60 * NANOS;
        let wanted = (1_u64..200).map(|number| {
            let due = UnixSeconds(start + i64::try_from(number).unwrap() * rate * 60);
            let opens = due.0.cast_unsigned() * NANOS;
            opens + if length > 0 { draw(due) % (length + 1) } else { 0 }
        });
        let mut wanted: Vec<u64> = wanted.collect();
        wanted.sort_unstable();
        prop_assert_eq!(&moments, &wanted[..40]);
    }

    #[test]
    fn rates_are_regular(value in 1..100_000_i64, start in any::<i32>(), after in any::<i32>()) {
        let schedule = rule(&format!("rate({value} minute{})", if value == 1 { "" } else { "s" }));
        let (start, after) = (i64::from(start), i64::from(after));
        let next = schedule.next_after(UnixSeconds(start), UnixSeconds(after)).unwrap().0;
        let rate = value * 60;
        prop_assert!(next > after && next > start && (next - start) % rate == 0);
        prop_assert!(next - rate <= after || next == start + rate);
    }

    #[test]
    fn any_text_is_read_or_refused(
        text in prop_oneof![any::<String>(), "(cron|rate|at)\\([-0-9A-Z*?/,#LW: ]{0,30}\\)?"],
    ) {
        let errors = [RuleSchedule::parse(&text).err(), Schedule::parse(&text, Zone::UTC).err(), Zone::parse(&text).err()];
        for error in errors.into_iter().flatten() {
            prop_assert!(text.is_char_boundary(error.place.offset));
            prop_assert!(!error.hint().is_empty() && !error.to_string().is_empty());
        }
    }
}
