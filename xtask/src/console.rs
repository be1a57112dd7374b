//! Progress lines, and running other programs.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

static STARTED: OnceLock<SystemTime> = OnceLock::new();

/// Tells a command that is started by this one when the first of them was started, as
/// milliseconds since 1970.
const STARTED_VARIABLE: &str = "COLDSTART_XTASK_STARTED";

/// Time since the user's command was started.
pub fn elapsed() -> Duration {
    started().elapsed().unwrap_or_default()
}

fn started() -> SystemTime {
    *STARTED.get_or_init(|| {
        std::env::var(STARTED_VARIABLE)
            .ok()
            .and_then(|millis| millis.parse().ok())
            .map_or_else(SystemTime::now, |millis| {
                SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
            })
    })
}

/// Lets the times that a nested `cargo xtask` prints continue this one's.
pub fn pass_start_on(command: &mut Command) -> &mut Command {
    let since_1970 = started().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since_1970.unwrap_or_default().as_millis();
    command.env(STARTED_VARIABLE, millis.to_string())
}

/// Says what happens now, with the time since the command was started.
pub fn say(what: &str) {
    eprintln!("[{:>6.1} s] {what}", elapsed().as_secs_f64());
}

/// "48 s", "2 min 5 s".
pub fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// The command as a person would type it, for messages.
pub fn command_text(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Runs a program with this process's own output.
///
/// # Errors
/// If it cannot be started or ends with an exit code other than 0.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("`{}` could not be started", command_text(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", command_text(command));
    }
    Ok(())
}

/// Runs a program quietly; its output is shown only if it fails.
///
/// # Errors
/// If it cannot be started or ends with an exit code other than 0.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("`{}` could not be started", command_text(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({})\n{}{}",
            command_text(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// The first line that a program writes to its standard output, or nothing if it cannot be run.
pub fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(|line| line.trim().to_owned())
}

/// What a program that was run by [`run_and_record`] did.
pub struct Recorded {
    /// Whether its exit code was 0.
    pub success: bool,
    /// Its standard output and standard error, in the order of arrival.
    pub output: String,
}

/// Runs a program, shows its output as it comes, and keeps it.
///
/// # Errors
/// If it cannot be started.
pub fn run_and_record(command: &mut Command) -> Result<Recorded> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` could not be started", command_text(command)))?;
    let (sender, lines) = std::sync::mpsc::channel();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|stream| Box::new(stream) as _),
        child.stderr.take().map(|stream| Box::new(stream) as _),
    ];
    for stream in streams.into_iter().flatten() {
        let sender = sender.clone();
        std::thread::spawn(move || forward_lines(stream, &sender));
    }
    drop(sender);
    let mut output = String::new();
    let mut terminal = std::io::stderr().lock();
    for line in lines {
        // A closed terminal is no reason to stop a test run.
        let _ = terminal.write_all(line.as_bytes());
        output.push_str(&line);
    }
    let status = child.wait()?;
    Ok(Recorded {
        success: status.success(),
        output,
    })
}

fn forward_lines(stream: impl Read, sender: &std::sync::mpsc::Sender<String>) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .is_ok_and(|read| read > 0)
    {
        let text = String::from_utf8_lossy(&line).into_owned();
        if sender.send(text).is_err() {
            return;
        }
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration_text(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(duration_text(Duration::from_secs(60)), "1 min 0 s");
        assert_eq!(duration_text(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn commands_read_as_typed() {
        let mut command = Command::new("cargo");
        command.args(["xtask", "build"]);
        assert_eq!(command_text(&command), "cargo xtask build");
    }

    #[test]
    fn recording_keeps_output_and_exit_code() {
        let recorded = run_and_record(Command::new("cargo").arg("--version")).unwrap();
        assert!(recorded.success);
        assert!(
            recorded.output.starts_with("cargo 1."),
            "{}",
            recorded.output
        );
        let recorded = run_and_record(Command::new("cargo").arg("no-such-command")).unwrap();
        assert!(!recorded.success);
        assert!(recorded.output.contains("no-such-command"));
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("coldstart-no-such-program")).unwrap_err();
        assert!(error.to_string().contains("coldstart-no-such-program"));
    }
}
