//! Forms for queues, for what polls them, and for messages.

use super::destinations::{self, Destinations};
use super::drafts::{MappingDraft, Mistake, QueueDraft, SendDraft};
use crate::app::use_session;
use crate::session::{Command, MAX_BURST};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::timeline::{Destination, QueueConfiguration};
use runtime_core::units::{MappingId, QueueId};

/// Settings of a queue; of a new one without `queue`.
#[component]
pub(super) fn QueueForm(
    queue: Option<QueueId>,
    /// Closed once it is done.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let source = session.memo(move |reading| {
        let before = queue.and_then(|queue| reading.platform().queue_configuration(queue));
        QueueDraft::of(
            &before
                .cloned()
                .unwrap_or_else(|| QueueConfiguration::named("")),
        )
    });
    let draft = RwSignal::new(source.get_untracked());
    follow(draft, source, queue.is_none());
    let others = session.memo(move |reading| {
        let queues = reading.platform().queues();
        let others = queues.filter(|(id, _)| Some(*id) != queue);
        let others = others.map(|(id, it)| (Destination::Queue(id), it.name.clone()));
        others.collect::<Vec<_>>()
    });
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let read = session.read_untracked(|reading| {
            let id = queue.unwrap_or_else(|| reading.platform().next_queue());
            let draft = draft.get_untracked();
            draft
                .read(id, &reading)
                .map(|configuration| (id, configuration))
        });
        match read {
            Ok((id, configuration)) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::ConfigureQueue {
                    queue: id,
                    configuration: Box::new(configuration),
                });
                if queue.is_none() {
                    draft.set(source.get_untracked());
                }
                open.set(false);
            }
            Err(found) => mistakes.set(found),
        }
    };
    let fifo = Memo::new(move |_| draft.with(|draft| draft.name.trim().ends_with(".fifo")));
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="queue-form">
            <Text label="Name" draft read=|it| &it.name write=|it, value| it.name = value testid="queue-name" />
            <Text label="Visibility timeout, s" draft read=|it| &it.visibility write=|it, value| it.visibility = value testid="queue-visibility" />
            <Text label="Delay, s" draft read=|it| &it.delay write=|it, value| it.delay = value testid="queue-delay" />
            <Text label="Retention, s" draft read=|it| &it.retention write=|it, value| it.retention = value testid="queue-retention" />
            <label>
                <span>"Dead-letter queue"</span>
                <select class="select" data-testid="queue-redrive" on:change=move |event| {
                    let chosen = destinations::queue(&event_target_value(&event));
                    draft.update(|draft| draft.dead_letter_queue = chosen);
                }>
                    <Destinations choices=others
                        chosen=Signal::derive(move || draft.with(|it| it.dead_letter_queue.map(Destination::Queue))) />
                </select>
            </label>
            <Show when=move || draft.with(|it| it.dead_letter_queue.is_some())>
                <Text label="after so many receives" draft read=|it| &it.receives write=|it, value| it.receives = value testid="queue-receives" />
            </Show>
            <Show when=move || fifo.get()>
                <label class="check">
                    <input type="checkbox" prop:checked=move || draft.with(|it| it.content_based)
                        on:change=move |event| draft.update(|it| it.content_based = event_target_checked(&event)) />
                    <span>"Content-based deduplication"</span>
                </label>
            </Show>
            <Mistakes mistakes />
            <button class="button" data-testid="save-queue">
                {if queue.is_some() { "Apply" } else { "Create queue" }}
            </button>
            <Show when=move || queue.is_none()>
                <p class="field-note muted">"A name that ends with .fifo makes a FIFO queue: in order for each message group, and each message once."</p>
            </Show>
        </form>
    }
}

/// Settings of a mapping; of a new one without `mapping`.
#[component]
pub(super) fn MappingForm(
    queue: QueueId,
    mapping: Option<MappingId>,
    /// Closed once it is done.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let source = session.memo(move |reading| {
        match mapping.and_then(|mapping| reading.platform().mapping(mapping)) {
            Some(configuration) => MappingDraft::of(configuration),
            None => MappingDraft::new(reading.selected_function()),
        }
    });
    let draft = RwSignal::new(source.get_untracked());
    follow(draft, source, mapping.is_none());
    let functions = session.memo(|reading| destinations::functions(&reading));
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let read = session.read_untracked(|reading| {
            let id = mapping.unwrap_or_else(|| reading.platform().next_mapping());
            let read = draft.get_untracked().read(id, queue, &reading);
            read.map(|configuration| (id, configuration))
        });
        match read {
            Ok((id, configuration)) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::ConfigureMapping {
                    mapping: id,
                    configuration: Box::new(configuration),
                });
                if mapping.is_none() {
                    draft.set(source.get_untracked());
                }
                open.set(false);
            }
            Err(found) => mistakes.set(found),
        }
    };
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="mapping-form">
            <label>
                <span>"Function"</span>
                <select class="select" data-testid="mapping-function" on:change=move |event| {
                    let chosen = destinations::function(&event_target_value(&event));
                    draft.update(|draft| draft.function = chosen);
                }>
                    <Destinations choices=functions needed=true
                        chosen=Signal::derive(move || draft.with(|it| it.function.map(Destination::Function))) />
                </select>
            </label>
            <Text label="Batch size" draft read=|it| &it.batch_size write=|it, value| it.batch_size = value testid="mapping-batch" />
            <Text label="Batch window, s" draft read=|it| &it.window write=|it, value| it.window = value testid="mapping-window" />
            <Text label="Maximum concurrency" draft read=|it| &it.concurrency write=|it, value| it.concurrency = value testid="mapping-concurrency" />
            <Text label="Minimum pollers (provisioned mode)" draft read=|it| &it.minimum_pollers write=|it, value| it.minimum_pollers = value testid="mapping-minimum-pollers" />
            <Text label="Maximum pollers" draft read=|it| &it.maximum_pollers write=|it, value| it.maximum_pollers = value testid="mapping-maximum-pollers" />
            <label class="check">
                <input type="checkbox" data-testid="mapping-report" prop:checked=move || draft.with(|it| it.report_failures)
                    on:change=move |event| draft.update(|it| it.report_failures = event_target_checked(&event)) />
                <span>"Report batch item failures"</span>
            </label>
            <Area label="Filter patterns, one a line" placeholder="{\"body\": {\"order\": [{\"numeric\": [\">\", 10]}]}}"
                draft read=|it| &it.filters write=|it, value| it.filters = value testid="mapping-filters" />
            <Mistakes mistakes />
            <button class="button" data-testid="save-mapping">
                {if mapping.is_some() { "Apply" } else { "Create event source mapping" }}
            </button>
        </form>
    }
}

