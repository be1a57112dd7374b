//! What is read from a profile: inclusive fuel, a table of functions, the hottest path.

use super::{FrameId, NodeId, Profile};
use std::collections::BTreeMap;

/// All that a function did, whoever called it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionUsage {
    /// The function.
    pub frame: FrameId,
    /// How often it was called.
    pub calls: u64,
    /// Fuel that it used itself.
    pub own: u64,
    /// Fuel that it and all that it called used; a call inside of a call of the same function counts
    /// once.
    pub total: u64,
}

impl Profile {
    /// The fuel of each node and all below it, in the order of [`Profile::nodes`].
    pub fn inclusive(&self) -> Vec<u64> {
        let nodes = self.nodes();
        let mut fuel: Vec<u64> = nodes.iter().map(|node| node.fuel).collect();
        for (index, node) in nodes.iter().enumerate().rev() {
            let below = fuel[index];
            let parent = node.parent.map(NodeId::index);
            if let Some(parent) = parent.and_then(|parent| fuel.get_mut(parent)) {
                *parent += below;
            }
        }
        fuel
    }

    /// What each function used; what used most itself comes first.
    pub fn functions(&self) -> Vec<FunctionUsage> {
        let inclusive = self.inclusive();
        let mut found = BTreeMap::<FrameId, FunctionUsage>::new();
        for node in self.nodes() {
            let usage = found.entry(node.frame).or_insert(FunctionUsage {
                frame: node.frame,
                calls: 0,
                own: 0,
                total: 0,
            });
            usage.calls += node.calls;
            usage.own += node.fuel;
        }
        self.outermost(Some, |index, frame| {
            if let Some(usage) = found.get_mut(&frame) {
                usage.total += inclusive.get(index).copied().unwrap_or(0);
            }
        });
        let mut functions: Vec<_> = found.into_values().collect();
        functions.sort_by_key(|usage| (std::cmp::Reverse((usage.own, usage.total)), usage.frame));
        functions
    }

    /// Fuel of all functions that are wanted and all that they called, each unit once.
    pub fn covered(&self, wanted: impl Fn(FrameId) -> bool) -> u64 {
        let inclusive = self.inclusive();
        let mut covered = 0;
        // All that is wanted is one group: a call inside of another wanted one is in that one.
        self.outermost(
            |frame| wanted(frame).then_some(()),
            |index, ()| covered += inclusive.get(index).copied().unwrap_or(0),
        );
        covered
    }

    /// From the outermost function to where most of the fuel went: at each step to the callee with
    /// the most fuel in all.
    pub fn hottest_path(&self) -> Vec<NodeId> {
        let inclusive = self.inclusive();
        let children = Children::of(self);
        let mut path: Vec<NodeId> = Vec::new();
        loop {
            let callees = children.of_node(path.last().copied());
            // The first of several.
            let hottest = callees.max_by_key(|id| {
                let fuel = inclusive.get(id.index()).copied().unwrap_or(0);
                (fuel, std::cmp::Reverse(*id))
            });
            match hottest {
                Some(id) => path.push(id),
                None => return path,
            }
        }
    }

    /// Tells each node that is in a group and below no node of the same group.
    fn outermost<G: Ord + Copy>(
        &self,
        group: impl Fn(FrameId) -> Option<G>,
        mut tell: impl FnMut(usize, G),
    ) {
        let children = Children::of(self);
        // How many nodes of each group are on the way from the top to where we are.
        let mut above = BTreeMap::<G, u32>::new();
        let mut open: Vec<(NodeId, Option<G>)> = Vec::new();
        let mut next = children.first(None);
        loop {
            match next {
                Some(id) => {
                    let group = self.node(id).and_then(|node| group(node.frame));
                    if let Some(group) = group {
                        let count = above.entry(group).or_default();
                        if *count == 0 {
                            tell(id.index(), group);
                        }
                        *count += 1;
                    }
                    open.push((id, group));
                    next = children.first(Some(id));
                }
                None => {
                    let Some((id, group)) = open.pop() else {
                        return;
                    };
                    if let Some(count) = group.and_then(|group| above.get_mut(&group)) {
                        *count -= 1;
                    }
                    next = children.next(id);
                }
            }
        }
    }
}

/// Who was called by whom, the other way round.
struct Children {
    /// Of the host.
    roots: Option<NodeId>,
    first: Vec<Option<NodeId>>,
    next: Vec<Option<NodeId>>,
}

impl Children {
    fn of(profile: &Profile) -> Self {
        let count = profile.nodes().len();
        let mut children = Children {
            roots: None,
            first: vec![None; count],
            next: vec![None; count],
        };
        for (index, node) in profile.nodes().iter().enumerate().rev() {
            let id = NodeId(index as u32);
            let list = match node.parent {
                None => Some(&mut children.roots),
                // Only those that come before: nobody is below itself.
                Some(parent) if parent < id => children.first.get_mut(parent.index()),
                Some(_) => None,
            };
            if let (Some(list), Some(next)) = (list, children.next.get_mut(index)) {
                *next = list.replace(id);
            }
        }
        children
    }

