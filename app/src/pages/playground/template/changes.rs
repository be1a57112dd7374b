//! What will be made, and what will not.

use super::model::{Row, code_label, function_row, mapping_row, queue_row, source_row, stream_row};
use super::reading::Reading;
use crate::widgets::TemplateRemarks;
use leptos::prelude::*;
use runtime_core::change_set::{ChangeSet, NewFunction};

#[component]
pub(super) fn Changes(reading: Reading, set: ChangeSet) -> impl IntoView {
    let queues: Vec<Row> = set.queues.iter().map(|it| queue_row(it, &set)).collect();
    let streams: Vec<Row> = set.streams.iter().map(stream_row).collect();
    let mappings: Vec<Row> = set.mappings.iter().map(mapping_row).collect();
    let sources: Vec<Row> = set.sources.iter().map(source_row).collect();
    let shown = set.shown.into_iter().map(|it| Row {
        name: it.name,
        facts: format!("{}. {}", it.what, it.note),
        renamed: None,
    });
    let shown: Vec<Row> = shown.collect();
    let kept = set.kept.into_iter().map(|it| Row {
        name: it.logical_id,
        facts: it.of_type,
        renamed: None,
    });
    let kept: Vec<Row> = kept.collect();
    view! {
        <Functions reading functions=set.functions />
        <Group title="Queues" testid="template-queues" rows=queues />
        <Group title="Streams" testid="template-streams" rows=streams />
        <Group title="Event source mappings" testid="template-mappings" rows=mappings />
        <Group title="Sources" testid="template-sources" rows=sources />
        <Group title="Understood, with nothing of its own here" testid="template-shown" rows=shown />
        <Group
            title="Kept with the session for services of containers"
            testid="template-kept"
            rows=kept
        />
        <TemplateRemarks remarks=set.remarks />
    }
}

#[component]
fn Functions(reading: Reading, functions: Vec<NewFunction>) -> impl IntoView {
    if functions.is_empty() {
        return ().into_any();
    }
    let rows = functions.into_iter().map(|function| {
        let row = function_row(&function);
        let names = reading.names();
        let labels = function.code.iter().map(|it| code_label(it, &names));
        let labels: Vec<String> = labels.collect();
        let function = StoredValue::new(function);
        let current = Memo::new(move |_| function.with_value(|it| reading.choice(it)));
        let stub = move || {
            function.with_value(|it| it.code.get(current.get()).is_some_and(|it| it.is_stub()))
        };
        let options = labels.into_iter().enumerate().map(|(place, label)| view! {
            <option value=place.to_string() prop:selected=move || current.get() == place>{label}</option>
        });
        let choose = move |event: leptos::ev::Event| {
            let choice = event_target_value(&event).parse().unwrap_or_default();
            function.with_value(|it| reading.choose(it, choice));
        };
        view! {
            <li class="template-row" data-testid="template-function">
                <OneRow row />
                <label class="template-code" class:template-stub=stub>
                    <span class="muted">"Code"</span>
                    <select class="select" on:change=choose>{options.collect_view()}</select>
                </label>
            </li>
        }
    });
    view! {
        <section class="template-part">
            <h3>"Functions"</h3>
            <ul class="template-rows" data-testid="template-functions">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn OneRow(row: Row) -> impl IntoView {
    view! {
        <span class="template-fact">
            <b>{row.name}</b>
            <span class="muted">{row.facts}</span>
            {row.renamed.map(|why| view! { <span class="template-renamed">{why}</span> })}
        </span>
    }
}

#[component]
fn Group(title: &'static str, testid: &'static str, rows: Vec<Row>) -> impl IntoView {
    if rows.is_empty() {
        return ().into_any();
    }
    let rows = rows.into_iter().map(|row| {
        view! {
            <li class="template-row"><OneRow row /></li>
        }
    });
    view! {
        <section class="template-part">
            <h3>{title}</h3>
            <ul class="template-rows" data-testid=testid>{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}
