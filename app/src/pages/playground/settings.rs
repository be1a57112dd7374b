//! One function's settings.

use super::async_settings::AsyncFields;
use super::functions::{UPLOADS, upload};
use super::layers::Layers;
use super::package_facts::package_facts;
use super::settings_form::{Draft, Mistake, beside_provisioned};
use super::snap_start::SnapStartField;
use super::versions::Versions;
use crate::app::use_session;
use crate::session::{Command, Target};
use crate::widgets::FileButton;
use leptos::prelude::*;
use runtime_core::platform::Setting;
use runtime_core::timeline::{Architecture, ClockSetting, FunctionConfiguration, Runtime};
use runtime_core::units::FunctionId;

/// What the form starts from.
#[derive(Clone, Debug, PartialEq)]
struct Base {
    function: FunctionId,
    configuration: FunctionConfiguration,
    others: Vec<FunctionConfiguration>,
    account: u32,
    facts: Vec<(String, String)>,
}

#[component]
pub(super) fn SettingsPanel() -> impl IntoView {
    let session = use_session();
    let base = session.memo(|reading| {
        let function = reading.selected_function()?;
        let platform = reading.platform();
        let configuration = platform.configuration(function)?.clone();
        let others = platform.functions().filter(|(id, _)| *id != function);
        let package = reading.package(configuration.package);
        Some(Base {
            function,
            others: others.map(|(_, it)| it.clone()).collect(),
            account: platform.account_concurrency(),
            facts: package
                .map(|it| package_facts(&it.file_name, &it.content))
                .unwrap_or_default(),
            configuration,
        })
    });
    let draft = RwSignal::new(None::<Draft>);
    // Another function, or other settings underneath: the form shows those.
    let source = Memo::new(move |_| {
        base.get()
            .map(|base| (base.function, Draft::of(&base.configuration)))
    });
    Effect::new(move |_| draft.set(source.get().map(|(_, draft)| draft)));
    let read = Memo::new(move |_| {
        let (base, draft) = (base.get()?, draft.get()?);
        let read = draft.read(&base.configuration, &base.others, base.account);
        Some(session.read(|reading| {
            let platform = reading.platform();
            draft.read_async(beside_provisioned(read, platform, base.function), platform)
        }))
    });
    let dirty = Memo::new(move |_| draft.get() != source.get().map(|(_, draft)| draft));
    let mistakes = Memo::new(move |_| match read.get() {
        Some(Err(mistakes)) => mistakes,
        _ => Vec::new(),
    });
    let apply = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let (Some(base), Some(Ok(configuration))) = (base.get_untracked(), read.get_untracked())
        {
            let (function, configuration) = (base.function, Box::new(configuration));
            session.dispatch(Command::Configure {
                function,
                configuration,
            });
        }
    };
    let discard = move |_| draft.set(source.get_untracked().map(|(_, draft)| draft));
    let delete = move |_| {
        if let Some(base) = base.get_untracked() {
            session.dispatch(Command::Delete(base.function));
        }
    };
    let replace = Callback::new(move |files| {
        upload(
            session,
            files,
            base.get_untracked()
                .map(|base| Target::Existing(base.function)),
        );
    });
    let text = move |read: fn(&Draft) -> String| {
        Signal::derive(move || draft.with(|draft| draft.as_ref().map(read).unwrap_or_default()))
    };
    let change = move |write: fn(&mut Draft, String)| {
        Callback::new(move |value: String| {
            draft.update(|draft| {
                if let Some(draft) = draft {
                    write(draft, value);
                }
            });
        })
    };
    let managed = Memo::new(move |_| {
        base.with(|base| {
            base.as_ref()
                .is_some_and(|it| it.configuration.runtime.is_managed())
        })
    });
    view! {
        <Show when=move || base.get().is_some()>
            <section class="panel settings" aria-labelledby="settings-title">
                <div class="panel-head">
                    <h2 id="settings-title">"Settings"</h2>
                </div>
                <form class="settings-form" novalidate on:submit=apply data-testid="settings">
                    <Field id="name" label="Name" unit="" value=text(|it| it.name.clone())
                        on_change=change(|it, value| it.name = value) setting=Setting::Name mistakes />
                    <Show when=move || managed.get()>
                        <label class="field" for="runtime">
                            <span class="field-label">"Runtime"</span>
                            <select id="runtime" class="select" data-testid="runtime" on:change=move |event| {
                                if let Some(runtime) = Runtime::from_id(&event_target_value(&event)) {
                                    draft.update(|draft| if let Some(draft) = draft {
                                        draft.runtime = runtime;
                                    });
                                }
                            }>
                                {Runtime::MANAGED.map(|option| view! {
                                    <option value=option.id() prop:selected=move || {
                                        draft.with(|draft| draft.as_ref().is_some_and(|it| it.runtime == option))
                                    }>{option.label()}</option>
                                })}
                            </select>
                        </label>
                        <Field id="handler" label="Handler" unit="" value=text(|it| it.handler.clone())
                            on_change=change(|it, value| it.handler = value) setting=Setting::Handler mistakes />
                    </Show>
                    <Field id="memory" label="Memory" unit="MB" value=text(|it| it.memory.clone())
                        on_change=change(|it, value| it.memory = value) setting=Setting::Memory mistakes
                        range=(128, 10_240) />
                    <p class="field-note muted">{move || share(&draft.get())}</p>
                    <Field id="timeout" label="Timeout" unit="s" value=text(|it| it.timeout.clone())
                        on_change=change(|it, value| it.timeout = value) setting=Setting::Timeout mistakes
                        range=(1, 900) />
                    <label class="field" for="architecture">
                        <span class="field-label">"Architecture"</span>
                        <select id="architecture" class="select" on:change=move |event| {
                            let architecture = match event_target_value(&event).as_str() {
                                "arm64" => Architecture::Arm64,
                                _ => Architecture::X86_64,
                            };
                            draft.update(|draft| if let Some(draft) = draft {
                                draft.architecture = architecture;
                            });
                        }>
                            {[Architecture::X86_64, Architecture::Arm64].map(|option| view! {
                                <option value=option.name() prop:selected=move || {
                                    draft.with(|draft| draft.as_ref().is_some_and(|it| it.architecture == option))
                                }>{option.name()}</option>
                            })}
                        </select>
                    </label>
                    <Field id="storage" label="Ephemeral storage" unit="MB" value=text(|it| it.storage.clone())
                        on_change=change(|it, value| it.storage = value) setting=Setting::EphemeralStorage mistakes
                        range=(512, 10_240) />
                    <Field id="reserved" label="Reserved concurrency" unit="" value=text(|it| it.reserved.clone())
                        on_change=change(|it, value| it.reserved = value) setting=Setting::ReservedConcurrency mistakes
                        placeholder="none" />
                    <label class="field" for="clock">
                        <span class="field-label">"Clock"</span>
                        <select id="clock" class="select" data-testid="clock" on:change=move |event| {
                            let clock = match event_target_value(&event).as_str() {
                                "measured" => ClockSetting::Measured,
                                _ => ClockSetting::Modelled,
                            };
                            draft.update(|draft| if let Some(draft) = draft {
                                draft.clock = clock;
                            });
                        }>
                            {[ClockSetting::Modelled, ClockSetting::Measured].map(|option| view! {
                                <option value=option.name() prop:selected=move || {
                                    draft.with(|draft| draft.as_ref().is_some_and(|it| it.clock == option))
                                }>{option.name()}</option>
                            })}
                        </select>
                    </label>
                    <p class="field-note muted">{move || clock_note(&draft.get())}</p>
                    <SnapStartField draft mistakes function=Signal::derive(move || base.get().map(|base| base.function)) />
                    <AsyncFields draft mistakes />
                    <Variables draft mistakes />
                    <div class="form-actions">
                        <button class="button button-primary" data-testid="apply"
                            disabled=move || !dirty.get() || !mistakes.get().is_empty()>
                            "Apply"
                        </button>
                        <button class="button" type="button" disabled=move || !dirty.get() on:click=discard>
                            "Discard"
                        </button>
                        <FileButton label="New code…" accept=UPLOADS on_files=replace />
                        <button class="button button-danger push" type="button" data-testid="delete" on:click=delete>
                            "Delete"
                        </button>
                    </div>
                    <p class="field-note muted">
                        {move || dirty.get().then_some("Environments of the old settings finish their work and are shut down.")}
                    </p>
                </form>
                <Layers />
                <Versions />
                <details class="facts">
                    <summary>"About this package"</summary>
                    <dl>
                        {move || base.get().map(|base| base.facts.into_iter().map(|(name, value)| view! {
                            <dt>{name}</dt><dd class="mono">{value}</dd>
                        }).collect_view())}
                    </dl>
                </details>
            </section>
        </Show>
    }
}

