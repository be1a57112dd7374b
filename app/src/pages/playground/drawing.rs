//! Events that can be drawn: the paper, and the pixels as JSON.

use crate::app::use_session;
use crate::session::{Command, DrawnEvent};
use crate::shapes::drawing::Grid;
use crate::widgets::Sketch;
use leptos::prelude::*;
use serde_json::Value;

#[component]
pub(super) fn Drawing() -> impl IntoView {
    let session = use_session();
    let drawn = session.memo(|reading| {
        let function = reading.selected_function()?;
        Some((function, reading.drawn_event(function)?.clone()))
    });
    move || {
        let (function, event) = drawn.get()?;
        let event = StoredValue::new(event);
        let text = session.memo(move |reading| reading.test_events(function).text.clone());
        let picture = Signal::derive(move || {
            // Says when there is another text, but a frame later than the session has it.
            text.with(|_| {
                session.read_untracked(|reading| {
                    let text = &reading.test_events(function).text;
                    event.with_value(|event| pixels(event, text))
                })
            })
        });
        let draw = move |pixels: Vec<u16>| {
            let text = event.with_value(|event| json(event, &pixels));
            session.dispatch(Command::EditEvent { function, text });
        };
        Some(event.with_value(|event| {
            view! {
                <Sketch
                    title=event.title.clone()
                    grid=grid(event)
                    picture=picture
                    on_draw=Callback::new(draw)
                />
            }
        }))
    }
}

fn grid(event: &DrawnEvent) -> Grid {
    Grid {
        columns: event.columns,
        rows: event.rows,
        full: event.full,
        filled: f64::from(event.ink_percent) / 100.0,
        breadth: f64::from(event.breadth_percent) / 100.0,
    }
}

/// The event with these pixels, a line for each row.
fn json(event: &DrawnEvent, pixels: &[u16]) -> String {
    let width = event.full.to_string().len();
    let rows: Vec<String> = pixels
        .chunks(usize::from(event.columns.max(1)))
        .map(|row| {
            let numbers: Vec<String> = row.iter().map(|ink| format!("{ink:>width$}")).collect();
            format!("    {}", numbers.join(", "))
        })
        .collect();
    let field = Value::from(event.field.as_str());
    format!("{{\n  {field}: [\n{}\n  ]\n}}", rows.join(",\n"))
}

/// The pixels of an event, if they are a picture of the right size.
fn pixels(event: &DrawnEvent, text: &str) -> Option<Vec<u16>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let numbers = value.get(&event.field)?.as_array()?;
    let wanted = usize::from(event.columns) * usize::from(event.rows);
    let ink = |number: &Value| {
        let number = number.as_u64()?;
        Some(u16::try_from(number).unwrap_or(u16::MAX).min(event.full))
    };
    if numbers.len() == wanted {
        numbers.iter().map(ink).collect()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> DrawnEvent {
        DrawnEvent {
            title: "Draw".to_owned(),
            field: "the \"pixels\"".to_owned(),
            columns: 3,
            rows: 2,
            full: 16,
            ink_percent: 30,
            breadth_percent: 80,
        }
    }

    #[test]
    fn pixels_become_json_and_come_back() {
        let text = json(&event(), &[0, 16, 3, 4, 0, 12]);
        assert_eq!(
            text,
            "{\n  \"the \\\"pixels\\\"\": [\n     0, 16,  3,\n     4,  0, 12\n  ]\n}"
        );
        assert_eq!(pixels(&event(), &text), Some(vec![0, 16, 3, 4, 0, 12]));
    }

    #[test]
    fn what_is_no_picture_is_not_shown_as_one() {
        for text in [
            "",
            "[1, 2, 3, 4, 5, 6]",
            "{\"the \\\"pixels\\\"\": [1, 2, 3]}",
            "{\"the \\\"pixels\\\"\": [1, 2, 3, 4, 5, \"6\"]}",
            "{\"the \\\"pixels\\\"\": [1, 2, 3, 4, 5, -6]}",
        ] {
            assert_eq!(pixels(&event(), text), None, "{text}");
        }
        let much = "{\"the \\\"pixels\\\"\": [1, 2, 3, 4, 5, 70000]}";
        assert_eq!(pixels(&event(), much), Some(vec![1, 2, 3, 4, 5, 16]));
    }

    #[test]
    fn the_shipped_samples_events_are_pictures_of_their_form() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../public");
        let read = |path: String| std::fs::read_to_string(path).unwrap();
        let samples: Vec<crate::session::Sample> =
            serde_json::from_str(&read(format!("{root}/handlers/index.json"))).unwrap();
        let drawn: Vec<_> = samples.iter().filter(|it| it.drawing.is_some()).collect();
        assert!(!drawn.is_empty());
        for sample in drawn {
            let (form, first) = (sample.drawing.as_ref().unwrap(), &sample.events[0]);
            let text = read(format!("{root}/events/{}", first.file));
            let pixels = pixels(form, &text).unwrap();
            assert_eq!(json(form, &pixels), text.trim_end(), "{}", sample.name);
        }
    }
}
