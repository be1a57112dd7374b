//! The form for an alias.

use super::model::{AliasRow, VersionRow};
use crate::app::use_session;
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::Mistakes;
use crate::session::Command;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::platform::validate_alias;
use runtime_core::timeline::{AliasConfiguration, Weight};
use runtime_core::units::{AliasId, FunctionId, Version};

/// What is typed and chosen.
#[derive(Clone, Debug, Default, PartialEq)]
struct Draft {
    name: String,
    version: Version,
    second: Option<Version>,
    /// In percent.
    weight: String,
    /// No field of the form: an alias keeps its own.
    description: String,
}

impl Draft {
    fn of(configuration: &AliasConfiguration) -> Self {
        let weight = configuration.additional.map(|(_, weight)| weight);
        Draft {
            name: configuration.name.clone(),
            version: configuration.version,
            second: configuration.additional.map(|(version, _)| version),
            weight: weight.map_or_else(|| "10".to_owned(), |weight| weight.percent().to_string()),
            description: configuration.description.clone(),
        }
    }

    fn read(&self, function: FunctionId) -> Result<AliasConfiguration, Mistake> {
        let additional = match self.second {
            None => None,
            Some(second) => {
                let percent = self.weight.trim().parse::<f64>().ok();
                let weight = percent.and_then(|percent| Weight::from_fraction(percent / 100.0));
                let weight = weight.ok_or_else(|| {
                    let hint = "Choose more than 0 and less than 100 %.";
                    Mistake::new("That is no share of the requests.", hint)
                })?;
                Some((second, weight))
            }
        };
        Ok(AliasConfiguration {
            function,
            name: self.name.trim().to_owned(),
            version: self.version,
            additional,
            description: self.description.clone(),
        })
    }
}

/// Whose alias is edited, and which; none while a new one is.
type Subject = (Option<FunctionId>, Option<AliasId>);

/// Settings of an alias: of the one that is edited, or of a new one.
#[component]
pub(super) fn AliasForm(
    function: Memo<Option<FunctionId>>,
    edited: RwSignal<Option<AliasRow>>,
    versions: Memo<Vec<VersionRow>>,
    aliases: Memo<Vec<AliasRow>>,
) -> impl IntoView {
    let session = use_session();
    let source = Memo::new(move |_| match edited.get() {
        Some(row) => Draft::of(&row.configuration),
        None => Draft {
            version: versions.with(|versions| {
                let newest = versions.first();
                newest.map_or(Version::Latest, |row| row.version)
            }),
            weight: "10".to_owned(),
            ..Draft::default()
        },
    });
    let draft = RwSignal::new(source.get_untracked());
    // What is typed for a new alias stays when versions come and go, unless the form is for another alias
    // or another function.
    Effect::new(move |before: Option<(Subject, Draft)>| {
        let now = source.get();
        let edited = edited.with(|row| row.as_ref().map(|row| row.id));
        let subject = (function.get(), edited);
        let typed = before.is_some_and(|(before, it)| {
            before == subject && draft.with_untracked(|draft| *draft != it)
        });
        if edited.is_some() || !typed {
            draft.set(now.clone());
        }
        (subject, now)
    });
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let choices = Memo::new(move |_| {
        let published =
            versions.with(|rows| rows.iter().map(|row| row.version).collect::<Vec<_>>());
        let mut all = published.clone();
        all.push(Version::Latest);
        (all, published)
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(function) = function.get_untracked() else {
            return;
        };
        let id = edited.get_untracked().map(|row| row.id);
        let read = draft.get_untracked().read(function).map_err(|it| vec![it]);
        let checked = read.and_then(|configuration| {
            let errors = session
                .read_untracked(|reading| validate_alias(&configuration, id, reading.platform()));
            if errors.is_empty() {
                Ok(configuration)
            } else {
                let said = errors.iter();
                Err(said
                    .map(|it| Mistake::new(it.to_string(), it.hint()))
                    .collect())
            }
        });
        match checked {
            Ok(configuration) => {
                mistakes.set(Vec::new());
                let next = session.read_untracked(|reading| reading.platform().next_alias());
                session.dispatch(Command::ConfigureAlias {
                    alias: id.unwrap_or(next),
                    configuration: Box::new(configuration),
                });
                edited.set(None);
                draft.set(source.get_untracked());
            }
            Err(found) => mistakes.set(found),
        }
    };
    let chosen = |event: &leptos::ev::Event| Version::parse(&event_target_value(event));
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="alias-form">
            <label>
                <span>{move || if edited.get().is_some() { "Alias" } else { "New alias" }}</span>
                <input class="input" maxlength="128" placeholder="live" data-testid="alias-name"
                    prop:value=move || draft.with(|it| it.name.clone())
                    on:input=move |event| draft.update(|it| it.name = event_target_value(&event)) />
            </label>
            <label>
                <span>"Version"</span>
                <select class="select" data-testid="alias-version" on:change=move |event| {
                    if let Some(version) = chosen(&event) {
                        draft.update(|it| it.version = version);
                    }
                }>
                    {move || choices.get().0.into_iter().map(|version| view! {
                        <option value=version.to_string() prop:selected=move || draft.with(|it| it.version == version)>
                            {version.to_string()}
                        </option>
                    }).collect_view()}
                </select>
            </label>
            <label>
                <span>"A part of the requests to"</span>
                <select class="select" data-testid="alias-second" on:change=move |event| {
                    let second = chosen(&event);
                    draft.update(|it| it.second = second);
                }>
                    <option value="" prop:selected=move || draft.with(|it| it.second.is_none())>"no other version"</option>
                    {move || choices.get().1.into_iter().map(|version| view! {
                        <option value=version.to_string() prop:selected=move || draft.with(|it| it.second == Some(version))>
                            {version.to_string()}
                        </option>
                    }).collect_view()}
                </select>
            </label>
            <Show when=move || draft.with(|it| it.second.is_some())>
                <label>
                    <span>"which part, %"</span>
                    <input class="input mono" inputmode="decimal" data-testid="alias-weight"
                        prop:value=move || draft.with(|it| it.weight.clone())
                        on:input=move |event| draft.update(|it| it.weight = event_target_value(&event)) />
                </label>
            </Show>
            <Mistakes mistakes />
            <button class="button" data-testid="save-alias">
                {move || if edited.get().is_some() { "Apply" } else { "Create alias" }}
            </button>
            <Show when=move || edited.get().is_some() || !aliases.with(Vec::is_empty)>
                <p class="field-note muted">"A request names an alias beside Invoke."</p>
            </Show>
        </form>
    }
}
