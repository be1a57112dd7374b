//! QuickJS set up, and the event loop that drives it.
//!
//! The loop follows Node's: after every callback come the ticks, then the promise jobs, until both
//! are empty, and then the rejections that nobody has handled. What a callback is, and which is
//! next, is decided in `js/internal/loop.js`.

use crate::hooks::Hooks;
use crate::{builtins, natives};
use rquickjs::{CatchResultExt, Context, Ctx, Function, Object, Result, Runtime};
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

/// How deep the stack in linear memory may become, in bytes, before QuickJS throws a `RangeError`.
///
/// A WASI host keeps a second stack of its own, which cannot be seen from here, and traps at its
/// end: Chromium gives a worker 500 KB. Measured in V8 with that much, the limit ends recursion
/// after 600 calls, and the host's own end comes after 1,200 (c/coldstart_stack_limit.h); sooner
/// while V8 replaces code by faster code in the middle of it.
const STACK_LIMIT: usize = 288 * 1024;

/// QuickJS collects cycles when this many bytes were allocated since the last time.
const GC_THRESHOLD: usize = 4 << 20;

/// Why the runtime could not even begin, or broke.
pub(crate) struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<rquickjs::Error> for Broken {
    fn from(error: rquickjs::Error) -> Self {
        Broken(error.to_string())
    }
}

/// Serves invocations until the process is to end; comes back only if it could not even begin.
pub(crate) fn run() -> std::result::Result<Infallible, Broken> {
    let runtime = Runtime::new()?;
    runtime.set_max_stack_size(STACK_LIMIT);
    runtime.set_gc_threshold(GC_THRESHOLD);
    let hooks = Hooks::default();
    runtime.set_loader(hooks.clone(), hooks.clone());
    hooks.track_rejections(&runtime);
    let context = Context::full(&runtime)?;
    context.with(|ctx| {
        let code = serve(&ctx, &hooks)
            .catch(&ctx)
            .map_err(|error| Broken(error.to_string()))?;
        // Nothing is freed: the process and all of its memory end here.
        std::process::exit(code)
    })
}

fn serve(ctx: &Ctx<'_>, hooks: &Hooks) -> Result<i32> {
    let native = natives::object(ctx)?;
    let bootstrap = builtins::compile(ctx, "internal/bootstrap")?;
    let functions: Object = bootstrap.call(((), (), (), native))?;
    hooks.keep(ctx, &functions)?;
    let drain_ticks: Function = functions.get("drainTicks")?;
    let next_callback: Function = functions.get("nextCallback")?;
    let report_rejections: Function = functions.get("reportRejections")?;
    let before_exit: Function = functions.get("beforeExit")?;
    functions.get::<_, Function>("start")?.call::<_, ()>(())?;
    loop {
        loop {
            let mut busy: bool = drain_ticks.call(())?;
            while ctx.execute_pending_job() {
                busy = true;
            }
            if !busy && !report_rejections.call(())? {
                break;
            }
        }
        match Turn::from(next_callback.call::<_, f64>(())?) {
            Turn::Called => {}
            Turn::Sleep(span) => std::thread::sleep(span),
            Turn::Empty => {
                if let Some(code) = before_exit.call::<_, Option<i32>>(())? {
                    return Ok(code);
                }
            }
        }
    }
}

/// What `nextCallback` has done.
#[derive(Debug, PartialEq)]
enum Turn {
    /// A callback was called.
    Called,
    /// The next timer is not due yet.
    Sleep(Duration),
    /// Nothing is left to wait for.
    Empty,
}

impl From<f64> for Turn {
    /// Milliseconds to sleep; none after a callback, and less than none if there is nothing.
    fn from(millis: f64) -> Self {
        if millis < 0.0 {
            Turn::Empty
        } else if millis > 0.0 {
            Turn::Sleep(Duration::try_from_secs_f64(millis / 1e3).unwrap_or(Duration::MAX))
        } else {
            Turn::Called
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_read_from_numbers() {
        assert_eq!(Turn::from(0.0), Turn::Called);
        assert_eq!(Turn::from(-1.0), Turn::Empty);
        assert_eq!(Turn::from(1.5), Turn::Sleep(Duration::from_micros(1_500)));
        assert_eq!(Turn::from(f64::INFINITY), Turn::Sleep(Duration::MAX));
        assert_eq!(Turn::from(f64::NAN), Turn::Called);
    }
}
