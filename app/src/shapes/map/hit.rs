//! What lies under a point.

use super::{MapModel, Rect, card};

/// How far from a dot's middle the pointer still is on it, pixels.
const REACH: f64 = 9.0;

/// What was hit, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A dot on its way.
    Dot(usize),
    /// A mark on a station.
    Mark {
        /// The station.
        card: usize,
        /// The mark.
        mark: usize,
    },
    /// A station.
    Card(usize),
    /// Nothing.
    Nothing,
}

/// What lies at a place of the map: the nearest dot first, then marks, then stations, of which later
/// ones lie above. `rects` are those of the model's cards, `dots` the places of dots.
pub fn hit(
    model: &MapModel,
    rects: &[Rect],
    dots: &[(f64, f64)],
    zoom: f64,
    place: (f64, f64),
) -> Hit {
    let away = |dot: &(f64, f64)| (dot.0 - place.0).hypot(dot.1 - place.1);
    let nearest = dots.iter().map(away).enumerate();
    let nearest = nearest.min_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((dot, away)) = nearest
        && away * zoom <= REACH
    {
        return Hit::Dot(dot);
    }
    let found = rects.iter().rposition(|rect| rect.has(place));
    let Some(found) = found else {
        return Hit::Nothing;
    };
    let marks = model.cards.get(found).map_or(0, |card| card.marks.len());
    match rects
        .get(found)
        .and_then(|rect| card::mark_at(rect, marks, place))
    {
        Some(mark) => Hit::Mark { card: found, mark },
        None => Hit::Card(found),
    }
}

/// The station that the keyboard goes to from another: the nearest one in a direction, where what
/// lies straight ahead counts as nearer.
pub fn neighbour(rects: &[Rect], from: usize, (dx, dy): (f64, f64)) -> Option<usize> {
    let (x, y) = rects.get(from)?.middle();
    let ahead = rects.iter().enumerate().filter_map(|(index, rect)| {
        let (to_x, to_y) = rect.middle();
        let (along, across) = (
            (to_x - x) * dx + (to_y - y) * dy,
            ((to_x - x) * dy - (to_y - y) * dx).abs(),
        );
        (index != from && along > 1.0).then_some((index, along + 2.0 * across))
    });
    ahead
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::super::{Card, Key, Kind, Look, Mark};
    use super::*;

    fn model() -> (MapModel, Vec<Rect>) {
        let mark = Mark {
            look: Look::Busy,
            traveller: 1,
            request: None,
            followed: false,
        };
        let card = |key| Card {
            key: Key(key),
            kind: Kind::Function,
            title: String::new(),
            about: String::new(),
            now: [0; 2],
            past: [0; 3],
            marks: vec![mark; 2],
            more: 0,
        };
        let cards = vec![card(1), card(2), card(3)];
        let corners = [(0.0, 0.0), (300.0, 0.0), (300.0, 200.0)];
        let rects = cards.iter().zip(corners);
        let rects = rects
            .map(|(card, corner)| card::rect(card, corner))
            .collect();
        let model = MapModel {
            cards,
            ..MapModel::default()
        };
        (model, rects)
    }

    #[test]
    fn dots_lie_above_marks_and_marks_above_stations() {
        let (model, rects) = model();
        let (x, y) = card::mark(&rects[1], 1);
        let at = (x + 2.0, y + 2.0);
        let find = |dots: &[_], place| hit(&model, &rects, dots, 1.0, place);
        assert_eq!(find(&[at], at), Hit::Dot(0));
        assert_eq!(find(&[], at), Hit::Mark { card: 1, mark: 1 });
        assert_eq!(find(&[], (305.0, 5.0)), Hit::Card(1));
        assert_eq!(find(&[], (250.0, 5.0)), Hit::Nothing);
        // Of several dots the nearest; far away means far away on the screen.
        assert_eq!(
            find(&[(250.0, 0.0), (251.0, 5.0)], (250.0, 5.0)),
            Hit::Dot(1)
        );
        assert_eq!(
            hit(&model, &rects, &[(240.0, 5.0)], 0.5, (250.0, 5.0)),
            Hit::Dot(0)
        );
        assert_eq!(
            hit(&model, &rects, &[(240.0, 5.0)], 2.0, (250.0, 5.0)),
            Hit::Nothing
        );
    }

    #[test]
    fn arrows_go_to_what_lies_ahead() {
        let (_, rects) = model();
        assert_eq!(neighbour(&rects, 0, (1.0, 0.0)), Some(1));
        assert_eq!(neighbour(&rects, 1, (0.0, 1.0)), Some(2));
        assert_eq!(neighbour(&rects, 2, (0.0, -1.0)), Some(1));
        assert_eq!(neighbour(&rects, 0, (-1.0, 0.0)), None);
        assert_eq!(neighbour(&rects, 9, (1.0, 0.0)), None);
    }
}
