//! What a user asks of generators, and what those that run send. All of this is of the part that shows them.

use super::super::Core;
use super::super::command::Command;
use super::super::sending::put_record;
use super::super::state::{Notice, State};
use super::super::view::Reading;
use super::{GeneratorCommand, GeneratorState, Sent, Writer};
use runtime_core::generator::{MAX_WAITING, Run, Target, Texts, check};
use runtime_core::platform::Input;
use runtime_core::timeline::SourceKind;
use runtime_core::units::{ByteCount, GeneratorId, Moment, SourceId};

impl Core {
    pub(super) fn carry_out_generator(&self, asked: GeneratorCommand) {
        let refused = self.state.borrow_mut().change_generators(asked);
        if let Some(notice) = refused {
            self.notify(notice);
        }
        self.changed();
        self.save_soon();
        self.go_on();
    }

    pub(super) fn send_next(&self, write: Writer) {
        let next = self.state.borrow_mut().next_generated();
        let Some((id, at, target, texts)) = next else {
            return self.changed();
        };
        let sent = {
            let (mut state, view) = (self.state.borrow_mut(), self.view.borrow());
            write(&Reading::new(&view, &mut state, at), target, &texts)
        };
        match sent {
            Ok(sent) => {
                if let Some(it) = self.state.borrow_mut().generators.all.get_mut(&id) {
                    it.sent += 1;
                }
                match sent {
                    Sent::Command(command) => {
                        let input = self.state.borrow_mut().input_of(command);
                        // Every command that a writer makes is told to the platform.
                        if let Some(input) = input {
                            self.input_at(at, input);
                        }
                    }
                    // The writer has found the pool; nobody waits for what comes of it.
                    Sent::Asked { pool, request } => {
                        self.ask_pool(at, pool, request, Box::new(()));
                    }
                }
            }
            Err((cause, hint)) => {
                let why = cause.trim_end_matches('.').to_owned();
                self.state.borrow_mut().generators.end(id, why);
                self.notify(Notice::error(format!("A generator stopped: {cause}"), hint));
                self.changed();
            }
        }
    }
}

impl State {
    /// Does what is asked; what to say if it is refused.
    fn change_generators(&mut self, asked: GeneratorCommand) -> Option<Notice> {
        let now = self.now();
        let mut refused = None;
        match asked {
            GeneratorCommand::Configure {
                generator: id,
                configuration,
            } => match self.generators.all.get_mut(&id) {
                Some(state) => {
                    if let Some(Err(error)) =
                        state.run.as_mut().map(|it| it.change(&configuration, now))
                    {
                        return Some(Notice::error(format!("{error}."), error.hint()));
                    }
                    state.generator = *configuration;
                }
                None => {
                    let state = GeneratorState {
                        generator: *configuration,
                        sent: 0,
                        run: None,
                        ended: None,
                    };
                    self.generators.all.insert(id, state);
                }
            },
            GeneratorCommand::Start(id) => {
                let others = self.generators.per_minute_besides(id);
                if let Some(state) = self.generators.all.get_mut(&id)
                    && state.run.is_none()
                {
                    let errors = check(&state.generator, others);
                    refused = errors
                        .first()
                        .map(|error| Notice::error(error.to_string(), error.hint()));
                    if refused.is_none() {
                        state.run = Run::begin(&state.generator, now).ok();
                        state.ended = None;
                        // What is sent is watched live.
                        self.playhead = None;
                    }
                }
            }
            GeneratorCommand::Stop(id) => {
                if let Some(state) = self.generators.all.get_mut(&id) {
                    state.run = None;
                }
            }
            GeneratorCommand::Delete(id) => {
                self.generators.all.remove(&id);
            }
        }
        self.generators.find_next();
        refused
    }

    /// The next event of the generator whose turn it is, unless too much waits already where it goes.
    fn next_generated(&mut self) -> Option<(GeneratorId, Moment, Target, Texts)> {
        let (_, id) = self.generators.next?;
        let target = self.generators.all.get(&id)?.generator.target;
        if self.waiting_at(target) >= MAX_WAITING {
            let why = format!("{MAX_WAITING} events wait there");
            self.generators.end(id, why);
            return None;
        }
        let session = self.meta;
        let run = self.generators.all.get_mut(&id)?.run.as_mut();
        let taken = run.and_then(|run| run.take(session));
        self.generators.find_next();
        taken.map(|(at, texts)| (id, at, target, texts))
    }

    /// How many events wait at a target or are at work there. A stream's records wait for nobody.
    fn waiting_at(&self, target: Target) -> usize {
        match target {
            Target::Function {
                asynchronous: false,
                ..
            } => self.open_events.len(),
            Target::Source(source) if self.is_pool(source) => self.waiters.len(),
            Target::Function { .. } | Target::Source(_) => self.platform.waiting_events(),
            Target::Queue(queue) => self.platform.messages_in(queue),
            Target::Stream(_) => 0,
        }
    }

    fn is_pool(&self, source: SourceId) -> bool {
        let source = self.platform.source(source);
        source.is_some_and(|it| it.kind == SourceKind::UserPool)
    }

    /// How the platform is told of what a command sends. `None`: the command sends nothing.
    fn input_of(&mut self, command: Command) -> Option<Input> {
        match command {
            Command::Invoke {
                function,
                event,
                qualifier,
                invocation_type,
                ..
            } => {
                let refused = invocation_type.refuse(event.as_bytes());
                let bytes = ByteCount::from(event.len());
                let payload = self.payloads.add(event.into_bytes());
                let target = (function, qualifier);
                let event = (payload, bytes);
                Some(self.arrival(target, invocation_type, event, refused).1)
            }
            Command::SendMessages(messages) => {
                let posting = self.posting(&messages, 1);
                Some(Input::SendMessage(posting))
            }
            Command::PutRecords { stream, records } => {
                let record = records.into_iter().next()?;
                Some(put_record(stream, record, &mut self.payloads))
            }
            Command::ChangeItems { table, changes } => {
                let change = self.payloads.add(changes.into_iter().next()?);
                Some(Input::ChangeItem { table, change })
            }
            Command::Happen { source, happening } => {
                let happening = self.payloads.add(happening);
                Some(Input::Happen { source, happening })
            }
            _ => None,
        }
    }
}
