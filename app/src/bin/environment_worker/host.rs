//! What the sandbox asks of a browser.

use crate::waiter::{Pillow, Waiter};
use crate::{say, scope};
use runtime_core::profile::PhaseProfile;
use runtime_core::protocol::{self, Encoded, FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{Done, Host, Invocation, TmpChange};
use runtime_core::units::{RequestId, Span};
use web_sys::Performance;

/// Clock, randomness, output and input of a worker.
pub(super) struct BrowserHost {
    performance: Option<Performance>,
    crypto: Option<web_sys::Crypto>,
    pillow: Pillow,
    /// Where the next event of a looping handler will be.
    waiter: Option<Waiter>,
}

impl BrowserHost {
    pub(super) fn new(waiter: Option<Waiter>) -> Self {
        BrowserHost {
            performance: scope().performance(),
            crypto: scope().crypto().ok(),
            pillow: Pillow::new(),
            waiter,
        }
    }
}

impl Host for BrowserHost {
    fn elapsed(&self) -> Span {
        Span::from_millis_f64(
            self.performance
                .as_ref()
                .map_or_else(js_sys::Date::now, Performance::now),
        )
    }

    fn unix_nanos(&self) -> u64 {
        let millis = match &self.performance {
            Some(performance) => performance.time_origin() + performance.now(),
            None => js_sys::Date::now(),
        };
        Span::from_millis_f64(millis).as_nanos()
    }

    fn random(&mut self, buffer: &mut [u8]) {
        // The browser gives 65,536 bytes at a time.
        for part in buffer.chunks_mut(65_536) {
            let drawn = self
                .crypto
                .as_ref()
                .and_then(|crypto| crypto.get_random_values_with_u8_array(part).ok());
            if drawn.is_none() {
                part.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
            }
        }
    }

    fn sleep(&mut self, span: Span) {
        let until = self.elapsed() + span;
        loop {
            let rest = until.as_nanos().saturating_sub(self.elapsed().as_nanos());
            if rest == 0 {
                return;
            }
            self.pillow.rest(Span::from_nanos(rest));
        }
    }

    fn log(&mut self, request: Option<RequestId>, after: Option<Span>, text: &[u8]) {
        let text = text.to_vec();
        say(&FromEnvironment::LogWritten {
            request,
            after,
            text,
        });
    }

    fn tmp_changed(&mut self, change: TmpChange) {
        say(&FromEnvironment::TmpChanged(change));
    }

    fn done(&mut self, done: Done) {
        say(&FromEnvironment::Done(done));
    }

    fn profiled(&mut self, profile: PhaseProfile) {
        say(&FromEnvironment::Profiled(Encoded::new(&profile)));
    }

    fn wait(&mut self) -> Option<Invocation> {
        match protocol::decode(&self.waiter.as_ref()?.wait()?) {
            Ok(ToEnvironment::Invoke(invocation)) => Some(invocation),
            Ok(ToEnvironment::Start(_) | ToEnvironment::Init(_)) | Err(_) => {
                wasm_bindgen::throw_str("a handler that waits for its event got something else")
            }
        }
    }

    fn can_wait(&self) -> bool {
        self.waiter.is_some()
    }
}
