//! A flame graph of one invocation: who called whom, as wide as the time it took.
//!
//! - here: what is drawn, and its blocks in the order in which they are walked
//! - `layout`: the blocks that are wide enough to be seen, and what lies where
//! - `usage`: the same as a table; what a search finds
//! - `label`: names as long as there is room

mod label;
mod layout;
mod usage;

pub use label::{fitting, short_name};
pub use layout::{Picture, Tile};
pub use usage::{Found, Usage, millis, percent};

/// What a block stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// All that is billed.
    Whole,
    /// The INIT phase.
    Init,
    /// The invocation.
    Invocation,
    /// A function of the program itself.
    Own,
    /// A library's function.
    Library,
    /// A function of the language: standard library, allocator.
    Language,
    /// No code ran: the program waited.
    Waiting,
    /// No code ran: the function's share of a vCPU was used up.
    Paused,
    /// Nothing at all: durations are rounded up.
    Rounding,
}

impl Kind {
    /// Whether it is a function, which can be called and has a name of its own.
    pub fn is_function(self) -> bool {
        matches!(self, Kind::Own | Kind::Library | Kind::Language)
    }
}

/// What all blocks of one function, or of another thing that takes time, have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where a function stands in its source; empty where that is not known.
    pub place: String,
    /// What there is to explain about it; may be empty.
    pub note: String,
}

/// A stretch of time with a name, and what is inside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its face, by index.
    pub face: usize,
    /// Nanoseconds.
    pub span: u64,
    /// What it consists of, in this order; what that does not fill is its own.
    pub inside: Vec<Inside>,
}

/// What a stretch consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Another one.
    Stretch(Stretch),
    /// Calls of functions.
    Calls(Calls),
}

/// A tree of calls that took so long together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Nanoseconds.
    pub span: u64,
    /// Callers come before those they call.
    pub nodes: Vec<CallNode>,
}

/// Calls of one function that came about in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallNode {
    /// The function's face, by index.
    pub face: usize,
    /// Who called it, by index.
    pub parent: Option<usize>,
    /// How often.
    pub calls: u64,
    /// The part of the tree's time that it used itself, in a unit of its own.
    pub weight: u64,
}

/// A block of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its face, by index.
    pub face: usize,
    /// Nanoseconds from the graph's left edge.
    pub from: u64,
    /// Where it ends.
    pub to: u64,
    /// Nanoseconds of it that nothing below it has.
    pub own: u64,
    /// How often it was called; zero for what is no call.
    pub calls: u64,
    /// The block above.
    pub parent: Option<usize>,
    /// How many blocks are above it.
    pub depth: u32,
    /// The index after the last one below it.
    pub end: usize,
}

impl Block {
    /// Nanoseconds from edge to edge.
    pub fn span(&self) -> u64 {
        self.to - self.from
    }
}

/// A flame graph. Blocks are in the order of a walk: each is followed by what is below it, of calls
/// the longest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flame {
    /// By index.
    pub faces: Vec<Face>,
    /// The first is the whole.
    pub blocks: Vec<Block>,
}

impl Flame {
    /// Of the whole. Nothing is longer than what it is inside of.
    pub fn new(faces: Vec<Face>, whole: &Stretch) -> Self {
        let mut flame = Flame {
            faces,
            blocks: Vec::new(),
        };
        flame.stretch(whole, None, 0, whole.span);
        flame
    }

    /// A block's face.
    pub fn face(&self, block: usize) -> Option<&Face> {
        self.faces.get(self.blocks.get(block)?.face)
    }

    /// A block's name.
    pub fn name(&self, block: usize) -> &str {
        self.face(block).map_or("", |face| &face.name)
    }

    /// Nanoseconds of the whole.
    pub fn span(&self) -> u64 {
        self.blocks.first().map_or(0, Block::span)
    }

