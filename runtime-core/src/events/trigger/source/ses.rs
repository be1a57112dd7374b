//! Mail that a receipt rule of SES hands on. SES developer guide, "Contents of notifications for
//! Amazon SES email receiving" and "Example event" of the Lambda action: no contents, headers only.

use super::super::context::{Context, MONTHS, time_of_day};
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, text};
use crate::events::trigger::json::json;
use crate::units::date;
use serde_json::Value;

const VERDICTS: &[&str] = &["PASS", "FAIL", "GRAY", "PROCESSING_FAILED"];

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("from", "From", "Ada <ada@example.com>"),
    text("to", "To", "orders@example.org"),
    text("subject", "Subject", "An order of tea"),
    field("spam", "Spam verdict", FieldKind::Choice(VERDICTS), "PASS"),
    field(
        "virus",
        "Virus verdict",
        FieldKind::Choice(VERDICTS),
        "PASS",
    ),
    text("functionName", "Function name", "orders"),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let (from, to, subject) = (form.get("from"), form.get("to"), form.get("subject"));
    let (sender, recipient) = (address("from", from)?, address("to", to)?);
    let id = context.lower("mail", 40);
    let message_id = format!("<{}@example.com>", context.hex("message", 32));
    let date = mail_date(context.unix_millis);
    let verdict = |name: &'static str| json!({"status": form.get(name)});
    let passed = json!({"status": "PASS"});
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let function = context.arn("lambda", &format!("function:{}", form.get("functionName")));
    Ok(json!({ "Records": [{
        "eventSource": "aws:ses",
        "eventVersion": "1.0",
        "ses": {
            "mail": {
                "timestamp": context.iso_millis(),
                "source": sender,
                "messageId": id,
                "destination": [recipient],
                "headersTruncated": false,
                "headers": [
                    header("Return-Path", &format!("<{sender}>")),
                    header("From", from),
                    header("To", to),
                    header("Date", &date),
                    header("Message-ID", &message_id),
                    header("Subject", subject),
                    header("Content-Type", "text/plain; charset=UTF-8"),
                ],
                "commonHeaders": {
                    "returnPath": sender,
                    "from": [from],
                    "to": [to],
                    "date": date,
                    "messageId": message_id,
                    "subject": subject,
                },
            },
            "receipt": {
                "timestamp": context.iso_millis(),
                "processingTimeMillis": 574,
                "recipients": [recipient],
                "spamVerdict": verdict("spam"),
                "virusVerdict": verdict("virus"),
                "spfVerdict": passed,
                "dkimVerdict": passed,
                "dmarcVerdict": passed,
                "action": {
                    "type": "Lambda",
                    "functionArn": function,
                    "invocationType": "Event",
                },
            },
        },
    }]}))
}

/// The address in `Name <address>` or alone.
fn address<'a>(field: &str, text: &'a str) -> Result<&'a str, FieldError> {
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.trim_end().trim_end_matches('>'),
        None => text.trim(),
    };
    let mut parts = address.split('@');
    let valid = [parts.next(), parts.next()]
        .iter()
        .all(|part| part.is_some_and(|it| !it.is_empty() && !it.contains(char::is_whitespace)))
        && parts.next().is_none();
    let wanted = "a mail address, as in ada@example.com or Ada <ada@example.com>";
    valid
        .then_some(address)
        .ok_or_else(|| FieldError::new(field, FieldProblem::Not(wanted)))
}

/// `Tue, 24 Nov 2026 12:00:00 +0000` (RFC 5322, "Date and Time Specification").
fn mail_date(unix_millis: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let days = unix_millis / 86_400_000;
    let (year, month, day) = date(days);
    let (hours, minutes, seconds) = time_of_day(unix_millis);
    format!(
        "{}, {day} {} {year} {hours:02}:{minutes:02}:{seconds:02} +0000",
        DAYS[(days % 7) as usize],
        MONTHS[(month as usize + 11) % 12],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_has_days_of_the_week() {
        assert_eq!(
            mail_date(1_795_521_600_000),
            "Tue, 24 Nov 2026 12:00:00 +0000"
        );
        assert_eq!(mail_date(0), "Thu, 1 Jan 1970 00:00:00 +0000");
    }

    #[test]
    fn addresses_stand_alone_or_after_a_name() {
        assert_eq!(
            address("from", "Ada <ada@example.com>").ok(),
            Some("ada@example.com")
        );
        assert_eq!(
            address("from", "ada@example.com").ok(),
            Some("ada@example.com")
        );
        for bad in ["ada", "ada@", "a@b@c", "Ada <>", "a b@c"] {
            assert!(address("from", bad).is_err(), "{bad}");
        }
    }
}
