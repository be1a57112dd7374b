//! Tasks over time: a line each, coloured by what it was.

use super::palette::Palette;
use super::surface::{Frame, surface};
use leptos::prelude::*;
use std::sync::Arc;

/// How high a line is, in CSS pixels: with the gap below it.
const LINE: f64 = 7.0;
const GAP: f64 = 1.0;

/// What a piece of a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneInk {
    /// It starts.
    Starts,
    /// It runs, and is not known to be healthy.
    Runs,
    /// It runs and is healthy.
    Healthy,
    /// It runs, and its checks fail.
    Unhealthy,
    /// It is drained.
    Drains,
    /// It stops.
    Stops,
}

/// Lines of tasks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskBars {
    /// The whole time, nanoseconds.
    pub length: u64,
    /// Of each task from when to when it was what, nanoseconds.
    pub lanes: Vec<Vec<(u64, u64, LaneInk)>>,
}

/// Draws them; tells which one is pressed.
#[component]
pub fn TaskLanes(
    /// What is drawn.
    #[prop(into)]
    bars: Signal<Arc<TaskBars>>,
    /// The moment that is looked at.
    #[prop(into)]
    cursor: Signal<Option<u64>>,
    /// The line that stands out.
    #[prop(into)]
    chosen: Signal<Option<usize>>,
    /// A line was pressed.
    #[prop(into)]
    on_pick: Callback<usize>,
) -> impl IntoView {
    let surface = surface(
        move || {
            bars.track();
            cursor.track();
            chosen.track();
        },
        move |frame| {
            let (cursor, chosen) = (cursor.get_untracked(), chosen.get_untracked());
            bars.with_untracked(|bars| paint(frame, bars, cursor, chosen));
        },
    );
    let height = move || {
        let lanes = bars.with(|bars| bars.lanes.len());
        format!("{}px", (lanes as f64 * LINE).max(LINE))
    };
    let pick = move |event: leptos::ev::PointerEvent| {
        let place = (f64::from(event.offset_y()) / LINE).floor();
        let lanes = bars.with_untracked(|bars| bars.lanes.len());
        if place >= 0.0 && (place as usize) < lanes {
            on_pick.run(place as usize);
        }
    };
    let words = move || {
        let lanes = bars.with(|bars| bars.lanes.len());
        format!("{lanes} tasks over time")
    };
    view! {
        <div class="task-lanes plot" style:height=height>
            <canvas node_ref=surface.canvas role="img" aria-label=words on:pointerdown=pick></canvas>
        </div>
    }
}

fn colour(palette: &Palette, ink: LaneInk) -> &str {
    match ink {
        LaneInk::Starts => &palette.cold,
        LaneInk::Runs => &palette.cold_soft,
        LaneInk::Healthy => &palette.warm,
        LaneInk::Unhealthy => &palette.bad,
        LaneInk::Drains => &palette.frost_line,
        LaneInk::Stops => &palette.faint,
    }
}

fn paint(frame: &Frame<'_>, bars: &TaskBars, cursor: Option<u64>, chosen: Option<usize>) {
    let context = frame.context;
    let scale = frame.width / (bars.length as f64).max(1.0);
    if let Some(chosen) = chosen {
        context.set_fill_style_str(&frame.palette.accent);
        context.fill_rect(0.0, chosen as f64 * LINE, frame.width, LINE);
    }
    for (place, lane) in bars.lanes.iter().enumerate() {
        let top = place as f64 * LINE + GAP / 2.0;
        for (from, to, ink) in lane {
            let (left, right) = (*from as f64 * scale, *to as f64 * scale);
            context.set_fill_style_str(colour(frame.palette, *ink));
            // What is there is seen, however short it was.
            context.fill_rect(left, top, (right - left).max(1.0), LINE - GAP);
        }
    }
    if let Some(cursor) = cursor {
        context.set_fill_style_str(&frame.palette.accent);
        context.fill_rect(cursor as f64 * scale - 0.75, 0.0, 1.5, frame.height);
    }
}
