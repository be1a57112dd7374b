//! A sweep as CSV (RFC 4180, with line feeds).

use super::Swept;
use std::fmt::Write;

/// A line for each point: the axes' values, then the mean of each figure, and with replications how far the
/// true mean is from it at most, 95 times in a hundred. Times are seconds; nothing stands where a point has no
/// such figure.
pub(super) fn csv(swept: &Swept<'_>) -> String {
    let replicated = swept.replications > 1;
    let mut header: Vec<String> = swept.axes.iter().map(|it| quoted(&it.path)).collect();
    for name in &swept.names {
        header.push(quoted(name));
        if replicated {
            header.push(quoted(&format!("{name} +-")));
        }
    }
    let mut text = header.join(",") + "\n";
    for point in &swept.points {
        let values: Vec<String> = point.values.iter().map(ToString::to_string).collect();
        text += &values.join(",");
        for name in &swept.names {
            let interval = point.figure(name);
            let number = |it: Option<f64>| it.map_or_else(String::new, |it| it.to_string());
            let _ = write!(text, ",{}", number(interval.map(|it| it.mean)));
            if replicated {
                let half = interval.and_then(|it| it.half_width);
                let _ = write!(text, ",{}", number(half));
            }
        }
        text.push('\n');
    }
    text
}

fn quoted(name: &str) -> String {
    match name.contains([',', '"']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    }
}
