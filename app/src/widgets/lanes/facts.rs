//! The lanes in words: the tooltip, what a screen reader hears, and the table.

use crate::shapes::{
    lanes::{Cursor, Hit, Lane, LaneEnd, LaneModel, value_at},
    phase::Phase,
    ticks::short,
};

/// Facts about what lies under the pointer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) title: String,
    pub(super) rows: Vec<(String, String)>,
    /// The request that it belongs to.
    pub(super) request: Option<u64>,
}

fn row(name: &str, value: String) -> (String, String) {
    (name.to_string(), value)
}

/// What a hit means in words, if it means something.
pub(super) fn facts(model: &LaneModel, hit: Hit, now: u64) -> Option<Facts> {
    match hit {
        Hit::Segment(cursor) => of_segment(model, cursor, now),
        Hit::Throttles(first, count) => {
            let &(at, request) = model.throttles.get(first)?;
            let title = if count == 1 {
                "throttled".to_string()
            } else {
                format!("{count} throttled")
            };
            Some(Facts {
                title,
                rows: vec![row("at", short(at))],
                request: (count == 1).then_some(request),
            })
        }
        Hit::InUse(at) => Some(Facts {
            title: format!("{} in use", value_at(&model.in_use, at)),
            rows: vec![row("at", short(at))],
            request: None,
        }),
        Hit::Lane(_) | Hit::Axis(_) | Hit::Nothing => None,
    }
}

fn of_segment(model: &LaneModel, cursor: Cursor, now: u64) -> Option<Facts> {
    let lane = model.lanes.get(cursor.lane)?;
    let segment = lane.segments.get(cursor.segment)?;
    let lasted = short(segment.end(now) - segment.from_ns);
    let mut rows = vec![row("began at", short(segment.from_ns))];
    rows.push(match segment.to_ns {
        Some(_) => row("lasted", lasted),
        None => row("so far", lasted),
    });
    Some(Facts {
        title: format!("{} · {}", lane.label, segment.phase.label()),
        rows,
        request: segment.id,
    })
}

/// What a screen reader says when the keyboard comes to a segment.
pub(super) fn sentence(model: &LaneModel, cursor: Cursor, now: u64) -> String {
    let Some(facts) = of_segment(model, cursor, now) else {
        return String::new();
    };
    let rows: Vec<String> = facts
        .rows
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let hint = if facts.request.is_some() {
        ". Enter selects the request."
    } else {
        ""
    };
    format!("{}, {}{hint}", facts.title, rows.join(", "))
}

/// One row of the table: environment, state, invocations, errors, init, busy, frozen.
pub(super) fn summary(lane: &Lane, now: u64) -> [String; 7] {
    let total = |wanted: &dyn Fn(Phase) -> bool| {
        let matching = lane.segments.iter().filter(|segment| wanted(segment.phase));
        matching
            .map(|segment| segment.end(now) - segment.from_ns)
            .sum::<u64>()
    };
    let count =
        |wanted: &dyn Fn(Phase) -> bool| lane.segments.iter().filter(|it| wanted(it.phase)).count();
    let works = |phase: Phase| matches!(phase, Phase::Invoke | Phase::InvokeError | Phase::Killed);
    let state = match (lane.end, lane.segments.last()) {
        (Some((_, LaneEnd::Reclaimed)), _) => "reclaimed",
        (Some((_, LaneEnd::Killed)), _) => "killed",
        (None, Some(segment)) => segment.phase.label(),
        (None, None) => "new",
    };
    [
        lane.label.clone(),
        state.to_string(),
        count(&works).to_string(),
        count(&Phase::is_bad).to_string(),
        short(total(&|phase| {
            matches!(phase, Phase::Init | Phase::Restore)
        })),
        short(total(&works)),
        short(total(&|phase| phase == Phase::Frozen)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::lanes::Segment;

    const MS: u64 = 1_000_000;

    fn model() -> LaneModel {
        let segment = |from: u64, to: Option<u64>, phase, id| Segment {
            from_ns: from * MS,
            to_ns: to.map(|to| to * MS),
            phase,
            id,
        };
        LaneModel {
            lanes: vec![Lane {
                label: "e-01".into(),
                segments: vec![
                    segment(0, Some(40), Phase::Init, Some(1)),
                    segment(40, Some(100), Phase::Invoke, Some(1)),
                    segment(100, None, Phase::Frozen, None),
                ],
                end: None,
            }],
            throttles: vec![(50 * MS, 7), (51 * MS, 8)],
            in_use: vec![(0, 1), (100 * MS, 0)],
        }
    }

    #[test]
    fn a_segment_says_how_long_it_lasted() {
        let said = sentence(
            &model(),
            Cursor {
                lane: 0,
                segment: 1,
            },
            500 * MS,
        );
        assert_eq!(
            said,
            "e-01 · invoke, began at 40 ms, lasted 60 ms. Enter selects the request."
        );
        let open = sentence(
            &model(),
            Cursor {
                lane: 0,
                segment: 2,
            },
            500 * MS,
        );
        assert_eq!(open, "e-01 · frozen, began at 100 ms, so far 400 ms");
    }

    #[test]
    fn several_throttles_are_counted_and_belong_to_no_single_request() {
        let found = facts(&model(), Hit::Throttles(0, 2), 500 * MS).unwrap();
        assert_eq!((found.title.as_str(), found.request), ("2 throttled", None));
        assert_eq!(
            facts(&model(), Hit::Throttles(0, 1), 500 * MS)
                .unwrap()
                .request,
            Some(7)
        );
    }

    #[test]
    fn the_table_sums_up_a_lane() {
        assert_eq!(
            summary(&model().lanes[0], 500 * MS),
            ["e-01", "frozen", "1", "0", "40 ms", "60 ms", "400 ms"]
        );
    }

    #[test]
    fn what_is_gone_has_no_facts() {
        assert_eq!(
            facts(
                &model(),
                Hit::Segment(Cursor {
                    lane: 3,
                    segment: 0
                }),
                0
            ),
            None
        );
        assert_eq!(
            sentence(
                &model(),
                Cursor {
                    lane: 0,
                    segment: 9
                },
                0
            ),
            ""
        );
    }
}