    /// The blocks directly below one.
    pub fn children(&self, block: usize) -> impl Iterator<Item = usize> {
        let end = self.blocks.get(block).map_or(0, |it| it.end);
        let next = move |at: usize| (at < end).then_some(at);
        std::iter::successors(next(block + 1), move |at| next(self.blocks.get(*at)?.end))
    }

    /// The blocks above one, the nearest first.
    pub fn above(&self, block: usize) -> impl Iterator<Item = usize> {
        let parent = |at: usize| self.blocks.get(at)?.parent;
        std::iter::successors(parent(block), move |at| parent(*at))
    }

    /// Where most of the time went: from the whole down to the longest at each step.
    pub fn hottest(&self) -> Option<usize> {
        let longest = |at: &usize| {
            self.children(*at).max_by_key(|child| {
                let span = self.blocks.get(*child).map_or(0, Block::span);
                (span, std::cmp::Reverse(*child))
            })
        };
        std::iter::successors((!self.blocks.is_empty()).then_some(0), longest).last()
    }

    /// The next block on the same row, or the one before.
    pub fn beside(&self, block: usize, forward: bool) -> Option<usize> {
        let depth = self.blocks.get(block)?.depth;
        let same = |index: &usize| self.blocks.get(*index).is_some_and(|it| it.depth == depth);
        match forward {
            true => (block + 1..self.blocks.len()).find(same),
            false => (0..block).rev().find(same),
        }
    }

    /// Adds a stretch that begins there and ends at `end` at the latest.
    fn stretch(&mut self, stretch: &Stretch, parent: Option<usize>, from: u64, end: u64) -> u64 {
        let index = self.blocks.len();
        let to = from.saturating_add(stretch.span).min(end);
        self.blocks.push(Block {
            face: stretch.face,
            from,
            to,
            own: 0,
            calls: 0,
            parent,
            depth: self.depth_below(parent),
            end: 0,
        });
        let mut at = from;
        for inside in &stretch.inside {
            at = match inside {
                Inside::Stretch(inner) => self.stretch(inner, Some(index), at, to),
                Inside::Calls(calls) => self.calls(calls, index, at, to),
            };
        }
        let end = self.blocks.len();
        if let Some(block) = self.blocks.get_mut(index) {
            block.end = end;
            block.own = to - at;
        }
        to
    }

    fn depth_below(&self, parent: Option<usize>) -> u32 {
        let parent = parent.and_then(|parent| self.blocks.get(parent));
        parent.map_or(0, |parent| parent.depth + 1)
    }

    /// Adds a tree of calls. Edges are where the weight up to them ends, rounded down: blocks neither
    /// overlap nor leave gaps, and the last one ends where the tree does.
    fn calls(&mut self, calls: &Calls, above: usize, from: u64, end: u64) -> u64 {
        let to = from.saturating_add(calls.span).min(end);
        let tree = Tree::of(&calls.nodes);
        let whole: u64 = tree.roots.iter().map(|root| tree.inclusive(*root)).sum();
        let edge = |weight: u64| {
            let scaled = u128::from(weight) * u128::from(to - from) / u128::from(whole.max(1));
            from + u64::try_from(scaled).unwrap_or(0)
        };
        /// What is left to do: the weight to the left of a node, or closing a block.
        enum Step {
            Open {
                node: usize,
                parent: usize,
                left: u64,
            },
            Close(usize),
        }
        let mut steps = Vec::new();
        let open = |steps: &mut Vec<Step>, nodes: &[usize], parent: usize, left: u64| {
            let mut left = left;
            let first = steps.len();
            for node in nodes {
                steps.push(Step::Open {
                    node: *node,
                    parent,
                    left,
                });
                left += tree.inclusive(*node);
            }
            // The last one in is the first one out.
            steps[first..].reverse();
        };
        open(&mut steps, &tree.roots, above, 0);
        while let Some(step) = steps.pop() {
            match step {
                Step::Close(index) => {
                    let end = self.blocks.len();
                    let mut below = 0;
                    let mut child = index + 1;
                    while let Some(block) = self.blocks.get(child) {
                        below += block.span();
                        child = block.end.max(child + 1);
                    }
                    if let Some(block) = self.blocks.get_mut(index) {
                        block.end = end;
                        block.own = block.span().saturating_sub(below);
                    }
                }
                Step::Open { node, parent, left } => {
                    let Some(call) = calls.nodes.get(node) else {
                        continue;
                    };
                    let index = self.blocks.len();
                    self.blocks.push(Block {
                        face: call.face,
                        from: edge(left),
                        to: edge(left + tree.inclusive(node)),
                        own: 0,
                        calls: call.calls,
                        parent: Some(parent),
                        depth: self.depth_below(Some(parent)),
                        end: 0,
                    });
                    steps.push(Step::Close(index));
                    open(&mut steps, tree.callees(node), index, left);
                }
            }
        }
        match whole {
            0 => from,
            _ => to,
        }
    }
}