/// What AWS gives for the memory: 1,769 MB are one vCPU ("Configure Lambda function memory").
fn share(draft: &Option<Draft>) -> String {
    let memory = draft
        .as_ref()
        .and_then(|it| it.memory.trim().parse::<u32>().ok());
    match memory.filter(|memory| (128..=10_240).contains(memory)) {
        Some(memory) => format!(
            "{:.3} of a vCPU. Code here has one thread, which gains nothing from more than one.",
            f64::from(memory) / 1_769.0
        ),
        None => String::new(),
    }
}

/// What the clock setting means.
fn clock_note(draft: &Option<Draft>) -> &'static str {
    match draft.as_ref().map(|it| it.clock) {
        Some(ClockSetting::Modelled) => {
            "Time comes from the work that the handler does and its share of a vCPU: the same on every machine. Sleeping takes no real time. The speed of a vCPU is a model choice."
        }
        Some(ClockSetting::Measured) => {
            "Time is this browser's own, at this machine's full speed: real, and different on each machine. Memory makes no difference to it."
        }
        None => "",
    }
}

/// A text or number with its label, unit, slider and mistake.
#[component]
fn Field(
    id: &'static str,
    label: &'static str,
    unit: &'static str,
    value: Signal<String>,
    on_change: Callback<String>,
    setting: Setting,
    mistakes: Memo<Vec<Mistake>>,
    #[prop(optional)] range: Option<(u32, u32)>,
    #[prop(optional)] placeholder: Option<&'static str>,
) -> impl IntoView {
    let mistake = Memo::new(move |_| mistakes.get().into_iter().find(|it| it.setting == setting));
    let error_id = format!("{id}-error");
    let described = error_id.clone();
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <span class="field-value">
                <input
                    id=id
                    class="input mono"
                    class:input-number=range.is_some() || placeholder.is_some()
                    inputmode=range.map(|_| "numeric")
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=placeholder
                    aria-invalid=move || mistake.get().map(|_| "true")
                    aria-describedby=move || mistake.get().map(|_| described.clone())
                    prop:value=move || value.get()
                    on:input=move |event| on_change.run(event_target_value(&event))
                />
                {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
            </span>
            {range.map(|(least, most)| view! {
                <input
                    class="slider"
                    type="range"
                    min=least
                    max=most
                    tabindex="-1"
                    aria-hidden="true"
                    prop:value=move || value.get()
                    on:input=move |event| on_change.run(event_target_value(&event))
                />
            })}
            <Show when=move || mistake.get().is_some()>
                <p class="field-error" role="alert" id=error_id.clone()>
                    {move || mistake.get().map(|it| it.cause)} " "
                    <span class="muted">{move || mistake.get().map(|it| it.hint)}</span>
                </p>
            </Show>
        </div>
    }
}

