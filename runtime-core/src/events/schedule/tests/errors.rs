use crate::events::schedule::{RuleSchedule, Schedule, Zone};

/// The mark `^` in front of a character says where the error must be.
#[test]
fn errors_point_at_the_character() {
    for (marked, cause) in [
        ("^", "this is no schedule expression"),
        ("^0 12 * * ? *", "this is no schedule expression"),
        ("^Cron(0 12 * * ? *)", "this is no schedule expression"),
        ("cron(0 12 * * ? *^", "the closing parenthesis is missing"),
        (
            "rate(1 minute)^ ",
            "something follows the closing parenthesis",
        ),
        (
            "rate(5^)",
            "a rate is a value and a unit, and this is 1 words",
        ),
        (
            "rate(5 minutes ^please)",
            "a rate is a value and a unit, and this is 3 words",
        ),
        ("rate(^-5 minutes)", "\"-5\" is not a whole number"),
        ("rate(^1.5 hours)", "\"1.5\" is not a whole number"),
        ("rate(^0 minutes)", "a rate of 0 never ends"),
        ("rate(^99999999999999999999 days)", "this rate is too long"),
        ("rate(5 ^seconds)", "there is no unit \"seconds\""),
        ("rate(1 ^minutes)", "1 does not go with minutes"),
        ("rate(1 ^hours)", "1 does not go with hours"),
        ("rate(5 ^hour)", "only 1 goes with hour"),
        (
            "^at(2022-11-20T13:00:00)",
            "a rule has no one-time schedule",
        ),
        (
            "cron(0 12 * * ?^)",
            "a cron expression has six fields, and this has 5",
        ),
        (
            "cron(0 0 12 * * ? ^*)",
            "a cron expression has six fields, and this has 7",
        ),
        ("cron(^60 12 * * ? *)", "minutes has no 60"),
        ("cron(0 ^24 * * ? *)", "hours has no 24"),
        ("cron(0 12 ^0 * ? *)", "day-of-month has no 0"),
        ("cron(0 12 1,^32 * ? *)", "day-of-month has no 32"),
        ("cron(0 12 * ^13 ? *)", "month has no 13"),
        ("cron(0 12 ? * ^0 *)", "day-of-week has no 0"),
        ("cron(0 12 ? * MON-^8 *)", "day-of-week has no 8"),
        ("cron(0 12 * * ? ^1969)", "year has no 1969"),
        ("cron(0 12 * * ? 2026-^2200)", "year has no 2200"),
        (
            "cron(0 12 * * ? ^2027-2026)",
            "these years end before they begin",
        ),
        (
            "cron(0 12 * ^JANUARY ? *)",
            "\"JANUARY\" is no value of month",
        ),
        ("cron(^+5 12 * * ? *)", "\"+5\" is no value of minutes"),
        (
            "cron(1,^,2 12 * * ? *)",
            "minutes has an empty place in its list",
        ),
        ("cron(5-^ 12 * * ? *)", "\"\" is no value of minutes"),
        ("cron(^? 12 * * ? *)", "minutes has no wildcard ?"),
        ("cron(0 ^L * * ? *)", "hours has no wildcard L"),
        ("cron(0 12 ? * 2^W *)", "day-of-week has no wildcard W"),
        ("cron(0 12 3^#2 * ? *)", "day-of-month has no wildcard #"),
        ("cron(0 12 ? * MON^/2 *)", "day-of-week has no wildcard /"),
        ("cron(0/^0 12 * * ? *)", "\"0\" is no increment"),
        ("cron(0/^x 12 * * ? *)", "\"x\" is no increment"),
        (
            "cron(0 12 * * ^* *)",
            "both day-of-month and day-of-week say something",
        ),
        (
            "cron(0 12 ^* * MON *)",
            "both day-of-month and day-of-week say something",
        ),
        (
            "cron(0 12 1 * ^* *)",
            "both day-of-month and day-of-week say something",
        ),
        (
            "cron(0 12 1 * ^MON *)",
            "both day-of-month and day-of-week say something",
        ),
        (
            "cron(0 12 ? * ^? *)",
            "neither day-of-month nor day-of-week says anything",
        ),
        ("cron(0 12 1,^? * ? *)", "? is together with other values"),
        // The page's own example of what is not valid.
        (
            "cron(0 12 ? * 3^#1,6#3 *)",
            "# is together with other values",
        ),
        ("cron(0 12 ? * 3#^6 *)", "no month has a \"6\" of a weekday"),
        ("cron(0 12 ? * ^X#1 *)", "\"X\" is no value of day-of-week"),
        ("cron(0 12 ^LL * ? *)", "\"LL\" is no value of day-of-month"),
        ("cron(0 12 ^L-3 * ? *)", "\"L\" is no value of day-of-month"),
        ("cron(0 ^é * * ? *)", "\"é\" is no value of hours"),
    ] {
        let at = marked.find('^').unwrap();
        let text = marked.replacen('^', "", 1);
        let error = RuleSchedule::parse(&text).map(|_| ()).unwrap_err();
        assert_eq!(error.fault.to_string(), cause, "{marked}");
        assert_eq!(error.place.offset, at, "{marked}: {error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn an_expression_has_a_length() {
    let minutes = |count: usize| format!("cron({} * * * ? *)", vec!["1"; count].join(","));
    RuleSchedule::parse(&minutes(120)).unwrap();
    let error = RuleSchedule::parse(&minutes(200)).map(|_| ()).unwrap_err();
    assert_eq!(
        error.fault.to_string(),
        "an expression has at most 256 characters"
    );
    assert_eq!(error.place.offset, 256);
}

#[test]
fn one_time_schedules_exist() {
    for (marked, cause) in [
        ("at(^)", "this is not a timestamp"),
        ("at(2022-11-20T13:00^)", "this is not a timestamp"),
        ("at(2022-11-20^ 13:00:00)", "this is not a timestamp"),
        ("at(2022-11-20T13:00:00^Z)", "this is not a timestamp"),
        (
            "at(2022-^13-20T13:00:00)",
            "there is no such date or time of day",
        ),
        (
            "at(2022-02-^29T13:00:00)",
            "there is no such date or time of day",
        ),
        (
            "at(2022-11-^00T13:00:00)",
            "there is no such date or time of day",
        ),
        (
            "at(2022-11-20T^24:00:00)",
            "there is no such date or time of day",
        ),
        (
            "at(2022-11-20T23:^60:00)",
            "there is no such date or time of day",
        ),
        (
            "at(2022-11-20T23:59:^60)",
            "there is no such date or time of day",
        ),
    ] {
        let at = marked.find('^').unwrap();
        let text = marked.replacen('^', "", 1);
        let error = Schedule::parse(&text, Zone::UTC).unwrap_err();
        assert_eq!(error.fault.to_string(), cause, "{marked}");
        assert_eq!(error.place.offset, at, "{marked}: {error}");
    }
}

#[test]
fn hints_know_unix() {
    let hint = |text| RuleSchedule::parse(text).unwrap_err().hint();
    assert!(hint("cron(0 12 * * ?)").contains("sixth field"));
    assert!(hint("cron(0 0 12 * * ? *)").contains("no seconds"));
    assert!(hint("cron(0 12 ? * 0 *)").contains("Unlike Unix"));
    assert_eq!(
        hint("rate(1 minutes)"),
        "With the value 1 the unit is singular: rate(1 minute)."
    );
}

#[test]
fn zones_by_name() {
    assert_eq!(Zone::parse("utc").unwrap(), Zone::UTC);
    assert!(Zone::names().contains(&"UTC".to_owned()));
    let unknown = Zone::parse("Mars/Olympus").unwrap_err();
    assert!(unknown.to_string().contains("Mars/Olympus"));
    assert!(!unknown.hint().is_empty());
}
