//! The session, looked at request by request.

use crate::driver::Driver;
use runtime_core::billing::{
    Bill, BilledInvocation, BilledSettings, FreeTier, InvocationBill, PriceBook, SessionUsage,
    Usage, bill_invocation,
};
use runtime_core::projections::{
    End, InvocationRecord, Invocations, SnapshotRecord, Snapshots, Stage, log_text, report_line,
    snapshot_log_lines,
};
use runtime_core::timeline::{
    FunctionConfiguration, Outcome, Projection, Rejection, Start, Uncapturable,
};
use runtime_core::units::{EnvironmentId, Moment};
use std::process::ExitCode;
use std::sync::Arc;

/// Everything that is shown of a session.
pub(super) struct SessionResult<'a> {
    pub(super) book: &'a PriceBook,
    pub(super) free_tier: FreeTier,
    pub(super) configuration: Arc<FunctionConfiguration>,
    /// With SnapStart: the snapshot, or why there is none, and the log of its INIT phase.
    pub(super) snapshot: Option<(SnapshotRecord, String)>,
    pub(super) requests: Vec<RequestResult>,
    pub(super) usage: Usage,
    /// What all requests cost together.
    pub(super) bill: Bill,
}

/// One request.
pub(super) struct RequestResult {
    /// The id as AWS shows it.
    pub(super) uuid: String,
    pub(super) arrived: Moment,
    pub(super) ended: Ended,
}

/// How a request ended.
pub(super) enum Ended {
    /// A handler had it.
    Invoked(Box<InvocationResult>),
    /// It was refused, and nobody pays for it.
    Refused {
        rejection: Rejection,
        /// The body that the caller gets.
        body: String,
    },
}

/// One invocation.
pub(super) struct InvocationResult {
    pub(super) environment: EnvironmentId,
    pub(super) start: Start,
    pub(super) end: End,
    /// The body that the caller gets: the response, or an error payload.
    pub(super) payload: Arc<[u8]>,
    /// The log, platform lines included.
    pub(super) log: String,
    /// The REPORT line, which is part of the log too.
    pub(super) report: String,
    pub(super) billed: InvocationBill,
}

impl<'a> SessionResult<'a> {
    /// What the driver's session came to.
    pub(super) fn new(driver: &Driver, book: &'a PriceBook, free_tier: FreeTier) -> Self {
        let mut invocations = Invocations::default();
        let mut usage = SessionUsage::default();
        let mut snapshots = Snapshots::default();
        for entry in driver.timeline().entries() {
            invocations.apply(entry);
            usage.apply(entry);
            snapshots.apply(entry);
        }
        // Each invocation is billed on top of those before it.
        let mut month_to_date = Usage::default();
        let requests = invocations
            .iter()
            .filter_map(|record| request(driver, record, book, free_tier, &mut month_to_date))
            .collect();
        let snapshot = snapshots.get(driver.function()).map(|record| {
            let lines = snapshot_log_lines(record, driver.payloads());
            let log = lines.into_iter().map(|line| line.text).collect();
            (record.clone(), log)
        });
        SessionResult {
            book,
            free_tier,
            snapshot,
            configuration: driver.configuration(),
            requests,
            usage: usage.total(book),
            bill: usage.bill(book, &Usage::default(), free_tier),
        }
    }

    /// 0 if all succeeded, 1 after a function error, else 3 after a refusal.
    pub(super) fn exit_code(&self) -> ExitCode {
        let mut code = 0;
        for request in &self.requests {
            match &request.ended {
                Ended::Invoked(invocation) => match invocation.end.outcome {
                    Outcome::Succeeded => {}
                    Outcome::Failed(_) => return ExitCode::from(1),
                },
                Ended::Refused { .. } => code = 3,
            }
        }
        ExitCode::from(code)
    }

    /// The invocations among the requests.
    pub(super) fn invocations(&self) -> impl Iterator<Item = &InvocationResult> {
        self.requests
            .iter()
            .filter_map(|request| match &request.ended {
                Ended::Invoked(invocation) => Some(&**invocation),
                Ended::Refused { .. } => None,
            })
    }
}

/// `None` for a request without an end: there is none once all rounds are over.
fn request(
    driver: &Driver,
    record: &InvocationRecord,
    book: &PriceBook,
    free_tier: FreeTier,
    month_to_date: &mut Usage,
) -> Option<RequestResult> {
    let (payloads, seed) = (driver.payloads(), driver.meta().seed);
    let uuid = record.shown().uuid(seed);
    let configuration = record.configuration.as_ref()?;
    let ended = match record.stage {
        Stage::Rejected { rejection, .. } => Ended::Refused {
            rejection,
            body: rejection.body(&configuration.name),
        },
        Stage::Finished(end) => {
            let (_, start) = record.started?;
            let settings = BilledSettings::from(&**configuration);
            let billed = BilledInvocation::finished(settings, start, end.outcome, end.duration)?;
            let bill = bill_invocation(book, &billed, month_to_date, free_tier);
            *month_to_date += billed.usage(book);
            let own = end.response.map(|id| payloads.get(id));
            let payload = match end.outcome {
                Outcome::Succeeded => own,
                Outcome::Failed(failure) => failure
                    .payload(&uuid, configuration.timeout)
                    .map(|text| Arc::from(text.into_bytes()))
                    .or(own),
            };
            Ended::Invoked(Box::new(InvocationResult {
                environment: record.environment?,
                start,
                end,
                payload: payload.unwrap_or_default(),
                log: log_text(record, payloads, seed),
                report: report_line(record, seed)?,
                billed: bill,
            }))
        }
        Stage::Starting | Stage::Initializing | Stage::Invoking => return None,
    };
    Some(RequestResult {
        uuid,
        arrived: record.arrived,
        ended,
    })
}

/// Why there is no snapshot.
pub(super) fn refusal(reason: Option<&Uncapturable>) -> String {
    reason.map_or_else(|| "INIT failed".to_owned(), Uncapturable::to_string)
}
