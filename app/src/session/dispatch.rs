//! Commands: what each of them does.

use super::agenda::SKIP_MARGIN;
use super::state::{Notice, SavedEvent};
use super::{Command, Core};
use runtime_core::platform::{Arrival, Input, refuse_event};
use runtime_core::timeline::{Rejection, Trigger};
use runtime_core::units::{ByteCount, FunctionId, Moment, PayloadId, RequestId, Span};

/// Test events that one function can have (Lambda quotas page: console test events).
const MAX_SAVED_EVENTS: usize = 10;
/// The most requests of one burst: the default account concurrency.
pub const MAX_BURST: u32 = 1_000;

impl Core {
    pub(super) fn dispatch(&self, command: Command) {
        match command {
            Command::Invoke {
                function,
                event,
                count,
                spacing,
            } => {
                self.invoke(function, &event, count, spacing);
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
            Command::SelectFunction(function) => {
                self.change(|state| state.selected_function = Some(function));
            }
            Command::SelectRequest(request) => {
                self.change(|state| state.selected_request = request);
            }
            Command::Profile(request) => self.profile(request),
            Command::CancelProfile(request) => self.cancel_profile(request),
            Command::SetPlayhead(moment) => self.change(|state| state.playhead = moment),
            Command::SkipToNext => self.skip_to_next(),
            Command::Recycle(function) => self.input(Input::Recycle { function }),
            Command::EditEvent { function, text } => {
                self.change(|state| state.events.entry(function).or_default().text = text);
            }
            Command::SaveEvent { function, name } => self.save_event(function, name),
            Command::DeleteEvent { function, name } => self.change(|state| {
                let events = state.events.entry(function).or_default();
                events.saved.retain(|event| event.name != name);
            }),
            Command::SetFreeTier(on) => self.change(|state| state.free_tier = on),
            Command::ClearTimeline => self.clear_timeline(),
            Command::Export => self.export(),
            Command::Import { bytes } => self.import(bytes),
        }
    }

    fn change(&self, change: impl FnOnce(&mut super::state::State)) {
        change(&mut self.state.borrow_mut());
        self.changed();
        self.save_soon();
    }

    fn invoke(&self, function: FunctionId, event: &str, count: u32, spacing: Span) {
        let count = count.clamp(1, MAX_BURST);
        let refused = refuse_event(event.as_bytes());
        let (payload, bytes) = {
            let mut state = self.state.borrow_mut();
            // What is refused at the door is not kept: 413 says its size.
            let kept = if matches!(refused, Some(Rejection::RequestTooLarge(_))) {
                ""
            } else {
                event
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
            self.arrive(now + wait, function, payload, bytes, refused);
        }
        self.go_on();
    }

    /// Puts a request on the agenda.
    fn arrive(
        &self,
        at: Moment,
        function: FunctionId,
        event: PayloadId,
        bytes: ByteCount,
        refused: Option<Rejection>,
    ) -> RequestId {
        let mut state = self.state.borrow_mut();
        let request = state.platform.next_request();
        state.open_events.insert(request, event);
        let arrival = Input::Request(Arrival {
            request,
            function,
            trigger: Trigger::Invoke,
            event,
            bytes,
            refused,
        });
        state.agenda.plan(at, arrival);
        request
    }

    pub(super) fn invoke_once(
        &self,
        function: FunctionId,
        event: &str,
        then: impl FnOnce(RequestId) + 'static,
    ) {
        let refused = refuse_event(event.as_bytes());
        let bytes = ByteCount::from(event.len());
        let (payload, now) = {
            let mut state = self.state.borrow_mut();
            (state.payloads.add(event.as_bytes()), state.now())
        };
        let request = self.arrive(now, function, payload, bytes, refused);
        let mut state = self.state.borrow_mut();
        state.waiters.insert(request, Box::new(then));
        drop(state);
        self.go_on();
    }

    fn delete(&self, function: FunctionId) {
        self.input(Input::DeleteFunction { function });
        self.change(|state| {
            state.events.remove(&function);
            state.drafts.remove(&function);
            if state.selected_function == Some(function) {
                state.selected_function = state.platform.functions().next().map(|(id, _)| id);
            }
        });
    }

    fn skip_to_next(&self) {
        let skipped = {
            let mut state = self.state.borrow_mut();
            let now = state.now();
            state.next_skip(now).map(|span| {
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
                "The clock can be skipped when environments are idle and no handler is at work.",
            )),
        }
    }

    fn save_event(&self, function: FunctionId, name: String) {
        {
            let mut state = self.state.borrow_mut();
            let events = state.events.entry(function).or_default();
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
