//! Fields of tasks.

use super::desk::Entry;
use super::fields::{NumberField, shown, shown_time, small, time};
use super::plan::CardHead;
use leptos::prelude::*;
use runtime_core::estimate::{MONTH, TaskPlan};
use runtime_core::platform::fargate::task_sizes;
use runtime_core::timeline::{
    Architecture, CapacityProvider, INCLUDED_STORAGE, OperatingSystem, TaskSize,
};
use runtime_core::units::StorageGib;

/// An hour in nanoseconds.
const HOUR: u64 = 3_600_000_000_000;

/// Tasks that may be described further: two that always run.
pub(super) fn some_tasks() -> TaskPlan {
    TaskPlan {
        name: "service".to_owned(),
        count: 2,
        runs: 1,
        time: MONTH,
        size: TaskSize::new(1_024, 2_048),
        storage: INCLUDED_STORAGE,
        architecture: Architecture::X86_64,
        operating_system: OperatingSystem::Linux,
        provider: CapacityProvider::Fargate,
        public_ip: false,
    }
}

#[component]
pub(super) fn TaskFields(
    entry: Entry<TaskPlan>,
    #[prop(into)] remove: Callback<()>,
) -> impl IntoView {
    let value = entry.value;
    let text = move |of: fn(&TaskPlan) -> String| Signal::derive(move || value.with(of));
    let take_small = move |change: fn(&mut TaskPlan, u32)| {
        move |text: String| {
            let number = small(&text)?;
            value.update(|it| change(it, number));
            Ok(())
        }
    };
    let take_time = move |text: String| {
        let span = time(&text, HOUR as f64)?;
        value.update(|it| it.time = span);
        Ok(())
    };
    let sizes = task_sizes().map(|size| {
        let selected = move || value.with(|it| it.size == size);
        view! { <option value=size.to_string() selected=selected>{size.to_string()}</option> }
    });
    let choose_size = move |event| {
        let text = event_target_value(&event);
        if let Some(size) = task_sizes().find(|it| it.to_string() == text) {
            value.update(|it| it.size = size);
        }
    };
    let id = crate::widgets::fresh_id("cost-size");
    let switch = move |label: &'static str,
                       on: fn(&TaskPlan) -> bool,
                       set: fn(&mut TaskPlan, bool)| {
        view! {
            <label class="switch cost-switch">
                <input type="checkbox" prop:checked=move || value.with(on)
                    on:change=move |event| value.update(|it| set(it, event_target_checked(&event))) />
                {label}
            </label>
        }
    };
    view! {
        <section class="cost-card" aria-label=move || format!("Tasks {}", value.with(|it| it.name.clone())) data-testid="cost-tasks">
            <CardHead kind="Tasks" name=text(|it| it.name.clone())
                rename=move |name| value.update(|it| it.name = name) remove />
            <div class="cost-fields">
                <NumberField label="How many at once" testid="cost-count" value=text(|it| shown(it.count.into()))
                    take=take_small(|it, n| it.count = n) />
                <div class="cost-field">
                    <label class="field-label" for=id.clone()>"Size"</label>
                    <select id=id class="select" data-testid="cost-size" on:change=choose_size>{sizes.collect_view()}</select>
                </div>
                <NumberField label="Runs a month" value=text(|it| shown(it.runs.into()))
                    take=take_small(|it, n| it.runs = n) />
                <NumberField label="A run takes" unit="h" value=text(|it| shown_time(it.time, HOUR)) take=take_time />
                <NumberField label="Storage" unit="GB" value=text(|it| shown(it.storage.get().into()))
                    take=take_small(|it, n| it.storage = StorageGib::new(n)) />
            </div>
            <div class="row cost-switches">
                {switch("arm64", |it| it.architecture == Architecture::Arm64, |it, on| {
                    it.architecture = if on { Architecture::Arm64 } else { Architecture::X86_64 };
                })}
                {switch("Spot", |it| it.provider == CapacityProvider::FargateSpot, |it, on| {
                    it.provider = if on { CapacityProvider::FargateSpot } else { CapacityProvider::Fargate };
                })}
                {switch("Windows", |it| it.operating_system == OperatingSystem::Windows, |it, on| {
                    it.operating_system = if on { OperatingSystem::Windows } else { OperatingSystem::Linux };
                })}
                {switch("Public IPv4", |it| it.public_ip, |it, on| it.public_ip = on)}
            </div>
        </section>
    }
}
