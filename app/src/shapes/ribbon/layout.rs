//! Where the stations, lines and branches of the ribbon lie.

use super::{Pill, RibbonModel, Station, StationState};

/// Below this width the stations stand under each other.
const HORIZONTAL_FROM: f64 = 880.0;
const MARGIN: f64 = 14.0;
/// Horizontal: space between stations, heights, and where the line runs.
const GAP: f64 = 26.0;
const BOX: f64 = 58.0;
const TALL_BOX: f64 = 82.0;
/// Upright, there is a line of small print above the pills.
const UPRIGHT_BOX: f64 = 98.0;
const LINE: f64 = 66.0;
const BRANCH: f64 = 40.0;
const BRANCH_TOP: f64 = 124.0;
/// Vertical: where the line runs, and space between stations.
const SPINE: f64 = 24.0;
const ROW_GAP: f64 = 14.0;
/// How many normal stations wide the environment is.
const ENVIRONMENT_WEIGHT: f64 = 2.1;

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Where a station lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Its box.
    pub frame: Rect,
    /// Its pills.
    pub pills: Vec<Rect>,
    /// The path of the line that leads to it, as SVG path data; empty for the first.
    pub link: String,
    /// The box of its branch, and the path that leads there.
    pub branch: Option<(Rect, String)>,
}

/// The ribbon laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Width, pixels.
    pub width: f64,
    /// Height, pixels.
    pub height: f64,
    /// Whether the stations stand under each other.
    pub vertical: bool,
    /// One for each station.
    pub places: Vec<Place>,
    /// The whole way as SVG path data, up to the station where the request is or ended.
    pub way: String,
}

/// Lays the ribbon out in `width` pixels; the height follows.
pub fn shape(model: &RibbonModel, width: f64) -> Shape {
    let width = width.max(160.0);
    if model.stations.is_empty() {
        return Shape {
            width,
            ..Shape::default()
        };
    }
    let vertical = width < HORIZONTAL_FROM;
    let mut shape = if vertical {
        stacked(model, width)
    } else {
        in_a_row(model, width)
    };
    shape.way = way(model, &shape);
    shape
}

fn in_a_row(model: &RibbonModel, width: f64) -> Shape {
    let weight = |station: &Station| {
        if station.pills.is_empty() {
            1.0
        } else {
            ENVIRONMENT_WEIGHT
        }
    };
    let weights: f64 = model.stations.iter().map(weight).sum();
    let gaps = GAP * (model.stations.len() - 1) as f64;
    let unit = ((width - 2.0 * MARGIN - gaps) / weights).max(48.0);
    let mut x = MARGIN;
    let mut places = Vec::new();
    for station in &model.stations {
        let tall = if station.pills.is_empty() {
            BOX
        } else {
            TALL_BOX
        };
        let frame = Rect {
            x,
            y: LINE - tall / 2.0,
            width: unit * weight(station),
            height: tall,
        };
        let link = match places.is_empty() {
            true => String::new(),
            false => format!("M{:.1} {LINE}H{x:.1}", x - GAP),
        };
        let branch = station.branch.as_ref().map(|_| {
            let middle = x + frame.width / 2.0;
            let bottom = frame.y + frame.height;
            (
                Rect {
                    x,
                    y: BRANCH_TOP,
                    width: frame.width,
                    height: BRANCH,
                },
                format!("M{middle:.1} {bottom}V{BRANCH_TOP}"),
            )
        });
        places.push(Place {
            frame,
            pills: pills(station, frame),
            link,
            branch,
        });
        x += frame.width + GAP;
    }
    let branches = model
        .stations
        .iter()
        .any(|station| station.branch.is_some());
    let height = if branches {
        BRANCH_TOP + BRANCH + MARGIN
    } else {
        LINE + TALL_BOX / 2.0 + MARGIN
    };
    Shape {
        width,
        height,
        vertical: false,
        places,
        way: String::new(),
    }
}

