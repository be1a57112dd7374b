//! Versions, aliases and provisioned concurrency of the selected function.
//!
//! ```text
//! versions  the lists, publishing, provisioned concurrency
//! alias     the form for an alias
//! model     what the session says, as plain values
//! ```

mod alias;
mod model;

pub(super) use model::qualifiers;

use super::queues::drafts::Mistake;
use super::queues::forms::Mistakes;
use crate::app::use_session;
use crate::session::{Command, Reading};
use alias::AliasForm;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use model::{AliasRow, ProvisionedRow, Rows, VersionRow};
use runtime_core::platform::refuse_provisioned;
use runtime_core::timeline::{AliasConfiguration, Qualifier};
use runtime_core::units::FunctionId;

#[component]
pub(super) fn Versions() -> impl IntoView {
    let session = use_session();
    let rows = session.memo(|reading| model::rows(&reading));
    let function = Memo::new(move |_| rows.with(|rows| rows.as_ref().map(|it| it.function)));
    let unpublished = move || rows.with(|rows| rows.as_ref().is_some_and(|it| it.unpublished));
    let versions = list(rows, |rows| &rows.versions);
    let aliases = list(rows, |rows| &rows.aliases);
    let provisioned = list(rows, |rows| &rows.provisioned);
    let publish = move |_| {
        if let Some(function) = function.get_untracked() {
            session.dispatch(Command::PublishVersion {
                function,
                description: String::new(),
            });
        }
    };
    let edited = RwSignal::new(None);
    // Another function: the form is for that one.
    Effect::new(move |_| {
        function.track();
        edited.set(None);
    });
    view! {
        <details class="facts versions" data-testid="versions">
            <summary>"Versions and aliases"</summary>
            <div class="form-actions">
                <button class="button button-small" type="button" data-testid="publish"
                    disabled=move || !unpublished() on:click=publish>
                    "Publish version"
                </button>
                <span class="field-note muted">
                    {move || (!unpublished()).then_some("Neither code nor settings have changed since the last version.")}
                </span>
            </div>
            <ul class="event-list" aria-label="Versions">
                <For each=move || versions.get() key=move |row| {
                    // Other functions have versions of the same numbers.
                    (function.get_untracked(), row.version, row.aliases.clone())
                } children=move |row| view! {
                    <VersionLine row function />
                } />
            </ul>
            <Show when=move || !versions.with(Vec::is_empty)>
                <ul class="event-list" aria-label="Aliases">
                    <For each=move || aliases.get() key=|row| {
                        let AliasConfiguration { name, description, .. } = &row.configuration;
                        (row.id, name.clone(), description.clone(), row.text.clone())
                    } children=move |row| view! {
                        <AliasLine row edited />
                    } />
                </ul>
                <AliasForm function edited versions aliases />
                <ul class="event-list" aria-label="Provisioned concurrency">
                    <For each=move || provisioned.get() key=move |row| {
                        (function.get_untracked(), row.name.clone(), row.text.clone())
                    } children=move |row| view! {
                        <ProvisionedLine row function />
                    } />
                </ul>
                <ProvisionForm function />
            </Show>
            <p class="field-note muted">
                "A version keeps code and settings as they are now. An alias is a name for a version, or for two with a share of the requests each."
            </p>
        </details>
    }
}

fn list<Row: Clone + PartialEq + Send + Sync + 'static>(
    rows: Memo<Option<Rows>>,
    of: fn(&Rows) -> &Vec<Row>,
) -> Memo<Vec<Row>> {
    Memo::new(move |_| rows.with(|rows| rows.as_ref().map(of).cloned().unwrap_or_default()))
}

#[component]
fn VersionLine(row: VersionRow, function: Memo<Option<FunctionId>>) -> impl IntoView {
    let session = use_session();
    let version = row.version;
    let named = !row.aliases.is_empty();
    let delete = move |_| {
        if let Some(function) = function.get_untracked() {
            session.dispatch(Command::DeleteVersion { function, version });
        }
    };
    let title = named.then(|| {
        let aliases = &row.aliases;
        format!("Change or delete the aliases that name it first: {aliases}.")
    });
    view! {
        <li class="version-row" data-testid="version">
            <b class="mono">{version.to_string()}</b>
            <span class="muted">{row.text}</span>
            <span class="mono">{row.aliases}</span>
            <button class="button button-small push" type="button" disabled=named title=title on:click=delete>
                "Delete"
            </button>
        </li>
    }
}

