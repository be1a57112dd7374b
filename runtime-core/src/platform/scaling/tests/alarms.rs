//! Alarms of CloudWatch.

use super::stage::{M, SESSION, Stage, above, at, percent};
use crate::platform::scaling::evaluate::judge;
use crate::platform::scaling::{Input, ScalingError, check_alarm, check_metric};
use crate::timeline::{
    AlarmConfiguration, AlarmState, Comparison, MetricConfiguration, MetricSource, MetricStatistic,
    MissingData, Statistic,
};
use crate::units::{AlarmId, MetricId, MetricValue, Span};

use AlarmState::{Alarm, InsufficientData, Ok};

/// `0` is within the threshold, `X` breaches it, `-` is missing; the newest last, as in the guide.
fn window(row: &str) -> Vec<Option<MetricValue>> {
    let value = |symbol| match symbol {
        'X' => Some(percent(90)),
        '0' => Some(percent(10)),
        _ => None,
    };
    row.chars()
        .rev()
        .filter(|it| *it != ' ')
        .map(value)
        .collect()
}

fn judged(row: &str, alarm: &AlarmConfiguration) -> [Option<AlarmState>; 4] {
    [
        MissingData::Missing,
        MissingData::Ignore,
        MissingData::Breaching,
        MissingData::NotBreaching,
    ]
    .map(|missing| {
        let mut alarm = alarm.clone();
        alarm.missing = missing;
        judge(&window(row), &alarm).state
    })
}

/// amazon-cloudwatch-user-guide, "AlarmThatSendsEmail", "How alarm state is evaluated when data is
/// missing", both tables (awsdocs repository, read 2026-11-30). `None` is "Retain current state".
#[test]
fn missing_data_is_treated_as_in_the_guides_tables() {
    let three = above(50, 3, 3);
    for (row, states) in [
        ("0 - X - X", [Some(Ok); 4]),
        ("0 - - - -", [Some(Ok); 4]),
        (
            "- - - - -",
            [Some(InsufficientData), None, Some(Alarm), Some(Ok)],
        ),
        ("0 X X - X", [Some(Alarm); 4]),
        ("- - X - -", [Some(Alarm), None, Some(Alarm), Some(Ok)]),
        // Rows of the guide's edition of 2019.
        (
            "- - - - X",
            [Some(InsufficientData), None, Some(Alarm), Some(Ok)],
        ),
        ("X - - - -", [Some(Alarm), None, Some(Alarm), Some(Ok)]),
        // "Avoiding premature transitions": not ALARM yet.
        (
            "- - - X -",
            [Some(InsufficientData), None, Some(Alarm), Some(Ok)],
        ),
    ] {
        assert_eq!(judged(row, &three), states, "3 of 3: {row}");
    }
    let two = above(50, 2, 3);
    for (row, states) in [
        ("0 - X - X", [Some(Alarm); 4]),
        ("0 0 X 0 X", [Some(Alarm); 4]),
        ("0 - X - -", [Some(Ok), Some(Ok), Some(Alarm), Some(Ok)]),
        ("- - - - 0", [Some(Ok), Some(Ok), Some(Alarm), Some(Ok)]),
        ("- - - X -", [Some(Alarm), None, Some(Alarm), Some(Ok)]),
    ] {
        assert_eq!(judged(row, &two), states, "2 of 3: {row}");
    }
}

#[test]
fn comparisons_are_strict_where_their_names_are() {
    use Comparison::*;
    let breaches = |comparison: Comparison| {
        [49, 50, 51].map(|value| comparison.breaches(percent(value), percent(50)))
    };
    assert_eq!(breaches(GreaterThanThreshold), [false, false, true]);
    assert_eq!(breaches(GreaterThanOrEqualToThreshold), [false, true, true]);
    assert_eq!(breaches(LessThanThreshold), [true, false, false]);
    assert_eq!(breaches(LessThanOrEqualToThreshold), [true, true, false]);
}

