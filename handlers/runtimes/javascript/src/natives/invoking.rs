//! The Runtime API, for `js/internal/lambda.js`.

use crate::runtime_api::{Next, RuntimeApi};
use rquickjs::prelude::Func;
use rquickjs::{Ctx, Exception, IntoJs, Object, Result, Value};
use std::io;
use std::rc::Rc;

pub(crate) fn add(native: &Object<'_>) -> Result<()> {
    let api = Rc::new(RuntimeApi::from_environment());
    let of = Rc::clone(&api);
    native.set(
        "next",
        Func::from(move |ctx: Ctx<'_>| given(&ctx, of.next())),
    )?;
    let of = Rc::clone(&api);
    native.set(
        "respond",
        Func::from(move |ctx: Ctx<'_>, payload: String| given(&ctx, of.respond(&payload))),
    )?;
    let of = Rc::clone(&api);
    native.set(
        "fail",
        Func::from(move |ctx: Ctx<'_>, body: String| given(&ctx, of.fail(&body))),
    )?;
    native.set(
        "failInit",
        Func::from(move |ctx: Ctx<'_>, body: String| given(&ctx, api.fail_init(&body))),
    )
}

impl<'js> IntoJs<'js> for Next {
    /// `{ headers, event }`
    fn into_js(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        let headers = Object::new(ctx.clone())?;
        for (name, value) in self.headers {
            headers.set(name, value)?;
        }
        let next = Object::new(ctx.clone())?;
        next.set("headers", headers)?;
        next.set("event", self.event)?;
        Ok(next.into_value())
    }
}

fn given<T>(ctx: &Ctx<'_>, result: io::Result<T>) -> Result<T> {
    result.map_err(|error| Exception::throw_message(ctx, &format!("Runtime API: {error}")))
}
