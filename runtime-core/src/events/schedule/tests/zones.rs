use super::at;
use super::properties::{Minute, drawn};
use crate::events::schedule::calendar::LocalTime;
use crate::events::schedule::calendar::weekday;
use crate::events::schedule::{Schedule, ScheduleFault, UnixSeconds, Zone, Zones};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap_or_else(|error| panic!("{error}"))
}

fn next(text: &str, name: &str, after: &str, count: usize) -> Vec<String> {
    let schedule = Schedule::parse(text, zone(name)).unwrap();
    let mut last = at(after);
    let times = std::iter::from_fn(|| {
        last = schedule.next_after(at(after), last)?;
        Some(last.to_string())
    });
    times.take(count).collect()
}

/// "Schedule types in EventBridge Scheduler", "Time zones on EventBridge Scheduler".
#[test]
fn local_times() {
    assert_eq!(
        next(
            "cron(30 8 * * ? *)",
            "America/New_York",
            "2026-03-07T00:00:00Z",
            3
        ),
        [
            "2026-03-07T13:30:00Z",
            "2026-03-08T12:30:00Z",
            "2026-03-09T12:30:00Z"
        ]
    );
    assert_eq!(
        next(
            "at(2022-11-20T13:00:00)",
            "America/Los_Angeles",
            "2022-01-01T00:00:00Z",
            2
        ),
        ["2022-11-20T21:00:00Z"]
    );
}

/// The same page, "Daylight savings time on EventBridge Scheduler": its own example.
#[test]
fn clocks_put_forward_and_back() {
    let daily = "cron(30 2 * * ? *)";
    // 2026-03-08: after 01:59 comes 03:00.
    assert_eq!(
        next(daily, "America/Los_Angeles", "2026-03-07T00:00:00Z", 3),
        [
            "2026-03-07T10:30:00Z",
            "2026-03-09T09:30:00Z",
            "2026-03-10T09:30:00Z"
        ]
    );
    // 2026-11-01: after 01:59 comes 01:00 again. Half past one is due the first time only.
    assert_eq!(
        next(
            "cron(30 1 * * ? *)",
            "America/Los_Angeles",
            "2026-10-31T12:00:00Z",
            2
        ),
        ["2026-11-01T08:30:00Z", "2026-11-02T09:30:00Z"]
    );
    // Every half hour there is one hour without.
    assert_eq!(
        next(
            "cron(0/30 0-2 * * ? *)",
            "America/Los_Angeles",
            "2026-11-01T07:30:00Z",
            4
        ),
        [
            "2026-11-01T08:00:00Z",
            "2026-11-01T08:30:00Z",
            "2026-11-01T10:00:00Z",
            "2026-11-01T10:30:00Z"
        ]
    );
    // A day is 24 hours, whatever clocks do.
    assert_eq!(
        next(
            "rate(1 day)",
            "America/Los_Angeles",
            "2026-03-07T10:00:00Z",
            2
        ),
        ["2026-03-08T10:00:00Z", "2026-03-09T10:00:00Z"]
    );
    let skipped = "at(2026-03-08T02:30:00)";
    assert!(next(skipped, "America/Los_Angeles", "2026-01-01T00:00:00Z", 1).is_empty());
}

#[test]
fn a_time_that_is_skipped_every_year_ends() {
    // Samoa went over the whole of 2011-12-30.
    assert!(
        next(
            "cron(* * 30 12 ? 2011)",
            "Pacific/Apia",
            "2011-01-01T00:00:00Z",
            1
        )
        .is_empty()
    );
    // Clocks in Europe go forward on the last Sunday of March, far in the future as well.
    let skipped = "cron(30 2 ? 3 1L 2190-2199)";
    assert!(next(skipped, "Europe/Berlin", "2026-01-01T00:00:00Z", 1).is_empty());
    assert_eq!(
        next(skipped, "Asia/Tokyo", "2026-01-01T00:00:00Z", 20).len(),
        10
    );
}

#[test]
fn names() {
    assert_eq!(zone("europe/paris").to_string(), "Europe/Paris");
    let names = Zone::names();
    assert!(names.len() > 400 && names.is_sorted());
    for name in &names {
        zone(name);
    }
    let unknown = Zone::parse("Europe/Atlantis").unwrap_err();
    assert_eq!(
        unknown.fault,
        ScheduleFault::UnknownZone {
            name: "Europe/Atlantis".into()
        }
    );
}

/// A host that knows what the database knows, and no more than a browser tells: offsets.
fn told(name: &str, at: UnixSeconds) -> Option<i64> {
    Some(Zone::parse(name).ok()?.local(at)?.seconds() - at.0)
}

