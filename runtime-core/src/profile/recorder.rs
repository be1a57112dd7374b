//! Hooks in, a [`Profile`] out.

use super::{FrameId, NodeId, Profile, ProfileNode};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// More nodes than this are folded into those that called them.
const MAX_NODES: usize = 1 << 16;
/// So are nodes with more than this above them: nobody reads a deeper graph.
const MAX_DEPTH: u32 = 1 << 9;
/// No node.
const NONE: u32 = u32::MAX;

/// Listens to the hooks of a profiling build (`sandbox::meter::Profile::Calls`) and keeps the tree of
/// calls.
///
/// All fuel here is as hooks tell it: what is left, which goes down. The fuel used between two hooks is
/// the topmost function's own. The host may change what is left while no code runs; it then says so
/// ([`Recorder::refuelled`]), or the difference would be taken for work.
///
/// An interpreter calls a hundred million functions: a call is a comparison with the function called
/// last from the same place, or else one look into a hash table, and allocates nothing once the
/// nodes are there.
#[derive(Debug)]
pub struct Recorder {
    nodes: Vec<Recorded>,
    /// Nodes by the node that called them and the function.
    called: HashMap<Call, u32, BuildHasherDefault<Mix>>,
    /// The function that the host called last.
    last_root: u32,
    stack: Vec<Running>,
    /// What was left at the last hook.
    fuel: i64,
    folded_calls: u64,
    limits: Limits,
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    nodes: usize,
    depth: u32,
}

/// A node in the making.
#[derive(Clone, Copy, Debug)]
struct Recorded {
    node: ProfileNode,
    /// How many nodes are above it.
    depth: u32,
    /// The node that it called last.
    last_callee: u32,
}

/// A function on the guest's stack.
#[derive(Clone, Copy, Debug)]
struct Running {
    frame: u32,
    /// Its node, or the nearest caller's that has one.
    node: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Call {
    caller: u32,
    frame: u32,
}

impl std::hash::Hash for Call {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.caller) << 32 | u64::from(self.frame));
    }
}

/// Spreads the bits of one small key; nobody chooses keys to do us harm but the visitor.
#[derive(Debug, Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Recorder::with_limits(Limits {
            nodes: MAX_NODES,
            depth: MAX_DEPTH,
        })
    }
}

impl Recorder {
    fn with_limits(limits: Limits) -> Self {
        Recorder {
            nodes: Vec::new(),
            called: HashMap::default(),
            last_root: NONE,
            stack: Vec::new(),
            fuel: 0,
            folded_calls: 0,
            limits,
        }
    }

    /// The hook `enter`. Answers how many functions are on the stack now.
    pub fn enter(&mut self, function: u32, fuel: i64) -> u32 {
        self.charge(fuel);
        let node = self.callee(function, 1);
        self.stack.push(Running {
            frame: function,
            node,
        });
        self.depth()
    }

    /// The hook `exit`.
    pub fn exit(&mut self, fuel: i64) {
        self.charge(fuel);
        self.stack.pop();
    }

    /// The hook `caught`.
    pub fn caught(&mut self, depth: u32, fuel: i64) {
        self.charge(fuel);
        self.stack.truncate(depth as usize);
    }

    /// While no code ran, the host changed what is left: inside of a host function or between two
    /// calls into the guest.
    pub fn refuelled(&mut self, from: i64, to: i64) {
        self.charge(from);
        self.fuel = to;
    }

    /// The host's call into the guest has ended, whether by return, trap or exception: nothing is on
    /// the stack any more.
    pub fn left(&mut self, fuel: i64) {
        self.charge(fuel);
        self.stack.clear();
    }

    /// Begins a recording; what was recorded until now is forgotten. Functions that are on the stack,
    /// as those of a looping program that waits for its next event, stay there: they are above what
    /// follows, with nothing of their own yet.
    pub fn begin(&mut self, fuel: i64) {
        self.nodes.clear();
        self.called.clear();
        self.last_root = NONE;
        self.folded_calls = 0;
        self.fuel = fuel;
        let mut stack = std::mem::take(&mut self.stack);
        for running in &mut stack {
            running.node = self.callee(running.frame, 0);
            self.stack.push(*running);
        }
    }

