//! Names that nobody has yet.

/// `wanted`, or with a number at its end: `orders-2`. What comes after the last dot of a FIFO queue's name
/// stays its end.
pub(super) fn free(wanted: &str, longest: usize, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(wanted) {
        return wanted.to_owned();
    }
    let (stem, end) = match wanted.strip_suffix(FIFO) {
        Some(stem) => (stem, FIFO),
        None => (wanted, ""),
    };
    let mut number = 2_u32;
    loop {
        let tail = format!("-{number}{end}");
        let room = longest.saturating_sub(tail.len());
        let stem: String = stem.chars().take(room).collect();
        let candidate = format!("{stem}{tail}");
        if !is_taken(&candidate) || number == u32::MAX {
            return candidate;
        }
        number += 1;
    }
}

const FIFO: &str = ".fifo";

/// A bucket's name made of what is none: CloudFormation, too, makes its names of small letters.
pub(super) fn of_bucket(wanted: &str) -> String {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    let small = wanted.to_ascii_lowercase();
    let name: String = small
        .chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .take(63)
        .collect();
    let edges = |c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit();
    let name = name.trim_matches(edges);
    match name.len() {
        0..3 => format!("bucket-{name}").trim_end_matches('-').to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_a_number() {
        let taken = ["orders", "orders-2", "jobs.fifo"];
        let free = |wanted: &str, longest| free(wanted, longest, |it| taken.contains(&it));
        assert_eq!(free("new", 64), "new");
        assert_eq!(free("orders", 64), "orders-3");
        assert_eq!(free("jobs.fifo", 80), "jobs-2.fifo");
        assert_eq!(free("orders", 6), "orde-2");
    }

    #[test]
    fn buckets_have_small_letters() {
        assert_eq!(of_bucket("PhotoBucket"), "photobucket");
        assert_eq!(of_bucket("my_photos_"), "my-photos");
        assert_eq!(of_bucket("B"), "bucket-b");
        assert_eq!(of_bucket("__"), "bucket");
    }
}