type VariableRows = Vec<(String, String)>;

/// Environment variables, a row each.
#[component]
fn Variables(draft: RwSignal<Option<Draft>>, mistakes: Memo<Vec<Mistake>>) -> impl IntoView {
    let count = Memo::new(move |_| {
        draft.with(|draft| draft.as_ref().map_or(0, |draft| draft.variables.len()))
    });
    let change = move |change: &dyn Fn(&mut VariableRows)| {
        draft.update(|draft| {
            if let Some(draft) = draft {
                change(&mut draft.variables);
            }
        });
    };
    let add = move |_| change(&|variables| variables.push(Default::default()));
    let mine = Memo::new(move |_| {
        let mut mine = mistakes.get();
        mine.retain(|it| it.setting == Setting::Variables);
        mine
    });
    view! {
        <details class="variables" data-testid="variables">
            <summary>"Environment variables" <span class="mono push">{move || count.get()}</span></summary>
            {move || (0..count.get()).map(|index| {
                let get = move |read: fn(&(String, String)) -> &String| move || {
                    draft.with(|draft| {
                        let row = draft.as_ref().and_then(|draft| draft.variables.get(index));
                        row.map(read).cloned().unwrap_or_default()
                    })
                };
                let set = move |event: &leptos::ev::Event, write: fn(&mut (String, String), String)| {
                    let value = event_target_value(event);
                    change(&|variables| if let Some(row) = variables.get_mut(index) {
                        write(row, value.clone());
                    });
                };
                view! {
                    <div class="variable">
                        <input class="input mono" aria-label="Name" placeholder="NAME" spellcheck="false"
                            prop:value=get(|row| &row.0)
                            on:input=move |event| set(&event, |row, value| row.0 = value) />
                        <input class="input mono" aria-label="Value" placeholder="value" spellcheck="false"
                            prop:value=get(|row| &row.1)
                            on:input=move |event| set(&event, |row, value| row.1 = value) />
                        <button class="icon-button" type="button" aria-label="Remove the variable"
                            on:click=move |_| change(&|variables| { variables.remove(index); })>"×"</button>
                    </div>
                }
            }).collect_view()}
            <button class="button button-small" type="button" on:click=add>"Add a variable"</button>
            {move || mine.get().into_iter().map(|it| view! {
                <p class="field-error" role="alert">{it.cause} " " <span class="muted">{it.hint}</span></p>
            }).collect_view()}
        </details>
    }
}
