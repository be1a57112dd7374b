//! Programs in `coldstart environment`, over pipes.

use super::outcome::Ran;
use super::suite::Program;
use super::{PATIENCE, out_of_patience};
use crate::cargo::native;
use crate::console::run as run_command;
use crate::handlers;
use crate::workspace::{self, read};
use anyhow::{Context, Result, anyhow, bail};
use runtime_core::protocol::{self, FromEnvironment};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that compiling a module may take. Without optimisation, cranelift takes minutes for
/// an interpreter of 25 MB.
const COMPILATION: Duration = Duration::from_secs(900);

/// The command line, built.
pub(super) fn build() -> Result<PathBuf> {
    run_command(
        native("build", &handlers::samples()?)
            .args(["--quiet", "--bin", "coldstart"])
            .current_dir(workspace::root()),
    )?;
    let file = format!("coldstart{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace::target()?.join("debug").join(file))
}

/// Runs a program to its end.
pub(super) fn run(executable: &Path, program: &Program) -> Result<Ran> {
    let case = program.case.as_ref().map_err(|error| anyhow!("{error}"))?;
    let [start, invoke] = case.messages();
    let child = Command::new(executable)
        .arg("environment")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("`coldstart environment` could not be started")?;
    let mut child = Running(child);
    let stdin = child.0.stdin.take();
    let stdout = child.0.stdout.take();
    let (Some(mut stdin), Some(mut stdout)) = (stdin, stdout) else {
        bail!("a child process without pipes");
    };
    let wasm = read(&program.wasm)?;
    // A thread of its own, and it must not let go of the pipe: its end ends the environment.
    let writer = thread::spawn(move || {
        for message in [wasm, start, invoke] {
            write_frame(&mut stdin, &message).ok()?;
        }
        Some(stdin)
    });
    let (sender, frames) = channel();
    thread::spawn(move || {
        while let Some(frame) = read_frame(&mut stdout) {
            if sender.send(frame).is_err() {
                return;
            }
        }
    });
    let mut ran = Ran::default();
    let mut deadline = Instant::now() + COMPILATION;
    loop {
        match frames.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(frame) => {
                let message = protocol::decode(&frame)?;
                // The module is compiled: the program begins.
                if message == FromEnvironment::Ready {
                    deadline = Instant::now() + PATIENCE;
                }
                if ran.take(message)? {
                    break;
                }
            }
            Err(RecvTimeoutError::Timeout) => bail!(out_of_patience()),
            Err(RecvTimeoutError::Disconnected) => bail!("the environment ended by itself"),
        }
    }
    drop(child);
    // The writer is done, since the program is.
    let _ = writer.join();
    Ok(ran)
}

/// Ends the environment, however the run went.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Four bytes of length, least significant first, then the message (as `cli/src/frames.rs`).
fn write_frame(stream: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(&(bytes.len() as u32).to_le_bytes())?;
    stream.write_all(bytes)?;
    stream.flush()
}

/// A message; none at the end.
fn read_frame(stream: &mut ChildStdout) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}
