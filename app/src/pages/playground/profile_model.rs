//! An invocation's profile as a flame graph whose width is what is billed.

use super::bill_model::bill_of;
use super::profile_faces::Faces;
use super::words::grouped;
use crate::session::{InvocationProfile, Reading};
use crate::shapes::flame::{Flame, Kind, Stretch};
use runtime_core::billing::{BillSubject, BilledTime};
use runtime_core::cpu::MEMORY_OF_A_VCPU;
use runtime_core::profile::{PhaseProfile, PhaseTime};
use runtime_core::projections::InvocationRecord;
use runtime_core::sandbox::inspect::{BOOTSTRAP, SourcePlace};
use runtime_core::units::{FunctionId, MemoryMb, Money, PackageId, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the graph is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Billed {
    pub(super) profile: Arc<InvocationProfile>,
    pub(super) time: BilledTime,
    /// Its first part is that of a RESTORE phase.
    pub(super) restored: bool,
    pub(super) memory: MemoryMb,
    /// Whether the module is a language's runtime and the code it runs is somebody else's.
    pub(super) is_runtime: bool,
    /// What the billed duration costs, without the price of the request.
    pub(super) cost: Money,
    /// Which function of the account.
    pub(super) function: FunctionId,
    /// Where functions of the module begin in the package's text, by name.
    pub(super) places: BTreeMap<String, SourcePlace>,
    /// Files of the package with functions that ran.
    pub(super) files: BTreeSet<String>,
}

/// Whose functions the graph shows, where a language's runtime runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Functions {
    /// The program's, as they stand in its source.
    OfProgram,
    /// Those of the module: the interpreter's, where there is one.
    OfModule,
}

/// A graph, and where the source of its faces is, as far as it is in the package.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawn {
    pub(super) flame: Flame,
    pub(super) places: BTreeMap<usize, SourcePlace>,
}

/// Where pauses are drawn: times in which code could have run, but the function's share of a vCPU was
/// used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pauses {
    /// In the blocks that were paused: they are as wide as the time they took.
    Within,
    /// Beside them: blocks are as wide as their work is long at full speed.
    Apart,
}

/// What is billed of an invocation that has ended and has a profile.
pub(super) fn billed(
    reading: &Reading<'_>,
    record: &InvocationRecord,
    profile: Arc<InvocationProfile>,
) -> Option<Billed> {
    let configuration = record.configuration.as_ref()?;
    let bill = bill_of(reading, record)?;
    let lines = bill.bill.lines.iter();
    // What is billed by the request or by the restore is no millisecond's.
    let duration = lines.filter(|line| {
        !matches!(
            line.subject,
            BillSubject::Requests | BillSubject::SnapshotRestores
        )
    });
    Some(Billed {
        files: files(reading, configuration.package, &profile),
        profile,
        time: bill.time,
        restored: record.restored().is_some(),
        memory: configuration.memory,
        is_runtime: configuration.runtime.is_managed(),
        cost: duration.map(|line| line.amount).sum(),
        function: record.function,
        places: places(reading, configuration.package),
    })
}

/// The package's files that functions of a profile stand in.
fn files(
    reading: &Reading<'_>,
    package: PackageId,
    profile: &InvocationProfile,
) -> BTreeSet<String> {
    let phases = profile.init.iter().chain([&profile.invocation]);
    let functions = phases
        .filter_map(|phase| phase.source.as_ref())
        .flat_map(|source| &source.functions);
    let package = reading.package(package);
    let is_there = |file: &&str| {
        let content = package.as_ref().map(|package| &package.content);
        content.is_some_and(|content| content.file(file).is_some())
    };
    functions
        .filter_map(|function| function.file_in_package().filter(is_there))
        .map(str::to_owned)
        .collect()
}

/// Where functions begin in a package that is WebAssembly text; nowhere in others.
fn places(reading: &Reading<'_>, package: PackageId) -> BTreeMap<String, SourcePlace> {
    let text = reading.package(package).and_then(|package| {
        let module = package.content.module()?;
        let text = package.content.file(BOOTSTRAP)?;
        std::str::from_utf8(text)
            .ok()
            .filter(|_| module.facts.is_text)
    });
    text.map(function_places).unwrap_or_default()
}

/// Where `(func $name` stands in a text.
fn function_places(text: &str) -> BTreeMap<String, SourcePlace> {
    let mut places = BTreeMap::new();
    for (line, content) in (1..).zip(text.lines()) {
        for (at, _) in content.match_indices("(func") {
            let after = &content[at + "(func".len()..];
            let Some(name) = after.trim_start().strip_prefix('$') else {
                continue;
            };
            let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';' | '"');
            let name = name.split(is_end).next().unwrap_or_default();
            places.entry(name.to_owned()).or_insert(SourcePlace {
                file: BOOTSTRAP.to_owned(),
                line,
                column: u32::try_from(content[..at].chars().count() + 1).ok(),
            });
        }
    }
    places
}

