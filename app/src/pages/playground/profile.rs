//! Where the milliseconds went: one invocation's billed duration by function.

use super::bill_model::dollars;
use super::code_view::CodeView;
use super::profile_model::{Billed, Functions, Pauses, billed};
use crate::app::use_session;
use crate::session::{Command, ProfileState};
use crate::shapes::flame::{millis, percent};
use crate::widgets::{FlameGraph, FlameView, UsageTable};
use leptos::prelude::*;
use runtime_core::units::{RequestId, Span};
use std::sync::Arc;

/// The choice of the interpreter's own functions.
const OF_MODULE: &str = "module";
/// Decimals of a function's share of a bill.
const FINE: u32 = 12;

/// What the panel shows.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    /// No invocation, or one that ran no code that is billed.
    Nothing,
    UnderWay,
    NotAsked(RequestId),
    Replaying(RequestId, Span, Span),
    Ready(Box<Billed>),
    Refused(RequestId, String, String),
}

#[component]
pub(super) fn ProfilePanel() -> impl IntoView {
    let session = use_session();
    let shown = session.memo(|reading| {
        let Some(record) = reading.shown_request() else {
            return Shown::Nothing;
        };
        let request = record.request;
        match (
            record.end(),
            record.billed_millis(),
            reading.profile(request),
        ) {
            (None, _, _) if record.environment.is_some() => Shown::UnderWay,
            (None, _, _) | (_, None, _) => Shown::Nothing,
            (_, _, ProfileState::NotAsked) => Shown::NotAsked(request),
            (_, _, ProfileState::Replaying { done, whole }) => {
                Shown::Replaying(request, done, whole)
            }
            (_, _, ProfileState::Refused { cause, hint }) => Shown::Refused(request, cause, hint),
            (_, _, ProfileState::Ready(profile)) => match billed(&reading, record, profile) {
                Some(billed) => Shown::Ready(Box::new(billed)),
                None => Shown::Nothing,
            },
        }
    });
    // Progress changes often: only that part of the page with it.
    let state = Memo::new(move |_| match shown.get() {
        Shown::Replaying(request, _, _) => Shown::Replaying(request, Span::ZERO, Span::ZERO),
        other => other,
    });
    let progress = Memo::new(move |_| match shown.get() {
        Shown::Replaying(_, done, whole) => (done, whole),
        _ => (Span::ZERO, Span::ZERO),
    });
    let closed = RwSignal::new(false);
    let is_ready = move || matches!(state.get(), Shown::Ready(_));
    let ask = move |request| session.dispatch(Command::Profile(request));
    view! {
        <section class="panel profile" aria-labelledby="profile-title" data-testid="profile">
            <div class="panel-head">
                <h2 id="profile-title">"Where the milliseconds went"</h2>
                {move || (is_ready() && !closed.get()).then(legend)}
                <Show when=is_ready>
                    <button
                        type="button"
                        class="tool"
                        aria-expanded=move || (!closed.get()).to_string()
                        on:click=move |_| closed.update(|closed| *closed = !*closed)
                    >
                        {move || if closed.get() { "Open" } else { "Close" }}
                    </button>
                </Show>
            </div>
            {move || match state.get() {
                Shown::Nothing => view! {
                    <p class="empty">"After an invocation: its billed milliseconds by function, and what each of them cost."</p>
                }.into_any(),
                Shown::UnderWay => view! { <p class="empty">"The handler is at work."</p> }.into_any(),
                Shown::NotAsked(request) => view! {
                    <div class="profile-ask">
                        <button class="button" data-testid="profile-ask" on:click=move |_| ask(request)>
                            "Show where the milliseconds went"
                        </button>
                        <p class="muted">
                            "Replays the invocation on a build of its module that tells which functions run. Modelled time is the \
                             same each time, so the replay takes exactly the milliseconds that are billed."
                        </p>
                    </div>
                }.into_any(),
                Shown::Replaying(request, _, _) => view! {
                    <div class="profile-ask" role="status" data-testid="profile-replaying">
                        <progress
                            aria-label="Replayed"
                            value=move || progress.get().0.as_nanos() as f64
                            max=move || progress.get().1.as_nanos().max(1) as f64
                        ></progress>
                        <p class="muted">{move || replayed(progress.get())}</p>
                        <button class="button button-small" on:click=move |_| session.dispatch(Command::CancelProfile(request))>
                            "Cancel"
                        </button>
                    </div>
                }.into_any(),
                Shown::Refused(request, cause, hint) => view! {
                    <div class="profile-ask" data-testid="profile-refused">
                        <p>{cause} " " <span class="muted">{hint}</span></p>
                        <button class="button button-small" on:click=move |_| ask(request)>"Try again"</button>
                    </div>
                }.into_any(),
                Shown::Ready(billed) => {
                    let billed = StoredValue::new(Arc::new(*billed));
                    view! { <Show when=move || !closed.get()>{ready(billed)}</Show> }.into_any()
                }
            }}
        </section>
    }
}

