//! Firehose. Firehose developer guide, "Required parameters for data transformation" and "Handle
//! failure in data transformation": whatever is not as it must be is an unsuccessfully processed
//! record, kept apart below `processing-failed`; a failed invocation is tried three times by default.

use super::complaint::{Cause, Complaint};
use super::http::wrong;
use super::{Reply, Verdict};
use crate::events::trigger::encoding::from_base64;
use serde_json::Value;

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformedRecord {
    /// The event's id of it.
    pub id: String,
    /// What becomes of it.
    pub treatment: Treatment,
}

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// This is delivered.
    Delivered(Vec<u8>),
    /// Nothing is delivered, on purpose.
    Dropped,
    /// It is kept apart as it was.
    ProcessingFailed,
}

pub(super) fn judge(event: &Value, given: Result<Value, Cause>) -> Reply {
    let asked = event["records"].as_array().into_iter().flatten();
    let ids = asked.map(|record| record["recordId"].as_str().unwrap_or_default());
    let answered = given.and_then(|response| match &response["records"] {
        Value::Array(records) => Ok(records.clone()),
        _ => Err(wrong("records", "a list")),
    });
    let (answered, mut complaint) = match answered {
        Ok(records) => (records, None),
        Err(cause) => (Vec::new(), Some(cause)),
    };
    let records = ids
        .map(|id| {
            let found = answered
                .iter()
                .position(|record| record["recordId"].as_str() == Some(id));
            let treatment = found
                .ok_or_else(|| Cause::MissingRecord(id.to_owned()))
                .and_then(|index| treatment(index, &answered[index]));
            TransformedRecord {
                id: id.to_owned(),
                treatment: treatment.unwrap_or_else(|cause| {
                    // The first mistake is shown; others are often the same.
                    complaint.get_or_insert(cause);
                    Treatment::ProcessingFailed
                }),
            }
        })
        .collect();
    Reply {
        verdict: Verdict::Records(records),
        complaint: complaint.map(|cause| Complaint::new(None, cause)),
    }
}

fn treatment(index: usize, record: &Value) -> Result<Treatment, Cause> {
    match record["result"].as_str() {
        Some("Ok") => {
            let data = record["data"].as_str().and_then(from_base64);
            let wanted = "base64 of the transformed data";
            data.map(Treatment::Delivered)
                .ok_or_else(|| wrong(format!("records[{index}].data"), wanted))
        }
        Some("Dropped") => Ok(Treatment::Dropped),
        Some("ProcessingFailed") => Ok(Treatment::ProcessingFailed),
        _ => Err(wrong(
            format!("records[{index}].result"),
            "Ok, Dropped or ProcessingFailed",
        )),
    }
}