fn stacked(model: &RibbonModel, width: f64) -> Shape {
    let left = SPINE + 16.0;
    let mut y = MARGIN;
    let mut end = 0.0;
    let mut places: Vec<Place> = Vec::new();
    for station in &model.stations {
        let tall = if station.pills.is_empty() {
            BOX - 6.0
        } else {
            UPRIGHT_BOX
        };
        let frame = Rect {
            x: left,
            y,
            width: width - left - MARGIN,
            height: tall,
        };
        let middle = y + tall / 2.0;
        let link = match places.is_empty() {
            true => String::new(),
            false => format!("M{SPINE} {end:.1}V{middle:.1}"),
        };
        end = middle;
        y += tall + ROW_GAP;
        let branch = station.branch.as_ref().map(|_| {
            let from = left + 14.0;
            let inner = Rect {
                x: left + 32.0,
                y: y - 4.0,
                width: width - left - 32.0 - MARGIN,
                height: BRANCH,
            };
            let path = format!(
                "M{from} {}V{:.1}H{:.1}",
                frame.y + tall,
                inner.y + BRANCH / 2.0,
                inner.x
            );
            y += BRANCH + ROW_GAP - 4.0;
            (inner, path)
        });
        places.push(Place {
            frame,
            pills: pills(station, frame),
            link,
            branch,
        });
    }
    Shape {
        width,
        height: y - ROW_GAP + MARGIN,
        vertical: true,
        places,
        way: String::new(),
    }
}

/// The pills of a station share its width by the length of what is written on them.
fn pills(station: &Station, frame: Rect) -> Vec<Rect> {
    let need = |pill: &Pill| pill.label.chars().count().max(4) as f64 + 2.0;
    let total: f64 = station.pills.iter().map(need).sum();
    let room = frame.width - 24.0 - 4.0 * station.pills.len().saturating_sub(1) as f64;
    let mut x = frame.x + 12.0;
    let place = |pill: &Pill| {
        let width = (room * need(pill) / total).max(0.0);
        let rect = Rect {
            x,
            y: frame.y + frame.height - 38.0,
            width,
            height: 26.0,
        };
        x += width + 4.0;
        rect
    };
    station.pills.iter().map(place).collect()
}

