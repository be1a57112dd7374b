//! An execution environment: the other end of `driver/process`.
//!
//! It gets the module first, compiles it, says that it is ready, and then does what messages ask
//! for. When its standard input ends, so does it, whatever the handler is doing: nothing is left
//! behind when the driver is gone.

use crate::driver::clock::{duration, span};
use crate::failure::Failure;
use crate::frames;
use runtime_core::environment::Environment;
use runtime_core::profile::PhaseProfile;
use runtime_core::protocol::{Encoded, FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{CompiledModule, Done, Host, Invocation, TmpChange};
use runtime_core::units::{RequestId, Span};
use std::io;
use std::process;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Instant, SystemTime};

/// Serves until standard input ends.
///
/// # Errors
/// If what stands there is not what a driver sends.
pub(crate) fn serve() -> Result<(), Failure> {
    let module = frames::read_bytes(&mut io::stdin().lock())
        .map_err(|error| Failure::Broken(format!("no module on standard input: {error}")))?
        .ok_or_else(|| {
            Failure::Broken("`coldstart environment` is started by `coldstart invoke`".to_owned())
        })?;
    let module = match CompiledModule::compile(&module) {
        Ok(module) => module,
        Err(error) => {
            let message = error.to_string();
            say(&FromEnvironment::Broken { message });
            return Ok(());
        }
    };
    say(&FromEnvironment::Ready);
    let messages = Messages::listen();
    let host = ProcessHost {
        started: Instant::now(),
        messages: messages.clone(),
    };
    let mut environment = Environment::new(module, host);
    while let Some(message) = messages.next() {
        if let Some(answer) = environment.on_message(message) {
            say(&answer);
        }
    }
    Ok(())
}

/// Messages from standard input. The main thread takes them, or the host of a handler that waits for
/// its next event in the middle of its program.
#[derive(Clone)]
struct Messages(Arc<Mutex<Receiver<ToEnvironment>>>);

impl Messages {
    /// Reads in a thread of its own, so that the end of standard input is noticed at once.
    fn listen() -> Self {
        let (sender, messages) = channel();
        thread::spawn(move || {
            loop {
                match frames::read(&mut io::stdin().lock()) {
                    Ok(Some(message)) => {
                        if sender.send(message).is_err() {
                            return;
                        }
                    }
                    Ok(None) => process::exit(0),
                    Err(error) => {
                        eprintln!("error: a message could not be read: {error}");
                        process::exit(1);
                    }
                }
            }
        });
        Messages(Arc::new(Mutex::new(messages)))
    }

    fn next(&self) -> Option<ToEnvironment> {
        let messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.recv().ok()
    }
}

fn say(message: &FromEnvironment) {
    // Nobody listens any more: there is nothing left to do.
    if frames::write(&mut io::stdout().lock(), message).is_err() {
        process::exit(0);
    }
}

/// Clock, randomness, output and input of this process.
struct ProcessHost {
    started: Instant,
    messages: Messages,
}

impl Host for ProcessHost {
    fn elapsed(&self) -> Span {
        span(self.started.elapsed())
    }

    fn unix_nanos(&self) -> u64 {
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos() as u64)
    }

    fn random(&mut self, buffer: &mut [u8]) {
        // A handler that is promised random bytes must not get others.
        if let Err(error) = getrandom::fill(buffer) {
            let message = format!("the operating system gives no random bytes: {error}");
            say(&FromEnvironment::Broken { message });
            process::exit(1);
        }
    }

    fn sleep(&mut self, time: Span) {
        thread::sleep(duration(time));
    }

    fn log(&mut self, request: Option<RequestId>, after: Option<Span>, text: &[u8]) {
        say(&FromEnvironment::LogWritten {
            request,
            after,
            text: text.to_vec(),
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
        match self.messages.next()? {
            ToEnvironment::Invoke(invocation) => Some(invocation),
            ToEnvironment::Start(_) | ToEnvironment::Init(_) => {
                let message = "a process that waits for an event was told something else";
                say(&FromEnvironment::Broken {
                    message: message.to_owned(),
                });
                process::exit(1);
            }
        }
    }

    fn can_wait(&self) -> bool {
        true
    }
}
