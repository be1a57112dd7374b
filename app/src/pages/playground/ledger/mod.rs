//! What the session cost, taken apart: from the whole to one invocation. Each level adds up to the one above.
//!
//! ```text
//! mod    the panel
//! model  a selection of the ledger as rows
//! ```

mod model;

use crate::app::use_session;
use crate::browser::files;
use crate::session::{Command, Notice, OwnProjection};
use leptos::prelude::*;
use model::{GroupRow, Level, Shown};
use runtime_core::billing::{By, Key, Ledger, Selection};
use runtime_core::units::{Moment, RequestId, Span};

/// Where one is in it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Way {
    /// What was chosen, one after the other.
    path: Vec<(By, Key)>,
    by: By,
}

impl Way {
    /// What was chosen, until a moment.
    fn selection(&self, until: Moment) -> Selection {
        let all = Selection {
            until: Some(until),
            ..Selection::default()
        };
        let path = self.path.iter();
        path.fold(all, |sum, (_, key)| sum.with(*key))
    }

    /// What it can be told apart by that has not been chosen.
    fn open(&self) -> impl Iterator<Item = By> + use<> {
        let taken: Vec<By> = self.path.iter().map(|(by, _)| *by).collect();
        By::ALL.into_iter().filter(move |by| !taken.contains(by))
    }

    /// One level down.
    fn enter(&mut self, key: Key) {
        self.path.push((self.by, key));
        self.by = self.open().next().unwrap_or_default();
    }

    /// Back to where so many levels had been chosen.
    fn back(&mut self, levels: usize) {
        if let Some((by, _)) = self.path.get(levels) {
            self.by = *by;
        }
        self.path.truncate(levels);
    }
}

#[component]
pub(super) fn LedgerPanel() -> impl IntoView {
    let session = use_session();
    let ledger = StoredValue::new(OwnProjection::<Ledger>::default());
    let way = RwSignal::new(Way::default());
    // What is provisioned or kept costs while nothing happens.
    let tick = RwSignal::new(0u32);
    crate::browser::timer::every(Span::from_secs(1), move || tick.update(|n| *n += 1));
    let level = session.memo(move |reading| {
        tick.track();
        let book = reading.prices()?;
        let way = way.get();
        ledger.try_update_value(|it| {
            let ledger = it.of(&reading);
            Level::of(ledger, &way, book, &reading)
        })
    });
    let save = move |_| {
        let csv = session.read_untracked(|reading| {
            let selection = way.with_untracked(|it| it.selection(reading.shown()));
            let book = reading.prices()?;
            let meta = reading.session();
            ledger.try_update_value(|it| {
                let ledger = it.of(&reading);
                ledger.csv(selection, book, |moment| model::wall(meta, moment))
            })
        });
        let Some(csv) = csv else {
            return;
        };
        if let Err(reason) = files::download("ledger.csv", "text/csv", csv.as_bytes()) {
            session.notify(Notice::error(
                format!("ledger.csv could not be saved: {reason}."),
                "Try again.",
            ));
        }
    };
    let is_empty = move || level.with(|it| it.as_ref().is_none_or(Level::is_empty));
    view! {
        <section class="panel ledger" aria-labelledby="ledger-title" data-testid="ledger">
            <div class="panel-head">
                <h2 id="ledger-title">"Ledger"</h2>
                <button type="button" class="button button-small push" data-testid="ledger-csv" disabled=is_empty
                    title="A line for each invocation and price, with columns of AWS's Cost and Usage Report"
                    on:click=save>"CSV"</button>
            </div>
            <Show
                when=move || !is_empty()
                fallback=|| view! { <p class="empty">"Everything that is billed in this session, by function, trigger, start and outcome."</p> }
            >
                <Crumbs way level />
                <Groups way level />
                <Parts level />
                <Dearest level on_pick=move |request| session.dispatch(Command::SelectRequest(Some(request))) />
            </Show>
        </section>
    }
}

