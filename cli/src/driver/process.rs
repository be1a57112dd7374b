//! An environment's process.

use crate::frames;
use runtime_core::protocol::{FromEnvironment, ToEnvironment, encode};
use runtime_core::sandbox::SandboxSettings;
use std::io;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender, channel};
use std::thread;

/// Names a process; what a killed one still said is told apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ProcessNumber(u64);

/// What a process's reader has to say.
pub(super) struct Notice {
    pub(super) process: ProcessNumber,
    pub(super) said: Said,
}

pub(super) enum Said {
    Message(FromEnvironment),
    /// Nothing more will come; why, if not simply because the process ended.
    Ended(Option<io::Error>),
}

/// Starts processes.
pub(super) struct Launcher {
    module: Arc<[u8]>,
    inbox: SyncSender<Notice>,
    count: u64,
}

/// A running process; dropping it kills it.
pub(super) struct Process {
    pub(super) number: ProcessNumber,
    child: Child,
    outbox: Sender<Arc<[u8]>>,
}

impl Launcher {
    pub(super) fn new(module: Arc<[u8]>, inbox: SyncSender<Notice>) -> Self {
        Launcher {
            module,
            inbox,
            count: 0,
        }
    }

    /// Starts this very program as an environment with these settings. It says
    /// [`FromEnvironment::Ready`] when it has compiled the module.
    pub(super) fn start(&mut self, settings: SandboxSettings) -> io::Result<Process> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("environment")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("a child process without pipes"));
        };
        self.count += 1;
        let number = ProcessNumber(self.count);
        let inbox = self.inbox.clone();
        thread::spawn(move || {
            loop {
                let said = match frames::read(&mut stdout) {
                    Ok(Some(message)) => Said::Message(message),
                    Ok(None) => Said::Ended(None),
                    Err(error) => Said::Ended(Some(error)),
                };
                let ended = matches!(said, Said::Ended(_));
                let process = number;
                // The driver is gone: the program is about to end.
                if inbox.send(Notice { process, said }).is_err() || ended {
                    return;
                }
            }
        });
        let (outbox, messages) = channel::<Arc<[u8]>>();
        thread::spawn(move || write_all(stdin, messages));
        let process = Process {
            number,
            child,
            outbox,
        };
        process.send_bytes(Arc::clone(&self.module));
        process.send(&ToEnvironment::Start(Box::new(settings)));
        Ok(process)
    }
}

/// Writes until the process or the driver lets go. A process that no longer reads is noticed by its
/// reader.
fn write_all(mut stdin: ChildStdin, messages: std::sync::mpsc::Receiver<Arc<[u8]>>) {
    for message in messages {
        if frames::write_bytes(&mut stdin, &message).is_err() {
            return;
        }
    }
}

impl Process {
    pub(super) fn send(&self, message: &ToEnvironment) {
        self.send_bytes(Arc::from(encode(message)));
    }

    /// Ends it at once and says how it had ended before, if it had.
    pub(super) fn kill(&mut self) -> String {
        let ended = self.child.try_wait();
        // Fails only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        match ended {
            Ok(Some(status)) => status.to_string(),
            Ok(None) | Err(_) => "no message".to_owned(),
        }
    }

    fn send_bytes(&self, bytes: Arc<[u8]>) {
        // The writer has gone if the process has; its reader says so.
        let _ = self.outbox.send(bytes);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