fn hosted(name: &str) -> Zone {
    Zones::Host(told)
        .find(name)
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_host_is_asked_for_zones_by_name() {
    assert_eq!(Zones::Host(told).find("utc").unwrap(), Zone::UTC);
    assert_eq!(hosted("Europe/Paris").to_string(), "Europe/Paris");
    assert_ne!(hosted("Europe/Paris"), hosted("Europe/Berlin"));
    let refused = |zones: Zones, name: &str| {
        let fault = ScheduleFault::UnknownZone { name: name.into() };
        assert_eq!(zones.find(name).unwrap_err().fault, fault);
    };
    refused(Zones::Host(told), "Europe/Atlantis");
    // A browser takes offsets for names, AWS does not.
    refused(Zones::Host(|_, _| Some(3_600)), "+01:00");
    refused(Zones::Host(|_, _| Some(3_600)), "");
    assert_eq!(
        Zones::BuiltIn.find("Asia/Tokyo").unwrap(),
        zone("Asia/Tokyo")
    );
}

/// Every minute around every change of clocks of a decade, in every zone that has one.
#[test]
fn a_hosts_offsets_say_when_clocks_first_show_a_time() {
    const DAY: i64 = 86_400;
    let (from, to) = (at("2026-01-01T00:00:00Z").0, at("2036-01-01T00:00:00Z").0);
    let mut changes = 0;
    for name in [
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Europe/Dublin",
        "America/St_Johns",
        "Pacific/Chatham",
        "Asia/Tehran",
        "Africa/Cairo",
        "Asia/Gaza",
    ] {
        let (known, hosted) = (zone(name), hosted(name));
        let mut day = from;
        while day < to {
            let next = day + DAY;
            if told(name, UnixSeconds(day)) != told(name, UnixSeconds(next)) {
                changes += 1;
                let shown = known.local(UnixSeconds(day)).unwrap().seconds();
                for minute in -60..26 * 60 {
                    let local = LocalTime::from_seconds(shown + minute * 60);
                    assert_eq!(hosted.first(local), known.first(local), "{name} {local:?}");
                }
            }
            day = next;
        }
    }
    assert!(changes > 100, "{changes}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// In any zone, at any time: the database's own answer.
    #[test]
    fn a_hosts_zones_are_the_databases(zone_number in any::<prop::sample::Index>(), seconds in 0i64..4_102_444_800) {
        let names = Zone::names();
        let name = &names[zone_number.index(names.len())];
        let (known, hosted) = (zone(name), hosted(name));
        let local = LocalTime::from_seconds(seconds);
        prop_assert_eq!(hosted.local(UnixSeconds(seconds)), known.local(UnixSeconds(seconds)));
        prop_assert_eq!(hosted.first(local), known.first(local), "{}", name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Three days around a change of clocks, minute by minute: due is each local minute that the
    /// expression names, when a clock shows it first.
    #[test]
    fn agrees_with_looking_at_the_clock_each_minute(
        drawn in drawn(),
        (name, day) in prop::sample::select(vec![
            ("America/New_York", "2024-03-09T12:00:00Z"),
            ("America/New_York", "2024-11-02T12:00:00Z"),
            ("Australia/Lord_Howe", "2024-04-05T12:00:00Z"),
            ("Australia/Lord_Howe", "2024-10-04T12:00:00Z"),
            ("Pacific/Apia", "2011-12-29T00:00:00Z"),
            ("Asia/Kathmandu", "2024-01-01T00:00:00Z"),
            ("Africa/Casablanca", "2024-03-09T00:00:00Z"),
        ]),
    ) {
        const BEFORE: i64 = 2 * 1_440;
        let zone = zone(name);
        let schedule = Schedule::parse(&drawn.to_string(), zone.clone()).unwrap();
        let start = at(day);
        let mut shown = BTreeSet::new();
        let mut expected = schedule.next_after(start, UnixSeconds(start.0 - 1));
        for passed in -BEFORE..3 * 1_440 {
            let now = UnixSeconds(start.0 + passed * 60);
            let local = zone.local(now).unwrap();
            let first = shown.insert(local);
            if passed < 0 {
                continue;
            }
            let minute = Minute {
                year: local.year.try_into().unwrap(),
                month: local.month,
                day: local.day,
                hour: local.hour,
                minute: local.minute,
                weekday: weekday(local.year, local.month, local.day),
            };
            if first && drawn.names(&minute) {
                prop_assert_eq!(expected, Some(now), "{} in {} at {:?}", drawn, name, minute);
                expected = schedule.next_after(start, now);
            } else {
                prop_assert!(expected != Some(now), "{} in {} at {:?}", drawn, name, minute);
            }
        }
    }
}
