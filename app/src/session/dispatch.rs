//! Commands: what each of them does.

use super::agenda::SKIP_MARGIN;
use super::clock::SPEEDS;
use super::sending::put_record;
use super::state::{Notice, SavedEvent, State, Waiter};
use super::{Command, Core, InvocationType, NewMessages};
use runtime_core::platform::Input;
use runtime_core::timeline::{Payloads, Qualifier, Rejection};
use runtime_core::units::{ByteCount, FunctionId, Moment, PayloadId, RequestId, Span};

/// Test events that one function can have (Lambda quotas page: console test events).
const MAX_SAVED_EVENTS: usize = 10;
/// The most requests of one burst: the default account concurrency.
pub const MAX_BURST: u32 = 1_000;
/// What is replaced by a message's number where several are sent.
pub const COUNTER: &str = "{n}";

impl Core {
    pub(super) fn dispatch(&self, command: Command) {
        match command {
            Command::Invoke {
                function,
                event,
                qualifier,
                invocation_type,
                count,
                spacing,
            } => {
                let target = (function, qualifier);
                self.invoke(target, &event, invocation_type, count, spacing);
            }
            Command::DeploySample(index) => self.deploy_sample(index),
            Command::Deploy {
                file_name,
                bytes,
                target,
            } => {
                self.deploy(file_name, bytes, target);
            }
            Command::EditCode { function, draft } => self.change(|state| {
                match draft {
                    Some(draft) => state.drafts.insert(function, draft),
                    None => state.drafts.remove(&function),
                };
            }),
            Command::DeployDraft(function) => self.deploy_draft(function),
            Command::Configure {
                function,
                configuration,
            } => {
                self.input(Input::ConfigureFunction {
                    function,
                    configuration,
                });
            }
            Command::ConfigureAccount {
                concurrency,
                idle_expiry,
            } => {
                self.input(Input::ConfigureAccount {
                    concurrency,
                    idle_expiry,
                });
            }
            Command::Delete(function) => self.delete(function),
            Command::PublishVersion {
                function,
                description,
            } => self.input(Input::PublishVersion {
                function,
                description,
            }),
            Command::DeleteVersion { function, version } => {
                self.input(Input::DeleteVersion { function, version });
            }
            Command::ConfigureAlias {
                alias,
                configuration,
            } => self.input(Input::ConfigureAlias {
                alias,
                configuration,
            }),
            Command::DeleteAlias(alias) => self.input(Input::DeleteAlias { alias }),
            Command::Provision {
                function,
                qualifier,
                environments,
            } => self.input(Input::Provision {
                function,
                qualifier,
                environments,
            }),
            Command::SelectFunction(function) => {
                self.change(|state| state.selected_function = Some(function));
            }
            Command::SelectRequest(request) => {
                self.change(|state| state.selected_request = request);
            }
            Command::Profile(request) => self.profile(request),
            Command::CancelProfile(request) => self.cancel_profile(request),
            // What is looked at is not kept: there is nothing to save.
            Command::SetPlayhead(moment) => {
                {
                    let mut state = self.state.borrow_mut();
                    (state.playhead, state.redraw.played) = (moment, None);
                }
                self.changed();
            }
            Command::PlayTo(moment) => {
                {
                    let mut state = self.state.borrow_mut();
                    (state.playhead, state.redraw.played) = (Some(moment), Some(moment));
                }
                self.played();
            }
            Command::ConfigureQueue {
                queue,
                configuration,
            } => self.input(Input::ConfigureQueue {
                queue,
                configuration,
            }),
            Command::DeleteQueue(queue) => self.input(Input::DeleteQueue { queue }),
            Command::PurgeQueue(queue) => self.input(Input::PurgeQueue { queue }),
            Command::ConfigureMapping {
                mapping,
                configuration,
            } => self.input(Input::ConfigureMapping {
                mapping,
                configuration,
            }),
            Command::DeleteMapping(mapping) => self.input(Input::DeleteMapping { mapping }),
            Command::ConfigureSource {
                source,
                configuration,
            } => self.input(Input::ConfigureSource {
                source,
                configuration,
            }),
            Command::DeleteSource(source) => self.input(Input::DeleteSource { source }),
            Command::Happen { source, happening } => {
                let happening = {
                    let mut state = self.state.borrow_mut();
                    state.playhead = None;
                    state.payloads.add(happening)
                };
                self.input(Input::Happen { source, happening });
            }
            Command::SendMessages(messages) => self.send_messages(&messages),
            Command::ConfigureStream {
                stream,
                configuration,
            } => self.input(Input::ConfigureStream {
                stream,
                configuration,
            }),
            Command::DeleteStream(stream) => self.input(Input::DeleteStream { stream }),
            Command::PutRecords { stream, records } => {
                self.plan_now(records, |record, payloads| {
                    put_record(stream, record, payloads)
                });
            }
            Command::ChangeItems { table, changes } => {
                self.plan_now(changes, |change, payloads| Input::ChangeItem {
                    table,
                    change: payloads.add(change),
                });
            }
            Command::Generate(asked) => self.ask_generator(asked),
            Command::SkipToNext => {
                self.skip(|state, now| state.next_skip(now).map(|(span, _)| span));
            }
            Command::SkipToRetry => self.skip(|state, now| state.next_retry(now)),
            Command::SetSpeed(speed) => {
                let [slowest, .., fastest] = SPEEDS;
                self.state.borrow_mut().speed = speed.clamp(slowest, fastest);
                self.go_on();
            }
            Command::Recycle(function) => self.input(Input::Recycle { function }),
            Command::EditEvent { function, text } => {
                self.change(|state| state.events.get_or_default(function).text = text);
            }
            Command::MakeTask { function, task } => {
                self.change(|state| state.events.get_or_default(function).make(task));
            }
            Command::SaveEvent { function, name } => self.save_event(function, name),
            Command::DeleteEvent { function, name } => self.change(|state| {
                let events = state.events.get_or_default(function);
                events.saved.retain(|event| event.name != name);
            }),
            Command::SetFreeTier(on) => self.change(|state| state.free_tier = on),
            Command::ClearTimeline => self.clear_timeline(),
            Command::Export => self.export(),
            Command::ExportTemplate => self.export_template(),
            Command::Import { bytes } => self.import(bytes),
        }
    }

