//! The event inspector: what a trigger made, what the handler got, what it returned and what the
//! trigger did with that; and what is different between attempts at the same work.
//!
//! ```text
//! mod      the panel
//! model    the four steps of a request
//! compare  attempts at the same work, and what is different between two of them
//! ```

mod compare;
mod model;

use super::open_panel::OpenPanel;
use crate::app::use_session;
use crate::session::{Command, OwnProjection};
use crate::widgets::coloured;
use compare::{Attempts, ChangeRow, Compared, attempts, compared};
use leptos::prelude::*;
use model::{Known, Mistake, Step, Steps, steps};
use runtime_core::events::trigger::TriggerKind;
use runtime_core::projections::Traces;
use runtime_core::units::RequestId;

#[component]
pub(super) fn InspectorPanel() -> impl IntoView {
    view! {
        <OpenPanel
            name="inspector"
            title="Event inspector"
            about="from the trigger to the handler and back, attempt by attempt"
            content=|| view! { <Opened /> }.into_any()
        />
    }
}

#[component]
fn Opened() -> impl IntoView {
    let session = use_session();
    let traces = StoredValue::new(OwnProjection::<Traces>::default());
    // The trigger whose shape the event is checked against; `None` for the one that it looks like.
    let kind = RwSignal::new(None::<TriggerKind>);
    let known = StoredValue::new(Known::default());
    let shown = Memo::new(move |_| {
        let kind = kind.get();
        session.read(|reading| {
            let record = reading.shown_request()?;
            let steps = |traces: &mut OwnProjection<Traces>| {
                let traces = traces.of(&reading);
                known.try_update_value(|known| steps(known, &reading, traces, record, kind))
            };
            traces.try_update_value(steps).flatten()
        })
    });
    let all = session.memo(move |reading| {
        let all = |traces: &mut OwnProjection<Traces>| {
            let traces = traces.of(&reading);
            Some(attempts(&reading, traces, reading.shown_request()?))
        };
        traces.try_update_value(all).flatten().unwrap_or_default()
    });
    let choose_kind = move |event: leptos::ev::Event| {
        let slug = event_target_value(&event);
        kind.set(TriggerKind::ALL.into_iter().find(|it| it.slug() == slug));
    };
    let kinds = TriggerKind::ALL
        .map(|it| view! { <option value=it.slug()>{it.name()}</option> })
        .into_iter()
        .collect_view();
    view! {
        <div class="trace-tools">
            <label class="inspector-kind">
                "Check the event as "
                <select class="select" data-testid="inspector-kind" on:change=choose_kind>
                    <option value="">"what it looks like"</option>
                    {kinds}
                </select>
            </label>
        </div>
        {move || match shown.get() {
            None => view! {
                <p class="empty">"What the trigger of an invocation made, what the handler got and returned, and what became of that, appear here side by side."</p>
            }.into_any(),
            Some(steps) => columns(steps),
        }}
        <Compare attempts=all />
    }
}

fn columns(steps: Steps) -> AnyView {
    let Steps {
        made,
        got,
        returned,
        did,
    } = steps;
    let columns = [
        ("made", "The trigger made", made),
        ("got", "The handler got", got),
        ("returned", "It returned", returned),
        ("did", "The trigger did with that", did),
    ];
    let columns = columns.map(|(id, title, step)| column(id, title, step));
    view! { <ol class="inspector-steps">{columns.into_iter().collect_view()}</ol> }.into_any()
}

fn column(id: &'static str, title: &'static str, step: Step) -> AnyView {
    let Step {
        headline,
        good,
        mistake,
        rows,
        notes,
        body,
    } = step;
    view! {
        <li class="inspector-step" data-testid=format!("inspector-{id}")>
            <h3>{title}</h3>
            <p class="trigger-verdict mono" class:bad=!good>{headline}</p>
            {mistake.map(shape)}
            {(!rows.is_empty()).then(|| view! {
                <dl class="trigger-rows mono">
                    {rows.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect_view()}
                </dl>
            })}
            {notes.into_iter().map(|note| view! { <p class="muted">{note}</p> }).collect_view()}
            {body.map(|body| view! {
                <pre class="trigger-body" tabindex="0" role="region" aria-label=title>{coloured(&body)}</pre>
            })}
        </li>
    }
    .into_any()
}