/// Sends messages.
#[component]
pub(super) fn SendForm(queue: QueueId, fifo: Memo<bool>) -> impl IntoView {
    let session = use_session();
    let draft = RwSignal::new(SendDraft::default());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let read = session
            .read_untracked(|reading| draft.get_untracked().read(queue, MAX_BURST, &reading));
        match read {
            Ok(messages) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::SendMessages(messages));
            }
            Err(mistake) => mistakes.set(vec![mistake]),
        }
    };
    view! {
        <form class="send-form" novalidate on:submit=send>
            <input class="input mono" aria-label="Message" spellcheck="false" data-testid="message-body"
                title="{n} becomes the message's number"
                prop:value=move || draft.with(|it| it.body.clone())
                on:input=move |event| draft.update(|it| it.body = event_target_value(&event)) />
            <Show when=move || fifo.get()>
                <input class="input mono" aria-label="Message group" placeholder="group" data-testid="message-group"
                    prop:value=move || draft.with(|it| it.group.clone())
                    on:input=move |event| draft.update(|it| it.group = event_target_value(&event)) />
                <input class="input mono" aria-label="Deduplication id" placeholder="deduplication id" data-testid="message-deduplication"
                    prop:value=move || draft.with(|it| it.deduplication.clone())
                    on:input=move |event| draft.update(|it| it.deduplication = event_target_value(&event)) />
            </Show>
            <label class="times">
                "×"
                <input class="input input-number mono" aria-label="How many messages" inputmode="numeric" data-testid="message-count"
                    prop:value=move || draft.with(|it| it.count.clone())
                    on:input=move |event| draft.update(|it| it.count = event_target_value(&event)) />
            </label>
            <button class="button button-primary" data-testid="send-messages">"Send"</button>
            <Mistakes mistakes />
        </form>
    }
}

/// Fills a draft with what there is, now and when that changes. What is new keeps what is typed for it:
/// only what nobody has touched begins with what is selected elsewhere by now.
pub(in crate::pages::playground) fn follow<D: Clone + PartialEq + Send + Sync + 'static>(
    draft: RwSignal<D>,
    source: Memo<D>,
    new: bool,
) {
    Effect::new(move |before: Option<D>| {
        let now = source.get();
        let touched = before.is_some_and(|it| draft.with_untracked(|draft| *draft != it));
        if !(new && touched) {
            draft.set(now.clone());
        }
        now
    });
}

/// Something that can be opened, and closes when it is done.
#[component]
pub(in crate::pages::playground) fn Foldable(
    title: &'static str,
    open: RwSignal<bool>,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<leptos::html::Details>::new();
    let read = move |_| {
        if let Some(details) = details.get_untracked() {
            open.set(details.open());
        }
    };
    view! {
        <details class="facts" node_ref=details prop:open=move || open.get() on:toggle=read>
            <summary>{title}</summary>
            {children()}
        </details>
    }
}

/// A text of a draft.
#[component]
pub(in crate::pages::playground) fn Text<D: Send + Sync + 'static>(
    label: &'static str,
    draft: RwSignal<D>,
    read: fn(&D) -> &String,
    write: fn(&mut D, String),
    testid: &'static str,
) -> impl IntoView {
    view! {
        <label>
            <span>{label}</span>
            <input class="input mono" autocomplete="off" spellcheck="false" data-testid=testid
                prop:value=move || draft.with(|draft| read(draft).clone())
                on:input=move |event| draft.update(|draft| write(draft, event_target_value(&event))) />
        </label>
    }
}

/// A text of a draft that has lines.
#[component]
pub(in crate::pages::playground) fn Area<D: Send + Sync + 'static>(
    label: &'static str,
    #[prop(default = 2)] rows: u8,
    /// An example of what can stand there.
    #[prop(default = "")]
    placeholder: &'static str,
    draft: RwSignal<D>,
    read: fn(&D) -> &String,
    write: fn(&mut D, String),
    testid: &'static str,
) -> impl IntoView {
    view! {
        <label class="wide">
            <span>{label}</span>
            <textarea class="input mono" rows=rows.to_string() spellcheck="false" placeholder=placeholder data-testid=testid
                prop:value=move || draft.with(|draft| read(draft).clone())
                on:input=move |event| draft.update(|draft| write(draft, event_target_value(&event)))></textarea>
        </label>
    }
}

#[component]
pub(in crate::pages::playground) fn Mistakes(mistakes: RwSignal<Vec<Mistake>>) -> impl IntoView {
    move || {
        let told = mistakes.get().into_iter().map(|it| {
            view! {
                <p class="field-error" role="alert">
                    {it.cause} " " <span class="muted">{it.hint}</span>
                </p>
            }
        });
        told.collect_view()
    }
}