    /// What was recorded until now. The next recording begins at once, as with [`Recorder::begin`].
    pub fn take(&mut self, fuel: i64) -> Profile {
        self.charge(fuel);
        let nodes = self.nodes.iter().map(|recorded| recorded.node).collect();
        let profile = Profile::new(nodes, self.folded_calls);
        self.begin(fuel);
        profile
    }

    /// What was left at the last hook.
    pub fn fuel(&self) -> i64 {
        self.fuel
    }

    /// How many functions are on the stack.
    pub fn depth(&self) -> u32 {
        // An engine's stack ends long before.
        self.stack.len() as u32
    }

    /// Puts a function on the stack that was called before.
    pub(super) fn resume(&mut self, function: u32) {
        let node = self.callee(function, 0);
        self.stack.push(Running {
            frame: function,
            node,
        });
    }

    /// Whether nothing but this function is on the stack.
    pub(super) fn is_at(&self, function: u32) -> bool {
        matches!(*self.stack, [only] if only.frame == function)
    }

    /// What was used since the last hook is the topmost function's.
    pub(super) fn charge(&mut self, fuel: i64) {
        let used = self.fuel.wrapping_sub(fuel);
        self.fuel = fuel;
        if let Some(top) = self.stack.last()
            && let Some(recorded) = self.nodes.get_mut(top.node as usize)
        {
            recorded.node.fuel += u64::try_from(used).unwrap_or(0);
        }
    }

    /// The node of a function that the topmost one calls, or the topmost one's where there may be no
    /// more.
    fn callee(&mut self, frame: u32, calls: u64) -> u32 {
        let caller = self.stack.last().map_or(NONE, |top| top.node);
        let last = match self.nodes.get(caller as usize) {
            Some(recorded) => recorded.last_callee,
            None => self.last_root,
        };
        if let Some(recorded) = self.nodes.get_mut(last as usize)
            && recorded.node.frame.0 == frame
        {
            recorded.node.calls += calls;
            return last;
        }
        self.other_callee(Call { caller, frame }, calls)
    }

    fn other_callee(&mut self, call: Call, calls: u64) -> u32 {
        let node = match self.called.get(&call) {
            Some(node) => *node,
            None => match self.new_node(call) {
                Some(node) => node,
                None => {
                    self.folded_calls += calls;
                    return call.caller;
                }
            },
        };
        if let Some(recorded) = self.nodes.get_mut(node as usize) {
            recorded.node.calls += calls;
        }
        match self.nodes.get_mut(call.caller as usize) {
            Some(caller) => caller.last_callee = node,
            None => self.last_root = node,
        }
        node
    }

