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
//! layout    FrameLayout: how an interpreter's frames lie in its memory, as data
//! reader    functions of a program, read from the memory of its interpreter
//! source    the program's functions instead of its interpreter's: SourceProfile
//! recording Recording: both trees of a process
//! names     FunctionNames: what functions are called, and whose they are
//! time      PhaseProfile; PhaseTime: fuel, waiting and pauses are the phase's duration, to the
//!           nanosecond
//! ```

mod layout;
mod names;
mod reader;
mod recorder;
mod recording;
mod source;
mod time;
mod tree;
mod usage;

pub use layout::{
    Encoding, Field, FrameKind, FrameLayout, Is, KEYS, Naming, Test, TextForm, TextPlace, Way,
};
pub use names::{FunctionNames, Origin};
pub use reader::Memory;
pub use recorder::Recorder;
pub use recording::Recording;
pub use source::{INTERPRETER_NAME, SourceFunction, SourceProfile};
pub use time::{PhaseProfile, PhaseTime};
pub use tree::{FrameId, NodeId, Profile, ProfileNode};
pub use usage::FunctionUsage;
