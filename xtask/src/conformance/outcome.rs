//! What a program did, against what is expected.

use super::suite::Expected;
use anyhow::{Result, bail};
use runtime_core::protocol::FromEnvironment;
use runtime_core::sandbox::Done;
use runtime_core::timeline::{Failure, Outcome};

/// What a program did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ran {
    outcome: Option<Outcome>,
    /// Its stdout, if it ended well.
    response: Vec<u8>,
    /// Its stderr; after a failure its stdout behind it.
    log: Vec<u8>,
}

impl Ran {
    /// Takes a message from the environment; says whether it was the last.
    pub(super) fn take(&mut self, message: FromEnvironment) -> Result<bool> {
        match message {
            FromEnvironment::Ready
            | FromEnvironment::Done(Done::Init { .. })
            | FromEnvironment::Profiled(_)
            | FromEnvironment::TmpChanged(_) => {}
            FromEnvironment::LogWritten { text, .. } => self.log.extend_from_slice(&text),
            FromEnvironment::Done(Done::Invocation { invoked, .. }) => {
                self.outcome = Some(invoked.outcome);
                self.response = invoked.response.unwrap_or_default();
            }
            FromEnvironment::Broken { message } => bail!(message),
        }
        Ok(self.outcome.is_some())
    }

    /// What is wrong, if anything.
    pub(super) fn judge(&self, expected: &Expected) -> Result<(), String> {
        let log = String::from_utf8_lossy(&self.log);
        let code = match &self.outcome {
            Some(Outcome::Succeeded) => 0,
            Some(Outcome::Failed(Failure::Exited(code))) => *code,
            other => return Err(format!("it ended as {other:?}; its log: {log}")),
        };
        if code != expected.exit_code {
            let wanted = expected.exit_code;
            return Err(format!("exit code {code}, not {wanted}; its log: {log}"));
        }
        let response = String::from_utf8_lossy(&self.response);
        let (stdout, stderr) = match (code, &expected.stdout, &expected.stderr) {
            (0, _, _) => (response, log),
            // One after the other: what is expected of one says where the other begins.
            (_, Some(stdout), _) => split(&log, log.len().saturating_sub(stdout.len())),
            (_, None, Some(stderr)) => split(&log, stderr.len()),
            (_, None, None) => return Ok(()),
        };
        let compare = |name: &str, found: &str, expected: &Option<String>| match expected {
            Some(expected) if expected != found => {
                Err(format!("{name} {found:?}, not {expected:?}"))
            }
            _ => Ok(()),
        };
        compare("stdout", &stdout, &expected.stdout)?;
        compare("stderr", &stderr, &expected.stderr)
    }
}

/// Stdout and stderr out of a log that ends with the former.
fn split<'a>(log: &'a str, at: usize) -> (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>) {
    let (stderr, stdout) = log.split_at_checked(at).unwrap_or((log, ""));
    (stdout.into(), stderr.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::timeline::Signal;

    fn ran(outcome: Outcome, response: &str, log: &str) -> Ran {
        Ran {
            outcome: Some(outcome),
            response: response.into(),
            log: log.into(),
        }
    }

    fn expected(exit_code: u32, stdout: Option<&str>, stderr: Option<&str>) -> Expected {
        Expected {
            exit_code,
            stdout: stdout.map(str::to_owned),
            stderr: stderr.map(str::to_owned),
        }
    }

    #[test]
    fn programs_that_end_well() {
        let ran = ran(Outcome::Succeeded, "out", "err");
        assert_eq!(ran.judge(&expected(0, None, None)), Ok(()));
        assert_eq!(ran.judge(&expected(0, Some("out"), Some("err"))), Ok(()));
        let wrong = ran.judge(&expected(0, Some("other"), None));
        assert_eq!(wrong.unwrap_err(), "stdout \"out\", not \"other\"");
        let wrong = ran.judge(&expected(0, None, Some("")));
        assert_eq!(wrong.unwrap_err(), "stderr \"err\", not \"\"");
        let wrong = ran.judge(&expected(1, None, None));
        assert_eq!(wrong.unwrap_err(), "exit code 0, not 1; its log: err");
    }

    #[test]
    fn programs_that_fail_have_both_outputs_in_their_log() {
        let ran = ran(Outcome::Failed(Failure::Exited(3)), "", "errout");
        assert_eq!(ran.judge(&expected(3, None, None)), Ok(()));
        assert_eq!(ran.judge(&expected(3, Some("out"), Some("err"))), Ok(()));
        assert_eq!(ran.judge(&expected(3, Some("out"), None)), Ok(()));
        assert_eq!(ran.judge(&expected(3, None, Some("err"))), Ok(()));
        assert!(
            ran.judge(&expected(3, Some("longer than all of it"), None))
                .is_err()
        );
        assert!(ran.judge(&expected(3, Some("out"), Some("other"))).is_err());
        assert!(ran.judge(&expected(0, None, None)).is_err());
    }

    #[test]
    fn a_trap_is_no_exit() {
        let killed = Outcome::Failed(Failure::Killed(Signal::Aborted));
        assert!(
            ran(killed, "", "")
                .judge(&expected(134, None, None))
                .is_err()
        );
        assert!(Ran::default().judge(&expected(0, None, None)).is_err());
    }
}
