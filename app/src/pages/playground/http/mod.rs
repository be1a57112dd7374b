//! An HTTP client: requests to the selected function through an API, a function URL or a load balancer,
//! and what comes back; frames of a WebSocket connection.
//!
//! ```text
//! mod    the panel
//! model  a request as it is typed -> an event; a finished invocation -> what the client gets
//! ```

mod model;

use super::queues::drafts::Mistake;
use super::queues::forms::Mistakes;
use crate::app::use_session;
use crate::session::Session;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use model::{Answer, KINDS, METHODS, RequestDraft, Step};
use runtime_core::events::trigger::TriggerKind;

#[component]
pub(super) fn HttpPanel() -> impl IntoView {
    let session = use_session();
    let draft = RwSignal::new(RequestDraft::default());
    let answers = RwSignal::new(Vec::<Answer>::new());
    let connection = RwSignal::new(None::<u64>);
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let function = session.memo(|reading| {
        let function = reading.selected_function()?;
        let configuration = reading.platform().configuration(function)?;
        Some(configuration.name.clone())
    });
    let socket = Memo::new(move |_| draft.with(|it| it.kind == TriggerKind::ApiGatewayWebSocket));
    let selected = session.memo(|reading| reading.selected_function());
    // A connection is one to a function.
    Effect::new(move |_| {
        let _ = selected.get();
        connection.set(None);
    });
    let connected = Memo::new(move |_| socket.get() && connection.get().is_some());
    let go = move |step: Step| {
        let asked = draft.get_untracked();
        let made = session
            .read_untracked(|reading| asked.event(step, connection.get_untracked(), &reading));
        match made {
            Err(found) => mistakes.set(vec![found]),
            Ok(made) => {
                mistakes.set(Vec::new());
                let (function, seed) = (made.function, made.seed);
                send(session, asked, step, made, move |answer| {
                    // It may be late: by now something else may be called, or another connection be open.
                    let still =
                        socket.get_untracked() && selected.get_untracked() == Some(function);
                    match step {
                        Step::Connect if still => {
                            connection.set(Some(seed).filter(|_| answer.connected))
                        }
                        Step::Disconnect => {
                            connection.update(|it| *it = it.filter(|it| *it != seed))
                        }
                        Step::Connect | Step::Send => {}
                    }
                    answers.update(|answers| {
                        answers.insert(0, answer);
                        answers.truncate(model::KEPT);
                    });
                });
            }
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        go(match (socket.get_untracked(), connected.get_untracked()) {
            (true, false) => Step::Connect,
            _ => Step::Send,
        });
    };
    let text = move |write: fn(&mut RequestDraft, String)| {
        move |event: leptos::ev::Event| {
            let value = event_target_value(&event);
            draft.update(|draft| write(draft, value));
        }
    };
    view! {
        <section class="panel http" aria-labelledby="http-title" data-testid="http">
            <div class="panel-head">
                <h2 id="http-title">"HTTP client"</h2>
                <span class="muted">{move || function.get().map(|name| format!("calls {name}"))}</span>
            </div>
            <form class="queue-form http-form" novalidate on:submit=submit>
                <label>
                    <span>"Through"</span>
                    <select class="select" data-testid="http-kind" on:change=move |event| {
                        let chosen = event_target_value(&event);
                        let kind = KINDS.into_iter().find(|kind| kind.slug() == chosen);
                        draft.update(|it| it.kind = kind.unwrap_or(it.kind));
                        connection.set(None);
                    }>
                        {KINDS.map(|kind| view! {
                            <option value=kind.slug() prop:selected=move || draft.with(|it| it.kind == kind)>{kind.name()}</option>
                        })}
                    </select>
                </label>
                <Show when=move || !socket.get()>
                    <label>
                        <span>"Method"</span>
                        <select class="select" data-testid="http-method" on:change=text(|it, value| it.method = value)>
                            {METHODS.map(|method| view! {
                                <option value=method prop:selected=move || draft.with(|it| it.method == method)>{method}</option>
                            })}
                        </select>
                    </label>
                    <label class="wide">
                        <span>"Path and query"</span>
                        <input class="input mono" autocomplete="off" spellcheck="false" data-testid="http-path"
                            prop:value=move || draft.with(|it| it.path.clone()) on:input=text(|it, value| it.path = value) />
                    </label>
                    <label class="wide">
                        <span>"Headers, one a line"</span>
                        <textarea class="input mono" rows="2" spellcheck="false" data-testid="http-headers"
                            prop:value=move || draft.with(|it| it.headers.clone()) on:input=text(|it, value| it.headers = value)></textarea>
                    </label>
                </Show>
                <Show when=move || !socket.get() || connected.get()>
                    <label class="wide">
                        <span>{move || if socket.get() { "Message" } else { "Body" }}</span>
                        <textarea class="input mono" rows="3" spellcheck="false" data-testid="http-body"
                            prop:value=move || draft.with(|it| it.body.clone()) on:input=text(|it, value| it.body = value)></textarea>
                    </label>
                </Show>
                <Mistakes mistakes />
                <button class="button" data-testid="http-send" disabled=move || function.get().is_none()>
                    {move || match (socket.get(), connected.get()) {
                        (true, false) => "Connect",
                        _ => "Send",
                    }}
                </button>
                <Show when=move || connected.get()>
                    <button class="button" type="button" data-testid="http-disconnect" on:click=move |_| go(Step::Disconnect)>
                        "Disconnect"
                    </button>
                </Show>
            </form>
            <ol class="http-answers" aria-label="What came back, the newest first" aria-live="polite">
                {move || answers.get().into_iter().map(|answer| view! {
                    <li data-testid="http-answer">
                        <p>
                            <code>{answer.asked}</code> " "
                            <b class="mono" class:bad=!answer.good data-testid="http-status">{answer.headline}</b>
                        </p>
                        {answer.complaint.map(|text| view! { <p class="field-note bad">{text}</p> })}
                        {(!answer.headers.is_empty()).then(|| view! {
                            <details>
                                <summary>"Headers"</summary>
                                <dl class="trigger-rows mono">
                                    {answer.headers.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect_view()}
                                </dl>
                            </details>
                        })}
                        {answer.body.map(|body| view! {
                            <pre class="trigger-body" tabindex="0" role="region" aria-label="Body">{body}</pre>
                        })}
                    </li>
                }).collect_view()}
            </ol>
        </section>
    }
}

/// Sends a request; says what came back.
fn send(
    session: Session,
    asked: RequestDraft,
    step: Step,
    made: model::Made,
    then: impl FnOnce(Answer) + 'static,
) {
    let model::Made {
        function, event, ..
    } = made;
    let sent = event.clone();
    session.invoke_once(function, &sent, move |request| {
        let answer =
            session.read_untracked(|reading| Answer::of(&asked, step, &event, request, &reading));
        then(answer);
    });
}
