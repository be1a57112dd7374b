//! The program's own functions instead of its interpreter's: where the frame that an interpreter runs
//! changes, a [`SourceProfile`] out.

use super::layout::FrameLayout;
use super::reader::{Known, Memory};
use super::{FrameId, Origin, Profile, Recorder};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// More frames above one another are not kept.
const MAX_FRAMES: usize = 1 << 14;
/// More functions are not kept by their addresses: they are read again.
const MAX_KNOWN: usize = 1 << 14;
/// Where a deployment package is.
const TASK: &str = "/var/task/";
/// What runs while no function of the program does.
const INTERPRETER: u32 = 0;

/// A function of a program as it stands in its source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceFunction {
    /// As the language calls it.
    pub name: String,
    /// Where it stands, as the language calls the file; `None` for what the language brings.
    pub file: Option<String>,
    /// Its first line, counted from one.
    pub line: Option<u32>,
}

impl SourceFunction {
    /// Whose it is, by where a Lambda function has its files: its package's and its layers' are the
    /// program's own; what the platform's runtime brings is the language's.
    pub fn origin(&self) -> Origin {
        let is_below = |folder: &str| {
            let file = self.file.as_deref();
            file.is_some_and(|file| file.starts_with(folder))
        };
        match &self.file {
            None => Origin::Language,
            Some(_) if is_below(TASK) || is_below("/opt/") => Origin::Own,
            Some(_) if is_below("/var/runtime/") || is_below("node:") || is_below("<frozen ") => {
                Origin::Language
            }
            Some(_) => Origin::Library,
        }
    }

    /// The name that its file has in the deployment package, if it may be one of that.
    pub fn file_in_package(&self) -> Option<&str> {
        self.file.as_deref()?.strip_prefix(TASK)
    }
}

/// Which functions of a program used how much fuel, called by which; what the interpreter did for a
/// function is that function's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceProfile {
    /// The calls; to go on with a generator or a coroutine is a call of it. A [`FrameId`] is a place
    /// in `functions`.
    pub profile: Profile,
    /// In the order in which they come in the profile. The interpreter on its own is one without a
    /// file.
    pub functions: Vec<SourceFunction>,
}

/// What [`SourceProfile`] calls the interpreter on its own.
pub const INTERPRETER_NAME: &str = "interpreter";

impl SourceProfile {
    /// The function of a frame.
    pub fn function(&self, frame: FrameId) -> Option<&SourceFunction> {
        self.functions.get(frame.0 as usize)
    }
}

/// Listens to where the frame changes that an interpreter runs (`sandbox::meter::Profile::Frames`).
///
/// An interpreter may say that a frame runs before it has written all of it. So a frame is not looked
/// at until the interpreter calls a function of its own, or changes the frame again.
#[derive(Debug)]
pub(super) struct SourceRecorder {
    layout: FrameLayout,
    tree: Recorder,
    stack: Vec<Open>,
    /// A frame that runs and was not looked at.
    next: Option<u32>,
    known: HashMap<Known, Option<u32>>,
    functions: Vec<SourceFunction>,
    ids: BTreeMap<SourceFunction, u32>,
}

/// A frame on the interpreter's stack.
#[derive(Clone, Copy, Debug)]
struct Open {
    at: u32,
    /// It runs a function of the program, which is on the tree's stack.
    shown: bool,
}

impl SourceRecorder {
    pub(super) fn new(layout: FrameLayout) -> Self {
        let interpreter = SourceFunction {
            name: INTERPRETER_NAME.to_owned(),
            file: None,
            line: None,
        };
        let mut tree = Recorder::default();
        tree.resume(INTERPRETER);
        SourceRecorder {
            layout,
            tree,
            stack: Vec::new(),
            next: None,
            known: HashMap::new(),
            ids: BTreeMap::from([(interpreter.clone(), INTERPRETER)]),
            functions: vec![interpreter],
        }
    }

    /// Whether a frame is to be looked at.
    pub(super) fn is_behind(&self) -> bool {
        self.next.is_some()
    }

