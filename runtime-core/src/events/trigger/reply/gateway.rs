//! What a client gets that no handler had a say in: Lambda refused the request, or the answer came too late.

use super::complaint::{Cause, Complaint};
use super::http::HttpReply;
use super::task::{self, Refusal};
use super::websocket::unavailable;
use super::{Reply, Verdict, judge, rest};
use crate::events::trigger::json::json;
use crate::events::trigger::kind::{Class, TriggerKind};
use crate::units::Span;

/// `TimeoutInMillis` of REST and WebSocket APIs, unless it was raised (API Gateway developer guide, "Quotas").
const REST_TIMEOUT: Span = Span::from_secs(29);
/// Of HTTP APIs: it cannot be raised (API Gateway developer guide, "Quotas").
const HTTP_TIMEOUT: Span = Span::from_secs(30);
/// What REST and WebSocket APIs say then (API Gateway developer guide, "Gateway response types"; Kludex/mangum issue 128).
const TIMED_OUT: &str = "Endpoint request timed out";

/// What a trigger of this kind does when Lambda refuses to invoke its function at all, for want of concurrency for
/// example. `None` for those that nobody waits for.
pub fn judge_refusal(kind: TriggerKind, event: &[u8], refusal: &Refusal<'_>) -> Option<Reply> {
    let verdict = match kind {
        // "Handling Lambda errors in API Gateway": an error of Lambda's own is a 500.
        TriggerKind::ApiGatewayRest => Verdict::Http(rest::internal_server_error(500)),
        // As others have seen it (model choice).
        TriggerKind::ApiGatewayHttp => Verdict::Http(service_unavailable()),
        // As others have seen it (model choice). Whom it is no fault of sees less of it than a caller of the API.
        TriggerKind::FunctionUrl => {
            let message = match refusal.status {
                429 => (429, "Rate Exceeded."),
                413 => (413, "Request Too Long"),
                _ => (502, "Internal Server Error"),
            };
            let body = json!({"Message": message.1}).to_string();
            Verdict::Http(HttpReply::error(message.0, "application/json", &body))
        }
        TriggerKind::StepFunctions => task::refused(refusal),
        // The others cannot tell it from a function that failed (model choice); queues and streams have mappings,
        // which try again.
        _ if kind.class() == Class::Sync => return Some(judge(kind, event, None, true)),
        _ => return None,
    };
    Some(Reply::plain(verdict))
}

/// What a client of an API has got by the time that its function answers, `took` after it was asked: APIs give up
/// before. The function goes on, and is billed. `None` if nobody had given up.
pub fn judge_late(kind: TriggerKind, event: &[u8], took: Span) -> Option<Reply> {
    let (waits, verdict) = match kind {
        TriggerKind::ApiGatewayRest => (REST_TIMEOUT, Verdict::Http(timed_out())),
        // serverless/serverless issue 11222; AWS's own article on timeouts has 504 (model choice).
        TriggerKind::ApiGatewayHttp => (HTTP_TIMEOUT, Verdict::Http(service_unavailable())),
        TriggerKind::ApiGatewayWebSocket => {
            let event = serde_json::from_slice(event).unwrap_or_default();
            (REST_TIMEOUT, unavailable(&event, timed_out(), TIMED_OUT))
        }
        _ => return None,
    };
    let cause = Cause::IntegrationTimeout(waits);
    (took > waits).then(|| Reply::refused(verdict, Complaint::new(None, cause)))
}

fn timed_out() -> HttpReply {
    let body = json!({"message": TIMED_OUT}).to_string();
    HttpReply::error(504, "application/json", &body)
}

