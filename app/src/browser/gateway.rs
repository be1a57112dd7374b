//! Requests to the Lambda API and to function URLs: the site's service worker
//! (`public/service-worker.js`) takes them from whoever sent them and hands them to this page.

use super::describe;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use runtime_core::api::{Request, Response};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageChannel, MessageEvent, MessagePort, ServiceWorker, ServiceWorkerContainer};

const SCRIPT: &str = "./service-worker.js";

/// A request that waits for its response.
#[derive(Clone)]
pub struct Question {
    message: JsValue,
    port: MessagePort,
}

/// Starts the service worker, and has `on_question` called with every request from now on.
///
/// # Errors
/// Where there is no service worker: on insecure addresses, in private windows of some browsers, and
/// in frames that may store nothing.
pub async fn open(on_question: impl Fn(Question) + 'static) -> Result<(), String> {
    let container = container()?;
    let text = |error: JsValue| describe(&error);
    let registered = JsFuture::from(container.register(SCRIPT));
    match container.controller() {
        // It takes requests already, and the browser may be long in looking for a newer one.
        Some(_) => spawn_local(async move { drop(registered.await) }),
        None => drop(registered.await.map_err(text)?),
    }
    let take = move |event: &MessageEvent| {
        let message = Reflect::get(&event.data(), &"api".into()).unwrap_or_default();
        if message.is_object() {
            let port: MessagePort = event.ports().get(0).unchecked_into();
            // Whoever asked may be gone.
            let _ = port.post_message(&"taken".into());
            on_question(Question { message, port });
            return true;
        }
        false
    };
    let take = Rc::new(take);
    let on_line = {
        let take = Rc::clone(&take);
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            take(&event);
        })
    };
    let on_line = on_line.into_js_value();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if take(&event) {
            // The script has no line to this page, or has it no more: it may have been ended.
            if let Some(script) = event.source() {
                open_line(script.unchecked_ref(), on_line.unchecked_ref());
            }
        }
    });
    let listener = on_message.as_ref().unchecked_ref();
    container
        .add_event_listener_with_callback("message", listener)
        .map_err(text)?;
    // The page listens for as long as it lives.
    on_message.forget();
    Ok(())
}

/// Gives the service worker a port by which its requests come from now on: messages to a page go by
/// way of the browser, which takes several times as long.
fn open_line(script: &ServiceWorker, on_line: &Function) {
    if let Ok(channel) = MessageChannel::new() {
        channel.port1().set_onmessage(Some(on_line));
        let moved = Array::of1(&channel.port2());
        // Without a line requests come as they came.
        let _ = script.post_message_with_transferable(&"line".into(), &moved);
    }
}

/// What registers service workers.
pub(super) fn container() -> Result<ServiceWorkerContainer, String> {
    let window = web_sys::window().ok_or("there is no window")?;
    let container = Reflect::get(&window.navigator(), &"serviceWorker".into());
    container
        .ok()
        .filter(JsValue::is_object)
        .map(JsCast::unchecked_into)
        .ok_or_else(|| "this browser has no service workers here".to_owned())
}

/// The address of the folder that the page is in, without a slash at its end.
pub fn folder() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let base = document.and_then(|document| document.base_uri().ok()?);
    let base = base.unwrap_or_default();
    let folder = base.split(['?', '#']).next().unwrap_or_default();
    folder
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .to_owned()
}

impl Question {
    /// What is asked.
    pub fn request(&self) -> Request {
        let get = |name: &str| Reflect::get(&self.message, &name.into()).unwrap_or_default();
        let text = |name: &str| get(name).as_string().unwrap_or_default();
        let pair = |pair: JsValue| {
            let pair: Array = pair.unchecked_into();
            let text = |index| pair.get(index).as_string().unwrap_or_default();
            (text(0), text(1))
        };
        Request {
            method: text("method"),
            path: text("path"),
            query: text("query"),
            headers: Array::from(&get("headers")).iter().map(pair).collect(),
            body: Uint8Array::new(&get("body")).to_vec(),
        }
    }

    /// Answers.
    pub fn answer(&self, response: &Response) {
        let headers: Array = response
            .headers
            .iter()
            .map(|(name, value)| Array::of2(&name.into(), &value.into()))
            .collect();
        let body = Uint8Array::from(response.body.as_slice());
        let answer = Object::new();
        for (name, value) in [
            ("status", &JsValue::from(response.status)),
            ("headers", headers.as_ref()),
            ("body", body.as_ref()),
        ] {
            let _ = Reflect::set(&answer, &name.into(), value);
        }
        let moved = Array::of1(&body.buffer());
        // Whoever asked may be gone.
        let _ = self.port.post_message_with_transferable(&answer, &moved);
    }
}
