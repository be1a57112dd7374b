//! One invocation: response, log, report.

use super::code_view::CodeView;
use super::problems::failure_places;
use super::reply::TriggerReply;
use super::words::indented;
use crate::app::use_session;
use crate::browser::files;
use crate::session::{Notice, Reading, Session};
use crate::widgets::{LogView, Tabs, TextView};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use leptos::prelude::*;
use runtime_core::platform::json_error;
use runtime_core::projections::{InvocationRecord, LogSource, Stage, log_lines, report_line};
use runtime_core::timeline::{ClockSetting, Outcome};
use runtime_core::units::ByteCount;
use wasm_bindgen_futures::spawn_local;

/// Responses longer than this are shown as they are and not made pretty.
const PRETTY_UP_TO: usize = 1_000_000;

/// What the response tab shows.
#[derive(Clone, Debug, PartialEq)]
struct ResponseModel {
    status: String,
    good: bool,
    note: String,
    text: String,
    raw: Vec<u8>,
    preview: Option<Preview>,
}

/// What a response can be looked at as.
#[derive(Clone, Debug, PartialEq)]
enum Preview {
    /// A `data:image/…` address in the response.
    Picture(String),
    /// The HTML that a function URL or an API would answer with.
    Page(String),
}

fn response_model(reading: &Reading<'_>, record: &InvocationRecord) -> Option<ResponseModel> {
    let name = record
        .configuration
        .as_ref()
        .map_or("", |it| it.name.as_str());
    match record.stage {
        Stage::Rejected { rejection, .. } => Some(ResponseModel {
            status: format!("{} {}", rejection.status(), rejection.exception()),
            good: false,
            note: String::new(),
            text: pretty(rejection.body(name).as_bytes()).0,
            raw: rejection.body(name).into_bytes(),
            preview: None,
        }),
        Stage::Finished(end) => {
            let uuid = record.shown().uuid(reading.session().seed);
            let timeout = record
                .configuration
                .as_ref()
                .map(|it| it.timeout)
                .unwrap_or_default();
            let given = end.response.map(|id| reading.payloads().get(id).to_vec());
            let (good, made) = match end.outcome {
                Outcome::Succeeded => (true, None),
                Outcome::Failed(failure) => (false, failure.payload(&uuid, timeout)),
            };
            let raw = made.map(String::into_bytes).or(given).unwrap_or_default();
            let (text, json) = pretty(&raw);
            let status = if good {
                format!("200 · {}", ByteCount::from(raw.len()))
            } else {
                "200 · X-Amz-Function-Error: Unhandled".to_owned()
            };
            let note = if good && !json {
                "The response is not JSON. Lambda returns what a runtime gives it as it is; most callers expect JSON.".to_owned()
            } else {
                String::new()
            };
            let preview = if json { preview(&raw) } else { None };
            Some(ResponseModel {
                status,
                good,
                note,
                text,
                raw,
                preview,
            })
        }
        Stage::Starting | Stage::Initializing | Stage::Invoking => None,
    }
}

/// JSON with indentation, and whether it was JSON. Bytes that are no text are shown as such.
fn pretty(raw: &[u8]) -> (String, bool) {
    if json_error(raw).is_some() {
        return (String::from_utf8_lossy(raw).into_owned(), false);
    }
    let pretty = if raw.len() <= PRETTY_UP_TO {
        indented(raw)
    } else {
        None
    };
    (
        pretty.unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned()),
        true,
    )
}

/// The response as a page, if it is one, or else the first of its values that is a picture.
fn preview(raw: &[u8]) -> Option<Preview> {
    let value: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(raw).ok()?;
    if let Some(page) = page(&value) {
        return Some(Preview::Page(page));
    }
    value.into_iter().find_map(|(_, value)| match value {
        serde_json::Value::String(text) if text.starts_with("data:image/png;base64,") => {
            Some(Preview::Picture(text))
        }
        _ => None,
    })
}

