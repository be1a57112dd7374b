//! Elapsed time and the wall clock.

use runtime_core::units::{SessionSeed, Span};

/// Time since the page was opened.
pub fn elapsed() -> Span {
    let performance = web_sys::window().and_then(|window| window.performance());
    Span::from_millis_f64(performance.map_or_else(js_sys::Date::now, |clock| clock.now()))
}

/// Milliseconds since 1970.
pub fn unix_millis() -> u64 {
    js_sys::Date::now().max(0.0) as u64
}

/// A seed for a new session.
pub fn random_seed() -> SessionSeed {
    SessionSeed((js_sys::Math::random() * 2f64.powi(53)) as u64)
}
