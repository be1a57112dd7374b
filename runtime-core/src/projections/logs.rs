//! Lambda's plain-text log lines, to the letter.
//!
//! Order and separators as recorded against AWS (LocalStack's `test_invocation_type_event_error`
//! snapshot) and as the Lambda developer guide's page "Understanding the Lambda execution
//! environment lifecycle" shows them: fields of REPORT and INIT_REPORT are separated by tabs, and
//! REPORT has a tab before its end.

use super::invocations::{End, InvocationRecord, Stage};
use super::snapshots::SnapshotRecord;
use crate::timeline::{Failure, FunctionConfiguration, InitOutcome, Outcome, Payloads, Runtime};
use crate::units::{Moment, PayloadId, SessionSeed, Span};

/// One piece of a log; ends with a newline unless the handler's own last line has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: Moment,
    /// Who wrote it.
    pub source: LogSource,
    /// The text. Bytes that are not UTF-8 are shown as replacement characters.
    pub text: String,
}

/// Who wrote a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogSource {
    /// Lambda.
    Platform,
    /// The handler module.
    Handler,
}

/// The log of one request, as CloudWatch Logs has it. Empty for a refused request: AWS logs
/// nothing for it.
pub fn log_lines(
    record: &InvocationRecord,
    payloads: &Payloads,
    seed: SessionSeed,
) -> Vec<LogLine> {
    let mut lines = Vec::new();
    if let (Some(at), Some(configuration)) = (record.init_started, &record.configuration) {
        platform(&mut lines, at, start_line("INIT_START", configuration));
    }
    if let (Some(at), Some(configuration)) = (record.restore_started, &record.configuration) {
        platform(&mut lines, at, start_line("RESTORE_START", configuration));
    }
    handler(&mut lines, payloads, &record.init_logs);
    if let Some(restore) = record.restore {
        let report = phase_report(
            "RESTORE_REPORT Restore",
            "",
            restore.outcome,
            restore.duration,
        );
        platform(&mut lines, restore.at, report);
    }
    if let (Some(at), Some(line)) = (record.init_started, init_report_line(record)) {
        let at = record.started.map_or(at, |(started, _)| started);
        platform(&mut lines, at, line);
    }
    let uuid = record.shown().uuid(seed);
    if let Some((at, _)) = record.started {
        platform(
            &mut lines,
            at,
            format!("START RequestId: {uuid} Version: {}\n", record.version),
        );
    }
    handler(&mut lines, payloads, &record.logs);
    if let Stage::Finished(End { at, .. }) = record.stage {
        platform(&mut lines, at, format!("END RequestId: {uuid}\n"));
        platform(
            &mut lines,
            at,
            report_line(record, seed).unwrap_or_default(),
        );
    }
    lines
}

/// The log of a snapshot's INIT phase, which belongs to no request.
pub fn snapshot_log_lines(record: &SnapshotRecord, payloads: &Payloads) -> Vec<LogLine> {
    let mut lines = Vec::new();
    if let (Some(at), Some(configuration)) = (record.init_started, &record.configuration) {
        platform(&mut lines, at, start_line("INIT_START", configuration));
    }
    handler(&mut lines, payloads, &record.logs);
    if let Some((at, outcome, duration)) = record.init {
        let report = phase_report("INIT_REPORT Init", "\tPhase: init", outcome, duration);
        platform(&mut lines, at, report);
    }
    lines
}

fn platform(lines: &mut Vec<LogLine>, at: Moment, text: String) {
    lines.push(LogLine {
        at,
        source: LogSource::Platform,
        text,
    });
}

fn handler(lines: &mut Vec<LogLine>, payloads: &Payloads, pieces: &[(Moment, PayloadId)]) {
    for (at, text) in pieces {
        let text = String::from_utf8_lossy(&payloads.get(*text)).into_owned();
        // What a handler writes piece by piece is one line until it ends it.
        match lines.last_mut() {
            Some(last) if last.source == LogSource::Handler && !last.text.ends_with('\n') => {
                last.text.push_str(&text);
            }
            _ => lines.push(LogLine {
                at: *at,
                source: LogSource::Handler,
                text,
            }),
        }
    }
    if let Some(last) = lines.last_mut().filter(|last| !last.text.ends_with('\n')) {
        last.text.push('\n');
    }
}

