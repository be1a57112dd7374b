//! What is written on a station, as much of it as there is room for, and where.

use super::{Rect, Station};
use crate::shapes::text::clip;

/// Pixels per character of a title.
const TITLE: f64 = 7.3;
/// The same with the widest of the fonts that a system may choose: for what stands beside a title.
const WIDE_TITLE: f64 = 8.4;
/// Pixels per character of small print, and of the labels of pills.
pub const SMALL: f64 = 6.7;
/// Fewer characters than this tell nothing: the text is left out.
const FEW: usize = 4;

/// The side of a text that its place names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its right end.
    End,
}

impl Anchor {
    /// As SVG's `text-anchor` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::End => "end",
        }
    }
}

/// A text and where its line begins or ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// What is written.
    pub words: String,
    /// Pixels from the left.
    pub x: f64,
    /// The base line, pixels from the top.
    pub y: f64,
    /// Which end is at `x`.
    pub anchor: Anchor,
}

/// What is written on a station.
#[derive(Clone, Debug, PartialEq)]
pub struct Texts {
    /// Its name.
    pub title: Text,
    /// A fact about it.
    pub detail: Text,
    /// Time spent there.
    pub duration: Text,
}

/// The texts of a station whose box is `frame`. Upright, the duration stands beside the title; in a row,
/// above the box, where a station with pills has its detail beside the title.
pub fn texts(station: &Station, frame: Rect, upright: bool) -> Texts {
    let start = |words, dx: f64, y| Text {
        words,
        x: frame.x + dx,
        y,
        anchor: Anchor::Start,
    };
    let end = |words, y| Text {
        words,
        x: frame.x + frame.width - 12.0,
        y,
        anchor: Anchor::End,
    };
    let width = |text: &str, per: f64| text.chars().count() as f64 * per;
    let spent = match upright {
        true => width(&station.duration, SMALL) + 12.0,
        false => 0.0,
    };
    let title = clip(
        &station.title,
        room(frame.width - 20.0 - spent, TITLE).max(2),
    );
    let beside = !station.pills.is_empty() && !upright;
    let detail = if beside {
        let room = room(frame.width - 36.0 - width(&title, WIDE_TITLE), SMALL);
        end(clip_or_none(&station.detail, room), frame.y + 22.0)
    } else {
        let room = room(frame.width - 24.0, SMALL);
        start(clip_or_none(&station.detail, room), 10.0, frame.y + 40.0)
    };
    let duration = station.duration.clone();
    Texts {
        title: start(title, 10.0, frame.y + 22.0),
        detail,
        duration: match upright {
            true => end(duration, frame.y + 21.0),
            false => start(duration, 2.0, frame.y - 6.0),
        },
    }
}

fn room(pixels: f64, per: f64) -> usize {
    (pixels / per).max(0.0) as usize
}

fn clip_or_none(text: &str, characters: usize) -> String {
    match characters < FEW {
        true => String::new(),
        false => clip(text, characters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::phase::Phase;
    use crate::shapes::ribbon::{Pill, RibbonModel, StationState, shape};

    fn environment(title: &str, detail: &str, duration: &str) -> RibbonModel {
        let pill = |label: &str, phase| Pill {
            label: label.to_owned(),
            phase,
            lit: true,
        };
        let station = Station {
            title: title.to_owned(),
            detail: detail.to_owned(),
            duration: duration.to_owned(),
            state: StationState::Done,
            pills: vec![
                pill("INIT 125.00 ms", Phase::Init),
                pill("INVOKE 1.23 ms", Phase::Invoke),
            ],
            branch: None,
        };
        let mut plain = Station {
            title: "Handler".to_owned(),
            pills: Vec::new(),
            ..station.clone()
        };
        plain.detail = "module".to_owned();
        RibbonModel {
            request: Some(1),
            stations: vec![plain.clone(), plain.clone(), station, plain.clone(), plain],
        }
    }

    /// Left, top, right and bottom of a text; nothing if nothing is written.
    fn extent(text: &Text, per: f64) -> Option<[f64; 4]> {
        let wide = text.words.chars().count() as f64 * per;
        let left = match text.anchor {
            Anchor::Start => text.x,
            Anchor::End => text.x - wide,
        };
        (!text.words.is_empty()).then_some([left, text.y - 10.0, left + wide, text.y + 3.0])
    }

    #[test]
    fn no_text_lies_on_another_nor_on_a_pill() {
        for width in [288.0, 326.0, 358.0, 390.0, 600.0, 880.0, 1_100.0, 1_900.0] {
            for (title, detail) in [
                ("Environment 1", "cold start"),
                ("Environment 12345", "a worker is being started"),
            ] {
                for duration in ["", "up in 125.00 ms", "up in 125.00 ms (model)"] {
                    let model = environment(title, detail, duration);
                    let shape = shape(&model, width);
                    for (station, place) in model.stations.iter().zip(&shape.places) {
                        let texts = texts(station, place.frame, shape.vertical);
                        let mut all: Vec<[f64; 4]> = [
                            extent(&texts.title, TITLE),
                            extent(&texts.detail, SMALL),
                            extent(&texts.duration, SMALL),
                        ]
                        .into_iter()
                        .flatten()
                        .collect();
                        all.extend(
                            place
                                .pills
                                .iter()
                                .map(|it| [it.x, it.y, it.x + it.width, it.y + it.height]),
                        );
                        for (index, a) in all.iter().enumerate() {
                            for b in &all[index + 1..] {
                                let apart =
                                    a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                                assert!(apart, "{width}, {duration}: {a:?} {b:?} in {texts:?}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn on_a_phone_the_start_is_still_told() {
        let model = environment("Environment 1", "cold start", "up in 125.00 ms (model)");
        let shape = shape(&model, 326.0);
        let texts = texts(&model.stations[2], shape.places[2].frame, shape.vertical);
        assert_eq!(texts.detail.words, "cold start");
        assert_eq!(texts.duration.words, "up in 125.00 ms (model)");
    }

    #[test]
    fn where_there_is_no_room_nothing_is_begun() {
        assert_eq!(clip_or_none("cold start", 2), "");
        assert_eq!(clip_or_none("cold start", 5), "cold…");
    }
}
