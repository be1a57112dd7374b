//! A user pool: people sign up, confirm and sign in; what functions answered; who is in the pool.

use super::model::SourceRow;
use crate::app::use_session;
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::{Mistakes, Text};
use crate::session::{Command, Reading};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::scribe::pool::{ANSWER_WAIT, Pool, PoolAnswer, PoolRequest, PoolResult};
use runtime_core::units::{RequestId, SourceId};
use serde_json::Value;

/// What is shown of a pool.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PoolRow {
    pool: Option<PoolShown>,
}

#[derive(Clone, Debug, PartialEq)]
struct PoolShown {
    users: Vec<UserRow>,
    last: Vec<RecordRow>,
}

/// A user: name, state, address, and what the mail says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct UserRow {
    name: String,
    state: &'static str,
    email: String,
    code: String,
}

/// Something that was asked of the pool: who asked what, what functions answered, what came of it.
#[derive(Clone, Debug, PartialEq)]
struct RecordRow {
    title: String,
    calls: Vec<CallRow>,
    result: String,
    kind: &'static str,
}

/// A call of a function: which request it was, if that is known, and what the pool heard of it.
#[derive(Clone, Debug, PartialEq)]
struct CallRow {
    request: Option<RequestId>,
    told: String,
}

impl PoolRow {
    pub(super) fn of(reading: &Reading<'_>, pool: &Pool) -> Self {
        let now = reading.session().unix_nanos(reading.shown()) / 1_000_000;
        let users = pool.users().iter().map(|(name, user)| UserRow {
            name: name.clone(),
            state: match user.confirmed {
                true => "CONFIRMED",
                false => "UNCONFIRMED",
            },
            email: match user.email_verified {
                true => format!("{} (verified)", user.email),
                false => user.email.clone(),
            },
            code: match (user.confirmed, pool.challenges().get(name)) {
                (false, _) => format!("the mail would say {}", user.code),
                (true, Some(challenge)) if challenge.is_expired(now) => {
                    "has not answered a challenge in time".to_owned()
                }
                (true, Some(challenge)) => {
                    let shown = Value::Object(challenge.public_parameters.clone());
                    format!("has to answer {shown}")
                }
                (true, None) => String::new(),
            },
        });
        let last = pool.last().iter().map(|record| RecordRow {
            title: format!("{} {}", record.request, record.user),
            calls: record
                .answers
                .iter()
                .flat_map(|answer| calls(reading, answer))
                .collect(),
            result: told(&record.result),
            kind: match record.result {
                PoolResult::Succeeded(_) => "handled",
                PoolResult::Refused { .. } => "failed",
            },
        });
        PoolRow {
            pool: Some(PoolShown {
                users: users.collect(),
                last: last.collect(),
            }),
        }
    }
}

/// The calls for an answer, a row each.
fn calls(reading: &Reading<'_>, answer: &PoolAnswer) -> Vec<CallRow> {
    let function = reading.platform().configuration(answer.function);
    let name = function.map_or("deleted", |it| it.name.as_str());
    let who = format!("{} \u{2192} {name}", answer.trigger.name());
    let result = told(&answer.result);
    let count = answer.attempts.len();
    if count == 0 {
        return vec![CallRow {
            request: None,
            told: format!("{who}: {result}"),
        }];
    }
    let rows = answer.attempts.iter().enumerate().map(|(place, attempt)| {
        let heard = match attempt.late {
            true => format!("no answer within {ANSWER_WAIT}"),
            false => result.clone(),
        };
        let which = match count {
            1 => String::new(),
            _ => format!(", attempt {}", place + 1),
        };
        CallRow {
            request: Some(attempt.request),
            told: format!("{who}{which}: {heard}"),
        }
    });
    rows.collect()
}

fn told(result: &PoolResult) -> String {
    match result {
        PoolResult::Succeeded(value) => value.to_string(),
        PoolResult::Refused { error, message } => format!("{error}: {message}"),
    }
}

/// What is asked of a pool, as it is typed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Draft {
    action: Action,
    user: String,
    password: String,
    email: String,
    /// From the mail, or to a challenge.
    code: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Action {
    #[default]
    SignUp,
    Confirm,
    SignIn,
    Challenge,
    Answer,
}

const ACTIONS: [(Action, &str); 5] = [
    (Action::SignUp, "Sign up"),
    (Action::Confirm, "Confirm"),
    (Action::SignIn, "Sign in"),
    (Action::Challenge, "Sign in by challenge"),
    (Action::Answer, "Answer the challenge"),
];

impl Draft {
    fn request(&self) -> PoolRequest {
        let user = self.user.trim().to_owned();
        let password = self.password.clone();
        match self.action {
            Action::SignUp => PoolRequest::SignUp {
                user,
                password,
                email: self.email.trim().to_owned(),
            },
            Action::Confirm => PoolRequest::Confirm {
                user,
                code: self.code.trim().to_owned(),
            },
            Action::SignIn => PoolRequest::SignIn { user, password },
            Action::Challenge => PoolRequest::SignInByChallenge {
                user,
                password: Some(password).filter(|it| !it.is_empty()),
            },
            Action::Answer => PoolRequest::Answer {
                user,
                answer: self.code.trim().to_owned(),
            },
        }
    }
}