    /// What the host calls always has a node: all fuel is somebody's.
    fn new_node(&mut self, call: Call) -> Option<u32> {
        let caller = self.nodes.get(call.caller as usize);
        let depth = caller.map_or(0, |caller| caller.depth + 1);
        if depth > 0 && (depth >= self.limits.depth || self.nodes.len() >= self.limits.nodes) {
            return None;
        }
        let id = self.nodes.len() as u32;
        self.nodes.push(Recorded {
            node: ProfileNode {
                frame: FrameId(call.frame),
                parent: caller.is_some().then_some(NodeId(call.caller)),
                calls: 0,
                fuel: 0,
            },
            depth,
            last_callee: NONE,
        });
        self.called.insert(call, id);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `(function, parent, calls, fuel)`
    type Row = (u32, Option<u32>, u64, u64);

    fn rows(profile: &Profile) -> Vec<Row> {
        let row = |node: &ProfileNode| {
            let parent = node.parent.map(|parent| parent.0);
            (node.frame.0, parent, node.calls, node.fuel)
        };
        profile.nodes().iter().map(row).collect()
    }

    #[test]
    fn calls_become_a_tree() {
        let mut recorder = Recorder::default();
        assert_eq!(recorder.enter(1, 100), 1);
        for left in [90, 70, 50] {
            assert_eq!(recorder.enter(2, left), 2);
            recorder.exit(left - 5);
        }
        assert_eq!(recorder.enter(3, 40), 2);
        assert_eq!(recorder.enter(2, 39), 3);
        recorder.exit(30);
        recorder.exit(30);
        recorder.exit(28);
        let profile = recorder.take(28);
        assert_eq!(
            rows(&profile),
            [
                (1, None, 1, 10 + 15 + 15 + 5 + 2),
                (2, Some(0), 3, 15),
                (3, Some(0), 1, 1),
                (2, Some(2), 1, 9),
            ]
        );
        assert_eq!(profile.fuel(), 100 - 28);
        assert_eq!(profile.folded_calls(), 0);
    }

    #[test]
    fn what_the_host_changes_is_nobodys_work() {
        let mut recorder = Recorder::default();
        recorder.enter(1, 100);
        // A host function that costs 30 and then fills up.
        recorder.refuelled(95, 65);
        recorder.refuelled(65, 1_000);
        recorder.enter(2, 990);
        recorder.exit(980);
        recorder.exit(979);
        // Between two calls of the host.
        recorder.refuelled(979, 5_000);
        recorder.enter(1, 4_999);
        recorder.exit(4_990);
        assert_eq!(
            rows(&recorder.take(4_990)),
            [(1, None, 2, 5 + 10 + 1 + 9), (2, Some(0), 1, 10)]
        );
        // Not told, more fuel is at least no negative work.
        recorder.enter(1, 10);
        recorder.exit(20);
        assert_eq!(recorder.take(20).fuel(), 0);
    }

    #[test]
    fn an_exception_leaves_the_functions_that_it_went_through() {
        let mut recorder = Recorder::default();
        let depth = recorder.enter(1, 100);
        recorder.enter(2, 90);
        recorder.enter(3, 80);
        recorder.caught(depth, 60);
        recorder.enter(4, 55);
        recorder.exit(50);
        recorder.exit(49);
        assert_eq!(
            rows(&recorder.take(49)),
            [
                (1, None, 1, 10 + 5 + 1),
                (2, Some(0), 1, 10),
                (3, Some(1), 1, 20),
                (4, Some(0), 1, 5),
            ]
        );
        assert_eq!(recorder.depth(), 0);
    }

    #[test]
    fn a_trap_ends_all_that_runs() {
        let mut recorder = Recorder::default();
        recorder.enter(1, 100);
        recorder.enter(2, 90);
        recorder.left(50);
        assert_eq!(recorder.depth(), 0);
        recorder.enter(1, 1_000);
        recorder.exit(999);
        assert_eq!(
            rows(&recorder.take(999)),
            [(1, None, 2, 11), (2, Some(0), 1, 40)]
        );
    }

    #[test]
    fn a_recording_begins_in_the_middle_of_a_program() {
        let mut recorder = Recorder::default();
        recorder.enter(1, 100);
        recorder.enter(2, 90);
        let init = recorder.take(80);
        assert_eq!(rows(&init), [(1, None, 1, 10), (2, Some(0), 1, 10)]);
        // The host's part of waiting for the event.
        recorder.refuelled(80, 500);
        recorder.enter(3, 490);
        recorder.exit(480);
        let first = recorder.take(470);
        assert_eq!(
            rows(&first),
            [(1, None, 0, 0), (2, Some(0), 0, 20), (3, Some(1), 1, 10)]
        );
        recorder.begin(460);
        recorder.exit(450);
        recorder.exit(440);
        assert_eq!(
            rows(&recorder.take(440)),
            [(1, None, 0, 10), (2, Some(0), 0, 10)]
        );
        assert_eq!(rows(&recorder.take(440)), []);
    }

    #[test]
    fn a_deep_recursion_is_folded() {
        let mut recorder = Recorder::default();
        let mut fuel = 1_000_000;
        for depth in 1..=100_000 {
            fuel -= 1;
            assert_eq!(recorder.enter(depth % 3, fuel), depth);
        }
        // In the middle, as a looping program may stand.
        let profile = recorder.take(fuel);
        assert_eq!(profile.nodes().len(), MAX_DEPTH as usize);
        assert_eq!(profile.folded_calls(), 100_000 - u64::from(MAX_DEPTH));
        assert_eq!(profile.fuel(), 100_000 - 1);
        for _ in 1..=100_000 {
            fuel -= 1;
            recorder.exit(fuel);
        }
        let rest = recorder.take(fuel);
        assert_eq!((rest.fuel(), rest.folded_calls()), (100_000, 0));
        assert_eq!(recorder.depth(), 0);
    }

    #[test]
    fn a_huge_tree_is_folded_and_what_it_costs_is_kept() {
        let mut recorder = Recorder::with_limits(Limits {
            nodes: 10,
            depth: 100,
        });
        recorder.enter(0, 10_000);
        for function in 1..=1_000 {
            let fuel = 10_000 - i64::from(function) * 5;
            recorder.enter(function, fuel);
            recorder.enter(7, fuel - 1);
            recorder.exit(fuel - 2);
            recorder.exit(fuel - 3);
        }
        recorder.exit(0);
        // Whatever the host calls has a node.
        recorder.enter(5_000, 0);
        recorder.exit(-3);
        let profile = recorder.take(-3);
        assert_eq!(profile.nodes().len(), 11);
        assert_eq!(profile.fuel(), 10_003);
        let calls: u64 = profile.nodes().iter().map(|node| node.calls).sum();
        assert_eq!(calls + profile.folded_calls(), 2_002);
    }

    /// What a guest may do next.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Enter(u32),
        Exit,
        Catch(u32),
        Refuel(i64),
        Trap,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (0_u32..5).prop_map(Step::Enter),
            4 => Just(Step::Exit),
            1 => any::<u32>().prop_map(Step::Catch),
            1 => (0_i64..10_000).prop_map(Step::Refuel),
            1 => Just(Step::Trap),
        ]
    }

    proptest! {
        /// All fuel that is used while something runs is somebody's, whatever the limits; and it is
        /// the same function's as in a stack that is read as the hooks' documentation tells.
        #[test]
        fn all_fuel_is_somebodys(
            steps in prop::collection::vec((step(), 0_i64..100), 1..200),
            (nodes, depth) in prop_oneof![Just((1_000, 1_000)), (1_usize..9, 1_u32..5)],
        ) {
            let mut recorder = Recorder::with_limits(Limits { nodes, depth });
            let (mut fuel, mut spent) = (1_000_000, 0);
            let mut stack: Vec<u32> = Vec::new();
            let mut own = std::collections::BTreeMap::<u32, u64>::new();
            for (step, used) in steps {
                if let Some(top) = stack.last() {
                    fuel -= used;
                    spent += used.unsigned_abs();
                    *own.entry(*top).or_default() += used.unsigned_abs();
                }
                match step {
                    Step::Enter(function) => {
                        stack.push(function);
                        prop_assert_eq!(recorder.enter(function, fuel) as usize, stack.len());
                    }
                    Step::Exit if stack.is_empty() => recorder.refuelled(fuel, fuel),
                    Step::Exit => {
                        recorder.exit(fuel);
                        stack.pop();
                    }
                    Step::Catch(to) => {
                        let to = to as usize % (stack.len() + 1);
                        recorder.caught(to as u32, fuel);
                        stack.truncate(to);
                    }
                    Step::Refuel(to) => {
                        recorder.refuelled(fuel, to);
                        fuel = to;
                    }
                    Step::Trap => {
                        recorder.left(fuel);
                        stack.clear();
                    }
                }
            }
            let profile = recorder.take(fuel);
            prop_assert_eq!(profile.fuel(), spent);
            if profile.folded_calls() == 0 {
                for usage in profile.functions() {
                    prop_assert_eq!(usage.own, own.get(&usage.frame.0).copied().unwrap_or(0));
                }
            }
            for (index, node) in profile.nodes().iter().enumerate() {
                prop_assert!(node.parent.is_none_or(|parent| parent.index() < index));
            }
        }
    }
}
