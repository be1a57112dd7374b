//! What functions and other things look like in a profile's graph, and where their source is.

use super::profile_model::{Billed, Functions, Pauses, share_of_vcpu};
use crate::shapes::flame::{CallNode, Calls, Face, Inside, Kind, Stretch, millis};
use runtime_core::cpu::{MEMORY_OF_A_VCPU, PERIOD};
use runtime_core::profile::{
    FrameId, INTERPRETER_NAME, Origin, PhaseProfile, PhaseTime, SourceFunction, SourceProfile,
};
use runtime_core::sandbox::inspect::SourcePlace;
use runtime_core::units::Span;
use std::collections::BTreeMap;

/// Faces of functions and other things, each once.
pub(super) struct Faces<'a> {
    billed: &'a Billed,
    functions: Functions,
    all: Vec<Face>,
    /// Of the module.
    calls: BTreeMap<FrameId, usize>,
    /// Of the program that an interpreter runs.
    source: BTreeMap<&'a SourceFunction, usize>,
    places: BTreeMap<usize, SourcePlace>,
    waiting: Option<usize>,
    paused: Option<usize>,
}

impl<'a> Faces<'a> {
    pub(super) fn new(billed: &'a Billed, functions: Functions) -> Self {
        Faces {
            billed,
            functions,
            all: Vec::new(),
            calls: BTreeMap::new(),
            source: BTreeMap::new(),
            places: BTreeMap::new(),
            waiting: None,
            paused: None,
        }
    }

    /// The faces, and where the source of some is.
    pub(super) fn all(self) -> (Vec<Face>, BTreeMap<usize, SourcePlace>) {
        (self.all, self.places)
    }

    pub(super) fn add(&mut self, name: &str, kind: Kind, note: &str) -> usize {
        self.all.push(Face {
            name: name.to_owned(),
            kind,
            place: String::new(),
            note: note.to_owned(),
        });
        self.all.len() - 1
    }

    pub(super) fn leaf(&self, face: usize, span: Span) -> Inside {
        Inside::Stretch(Stretch {
            face,
            span: span.as_nanos(),
            inside: Vec::new(),
        })
    }

    pub(super) fn phase(
        &mut self,
        face: usize,
        duration: Span,
        time: PhaseTime,
        phase: Option<&'a PhaseProfile>,
        pauses: Pauses,
    ) -> Inside {
        let mut inside = Vec::new();
        let code = match pauses {
            Pauses::Within => time.computing(),
            Pauses::Apart => time.running,
        };
        if let Some(phase) = phase {
            inside.push(Inside::Calls(self.calls(phase, code)));
        }
        if pauses == Pauses::Apart && time.paused > Span::ZERO {
            let face = self.paused();
            inside.push(self.leaf(face, time.paused));
        }
        if time.waited > Span::ZERO {
            let face = self.waiting();
            inside.push(self.leaf(face, time.waited));
        }
        Inside::Stretch(Stretch {
            face,
            span: duration.as_nanos(),
            inside,
        })
    }

    fn calls(&mut self, phase: &'a PhaseProfile, span: Span) -> Calls {
        let source = phase.source.as_ref();
        let source = source.filter(|_| self.functions == Functions::OfProgram);
        let profile = source.map_or(&phase.profile, |source| &source.profile);
        let nodes = profile.nodes().iter().map(|node| CallNode {
            face: match source {
                Some(source) => self.source(source, node.frame),
                None => self.function(node.frame),
            },
            parent: node.parent.map(|parent| parent.index()),
            calls: node.calls,
            weight: node.fuel,
        });
        Calls {
            span: span.as_nanos(),
            nodes: nodes.collect(),
        }
    }

    /// A function of the program.
    fn source(&mut self, profile: &'a SourceProfile, frame: FrameId) -> usize {
        let Some(function) = profile.function(frame) else {
            return self.function(frame);
        };
        if let Some(face) = self.source.get(function) {
            return *face;
        }
        let (kind, note) = match function.origin() {
            Origin::Own => (Kind::Own, ""),
            Origin::Library => (Kind::Library, ""),
            Origin::Language if function.name == INTERPRETER_NAME => (
                Kind::Language,
                "The language's runtime at work while no function of the program runs.",
            ),
            Origin::Language => (Kind::Language, ""),
        };
        let face = self.add(&function.name, kind, note);
        if let Some(added) = self.all.last_mut() {
            added.place = place_text(function);
        }
        if let Some((file, line)) = function.file_in_package().zip(function.line)
            && self.billed.files.contains(file)
        {
            let place = SourcePlace {
                file: file.to_owned(),
                line,
                column: None,
            };
            self.places.insert(face, place);
        }
        self.source.insert(function, face);
        face
    }

    /// A function of the module.
    fn function(&mut self, frame: FrameId) -> usize {
        if let Some(face) = self.calls.get(&frame) {
            return *face;
        }
        let names = &self.billed.profile.names;
        let (kind, note) = match names.origin(frame) {
            Origin::Own if self.billed.is_runtime => (
                Kind::Library,
                "A function of the language's runtime, which runs your code.",
            ),
            Origin::Own => (Kind::Own, ""),
            Origin::Library => (Kind::Library, ""),
            Origin::Language => (Kind::Language, ""),
        };
        let name = names.name(frame).into_owned();
        let face = self.add(&name, kind, note);
        if let Some(place) = self.billed.places.get(&name) {
            self.places.insert(face, place.clone());
        }
        self.calls.insert(frame, face);
        face
    }

    /// Time in which nothing was there to run.
    fn waiting(&mut self) -> usize {
        if let Some(face) = self.waiting {
            return face;
        }
        let note = "The code slept or waited. No work was done, and all of it is billed.";
        let face = self.add("waiting", Kind::Waiting, note);
        *self.waiting.insert(face)
    }

    fn paused(&mut self) -> usize {
        if let Some(face) = self.paused {
            return face;
        }
        let memory = self.billed.memory;
        let share =
            f64::from(memory.get().min(MEMORY_OF_A_VCPU.get())) / f64::from(MEMORY_OF_A_VCPU.get());
        let period = PERIOD.as_nanos();
        let note = format!(
            "This function has {} of a vCPU: its code may run for {} of every {} ms and stands still for the rest, which is billed. More memory brings more of a vCPU.",
            share_of_vcpu(memory),
            millis((period as f64 * share) as u64, period * 2),
            period / 1_000_000,
        );
        let face = self.add("throttled by the CPU share", Kind::Paused, &note);
        *self.paused.insert(face)
    }
}

/// Where a function stands, in few characters: of a library the last folder and the file.
fn place_text(function: &SourceFunction) -> String {
    let Some(file) = &function.file else {
        return String::new();
    };
    let file = match function.file_in_package() {
        Some(file) => file,
        None => {
            let mut slashes = file.rmatch_indices('/').map(|(at, _)| at);
            let folder = slashes.nth(1).map_or(0, |at| at + 1);
            file.get(folder..).unwrap_or(file)
        }
    };
    match function.line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_short() {
        let place = |file: Option<&str>, line| {
            place_text(&SourceFunction {
                name: "f".to_owned(),
                file: file.map(str::to_owned),
                line,
            })
        };
        for (file, line, text) in [
            (Some("/var/task/lib/a.py"), Some(3), "lib/a.py:3"),
            (
                Some("/build/Lib/json/encoder.py"),
                Some(9),
                "json/encoder.py:9",
            ),
            (Some("node:internal/loop"), None, "node:internal/loop"),
            (Some("<string>"), Some(1), "<string>:1"),
            (None, Some(1), ""),
        ] {
            assert_eq!(place(file, line), text);
        }
    }
}
