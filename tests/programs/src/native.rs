//! Here, on cranelift.

use crate::job::{Job, ModuleFile, Place, conversation, is_end};
use runtime_core::environment::Environment;
use runtime_core::profile::PhaseProfile;
use runtime_core::protocol::{Encoded, FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{CompiledModule, Done, Host, Invocation, TmpChange};
use runtime_core::units::{RequestId, Span};
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Instant, SystemTime};

/// Runs jobs in threads; each module is compiled once.
#[derive(Default)]
pub struct Native {
    compiled: Mutex<BTreeMap<ModuleFile, Arc<OnceLock<CompiledModule>>>>,
}

impl Native {
    fn module(&self, file: &ModuleFile) -> CompiledModule {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = Arc::clone(compiled.entry(file.clone()).or_default());
        // Other modules need not wait.
        drop(compiled);
        let compile = || CompiledModule::compile(&file.bytes()).expect("the module compiles");
        slot.get_or_init(compile).clone()
    }
}

impl Place for Native {
    fn run(&self, job: &Job) -> Vec<FromEnvironment> {
        let module = self.module(&job.module);
        let (orders, inbox) = channel();
        let (outbox, said) = channel();
        let settings = Box::new(job.settings.clone());
        // A program that waits for its next event does so in the middle of a call, so that the
        // environment has a thread of its own, as it has a process or a worker elsewhere.
        let environment = thread::spawn(move || serve(module, inbox, outbox));
        let send = |message| drop(orders.send(message));
        send(ToEnvironment::Start(settings));
        let messages = conversation(job, |message| {
            send(message);
            let mut all = Vec::new();
            while let Ok(message) = said.recv() {
                let end = is_end(&message);
                all.push(message);
                if end {
                    break;
                }
            }
            all
        });
        drop(orders);
        environment.join().expect("the environment's thread");
        messages
    }
}

fn serve(module: CompiledModule, inbox: Receiver<ToEnvironment>, outbox: Sender<FromEnvironment>) {
    let inbox = Arc::new(Mutex::new(inbox));
    let host = ThreadHost {
        started: Instant::now(),
        inbox: Arc::clone(&inbox),
        outbox: outbox.clone(),
    };
    let mut environment = Environment::new(module, host);
    while let Some(message) = next(&inbox) {
        if let Some(answer) = environment.on_message(message) {
            // Nobody listens any more.
            let _ = outbox.send(answer);
        }
    }
}

fn next(inbox: &Mutex<Receiver<ToEnvironment>>) -> Option<ToEnvironment> {
    let inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    inbox.recv().ok()
}

struct ThreadHost {
    started: Instant,
    inbox: Arc<Mutex<Receiver<ToEnvironment>>>,
    outbox: Sender<FromEnvironment>,
}

impl ThreadHost {
    fn say(&self, message: FromEnvironment) {
        // Nobody listens any more.
        let _ = self.outbox.send(message);
    }
}

impl Host for ThreadHost {
    fn elapsed(&self) -> Span {
        Span::from_nanos(self.started.elapsed().as_nanos() as u64)
    }

    fn unix_nanos(&self) -> u64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| since.as_nanos() as u64)
    }

    fn random(&mut self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("random bytes");
    }

    fn sleep(&mut self, span: Span) {
        thread::sleep(std::time::Duration::from_nanos(span.as_nanos()));
    }

    fn log(&mut self, request: Option<RequestId>, after: Option<Span>, text: &[u8]) {
        let text = text.to_vec();
        self.say(FromEnvironment::LogWritten {
            request,
            after,
            text,
        });
    }

    fn tmp_changed(&mut self, change: TmpChange) {
        self.say(FromEnvironment::TmpChanged(change));
    }

    fn done(&mut self, done: Done) {
        self.say(FromEnvironment::Done(done));
    }

    fn profiled(&mut self, profile: PhaseProfile) {
        self.say(FromEnvironment::Profiled(Encoded::new(&profile)));
    }

    fn wait(&mut self) -> Option<Invocation> {
        match next(&self.inbox)? {
            ToEnvironment::Invoke(invocation) => Some(invocation),
            other => panic!("a process that waits was told {other:?}"),
        }
    }

    fn can_wait(&self) -> bool {
        true
    }
}
