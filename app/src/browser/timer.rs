//! Timers and animation frames: once, or for as long as the page lives. Nothing ends [`every`]: whoever
//! calls it is a panel that, once it is there, is never taken away.

use runtime_core::units::Span;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The longest delay that `setTimeout` takes, in ms; a longer one would fire at once.
const LONGEST_DELAY: f64 = 2_147_483_647.0;

/// Calls `then` after a span, rounded up to whole milliseconds. A span past 24 days is cut to
/// that: whoever waits longer asks again.
pub fn after(span: Span, then: impl FnOnce() + 'static) -> Timeout {
    let Some(window) = web_sys::window() else {
        return Timeout { handle: 0 };
    };
    let callback = Closure::once_into_js(then);
    let delay = span.as_millis_f64().ceil().min(LONGEST_DELAY) as i32;
    let handle = window
        .set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), delay)
        .unwrap_or(0);
    Timeout { handle }
}

/// A timer that was set.
#[derive(Debug)]
pub struct Timeout {
    handle: i32,
}

impl Timeout {
    /// Cancels the timer, if it has not fired.
    pub fn cancel(self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.handle);
        }
    }
}

/// Calls `then` before the next frame is drawn. A hidden tab draws no frames: a timer stands in,
/// so that state goes on there too.
pub fn next_frame(then: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let called = Rc::new(Cell::new(Some(then)));
    let hidden = window.document().is_some_and(|document| document.hidden());
    let once = move || {
        if let Some(then) = called.take() {
            then();
        }
    };
    if hidden {
        after(Span::from_millis(50), once);
    } else {
        let callback = Closure::once_into_js(once);
        let _ = window.request_animation_frame(callback.unchecked_ref());
    }
}

thread_local! {
    static HELD: Cell<bool> = const { Cell::new(false) };
    static HELD_UNTIL: Cell<Span> = const { Cell::new(Span::ZERO) };
}

/// Holds whoever is called [`every`] so often, or lets them go on.
pub fn hold(held: bool) {
    HELD.set(held);
}

/// Holds whoever is called [`every`] so often until the page has lived for so long
/// ([`clock::elapsed`](super::clock::elapsed)).
pub fn hold_until(at: Span) {
    HELD_UNTIL.set(at);
}

/// Calls `then` again and again for as long as the page lives, except while that is held ([`hold`]):
/// what it reads has to live as long.
pub fn every(span: Span, then: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let callback = Closure::<dyn Fn()>::new(move || {
        if !HELD.get() && super::clock::elapsed() >= HELD_UNTIL.get() {
            then();
        }
    });
    let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(
        callback.as_ref().unchecked_ref(),
        span.as_millis_f64().ceil() as i32,
    );
    callback.forget();
}
