//! What is expected against what happened.

use super::phases::{End, Phase};
use super::table::{Case, Request, request_id};
use regex::Regex;
use runtime_core::sandbox::Invoked;
use runtime_core::timeline::{Failure, InitOutcome, Outcome};
use runtime_core::units::Span;
use serde_json::Value;

/// What expected texts may have in them, and what they stand for.
const PLACEHOLDERS: [(&str, &str); 4] = [
    ("<any>", "(?s:.*?)"),
    ("<number>", "[0-9]+"),
    (
        "<time>",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3,6}Z",
    ),
    ("<uuid>", "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
];
/// Any number of lines, or any further items.
const REST: &str = "...";
/// What the sandbox itself writes of a trap.
const TRAP: &str = "wasm trap: ";

/// What is different, as lines; empty if nothing is.
pub(super) fn differences(case: &Case, phases: &[Phase]) -> Vec<String> {
    let mut found = Vec::new();
    let Some((init, mut rest)) = phases.split_first() else {
        return vec!["it said nothing".to_owned()];
    };
    compare_log(&mut found, "init log", &case.init_log, &init.log, None);
    let wanted = match (&case.init_error, case.exit) {
        (Some(_), _) => InitOutcome::Failed(Failure::InitError),
        (None, Some(code)) if case.invocations.is_empty() => {
            InitOutcome::Failed(Failure::Exited(code))
        }
        (None, _) => InitOutcome::Succeeded,
    };
    match &init.end {
        End::Init(outcome, _) if *outcome == wanted => {}
        End::Init(outcome, _) => found.push(format!("INIT: {outcome:?}, not {wanted:?}")),
        End::Invocation(..) => found.push("an invocation before INIT".to_owned()),
        End::Broken(message) => found.push(message.clone()),
    }
    if let Some(error) = &case.init_error
        && let Some((again, others)) = rest.split_first()
    {
        rest = others;
        compare_log(
            &mut found,
            "log of the second INIT",
            &case.init_log,
            &again.log,
            None,
        );
        match &again.end {
            End::Invocation(_, invoked)
                if invoked.outcome == Outcome::Failed(Failure::InitError) =>
            {
                compare_body(
                    &mut found,
                    "init error",
                    error,
                    invoked.response.as_deref(),
                    "",
                );
            }
            _ => found.push("the failed INIT did not fail again".to_owned()),
        }
    }
    if rest.len() != case.invocations.len() {
        found.push(format!(
            "{} invocations, not {}",
            rest.len(),
            case.invocations.len()
        ));
    }
    for (number, (phase, request)) in (1..).zip(rest.iter().zip(&case.invocations)) {
        let last = number as usize == case.invocations.len();
        compare_invocation(&mut found, case, (number, last), request, phase);
    }
    found
}

/// What is different of a snapshot and of the RESTORE phase, which is taken out of the phases.
pub(super) fn of_snapshot(case: &Case, phases: &mut Vec<Phase>) -> Vec<String> {
    let mut found = Vec::new();
    let captured = match phases.first().map(|phase| &phase.end) {
        Some(End::Init(_, snapshot)) => snapshot.clone(),
        _ => return vec!["INIT is what is captured".to_owned()],
    };
    let wanted = match (&case.uncapturable, &case.init_error) {
        (Some(reason), _) => Some(Err(reason.clone())),
        (None, Some(_)) => None,
        (None, None) => Some(Ok(())),
    };
    if captured != wanted {
        found.push(format!("captured: {captured:?}, not {wanted:?}"));
    }
    if captured != Some(Ok(())) || phases.len() < 2 {
        return found;
    }
    let restore = phases.remove(1);
    compare_log(
        &mut found,
        "restore log",
        &case.restore_log,
        &restore.log,
        None,
    );
    let wanted = match case.restore_fails {
        true => InitOutcome::Failed(Failure::InitError),
        false => InitOutcome::Succeeded,
    };
    match &restore.end {
        End::Init(outcome, None) if *outcome == wanted => {}
        _ => found.push(format!("RESTORE did not end with {wanted:?}")),
    }
    found
}

fn compare_invocation(
    found: &mut Vec<String>,
    case: &Case,
    (number, last): (u64, bool),
    wanted: &Request,
    phase: &Phase,
) {
    let id = request_id(number);
    let at = |what: &str| format!("invocation {number}, {what}");
    let invoked = match &phase.end {
        End::Invocation(request, invoked) => {
            if request.0 != number {
                found.push(at(&format!("answered as request {}", request.0)));
            }
            invoked
        }
        End::Init(..) => return found.push(at("INIT again")),
        End::Broken(message) => return found.push(at(message)),
    };
    let mut log = phase.log.as_str();
    // What the caller gets where the runtime has given nothing.
    let made = match invoked.outcome {
        Outcome::Succeeded => None,
        Outcome::Failed(failure) => failure.payload(&id, Span::ZERO).map(String::into_bytes),
    };
    let body = invoked.response.as_deref().or(made.as_deref());
    let ends_case = match invoked.outcome {
        Outcome::Failed(Failure::Exited(code)) => last && case.exit == Some(code),
        Outcome::Failed(Failure::Killed(_)) => last && case.trap,
        _ => false,
    };
    if ends_case {
        log = log.rsplit_once(TRAP).map_or(log, |(before, _)| before);
    } else if wanted.error.is_some() != matches!(invoked.outcome, Outcome::Failed(_)) {
        found.push(at(&outcome_text(invoked)));
    }
    if let Some(error) = &wanted.error {
        compare_body(found, &at("error"), error, body, &id);
    }
    if let Some(response) = &wanted.response {
        compare_body(found, &at("response"), response, body, &id);
    }
    if let Some(text) = &wanted.response_text
        && body != Some(text.as_bytes())
    {
        let body = String::from_utf8_lossy(body.unwrap_or_default());
        found.push(format!("{}: {body}, not {text}", at("response")));
    }
    compare_log(found, &at("log"), &wanted.log, log, Some(&id));
}