fn replayed((done, whole): (Span, Span)) -> String {
    match whole {
        Span::ZERO => "Making the profiling build …".to_owned(),
        _ => format!(
            "Replayed {} of {} ms",
            done.as_nanos() / 1_000_000,
            whole.as_nanos() / 1_000_000
        ),
    }
}

fn legend() -> AnyView {
    view! {
        <span class="legend" aria-hidden="true">
            <span><i class="key key-own"></i>"own code"</span>
            <span><i class="key key-library"></i>"library"</span>
            <span><i class="key key-language"></i>"language"</span>
            <span><i class="key key-none"></i>"no code"</span>
        </span>
    }
    .into_any()
}

fn ready(billed: StoredValue<Arc<Billed>>) -> AnyView {
    let pauses = RwSignal::new(Pauses::Within);
    let has_pauses = billed.with_value(|billed| billed.has_pauses());
    let apart = move || pauses.get() == Pauses::Apart;
    let toggle = move |event| {
        pauses.set(match event_target_checked(&event) {
            true => Pauses::Apart,
            false => Pauses::Within,
        });
    };
    let functions = RwSignal::new(Functions::OfProgram);
    let has_program = billed.with_value(|billed| billed.has_program());
    let choose = move |event| {
        functions.set(match event_target_value(&event).as_str() {
            OF_MODULE => Functions::OfModule,
            _ => Functions::OfProgram,
        });
    };
    view! {
        <p class="profile-reading">
            {has_program.then(|| view! {
                <label class="profile-functions">
                    "Functions of"
                    <select class="select" data-testid="profile-functions" on:change=choose>
                        <option value="">"your program"</option>
                        <option value=OF_MODULE>"its interpreter"</option>
                    </select>
                </label>
            })}
            <span>{move || billed.with_value(|billed| billed.reading(pauses.get()))}</span>
            {has_pauses.then(|| view! {
                <label class="switch">
                    <input type="checkbox" data-testid="profile-pauses" prop:checked=apart on:change=toggle />
                    "pauses apart"
                </label>
            })}
        </p>
        {move || graph(billed, pauses.get(), functions.get())}
    }
    .into_any()
}

fn graph(billed: StoredValue<Arc<Billed>>, pauses: Pauses, functions: Functions) -> AnyView {
    let drawn = billed.with_value(|billed| billed.drawn(pauses, functions));
    let flame = Arc::new(drawn.flame);
    let places = StoredValue::new(drawn.places);
    let whole = flame.span();
    let view = FlameView::new(flame);
    let price = move |nanos: u64| billed.with_value(|billed| billed.cost_of(nanos));
    let cost = Callback::new(move |nanos: u64| {
        let (once, million) = (price(nanos), price(nanos).times(1_000_000));
        format!(
            "{} · {} a million times",
            dollars(once, FINE),
            dollars(million, 3)
        )
    });
    let (session, code) = (use_session(), CodeView::here());
    let place_of = move |face: usize| {
        let place = places.with_value(|places| places.get(&face).cloned())?;
        Some((billed.with_value(|billed| billed.function), place))
    };
    let has_source = Callback::new(move |face| place_of(face).is_some());
    let on_source = Callback::new(move |face| {
        if let Some((function, place)) = place_of(face) {
            code.show(session, function, place);
        }
    });
    let unnamed = billed.with_value(|billed| {
        let of_program = billed.has_program() && functions == Functions::OfProgram;
        !of_program && billed.profile.names.is_empty()
    });
    let folded = billed.with_value(|billed| billed.folded(functions));
    let found = move || {
        view.found().map(|found| match found.count {
            0 => "no function of that name".to_owned(),
            count => format!(
                "{count} {}: {} ms, {} of the bill",
                if count == 1 { "function" } else { "functions" },
                millis(found.span, whole),
                percent(found.span, whole)
            ),
        })
    };
    view! {
        <div class="profile-tools">
            <input
                class="input profile-search"
                type="search"
                placeholder="Search functions"
                aria-label="Search functions"
                data-testid="profile-search"
                on:input=move |event| view.search(event_target_value(&event))
            />
            <span class="profile-found mono" role="status" data-testid="profile-found">{found}</span>
            <button type="button" class="tool push" on:click=move |_| view.show_hottest()>"Hottest path"</button>
            <button type="button" class="tool" on:click=move |_| view.show_all()>"Whole bill"</button>
        </div>
        <div class="profile-views">
            <FlameGraph view=view cost=cost has_source=has_source on_source=on_source />
            <UsageTable view=view has_source=has_source on_source=on_source />
        </div>
        {unnamed.then(|| view! {
            <p class="profile-folded muted">
                "Functions have numbers here: this module has no names for them."
            </p>
        })}
        {(folded > 0).then(|| view! {
            <p class="profile-folded muted">
                {format!("{folded} calls were too many or too deep to draw: their time is in the block of their caller.")}
            </p>
        })}
    }
    .into_any()
}