    fn change(&self, change: impl FnOnce(&mut super::state::State)) {
        change(&mut self.state.borrow_mut());
        self.changed();
        self.save_soon();
    }

    fn invoke(
        &self,
        target: (FunctionId, Qualifier),
        event: &str,
        invocation_type: InvocationType,
        count: u32,
        spacing: Span,
    ) {
        let count = count.clamp(1, MAX_BURST);
        let refused = invocation_type.refuse(event.as_bytes());
        let (payload, bytes) = {
            let mut state = self.state.borrow_mut();
            // What is refused at the door is not kept: 413 says its size.
            let kept = match refused {
                Some(Rejection::RequestTooLarge(_) | Rejection::AsyncRequestTooLarge(_)) => "",
                _ => event,
            };
            let payload = state.payloads.add(kept.as_bytes());
            // A burst that is watched is watched live.
            state.playhead = None;
            state.selected_request = None;
            (payload, ByteCount::from(event.len()))
        };
        let now = self.state.borrow().now();
        for n in 0..count {
            let wait = Span::from_nanos(spacing.as_nanos().saturating_mul(u64::from(n)));
            let event = (payload, bytes);
            self.arrive(now + wait, target, invocation_type, event, refused);
        }
        self.go_on();
    }

    /// Puts a request on the agenda.
    fn arrive(
        &self,
        at: Moment,
        target: (FunctionId, Qualifier),
        invocation_type: InvocationType,
        event: (PayloadId, ByteCount),
        refused: Option<Rejection>,
    ) -> RequestId {
        let mut state = self.state.borrow_mut();
        let (request, arrival) = state.arrival(target, invocation_type, event, refused);
        state.agenda.plan(at, arrival);
        request
    }

    pub(super) fn invoke_once(
        &self,
        (function, qualifier): (FunctionId, Qualifier),
        event: &[u8],
        then: impl FnOnce(RequestId) + 'static,
    ) {
        let request = self.send(
            (function, qualifier),
            InvocationType::RequestResponse,
            event,
        );
        // Who invokes wants to see it.
        self.state.borrow_mut().playhead = None;
        self.wait_for(request, None, Box::new(move |_, request| then(request)));
    }

