//! The HTTP client: what a client gets through an API, a function URL and a load balancer, and frames of
//! a WebSocket connection.

use coldstart_tests::{Page, eventually, eventually_eq, visit};

/// Answers with what it was asked, or with what an integration cannot take.
const MODULE: &str = "\
import json
import time

def lambda_handler(event, context):
    route = event['requestContext'].get('routeKey')
    if route in ('$connect', '$disconnect'):
        return {'statusCode': 200}
    if event['requestContext'].get('connectionId'):
        return {'statusCode': 200, 'body': event['body'].upper()}
    path = event.get('rawPath') or event.get('path')
    if path == '/slow':
        time.sleep(31)
        return {'statusCode': 200, 'body': 'late'}
    if path == '/broken':
        return {'statusCode': 200, 'body': {'not': 'a text'}}
    return {'statusCode': 201, 'headers': {'x-path': path}, 'body': event.get('body') or 'nothing'}
";

fn deploy(page: &Page) {
    let file = coldstart_tests::uploads::write(page.folder(), "web.py", MODULE);
    page.upload_as(&file, "web");
}

fn answers(page: &Page) -> Vec<String> {
    page.texts("[data-testid=http-status]")
}

/// Sends what is filled in; the status line that comes back.
fn send(page: &Page) -> String {
    let before = answers(page).len();
    page.click("[data-testid=http-send]");
    page.wait("an answer", || {
        let now = answers(page);
        (now.len() > before).then(|| now[0].clone())
    })
}

#[test]
fn a_client_gets_what_the_integration_makes_of_the_response() {
    visit(|page| {
        page.wait_until("the panel", || page.has("[data-testid=http]"));
        deploy(page);
        page.choose("[data-testid=http-method]", "POST");
        page.fill("[data-testid=http-path]", "/orders?size=2");
        page.fill("[data-testid=http-body]", "two teas");
        for kind in [
            "API Gateway HTTP API",
            "API Gateway REST API",
            "Function URL",
            "Application Load Balancer",
        ] {
            page.choose("[data-testid=http-kind]", kind);
            let status = send(page);
            assert!(status.contains(" 201 "), "{kind}: {status}");
            let answer = page.texts("[data-testid=http-answer]").remove(0);
            assert!(answer.contains("two teas"), "{kind}: {answer}");
            assert!(answer.contains("POST /orders?size=2"), "{kind}: {answer}");
        }
        // What the proxy integration of a REST API cannot take is a 502, and it says why.
        page.choose("[data-testid=http-kind]", "API Gateway REST API");
        page.fill("[data-testid=http-path]", "/broken");
        let status = send(page);
        assert!(status.contains(" 502 "), "{status}");
        // A header that is none is refused before anything is sent.
        page.fill("[data-testid=http-headers]", "no header");
        page.click("[data-testid=http-send]");
        page.wait_until("the header is refused", || {
            page.text(".http .field-error")
                .is_some_and(|text| text.contains("line 1 of headers is no header"))
        });
    });
}

#[test]
fn a_connection_is_made_used_and_closed() {
    visit(|page| {
        page.wait_until("the panel", || page.has("[data-testid=http]"));
        deploy(page);
        page.choose("[data-testid=http-kind]", "API Gateway WebSocket API");
        assert_eq!(send(page), "The connection is made");
        page.fill("[data-testid=http-body]", "hello");
        send(page);
        let answer = page.texts("[data-testid=http-answer]").remove(0);
        assert!(answer.contains("HELLO"), "{answer}");
        let before = answers(page).len();
        page.click("[data-testid=http-disconnect]");
        page.wait_until("it is closed", || answers(page).len() > before);
        eventually_eq!(page, answers(page)[0].clone(), "The connection is closed");
        eventually!(page, !page.has("[data-testid=http-disconnect]"));

        // A connection is one to a function: another one has none.
        assert_eq!(send(page), "The connection is made");
        page.wait_until("it is open", || page.has("[data-testid=http-disconnect]"));
        page.add_sample("Echo", "echo");
        page.wait_until("echo has no connection", || {
            !page.has("[data-testid=http-disconnect]")
        });
    });
}

/// What stands between a client and a function answers for it: while it is throttled, and when it is too slow.
#[test]
fn a_client_gets_what_an_api_makes_of_no_response() {
    visit(|page| {
        page.wait_until("the panel", || page.has("[data-testid=http]"));
        deploy(page);
        page.configure("timeout", "60");
        page.fill("[data-testid=http-path]", "/slow");
        // The clock is modelled: half a minute of sleep takes no time.
        for (kind, status, says) in [
            (
                "API Gateway REST API",
                " 504 ",
                "Endpoint request timed out",
            ),
            ("API Gateway HTTP API", " 503 ", "Service Unavailable"),
            ("Function URL", " 200 ", "late"),
        ] {
            page.choose("[data-testid=http-kind]", kind);
            let line = send(page);
            assert!(line.contains(status), "{kind}: {line}");
            let answer = page.texts("[data-testid=http-answer]").remove(0);
            assert!(answer.contains(says), "{kind}: {answer}");
        }

        page.configure("reserved", "0");
        for (kind, status, says) in [
            ("API Gateway REST API", " 500 ", "Internal server error"),
            ("API Gateway HTTP API", " 503 ", "Service Unavailable"),
            ("Function URL", " 429 ", "Rate Exceeded."),
            ("Application Load Balancer", " 502 ", "Bad Gateway"),
        ] {
            page.choose("[data-testid=http-kind]", kind);
            let line = send(page);
            assert!(line.contains(status), "{kind}: {line}");
            let answer = page.texts("[data-testid=http-answer]").remove(0);
            assert!(answer.contains(says), "{kind}: {answer}");
        }
        page.expect_quiet_console();
    });
}
