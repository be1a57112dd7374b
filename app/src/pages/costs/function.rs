//! A function's fields.

use super::desk::Entry;
use super::fields::{NumberField, shown, shown_time, small, time, whole};
use super::plan::{CardHead, into_whole};
use leptos::prelude::*;
use runtime_core::estimate::{FunctionPlan, MONTH, ProvisionedPlan, SnapStartPlan, StreamPlan};
use runtime_core::timeline::Architecture;
use runtime_core::units::{ByteCount, MemoryMb, Span};

/// A millisecond in nanoseconds.
const MS: u64 = 1_000_000;
/// An hour in nanoseconds.
const HOUR: u64 = 3_600_000_000_000;

#[component]
pub(super) fn FunctionFields(
    entry: Entry<FunctionPlan>,
    #[prop(into)] remove: Callback<()>,
) -> impl IntoView {
    let value = entry.value;
    let text = move |of: fn(&FunctionPlan) -> String| Signal::derive(move || value.with(of));
    let take_time = move |unit: u64, change: fn(&mut FunctionPlan, Span)| {
        move |text: String| {
            let span = time(&text, unit as f64)?;
            value.update(|it| change(it, span));
            Ok(())
        }
    };
    let take_small = move |change: fn(&mut FunctionPlan, u32)| {
        move |text: String| {
            let number = small(&text)?;
            value.update(|it| change(it, number));
            Ok(())
        }
    };
    let architecture = move |arm: bool| {
        value.update(|it| {
            it.settings.architecture = if arm {
                Architecture::Arm64
            } else {
                Architecture::X86_64
            };
        });
    };
    let is_arm = move || value.with(|it| it.settings.architecture == Architecture::Arm64);
    let has = move |of: fn(&FunctionPlan) -> bool| Signal::derive(move || value.with(of));
    view! {
        <section class="cost-card" aria-label=move || format!("Function {}", value.with(|it| it.name.clone())) data-testid="cost-function">
            <CardHead kind="Function" name=text(|it| it.name.clone())
                rename=move |name| value.update(|it| it.name = name) remove />
            <div class="cost-fields">
                <NumberField label="Requests a month" testid="cost-requests"
                    value=text(|it| shown(it.requests)) take=into_whole(value, |it, n| it.requests = n) />
                <NumberField label="Duration" unit="ms" testid="cost-duration"
                    value=text(|it| shown_time(it.duration, MS)) take=take_time(MS, |it, span| it.duration = span) />
                <NumberField label="Memory" unit="MB" testid="cost-memory"
                    value=text(|it| shown(it.settings.memory.get().into()))
                    take=take_small(|it, n| it.settings.memory = MemoryMb::new(n)) />
                <label class="switch cost-switch">
                    <input type="checkbox" prop:checked=is_arm data-testid="cost-arm"
                        on:change=move |event| architecture(event_target_checked(&event)) />
                    "arm64"
                </label>
            </div>
            <details class="facts cost-details" open=value.with_untracked(is_special)>
                <summary>"Cold starts, storage, large events"</summary>
                <div class="cost-fields">
                    <NumberField label="Cold starts a month" testid="cost-cold"
                        value=text(|it| shown(it.cold_starts.requests))
                        take=into_whole(value, |it, n| it.cold_starts.requests = n) />
                    <NumberField label="INIT" unit="ms" testid="cost-init"
                        value=text(|it| shown_time(it.cold_starts.init, MS))
                        take=take_time(MS, |it, span| it.cold_starts.init = span) />
                    <NumberField label="Ephemeral storage" unit="MB"
                        value=text(|it| shown(it.settings.ephemeral_storage.get().into()))
                        take=take_small(|it, n| it.settings.ephemeral_storage = MemoryMb::new(n)) />
                    <NumberField label="Asynchronous events of" unit="KB"
                        value=text(|it| shown(it.event.get() / 1_024))
                        take=into_whole(value, |it, n| it.event = ByteCount::new(n.saturating_mul(1_024))) />
                </div>
            </details>
            <Optional label="Provisioned concurrency" testid="cost-provisioned" on=has(|it| it.provisioned.is_some())
                switch=move |on: bool| value.update(|it| it.provisioned = on.then_some(provisioned(it)))>
                <ProvisionedFields value />
            </Optional>
            <Optional label="SnapStart" testid="cost-snap-start" on=has(|it| it.snap_start.is_some())
                switch=move |on: bool| value.update(|it| it.snap_start = on.then_some(SnapStartPlan { kept: MONTH, restores: it.cold_starts.requests }))>
                <SnapStartFields value />
            </Optional>
            <Optional label="Streamed responses" testid="cost-streamed" on=has(|it| it.streamed.is_some())
                switch=move |on: bool| value.update(|it| it.streamed = on.then_some(StreamPlan { requests: it.requests, size: ByteCount::new(7 << 20) }))>
                <StreamFields value />
            </Optional>
        </section>
    }
}