/// The way up to the furthest station that is not idle, and into its branch if it was taken.
fn way(model: &RibbonModel, shape: &Shape) -> String {
    let Some(last) = model
        .stations
        .iter()
        .rposition(|station| station.state != StationState::Idle)
    else {
        return String::new();
    };
    let (Some(first), Some(end)) = (shape.places.first(), shape.places.get(last)) else {
        return String::new();
    };
    let taken = model
        .stations
        .get(last)
        .and_then(|station| station.branch.as_ref())
        .is_some_and(|it| it.taken);
    let out = end.branch.as_ref().filter(|_| taken).map(|(rect, _)| rect);
    let middle = |rect: &Rect| rect.y + rect.height / 2.0;
    if shape.vertical {
        let side = out.map_or(String::new(), |rect| {
            format!(
                "H{:.1}V{:.1}H{:.1}",
                end.frame.x + 14.0,
                middle(rect),
                rect.x
            )
        });
        format!(
            "M{SPINE} {:.1}V{:.1}{side}",
            middle(&first.frame),
            middle(&end.frame)
        )
    } else {
        let centre = end.frame.x + end.frame.width / 2.0;
        match out {
            Some(rect) => format!(
                "M{:.1} {LINE}H{centre:.1}V{:.1}",
                first.frame.x + first.frame.width,
                rect.y
            ),
            None => format!(
                "M{:.1} {LINE}H{:.1}",
                first.frame.x + first.frame.width,
                end.frame.x + end.frame.width
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Branch;
    use super::*;
    use crate::shapes::phase::Phase;

    fn station(title: &str, state: StationState) -> Station {
        Station {
            title: title.to_string(),
            state,
            ..Station::default()
        }
    }

    fn model() -> RibbonModel {
        let pill = |label: &str, phase| Pill {
            label: label.to_string(),
            phase,
            lit: true,
        };
        let branch = |taken, failure| {
            Some(Branch {
                title: "out".into(),
                detail: "1".into(),
                taken,
                failure,
            })
        };
        RibbonModel {
            request: Some(1),
            stations: vec![
                station("Trigger", StationState::Done),
                station("Event", StationState::Done),
                Station {
                    branch: branch(false, false),
                    ..station("Concurrency", StationState::Done)
                },
                Station {
                    pills: vec![
                        pill("INIT 38 ms", Phase::Init),
                        pill("INVOKE 61.4 ms", Phase::Invoke),
                        pill("frozen", Phase::Frozen),
                    ],
                    ..station("Environment", StationState::Active)
                },
                Station {
                    branch: branch(false, true),
                    ..station("Handler", StationState::Idle)
                },
                station("Response", StationState::Idle),
            ],
        }
    }

    fn inside(outer: Rect, inner: Rect) -> bool {
        inner.x >= outer.x - 1e-6
            && inner.y >= outer.y - 1e-6
            && inner.x + inner.width <= outer.x + outer.width + 1e-6
            && inner.y + inner.height <= outer.y + outer.height + 1e-6
    }

    #[test]
    fn nothing_is_clipped_and_nothing_overlaps() {
        for width in [288.0, 358.0, 879.0, 880.0, 1100.0, 1900.0] {
            let shape = shape(&model(), width);
            let whole = Rect {
                x: 0.0,
                y: 0.0,
                width: shape.width,
                height: shape.height,
            };
            let mut all: Vec<Rect> = Vec::new();
            for place in &shape.places {
                all.push(place.frame);
                all.extend(place.branch.as_ref().map(|(rect, _)| *rect));
                assert!(
                    place.pills.iter().all(|pill| inside(place.frame, *pill)),
                    "{width}"
                );
            }
            for (index, a) in all.iter().enumerate() {
                assert!(inside(whole, *a), "{width}: {a:?} in {whole:?}");
                for b in &all[index + 1..] {
                    let apart = a.x + a.width <= b.x
                        || b.x + b.width <= a.x
                        || a.y + a.height <= b.y
                        || b.y + b.height <= a.y;
                    assert!(apart, "{width}: {a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn a_phone_stands_the_stations_under_each_other() {
        assert!(shape(&model(), 358.0).vertical);
        assert!(!shape(&model(), 1100.0).vertical);
    }

    #[test]
    fn the_way_ends_where_the_request_is() {
        let mut model = model();
        let whole = shape(&model, 1100.0);
        let environment = whole.places[3].frame;
        assert!(
            whole
                .way
                .ends_with(&format!("H{:.1}", environment.x + environment.width))
        );

        model.stations[2].state = StationState::Throttled;
        model.stations[3].state = StationState::Idle;
        if let Some(branch) = &mut model.stations[2].branch {
            branch.taken = true;
        }
        let throttled = shape(&model, 1100.0);
        let out = throttled.places[2]
            .branch
            .as_ref()
            .map(|(rect, _)| rect.y)
            .unwrap();
        assert!(
            throttled.way.ends_with(&format!("V{out:.1}")),
            "{}",
            throttled.way
        );
        assert!(
            shape(&model, 358.0).way.contains('H'),
            "sideways into the branch"
        );
    }

    #[test]
    fn an_empty_or_idle_ribbon_has_no_way() {
        assert_eq!(shape(&RibbonModel::default(), 1100.0).places, []);
        let mut idle = model();
        idle.stations
            .iter_mut()
            .for_each(|station| station.state = StationState::Idle);
        assert_eq!(shape(&idle, 1100.0).way, "");
    }
}
