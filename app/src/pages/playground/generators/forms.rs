//! The form for a generator.

use super::drafts::{ENDS, GeneratorDraft, PERS, PROCESSES};
use super::targets;
use crate::app::use_session;
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::{Area, Mistakes, Text};
use crate::session::{Command, GeneratorCommand};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::units::GeneratorId;

/// Settings of a generator; of a new one without `generator`.
#[component]
pub(super) fn GeneratorForm(
    generator: Option<GeneratorId>,
    /// Closed once it is done.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let source = session.memo(move |reading| {
        let mut known = reading.generators();
        let before = known.find(|(id, _)| Some(*id) == generator);
        before.map_or_else(GeneratorDraft::default, |(_, it)| {
            GeneratorDraft::of(&it.generator)
        })
    });
    let draft = RwSignal::new(source.get_untracked());
    Effect::new(move |_| draft.set(source.get()));
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let read = session.read_untracked(|reading| {
            let last = reading.generators().last().map_or(0, |(id, _)| id.0);
            let id = generator.unwrap_or(GeneratorId(last + 1));
            let read = draft.get_untracked().read(id, &reading);
            read.map(|configuration| (id, configuration))
        });
        match read {
            Ok((id, configuration)) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::Generate(GeneratorCommand::Configure {
                    generator: id,
                    configuration: Box::new(configuration),
                }));
                if generator.is_none() {
                    draft.set(source.get_untracked());
                }
                open.set(false);
            }
            Err(found) => mistakes.set(found),
        }
    };
    let is = move |wanted: &'static [usize]| {
        Memo::new(move |_| draft.with(|it| wanted.contains(&it.process)))
    };
    let (rated, ramp, bursts) = (is(&[0, 1, 2]), is(&[2]), is(&[3]));
    let ends = Memo::new(move |_| draft.with(|it| it.end));
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="generator-form">
            <TargetField draft />
            <Pick label="Process" choices=&PROCESSES draft read=|it| it.process write=|it, value| it.process = value testid="generator-process" />
            <Show when=move || ramp.get()>
                <Text label="From" draft read=|it| &it.from write=|it, value| it.from = value testid="generator-from" />
            </Show>
            <Show when=move || rated.get()>
                <Text label="Rate" draft read=|it| &it.rate write=|it, value| it.rate = value testid="generator-rate" />
                <Pick label="Unit" choices=&PERS draft read=|it| it.per write=|it, value| it.per = value testid="generator-per" />
            </Show>
            <Show when=move || ramp.get()>
                <Text label="Over, s" draft read=|it| &it.over write=|it, value| it.over = value testid="generator-over" />
            </Show>
            <Show when=move || bursts.get()>
                <Text label="Events at once" draft read=|it| &it.events write=|it, value| it.events = value testid="generator-events" />
                <Text label="Every, s" draft read=|it| &it.every write=|it, value| it.every = value testid="generator-every" />
            </Show>
            <Pick label="Ends" choices=&ENDS draft read=|it| it.end write=|it, value| it.end = value testid="generator-end" />
            <Show when=move || ends.get() == 1>
                <Text label="Seconds" draft read=|it| &it.limit write=|it, value| it.limit = value testid="generator-limit" />
            </Show>
            <Show when=move || ends.get() == 2>
                <Text label="Events" draft read=|it| &it.limit write=|it, value| it.limit = value testid="generator-limit" />
            </Show>
            <Text label="Seed" draft read=|it| &it.seed write=|it, value| it.seed = value testid="generator-seed" />
            <TextFields draft />
            <Mistakes mistakes />
            <button class="button" data-testid="save-generator">
                {if generator.is_some() { "Apply" } else { "Create generator" }}
            </button>
        </form>
    }
}

/// What the events go to.
#[component]
fn TargetField(draft: RwSignal<GeneratorDraft>) -> impl IntoView {
    let session = use_session();
    let choices = session.memo(|reading| targets::all(&reading));
    let chosen = Memo::new(move |_| {
        let mut draft = draft.get();
        // Synchronously or not, it is the same function.
        draft.invoke(false);
        draft.target
    });
    let choose = move |event: leptos::ev::Event| {
        let place = event_target_value(&event).parse().unwrap_or(usize::MAX);
        let target = choices.with_untracked(|it| it.get(place).map(|(it, _)| *it));
        if let Some(target) = target {
            let texts = session.read_untracked(|reading| targets::first_texts(&reading, target));
            draft.update(|it| it.choose(target, texts));
        }
    };
    let function = Memo::new(move |_| draft.with(|it| it.asynchronous().is_some()));
    let schedules = session.memo(|reading| targets::has_schedules(&reading));
    view! {
        <label>
            <span>"Target"</span>
            <select class="select" data-testid="generator-target" on:change=choose>
                <option value="" disabled prop:selected=move || chosen.get().is_none()>"choose"</option>
                {move || choices.get().into_iter().enumerate().map(|(place, (target, name))| view! {
                    <option value=place.to_string() prop:selected=move || chosen.get() == Some(target)>{name}</option>
                }).collect_view()}
            </select>
        </label>
        <Show when=move || function.get()>
            <label class="check">
                <input type="checkbox" data-testid="generator-asynchronous"
                    prop:checked=move || draft.with(|it| it.asynchronous() == Some(true))
                    on:change=move |event| draft.update(|it| it.invoke(event_target_checked(&event))) />
                <span>"Asynchronously"</span>
            </label>
        </Show>
        <Show when=move || schedules.get()>
            <p class="field-note muted" data-testid="generator-schedules">
                "Schedules are no targets: they happen by themselves, as often as their expressions say, and the clock can skip to the next time."
            </p>
        </Show>
    }
}

/// What the events say.
#[component]
fn TextFields(draft: RwSignal<GeneratorDraft>) -> impl IntoView {
    let session = use_session();
    let target = Memo::new(move |_| draft.with(|it| it.target));
    let labels = Memo::new(move |_| {
        let target = target.get();
        target.map(|target| session.read(|reading| targets::labels(&reading, target)))
    });
    move || {
        labels.get().map(|[first, second, body]| view! {
            {first.map(|label| view! {
                <Text label draft read=|it| &it.texts.first write=|it, value| it.texts.first = value testid="generator-first" />
            })}
            {second.map(|label| view! {
                <Text label draft read=|it| &it.texts.second write=|it, value| it.texts.second = value testid="generator-second" />
            })}
            {body.map(|label| view! {
                <Area label rows=4 draft read=|it| &it.texts.body write=|it, value| it.texts.body = value testid="generator-body" />
            })}
            <p class="field-note muted">
                "Filled in for each event: {{n}} its number, {{uuid}}, {{now}}, {{millis}}, {{int 1 100}} a number, {{pick a b c}} a word."
            </p>
        })
    }
}

/// One of some things of a draft.
#[component]
fn Pick(
    label: &'static str,
    choices: &'static [&'static str],
    draft: RwSignal<GeneratorDraft>,
    read: fn(&GeneratorDraft) -> usize,
    write: fn(&mut GeneratorDraft, usize),
    testid: &'static str,
) -> impl IntoView {
    let choose = move |event: leptos::ev::Event| {
        let place = event_target_value(&event).parse().unwrap_or_default();
        draft.update(|draft| write(draft, place));
    };
    view! {
        <label>
            <span>{label}</span>
            <select class="select" data-testid=testid on:change=choose>
                {choices.iter().enumerate().map(|(place, choice)| view! {
                    <option value=place.to_string() prop:selected=move || draft.with(|draft| read(draft) == place)>{*choice}</option>
                }).collect_view()}
            </select>
        </label>
    }
}
