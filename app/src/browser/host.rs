//! What this browser offers.

use wasm_bindgen::JsValue;

/// What this browser offers, and what follows for the session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Host {
    /// Whether the page is cross-origin isolated (COOP and COEP headers).
    pub isolated: bool,
    /// Logical processors.
    pub cores: u32,
}

impl Host {
    /// Asks the browser.
    pub fn detect() -> Self {
        let global = js_sys::global();
        let isolated = js_sys::Reflect::get(&global, &JsValue::from_str("crossOriginIsolated"))
            .is_ok_and(|value| value.is_truthy());
        let cores =
            web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
        Host {
            isolated,
            cores: cores.max(1.0) as u32,
        }
    }

    /// The step of this browser's clock, in µs: 5 when isolated, else 100 (Chromium's values).
    pub fn timer_step_micros(self) -> u32 {
        if self.isolated { 5 } else { 100 }
    }

    /// How many environments may have a worker at a time. A worker costs a thread and 3 to 10 MB
    /// before its handler allocates anything; past a few per core more of them only wait for each
    /// other. Four a core, and at least 16 so that a burst shows on small machines too.
    pub fn worker_limit(self) -> usize {
        (self.cores as usize * 4).clamp(16, 64)
    }
}