/// The button cannot be used while this lives. A session that ends drops whoever waits for an answer: it
/// can be used then, too.
struct Busy(RwSignal<bool>);

impl Busy {
    fn new(busy: RwSignal<bool>) -> Self {
        busy.set(true);
        Busy(busy)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        // The panel may be gone by now.
        let _ = self.0.try_set(false);
    }
}

/// The form, the users, and what was asked last.
#[component]
pub(super) fn UserPool(source: SourceId, row: Memo<Option<SourceRow>>) -> impl IntoView {
    let session = use_session();
    let draft = RwSignal::new(Draft::default());
    let busy = RwSignal::new(false);
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let shown = Memo::new(move |_| row.get().and_then(|row| row.pool.pool));
    let users = Memo::new(move |_| shown.get().map(|it| it.users).unwrap_or_default());
    let last = Memo::new(move |_| shown.get().map(|it| it.last).unwrap_or_default());
    let is = move |action: Action| draft.with(|it| it.action == action);
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        let request = draft.get_untracked().request();
        mistakes.set(match session.ask_pool(source, request, Busy::new(busy)) {
            true => Vec::new(),
            false => vec![Mistake::new(
                "The user pool is not there any more.",
                "Create another one.",
            )],
        });
    };
    view! {
        <form class="queue-form" novalidate data-testid="pool-form" on:submit=ask>
            <label>
                <span>"What to do"</span>
                <select class="select" data-testid="pool-action" on:change=move |event| {
                    let chosen = event_target_value(&event);
                    let found = ACTIONS.into_iter().find(|(_, name)| *name == chosen);
                    draft.update(|it| it.action = found.map_or(it.action, |(action, _)| action));
                }>
                    {ACTIONS.map(|(action, name)| view! {
                        <option value=name prop:selected=move || is(action)>{name}</option>
                    })}
                </select>
            </label>
            <Text label="User name" draft read=|it| &it.user write=|it, value| it.user = value testid="pool-user" />
            <Show when=move || !is(Action::Confirm) && !is(Action::Answer)>
                <Text label="Password (kept as a digest)" draft read=|it| &it.password write=|it, value| it.password = value testid="pool-password" />
            </Show>
            <Show when=move || is(Action::SignUp)>
                <Text label="E-mail" draft read=|it| &it.email write=|it, value| it.email = value testid="pool-email" />
            </Show>
            <Show when=move || is(Action::Confirm)>
                <Text label="Code" draft read=|it| &it.code write=|it, value| it.code = value testid="pool-code" />
            </Show>
            <Show when=move || is(Action::Answer)>
                <Text label="Answer" draft read=|it| &it.code write=|it, value| it.code = value testid="pool-answer" />
            </Show>
            <Show when=move || is(Action::Challenge)>
                <p class="field-note muted">"With a password the client begins with SRP_A, and DefineAuthChallenge can ask for it first. Without one it begins with the challenge."</p>
            </Show>
            <Mistakes mistakes />
            <button class="button" data-testid="pool-ask" disabled=move || busy.get()>
                {move || ACTIONS.into_iter().find(|(action, _)| is(*action)).map(|(_, name)| name)}
            </button>
        </form>
        <Show when=move || !users.with(Vec::is_empty)>
            <ul class="event-list" aria-label="Users" data-testid="pool-users">
                <For each=move || users.get() key=UserRow::clone children=|user| view! {
                    <li class="version-row">
                        <b>{user.name}</b>
                        <span class="tag">{user.state}</span>
                        <span>{user.email}</span>
                        <span class="muted">{user.code}</span>
                    </li>
                } />
            </ul>
        </Show>
        <Show when=move || !last.with(Vec::is_empty)>
            <ul class="event-list" aria-label="What was asked of the pool" data-testid="pool-last">
                {move || last.get().into_iter().map(|record| view! {
                    <li class="event-row pool-record" data-kind=record.kind>
                        <b>{record.title}</b>
                        {record.calls.into_iter().map(|call| view! { <Call call /> }).collect_view()}
                        <code class="told" data-testid="pool-result">{record.result}</code>
                    </li>
                }).collect_view()}
            </ul>
        </Show>
    }
}

/// A call of a function, which leads to its request.
#[component]
fn Call(call: CallRow) -> impl IntoView {
    let session = use_session();
    let CallRow { request, told } = call;
    view! {
        <button class="told told-call" type="button" title="Show the request" data-testid="pool-call"
            disabled=request.is_none()
            on:click=move |_| session.dispatch(Command::SelectRequest(request))>
            {told}
        </button>
    }
}
