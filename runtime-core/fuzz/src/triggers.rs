//! What must hold for any event and response. Shared by the fuzz target and by the test that replays the
//! golden events.

use runtime_core::events::trigger::{TriggerKind, check, judge};

/// Any event is checked and any response is judged without panicking, by every kind of trigger; what
/// is refused is explained. The first zero byte parts the event from the response.
pub fn triggers_hold(bytes: &[u8]) {
    let (event, response) = match bytes.iter().position(|byte| *byte == 0) {
        Some(end) => (&bytes[..end], Some(&bytes[end + 1..])),
        None => (bytes, None),
    };
    for kind in TriggerKind::ALL {
        if let Err(error) = check(kind, event) {
            assert!(!error.to_string().is_empty() && !error.hint().is_empty());
        }
        for failed in [false, true] {
            if let Some(complaint) = judge(kind, event, response, failed).complaint {
                assert!(!complaint.to_string().is_empty() && !complaint.hint().is_empty());
            }
        }
    }
}