impl Billed {
    fn init(&self) -> PhaseTime {
        match &self.profile.init {
            Some(phase) => phase_time(self.time.init, phase),
            None => PhaseTime {
                running: self.time.init,
                ..PhaseTime::default()
            },
        }
    }

    fn invocation(&self) -> PhaseTime {
        phase_time(self.time.handler, &self.profile.invocation)
    }

    /// Whether it is known what the program did, beside what its interpreter did.
    pub(super) fn has_program(&self) -> bool {
        self.profile.invocation.source.is_some()
    }

    /// Calls that have no block of their own.
    pub(super) fn folded(&self, functions: Functions) -> u64 {
        let phases = self.profile.init.iter().chain([&self.profile.invocation]);
        let folded = phases.map(|phase| match (&phase.source, functions) {
            (Some(source), Functions::OfProgram) => source.profile.folded_calls(),
            _ => phase.profile.folded_calls(),
        });
        folded.sum()
    }

    /// Whether any code had to pause.
    pub(super) fn has_pauses(&self) -> bool {
        self.init().paused + self.invocation().paused > Span::ZERO
    }

    /// What so many nanoseconds cost.
    pub(super) fn cost_of(&self, nanos: u64) -> Money {
        self.cost.share(nanos, self.time.billed().as_nanos())
    }

    /// How the graph is to be read, in a sentence or two.
    pub(super) fn reading(&self, pauses: Pauses) -> String {
        let time = self.invocation();
        let slower = time.computing().as_nanos() as f64 / time.running.as_nanos().max(1) as f64;
        match (self.has_pauses(), pauses) {
            (false, _) => "A block is as wide as the time that it took.".to_owned(),
            (true, Pauses::Within) => format!(
                "{} has {} of a vCPU, so 1 ms of work took {slower:.1} ms. A block is as wide as the time that it took, pauses included.",
                self.memory,
                share_of_vcpu(self.memory),
            ),
            (true, Pauses::Apart) => format!(
                "{} has {} of a vCPU. A block is as wide as its work at full speed; the pauses stand beside.",
                self.memory,
                share_of_vcpu(self.memory),
            ),
        }
    }

    /// The graph.
    pub(super) fn drawn(&self, pauses: Pauses, functions: Functions) -> Drawn {
        let whole = self.time.billed().as_nanos();
        let billed = format!("billed {} ms", grouped(self.time.billed_millis()));
        let mut faces = Faces::new(self, functions);
        let mut inside = Vec::new();
        if self.time.init > Span::ZERO {
            let (name, about) = match self.restored {
                false => (
                    "INIT",
                    "Runs once in each new environment: what is outside of the handler. It is billed, and has a whole vCPU here, which is a model choice.",
                ),
                true => (
                    "RESTORE",
                    "What runs in a new environment once its snapshot is there: the runtime and after-restore hooks. Reading the snapshot is not billed.",
                ),
            };
            let face = faces.add(name, Kind::Init, about);
            let phase = self.profile.init.as_ref();
            inside.push(faces.phase(face, self.time.init, self.init(), phase, pauses));
        }
        let face = faces.add(
            "invocation",
            Kind::Invocation,
            "From the event to the response: REPORT's Duration.",
        );
        let phase = Some(&self.profile.invocation);
        inside.push(faces.phase(face, self.time.handler, self.invocation(), phase, pauses));
        if self.time.rounding > Span::ZERO {
            let face = faces.add(
                "rounded up",
                Kind::Rounding,
                "No time at all: a duration is billed in whole milliseconds.",
            );
            inside.push(faces.leaf(face, self.time.rounding));
        }
        let note = "Compute and storage for the billed duration. The price of the request itself is not in it.";
        let face = faces.add(&billed, Kind::Whole, note);
        let whole = Stretch {
            face,
            span: whole,
            inside,
        };
        let (faces, places) = faces.all();
        Drawn {
            flame: Flame::new(faces, &whole),
            places,
        }
    }
}

fn phase_time(duration: Span, phase: &PhaseProfile) -> PhaseTime {
    PhaseTime::of(duration, phase.profile.fuel(), phase.waited)
}

