//! A form for a scenario that describes a service. The text beside it stays what is true: the form shows what the
//! text says, and a change of a field changes its line.
//!
//! ```text
//! mod     FormPanel: the groups of fields
//! desk    FormDesk: what the worker has read; changes on their way
//! inputs  a field as an input, a list or a switch
//! words   labels, units, what a group comes to
//! load    LoadPanel: requests a second over time, drawn with a pointer or keys
//! sheet   what is drawn, as plain values
//! ```

mod desk;
mod inputs;
mod load;
mod sheet;
mod words;

pub(super) use desk::FormDesk;

use super::lab::Lab;
use inputs::Input;
use leptos::prelude::*;
use load::LoadPanel;
use runtime_core::simulator::{Field, FormChange, MOST_POLICIES, PolicyField, ServiceForm};

const SERVICE: &[Field] = &[
    Field::Name,
    Field::Cpu,
    Field::Memory,
    Field::Os,
    Field::Architecture,
    Field::Desired,
    Field::GracePeriod,
];
const TASKS: &[Field] = &[Field::Work, Field::Wait, Field::AtOnce, Field::Boot];
const BOUNDS: &[Field] = &[Field::Minimum, Field::Maximum];
const DEPLOYMENT: &[Field] = &[
    Field::DeploymentStrategy,
    Field::BakeTime,
    Field::MinimumHealthyPercent,
    Field::MaximumPercent,
    Field::CircuitBreaker,
];
const CAPACITY: &[Field] = &[
    Field::FargateBase,
    Field::FargateWeight,
    Field::SpotBase,
    Field::SpotWeight,
    Field::OnDemandVcpus,
    Field::SpotVcpus,
];
const NETWORK: &[Field] = &[Field::Zones, Field::Route, Field::PublicIp];

/// Load and fields of a service; nothing for a scenario without one.
#[component]
pub(super) fn FormPanel(lab: Lab) -> impl IntoView {
    let form = lab.form;
    let is_there = Memo::new(move |_| form.shown.with(Option::is_some));
    view! {
        <Show when=move || is_there.get()>
            <div class="service-form" data-testid="service-form">
                <LoadPanel lab />
                <Faults lab />
                <Group lab name="Service" brief=words::service open=true>
                    {fields(lab, SERVICE)}
                </Group>
                <Group lab name="Requests in a task" brief=words::tasks>
                    {fields(lab, TASKS)}
                </Group>
                <Group lab name="Scaling" brief=words::scaling>
                    {fields(lab, BOUNDS)}
                    <Policies lab />
                </Group>
                <Group lab name="Deployment" brief=words::deployment>
                    {fields(lab, DEPLOYMENT)}
                </Group>
                <Group lab name="Capacity providers and quotas" brief=words::capacity>
                    {fields(lab, CAPACITY)}
                </Group>
                <Group lab name="Network" brief=words::network>
                    {fields(lab, NETWORK)}
                </Group>
            </div>
        </Show>
    }
}

fn fields(lab: Lab, all: &[Field]) -> impl IntoView + use<> {
    let inputs = all.iter().map(|&field| view! { <Input lab field /> });
    inputs.collect_view()
}

#[component]
fn Group(
    lab: Lab,
    name: &'static str,
    /// What is in it, in a few words.
    brief: fn(&ServiceForm) -> String,
    #[prop(optional)] open: bool,
    children: Children,
) -> impl IntoView {
    let form = lab.form;
    let brief = Memo::new(move |_| form.with(brief));
    view! {
        <details class="facts form-group" open=open>
            <summary>
                <b>{name}</b>
                <span class="form-brief">{brief}</span>
            </summary>
            <fieldset class="form-fields" aria-label=name disabled=move || form.is_broken.get()>
                {children()}
            </fieldset>
        </details>
    }
}

/// Target tracking policies; of others only that they are there.
#[component]
fn Policies(lab: Lab) -> impl IntoView {
    let tracking = Memo::new(move |_| lab.form.with(|it| it.tracking.clone()));
    let policy = move |(place, tracks): (usize, bool)| {
        let of_policy = PolicyField::ALL.map(|field| Field::Policy(place, field));
        let what = if tracks {
            "Target tracking"
        } else {
            "Step scaling"
        };
        view! {
            <div class="form-policy">
                <div class="row">
                    <b>{format!("Policy {}: {what}", place + 1)}</b>
                    <button
                        type="button"
                        class="button button-small push"
                        aria-label=format!("Remove policy {}", place + 1)
                        on:click=move |_| lab.change(FormChange::RemovePolicy(place))
                    >
                        "Remove"
                    </button>
                </div>
                {match tracks && place < MOST_POLICIES {
                    true => fields(lab, &of_policy).into_any(),
                    false => view! {
                        <p class="field-note muted">"Its fields are in the text."</p>
                    }.into_any(),
                }}
            </div>
        }
    };
    view! {
        {move || tracking.get().into_iter().enumerate().map(policy).collect_view()}
        <button
            type="button"
            class="button button-small"
            data-testid="add-policy"
            on:click=move |_| lab.change(FormChange::AddPolicy)
        >
            "Add a target tracking policy"
        </button>
    }
}

/// Why the text has no form just now, what is wrong with it, or why a change was not made.
#[component]
fn Faults(lab: Lab) -> impl IntoView {
    let form = lab.form;
    move || {
        let wrong = form.wrong.get().map(|(_, it)| it);
        let (before, fault) = match (wrong, form.fault.get()) {
            (Some(wrong), _) => ("Not changed: ", wrong),
            (None, Some(fault)) if form.is_broken.get() => ("The text cannot be read: ", fault),
            (None, Some(fault)) => ("It cannot be run like this: ", fault),
            (None, None) => return ().into_any(),
        };
        view! {
            <p class="advice form-fault" role="status" data-testid="form-fault">
                <span class="field-error">{before}{fault.cause}". "</span>
                {fault.hint}
            </p>
        }
        .into_any()
    }
}
