//! The tree of calls as one list.

use serde::{Deserialize, Serialize};

/// What a frame is a call of: a function's index in the module as it was uploaded, as in its name
/// section.
///
/// In a [`SourceProfile`](super::SourceProfile) it is a place in that one's list of functions; the tree
/// knows nothing but ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FrameId(pub u32);

/// A node by its place in [`Profile::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The place in the list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All calls of a function that came about in the same way: by the same calls of the same functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileNode {
    /// The function.
    pub frame: FrameId,
    /// Who called it; `None` for the host.
    pub parent: Option<NodeId>,
    /// How often it was called. Zero for a function that was running already when the recording
    /// began.
    pub calls: u64,
    /// Fuel that these calls used themselves, without what they called.
    pub fuel: u64,
}

/// Which functions used how much fuel, called by which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    nodes: Vec<ProfileNode>,
    folded_calls: u64,
}

impl Profile {
    /// Of nodes in which callers come before those they call.
    pub(super) fn new(nodes: Vec<ProfileNode>, folded_calls: u64) -> Self {
        Profile {
            nodes,
            folded_calls,
        }
    }

    /// The same with other ids for the frames; without nodes of `idle` that nothing is in and nothing
    /// is below.
    pub(super) fn renamed(self, idle: FrameId, mut id: impl FnMut(FrameId) -> FrameId) -> Self {
        let mut called = vec![false; self.nodes.len()];
        for parent in self.nodes.iter().filter_map(|node| node.parent) {
            if let Some(called) = called.get_mut(parent.index()) {
                *called = true;
            }
        }
        let mut places = Vec::with_capacity(self.nodes.len());
        let mut nodes = Vec::with_capacity(self.nodes.len());
        for (node, called) in self.nodes.iter().zip(called) {
            places.push(NodeId(nodes.len() as u32));
            if node.frame == idle && node.fuel == 0 && !called {
                continue;
            }
            nodes.push(ProfileNode {
                frame: id(node.frame),
                parent: node.parent.and_then(|it| places.get(it.index()).copied()),
                ..*node
            });
        }
        Profile::new(nodes, self.folded_calls)
    }

    /// All nodes; callers come before those they call.
    pub fn nodes(&self) -> &[ProfileNode] {
        &self.nodes
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> Option<&ProfileNode> {
        self.nodes.get(id.index())
    }

    /// Calls that have no node of their own, because there would be too many nodes, or too many above
    /// one another. Their fuel is the nearest caller's that has one. Zero: the tree is complete.
    pub fn folded_calls(&self) -> u64 {
        self.folded_calls
    }

    /// All fuel.
    pub fn fuel(&self) -> u64 {
        self.nodes.iter().map(|node| node.fuel).sum()
    }

    /// A node and those above it, the outermost last.
    pub fn path(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        // Callers have smaller ids, so this ends whatever the list says.
        std::iter::successors(Some(id), |id| {
            let parent = self.node(*id)?.parent?;
            (parent < *id).then_some(parent)
        })
    }
}
