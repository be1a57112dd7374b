//! Figures of any size, short enough for a label.

use super::text::grouped;

/// Three digits that count: `1,230`, `0.0123`, `1.2e-7`.
pub fn significant(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        return if size == 0.0 {
            "0".to_owned()
        } else {
            "-".to_owned()
        };
    }
    if size < 1e-4 {
        return format!("{value:.1e}");
    }
    // Digits before the point; none or less below one.
    let before = size.log10().floor() as i32 + 1;
    let step = 10_f64.powi((before - 3).max(0));
    let rounded = (value / step).round() * step;
    if before > 3 {
        let sign = if rounded < 0.0 { "-" } else { "" };
        return format!("{sign}{}", grouped(rounded.abs() as u64));
    }
    let text = format!("{value:.*}", (3 - before).max(0) as usize);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        for (value, text) in [
            (0.0, "0"),
            (1_234.5, "1,230"),
            (-98_765.0, "-98,800"),
            (123.4, "123"),
            (12.34, "12.3"),
            (2.0, "2"),
            (0.012_345, "0.0123"),
            (0.000_012, "1.2e-5"),
            (999.9, "1000"),
            (f64::NAN, "-"),
        ] {
            assert_eq!(significant(value), text, "{value}");
        }
    }
}