/// Whether the event has its trigger's shape.
fn shape(mistake: Mistake) -> AnyView {
    match mistake {
        Mistake::None(kind) => view! {
            <p class="good" data-testid="inspector-shape">{format!("{kind}: the shape is as AWS sends it.")}</p>
        }
        .into_any(),
        Mistake::At { kind, cause, hint } => view! {
            <p class="trigger-complaint" data-testid="inspector-shape">
                {format!("{kind}: not its shape. First mistake: ")} <b class="mono">{cause}</b> ". " {hint}
            </p>
        }
        .into_any(),
    }
}

#[component]
fn Compare(attempts: Memo<Attempts>) -> impl IntoView {
    let session = use_session();
    // Two attempts by hand; otherwise the one that is shown and the one before it.
    let by_hand = RwSignal::new((None::<RequestId>, None::<RequestId>));
    let pair = Memo::new(move |_| {
        let (first, second) = by_hand.get();
        attempts.with(|all| {
            let known = |it: Option<RequestId>| it.filter(|it| all.has(*it));
            let (a, b) = all.usual()?;
            Some((known(first).unwrap_or(a), known(second).unwrap_or(b)))
        })
    });
    // What has ended does not change: it is compared then and not with each fact.
    let ended = Memo::new(move |_| {
        let pair = pair.get()?;
        session.read(|reading| {
            let ended = |it| {
                let record = reading.invocations().get(it);
                record.map(|it| it.end().is_some())
            };
            Some((reading.session(), pair, ended(pair.0), ended(pair.1)))
        })
    });
    let found = Memo::new(move |_| {
        let (_, pair, ..) = ended.get()?;
        session.read_untracked(|reading| compared(&reading, pair))
    });
    let select = move |label: &'static str, which: usize| {
        let options = move || {
            let here = pair.get().map(|(a, b)| if which == 0 { a } else { b });
            attempts.with(|all| {
                let option = |(request, name): &(RequestId, String)| {
                    let selected = here == Some(*request);
                    view! { <option value=request.0.to_string() prop:selected=selected>{name.clone()}</option> }
                };
                all.all.iter().map(option).collect_view()
            })
        };
        let choose = move |event: leptos::ev::Event| {
            let request = event_target_value(&event).parse().ok().map(RequestId);
            by_hand.update(|(a, b)| match which {
                0 => *a = request,
                _ => *b = request,
            });
        };
        view! {
            <label>
                <span class="visually-hidden">{label}</span>
                <select class="select" data-testid=format!("attempt-{which}") on:change=choose>{options}</select>
            </label>
        }
    };
    let show = move |_| {
        if let Some((_, second)) = pair.get_untracked() {
            session.dispatch(Command::SelectRequest(Some(second)));
        }
    };
    view! {
        <Show when=move || pair.with(Option::is_some)>
            <section class="inspector-compare" aria-label="Differences between attempts" data-testid="inspector-compare">
                <div class="trace-tools">
                    <h3>"Differences between"</h3>
                    {select("The first attempt", 0)}
                    <span class="muted">"and"</span>
                    {select("The second attempt", 1)}
                    <button type="button" class="tool" on:click=show>"Show the second"</button>
                </div>
                {move || found.get().map(|found| view! {
                    <div class="inspector-changes">
                        {side("In the event", "diff-event", found.event)}
                        {side("In the response", "diff-response", found.response)}
                    </div>
                })}
            </section>
        </Show>
    }
}

fn side(title: &'static str, id: &'static str, compared: Compared) -> AnyView {
    let Compared { says, changes } = compared;
    let row = |change: ChangeRow| {
        view! {
            <li class=change.class>
                <span class="visually-hidden">{change.word}</span>
                <b class="mono">{change.path}</b>
                {change.from.map(|value| view! { <del class="mono">{value}</del> })}
                {change.to.map(|value| view! { <ins class="mono">{value}</ins> })}
            </li>
        }
    };
    view! {
        <section data-testid=id>
            <h4>{title}</h4>
            <p class="muted">{says}</p>
            <ul class="changes">{changes.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}
