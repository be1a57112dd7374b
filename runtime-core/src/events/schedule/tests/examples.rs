use super::{at, next, rule};
use crate::events::schedule::{FlexibleTimeWindow, Schedule, UnixSeconds, Zone};

/// "Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge"; 2019-03-01 was
/// a Friday.
#[test]
fn the_examples_of_the_page_on_rules() {
    let from = "2019-03-01T00:00:00Z";
    for (text, expected) in [
        (
            "cron(0 10 * * ? *)",
            "2019-03-01T10:00:00Z 2019-03-02T10:00:00Z",
        ),
        (
            "cron(15 12 * * ? *)",
            "2019-03-01T12:15:00Z 2019-03-02T12:15:00Z",
        ),
        (
            "cron(0 18 ? * MON-FRI *)",
            "2019-03-01T18:00:00Z 2019-03-04T18:00:00Z",
        ),
        (
            "cron(0 8 1 * ? *)",
            "2019-03-01T08:00:00Z 2019-04-01T08:00:00Z",
        ),
        (
            "cron(0/15 * * * ? *)",
            "2019-03-01T00:15:00Z 2019-03-01T00:30:00Z",
        ),
        (
            "cron(0/10 * ? * MON-FRI *)",
            "2019-03-01T00:10:00Z 2019-03-01T00:20:00Z",
        ),
        (
            "cron(0/5 8-17 ? * MON-FRI *)",
            "2019-03-01T08:00:00Z 2019-03-01T08:05:00Z",
        ),
        (
            "cron(0 12 * * ? *)",
            "2019-03-01T12:00:00Z 2019-03-02T12:00:00Z",
        ),
        (
            "cron(5,35 14 * * ? *)",
            "2019-03-01T14:05:00Z 2019-03-01T14:35:00Z",
        ),
        (
            "cron(15 10 ? * 6L 2019-2022)",
            "2019-03-29T10:15:00Z 2019-04-26T10:15:00Z",
        ),
        (
            "rate(1 minute)",
            "2019-03-01T00:01:00Z 2019-03-01T00:02:00Z",
        ),
        (
            "rate(5 minutes)",
            "2019-03-01T00:05:00Z 2019-03-01T00:10:00Z",
        ),
        ("rate(1 hour)", "2019-03-01T01:00:00Z 2019-03-01T02:00:00Z"),
        ("rate(1 day)", "2019-03-02T00:00:00Z 2019-03-03T00:00:00Z"),
    ] {
        assert_eq!(next(text, from, 2).join(" "), expected, "{text}");
    }
}

/// The same page: `20-2` goes on past midnight, and Monday begins at midnight.
#[test]
fn a_range_of_hours_past_midnight() {
    let text = "cron(0/30 20-2 ? * MON-FRI *)";
    let friday_night = next(text, "2019-03-01T02:00:00Z", 30);
    assert_eq!(friday_night[0], "2019-03-01T02:30:00Z");
    assert_eq!(friday_night[1], "2019-03-01T20:00:00Z");
    assert_eq!(friday_night[8], "2019-03-01T23:30:00Z");
    // Not on Saturday: Monday's first hours come next.
    assert_eq!(friday_night[9], "2019-03-04T00:00:00Z");
}

