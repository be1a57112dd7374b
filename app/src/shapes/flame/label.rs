//! Names as long as there is room.

use super::super::text::clip;

/// What Python puts between a function and one that is made inside of it.
const INSIDE: &str = ".<locals>.";

/// A name's last part, without the types that a generic function was made for:
/// `from_slice` of `serde_json::de::from_slice::<app::Event>`.
pub fn short_name(name: &str) -> &str {
    if let Some(at) = name.rfind(INSIDE) {
        return &name[at + INSIDE.len()..];
    }
    let path = match without_types(name) {
        "" => name,
        path => path,
    };
    match path.rfind("::") {
        Some(at) => {
            let last = &path[at + 2..];
            match last.starts_with('{') {
                // A closure is nobody without the function that it is in.
                true => path[..at].rfind("::").map_or(path, |at| &path[at + 2..]),
                false => last,
            }
        }
        None => path,
    }
}

/// A name without the angle brackets at its end.
fn without_types(name: &str) -> &str {
    let trimmed = name.trim_end();
    if !trimmed.ends_with('>') {
        return trimmed;
    }
    let mut open = 0_i32;
    for (at, character) in trimmed.char_indices().rev() {
        match character {
            '>' => open += 1,
            '<' => open -= 1,
            _ => {}
        }
        if open == 0 && character == '<' {
            return trimmed[..at].trim_end_matches("::");
        }
    }
    trimmed
}

/// A name in at most so many characters: whole, or its last part, or the beginning of that; nothing
/// where that says nothing.
pub fn fitting(name: &str, characters: usize) -> Option<String> {
    if name.chars().count() <= characters {
        return Some(name.to_owned());
    }
    let short = short_name(name);
    match characters {
        0..=2 => None,
        _ => Some(clip(short, characters)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_says_most() {
        for (name, short) in [
            ("serde_json::de::from_slice", "from_slice"),
            ("serde_json::de::from_slice::<app::Event>", "from_slice"),
            (
                "core::ptr::drop_in_place<alloc::vec::Vec<u8>>",
                "drop_in_place",
            ),
            ("<app::Event as serde::Serialize>::serialize", "serialize"),
            ("app::run::{{closure}}", "run::{{closure}}"),
            ("_PyEval_EvalFrameDefault", "_PyEval_EvalFrameDefault"),
            ("function 12", "function 12"),
            ("<module>", "<module>"),
            ("Cart.add", "Cart.add"),
            ("handler.<locals>.<genexpr>", "<genexpr>"),
            ("outer.<locals>.Inner.method", "Inner.method"),
            ("", ""),
            (">", ">"),
            ("<>", "<>"),
            ("a::", ""),
        ] {
            assert_eq!(short_name(name), short, "{name}");
        }
    }

    #[test]
    fn a_label_is_as_long_as_there_is_room() {
        let label = |characters| fitting("app::parse_everything", characters);
        assert_eq!(label(30).as_deref(), Some("app::parse_everything"));
        assert_eq!(label(20).as_deref(), Some("parse_everything"));
        assert_eq!(label(8).as_deref(), Some("parse_e…"));
        assert_eq!(label(2), None);
        assert_eq!(fitting("ab", 2).as_deref(), Some("ab"));
    }
}