    /// Invokes a function once at this moment; `then` is told the request when it has ended, or after so
    /// long if it has not ended by then, and when that was. The invocation itself goes on.
    pub(super) fn invoke_within(
        &self,
        (at, patience): (Moment, Span),
        function: FunctionId,
        event: &[u8],
        then: impl FnOnce(Moment, RequestId) + 'static,
    ) {
        let target = (function, Qualifier::LATEST);
        let request = self.send_at(at, target, InvocationType::RequestResponse, event);
        self.wait_for(request, Some(at + patience), Box::new(then));
    }

    fn wait_for(&self, request: RequestId, until: Option<Moment>, then: Waiter) {
        {
            let mut state = self.state.borrow_mut();
            state.waiters.insert(request, then);
            if let Some(until) = until {
                state.agenda.await_answer(request, until);
            }
        }
        self.go_on();
    }

    /// Puts one request on the agenda, which is to be gone on with.
    pub(super) fn send(
        &self,
        target: (FunctionId, Qualifier),
        invocation_type: InvocationType,
        event: &[u8],
    ) -> RequestId {
        let now = self.state.borrow().now();
        self.send_at(now, target, invocation_type, event)
    }

    fn send_at(
        &self,
        at: Moment,
        target: (FunctionId, Qualifier),
        invocation_type: InvocationType,
        event: &[u8],
    ) -> RequestId {
        let refused = invocation_type.refuse(event);
        let bytes = ByteCount::from(event.len());
        let payload = self.state.borrow_mut().payloads.add(event);
        self.arrive(at, target, invocation_type, (payload, bytes), refused)
    }

    /// Puts messages on the agenda.
    fn send_messages(&self, messages: &NewMessages) {
        let count = messages.count.clamp(1, MAX_BURST);
        let now = self.state.borrow().now();
        for n in 1..=count {
            let mut state = self.state.borrow_mut();
            let posting = state.posting(messages, n);
            state.playhead = None;
            state.agenda.plan(now, Input::SendMessage(posting));
        }
        self.go_on();
    }

    /// Puts something on the agenda for each of these, and goes through it.
    fn plan_now<T>(&self, these: Vec<T>, input: impl Fn(T, &mut Payloads) -> Input) {
        {
            let mut state = self.state.borrow_mut();
            let now = state.now();
            state.playhead = None;
            for it in these.into_iter().take(MAX_BURST as usize) {
                let input = input(it, &mut state.payloads);
                state.agenda.plan(now, input);
            }
        }
        self.go_on();
    }

    pub(super) fn delete(&self, function: FunctionId) {
        self.input(Input::DeleteFunction { function });
        self.change(|state| {
            state.events.remove(&function);
            state.drafts.remove(&function);
            if state.selected_function == Some(function) {
                state.selected_function = state.platform.functions().next().map(|(id, _)| id);
            }
        });
    }

    fn skip(&self, far: impl FnOnce(&mut State, Moment) -> Option<Span>) {
        let skipped = {
            let mut state = self.state.borrow_mut();
            let now = state.now();
            far(&mut state, now).map(|span| {
                let span = span + SKIP_MARGIN;
                state.clock.skip(span);
                state.playhead = None;
                span
            })
        };
        match skipped {
            Some(span) => {
                // What was due on the way comes first.
                self.go_on();
                self.input(Input::SkipTime { span });
            }
            None => self.notify(Notice::info(
                "There is nothing to skip to.",
                "The clock can be skipped when environments are idle and no handler is at work, and not past what a generator sends.",
            )),
        }
    }

    fn save_event(&self, function: FunctionId, name: String) {
        {
            let mut state = self.state.borrow_mut();
            let events = state.events.get_or_default(function);
            let text = events.text.clone();
            let room = events.saved.len() < MAX_SAVED_EVENTS;
            match events.saved.iter_mut().find(|event| event.name == name) {
                Some(event) => event.text = text,
                None if room => {
                    events.saved.push(SavedEvent { name, text });
                }
                None => {
                    drop(state);
                    self.notify(Notice::error(
                        "A function can have ten saved test events, as in the Lambda console.",
                        "Delete one first, or save under the name of an existing one.",
                    ));
                    return;
                }
            }
        }
        self.change(|_| {});
    }
}
