//! Counts in global variables, to show what lives how long.
//!
//! A reactor stays in memory while its environment is idle, so the count goes on in a warm start
//! and begins at 1 in a cold one. Two requests at a time are two environments: two counts.
//!
//! With SnapStart, environments begin as copies of one that has run INIT. So they all have the name
//! that it drew: what has to differ must be drawn after the restore.

use coldstart_handler::{Context, Error, log, now, random};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::SystemTime;

/// The sum of what the events added.
static TOTAL: AtomicI64 = AtomicI64::new(0);
/// How many invocations this environment has had.
static INVOCATIONS: AtomicU64 = AtomicU64::new(0);
/// What the INIT phase left for all invocations of this environment.
static BIRTH: OnceLock<Birth> = OnceLock::new();

struct Birth {
    /// Tells environments apart in the responses.
    name: String,
    time: SystemTime,
}

#[derive(Deserialize)]
struct Step {
    /// What to add; may be negative.
    #[serde(default = "one")]
    add: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    total: i64,
    invocations: u64,
    environment: &'static str,
    cold_start: bool,
    age_millis: u64,
}

fn one() -> i64 {
    1
}

/// The INIT phase: runs once in each environment.
fn init() {
    log!("init: a new environment, all counts are 0");
    birth();
}

/// Runs in each environment that begins from a snapshot.
fn restored() {
    let name = &birth().name;
    log!("restored: {name} is my name, as in every environment from this snapshot");
}

fn birth() -> &'static Birth {
    BIRTH.get_or_init(|| {
        let mut bytes = [0; 4];
        random(&mut bytes);
        Birth {
            name: format!("{:08x}", u32::from_le_bytes(bytes)),
            time: now(),
        }
    })
}

fn handler(step: Step, _: Context) -> Result<Count, Error> {
    // On overflow the count wraps round, as atomics do.
    let total = TOTAL
        .fetch_add(step.add, Ordering::Relaxed)
        .wrapping_add(step.add);
    let invocations = INVOCATIONS.fetch_add(1, Ordering::Relaxed) + 1;
    let birth = birth();
    let age = now().duration_since(birth.time).unwrap_or_default();
    log!("environment {}: invocation {invocations}", birth.name);
    Ok(Count {
        total,
        invocations,
        environment: &birth.name,
        cold_start: invocations == 1,
        age_millis: u64::try_from(age.as_millis()).unwrap_or(u64::MAX),
    })
}

coldstart_handler::main!(handler, init = init);
coldstart_handler::before_snapshot!(|| log!("a snapshot is about to be taken"));
coldstart_handler::after_restore!(restored);

#[cfg(test)]
mod tests {
    use super::*;

    // One test: the counts are global, which is the point of this sample.
    #[test]
    fn the_count_lives_on_between_invocations() {
        let count = |add| handler(Step { add }, Context::default());
        assert!(count(5).is_ok_and(|c| (c.total, c.invocations, c.cold_start) == (5, 1, true)));
        assert!(count(-2).is_ok_and(|c| (c.total, c.invocations, c.cold_start) == (3, 2, false)));
    }
}