/// The same as events of CloudWatch Logs: each line is one.
pub fn log_events(
    record: &InvocationRecord,
    payloads: &Payloads,
    seed: SessionSeed,
) -> Vec<(Moment, String)> {
    let lines = log_lines(record, payloads, seed).into_iter();
    let events = lines.flat_map(|line| {
        let texts = line.text.split_inclusive('\n').map(str::to_owned);
        texts.map(move |text| (line.at, text)).collect::<Vec<_>>()
    });
    events.collect()
}

/// The same as one text.
pub fn log_text(record: &InvocationRecord, payloads: &Payloads, seed: SessionSeed) -> String {
    log_lines(record, payloads, seed)
        .into_iter()
        .map(|line| line.text)
        .collect()
}

/// The REPORT line of an invocation that ended.
pub fn report_line(record: &InvocationRecord, seed: SessionSeed) -> Option<String> {
    let End {
        outcome,
        duration,
        max_memory,
        ..
    } = record.end()?;
    let configuration = record.configuration.as_ref()?;
    let mut line = format!(
        "REPORT RequestId: {}\tDuration: {} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory Used: {} MB\t",
        record.shown().uuid(seed),
        duration.millis_2(),
        record.billed_millis()?,
        configuration.memory.get(),
        // A process that was killed for its memory had all of it.
        max_memory
            .megabytes_ceil()
            .min(u64::from(configuration.memory.get())),
    );
    if let Some(init) = record.billed_init() {
        line.push_str(&format!("Init Duration: {} ms\t", init.millis_2()));
    }
    // Their place and separators: REPORT lines of functions with SnapStart (AWS SAM documentation).
    if let Some((restore, billed)) = record.restored() {
        line.push_str(&format!(
            "Restore Duration: {} ms\tBilled Restore Duration: {} ms\t",
            restore.millis_2(),
            billed.billed_millis()
        ));
    }
    if let Outcome::Failed(failure) = outcome {
        line.push_str(&status_fields(failure));
    }
    line.push('\n');
    Some(line)
}

/// `Status` and `Error Type`, each followed by a tab; nothing for an error that the handler itself
/// reported.
fn status_fields(failure: Failure) -> String {
    match (failure, failure.report_error_type()) {
        (Failure::TimedOut, _) => "Status: timeout\t".to_owned(),
        (_, Some(error_type)) => format!("Status: error\tError Type: {error_type}\t"),
        (_, None) => String::new(),
    }
}

/// Written only when INIT failed (same page).
fn init_report_line(record: &InvocationRecord) -> Option<String> {
    let (outcome, duration) = record.init?;
    (outcome != InitOutcome::Succeeded)
        .then(|| phase_report("INIT_REPORT Init", "\tPhase: init", outcome, duration))
}

/// What a phase before the first invocation took, and how it failed, if it did.
fn phase_report(name: &str, phase: &str, outcome: InitOutcome, duration: Span) -> String {
    let status = match outcome {
        InitOutcome::Succeeded => String::new(),
        InitOutcome::TimedOut => format!("{phase}\tStatus: timeout"),
        InitOutcome::Failed(failure) => {
            format!("{phase}\t{}", status_fields(failure).trim_end())
        }
    };
    format!("{name} Duration: {} ms{status}\n", duration.millis_2())
}

/// Our runtimes' own name and version stand where AWS puts those of its managed runtimes.
fn start_line(name: &str, configuration: &FunctionConfiguration) -> String {
    let runtime = match configuration.runtime {
        Runtime::Provided => configuration.kind.name(),
        managed => managed.id(),
    };
    format!(
        "{name} Runtime Version: coldstart:{runtime}.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:coldstart-{runtime}-v1\n"
    )
}