fn service_unavailable() -> HttpReply {
    let body = json!({"message": "Service Unavailable"}).to_string();
    HttpReply::error(503, "application/json", &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::trigger::reply::Connection;

    const THROTTLE: Refusal<'_> = Refusal {
        exception: "TooManyRequestsException",
        message: "Rate Exceeded.",
        status: 429,
    };

    fn http(reply: Option<Reply>) -> Option<(u16, String)> {
        match reply?.verdict {
            Verdict::Http(it) => Some((it.status, String::from_utf8(it.body).unwrap())),
            _ => None,
        }
    }

    /// Facts, section 4, "Behaviour per caller when throttled".
    #[test]
    fn a_throttle_is_an_answer_of_what_stands_between() {
        let judged = |kind| http(judge_refusal(kind, b"{}", &THROTTLE));
        for (kind, status, body) in [
            (
                TriggerKind::ApiGatewayRest,
                500,
                "{\"message\": \"Internal server error\"}",
            ),
            (
                TriggerKind::ApiGatewayHttp,
                503,
                "{\"message\":\"Service Unavailable\"}",
            ),
            (
                TriggerKind::FunctionUrl,
                429,
                "{\"Message\":\"Rate Exceeded.\"}",
            ),
        ] {
            assert_eq!(judged(kind), Some((status, body.to_owned())), "{kind:?}");
        }
        let (status, body) = judged(TriggerKind::LoadBalancer).unwrap();
        assert_eq!(status, 502);
        assert!(body.contains("502 Bad Gateway"), "{body}");
    }

    /// The same row: whoever waits sees that it failed, whoever does not wait sees nothing.
    #[test]
    fn who_waits_sees_a_failure() {
        let event =
            br#"{"triggerSource":"PreSignUp_SignUp","requestContext":{"eventType":"CONNECT"},
            "records":[{"recordId":"1"}]}"#;
        for kind in TriggerKind::ALL {
            let reply = judge_refusal(kind, event, &THROTTLE);
            assert_eq!(reply.is_some(), kind.class() == Class::Sync, "{kind:?}");
        }
        let verdict = |kind| judge_refusal(kind, event, &THROTTLE).map(|it| it.verdict);
        assert!(matches!(
            verdict(TriggerKind::ApiGatewayWebSocket),
            Some(Verdict::Connection(Connection::Refused(_)))
        ));
        assert!(matches!(
            verdict(TriggerKind::Cognito),
            Some(Verdict::Refused { .. })
        ));
        assert!(matches!(
            verdict(TriggerKind::StepFunctions),
            Some(Verdict::TaskFailed { .. })
        ));
    }

    /// Facts, section 3: 29 seconds of a REST API; API Gateway developer guide, "Quotas": 30 of an HTTP API.
    #[test]
    fn apis_give_up_before_functions_do() {
        let late = |kind, millis| http(judge_late(kind, b"{}", Span::from_millis(millis)));
        assert_eq!(late(TriggerKind::ApiGatewayRest, 29_000), None);
        assert_eq!(
            late(TriggerKind::ApiGatewayRest, 29_001),
            Some((
                504,
                "{\"message\":\"Endpoint request timed out\"}".to_owned()
            ))
        );
        assert_eq!(late(TriggerKind::ApiGatewayHttp, 30_000), None);
        assert_eq!(
            late(TriggerKind::ApiGatewayHttp, 30_001),
            Some((503, "{\"message\":\"Service Unavailable\"}".to_owned()))
        );
        for kind in [TriggerKind::FunctionUrl, TriggerKind::LoadBalancer] {
            assert_eq!(judge_late(kind, b"{}", Span::from_secs(800)), None);
        }
        let reply = judge_late(TriggerKind::ApiGatewayRest, b"{}", Span::from_secs(60)).unwrap();
        assert!(reply.hint().unwrap().contains("billed"));
    }

    /// Kludex/mangum issue 128.
    #[test]
    fn a_frame_says_that_it_was_late() {
        let event = br#"{"requestContext":{"eventType":"MESSAGE","connectionId":"L0SM9c=","requestId":"MCw="}}"#;
        let minute = Span::from_secs(60);
        let reply = judge_late(TriggerKind::ApiGatewayWebSocket, event, minute).unwrap();
        let frame = match reply.verdict {
            Verdict::Connection(Connection::Answered { frame, always }) => {
                assert!(always);
                frame
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(
            frame,
            r#"{"connectionId":"L0SM9c=","message":"Endpoint request timed out","requestId":"MCw="}"#
        );
        let connect = br#"{"requestContext":{"eventType":"CONNECT"}}"#;
        let reply = judge_late(TriggerKind::ApiGatewayWebSocket, connect, minute).unwrap();
        assert!(matches!(
            reply.verdict,
            Verdict::Connection(Connection::Refused(HttpReply { status: 504, .. }))
        ));
    }
}
