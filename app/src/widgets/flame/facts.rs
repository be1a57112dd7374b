//! A block in words.

use crate::shapes::flame::{Flame, Kind, millis, percent};
use crate::shapes::text::grouped;

/// What there is to say about a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) kind: &'static str,
    pub(super) note: String,
    pub(super) rows: Vec<(&'static str, String)>,
}

/// What a kind is called, when it is not clear from the name.
fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Library => "library",
        Kind::Language => "language",
        _ => "",
    }
}

/// The facts about a block; `cost` says what so many nanoseconds cost.
pub(super) fn facts(flame: &Flame, block: usize, cost: impl Fn(u64) -> String) -> Facts {
    let (Some(found), Some(face)) = (flame.blocks.get(block), flame.face(block)) else {
        return Facts::default();
    };
    let whole = flame.span();
    let share = |nanos| format!("{} ms · {}", millis(nanos, whole), percent(nanos, whole));
    let mut rows = Vec::new();
    if face.kind.is_function() {
        let calls = match found.calls {
            0 => "it was running already".to_owned(),
            calls => grouped(calls),
        };
        rows.push(("calls", calls));
        rows.push(("own", share(found.own)));
        rows.push(("total", share(found.span())));
    } else {
        rows.push(("time", share(found.span())));
    }
    rows.push(("cost", cost(found.span())));
    Facts {
        name: face.name.clone(),
        place: face.place.clone(),
        kind: words(face.kind),
        note: face.note.clone(),
        rows,
    }
}

/// What a screen reader says when the keyboard comes to a block.
pub(super) fn sentence(facts: &Facts) -> String {
    let rows = facts.rows.iter();
    let rows = rows.map(|(name, value)| format!("{name} {value}"));
    let parts = std::iter::once(facts.name.clone()).chain(rows);
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::flame::{CallNode, Calls, Face, Inside, Stretch};

    fn flame() -> Flame {
        let face = |name: &str, kind| Face {
            place: String::new(),
            name: name.into(),
            kind,
            note: String::new(),
        };
        let node = |face, parent, calls, weight| CallNode {
            face,
            parent,
            calls,
            weight,
        };
        let calls = Calls {
            span: 3_000_000,
            nodes: vec![node(1, None, 0, 1), node(2, Some(0), 12, 2)],
        };
        let faces = vec![
            face("billed", Kind::Whole),
            face("app::main", Kind::Own),
            face("lib::f", Kind::Library),
        ];
        let whole = Stretch {
            face: 0,
            span: 4_000_000,
            inside: vec![Inside::Calls(calls)],
        };
        Flame::new(faces, &whole)
    }

    #[test]
    fn a_block_says_what_it_took_and_cost() {
        let said = |block| sentence(&facts(&flame(), block, |nanos| format!("${nanos}")));
        assert_eq!(said(0), "billed, time 4.0000 ms · 100 %, cost $4000000");
        assert_eq!(
            said(1),
            "app::main, calls it was running already, own 1.0000 ms · 25 %, total 3.0000 ms · 75 %, cost $3000000"
        );
        assert_eq!(
            said(2),
            "lib::f, calls 12, own 2.0000 ms · 50 %, total 2.0000 ms · 50 %, cost $2000000"
        );
        assert_eq!(facts(&flame(), 2, |_| String::new()).kind, "library");
        assert_eq!(said(99), "");
    }
}