/// The HTML of a response to an HTTP request ("Lambda function URLs", response payload).
fn page(response: &serde_json::Map<String, serde_json::Value>) -> Option<String> {
    let headers = response.get("headers")?.as_object()?;
    let is_html = headers.iter().any(|(name, value)| {
        let html = |text: &str| {
            text.trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        };
        name.eq_ignore_ascii_case("content-type") && value.as_str().is_some_and(html)
    });
    let body = response.get("body")?.as_str().filter(|_| is_html)?;
    match response.get("isBase64Encoded") {
        Some(serde_json::Value::Bool(true)) => {
            let bytes = BASE64.decode(body).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
        _ => Some(body.to_owned()),
    }
}

#[component]
pub(super) fn Detail() -> impl IntoView {
    let session = use_session();
    let tab = RwSignal::new(0usize);
    // A response may be long: it is read when it comes and not with each fact.
    let stage = session.memo(|reading| {
        let record = reading.shown_request()?;
        Some((reading.session(), record.request, record.stage))
    });
    let response = Memo::new(move |_| {
        let (_, request, _) = stage.get()?;
        session
            .read_untracked(|reading| response_model(&reading, reading.invocations().get(request)?))
    });
    let log = session.memo(|reading| {
        let Some(record) = reading.shown_request() else {
            return Vec::new();
        };
        let lines = log_lines(record, reading.payloads(), reading.session().seed);
        let lines = lines.into_iter();
        lines
            .map(|line| (line.source == LogSource::Platform, line.text))
            .collect::<Vec<_>>()
    });
    let report = session.memo(|reading| {
        let record = reading.shown_request()?;
        Some((
            report_line(record, reading.session().seed)?,
            report_rows(&reading, record)?,
        ))
    });
    let has_request = session.memo(|reading| reading.shown_request().is_some());
    let tabs =
        Signal::derive(|| vec!["Response".to_owned(), "Log".to_owned(), "Report".to_owned()]);
    view! {
        <section class="panel detail" aria-label="Invocation" data-testid="detail">
            <Tabs label="Invocation" tabs=tabs selected=tab />
            <Show
                when=move || has_request.get()
                fallback=|| view! { <p class="empty">"The response, the log and the REPORT line of the last invocation appear here."</p> }
            >
                <div class="tab-body" role="tabpanel">
                    {move || match tab.get() {
                        0 => view! { <ResponseTab response=response /> }.into_any(),
                        1 => view! { <LogTab log=log /> }.into_any(),
                        _ => view! { <ReportTab report=report /> }.into_any(),
                    }}
                </div>
            </Show>
        </section>
    }
}

#[component]
fn ResponseTab(response: Memo<Option<ResponseModel>>) -> impl IntoView {
    let (session, code) = (use_session(), CodeView::here());
    let failed_at = session.memo(|reading| {
        let record = reading.shown_request()?;
        let (_, places) = failure_places(&reading, record)?;
        Some((record.function, places.into_iter().next()?))
    });
    view! {
        {move || match response.get() {
            None => view! { <p class="empty">"The handler is at work."</p> }.into_any(),
            Some(model) => {
                let (raw, text) = (model.raw, model.text.clone());
                let copied = text.clone();
                view! {
                    <p class="status mono" class:bad=!model.good data-testid="response-status">{model.status}</p>
                    {move || failed_at.get().map(|(function, place)| {
                        let words = format!("{}:{}", place.file, place.line);
                        let show = move |_| code.show(session, function, place.clone());
                        view! {
                            <p class="advice">
                                "At " <button class="editor-place mono" data-testid="failed-at" on:click=show>{words}</button>
                            </p>
                        }
                    })}
                    {(!model.note.is_empty()).then(|| view! { <p class="advice">{model.note}</p> })}
                    {model.preview.map(|preview| match preview {
                        Preview::Picture(source) => view! {
                            <img class="response-picture" src=source alt="The picture in the response" />
                        }.into_any(),
                        // Without any of the sandbox's permissions: no scripts, no forms, no origin.
                        Preview::Page(html) => view! {
                            <iframe class="response-page" sandbox="" srcdoc=html title="The page in the response"></iframe>
                        }.into_any(),
                    })}
                    <TriggerReply />
                    <TextView
                        label="Response"
                        text=Signal::stored(text)
                        on_copy=Callback::new(move |()| copy(session, copied.clone()))
                        on_download=Callback::new(move |()| download(session, "response.json", "application/json", &raw))
                    />
                }.into_any()
            }
        }}
    }
}

#[component]
fn LogTab(log: Memo<Vec<(bool, String)>>) -> impl IntoView {
    let session = use_session();
    let whole = move || {
        log.get()
            .into_iter()
            .map(|(_, text)| text)
            .collect::<String>()
    };
    view! {
        <Show
            when=move || log.with(|log| !log.is_empty())
            fallback=|| view! { <p class="empty">"Lambda logs nothing for a request that was refused."</p> }
        >
            <LogView
                lines=log
                on_copy=Callback::new(move |()| copy(session, whole()))
                on_download=Callback::new(move |()| download(session, "log.txt", "text/plain", whole().as_bytes()))
            />
        </Show>
    }
}

type ReportModel = Option<(String, Vec<(String, String)>)>;

#[component]
fn ReportTab(report: Memo<ReportModel>) -> impl IntoView {
    view! {
        {move || match report.get() {
            None => view! { <p class="empty">"There is a REPORT when a handler has ended."</p> }.into_any(),
            Some((line, rows)) => view! {
                <pre class="report-line" data-testid="report" tabindex="0">{line}</pre>
                <dl class="rows">
                    {rows.into_iter().map(|(name, value)| view! {
                        <dt>{name}</dt><dd class="mono">{value}</dd>
                    }).collect_view()}
                </dl>
            }.into_any(),
        }}
    }
}

fn report_rows(reading: &Reading<'_>, record: &InvocationRecord) -> Option<Vec<(String, String)>> {
    let end = record.end()?;
    let setting = record.configuration.as_ref()?.clock;
    let clock = setting.name();
    let mut rows = vec![
        (
            "request".to_owned(),
            record.shown().uuid(reading.session().seed),
        ),
        ("environment".to_owned(), record.environment?.to_string()),
        ("arrived".to_owned(), record.arrived.to_string()),
        (
            format!("duration, {clock}"),
            format!("{} ms", end.duration.millis_2()),
        ),
    ];
    if let Some(init) = record.billed_init() {
        rows.push((format!("init, {clock}"), format!("{} ms", init.millis_2())));
    }
    rows.push((
        "billed".to_owned(),
        format!("{} ms", record.billed_millis()?),
    ));
    rows.push(("memory used".to_owned(), end.max_memory.to_string()));
    if setting == ClockSetting::Measured {
        let host = crate::browser::host::Host::detect();
        let isolated = if host.isolated {
            "cross-origin isolated"
        } else {
            "not cross-origin isolated"
        };
        rows.push((
            "clock steps".to_owned(),
            format!("{} µs ({isolated})", host.timer_step_micros()),
        ));
    }
    Some(rows)
}

fn copy(session: Session, text: String) {
    spawn_local(async move {
        if let Err(reason) = files::copy(&text).await {
            session.notify(Notice::error(
                format!("The browser did not copy it: {reason}."),
                "Select the text and copy it by hand, or download it.",
            ));
        }
    });
}

fn download(session: Session, name: &str, mime: &str, bytes: &[u8]) {
    if let Err(reason) = files::download(name, mime, bytes) {
        session.notify(Notice::error(
            format!("The file could not be made: {reason}."),
            "Try again.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_a_page_and_pictures_are_pictures() {
        let page = |text: &str| preview(text.as_bytes());
        let html = r#"{"statusCode":200,"headers":{"Content-Type":"text/html; charset=utf-8"},"body":"<p>"}"#;
        assert_eq!(page(html), Some(Preview::Page("<p>".to_owned())));
        let encoded =
            r#"{"headers":{"content-type":"TEXT/HTML"},"isBase64Encoded":true,"body":"PHA+"}"#;
        assert_eq!(page(encoded), Some(Preview::Page("<p>".to_owned())));
        let picture = "data:image/png;base64,AA==";
        let with_picture = format!(r#"{{"a":1,"b":"{picture}"}}"#);
        assert_eq!(
            page(&with_picture),
            Some(Preview::Picture(picture.to_owned()))
        );
        for other in [
            "{}",
            "[1]",
            r#"{"headers":{"content-type":"text/plain"},"body":"<p>"}"#,
            r#"{"headers":{"content-type":"text/html"},"body":5}"#,
            r#"{"headers":{"content-type":"text/html"},"isBase64Encoded":true,"body":"%"}"#,
        ] {
            assert_eq!(page(other), None, "{other}");
        }
    }
}
