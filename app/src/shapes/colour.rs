//! Colours of the design tokens as numbers, for those who cannot read CSS.

/// Red, green and blue of `#rrggbb` or `#rgb`.
pub fn rgb(hex: &str) -> Option<(u8, u8, u8)> {
    let digits = hex.trim().strip_prefix('#')?;
    if !digits.is_ascii() {
        return None;
    }
    let channel = |at: usize, length: usize| {
        let value = u8::from_str_radix(digits.get(at * length..(at + 1) * length)?, 16).ok()?;
        Some(if length == 1 { value * 17 } else { value })
    };
    let length = match digits.len() {
        3 => 1,
        6 => 2,
        _ => return None,
    };
    Some((
        channel(0, length)?,
        channel(1, length)?,
        channel(2, length)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::rgb;

    #[test]
    fn colours_are_read_as_css_reads_them() {
        assert_eq!(rgb(" #2f8fe0"), Some((0x2f, 0x8f, 0xe0)));
        assert_eq!(rgb("#fa0"), Some((255, 170, 0)));
        for nonsense in ["", "#", "2f8fe0", "#12", "#12345g", "#ééé", "rgb(1 2 3)"] {
            assert_eq!(rgb(nonsense), None);
        }
    }
}
