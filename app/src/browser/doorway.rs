//! Events for handlers that wait where memory cannot be shared: their workers ask with a request
//! that the site's service worker (`public/service-worker.js`) holds open until this page answers.

use super::describe;
use super::gateway::{container, folder};
use js_sys::{Array, Reflect, Uint8Array};
use runtime_core::units::OrderedMap;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, MessagePort};

const SCRIPT: &str = "./service-worker.js";

/// Answers the questions of this page's workers.
#[derive(Clone)]
pub struct Doorway {
    /// Base address, with the token that tells this page from others.
    address: Rc<str>,
    doors: Rc<RefCell<Doors>>,
}

#[derive(Default)]
struct Doors {
    last: u32,
    open: OrderedMap<u32, Place>,
}

/// One environment's place: events are numbered from 0.
#[derive(Default)]
struct Place {
    put: u32,
    event: Option<Uint8Array>,
    asked: Option<(u32, MessagePort)>,
}

/// A place for as long as its worker lives.
pub struct Door {
    doorway: Doorway,
    place: u32,
}

impl Doorway {
    /// Starts the service worker. Fails where there is none: on insecure addresses, in private
    /// windows of some browsers, and in frames that may store nothing.
    pub async fn open() -> Result<Self, String> {
        let container = container()?;
        let text = |error: JsValue| describe(&error);
        JsFuture::from(container.register(SCRIPT))
            .await
            .map_err(text)?;
        JsFuture::from(container.ready().map_err(text)?)
            .await
            .map_err(text)?;
        let token = (js_sys::Math::random() * 9e15) as u64;
        let folder = folder();
        let doorway = Doorway {
            address: format!("{folder}/.wait/{token}").into(),
            doors: Rc::default(),
        };
        let listener = doorway.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            listener.asked(&event);
        });
        container.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The page listens for as long as it lives.
        on_message.forget();
        Ok(doorway)
    }

    /// A place for a new worker.
    pub fn door(&self) -> Door {
        let mut doors = self.doors.borrow_mut();
        doors.last += 1;
        let place = doors.last;
        doors.open.insert(place, Place::default());
        Door {
            doorway: self.clone(),
            place,
        }
    }

    fn asked(&self, event: &MessageEvent) {
        let question = Reflect::get(&event.data(), &"question".into()).ok();
        let Some(question) = question.and_then(|question| question.as_string()) else {
            return;
        };
        let port: MessagePort = event.ports().get(0).unchecked_into();
        let mut parts = question.split('/');
        let mine = parts
            .next()
            .is_some_and(|token| self.address.ends_with(token));
        let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok());
        let (place, turn) = (number(), number());
        if !mine {
            return answer(&port, &"other".into());
        }
        let mut doors = self.doors.borrow_mut();
        let place = place.and_then(|place| doors.open.get_mut(&place));
        match (place, turn) {
            (Some(place), Some(turn)) => match &place.event {
                Some(event) if turn + 1 == place.put => answer(&port, event),
                _ => place.asked = Some((turn, port)),
            },
            _ => answer(&port, &JsValue::NULL),
        }
    }
}

impl Door {
    /// What the worker is told: where to ask.
    pub fn address(&self) -> String {
        format!("{}/{}", self.doorway.address, self.place)
    }

    /// Hands over an event. Gives its number where nobody has asked for it yet.
    pub fn put(&self, event: &[u8]) -> Option<u32> {
        let mut doors = self.doorway.doors.borrow_mut();
        let place = doors.open.get_mut(&self.place)?;
        let turn = place.put;
        place.put += 1;
        let event = Uint8Array::from(event);
        let asked = place.asked.take();
        let waiting = asked.filter(|(asked, _)| *asked == turn);
        if let Some((_, port)) = &waiting {
            answer(port, &event);
        }
        // Kept until the next one: the answer may be lost on its way.
        place.event = Some(event);
        waiting.is_none().then_some(turn)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let place = self.doorway.doors.borrow_mut().open.remove(&self.place);
        if let Some((_, port)) = place.and_then(|place| place.asked) {
            answer(&port, &JsValue::NULL);
        }
    }
}

fn answer(port: &MessagePort, message: &JsValue) {
    // Whoever asked may be gone.
    let _ = port.post_message_with_transferable(message, &Array::new());
}
