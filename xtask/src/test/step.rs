//! One step of a test run: heading, time, result.

use super::count::{Count, Runner, count};
use crate::console::{command_text, duration_text, elapsed, run_and_record};
use crate::workspace;
use anyhow::Result;
use std::fmt;
use std::process::Command;
use std::time::{Duration, Instant};

/// The steps that were run so far.
#[derive(Default)]
pub(super) struct Steps {
    done: Vec<Done>,
}

/// A step that was run.
pub(super) struct Done {
    name: String,
    took: Duration,
    pub(super) count: Count,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.count.failed == 0 {
            "ok"
        } else {
            "FAILED"
        };
        write!(
            f,
            "{state:<7} {:<44} {:<24} {}",
            self.name,
            self.count.to_string(),
            duration_text(self.took)
        )
    }
}

/// What a step of tests must have run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    /// At least one test: none at all means that they were not found.
    Tests,
    /// There may be none.
    Anything,
}

impl Steps {
    /// All steps, in order.
    pub(super) fn done(&self) -> &[Done] {
        &self.done
    }

    /// A step that passes or fails as a whole. Says whether it has passed.
    pub(super) fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        self.step(name, || work().map(|()| Count::one(true)))
    }

    /// A program that passes or fails as a whole.
    pub(super) fn check_command(&mut self, name: &str, command: &mut Command) -> bool {
        self.step(name, || Ok(Count::one(shown(command).status()?.success())))
    }

    /// A program that runs tests and says how many.
    pub(super) fn tests(
        &mut self,
        name: &str,
        runner: Runner,
        expect: Expect,
        command: &mut Command,
    ) -> bool {
        self.step(name, || {
            let recorded = run_and_record(shown(command))?;
            Ok(judge(
                count(runner, &recorded.output),
                recorded.success,
                expect,
            ))
        })
    }

    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Count>) -> bool {
        let minutes = duration_text(elapsed());
        eprintln!("\n=== {name} (after {minutes})");
        let start = Instant::now();
        let count = work().unwrap_or_else(|error| {
            eprintln!("{error:#}");
            Count::one(false)
        });
        let done = Done {
            name: name.to_owned(),
            took: start.elapsed(),
            count,
        };
        eprintln!("--- {done}");
        let passed = done.count.failed == 0;
        self.done.push(done);
        passed
    }
}

/// The command, in the checkout unless it has a place of its own, after it was shown to the reader.
fn shown(command: &mut Command) -> &mut Command {
    eprintln!("$ {}", command_text(command));
    match command.get_current_dir() {
        Some(_) => command,
        None => command.current_dir(workspace::root()),
    }
}

/// A run that failed without a failed test did not get as far as its tests, or broke after them.
fn judge(mut count: Count, success: bool, expect: Expect) -> Count {
    let ran_none = expect == Expect::Tests && count.passed + count.failed == 0;
    if count.failed == 0 && (!success || ran_none) {
        count.failed = 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSED: Count = Count {
        passed: 3,
        failed: 0,
        skipped: 1,
    };

    #[test]
    fn a_run_without_tests_has_failed() {
        assert_eq!(judge(Count::default(), true, Expect::Tests).failed, 1);
        assert_eq!(judge(Count::default(), true, Expect::Anything).failed, 0);
        assert_eq!(judge(PASSED, true, Expect::Tests), PASSED);
    }

    #[test]
    fn an_exit_code_is_never_lost() {
        assert_eq!(judge(PASSED, false, Expect::Tests).failed, 1);
        let failed = Count {
            failed: 2,
            ..PASSED
        };
        assert_eq!(judge(failed, false, Expect::Tests), failed);
    }

    #[test]
    fn steps_go_on_after_a_failure() {
        let mut steps = Steps::default();
        assert!(!steps.check("first", || anyhow::bail!("no")));
        assert!(steps.check("second", || Ok(())));
        assert!(!steps.check_command("third", Command::new("cargo").arg("no-such-command")));
        let failed: Vec<u64> = steps.done().iter().map(|done| done.count.failed).collect();
        assert_eq!(failed, [1, 0, 1]);
        assert!(steps.done()[0].to_string().starts_with("FAILED  first"));
    }
}