/// Who calls whom, the heaviest first.
struct Tree {
    roots: Vec<usize>,
    callees: Vec<Vec<usize>>,
    inclusive: Vec<u64>,
}

impl Tree {
    fn of(nodes: &[CallNode]) -> Self {
        let mut tree = Tree {
            roots: Vec::new(),
            callees: vec![Vec::new(); nodes.len()],
            inclusive: nodes.iter().map(|node| node.weight).collect(),
        };
        for (index, node) in nodes.iter().enumerate().rev() {
            let weight = tree.inclusive(index);
            match node.parent {
                None => tree.roots.push(index),
                Some(parent) if parent < index => {
                    if let (Some(sum), Some(callees)) =
                        (tree.inclusive.get_mut(parent), tree.callees.get_mut(parent))
                    {
                        *sum = sum.saturating_add(weight);
                        callees.push(index);
                    }
                }
                // Nobody is called by what comes later.
                Some(_) => {}
            }
        }
        let inclusive = &tree.inclusive;
        let lists = std::iter::once(&mut tree.roots).chain(&mut tree.callees);
        for list in lists {
            list.sort_by_key(|node| (std::cmp::Reverse(inclusive.get(*node).copied()), *node));
        }
        tree
    }

    fn inclusive(&self, node: usize) -> u64 {
        self.inclusive.get(node).copied().unwrap_or(0)
    }