fn outcome_text(invoked: &Invoked) -> String {
    let body = String::from_utf8_lossy(invoked.response.as_deref().unwrap_or_default());
    format!("{:?} {body}", invoked.outcome)
}

fn compare_body(
    found: &mut Vec<String>,
    place: &str,
    wanted: &Value,
    body: Option<&[u8]>,
    id: &str,
) {
    let Some(body) = body else {
        return found.push(format!("{place}: none"));
    };
    match serde_json::from_slice::<Value>(body) {
        Ok(value) if matches(wanted, &value, id) => {}
        Ok(value) => found.push(format!("{place}: {value}\n  not {wanted}")),
        Err(_) => {
            let body = String::from_utf8_lossy(body);
            found.push(format!("{place}: not JSON: {body}"));
        }
    }
}

fn matches(wanted: &Value, value: &Value, id: &str) -> bool {
    match (wanted, value) {
        (Value::String(wanted), Value::String(value)) => {
            pattern(&source_of(wanted, Some(id))).is_match(value)
        }
        (Value::Array(wanted), Value::Array(values)) => {
            let (items, open) = match wanted.split_last() {
                Some((last, items)) if last == REST => (items, true),
                _ => (wanted.as_slice(), false),
            };
            let long_enough = match open {
                true => values.len() >= items.len(),
                false => values.len() == items.len(),
            };
            let mut pairs = items.iter().zip(values);
            long_enough && pairs.all(|(wanted, value)| matches(wanted, value, id))
        }
        (Value::Object(wanted), Value::Object(values)) => {
            wanted.len() == values.len()
                && wanted.iter().all(|(key, wanted)| {
                    values
                        .get(key)
                        .is_some_and(|value| matches(wanted, value, id))
                })
        }
        // As JSON in a page has it: 1.0 is 1.
        (Value::Number(wanted), Value::Number(value)) => wanted.as_f64() == value.as_f64(),
        _ => wanted == value,
    }
}

fn compare_log(
    found: &mut Vec<String>,
    place: &str,
    wanted: &[String],
    log: &str,
    id: Option<&str>,
) {
    let mut lines: Vec<&str> = log.split('\n').collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    let source: String = wanted
        .iter()
        .map(|line| match line.as_str() {
            REST => "(?:[^\\n]*\\n)*?".to_owned(),
            line => format!("{}\\n", source_of(line, id)),
        })
        .collect();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if !pattern(&source).is_match(&text) {
        let shown = |lines: &mut dyn Iterator<Item = &str>| -> String {
            lines.map(|line| format!("\n  {line:?}")).collect()
        };
        let happened = shown(&mut lines.iter().copied());
        let wanted = shown(&mut wanted.iter().map(String::as_str));
        found.push(format!("{place}:{happened}\n not{wanted}"));
    }
}

fn pattern(source: &str) -> Regex {
    Regex::new(&format!("^{source}$")).expect("what is not a placeholder is escaped")
}

/// A text as a regular expression.
fn source_of(text: &str, id: Option<&str>) -> String {
    let mut source = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        source.push_str(&regex::escape(&rest[..at]));
        rest = &rest[at..];
        let known = PLACEHOLDERS.iter().find(|(name, _)| rest.starts_with(name));
        let (name, expression) = match (known, id) {
            (Some((name, expression)), _) => (*name, (*expression).to_owned()),
            (None, Some(id)) if rest.starts_with("<id>") => ("<id>", regex::escape(id)),
            _ => ("<", "<".to_owned()),
        };
        source.push_str(&expression);
        rest = &rest[name.len()..];
    }
    source + &regex::escape(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_match_as_the_readme_says() {
        for (wanted, value, fits) in [
            (json!("a<number>b"), json!("a12b"), true),
            (json!("a<number>b"), json!("ab"), false),
            (json!("<any>\n<b>"), json!("x\ny\n<b>"), true),
            (json!("<id>!"), json!("7!"), true),
            (json!(["a", "..."]), json!(["a", 1, 2]), true),
            (json!(["a"]), json!(["a", 1]), false),
            (json!({"a": 1}), json!({"a": 1.0}), true),
            (json!({"a": 1}), json!({"a": 1, "b": 2}), false),
            (json!(null), json!(0), false),
        ] {
            assert_eq!(matches(&wanted, &value, "7"), fits, "{wanted} {value}");
        }
    }

    #[test]
    fn logs_match_by_lines() {
        let differs = |wanted: &[&str], log: &str| {
            let wanted: Vec<String> = wanted.iter().map(|line| (*line).to_owned()).collect();
            let mut found = Vec::new();
            compare_log(&mut found, "log", &wanted, log, None);
            !found.is_empty()
        };
        assert!(!differs(&[], ""));
        assert!(!differs(&["a", "...", "z"], "a\nb\nc\nz"));
        assert!(!differs(&["..."], ""));
        assert!(differs(&[], "a\n"));
        assert!(differs(&["a"], "ab\n"));
    }
}
