//! Programs in the environment worker that visitors get, in headless Chromium.

use super::outcome::Ran;
use super::suite::Program;
use super::{PATIENCE, out_of_patience};
use crate::build::Profile;
use crate::console::say;
use crate::visit::visit;
use crate::workers::{self, ENVIRONMENT};
use crate::{tools, workspace};
use anyhow::{Context, Result, anyhow, bail};
use runtime_core::protocol::{self, FromEnvironment};
use serde_json::json;
use std::path::PathBuf;

const PAGE: &str = include_str!("web/index.html");
const SCRIPT: &str = include_str!("web/page.js");

/// Runs all programs, each in a worker of its own.
pub(super) fn run(
    programs: &[Program],
    report: &mut impl FnMut(&Program, Result<Ran>),
) -> Result<()> {
    tools::ensure_build_tools()?;
    let site = site(programs)?;
    say("in Chromium");
    // The page posts one answer for each program, in order.
    let mut rest = programs.iter();
    let mut next = rest.next();
    visit(&site, |posted| {
        let program = next.context("the page posted more than there are programs")?;
        let ran = match &program.case {
            Err(error) => Err(anyhow!("{error}")),
            Ok(_) => answer(&posted),
        };
        report(program, ran);
        next = rest.next();
        Ok(next.is_none().then_some(()))
    })
}

/// A folder with the page, the worker, the programs and what each is told.
fn site(programs: &[Program]) -> Result<PathBuf> {
    let site = workspace::target()?.join("coldstart/conformance");
    if site.exists() {
        std::fs::remove_dir_all(&site).context("the former site")?;
    }
    std::fs::create_dir_all(&site).context("the site")?;
    let worker = workers::build(&ENVIRONMENT, Profile::Release, &site)?;
    let write = |name: &str, bytes: &[u8]| -> Result<()> {
        std::fs::write(site.join(name), bytes).with_context(|| name.to_owned())
    };
    write("index.html", PAGE.as_bytes())?;
    write("page.js", SCRIPT.as_bytes())?;
    let mut count = 0;
    for program in programs {
        // A program whose JSON is wrong is not run: the page finds no messages for it.
        if let Ok(case) = &program.case {
            let [start, invoke] = case.messages();
            write(&format!("{count}.start"), &start)?;
            write(&format!("{count}.invoke"), &invoke)?;
            let copy = format!("{count}.wasm");
            std::fs::copy(&program.wasm, site.join(copy)).context("a program")?;
        }
        count += 1;
    }
    let plan = json!({
        "worker": worker.address,
        "programs": count,
        "patienceMillis": PATIENCE.as_millis() as u64,
        "last": last_kinds(),
    });
    write("plan.json", plan.to_string().as_bytes())?;
    Ok(site)
}

/// The first bytes of messages after which no other comes.
fn last_kinds() -> Vec<u8> {
    let broken = FromEnvironment::Broken {
        message: String::new(),
    };
    // Variants are numbered, and the one before it is `Done`.
    let broken = protocol::encode(&broken).first().copied().unwrap_or(0);
    vec![broken.saturating_sub(1), broken]
}

/// What the page posts: messages, each with its length in front; or none for a program that took
/// too long; or, where there is no worker to ask, the reason.
fn answer(posted: &[u8]) -> Result<Ran> {
    if let Some(reason) = posted.strip_prefix(b"error:") {
        bail!("{}", String::from_utf8_lossy(reason));
    }
    let mut ran = Ran::default();
    let mut rest = posted;
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        let message = behind.get(..length).context("a message was cut off")?;
        rest = behind.get(length..).unwrap_or_default();
        if ran.take(protocol::decode(message)?)? {
            return Ok(ran);
        }
    }
    bail!(out_of_patience())
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::sandbox::{Done, Invoked};
    use runtime_core::timeline::Outcome;
    use runtime_core::units::{ByteCount, RequestId, Span};

    fn frame(message: &FromEnvironment) -> Vec<u8> {
        let bytes = protocol::encode(message);
        [(bytes.len() as u32).to_le_bytes().to_vec(), bytes].concat()
    }

    fn done() -> FromEnvironment {
        FromEnvironment::Done(Done::Invocation {
            request: RequestId(1),
            invoked: Invoked {
                outcome: Outcome::Succeeded,
                duration: Span::ZERO,
                max_memory: ByteCount::ZERO,
                response: None,
            },
        })
    }

    #[test]
    fn the_last_messages_are_known_by_their_first_byte() {
        assert_eq!(protocol::encode(&done()).first(), last_kinds().first());
    }

    #[test]
    fn answers_are_read() {
        let log = FromEnvironment::LogWritten {
            after: None,
            request: None,
            text: b"text".to_vec(),
        };
        let posted = [frame(&FromEnvironment::Ready), frame(&log), frame(&done())].concat();
        assert!(answer(&posted).is_ok());
        assert!(answer(&posted[..posted.len() - 1]).is_err());
        assert!(answer(&frame(&FromEnvironment::Ready)).is_err());
        let error = answer(b"error:no worker").unwrap_err();
        assert_eq!(error.to_string(), "no worker");
    }
}