    fn callees(&self, node: usize) -> &[usize] {
        self.callees.get(node).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn face(name: &str, kind: Kind) -> Face {
        Face {
            place: String::new(),
            name: name.to_owned(),
            kind,
            note: String::new(),
        }
    }

    fn call(face: usize, parent: Option<usize>, calls: u64, weight: u64) -> CallNode {
        CallNode {
            face,
            parent,
            calls,
            weight,
        }
    }

    /// ```text
    /// billed                                   1000
    /// invoke                              900  rounding 100
    /// handle                   600  waiting 300
    /// parse (480)       copy (90)
    /// copy (120)
    /// ```
    pub(crate) fn example() -> Flame {
        let faces = vec![
            face("billed", Kind::Whole),
            face("invoke", Kind::Invocation),
            face("waiting", Kind::Waiting),
            face("rounding", Kind::Rounding),
            face("app::handle", Kind::Own),
            face("lib::parse", Kind::Library),
            face("memcpy", Kind::Language),
        ];
        let leaf = |face, span| {
            Inside::Stretch(Stretch {
                face,
                span,
                inside: Vec::new(),
            })
        };
        let calls = Calls {
            span: 600,
            nodes: vec![
                call(4, None, 1, 1),
                call(6, Some(0), 3, 3),
                call(5, Some(0), 2, 12),
                call(6, Some(2), 7, 4),
            ],
        };
        let invoke = Stretch {
            face: 1,
            span: 900,
            inside: vec![Inside::Calls(calls), leaf(2, 300)],
        };
        let whole = Stretch {
            face: 0,
            span: 1_000,
            inside: vec![Inside::Stretch(invoke), leaf(3, 100)],
        };
        Flame::new(faces, &whole)
    }

    #[test]
    fn blocks_are_where_their_time_is() {
        let flame = example();
        let rows: Vec<_> = (0..flame.blocks.len())
            .map(|index| {
                let block = flame.blocks[index];
                (
                    flame.name(index),
                    block.depth,
                    block.from,
                    block.to,
                    block.own,
                    block.end,
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("billed", 0, 0, 1_000, 0, 8),
                ("invoke", 1, 0, 900, 0, 7),
                ("app::handle", 2, 0, 600, 30, 6),
                ("lib::parse", 3, 0, 480, 360, 5),
                ("memcpy", 4, 0, 120, 120, 5),
                ("memcpy", 3, 480, 570, 90, 6),
                ("waiting", 2, 600, 900, 300, 7),
                ("rounding", 1, 900, 1_000, 100, 8),
            ]
        );
    }

    #[test]
    fn ways_through_the_graph() {
        let flame = example();
        assert_eq!(flame.children(2).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(flame.children(4).count(), 0);
        assert_eq!(flame.above(4).collect::<Vec<_>>(), [3, 2, 1, 0]);
        assert_eq!(flame.hottest(), Some(4));
        assert_eq!(flame.beside(3, true), Some(5));
        assert_eq!(flame.beside(2, true), Some(6));
        assert_eq!(flame.beside(6, false), Some(2));
        assert_eq!(flame.beside(0, true), None);
        assert_eq!(Flame::default().hottest(), None);
    }

    #[test]
    fn nothing_is_longer_than_what_it_is_inside_of() {
        let faces = vec![face("a", Kind::Whole)];
        let inner = Stretch {
            face: 0,
            span: u64::MAX,
            inside: vec![Inside::Calls(Calls {
                span: u64::MAX,
                nodes: vec![call(0, None, 1, u64::MAX), call(0, Some(0), 1, 0)],
            })],
        };
        let whole = Stretch {
            face: 0,
            span: 7,
            inside: vec![Inside::Stretch(inner.clone()), Inside::Stretch(inner)],
        };
        let flame = Flame::new(faces, &whole);
        assert!(flame.blocks.iter().all(|block| block.to <= 7));
    }

    /// A tree in which nothing used anything takes no time, but what it is in does.
    #[test]
    fn calls_without_weight_take_no_time() {
        let faces = vec![face("a", Kind::Whole)];
        let whole = Stretch {
            face: 0,
            span: 9,
            inside: vec![Inside::Calls(Calls {
                span: 9,
                nodes: vec![call(0, None, 1, 0)],
            })],
        };
        let flame = Flame::new(faces, &whole);
        assert_eq!((flame.blocks[0].own, flame.blocks[1].span()), (9, 0));
    }

    proptest! {
        #[test]
        fn own_time_adds_up_to_the_whole(
            span in 1_u64..10_000_000_000,
            nodes in prop::collection::vec((any::<u32>(), 0_u64..1_000_000), 1..80),
        ) {
            let nodes: Vec<_> = nodes.iter().enumerate().map(|(index, (parent, weight))| {
                let parent = (*parent as usize).checked_rem(index + 1).filter(|it| *it < index);
                call(0, parent, 1, *weight)
            }).collect();
            let count = nodes.len();
            let calls = Calls { span: span / 2, nodes };
            let whole = Stretch { face: 0, span, inside: vec![Inside::Calls(calls)] };
            let flame = Flame::new(vec![face("f", Kind::Own)], &whole);
            prop_assert_eq!(flame.blocks.len(), count + 1);
            prop_assert_eq!(flame.blocks.iter().map(|block| block.own).sum::<u64>(), span);
            for (index, block) in flame.blocks.iter().enumerate() {
                let mut at = block.from;
                for child in flame.children(index) {
                    let inner = flame.blocks[child];
                    prop_assert_eq!((inner.from, inner.parent), (at, Some(index)));
                    at = inner.to;
                }
                prop_assert_eq!(block.to - at, block.own);
            }
        }
    }
}
