//! A process under observation: its calls, and the program's where it is an interpreter.

use super::layout::FrameLayout;
use super::reader::Memory;
use super::source::SourceRecorder;
use super::{Profile, Recorder, SourceProfile};

/// Listens to all hooks of a profiling build. Both trees that it keeps have the same fuel, to the unit.
#[derive(Debug, Default)]
pub struct Recording {
    calls: Recorder,
    source: Option<SourceRecorder>,
}

impl Recording {
    /// Of an interpreter whose frames lie in memory as this text says; see
    /// [`FrameLayout::to_text`]. What is no layout is none.
    pub fn of_interpreter(frames: &str) -> Self {
        let layout = FrameLayout::from_text(frames);
        Recording {
            calls: Recorder::default(),
            source: layout.map(SourceRecorder::new),
        }
    }

    /// The hook `enter`; see [`Recorder::enter`]. Before it, [`Recording::is_behind`] wants to be asked.
    pub fn enter(&mut self, function: u32, fuel: i64) -> u32 {
        self.calls.enter(function, fuel)
    }

    /// The hook `exit`.
    pub fn exit(&mut self, fuel: i64) {
        self.calls.exit(fuel);
    }

    /// The hook `caught`.
    pub fn caught(&mut self, depth: u32, fuel: i64) {
        self.calls.caught(depth, fuel);
    }

    /// The hook `framed`: from now on the interpreter runs the frame at this address; zero is none.
    pub fn framed(&mut self, frame: u32, fuel: i64, memory: &impl Memory) {
        if let Some(source) = &mut self.source {
            source.framed(frame, fuel, memory);
        }
    }

    /// Whether [`Recording::catch_up`] has something to do.
    pub fn is_behind(&self) -> bool {
        self.source.as_ref().is_some_and(SourceRecorder::is_behind)
    }

    /// Looks at the frame that runs, when the interpreter has written all of it: where it enters a
    /// function.
    pub fn catch_up(&mut self, memory: &impl Memory) {
        if let Some(source) = &mut self.source {
            source.catch_up(memory);
        }
    }

    /// See [`Recorder::refuelled`].
    pub fn refuelled(&mut self, from: i64, to: i64) {
        self.calls.refuelled(from, to);
        if let Some(source) = &mut self.source {
            source.refuelled(from, to);
        }
    }

    /// See [`Recorder::left`].
    pub fn left(&mut self, fuel: i64) {
        self.calls.left(fuel);
        if let Some(source) = &mut self.source {
            source.left(fuel);
        }
    }

    /// See [`Recorder::begin`].
    pub fn begin(&mut self, fuel: i64) {
        self.calls.begin(fuel);
        if let Some(source) = &mut self.source {
            source.begin(fuel);
        }
    }

    /// See [`Recorder::take`].
    pub fn take(&mut self, fuel: i64) -> (Profile, Option<SourceProfile>) {
        let source = self.source.as_mut().map(|source| source.take(fuel));
        (self.calls.take(fuel), source)
    }

    /// See [`Recorder::fuel`].
    pub fn fuel(&self) -> i64 {
        self.calls.fuel()
    }
}
