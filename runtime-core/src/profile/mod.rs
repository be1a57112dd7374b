//! Where the work of an invocation went: which functions used how much fuel, called by which.
//!
//! A modelled invocation does the same each time, so it can be done once more on a profiling build of
//! its module (`sandbox::meter`), whose functions say when they are entered and left. This is what is
//! made of that; the fuel of a profile is the fuel of the invocation.
//!
//! ```text
//! tree      Profile: the tree of calls as one list
//! usage     what is read from it: inclusive fuel, a table of functions, the hottest path
//! recorder  Recorder: hooks in, a Profile out
//! names     FunctionNames: what functions are called, and whose they are
//! time      PhaseProfile; PhaseTime: fuel, waiting and pauses are the phase's duration, to the
//!           nanosecond
//! ```

mod names;
mod recorder;
mod time;
mod tree;
mod usage;

pub use names::{FunctionNames, Origin};
pub use recorder::Recorder;
pub use time::{PhaseProfile, PhaseTime};
pub use tree::{FrameId, NodeId, Profile, ProfileNode};
pub use usage::FunctionUsage;
