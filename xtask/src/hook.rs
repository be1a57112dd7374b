//! What Trunk calls before and after its own work (see `Trunk.toml`).

use crate::build::Profile;
use crate::workers::WORKERS;
use crate::{editor, handlers, headers, page, runtimes, workers};
use anyhow::{Context, Result};
use std::path::PathBuf;

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
    let mut built = WORKERS
        .iter()
        .map(|worker| workers::build(worker, profile, &folder))
        .collect::<Result<Vec<_>>>()?;
    built.push(editor::build(profile, &folder)?);
    page::finish(&folder, profile, &built)?;
    runtimes::publish(&folder)?;
    std::fs::write(folder.join("_headers"), headers::headers_file()).context("dist/_headers")
}
