//! A sweep as a table.

use super::Swept;
use runtime_core::simulator::COST;
use std::fmt::Write;

/// The figures that are shown of what has them, their names above them, and decimals.
const SHOWN: [(&str, &str, usize); 9] = [
    ("throttled share", "throttled", 5),
    ("cold share", "cold", 5),
    ("served", "served", 0),
    ("latency, p50", "p50 s", 4),
    ("latency, p99", "p99 s", 4),
    ("environments", "environments", 2),
    ("running, peak", "tasks, peak", 1),
    ("CPU", "CPU", 3),
    (COST, "cost $", 4),
];
pub(super) fn text(swept: &Swept<'_>) -> String {
    let replicated = swept.replications > 1;
    let width = if replicated { 24 } else { 14 };
    let paths: Vec<&str> = swept.axes.iter().map(|it| it.path.as_str()).collect();
    let has = |figure: &str| swept.names.contains(&figure);
    let shown = SHOWN.iter().filter(|(figure, ..)| has(figure));
    let mut text = String::new();
    for path in &paths {
        let _ = write!(text, "{path:<18}  ");
    }
    for (_, name, _) in shown.clone() {
        let _ = write!(text, "{name:>width$}");
    }
    text.push('\n');
    for point in &swept.points {
        for (path, value) in paths.iter().zip(&point.values) {
            let width = path.len().max(18);
            let _ = write!(text, "{:<width$}  ", value.to_string());
        }
        for (figure, _, decimals) in shown.clone() {
            let shown = match point.figure(figure) {
                None => "-".to_owned(),
                Some(it) => match it.half_width {
                    None => format!("{:.decimals$}", it.mean),
                    Some(half) => format!("{:.decimals$} +-{half:.decimals$}", it.mean),
                },
            };
            let _ = write!(text, "{shown:>width$}");
        }
        text.push('\n');
    }
    text
}