/// A memory's share of a vCPU in per cent.
pub(super) fn share_of_vcpu(memory: MemoryMb) -> String {
    let share = f64::from(memory.get()) / f64::from(MEMORY_OF_A_VCPU.get()) * 100.0;
    format!("{:.3}", share.min(100.0))
        .chars()
        .take(4)
        .collect::<String>()
        .trim_end_matches('.')
        .to_owned()
        + " %"
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::profile::{FunctionNames, Recorder};

    /// `$handle` (index 1) burns 2 ms of which `$work` (2) 1.5 ms; init is 4 ms of `$start` (0).
    fn billed(memory: u32, handler: Span, waited: Span) -> Billed {
        let (start, handle, work) = (0, 1, 2);
        let mut recorder = Recorder::default();
        let mut left = 1 << 40;
        let mut burn =
            |recorder: &mut Recorder, function: u32, micros: i64, inside: &[(u32, i64)]| {
                recorder.enter(function, left);
                for (function, micros) in inside {
                    recorder.enter(*function, left);
                    left -= micros * 2_000;
                    recorder.exit(left);
                }
                left -= micros * 2_000;
                recorder.exit(left);
                recorder.take(left)
            };
        let init = burn(&mut recorder, start, 4_000, &[]);
        let invocation = burn(&mut recorder, handle, 500, &[(work, 1_500)]);
        let phase = |profile, waited| PhaseProfile {
            profile,
            source: None,
            waited,
        };
        let time = BilledTime {
            init: Span::from_millis(4),
            handler,
            rounding: Span::from_nanos(400_000),
        };
        Billed {
            profile: Arc::new(InvocationProfile {
                init: Some(phase(init, Span::ZERO)),
                invocation: phase(invocation, waited),
                names: FunctionNames::new(Some("app.wasm"), [(1, "app::handle"), (2, "memcpy")]),
            }),
            time,
            restored: false,
            memory: MemoryMb::new(memory),
            is_runtime: false,
            cost: Money::ZERO,
            function: FunctionId(0),
            places: BTreeMap::new(),
            files: BTreeSet::new(),
        }
    }

    fn words(flame: &Flame) -> Vec<String> {
        let blocks = flame.blocks.iter().enumerate();
        let line = |(index, block): (usize, &crate::shapes::flame::Block)| {
            let indent = "  ".repeat(block.depth as usize);
            format!("{indent}{} {}", flame.name(index), block.span() / 1_000)
        };
        blocks.map(line).collect()
    }

    #[test]
    fn the_billed_time_is_taken_apart() {
        let handler = Span::from_nanos(22_600_000);
        let billed = billed(884, handler, Span::from_millis(18));
        assert_eq!(
            words(&billed.drawn(Pauses::Within, Functions::OfModule).flame),
            [
                "billed 27 ms 27000",
                "  INIT 4000",
                "    function 0 4000",
                "  invocation 22600",
                "    app::handle 4600",
                "      memcpy 3450",
                "    waiting 18000",
                "  rounded up 400",
            ]
        );
        assert_eq!(
            words(&billed.drawn(Pauses::Apart, Functions::OfModule).flame)[4..7],
            [
                "    app::handle 2000",
                "      memcpy 1500",
                "    throttled by the CPU share 2600",
            ]
        );
        assert_eq!(
            billed.reading(Pauses::Within),
            "884 MB has 49.9 % of a vCPU, so 1 ms of work took 2.3 ms. A block is as wide as the time that it took, pauses included."
        );
    }

    #[test]
    fn a_whole_vcpu_is_not_paused() {
        let billed = billed(1_769, Span::from_millis(2), Span::ZERO);
        assert!(!billed.has_pauses());
        assert_eq!(
            billed.drawn(Pauses::Apart, Functions::OfModule).flame,
            billed.drawn(Pauses::Within, Functions::OfModule).flame
        );
        assert_eq!(
            billed.reading(Pauses::Within),
            "A block is as wide as the time that it took."
        );
    }

    #[test]
    fn functions_are_found_in_their_text() {
        let text =
            "(module $m\n  (func $a (call $b)) (func\t$b)\n  (func (export \"c\"))\n(func $é\")";
        let found: Vec<_> = function_places(text)
            .into_iter()
            .map(|(name, place)| (name, place.line, place.column))
            .collect();
        assert_eq!(
            found,
            [
                ("a".to_owned(), 2, Some(3)),
                ("b".to_owned(), 2, Some(23)),
                ("é".to_owned(), 4, Some(1)),
            ]
        );
    }

    #[test]
    fn shares_have_three_digits() {
        let shares = [128, 1_024, 1_769, 10_240].map(|memory| share_of_vcpu(MemoryMb::new(memory)));
        assert_eq!(shares, ["7.23 %", "57.8 %", "100 %", "100 %"]);
    }
}