#[test]
fn wildcards_of_days() {
    let from = "2026-01-01T00:00:00Z";
    for (text, expected) in [
        // The last days of January to April.
        ("cron(0 0 L * ? *)", "01-31 02-28 03-31 04-30"),
        // 2026-01-31 is a Saturday, 02-28 a Saturday, 03-31 a Tuesday, 04-30 a Thursday.
        ("cron(0 0 LW * ? *)", "01-30 02-27 03-31 04-30"),
        // 2026-02-01 and 03-01 are Sundays, 2026-08-01 is a Saturday.
        ("cron(0 0 1W 2,3,8 ? *)", "02-02 03-02 08-03"),
        // 2026-05-31 is a Sunday, and Monday is another month; June has no 31st.
        ("cron(0 0 31W 5,6,7 ? 2026)", "05-29 07-31"),
        ("cron(0 0 3W * ? *)", "01-02 02-03 03-03 04-03"),
        // The second Tuesdays, and the fifth Fridays.
        ("cron(0 0 ? * 3#2 *)", "01-13 02-10 03-10 04-14"),
        ("cron(0 0 ? * FRI#5 2026)", "01-30 05-29 07-31 10-30"),
        ("cron(0 0 ? * L *)", "01-03 01-10"),
        ("cron(0 0 ? * fri-mon *)", "01-02 01-03 01-04 01-05 01-09"),
        ("cron(0 0 ? * SUN,7 *)", "01-03 01-04 01-10"),
        ("cron(0 0 15,L 1-2 ? *)", "01-15 01-31 02-15 02-28"),
        ("cron(0 0 1/10 NOV-JAN ? *)", "01-11 01-21 01-31 11-01"),
        ("cron(0 0 */10 * ? *)", "01-11 01-21 01-31 02-01"),
        ("cron(0 0 1-20/7 * ? *)", "01-08 01-15 02-01"),
        ("cron(0 0 29 FEB ? *)", "02-29"),
    ] {
        let count = expected.split(' ').count();
        let found: Vec<_> = next(text, from, count)
            .iter()
            .map(|time| time[5..10].to_owned())
            .collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
    assert_eq!(
        next("cron(0 0 29 2 ? *)", from, 1),
        ["2028-02-29T00:00:00Z"]
    );
    // 2100 is no leap year.
    assert_eq!(
        next("cron(0 0 29 2 ? *)", "2096-03-01T00:00:00Z", 1),
        ["2104-02-29T00:00:00Z"]
    );
}

#[test]
fn what_never_comes_ends() {
    let from = "2026-01-01T00:00:00Z";
    for text in [
        "cron(0 0 30 2 ? *)",
        "cron(* * 31 2,4,6,9,11 ? *)",
        "cron(0 0 1 1 ? 1970-2025)",
        "cron(0 0 29 2 ? 2100)",
        "cron(0 0 31W 2 ? *)",
    ] {
        assert_eq!(next(text, from, 1), Vec::<String>::new(), "{text}");
    }
    assert_eq!(
        next("cron(59 23 31 12 ? *)", "2199-01-01T00:00:00Z", 9),
        ["2199-12-31T23:59:00Z"]
    );
    assert_eq!(
        next("cron(0 0 1 1 ? *)", "1900-01-01T00:00:00Z", 1),
        ["1970-01-01T00:00:00Z"]
    );
}

#[test]
fn ends_of_what_can_be_counted() {
    for text in ["cron(* * * * ? *)", "rate(1 minute)", "rate(3652059 days)"] {
        let schedule = rule(text);
        for seconds in [i64::MIN, i64::MIN + 61, i64::MAX - 61, i64::MAX] {
            for created in [i64::MIN, 0, i64::MAX] {
                let next = schedule.next_after(UnixSeconds(created), UnixSeconds(seconds));
                assert!(next.is_none_or(|next| next.0 > seconds));
            }
        }
    }
}

/// "Schedule types in EventBridge Scheduler", without the time zones.
#[test]
fn schedules() {
    let parse = |text| Schedule::parse(text, Zone::UTC).unwrap();
    let created = at("2022-01-01T00:00:30Z");
    let next = |schedule: &Schedule, after| {
        schedule
            .next_after(created, at(after))
            .map(|time| time.to_string())
    };
    let fridays = parse("cron(15 10 ? * 6L 2022-2023)");
    assert_eq!(
        next(&fridays, "2023-12-01T00:00:00Z").unwrap(),
        "2023-12-29T10:15:00Z"
    );
    assert_eq!(next(&fridays, "2023-12-29T10:15:00Z"), None);

    let once = parse("at(2022-11-20T13:00:00)");
    assert_eq!(
        next(&once, "2022-11-20T12:59:59Z").unwrap(),
        "2022-11-20T13:00:00Z"
    );
    assert_eq!(next(&once, "2022-11-20T13:00:00Z"), None);

    // "Your schedule starts invoking the target immediately."
    let rate = parse("rate(5 minutes)");
    assert_eq!(
        next(&rate, "2022-01-01T00:00:29Z").unwrap(),
        "2022-01-01T00:00:30Z"
    );
    assert_eq!(
        next(&rate, "2022-01-01T00:00:30Z").unwrap(),
        "2022-01-01T00:05:30Z"
    );
    // Its own page has the plural with 1.
    assert_eq!(parse("rate(1 days)"), parse("rate(1 day)"));
}

#[test]
fn start_end_and_window() {
    let (start, end) = (at("2022-01-10T06:00:00Z"), at("2022-01-10T18:00:00Z"));
    let created = at("2022-01-01T00:00:00Z");
    let parse = |text| {
        let schedule = Schedule::parse(text, Zone::UTC).unwrap();
        schedule.between(Some(start), Some(end)).unwrap()
    };
    let all = |schedule: &Schedule| {
        let mut last = created;
        let times = std::iter::from_fn(|| {
            last = schedule.next_after(created, last)?;
            Some(last)
        });
        times
            .map(|time| time.to_string()[11..16].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        all(&parse("cron(0 0/6 * * ? *)")),
        ["06:00", "12:00", "18:00"]
    );
    assert_eq!(all(&parse("rate(5 hours)")), ["06:00", "11:00", "16:00"]);
    assert_eq!(
        all(&parse("at(2023-01-01T00:00:00)")),
        ["00:00"],
        "ignores both"
    );

    let hourly = Schedule::parse("rate(1 hour)", Zone::UTC).unwrap();
    assert_eq!(hourly.window(start), start..=start);
    let flexible = hourly
        .clone()
        .within(FlexibleTimeWindow::Flexible(15))
        .unwrap();
    assert_eq!(flexible.window(start), start..=at("2022-01-10T06:15:00Z"));
    for minutes in [0, 1_441] {
        let refused = hourly
            .clone()
            .within(FlexibleTimeWindow::Flexible(minutes))
            .unwrap_err();
        assert!(refused.hint().contains("1440"));
    }
    let refused = hourly.between(Some(start), Some(start)).unwrap_err();
    assert_eq!(
        refused.fault.to_string(),
        "the schedule ends before it starts"
    );
}