    /// The hook `framed`.
    pub(super) fn framed(&mut self, frame: u32, fuel: i64, memory: &impl Memory) {
        self.catch_up(memory);
        self.tree.charge(fuel);
        let mut open = self.stack.iter().rev();
        match (open.next(), open.next()) {
            (Some(top), _) if top.at == frame => {}
            (Some(_), Some(caller)) if caller.at == frame => self.pop(),
            (None, _) if frame == 0 => {}
            _ => self.next = Some(frame),
        }
    }

    /// Looks at the frame that runs.
    pub(super) fn catch_up(&mut self, memory: &impl Memory) {
        let Some(frame) = self.next.take() else {
            return;
        };
        let mut new = Vec::new();
        let mut next = Some(frame).filter(|frame| *frame != 0);
        let mut below = 0;
        let top = self.stack.last().map(|open| open.at);
        while let Some(frame) = next.filter(|_| new.len() < MAX_FRAMES) {
            let caller = self.layout.caller_of(frame, memory);
            // Mostly a call; there is no need to look through a deep stack for what is new on it.
            if caller.is_some() && caller == top {
                new.push(frame);
                below = self.stack.len();
                break;
            }
            if let Some(at) = self.place(frame) {
                below = at + 1;
                break;
            }
            new.push(frame);
            next = caller;
        }
        while self.stack.len() > below {
            self.pop();
        }
        for frame in new.into_iter().rev() {
            self.push(frame, memory);
        }
    }

    /// Where a frame is on the stack. Callers are looked for, which are mostly the topmost.
    fn place(&self, frame: u32) -> Option<usize> {
        self.stack.iter().rposition(|open| open.at == frame)
    }

    fn push(&mut self, frame: u32, memory: &impl Memory) {
        if self.stack.len() >= MAX_FRAMES {
            return;
        }
        let function = self.function(frame, memory);
        self.stack.push(Open {
            at: frame,
            shown: function.is_some(),
        });
        if let Some(function) = function {
            let fuel = self.tree.fuel();
            if self.tree.is_at(INTERPRETER) {
                self.tree.exit(fuel);
            }
            self.tree.enter(function, fuel);
        }
    }

    fn pop(&mut self) {
        if self.stack.pop().is_some_and(|open| open.shown) {
            self.tree.exit(self.tree.fuel());
            if self.tree.depth() == 0 {
                self.tree.resume(INTERPRETER);
            }
        }
    }

    /// The number of the function that a frame runs.
    fn function(&mut self, frame: u32, memory: &impl Memory) -> Option<u32> {
        let (known, at) = self.layout.known(frame, memory)?;
        if let Some(function) = self.known.get(&known) {
            return *function;
        }
        let function = self.layout.function(known, at, memory);
        let function = function.map(|function| match self.ids.get(&function) {
            Some(id) => *id,
            None => {
                let id = self.functions.len() as u32;
                self.functions.push(function.clone());
                self.ids.insert(function, id);
                id
            }
        });
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(known, function);
        function
    }

    /// See [`Recorder::refuelled`].
    pub(super) fn refuelled(&mut self, from: i64, to: i64) {
        self.tree.refuelled(from, to);
    }

    /// See [`Recorder::left`].
    pub(super) fn left(&mut self, fuel: i64) {
        self.tree.left(fuel);
        self.tree.resume(INTERPRETER);
        self.stack.clear();
        self.next = None;
    }

    /// See [`Recorder::begin`].
    pub(super) fn begin(&mut self, fuel: i64) {
        self.tree.begin(fuel);
    }

    /// See [`Recorder::take`].
    pub(super) fn take(&mut self, fuel: i64) -> SourceProfile {
        let profile = self.tree.take(fuel);
        let mut functions = Vec::new();
        let mut numbers = BTreeMap::new();
        let profile = profile.renamed(FrameId(INTERPRETER), |frame| {
            let number = numbers.entry(frame).or_insert_with(|| {
                functions.extend(self.functions.get(frame.0 as usize).cloned());
                functions.len() as u32 - 1
            });
            FrameId(*number)
        });
        SourceProfile { profile, functions }
    }
}

#[cfg(test)]
mod tests;
