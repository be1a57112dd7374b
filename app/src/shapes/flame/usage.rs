//! A flame graph as a table; what a search finds.

use super::{Block, Flame};

/// All that one function, or another thing that takes time, did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Its face, by index.
    pub face: usize,
    /// How often it was called; zero for what is no call.
    pub calls: u64,
    /// Nanoseconds that it used itself.
    pub own: u64,
    /// Nanoseconds from its beginning to its end; a call inside of a call of the same function counts
    /// once.
    pub total: u64,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Which faces were found, by index.
    pub faces: Vec<bool>,
    /// How many of them.
    pub count: usize,
    /// Nanoseconds that they and what they called took, each once.
    pub span: u64,
}

impl Found {
    /// Whether a face is among them.
    pub fn has(&self, face: usize) -> bool {
        self.faces.get(face).copied().unwrap_or(false)
    }
}

impl Flame {
    /// What each face did, in the order of faces; those without blocks are left out.
    pub fn usage(&self) -> Vec<Usage> {
        let new = |face| Usage {
            face,
            calls: 0,
            own: 0,
            total: 0,
        };
        let mut usage: Vec<Usage> = (0..self.faces.len()).map(new).collect();
        let mut seen = vec![false; self.faces.len()];
        // Where the outermost block of each face ends that we are below.
        let mut inside_until = vec![0; self.faces.len()];
        for (index, block) in self.blocks.iter().enumerate() {
            let (Some(usage), Some(until), Some(seen)) = (
                usage.get_mut(block.face),
                inside_until.get_mut(block.face),
                seen.get_mut(block.face),
            ) else {
                continue;
            };
            *seen = true;
            usage.calls += block.calls;
            usage.own += block.own;
            if index >= *until {
                usage.total += block.span();
                *until = block.end;
            }
        }
        let used = usage.into_iter().zip(seen);
        used.filter_map(|(usage, seen)| seen.then_some(usage))
            .collect()
    }

    /// The faces whose names contain a text, whatever its case. Nothing contains an empty one.
    pub fn search(&self, text: &str) -> Found {
        let text = text.trim().to_lowercase();
        let matching = |name: &str| !text.is_empty() && name.to_lowercase().contains(&text);
        let faces: Vec<bool> = self.faces.iter().map(|face| matching(&face.name)).collect();
        let mut found = Found {
            count: faces.iter().filter(|found| **found).count(),
            faces,
            span: 0,
        };
        let mut at = 0;
        while let Some(block) = self.blocks.get(at) {
            at = match found.has(block.face) {
                true => {
                    found.span += block.span();
                    block.end.max(at + 1)
                }
                false => at + 1,
            };
        }
        found
    }

    /// The longest block of a face.
    pub fn longest(&self, face: usize) -> Option<usize> {
        let blocks = self.blocks.iter().enumerate();
        let of_face = blocks.filter(|(_, block)| block.face == face);
        let longest = of_face.max_by_key(|(index, block)| (Block::span(block), usize::MAX - index));
        longest.map(|(index, _)| index)
    }
}

/// Milliseconds with the decimals that are worth something in a whole that is so long: `1.250`, of
/// many seconds `1250`.
pub fn millis(nanos: u64, whole: u64) -> String {
    let places = match whole {
        0..=19_999_999 => 4,
        20_000_000..=999_999_999 => 3,
        1_000_000_000..=9_999_999_999 => 1,
        _ => 0,
    };
    let least = 10_u64.pow(6 - places as u32);
    match nanos {
        // Not nothing.
        1.. if nanos * 2 < least => format!("<{:.places$}", least as f64 / 1e6),
        _ => format!("{:.places$}", nanos as f64 / 1e6),
    }
}

/// A part of a whole in per cent.
pub fn percent(part: u64, whole: u64) -> String {
    let percent = part as f64 / whole.max(1) as f64 * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        _ if percent < 0.1 => "under 0.1 %".to_owned(),
        _ if percent >= 10.0 => format!("{percent:.0} %"),
        _ => format!("{percent:.1} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{example, face};
    use super::super::{CallNode, Calls, Inside, Kind, Stretch};
    use super::*;

    #[test]
    fn own_time_of_all_is_the_whole() {
        let flame = example();
        let usage = flame.usage();
        assert_eq!(usage.iter().map(|it| it.own).sum::<u64>(), 1_000);
        let row = |name: &str| {
            let row = usage.iter().find(|it| flame.faces[it.face].name == name);
            row.map(|it| (it.calls, it.own, it.total)).unwrap()
        };
        assert_eq!(row("memcpy"), (10, 210, 210));
        assert_eq!(row("lib::parse"), (2, 360, 480));
        assert_eq!(row("app::handle"), (1, 30, 600));
        assert_eq!(row("waiting"), (0, 300, 300));
    }

    #[test]
    fn recursion_counts_once() {
        let node = |parent| CallNode {
            face: 1,
            parent,
            calls: 2,
            weight: 10,
        };
        let calls = Calls {
            span: 30,
            nodes: vec![node(None), node(Some(0)), node(Some(1))],
        };
        let whole = Stretch {
            face: 0,
            span: 30,
            inside: vec![Inside::Calls(calls)],
        };
        let faces = vec![
            face("all", Kind::Whole),
            face("f", Kind::Own),
            face("not called", Kind::Own),
        ];
        let flame = Flame::new(faces, &whole);
        let usage = flame.usage();
        assert_eq!(usage.len(), 2);
        assert_eq!((usage[1].calls, usage[1].own, usage[1].total), (6, 30, 30));
        assert_eq!(flame.longest(1), Some(1));
        assert_eq!(flame.longest(2), None);
    }

    #[test]
    fn numbers_have_the_digits_that_they_are_worth() {
        assert_eq!(millis(1_250_000, 1_000_000), "1.2500");
        assert_eq!(millis(1_250_000, 83_000_000), "1.250");
        assert_eq!(millis(1_250_000, 2_000_000_000), "1.2");
        assert_eq!(millis(1_250_000_000, 900_000_000_000), "1250");
        assert_eq!(millis(0, 1_000_000), "0.0000");
        assert_eq!(millis(49, 1_000_000), "<0.0001");
        assert_eq!(millis(50, 1_000_000), "0.0001");
        let percents = [(0, 5), (1, 100_000), (1, 200), (1, 3), (3, 3), (5, 0)];
        let words = percents.map(|(part, whole)| percent(part, whole));
        assert_eq!(
            words,
            ["0 %", "under 0.1 %", "0.5 %", "33 %", "100 %", "500 %"]
        );
    }

    #[test]
    fn a_search_counts_no_time_twice() {
        let flame = example();
        let found = |text: &str| {
            let found = flame.search(text);
            (found.count, found.span)
        };
        assert_eq!(found("MEM"), (1, 210));
        assert_eq!(found("parse"), (1, 480));
        assert_eq!(found("::"), (2, 600), "parse is inside of handle");
        assert_eq!(found(" "), (0, 0));
        assert_eq!(found("nothing"), (0, 0));
        assert!(flame.search("memcpy").has(6) && !flame.search("memcpy").has(5));
    }
}
