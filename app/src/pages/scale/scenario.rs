//! The panel in which a scenario is chosen and written.

use super::form::FormPanel;
use super::lab::{Lab, LabState};
use super::measured::MeasuredPanel;
use super::model::about_seconds;
use super::template::TemplatePanel;
use crate::shapes::text::grouped;
use leptos::html::Textarea;
use leptos::prelude::*;

/// Where every field is explained.
const README: &str = "./scenarios/README.md";

#[component]
pub(super) fn ScenarioPanel(lab: Lab) -> impl IntoView {
    let area = NodeRef::<Textarea>::new();
    let is_going = move || lab.state.with(|it| *it == LabState::Going);
    let is_edited = Memo::new(move |_| {
        lab.original.with(|it| {
            it.as_ref()
                .is_some_and(|it| lab.text.with(|text| text != it))
        })
    });
    let is_there = move || lab.original.with(Option::is_some);
    let options = lab.shipped.iter().enumerate().map(|(place, (_, name))| {
        view! { <option value=place.to_string() selected=move || lab.chosen.get() == place>{*name}</option> }
    });
    let choose = move |event| {
        if let Ok(place) = event_target_value(&event).parse() {
            lab.choose(place);
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            lab.begin(false);
        }
    };
    view! {
        <section class="panel scale-scenario" aria-label="Scenario">
            <div class="panel-head">
                <h2>"Scenario"</h2>
                <select
                    class="select push"
                    aria-label="Scenario"
                    data-testid="scenario"
                    on:change=choose
                >
                    {options.collect_view()}
                </select>
            </div>
            {lab.takes_templates.then(|| view! { <TemplatePanel lab /> })}
            <FormPanel lab />
            <MeasuredPanel lab />
            <textarea
                class="scenario-text mono"
                aria-label="The scenario as TOML"
                spellcheck="false"
                autocapitalize="off"
                data-testid="scenario-text"
                node_ref=area
                disabled=move || !is_there()
                prop:value=move || lab.text.get()
                on:input=move |event| lab.write(event_target_value(&event))
                on:keydown=keys
            ></textarea>
            <Fault lab area />
            <div class="row scale-buttons">
                <button
                    class="button button-primary"
                    data-testid="run"
                    title="Ctrl+Enter"
                    disabled=move || !is_there()
                    on:click=move |_| lab.begin(false)
                >
                    {move || if is_going() { "Run again" } else { "Run" }}
                </button>
                <Show when=is_going>
                    <button class="button" data-testid="stop-run" on:click=move |_| lab.stop()>"Stop"</button>
                </Show>
                <Show when=move || is_edited.get()>
                    <button class="button push" data-testid="reset-scenario" on:click=move |_| lab.reset()>
                        "Back to the original"
                    </button>
                </Show>
            </div>
            <p class="field-note muted">
                "Times are seconds, rates are events a second. What you write is kept in this browser. "
                <a href=README target="_blank">"All fields"</a>
            </p>
        </section>
    }
}

/// What is wrong with it, and the way to the line.
#[component]
fn Fault(lab: Lab, area: NodeRef<Textarea>) -> impl IntoView {
    let go_to = move |line: usize| {
        let Some(area) = area.get_untracked() else {
            return;
        };
        let (from, to) = lab.text.with_untracked(|text| place_of_line(text, line));
        let _ = area.focus();
        // It fails for a field that is no text.
        let _ = area.set_selection_range(from, to);
    };
    move || {
        match lab.state.get() {
        LabState::Idle | LabState::Going => ().into_any(),
        LabState::Refused(refusal) => {
            let place = refusal.line.map(|line| {
                view! {
                    <button class="button button-small" data-testid="scenario-line" on:click=move |_| go_to(line)>
                        "Go to line " {line}
                    </button>
                }
            });
            view! {
                <div class="advice" role="alert" data-testid="scenario-fault">
                    <p class="field-error">{refusal.cause}</p>
                    <p>{refusal.hint}" "{place}</p>
                </div>
            }
            .into_any()
        }
        LabState::TooMuch { requests, seconds } => view! {
            <div class="advice" role="alert" data-testid="scenario-fault">
                <p>
                    {too_much(requests, seconds)}
                </p>
                <button class="button button-small" data-testid="run-large" on:click=move |_| lab.begin(true)>
                    "Run it all the same"
                </button>
            </div>
        }
        .into_any(),
        LabState::Broken(reason) => view! {
            <p class="advice field-error" role="alert" data-testid="scenario-fault">
                {reason}" Try again; if it stays so, load the page again."
            </p>
        }
        .into_any(),
    }
    }
}

fn too_much(requests: f64, seconds: f64) -> String {
    let (requests, time) = (grouped(requests as u64), about_seconds(seconds));
    format!(
        "That is about {requests} requests: {time} here. Make it shorter, or run it all the same; it \
         can be stopped."
    )
}

/// From where to where a line is, as a text field counts: UTF-16.
fn place_of_line(text: &str, line: usize) -> (u32, u32) {
    let length = |line: &str| line.encode_utf16().count() as u32;
    let mut from = 0;
    for (number, it) in text.split('\n').enumerate() {
        if number + 1 == line {
            return (from, from + length(it));
        }
        from += length(it) + 1;
    }
    (from.saturating_sub(1), from.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_as_a_text_field_counts() {
        let text = "a\n💥 b\ncd";
        assert_eq!(place_of_line(text, 1), (0, 1));
        assert_eq!(place_of_line(text, 2), (2, 6));
        assert_eq!(place_of_line(text, 3), (7, 9));
        assert_eq!(place_of_line(text, 4), (9, 9));
        assert_eq!(place_of_line("", 1), (0, 0));
    }
}