/// Whether something is set that is hidden at first.
fn is_special(it: &FunctionPlan) -> bool {
    it.cold_starts.requests > 0
        || it.event > ByteCount::ZERO
        || it.settings.ephemeral_storage.get() > 512
}

fn provisioned(it: &FunctionPlan) -> ProvisionedPlan {
    ProvisionedPlan {
        environments: 10,
        enabled: MONTH,
        requests: 0,
        duration: it.duration,
    }
}

/// A switch, and what there is to fill in while it is on.
#[component]
fn Optional(
    label: &'static str,
    testid: &'static str,
    on: Signal<bool>,
    #[prop(into)] switch: Callback<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <label class="switch cost-switch">
            <input type="checkbox" prop:checked=on data-testid=testid
                on:change=move |event| switch.run(event_target_checked(&event)) />
            {label}
        </label>
        <Show when=move || on.get()>
            <div class="cost-fields">{children()}</div>
        </Show>
    }
}

#[component]
fn ProvisionedFields(value: RwSignal<FunctionPlan>) -> impl IntoView {
    let text = move |of: fn(&ProvisionedPlan) -> String| {
        Signal::derive(move || value.with(|it| it.provisioned.as_ref().map(of).unwrap_or_default()))
    };
    let change = move |change: &dyn Fn(&mut ProvisionedPlan)| {
        value.update(|it| {
            if let Some(it) = &mut it.provisioned {
                change(it);
            }
        });
        Ok(())
    };
    view! {
        <NumberField label="Environments" testid="cost-environments" value=text(|it| shown(it.environments.into()))
            take=move |text: String| { let n = small(&text)?; change(&|it| it.environments = n) } />
        <NumberField label="Enabled, of the month" unit="h" value=text(|it| shown_time(it.enabled, HOUR))
            take=move |text: String| { let span = time(&text, HOUR as f64)?; change(&|it| it.enabled = span) } />
        <NumberField label="Of the requests, on it" value=text(|it| shown(it.requests))
            take=move |text: String| { let n = whole(&text)?; change(&|it| it.requests = n) } />
        <NumberField label="Duration on it" unit="ms" value=text(|it| shown_time(it.duration, MS))
            take=move |text: String| { let span = time(&text, MS as f64)?; change(&|it| it.duration = span) } />
    }
}

#[component]
fn SnapStartFields(value: RwSignal<FunctionPlan>) -> impl IntoView {
    let text = move |of: fn(&SnapStartPlan) -> String| {
        Signal::derive(move || value.with(|it| it.snap_start.as_ref().map(of).unwrap_or_default()))
    };
    let change = move |change: &dyn Fn(&mut SnapStartPlan)| {
        value.update(|it| {
            if let Some(it) = &mut it.snap_start {
                change(it);
            }
        });
        Ok(())
    };
    view! {
        <NumberField label="Snapshot kept, of the month" unit="h" value=text(|it| shown_time(it.kept, HOUR))
            take=move |text: String| { let span = time(&text, HOUR as f64)?; change(&|it| it.kept = span) } />
        <NumberField label="Restores a month" value=text(|it| shown(it.restores))
            take=move |text: String| { let n = whole(&text)?; change(&|it| it.restores = n) } />
    }
}

#[component]
fn StreamFields(value: RwSignal<FunctionPlan>) -> impl IntoView {
    let text = move |of: fn(&StreamPlan) -> String| {
        Signal::derive(move || value.with(|it| it.streamed.as_ref().map(of).unwrap_or_default()))
    };
    let change = move |change: &dyn Fn(&mut StreamPlan)| {
        value.update(|it| {
            if let Some(it) = &mut it.streamed {
                change(it);
            }
        });
        Ok(())
    };
    view! {
        <NumberField label="Of the requests, streamed" value=text(|it| shown(it.requests))
            take=move |text: String| { let n = whole(&text)?; change(&|it| it.requests = n) } />
        <NumberField label="Size of a response" unit="KB" value=text(|it| shown(it.size.get() / 1_024))
            take=move |text: String| { let n = whole(&text)?; change(&|it| it.size = ByteCount::new(n.saturating_mul(1_024))) } />
    }
}
