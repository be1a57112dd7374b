//! `coldstart` in the browser's console: for authors of demos, and for measuring the page.

use crate::session::Session;
use js_sys::{Object, Promise, Reflect};
use runtime_core::projections::Stage;
use runtime_core::timeline::Outcome;
use wasm_bindgen::prelude::*;

/// Offers `coldstart.invoke(name, event)` on the window: a promise of
/// `{ status, functionError, payload, billedMillis }`, as the Invoke API answers.
pub fn offer(session: Session) {
    let invoke =
        Closure::<dyn Fn(String, String) -> Promise>::new(move |name: String, event: String| {
            Promise::new(&mut |resolve, reject| invoke(session, &name, &event, resolve, &reject))
        });
    let api = Object::new();
    let _ = Reflect::set(&api, &"invoke".into(), invoke.as_ref());
    let _ = Reflect::set(&js_sys::global(), &"coldstart".into(), &api);
    invoke.forget();
}

fn invoke(
    session: Session,
    name: &str,
    event: &str,
    resolve: js_sys::Function,
    reject: &js_sys::Function,
) {
    let function = session.read_untracked(|reading| {
        let mut functions = reading.platform().functions();
        functions.find(|(_, it)| it.name == name).map(|(id, _)| id)
    });
    let Some(function) = function else {
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