/// AWS has measured 363 s from a step of the load to the trigger with 60-second metrics, 86 s with 20-second
/// metrics (github.com/aws/containers-roadmap issue 2113, 2026). The step comes in the middle of a period.
#[test]
fn an_alarm_is_as_late_as_aws_has_measured() {
    for (resolution, step, late) in [(60, 630, 363), (20, 610, 86)] {
        let mut stage = Stage::new();
        stage.metric(M, resolution);
        let mut alarm = above(70, 3, 3);
        alarm.period = Span::from_secs(resolution);
        stage.alarm(1, alarm);
        stage.sampled_until(2_000, |second| {
            Some(percent(if second < step { 10 } else { 90 }))
        });
        let states = stage.states(1);
        assert_eq!(states.last(), Some(&(at(step + late), Alarm)), "{states:?}");
    }
}

/// The words are those of alarms' messages in public repositories (see `AlarmChange::reason`).
#[test]
fn reasons_are_worded_as_cloudwatch_words_them() {
    let mut stage = Stage::new();
    stage.metric(M, 60);
    stage.alarm(1, above(70, 2, 2));
    stage.sampled_until(600, |second| match second {
        0..120 => Some(percent(10)),
        120..240 => Some(percent(80) + MetricValue::from_decimal("0.5").unwrap()),
        240..300 => Some(percent(10)),
        _ => None,
    });
    stage.run_until(at(1_200));
    let told: Vec<String> = stage
        .changes(1)
        .iter()
        .map(|(_, change)| change.reason(&above(70, 2, 2), SESSION))
        .collect();
    assert_eq!(
        told,
        [
            "Threshold Crossed: 1 out of the last 1 datapoint [10.0 (05/10/20 06:00:00)] was not greater than the threshold (70.0) (minimum 1 datapoint for ALARM -> OK transition).",
            "Threshold Crossed: 2 out of the last 2 datapoints [80.5 (05/10/20 06:03:00), 80.5 (05/10/20 06:02:00)] were greater than the threshold (70.0) (minimum 2 datapoints for OK -> ALARM transition).",
            "Threshold Crossed: 1 out of the last 2 datapoints [10.0 (05/10/20 06:04:00)] was not greater than the threshold (70.0) (minimum 1 datapoint for ALARM -> OK transition).",
            "Insufficient Data: 2 datapoints were unknown.",
        ]
    );
}

#[test]
fn filled_in_datapoints_are_named_in_the_reason() {
    for (missing, state, word) in [
        (MissingData::Breaching, Alarm, "Breaching"),
        (MissingData::NotBreaching, Ok, "NonBreaching"),
    ] {
        let mut alarm = above(70, 3, 3);
        alarm.missing = missing;
        let mut stage = Stage::new();
        stage.metric(M, 60);
        stage.alarm(1, alarm.clone());
        stage.run_until(at(600));
        let [(_, change)] = &stage.changes(1)[..] else {
            panic!("one change");
        };
        assert_eq!(change.to, state);
        let periods =
            "no datapoints were received for 3 periods and 3 missing datapoints were treated as";
        assert_eq!(
            change.reason(&alarm, SESSION),
            format!("Threshold Crossed: {periods} [{word}].")
        );
    }
}

/// Backlog per task: the quotient of a queue's length and the number of tasks.
#[test]
fn metric_math_divides_statistics() {
    let (queue, tasks) = (MetricId(2), MetricId(3));
    let mut stage = Stage::new();
    stage.metric(queue, 60);
    stage.metric(tasks, 60);
    let of = |metric, statistic| MetricStatistic { metric, statistic };
    let mut alarm = above(100, 1, 1);
    alarm.source = MetricSource::Quotient {
        dividend: of(queue, Statistic::Sum),
        divisor: of(tasks, Statistic::Average),
    };
    stage.alarm(1, alarm);
    stage.sample(queue, percent(500));
    stage.sample(queue, percent(501));
    stage.sample(tasks, percent(10));
    stage.run_until(at(250));
    assert_eq!(stage.states(1), [(at(213), Alarm)]);
    // Without tasks there is no datapoint.
    stage.sample(queue, percent(500));
    stage.sample(tasks, percent(0));
    stage.run_until(at(900));
    assert_eq!(
        stage.states(1).last().map(|it| it.1),
        Some(InsufficientData)
    );
}

