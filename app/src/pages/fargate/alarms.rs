//! States of alarms over time.

use super::panels::Seen;
use super::playhead::Playhead;
use crate::shapes::ticks::short;
use leptos::prelude::*;
use runtime_core::simulator::fargate::AlarmLine;
use runtime_core::timeline::AlarmState;
use runtime_core::units::Span;

/// From where to where a state lasts, in percent of the whole time.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    from: f64,
    wide: f64,
    state: AlarmState,
    words: String,
}

fn pieces(line: &AlarmLine, at: Span, length: Span) -> Vec<Piece> {
    let share = |span: Span| span.as_nanos() as f64 / (length.as_nanos() as f64).max(1.0) * 100.0;
    let ends = line.states.iter().skip(1).map(|(since, _)| *since);
    let ends = ends.chain(std::iter::once(at));
    let piece = |((from, state), to): (&(Span, AlarmState), Span)| Piece {
        from: share(*from),
        wide: (share(to) - share(*from)).max(0.0),
        state: *state,
        words: format!(
            "{} from {} to {}",
            state.name(),
            short(from.as_nanos()),
            short(to.as_nanos())
        ),
    };
    line.states.iter().zip(ends).map(piece).collect()
}

const fn class(state: AlarmState) -> &'static str {
    match state {
        AlarmState::InsufficientData => "alarm-unknown",
        AlarmState::Ok => "alarm-ok",
        AlarmState::Alarm => "alarm-alarm",
    }
}

#[component]
pub(super) fn AlarmStrip(seen: Seen, playhead: Playhead) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let lines = seen.with(|it| {
            let of = |line: &AlarmLine| {
                let words = format!("{} ({})", line.name, line.condition);
                (words, pieces(line, it.at, it.length))
            };
            it.alarms.iter().map(of).collect::<Vec<_>>()
        });
        lines.unwrap_or_default()
    });
    let length = Memo::new(move |_| seen.with(|it| it.length.as_nanos()).unwrap_or(1));
    let cursor = playhead.cursor();
    let left = move || {
        cursor
            .get()
            .map(|at| format!("{}%", at as f64 / length.get().max(1) as f64 * 100.0))
    };
    let line = move |(words, pieces): (String, Vec<Piece>)| {
        let pieces = pieces.into_iter().map(|it| {
            let said = format!("{}. ", it.words);
            view! {
                <span
                    class=format!("alarm-piece {}", class(it.state))
                    style:left=format!("{:.3}%", it.from)
                    style:width=format!("{:.3}%", it.wide)
                    title=it.words
                >
                    <span class="visually-hidden">{said}</span>
                </span>
            }
        });
        view! {
            <li>
                <span class="alarm-name">{words}</span>
                <span class="alarm-line">
                    {pieces.collect_view()}
                    {move || left().map(|left| view! { <span class="alarm-cursor" style:left=left></span> })}
                </span>
            </li>
        }
    };
    view! {
        <Show when=move || lines.with(|it| !it.is_empty())>
            <section class="alarms" aria-label="Alarms">
                <h3>"Alarms"</h3>
                <ul class="legend">
                    <li><span class="swatch alarm-ok"></span>"OK"</li>
                    <li><span class="swatch alarm-alarm"></span>"ALARM"</li>
                    <li><span class="swatch alarm-unknown"></span>"INSUFFICIENT_DATA"</li>
                </ul>
                <ul class="alarm-lines" data-testid="alarms">
                    {move || lines.get().into_iter().map(line).collect_view()}
                </ul>
            </section>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_lasts_until_the_next_and_the_last_one_until_now() {
        let secs = Span::from_secs;
        let line = AlarmLine {
            name: String::new(),
            condition: String::new(),
            states: vec![(secs(0), AlarmState::Ok), (secs(30), AlarmState::Alarm)],
        };
        let pieces = pieces(&line, secs(50), secs(100));
        let places: Vec<(f64, f64)> = pieces.iter().map(|it| (it.from, it.wide)).collect();
        assert_eq!(places, [(0.0, 30.0), (30.0, 20.0)]);
        assert_eq!(pieces[1].words, "ALARM from 30 s to 50 s");
    }
}
