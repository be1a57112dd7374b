//! The panel in which a month is described.

use super::desk::{Desk, a_function, example};
use super::extra::{ExtraFields, SavingsFields, an_extra};
use super::fields::whole;
use super::function::FunctionFields;
use super::kept;
use super::session::FromSession;
use super::task::{TaskFields, some_tasks};
use crate::app::use_session;
use crate::browser::{files, route};
use crate::session::Notice;
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::estimate::{EstimatePlan, write};

#[component]
pub(super) fn PlanPanel(desk: Desk) -> impl IntoView {
    let regions = move || {
        let all = desk.regions.get();
        let options = all.iter().map(|it| {
            let own = it.region.clone();
            let words = format!("{}, {}", it.region, it.name);
            view! { <option value=it.region.clone() selected=move || desk.region.with(|it| *it == own)>{words}</option> }
        });
        options.collect_view()
    };
    view! {
        <section class="panel costs-plan" aria-label="The month">
            <div class="panel-head">
                <h2>"A month"</h2>
                <Files desk />
            </div>
            <div class="costs-form">
                <div class="costs-head">
                    <div class="cost-field">
                        <label class="field-label" for="costs-region">"Region"</label>
                        <select id="costs-region" class="select" data-testid="costs-region"
                            on:change=move |event| desk.region.set(event_target_value(&event))>
                            {regions}
                        </select>
                    </div>
                    <label class="switch" for="costs-free-tier" title="A million requests and 400,000 GB-seconds a month, of the whole account; 100 GB of streamed responses.">
                        <input id="costs-free-tier" type="checkbox" data-testid="costs-free-tier"
                            prop:checked=move || desk.free_tier.get()
                            on:change=move |event| desk.free_tier.set(event_target_checked(&event)) />
                        "Free tier"
                    </label>
                    <label class="switch" for="costs-init" title="Since 2025-08-01 the INIT phase of a cold start is billed like the handler. Before, it cost nothing for functions on demand.">
                        <input id="costs-init" type="checkbox" data-testid="costs-init"
                            prop:checked=move || desk.init_billed.get()
                            on:change=move |event| desk.init_billed.set(event_target_checked(&event)) />
                        "INIT is billed"
                    </label>
                </div>
                <For each=move || desk.functions.get() key=|it| it.id let:entry>
                    <FunctionFields entry remove=move || desk.functions.update(|all| all.retain(|it| it.id != entry.id)) />
                </For>
                <For each=move || desk.tasks.get() key=|it| it.id let:entry>
                    <TaskFields entry remove=move || desk.tasks.update(|all| all.retain(|it| it.id != entry.id)) />
                </For>
                <Show when=move || desk.savings_plan.get().is_some()>
                    <SavingsFields desk />
                </Show>
                <For each=move || desk.extras.get() key=|it| it.id let:entry>
                    <ExtraFields desk entry remove=move || desk.extras.update(|all| all.retain(|it| it.id != entry.id)) />
                </For>
                <div class="row costs-more">
                    <button type="button" class="button button-small" data-testid="add-function"
                        on:click=move |_| desk.add(desk.functions, a_function("function"))>"Add a function"</button>
                    <button type="button" class="button button-small" data-testid="add-tasks"
                        on:click=move |_| desk.add(desk.tasks, some_tasks())>"Add tasks on Fargate"</button>
                    <button type="button" class="button button-small" data-testid="add-extra"
                        on:click=move |_| desk.add(desk.extras, an_extra())>"Add what comes with it"</button>
                    <Show when=move || desk.savings_plan.get().is_none() && desk.tasks.with(|all| !all.is_empty())>
                        <button type="button" class="button button-small" data-testid="add-savings"
                            on:click=move |_| desk.savings_plan.set(Some(super::extra::a_savings_plan()))>"Add a savings plan"</button>
                    </Show>
                </div>
                <FromSession desk />
                <p class="field-note muted">
                    "A month has 730 hours. Numbers may be written 3,000,000 or 3M."
                </p>
            </div>
        </section>
    }
}

/// The plan as a file and as a link, and a fresh one.
#[component]
fn Files(desk: Desk) -> impl IntoView {
    let session = use_session();
    let told = RwSignal::new(None::<&'static str>);
    // What was copied is not what is described any more.
    Effect::new(move |_| {
        desk.plan.track();
        told.set(None);
    });
    let save = move |_| {
        let text = desk.plan.with_untracked(write);
        if let Err(reason) = files::download("usage.toml", "application/toml", text.as_bytes()) {
            session.notify(Notice::error(
                format!("usage.toml could not be saved: {reason}."),
                "Try again.",
            ));
        }
    };
    let link = move |_| {
        let address = route::address_with(&desk.plan.with_untracked(kept::fragment));
        spawn_local(async move {
            let words = match files::copy(&address).await {
                Ok(()) => "Copied.",
                Err(_) => "This browser gives no access to its clipboard.",
            };
            // The page may have been left meanwhile.
            let _ = told.try_set(Some(words));
        });
    };
    let is_example = move || desk.plan.with(|it| *it == example());
    view! {
        <div class="row push">
            <span class="muted" role="status">{move || told.get()}</span>
            <button type="button" class="button button-small" data-testid="costs-link"
                title="Copies a link that holds the whole description. Nothing is sent anywhere."
                on:click=link>"Copy link"</button>
            <button type="button" class="button button-small" data-testid="costs-save"
                title="Saves the description as usage.toml, for coldstart bill."
                on:click=save>"Save"</button>
            <button type="button" class="button button-small" data-testid="costs-reset"
                disabled=is_example
                on:click=move |_| desk.describe(example())>"Begin anew"</button>
            <button type="button" class="button button-small" data-testid="costs-clear"
                disabled=move || desk.plan.with(|it| it.functions.is_empty() && it.tasks.is_empty() && it.extras.is_empty())
                on:click=move |_| desk.describe(EstimatePlan::default())>"Clear"</button>
        </div>
    }
}

/// A name and a button that takes its part away.
#[component]
pub(super) fn CardHead(
    kind: &'static str,
    #[prop(into)] name: Signal<String>,
    #[prop(into)] rename: Callback<String>,
    #[prop(into)] remove: Callback<()>,
) -> impl IntoView {
    let id = crate::widgets::fresh_id("cost-name");
    view! {
        <div class="row cost-card-head">
            <label class="field-label" for=id.clone()>{kind}</label>
            <input id=id class="input" type="text" maxlength="64" autocomplete="off" spellcheck="false"
                prop:value=move || name.get()
                on:input=move |event| rename.run(event_target_value(&event)) />
            <button type="button" class="button button-small push"
                aria-label=move || format!("Take {} away", name.get())
                on:click=move |_| remove.run(())>"Remove"</button>
        </div>
    }
}

/// Reads a whole number into a field of a part.
pub(super) fn into_whole<T: Send + Sync + 'static>(
    value: RwSignal<T>,
    change: fn(&mut T, u64),
) -> impl Fn(String) -> Result<(), String> + Copy {
    move |text: String| {
        let number = whole(&text)?;
        value.update(|it| change(it, number));
        Ok(())
    }
}