#[test]
fn a_period_of_minutes_is_made_of_shorter_ones() {
    let mut stage = Stage::new();
    stage.metric(M, 60);
    let mut alarm = above(50, 1, 1);
    alarm.period = Span::from_secs(300);
    stage.alarm(1, alarm);
    stage.sampled_until(1_000, |second| {
        Some(percent(if second < 240 { 40 } else { 95 }))
    });
    // The first five minutes have a mean of 51.
    assert_eq!(stage.states(1), [(at(453), Alarm)]);
}

#[test]
fn alarms_that_are_gone_or_changed_are_not_evaluated_as_before() {
    let mut stage = Stage::new();
    stage.metric(M, 60);
    stage.alarm(1, above(50, 1, 1));
    stage.sampled_until(400, |_| Some(percent(90)));
    assert_eq!(stage.states(1), [(at(213), Alarm)]);
    stage.alarm(1, above(95, 1, 1));
    stage.sampled_until(700, |_| Some(percent(90)));
    assert_eq!(stage.states(1).last(), Some(&(at(453), Ok)));
    stage.tell(Input::DeleteAlarm { alarm: AlarmId(1) });
    let told = stage.facts.len();
    stage.run_until(at(2_000));
    assert_eq!(stage.facts.len(), told);
    assert!(stage.scaling.alarm(AlarmId(1)).is_none());
}

/// PutMetricAlarm: periods of 10, 20, 30 and multiples of 60 seconds (botocore 1.43.11); a day at most
/// (user guide, "Common features of CloudWatch alarms").
#[test]
fn settings_of_alarms_are_checked() {
    let minute = Span::from_secs(60);
    let check = |change: fn(&mut AlarmConfiguration)| {
        let mut alarm = above(50, 3, 3);
        change(&mut alarm);
        check_alarm(&alarm, [Span::from_secs(10)])
    };
    assert_eq!(check(|_| {}), []);
    assert_eq!(check(|it| it.period = Span::from_secs(20)), []);
    let period = Span::from_secs(45);
    let wrong = check(|it| it.period = Span::from_secs(45));
    assert_eq!(
        wrong,
        [
            ScalingError::Period(period),
            ScalingError::PeriodOfMetric {
                period,
                resolution: Span::from_secs(10)
            }
        ]
    );
    assert_eq!(check(|it| it.evaluation_periods = 1_440), []);
    let window = ScalingError::Window {
        period: minute,
        periods: 1_441,
    };
    assert_eq!(check(|it| it.evaluation_periods = 1_441), [window]);
    let points = |points, periods| ScalingError::DatapointsToAlarm { points, periods };
    assert_eq!(check(|it| it.datapoints_to_alarm = 4), [points(4, 3)]);
    assert_eq!(check(|it| it.datapoints_to_alarm = 0), [points(0, 3)]);
    assert_eq!(
        check(|it| it.name.clear()),
        [ScalingError::AlarmName(String::new())]
    );
    let metric = |seconds| MetricConfiguration {
        name: "m".to_owned(),
        resolution: Span::from_secs(seconds),
    };
    assert_eq!(check_metric(&metric(20)), []);
    for seconds in [0, 7, 120] {
        let wrong = check_metric(&metric(seconds));
        assert_eq!(wrong, [ScalingError::Resolution(Span::from_secs(seconds))]);
        assert!(!wrong[0].hint().is_empty() && !wrong[0].to_string().is_empty());
    }
}
