//! Generators of the session: what sends events on its own.
//!
//! What a generator sends next is never on the agenda: the driver looks at both (`State::next_due`), so that
//! a generator that is stopped or changed sends nothing more of what it was. A reload and a cleared timeline
//! stop all of them, because nobody wants a load that begins by itself.
//!
//! The page itself knows only when the next one sends. The rest of the code is of the part that shows
//! generators, which hands it in ([`Session::keep_generators`](super::Session::keep_generators)).
//!
//! ```text
//! mod      what there is, and which sends next
//! driving  what is asked of them, and what they send
//! ```

mod driving;

use super::Core;
use super::command::Command;
use super::view::Reading;
use runtime_core::generator::{Generator, Run, Target, Texts};
use runtime_core::scribe::pool::PoolRequest;
use runtime_core::units::{GeneratorId, Moment, OrderedMap, SourceId};
use serde::{Deserialize, Serialize};

/// What one event is.
#[derive(Clone, Debug)]
pub enum Sent {
    /// The command that the page's own controls would send.
    Command(Command),
    /// Something that is asked of a user pool.
    Asked {
        /// Which.
        pool: SourceId,
        /// What.
        request: PoolRequest,
    },
}

/// Makes of its texts what one event asks for. Or what is wrong with it, and what to do.
pub type Writer = fn(&Reading<'_>, Target, &Texts) -> Result<Sent, (String, String)>;

/// What a user asks of a generator.
#[derive(Clone, Debug)]
pub enum GeneratorCommand {
    /// Create one or change it, at once if it is running; it was checked.
    Configure {
        /// Which.
        generator: GeneratorId,
        /// All settings.
        configuration: Box<Generator>,
    },
    /// Let it send.
    Start(GeneratorId),
    /// Let it send no more.
    Stop(GeneratorId),
    /// Forget it.
    Delete(GeneratorId),
}

/// A generator as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratorState {
    /// Its settings.
    pub generator: Generator,
    /// What it has sent, in all its runs.
    pub sent: u64,
    /// Since it was started, if it is running.
    pub run: Option<Run>,
    /// Why it stopped by itself, if it did.
    pub ended: Option<String>,
}

/// What is kept of one between visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::session) struct SavedGenerator {
    generator: Generator,
    sent: u64,
}

/// All of them.
#[derive(Default)]
pub(in crate::session) struct Generators {
    all: OrderedMap<GeneratorId, GeneratorState>,
    /// Which sends next, and when.
    next: Option<(Moment, GeneratorId)>,
    code: Option<Code>,
}

/// The code, once it has come.
#[derive(Clone, Copy)]
struct Code {
    ask: fn(&Core, GeneratorCommand),
    send: fn(&Core, Writer),
    writer: Writer,
}

impl Generators {
    /// When one sends next.
    pub(in crate::session) fn next(&self) -> Option<Moment> {
        self.next.map(|(at, _)| at)
    }

    pub(in crate::session) fn iter(&self) -> impl Iterator<Item = (GeneratorId, &GeneratorState)> {
        self.all.iter().map(|(id, it)| (*id, it))
    }

    /// So many events a minute send those that run, without this one.
    pub(in crate::session) fn per_minute_besides(&self, id: GeneratorId) -> u64 {
        let others = self.all.iter().filter(|(other, _)| **other != id);
        let running = others.filter(|(_, it)| it.run.is_some());
        running
            .map(|(_, it)| it.generator.process.per_minute())
            .sum()
    }

    /// Another session begins, or this one anew: nothing was sent.
    pub(in crate::session) fn halt(&mut self) {
        self.next = None;
        for it in self.all.values_mut() {
            (it.run, it.ended, it.sent) = (None, None, 0);
        }
    }

    pub(in crate::session) fn saved(&self) -> OrderedMap<GeneratorId, SavedGenerator> {
        let saved = self.all.iter().map(|(id, it)| {
            let (generator, sent) = (it.generator.clone(), it.sent);
            (*id, SavedGenerator { generator, sent })
        });
        saved.collect()
    }

    pub(in crate::session) fn take_saved(
        &mut self,
        saved: OrderedMap<GeneratorId, SavedGenerator>,
    ) {
        self.next = None;
        let all = saved.iter().map(|(id, saved)| {
            let state = GeneratorState {
                generator: saved.generator.clone(),
                sent: saved.sent,
                run: None,
                ended: None,
            };
            (*id, state)
        });
        self.all = all.collect();
    }

    /// Finds out which sends next, and which have come to their end.
    fn find_next(&mut self) {
        self.next = None;
        for (id, state) in self.all.iter_mut() {
            let Some(run) = &state.run else { continue };
            match run.due() {
                Ok(at) if self.next.is_none_or(|(first, _)| at < first) => {
                    self.next = Some((at, *id));
                }
                Ok(_) => {}
                Err(ended) => (state.run, state.ended) = (None, Some(ended.to_string())),
            }
        }
    }

    /// One has to stop.
    fn end(&mut self, id: GeneratorId, why: String) {
        if let Some(state) = self.all.get_mut(&id) {
            (state.run, state.ended) = (None, Some(why));
        }
        self.find_next();
    }
}

impl Core {
    pub(in crate::session) fn keep_generators(&self, writer: Writer) {
        self.state.borrow_mut().generators.code = Some(Code {
            ask: Core::carry_out_generator,
            send: Core::send_next,
            writer,
        });
    }

    pub(in crate::session) fn ask_generator(&self, asked: GeneratorCommand) {
        let code = self.state.borrow().generators.code;
        if let Some(code) = code {
            (code.ask)(self, asked);
        }
    }

    /// The generator whose turn it is sends.
    pub(in crate::session) fn send_generated(&self) {
        let code = self.state.borrow().generators.code;
        match code {
            Some(code) => (code.send)(self, code.writer),
            // None was started without it.
            None => self.state.borrow_mut().generators.next = None,
        }
    }
}