    fn first(&self, parent: Option<NodeId>) -> Option<NodeId> {
        match parent {
            None => self.roots,
            Some(parent) => self.first.get(parent.index()).copied().flatten(),
        }
    }

    fn next(&self, id: NodeId) -> Option<NodeId> {
        self.next.get(id.index()).copied().flatten()
    }

    fn of_node(&self, parent: Option<NodeId>) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first(parent), |id| self.next(*id))
    }
}

#[cfg(test)]
mod tests {
    use super::super::ProfileNode;
    use super::*;
    use proptest::prelude::*;

    /// `(function, parent, calls, fuel)`
    pub(super) fn profile(nodes: &[(u32, Option<u32>, u64, u64)]) -> Profile {
        let nodes = nodes
            .iter()
            .map(|(frame, parent, calls, fuel)| ProfileNode {
                frame: FrameId(*frame),
                parent: parent.map(NodeId),
                calls: *calls,
                fuel: *fuel,
            });
        Profile::new(nodes.collect(), 0)
    }

    /// ```text
    /// 7 (own 5)
    /// ├ 8 (10)
    /// │ └ 7 (20)
    /// │   └ 8 (1)
    /// └ 9 (30)
    /// 8 (2)
    /// ```
    fn example() -> Profile {
        profile(&[
            (7, None, 1, 5),
            (8, Some(0), 2, 10),
            (9, Some(0), 3, 30),
            (7, Some(1), 4, 20),
            (8, None, 5, 2),
            (8, Some(3), 6, 1),
        ])
    }

    #[test]
    fn a_node_has_what_is_below_it() {
        assert_eq!(example().inclusive(), [66, 31, 30, 21, 2, 1]);
        assert_eq!(example().fuel(), 68);
    }

    #[test]
    fn a_function_that_calls_itself_counts_once() {
        let usage = |frame, calls, own, total| FunctionUsage {
            frame: FrameId(frame),
            calls,
            own,
            total,
        };
        assert_eq!(
            example().functions(),
            [
                usage(9, 3, 30, 30),
                usage(7, 5, 25, 66),
                usage(8, 13, 13, 33)
            ]
        );
    }

    #[test]
    fn what_is_wanted_is_covered_once() {
        let covered = |wanted: &[u32]| example().covered(|frame| wanted.contains(&frame.0));
        assert_eq!(covered(&[8]), 33);
        assert_eq!(covered(&[7, 8, 9]), 68);
        assert_eq!(covered(&[9]), 30);
        assert_eq!(covered(&[9, 8]), 63);
        assert_eq!(covered(&[]), 0);
    }

    #[test]
    fn the_hottest_path_ends_at_a_leaf() {
        let path: Vec<u32> = example().hottest_path().iter().map(|id| id.0).collect();
        assert_eq!(path, [0, 1, 3, 5]);
        let up: Vec<u32> = example().path(NodeId(5)).map(|id| id.0).collect();
        assert_eq!(up, [5, 3, 1, 0]);
        assert_eq!(Profile::default().hottest_path(), []);
    }

    /// A list of nodes that nobody recorded must not hang or break anything.
    #[test]
    fn nonsense_is_read_without_harm() {
        let nonsense = profile(&[(1, Some(1), 1, 1), (2, Some(9), 1, 1), (3, Some(2), 1, 1)]);
        assert_eq!(nonsense.inclusive().len(), 3);
        assert_eq!(nonsense.functions().len(), 3);
        assert_eq!(nonsense.hottest_path(), []);
        assert_eq!(nonsense.path(NodeId(0)).count(), 1);
        assert_eq!(nonsense.path(NodeId(77)).count(), 1);
    }

    prop_compose! {
        fn any_profile()(nodes in prop::collection::vec((0_u32..6, any::<u32>(), 0_u64..9, 0_u64..1_000), 1..60)) -> Profile {
            let nodes = nodes.iter().enumerate().map(|(index, (frame, parent, calls, fuel))| {
                let index = index as u32;
                (*frame, parent.checked_rem(index + 1).filter(|it| *it < index), *calls, *fuel)
            });
            profile(&nodes.collect::<Vec<_>>())
        }
    }

    proptest! {
        #[test]
        fn own_fuel_adds_up(profile in any_profile()) {
            let functions = profile.functions();
            prop_assert_eq!(functions.iter().map(|it| it.own).sum::<u64>(), profile.fuel());
            let roots = profile.nodes().iter().zip(profile.inclusive());
            let roots = roots.filter(|(node, _)| node.parent.is_none()).map(|(_, fuel)| fuel);
            prop_assert_eq!(roots.sum::<u64>(), profile.fuel());
            for usage in functions {
                prop_assert!(usage.own <= usage.total && usage.total <= profile.fuel());
                prop_assert_eq!(profile.covered(|frame| frame == usage.frame), usage.total);
            }
        }

        #[test]
        fn a_profile_survives_its_message(profile in any_profile()) {
            let bytes = postcard::to_stdvec(&profile).expect("a profile can be written");
            let read = postcard::from_bytes::<Profile>(&bytes).expect("and read");
            prop_assert_eq!(read, profile);
        }
    }
}
