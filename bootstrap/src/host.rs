//! Clock, randomness and output of the module, and where a looping one waits for its events.

use crate::exchange::{Exchange, Then, unix_nanos};
use crate::failure::Failure;
use runtime_core::profile::PhaseProfile;
use runtime_core::sandbox::{Done, Host, Invocation, TmpChange};
use runtime_core::units::{RequestId, Span};
use std::io::Write;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

/// This process.
pub(crate) struct ProcessHost {
    started: Instant,
    exchange: Exchange,
}

impl ProcessHost {
    /// Its clock begins now.
    pub(crate) fn new(exchange: Exchange) -> Self {
        ProcessHost {
            started: Instant::now(),
            exchange,
        }
    }
}

impl Host for ProcessHost {
    fn elapsed(&self) -> Span {
        let nanos = self.started.elapsed().as_nanos();
        Span::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    fn unix_nanos(&self) -> u64 {
        unix_nanos()
    }

    fn random(&mut self, buffer: &mut [u8]) {
        // A handler that is promised random bytes must not get others.
        if let Err(error) = getrandom::fill(buffer) {
            eprintln!("error: the operating system gives no random bytes: {error}");
            process::exit(1);
        }
    }

    fn sleep(&mut self, span: Span) {
        thread::sleep(Duration::from_nanos(span.as_nanos()));
    }

    fn log(&mut self, _: Option<RequestId>, _: Option<Span>, text: &[u8]) {
        let mut stdout = std::io::stdout().lock();
        // Nobody reads the log: the handler is not to blame for it.
        let _ = stdout.write_all(text).and_then(|()| stdout.flush());
    }

    /// `/tmp` is in the sandbox's memory and ends with this process.
    fn tmp_changed(&mut self, _: TmpChange) {}

    fn done(&mut self, done: Done) {
        match self.exchange.tell(done) {
            Ok(Then::GoOn) => {}
            Ok(Then::End(code)) => process::exit(code.into()),
            Err(error) => end(Failure::Api(error)),
        }
    }

    fn init_error(&mut self, body: &[u8]) {
        self.exchange.init_error(body);
    }

    /// Nobody asks for them here.
    fn profiled(&mut self, _: PhaseProfile) {}

    fn wait(&mut self) -> Option<Invocation> {
        match self.exchange.next() {
            Ok(invocation) => Some(invocation),
            Err(error) => end(Failure::Api(error)),
        }
    }

    fn can_wait(&self) -> bool {
        true
    }
}

/// The guest's code is on the stack: there is no way back to `main`.
fn end(failure: Failure) -> ! {
    eprint!("{}", failure.shown());
    process::exit(1);
}
