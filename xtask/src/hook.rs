//! What Trunk calls before and after its own work (see `Trunk.toml`).

use crate::build::Profile;
use crate::page::Asset;
use crate::workers::WORKERS;
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

/// All workers. wasm-opt has one thread, and so has the end of a compilation: while one worker is optimised the
/// next one is compiled. The last one takes wasm-opt the shortest time.
fn workers(profile: Profile, folder: &Path) -> Result<Vec<Asset>> {
    thread::scope(|scope| {
        let mut finishing = Vec::new();
        for worker in &WORKERS {
            let compiled = workers::compile(worker, profile)?;
            let finish = move || workers::finish(worker, profile, &compiled, folder);
            finishing.push(scope.spawn(finish));
        }
        let joined = finishing.into_iter().map(|it| it.join());
        joined
            .map(|made| made.unwrap_or_else(|_| bail!("a worker of the build panicked")))
            .collect()
    })
}
