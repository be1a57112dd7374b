//! The scribe: what reads and writes the bytes that the platform only knows by their ids. It is a part
//! of its own, because most sessions have no queue; the session clock stands still until it has come.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::Core;
use super::state::{Notice, State};
use super::view::View;
use crate::browser::zones;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use runtime_core::events::schedule::Zones;
use runtime_core::platform::{Effect, Input, Logged, Platform, log_stream_name};
use runtime_core::projections::{InvocationRecord, log_events};
use runtime_core::scribe::{Host, RequestLog, answer_in};
use runtime_core::timeline::{Payloads, SessionMeta};
use runtime_core::units::Moment;
use wasm_bindgen_futures::spawn_local;

type Scribe = fn(
    Option<&InvocationRecord>,
    &Platform,
    &mut Payloads,
    SessionMeta,
    Moment,
    Effect,
) -> Option<Input>;

/// The browser's time zones: the database would be 76 KB more for the page to fetch.
pub const ZONES: Zones = Zones::Host(zones::offset);

/// The scribe, and what waits for it.
#[derive(Default)]
pub(super) enum Desk {
    /// Nobody has needed it.
    #[default]
    Empty,
    /// It is on its way.
    Asked(Vec<(Moment, Effect)>),
    /// It is here.
    Taken(Scribe),
}

#[wasm_split(scribe, wasm_split_path = ::leptos::wasm_split, fallible)]
fn scribe() -> Result<Scribe, SplitLoaderError> {
    Ok(answer)
}

/// What the scribe says, with the browser's time zones and the log of the request that it is about.
fn answer(
    logged: Option<&InvocationRecord>,
    platform: &Platform,
    payloads: &mut Payloads,
    session: SessionMeta,
    at: Moment,
    effect: Effect,
) -> Option<Input> {
    let log = match (&effect, logged) {
        (
            Effect::WriteSourceEvents {
                logged: Some(logged),
                ..
            },
            Some(record),
        ) => {
            let Logged {
                version,
                environment,
                created,
                ..
            } = **logged;
            Some(RequestLog {
                stream: log_stream_name(session, version, environment, created),
                lines: log_events(record, payloads, session.seed),
            })
        }
        _ => None,
    };
    let host = Host { zones: ZONES, log };
    answer_in(host, platform, payloads, session, at, effect)
}

impl Core {
    /// Has something written or read, now or once the scribe is here.
    pub(super) fn have_written(&self, at: Moment, effect: Effect) {
        let answer = {
            let mut state = self.state.borrow_mut();
            match &mut state.desk {
                Desk::Taken(scribe) => {
                    let scribe = *scribe;
                    let mut view = self.view.borrow_mut();
                    state.written(&mut view, scribe, at, effect)
                }
                Desk::Asked(waiting) => {
                    waiting.push((at, effect));
                    None
                }
                Desk::Empty => {
                    state.desk = Desk::Asked(vec![(at, effect)]);
                    state.agenda.hold(true);
                    self.ask_for_scribe();
                    None
                }
            }
        };
        if let Some(input) = answer {
            self.input_at(at, input);
        }
    }

    fn ask_for_scribe(&self) {
        let session = self.clone();
        spawn_local(async move {
            match scribe().await {
                Ok(scribe) => session.scribe_came(scribe),
                Err(_) => {
                    session.notify(Notice::error(
                        "The page's part for queues could not be fetched, so the session stands still.",
                        "Check the connection and reload: queues, messages and events are kept.",
                    ));
                }
            }
        });
    }

    fn scribe_came(&self, scribe: Scribe) {
        let waiting = {
            let mut state = self.state.borrow_mut();
            state.agenda.hold(false);
            std::mem::replace(&mut state.desk, Desk::Taken(scribe))
        };
        if let Desk::Asked(waiting) = waiting {
            for (at, effect) in waiting {
                self.have_written(at, effect);
            }
        }
        self.go_on();
    }
}

impl State {
    fn written(
        &mut self,
        view: &mut View,
        scribe: Scribe,
        at: Moment,
        effect: Effect,
    ) -> Option<Input> {
        let logged = match &effect {
            Effect::WriteSourceEvents {
                logged: Some(logged),
                ..
            } => {
                view.refresh(&self.timeline, self.playhead);
                view.record(logged.request)
            }
            _ => None,
        };
        scribe(
            logged,
            &self.platform,
            &mut self.payloads,
            self.meta,
            at,
            effect,
        )
    }

    /// Another session begins: what the old one wanted written is for nobody.
    pub(super) fn clear_desk(&mut self) {
        if let Desk::Asked(waiting) = &mut self.desk {
            waiting.clear();
            self.agenda.hold(true);
        }
    }
}
