//! WebSocket APIs. API Gateway developer guide, "Manage connected users and client apps: $connect and
//! $disconnect routes" (a connection is made only if the integration succeeds) and "Set up route
//! responses for WebSocket APIs" (without a route response nothing goes back to the client).

use super::complaint::{Cause, Complaint};
use super::http::{HttpReply, body, status, wrong};
use super::rest::internal_server_error;
use super::{Reply, Verdict};
use crate::events::trigger::json::json;
use serde_json::Value;

/// What happens to a WebSocket connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// It is made.
    Opened,
    /// It is not made; the client's handshake gets this.
    Refused(HttpReply),
    /// It goes on. The client gets this frame if the route has a route response; an error, always.
    Answered {
        /// The frame.
        frame: String,
        /// Whether it is sent without a route response too.
        always: bool,
    },
    /// It is closed already.
    Closed,
}

pub(super) fn judge(event: &Value, given: Result<Value, Cause>) -> Reply {
    let context = &event["requestContext"];
    let read = given.and_then(|response| {
        // That a response without a status is refused is a choice of this model: the proxy
        // integration's format has one.
        if !response.is_object() {
            return Err(wrong("", "a JSON object"));
        }
        let text = body(&response["body"])?.to_owned();
        Ok((status(&response["statusCode"], true)?, text))
    });
    match (context["eventType"].as_str(), read) {
        (Some("CONNECT"), Ok((200..=299, _))) => Reply::plain(connection(Connection::Opened)),
        (Some("CONNECT"), Ok((status, text))) => {
            let refused = HttpReply::error(status, "application/json", &text);
            Reply::plain(connection(Connection::Refused(refused)))
        }
        (Some("DISCONNECT"), Ok(_)) => Reply::plain(connection(Connection::Closed)),
        (_, Ok((_, frame))) => {
            let always = false;
            Reply::plain(connection(Connection::Answered { frame, always }))
        }
        (_, Err(cause)) => {
            let verdict = unavailable(event, internal_server_error(502), "Internal server error");
            Reply::refused(verdict, Complaint::new(None, cause))
        }
    }
}

/// What becomes of a connection whose integration failed: the handshake gets `refused`, a frame says `message`.
pub(super) fn unavailable(event: &Value, refused: HttpReply, message: &str) -> Verdict {
    let context = &event["requestContext"];
    connection(match context["eventType"].as_str() {
        Some("CONNECT") => Connection::Refused(refused),
        Some("DISCONNECT") => Connection::Closed,
        _ => {
            let frame = json!({
                "message": message,
                "connectionId": context["connectionId"],
                "requestId": context["requestId"],
            });
            Connection::Answered {
                frame: frame.to_string(),
                always: true,
            }
        }
    })
}

fn connection(connection: Connection) -> Verdict {
    Verdict::Connection(connection)
}