/// Where one is, and the way back.
#[component]
fn Crumbs(way: RwSignal<Way>, level: Memo<Option<Level>>) -> impl IntoView {
    let crumbs = move || {
        let names = level.with(|it| it.as_ref().map(|it| it.names.clone()).unwrap_or_default());
        let last = names.len();
        let crumb = |(place, name): (usize, String)| {
            let here = place == last;
            view! {
                <li>
                    {match here {
                        true => view! { <span aria-current="true">{name}</span> }.into_any(),
                        false => view! {
                            <button type="button" class="ledger-link" on:click=move |_| way.update(|it| it.back(place))>{name}</button>
                        }
                        .into_any(),
                    }}
                </li>
            }
        };
        let all = std::iter::once("Session".to_owned()).chain(names);
        all.enumerate().map(crumb).collect_view()
    };
    let tabs = move || {
        let open: Vec<By> = way.with(|it| it.open().collect());
        let tab = |by: By| {
            let pressed = move || way.with(|it| (it.by == by).to_string());
            view! {
                <button type="button" class="tool" aria-pressed=pressed data-testid=format!("ledger-by-{by}")
                    on:click=move |_| way.update(|it| it.by = by)>{by.to_string()}</button>
            }
        };
        open.into_iter().map(tab).collect_view()
    };
    view! {
        <div class="ledger-way">
            <ol class="ledger-crumbs" aria-label="Where you are in the ledger" data-testid="ledger-crumbs">{crumbs}</ol>
            <div class="row ledger-by" role="group" aria-label="Told apart by">
                <span class="muted">"by"</span>
                {tabs}
            </div>
        </div>
    }
}

#[component]
fn Groups(way: RwSignal<Way>, level: Memo<Option<Level>>) -> impl IntoView {
    let row = move |it: GroupRow| {
        let share = format!("{:.1}%", it.share * 100.0);
        let key = it.key;
        let name = match it.enters {
            true => view! {
                <button type="button" class="ledger-link" on:click=move |_| way.update(|way| way.enter(key))>{it.name}</button>
            }
            .into_any(),
            false => view! { <span>{it.name}</span> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="mono">{it.invocations}</td>
                <td class="mono ledger-share" style=("--share", share)>{it.percent}</td>
                <td class="mono">{it.amount}</td>
            </tr>
        }
    };
    let rows = move || {
        let rows = level.with(|it| it.as_ref().map(|it| it.groups.clone()).unwrap_or_default());
        rows.into_iter().map(row).collect_view()
    };
    let sums = move || {
        let rows = level.with(|it| it.as_ref().map(|it| it.sums.clone()).unwrap_or_default());
        let sum = |it: Shown| {
            view! {
                <tr class=it.class>
                    <th scope="row" colspan="3">{it.name}</th>
                    <td class="mono" data-testid=it.testid>{it.amount}</td>
                </tr>
            }
        };
        rows.into_iter().map(sum).collect_view()
    };
    view! {
        <table class="ledger-table" data-testid="ledger-groups">
            <thead>
                <tr>
                    <th scope="col">{move || way.with(|it| it.by.to_string())}</th>
                    <th scope="col">"Invocations"</th>
                    <th scope="col">"Share"</th>
                    <th scope="col">"Cost"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>{sums}</tfoot>
        </table>
    }
}

/// The same by line of the bill, and compute by phase.
#[component]
fn Parts(level: Memo<Option<Level>>) -> impl IntoView {
    let rows = move || {
        let rows = level.with(|it| it.as_ref().map(|it| it.parts.clone()).unwrap_or_default());
        let part = |it: Shown| {
            view! {
                <dt class=it.class>{it.name}</dt>
                <dd class=format!("mono {}", it.class)>{it.amount}</dd>
            }
        };
        rows.into_iter().map(part).collect_view()
    };
    view! {
        <details class="facts ledger-parts" open>
            <summary>"By line of the bill and by phase"</summary>
            <dl class="rows" data-testid="ledger-parts">{rows}</dl>
        </details>
    }
}

#[component]
fn Dearest(
    level: Memo<Option<Level>>,
    #[prop(into)] on_pick: Callback<RequestId>,
) -> impl IntoView {
    let rows = move || {
        let rows = level.with(|it| it.as_ref().map(|it| it.dearest.clone()).unwrap_or_default());
        let row = |it: model::EntryRow| {
            let request = it.request;
            view! {
                <tr>
                    <th scope="row">
                        <button type="button" class="ledger-link mono" title="Shows its bill, millisecond by millisecond"
                            on:click=move |_| on_pick.run(request)>{it.name}</button>
                    </th>
                    <td>{it.what}</td>
                    <td class="mono">{it.billed}</td>
                    <td class="mono">{it.amount}</td>
                </tr>
            }
        };
        rows.into_iter().map(row).collect_view()
    };
    view! {
        <details class="facts ledger-dearest">
            <summary>"The dearest invocations"</summary>
            <table class="ledger-table" data-testid="ledger-dearest">
                <caption class="visually-hidden">"The dearest invocations of this selection"</caption>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}
