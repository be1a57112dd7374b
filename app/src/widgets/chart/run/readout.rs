//! The moment that is pointed at, in words. It takes the keyboard, so that nobody needs a pointer.

use super::{RunChartWords, RunSeries, RunView};
use crate::shapes::{text::grouped, ticks::short};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Readout(
    words: RunChartWords,
    #[prop(into)] series: Signal<Arc<RunSeries>>,
    view: RunView,
    on_pick: Option<Callback<u64>>,
) -> impl IntoView {
    let text = move || {
        view.track();
        let pointed = view.looked_at().pointed;
        series.with(|series| pointed.and_then(|it| at_moment(words, series, it)))
    };
    let hint = move || {
        text().unwrap_or_else(|| {
            "Point at the picture to read it, drag over it to look closer.".to_owned()
        })
    };
    let stretch = move || {
        view.track();
        let pointed = view.looked_at().pointed.unwrap_or_default();
        series.with(|series| series.stretch(pointed).unwrap_or_default())
    };
    let last = move || series.with(|series| series.stretches().saturating_sub(1));
    let is_closer = move || series.with(|series| view.is_closer(series));
    let press = move |event: KeyboardEvent| {
        let is_known = series.with_untracked(|series| key(&event.key(), series, view, on_pick));
        if is_known {
            event.prevent_default();
        }
    };
    view! {
        <div class="chart-readout" hidden=move || series.with(|series| series.is_empty())>
            <span
                role="slider"
                tabindex="0"
                class="chart-words"
                class:muted=move || text().is_none()
                aria-label=format!("{}: moment", words.title)
                aria-valuemin="0"
                aria-valuemax=move || last().to_string()
                aria-valuenow=move || stretch().to_string()
                aria-valuetext=hint
                title="Left and right move, + and - zoom, Escape shows the whole run"
                on:keydown=press
            >
                {hint}
            </span>
            <Show when=is_closer>
                <button type="button" class="tool" on:click=move |_| view.look_at_all()>
                    "Whole run"
                </button>
            </Show>
        </div>
    }
}

/// Whether it is one of ours.
fn key(key: &str, series: &RunSeries, view: RunView, on_pick: Option<Callback<u64>>) -> bool {
    let looking = view.looked_at();
    let (from, to) = looking.stretch(series);
    let middle = from + (to - from) / 2;
    let pointed = looking.pointed;
    let step = |back: bool| {
        let at = pointed.unwrap_or(middle);
        match back {
            true => at.saturating_sub(series.width).max(from),
            false => at.saturating_add(series.width).min(to.saturating_sub(1)),
        }
    };
    match key {
        "ArrowLeft" | "ArrowDown" => view.point(Some(step(true))),
        "ArrowRight" | "ArrowUp" => view.point(Some(step(false))),
        "Home" => view.point(Some(from)),
        "End" => view.point(Some(to.saturating_sub(1))),
        "+" | "=" => view.zoom(series, pointed.unwrap_or(middle), true),
        "-" => view.zoom(series, pointed.unwrap_or(middle), false),
        "Escape" => view.look_at_all(),
        "Enter" => {
            if let (Some(on_pick), Some(pointed)) = (on_pick, pointed) {
                on_pick.run(pointed);
            }
        }
        _ => return false,
    }
    true
}

/// "12 s to 24 s: served 1,200, throttled 7".
fn at_moment(words: RunChartWords, series: &RunSeries, moment: u64) -> Option<String> {
    let stretch = series.stretch(moment)?;
    let lines = words.lines.iter().zip(&series.lines);
    let values = lines.filter_map(|((name, _), line)| {
        let value = line.get(stretch)?;
        Some(format!("{name} {}", grouped((*value).into())))
    });
    let values: Vec<String> = values.collect();
    Some(format!(
        "{} to {}: {}",
        short(series.from(stretch)),
        short(series.from(stretch + 1)),
        values.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{WORDS, series};
    use super::*;

    #[test]
    fn a_moment_in_words() {
        assert_eq!(
            at_moment(WORDS, &series(), 7_000_000_000).as_deref(),
            Some("6 s to 10 s: served 3, throttled 7")
        );
        assert_eq!(at_moment(WORDS, &RunSeries::default(), 0), None);
    }

    #[test]
    fn keys_move_zoom_and_pick() {
        Owner::new().with(|| {
            let hour = RunSeries {
                length: 3_600,
                width: 12,
                lines: vec![vec![1; 300]],
            };
            let view = RunView::default();
            let picked = RwSignal::new(None);
            let on_pick = Some(Callback::new(move |at| picked.set(Some(at))));
            assert!(!key("a", &hour, view, on_pick));
            assert!(key("ArrowRight", &hour, view, on_pick));
            assert_eq!(view.looked_at().pointed, Some(1_812));
            assert!(key("Home", &hour, view, on_pick));
            assert!(key("ArrowLeft", &hour, view, on_pick));
            assert_eq!(view.looked_at().pointed, Some(0));
            assert!(key("End", &hour, view, on_pick) && key("ArrowRight", &hour, view, on_pick));
            assert_eq!(view.looked_at().pointed, Some(3_599));
            assert!(key("+", &hour, view, on_pick));
            assert_eq!(view.looked_at().stretch(&hour), (1_800, 3_600));
            assert!(key("Enter", &hour, view, on_pick));
            assert_eq!(picked.get_untracked(), Some(3_599));
            assert!(key("Escape", &hour, view, on_pick));
            assert_eq!(view.looked_at().stretch(&hour), (0, 3_600));
        });
    }
}
