//! What has come of a sweep as what is drawn.

use super::desk::Swept;
use crate::widgets::SweepPicture;
use runtime_core::simulator::SweptAxis;

/// What is looked at first, if there is such a figure.
pub(super) const USUAL: [&str; 4] = ["latency, p99", "cost", "served", "requests"];

/// Figures that are seconds.
const SECONDS: [&str; 4] = ["latency", "lifespan", "billed duration", "oldest message"];

/// One figure of it.
pub(super) fn of(swept: &Swept, figure: &str) -> SweepPicture {
    let names = |axis: &SweptAxis| axis.values.iter().map(ToString::to_string).collect();
    let (across, up) = match swept.axes.as_slice() {
        // The last axis changes first.
        [up, across] => (Some(across), Some(up)),
        axes => (axes.first(), None),
    };
    let path = |axis: Option<&SweptAxis>| axis.map(|it| it.path.clone()).unwrap_or_default();
    let values = swept.points.iter().map(|point| {
        let point = point.as_ref()?;
        point.get(figure).copied()
    });
    SweepPicture {
        figure: with_unit(figure),
        across: path(across),
        columns: across.map(names).unwrap_or_default(),
        up: path(up),
        rows: up.map(names).unwrap_or_default(),
        values: values.collect(),
    }
}

fn with_unit(figure: &str) -> String {
    match figure {
        "cost" => "cost ($)".to_owned(),
        it if SECONDS.iter().any(|seconds| it.starts_with(seconds)) => format!("{it} (s)"),
        it => it.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swept(axes: &[(&str, &[f64])], costs: &[Option<f64>]) -> Swept {
        let axes = axes.iter().map(|(path, values)| SweptAxis {
            path: (*path).to_owned(),
            values: values.to_vec(),
        });
        let point = |cost: &Option<f64>| cost.map(|it| [("cost".to_owned(), it)].into());
        Swept {
            axes: axes.collect(),
            figures: vec!["requests".to_owned(), "cost".to_owned()],
            points: costs.iter().map(point).collect(),
        }
    }

    #[test]
    fn the_axis_that_changes_first_goes_across() {
        let axes: [(&str, &[f64]); 2] = [("a", &[1.0, 2.0]), ("b", &[10.0, 20.0, 30.0])];
        let costs = [Some(1.0), Some(2.0), None, Some(4.0), None, Some(6.0)];
        let picture = of(&swept(&axes, &costs), "cost");
        assert_eq!((&*picture.across, &*picture.up), ("b", "a"));
        assert_eq!(picture.columns, ["10", "20", "30"]);
        assert_eq!(picture.rows, ["1", "2"]);
        assert_eq!(picture.values, costs);
        assert_eq!(picture.figure, "cost ($)");
    }

    #[test]
    fn only_figures_that_are_there_can_be_chosen() {
        let one = swept(&[("a", &[1.0, 2.0])], &[None, Some(2.0)]);
        assert_eq!(one.names(), ["cost"]);
        assert_eq!(one.run(), 1);
        assert!(of(&one, "cost").rows.is_empty());
        assert_eq!(with_unit("latency, p50"), "latency, p50 (s)");
    }
}
