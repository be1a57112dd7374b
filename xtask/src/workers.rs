//! The worker binaries, from source to two files each.
//!
//! Trunk can build workers, but its loader makes each worker fetch and compile its module again.
//! Here the page compiles a worker's module once and posts it to every worker that it starts, so
//! a worker's script is wasm-bindgen's glue followed by a loader which waits for that message.
//!
//! The pair has one name with a hash of both contents: `workers/environment_worker-HASH.js` and
//! `.wasm`. The page finds it in `<meta name="environment_worker" content="./workers/...-HASH">`.

use crate::build::Profile;
use crate::console::{run, run_quietly, say};
use crate::optimise::{Goal, optimised};
use crate::page::Asset;
use crate::tools::WASM_BINDGEN;
use crate::workspace::{self, WASM_TARGET, content_hash, read, write_if_changed};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A worker binary of the `app` package.
pub struct Worker {
    /// The binary's name, and that of the `<meta>` element which tells the page where it is.
    pub name: &'static str,
    /// The cargo feature that turns its parts of `runtime-core` on.
    pub feature: &'static str,
    /// What wasm-opt makes of it.
    pub goal: Goal,
}

impl Worker {
    /// The cargo profile, and its folder below the target's.
    fn cargo_profile(&self, profile: Profile) -> (&'static str, &'static str) {
        match (profile, self.goal) {
            (Profile::Release, Goal::Speed) => ("wasm-speed", "wasm-speed"),
            (profile, _) => (profile.cargo_name(), profile.folder()),
        }
    }

    /// Where the compiler puts its module.
    ///
    /// # Errors
    /// If cargo does not tell its target folder.
    pub fn compiled(&self, profile: Profile) -> Result<PathBuf> {
        let (_, folder) = self.cargo_profile(profile);
        let file = format!("{}.wasm", self.name);
        Ok(workspace::target()?
            .join(WASM_TARGET)
            .join(folder)
            .join(file))
    }
}

/// Runs handler modules. The only one that links wasmer.
pub const ENVIRONMENT: Worker = Worker {
    name: "environment_worker",
    feature: "environment",
    goal: Goal::Speed,
};

/// Inspects deployment packages.
pub const PACKAGE: Worker = Worker {
    name: "package_worker",
    feature: "package",
    goal: Goal::Size,
};

/// Reads templates. It is apart from the package worker, which the first Invoke waits for: parser, importer
/// and the time zone database are 319 KB (Brotli), as much as that one has by itself.
pub const TEMPLATE: Worker = Worker {
    name: "template_worker",
    feature: "template",
    goal: Goal::Size,
};

/// Runs scenarios. Nobody waits for its code but those who run one, and they wait for its work.
pub const SIMULATION: Worker = Worker {
    name: "simulation_worker",
    feature: "simulation",
    goal: Goal::Speed,
};

/// All workers.
pub const WORKERS: [Worker; 4] = [SIMULATION, PACKAGE, TEMPLATE, ENVIRONMENT];

/// Starts the worker's binary when the compiled module arrives.
///
/// `initSync` runs `main`, which listens for further messages: it must not be late for the next
/// one, and is not, since nothing here waits.
const LOADER: &str = "
self.onmessage = ({ data: module }) => {
  self.onmessage = null;
  wasm_bindgen.initSync({ module });
};
";

/// Builds a worker into `folder`: compiles and finishes it.
///
/// # Errors
/// If it does not compile, or a tool fails.
pub fn build(worker: &Worker, profile: Profile, folder: &Path) -> Result<Asset> {
    let compiled = compile(worker, profile)?;
    finish(worker, profile, &compiled, folder)
}

/// Compiles a worker; gives the folder of its script and module.
///
/// # Errors
/// If it does not compile, or a tool fails.
pub fn compile(worker: &Worker, profile: Profile) -> Result<PathBuf> {
    let name = worker.name;
    say(&format!("worker {name}"));
    let (cargo_profile, _) = worker.cargo_profile(profile);
    run(Command::new("cargo")
        // Without the default features: a worker needs no UI framework.
        .args(["build", "--package", "app", "--bin", name])
        .args(["--no-default-features", "--features", worker.feature])
        .args(["--target", WASM_TARGET, "--profile", cargo_profile])
        .current_dir(workspace::root()))?;

    let glue_folder = workspace::target()?.join("coldstart/bindgen").join(name);
    run_quietly(
        Command::new(WASM_BINDGEN.program_named("wasm-bindgen")?)
            .args(["--target", "no-modules", "--no-typescript"])
            .args(["--out-name", name, "--out-dir"])
            .arg(&glue_folder)
            .arg(worker.compiled(profile)?),
    )?;
    Ok(glue_folder)
}

/// Optimises a worker that was compiled, and writes it into `folder`, the static files' own. The address is
/// that of both files, without extension.
///
/// # Errors
/// If a tool fails.
pub fn finish(
    worker: &Worker,
    profile: Profile,
    glue_folder: &Path,
    folder: &Path,
) -> Result<Asset> {
    let name = worker.name;
    let bound = glue_folder.join(format!("{name}_bg.wasm"));
    let module = match profile {
        Profile::Release => optimised(name, &bound, worker.goal)?,
        Profile::Dev => read(&bound)?,
    };
    let mut script = read(&glue_folder.join(format!("{name}.js")))?;
    script.extend_from_slice(LOADER.as_bytes());

    let hash = content_hash([&script[..], &module[..]]);
    let address = format!("./workers/{name}-{hash}");
    write_if_changed(&folder.join(format!("{address}.js")), &script)?;
    write_if_changed(&folder.join(format!("{address}.wasm")), &module)?;
    Ok(Asset { name, address })
}
