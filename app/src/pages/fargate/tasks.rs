//! Lanes of tasks, and one task's life.

use super::model::{lasted, noun, phase_of, time};
use super::panels::{Seen, drawn};
use super::playhead::Playhead;
use crate::widgets::{LaneInk, TaskBars, TaskLanes};
use leptos::prelude::*;
use runtime_core::simulator::fargate::{LanePhase, ServiceSoFar, Stopped, TaskLane};
use runtime_core::timeline::CapacityProvider;

const fn ink(phase: LanePhase) -> Option<LaneInk> {
    Some(match phase {
        LanePhase::Provisioning | LanePhase::Pending | LanePhase::Activating => LaneInk::Starts,
        LanePhase::Running => LaneInk::Runs,
        LanePhase::Healthy => LaneInk::Healthy,
        LanePhase::Unhealthy => LaneInk::Unhealthy,
        LanePhase::Deactivating => LaneInk::Drains,
        LanePhase::Stopping | LanePhase::Deprovisioning => LaneInk::Stops,
        LanePhase::Stopped => return None,
    })
}

fn bars(it: &ServiceSoFar) -> TaskBars {
    let lane = |lane: &TaskLane| {
        let ends = lane.moves.iter().skip(1).map(|(since, _)| *since);
        let ends = ends.chain(std::iter::once(it.at));
        let pieces = lane.moves.iter().zip(ends);
        pieces
            .filter_map(|((from, phase), to)| Some((from.as_nanos(), to.as_nanos(), ink(*phase)?)))
            .collect()
    };
    TaskBars {
        length: it.length.as_nanos(),
        lanes: it.tasks.iter().map(lane).collect(),
    }
}

#[component]
pub(super) fn Tasks(seen: Seen, playhead: Playhead) -> impl IntoView {
    let chosen = RwSignal::new(None::<usize>);
    let lane = Memo::new(move |_| {
        let place = chosen.get()?;
        seen.with(|it| Life::of(it, place)).flatten()
    });
    let count = move || {
        seen.with(|it| {
            let more = match it.more_tasks {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{}{more}", it.tasks.len())
        })
    };
    let is_pod = Memo::new(move |_| {
        seen.with(|it| it.service.pods.is_some())
            .unwrap_or_default()
    });
    let heading = move || if is_pod.get() { "Pods" } else { "Tasks" };
    let hint = move || match is_pod.get() {
        true => "Each line is a pod, on a node of its own. Choose one to see its life.",
        false => "Each line is a task, a machine of its own. Choose one to see its life.",
    };
    let step = move |by: isize| {
        let all = seen.with_untracked(|it| it.tasks.len()).unwrap_or_default();
        let now = chosen.get_untracked();
        let next = now.map_or(0, |it| it.saturating_add_signed(by));
        chosen.set((all > 0).then(|| next.min(all - 1)));
    };
    let keys = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "ArrowDown" => {
            event.prevent_default();
            step(1);
        }
        "ArrowUp" => {
            event.prevent_default();
            step(-1);
        }
        _ => {}
    };
    view! {
        <section class="panel service-tasks" aria-label="Tasks">
            <div class="panel-head">
                <h2>{heading}</h2>
                <span class="muted">{count}</span>
            </div>
            <div class="lanes-scroll" tabindex="0" role="region" aria-label="Lanes of tasks: arrow keys choose one" on:keydown=keys>
                <TaskLanes
                    bars=drawn(seen, bars)
                    cursor=playhead.cursor()
                    chosen
                    on_pick=move |place| chosen.set(Some(place))
                />
            </div>
            {move || match lane.get() {
                None => view! { <p class="field-note muted">{hint}</p> }.into_any(),
                Some(it) => life(it, playhead).into_any(),
            }}
        </section>
    }
}

/// One task's life, in words.
#[derive(Clone, PartialEq)]
struct Life {
    title: String,
    /// From when on it was what, and for how long.
    moves: Vec<(u64, &'static str, String)>,
    stopped: Option<Stopped>,
}

impl Life {
    fn of(it: &ServiceSoFar, place: usize) -> Option<Life> {
        let lane = it.tasks.get(place)?;
        let provider = match (&it.service.pods, lane.provider) {
            (Some(pods), _) => format!("{}, node of its own", pods.namespace),
            (None, CapacityProvider::Fargate) => "FARGATE".to_owned(),
            (None, CapacityProvider::FargateSpot) => "FARGATE_SPOT".to_owned(),
        };
        let name = match noun(it) {
            "pod" => "Pod",
            _ => "Task",
        };
        let ends = lane.moves.iter().skip(1).map(|(since, _)| *since);
        let ends = ends.chain(std::iter::once(it.at));
        let moves = lane.moves.iter().zip(ends).map(|((from, phase), to)| {
            let span = match phase {
                LanePhase::Stopped => String::new(),
                _ => lasted(*from, to),
            };
            (from.as_nanos(), phase_of(it, *phase), span)
        });
        Some(Life {
            title: format!("{name} {} · zone {} · {provider}", lane.task.0, lane.zone),
            moves: moves.collect(),
            stopped: lane.stopped.clone(),
        })
    }
}

fn life(it: Life, playhead: Playhead) -> impl IntoView + use<> {
    let title = it.title;
    let rows = it.moves.into_iter().map(|(start, phase, span)| {
        view! {
            <tr>
                <td>
                    <button type="button" class="tool mono" on:click=move |_| playhead.move_to(start)>{time(start)}</button>
                </td>
                <th scope="row">{phase}</th>
                <td class="mono">{span}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let stopped = it.stopped.map(|it| {
        let hint = it.hint.map(|hint| view! { <p>{hint}</p> });
        view! {
            <div class="advice">
                <p><b>{it.code}</b>" "{it.reason}</p>
                {hint}
            </div>
        }
    });
    view! {
        <div class="task-life" data-testid="task-life">
            <h3>{title}</h3>
            <table class="run-figures"><tbody>{rows}</tbody></table>
            {stopped}
        </div>
    }
}
