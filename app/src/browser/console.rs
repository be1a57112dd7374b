//! `coldstart` in the browser's console: for authors of demos, and for measuring the page. Its code comes with the
//! Playground's panels: nobody types before they are there.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use crate::session::{Command, Session};
use js_sys::{Object, Promise, Reflect};
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use runtime_core::projections::Stage;
use runtime_core::timeline::Outcome;
use runtime_core::units::FunctionId;
use wasm_bindgen::prelude::*;

/// Offers on the window, as soon as the part is there:
///
/// - `coldstart.invoke(name, event)`, the event as JSON text or as a value: a promise of
///   `{ status, functionError, payload, billedMillis }`, as the Invoke API answers;
/// - `coldstart.recycle(name)`: the function's environments go, so its next request starts cold;
/// - `coldstart.deploy(sample)`: a function of a shipped sample; it can be invoked a moment later.
///
/// The latter two answer whether there is a function or a sample of that name.
pub fn offer(session: Session) {
    // Panels say it if the part cannot be fetched.
    spawn_local(async move { drop(offered(session).await) });
}

#[wasm_split(happened, wasm_split_path = ::leptos::wasm_split, fallible)]
fn offered(session: Session) -> Result<(), SplitLoaderError> {
    define(session);
    Ok(())
}

fn define(session: Session) {
    // Whoever types in a console may pass anything: texts are taken as they are.
    let invoke = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(
        move |name: JsValue, event: JsValue| {
            let (name, event) = (text(&name), text(&event));
            Promise::new(&mut |resolve, reject| invoke(session, &name, &event, resolve, &reject))
        },
    );
    let recycle = Closure::<dyn Fn(JsValue) -> bool>::new(move |name: JsValue| {
        let function = function_named(session, &text(&name));
        if function.is_some() {
            session.dispatch(Command::Recycle(function));
        }
        function.is_some()
    });
    let deploy = Closure::<dyn Fn(JsValue) -> bool>::new(move |name: JsValue| {
        let name = text(&name);
        let sample = session.read_untracked(|reading| {
            let mut samples = reading.samples().iter();
            samples.position(|sample| sample.name == name)
        });
        if let Some(sample) = sample {
            session.dispatch(Command::DeploySample(sample));
        }
        sample.is_some()
    });
    let api = Object::new();
    for (name, method) in [
        ("invoke", invoke.into_js_value()),
        ("recycle", recycle.into_js_value()),
        ("deploy", deploy.into_js_value()),
    ] {
        let _ = Reflect::set(&api, &name.into(), &method);
    }
    let _ = Reflect::set(&js_sys::global(), &"coldstart".into(), &api);
}

/// A text, or the JSON of something else.
fn text(value: &JsValue) -> String {
    let json = || js_sys::JSON::stringify(value).ok().map(String::from);
    value.as_string().or_else(json).unwrap_or_default()
}

fn function_named(session: Session, name: &str) -> Option<FunctionId> {
    session.read_untracked(|reading| {
        let mut functions = reading.platform().functions();
        functions.find(|(_, it)| it.name == name).map(|(id, _)| id)
    })
}

fn invoke(
    session: Session,
    name: &str,
    event: &str,
    resolve: js_sys::Function,
    reject: &js_sys::Function,
) {
    let Some(function) = function_named(session, name) else {
        let error = js_sys::Error::new(&format!("There is no function named {name}."));
        let _ = reject.call1(&JsValue::NULL, &error);
        return;
    };
    session.invoke_once(function, event, move |request| {
        let answer = session.read_untracked(|reading| {
            let answer = Object::new();
            let set = |key: &str, value: JsValue| {
                let _ = Reflect::set(&answer, &key.into(), &value);
            };
            let Some(record) = reading.all_invocations().get(request) else {
                return answer;
            };
            let uuid = request.uuid(reading.session().seed);
            match record.stage {
                Stage::Rejected { rejection, .. } => {
                    set("status", rejection.status().into());
                    set("payload", rejection.body(name_of(record)).into());
                }
                Stage::Finished(end) => {
                    set("status", 200.into());
                    let timeout = record.configuration.as_ref().map(|it| it.timeout);
                    let made = match end.outcome {
                        Outcome::Succeeded => None,
                        Outcome::Failed(failure) => {
                            set("functionError", "Unhandled".into());
                            failure.payload(&uuid, timeout.unwrap_or_default())
                        }
                    };
                    let given = end.response.map(|id| reading.payloads().get(id));
                    let payload = made.unwrap_or_else(|| {
                        String::from_utf8_lossy(&given.unwrap_or_default()).into_owned()
                    });
                    set("payload", payload.into());
                    set(
                        "billedMillis",
                        record
                            .billed_millis()
                            .map_or(JsValue::NULL, |it| (it as f64).into()),
                    );
                }
                Stage::Starting | Stage::Initializing | Stage::Invoking => {}
            }
            answer
        });
        let _ = resolve.call1(&JsValue::NULL, &answer);
    });
}

fn name_of(record: &runtime_core::projections::InvocationRecord) -> &str {
    record
        .configuration
        .as_ref()
        .map_or("", |it| it.name.as_str())
}