#[component]
fn AliasLine(row: AliasRow, edited: RwSignal<Option<AliasRow>>) -> impl IntoView {
    let session = use_session();
    let id = row.id;
    let delete = move |_| {
        session.dispatch(Command::DeleteAlias(id));
        if edited.with_untracked(|row| row.as_ref().is_some_and(|row| row.id == id)) {
            edited.set(None);
        }
    };
    let AliasRow {
        configuration,
        text,
        ..
    } = row.clone();
    view! {
        <li class="version-row" data-testid="alias">
            <b class="mono">{configuration.name}</b>
            <span class="muted">{text}</span>
            <button class="button button-small push" type="button" on:click=move |_| edited.set(Some(row.clone()))>
                "Change"
            </button>
            <button class="button button-small" type="button" on:click=delete>"Delete"</button>
        </li>
    }
}

#[component]
fn ProvisionedLine(row: ProvisionedRow, function: Memo<Option<FunctionId>>) -> impl IntoView {
    let session = use_session();
    let qualifier = row.qualifier;
    let remove = move |_| {
        if let Some(function) = function.get_untracked() {
            session.dispatch(Command::Provision {
                function,
                qualifier,
                environments: 0,
            });
        }
    };
    view! {
        <li class="version-row" data-testid="provisioned">
            <b class="mono">{row.name}</b>
            <span class="muted">{row.text}</span>
            <button class="button button-small push" type="button" on:click=remove>"Remove"</button>
        </li>
    }
}

/// Provisioned concurrency for a version or an alias.
#[component]
fn ProvisionForm(function: Memo<Option<FunctionId>>) -> impl IntoView {
    let session = use_session();
    let choices = session.memo(|reading| {
        let mut choices = qualifiers(&reading);
        choices.retain(|(qualifier, _)| !qualifier.is_latest());
        choices
    });
    let chosen = RwSignal::new(None::<Qualifier>);
    // What was chosen may be gone: then it is for what the list shows, the first.
    let current = Memo::new(move |_| {
        choices.with(|choices| {
            let mut all = choices.iter().map(|(qualifier, _)| *qualifier);
            let known = chosen
                .get()
                .filter(|it| all.clone().any(|other| other == *it));
            known.or_else(|| all.next())
        })
    });
    let count = RwSignal::new("1".to_owned());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(function), Some(qualifier)) = (function.get_untracked(), current.get_untracked())
        else {
            return;
        };
        let count = count.get_untracked();
        let read =
            session.read_untracked(|reading| environments(&reading, function, qualifier, &count));
        match read {
            Ok(environments) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::Provision {
                    function,
                    qualifier,
                    environments,
                });
            }
            Err(found) => mistakes.set(vec![found]),
        }
    };
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="provision-form">
            <label>
                <span>"Provisioned concurrency for"</span>
                <select class="select" data-testid="provision-for" on:change=move |event| {
                    let place = event_target_value(&event).parse().unwrap_or(0_usize);
                    chosen.set(choices.with_untracked(|it| it.get(place).map(|(it, _)| *it)));
                }>
                    {move || choices.get().into_iter().enumerate().map(|(place, (qualifier, name))| view! {
                        <option value=place.to_string() prop:selected=move || current.get() == Some(qualifier)>{name}</option>
                    }).collect_view()}
                </select>
            </label>
            <label>
                <span>"Environments"</span>
                <input class="input mono" inputmode="numeric" data-testid="provision-count"
                    prop:value=move || count.get() on:input=move |event| count.set(event_target_value(&event)) />
            </label>
            <Mistakes mistakes />
            <button class="button" data-testid="provision">"Provision"</button>
        </form>
    }
}

/// How many environments, if so many can be had.
fn environments(
    reading: &Reading<'_>,
    function: FunctionId,
    qualifier: Qualifier,
    text: &str,
) -> Result<u32, Mistake> {
    let count = text.trim().parse::<u32>().ok().filter(|count| *count >= 1);
    let count = count
        .ok_or_else(|| Mistake::new("That is no number of environments.", "Choose 1 or more."))?;
    let refused = refuse_provisioned(reading.platform(), function, qualifier, count);
    if let Some(error) = refused {
        return Err(Mistake::new(error.to_string(), error.hint()));
    }
    // Each takes a worker for good, and other requests need some too.
    let (_, _, workers) = reading.workers();
    let room = u32::try_from(workers / 2).unwrap_or(u32::MAX);
    if count > room {
        let cause = format!("This browser has {workers} workers for environments.");
        let hint = format!("Provision {room} at most here; AWS would take {count}.");
        return Err(Mistake::new(cause, hint));
    }
    Ok(count)
}
