//! Times that were measured, as a field has them.

use super::load::number_text;
use crate::units::Span;

/// So many times stand for all of them: the text has to stay readable.
const MOST_TIMES: usize = 60;

/// `"list:0.012,0.013"`: these times, or as many of them as are read easily, from the shortest to the longest in equal
/// steps. `None` of none.
pub(super) fn times_as_text(times: &[Span]) -> Option<String> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    let many = sorted.len().min(MOST_TIMES);
    let places = (0..many).map(|it| match many {
        1 => 0,
        many => it * last / (many - 1),
    });
    let times: Vec<String> = places
        .filter_map(|place| sorted.get(place))
        .map(|it| number_text(it.as_nanos() as f64 / 1e9))
        .collect();
    Some(format!("\"list:{}\"", times.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(times: &[u64]) -> Vec<Span> {
        times.iter().map(|it| Span::from_millis(*it)).collect()
    }

    #[test]
    fn times_are_a_list_of_seconds() {
        let text = |times: &[u64]| times_as_text(&millis(times));
        assert_eq!(text(&[]), None);
        assert_eq!(text(&[12]).as_deref(), Some("\"list:0.012\""));
        assert_eq!(text(&[1_500, 20]).as_deref(), Some("\"list:0.02,1.5\""));
    }

    #[test]
    fn many_times_keep_their_ends_and_their_middle() {
        let all: Vec<u64> = (1..=1_000).rev().collect();
        let text = times_as_text(&millis(&all)).unwrap();
        let list = text.trim_matches('"').trim_start_matches("list:");
        let times: Vec<f64> = list.split(',').map(|it| it.parse().unwrap()).collect();
        assert_eq!(times.len(), MOST_TIMES);
        assert_eq!((times[0], times[MOST_TIMES - 1]), (0.001, 1.0));
        assert!((times[MOST_TIMES / 2] - 0.5).abs() < 0.02, "{times:?}");
        assert!(times.is_sorted());
    }
}
