//! The functions of JavaScript that QuickJS calls back; there once `bootstrap` has run.

use rquickjs::{Ctx, Error, Function, Object, Persistent, Result, Runtime};
use std::cell::RefCell;
use std::rc::Rc;

/// One of the functions.
#[derive(Clone, Copy)]
pub(crate) enum Hook {
    /// `(specifier, parent)`: the path of an ES module.
    Resolve,
    /// `(path, type)`: what an ES module holds.
    Load,
    /// `(promise, reason, handled)`: a promise was rejected without a handler, or has got one.
    Rejected,
}

/// All of them, shared by whatever calls.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Rc<RefCell<Option<[Persistent<Function<'static>>; 3]>>>);

impl Hooks {
    /// Keeps the functions of `of`, by name.
    pub(crate) fn keep<'js>(&self, ctx: &Ctx<'js>, of: &Object<'js>) -> Result<()> {
        let saved = |name: &str| {
            let function: Function = of.get(name)?;
            Ok::<_, Error>(Persistent::save(ctx, function))
        };
        // In the order of `Hook`.
        *self.0.borrow_mut() = Some([saved("resolve")?, saved("load")?, saved("rejected")?]);
        Ok(())
    }

    pub(crate) fn function<'js>(&self, ctx: &Ctx<'js>, hook: Hook) -> Result<Function<'js>> {
        let hooks = self.0.borrow();
        let hooks = hooks.as_ref().ok_or(Error::Unknown)?;
        hooks[hook as usize].clone().restore(ctx)
    }

    /// Has `Rejected` told of promises.
    pub(crate) fn track_rejections(&self, runtime: &Runtime) {
        let hooks = self.clone();
        runtime.set_host_promise_rejection_tracker(Some(Box::new(
            move |ctx, promise, reason, handled| {
                let told = hooks
                    .function(&ctx, Hook::Rejected)
                    .and_then(|rejected| rejected.call::<_, ()>((promise, reason, handled)));
                if told.is_err() {
                    // Only a full stack or memory can end here, and that is thrown elsewhere too.
                    ctx.catch();
                }
            },
        )));
    }
}
