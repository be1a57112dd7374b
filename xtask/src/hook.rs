//! What Trunk calls before and after its own work (see `Trunk.toml`).

use crate::build::Profile;
use crate::optimise::Goal;
use crate::page::Asset;
use crate::workers::{WORKERS, Worker};
use crate::{editor, handlers, headers, page, runtimes, workers};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::thread;

/// Before Trunk copies `public/`: the sample handlers that belong there.
///
/// # Errors
/// If a sample does not build.
pub fn before() -> Result<()> {
    handlers::build()
}

/// After Trunk has written the page, and before it moves the result to `dist/`.
///
/// # Errors
/// If a worker does not build, or this was not called by Trunk.
pub fn after() -> Result<()> {
    let folder = std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .context(
            "TRUNK_STAGING_DIR is not set: Trunk calls this, `cargo xtask build` calls Trunk",
        )?;
    let profile = match std::env::var("TRUNK_PROFILE").as_deref() {
        Ok("release") => Profile::Release,
        _ => Profile::Dev,
    };
    let mut built = workers(profile, &folder)?;
    built.push(editor::build(profile, &folder)?);
    page::finish(&folder, profile, &built)?;
    runtimes::publish(&folder)?;
    std::fs::write(folder.join("_headers"), headers::headers_file()).context("dist/_headers")
}

/// All workers. Cargo builds one profile at a time, so that workers for size and workers for speed are built side
/// by side: the end of a compilation has one thread.
fn workers(profile: Profile, folder: &Path) -> Result<Vec<Asset>> {
    thread::scope(|scope| {
        let of = |goal| WORKERS.iter().filter(move |worker| worker.goal == goal);
        let size = scope.spawn(move || one_after_another(of(Goal::Size), profile, folder));
        let mut built = one_after_another(of(Goal::Speed), profile, folder)?;
        built.extend(joined(size)?);
        Ok(built)
    })
}

/// These workers. wasm-opt has one thread, too: while one worker is optimised the next one is compiled.
fn one_after_another<'a>(
    workers: impl Iterator<Item = &'a Worker>,
    profile: Profile,
    folder: &Path,
) -> Result<Vec<Asset>> {
    thread::scope(|scope| {
        let mut finishing = Vec::new();
        for worker in workers {
            let compiled = workers::compile(worker, profile)?;
            let finish = move || workers::finish(worker, profile, &compiled, folder);
            finishing.push(scope.spawn(finish));
        }
        finishing.into_iter().map(joined).collect()
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    let made = thread.join();
    made.unwrap_or_else(|_| bail!("a thread of the build panicked"))
}
