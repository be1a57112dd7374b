//! Language runtimes: programs of the Runtime API as files (`handlers/RUNTIME_API.md`), made from
//! interpreters that npm has as WebAssembly modules, or from source.
//!
//! ```text
//! javascript  QuickJS, from source
//! python      CPython 3.12
//! ruby        CRuby 3.4
//! frames/     how an interpreter's frames lie in its memory
//! names       what an interpreter's functions are called; python_names, where no build has names
//! catalog     the runtimes as a site serves them
//! capture/    an interpreter's memory after its start, as the beginning of a module
//! ```

pub mod capture;
pub mod catalog;
mod frames;
pub mod javascript;
mod names;
pub mod python;
mod python_names;
pub mod ruby;

use crate::console::say;
use crate::workspace::{self, content_hash, read, write_if_changed};
use anyhow::{Context, Result, anyhow};
use catalog::Built;
use frames::Frames;
use names::Names;
use runtime_core::sandbox::meter::{Profile, meter};
use runtime_core::timeline::Runtime;
use std::path::{Path, PathBuf};

/// Builds the runtimes into `target/runtimes`; gives their modules.
///
/// # Errors
/// If an interpreter is not installed (`npm ci`) or does not start, or one cannot be compiled.
pub fn build() -> Result<Vec<Built>> {
    crate::tools::ensure_node_modules()?;
    Ok(vec![python::build()?, javascript::build()?, ruby::build()?])
}

/// Builds the runtimes and puts them into a site's folder.
///
/// # Errors
/// As [`build`], or if a file cannot be written.
pub fn publish(site: &Path) -> Result<()> {
    catalog::publish(&build()?, &folder()?.join("site"), &site.join("runtimes"))
}

/// Where the built runtimes are.
///
/// # Errors
/// If cargo names no target folder.
pub fn folder() -> Result<PathBuf> {
    Ok(workspace::target()?.join("runtimes"))
}

/// Where a runtime's two modules are.
fn outputs(runtime: Runtime, name: &str) -> Result<Built> {
    let folder = folder()?;
    Ok(Built {
        runtime,
        module: folder.join(format!("{name}.wasm")),
        profiling: folder.join(format!("{name}-profiling.wasm")),
        frames: folder.join(format!("{name}-frames.txt")),
    })
}

/// Writes a runtime's module as environments run it: it counts its work and keeps to the function's
/// memory. And the profiling build, which alone needs names and tells of frames. Says whether anything
/// has changed.
fn write_metered(
    module: &[u8],
    names: &Names,
    frames: Option<&Frames>,
    output: &Built,
) -> Result<bool> {
    let metered =
        |module: &[u8], profile| meter(module, profile).map_err(|error| anyhow!("{error}"));
    let unnamed = names::without(module)?;
    let changed = write_if_changed(&output.module, &metered(&unnamed, Profile::No)?)?;
    let named = names.given_to(unnamed);
    let profile = frames.map_or(Profile::Calls, |frames| Profile::Frames(frames.stores));
    write_if_changed(&output.profiling, &metered(&named, profile)?)?;
    let layout = match frames {
        Some(frames) => frames.layout.to_text(),
        None => String::new(),
    };
    write_if_changed(&output.frames, layout.as_bytes())?;
    Ok(changed)
}

/// What meters the modules: they are made anew when it changes.
const METER: &str = "runtime-core/src/sandbox/meter";

/// Where the names of an interpreter's functions are.
enum Naming {
    /// In the name section of this build of it, below `node_modules`.
    Section(&'static str),
    /// In the tables by which CPython finds its own built-in functions.
    Tables,
}

/// A file of a runtime whose functions the build finds in the interpreter's memory, to be sure of how
/// frames lie there.
struct Known {
    /// Below the runtime's sources.
    source: &'static str,
    /// As the interpreter calls it.
    file: &'static str,
}

/// An interpreter, and what makes a runtime of it.
pub struct Recipe {
    /// What it makes.
    runtime: Runtime,
    /// The runtime's name: its sources' folder below `handlers/runtimes`, and its module.
    name: &'static str,
    /// The interpreter, below `node_modules`.
    interpreter: &'static str,
    /// Where its functions' names are.
    names: Naming,
    /// Where it is CPython, whose frames are known.
    frames: Option<Known>,
    /// What is to be captured.
    capture: capture::Plan,
}

impl Recipe {
    /// The runtime's module in [`folder`], built again if anything that it is made of has changed.
    fn build(&self) -> Result<Built> {
        let root = workspace::root();
        let sources = root.join("handlers/runtimes").join(self.name);
        let modules = root.join("node_modules");
        let interpreter = read(&modules.join(self.interpreter))?;
        let output = outputs(self.runtime, self.name)?;
        let key = self.key(&interpreter, &sources)?;
        let stamp = output.module.with_extension("key");
        let files = [&output.module, &output.profiling, &output.frames];
        let there = files.iter().all(|file| file.is_file());
        if there && std::fs::read_to_string(&stamp).is_ok_and(|kept| kept == key) {
            return Ok(output);
        }
        say(&format!("capturing {}", self.name));
        let module = capture::captured(self.name, &interpreter, &sources, &self.capture)
            .with_context(|| format!("the runtime {}", self.name))?;
        let names = match self.names {
            Naming::Section(build) => Names::of(&read(&modules.join(build))?)?,
            Naming::Tables => python_names::names(&interpreter)?,
        };
        let frames = match &self.frames {
            Some(known) => {
                let source = read(&sources.join(known.source))?;
                let source = String::from_utf8_lossy(&source);
                Some(frames::python::frames(&module, known.file, &source)?)
            }
            None => None,
        };
        write_metered(&module, &names, frames.as_ref(), &output)?;
        write_if_changed(&stamp, key.as_bytes())?;
        Ok(output)
    }

    /// Changes with the interpreter, the runtime's sources and the builder itself.
    fn key(&self, interpreter: &[u8], sources: &Path) -> Result<String> {
        let mut parts = vec![
            interpreter.to_vec(),
            capture::SOURCES.concat().into_bytes(),
            include_bytes!("names.rs").to_vec(),
            include_bytes!("python_names.rs").to_vec(),
            include_bytes!("frames/mod.rs").to_vec(),
            include_bytes!("frames/python.rs").to_vec(),
        ];
        let mut files = capture::files_below(sources)?;
        files.extend(capture::files_below(&workspace::root().join(METER))?);
        for file in files {
            parts.push(file.to_string_lossy().into_owned().into_bytes());
            parts.push(read(&file)?);
        }
        Ok(content_hash(parts.iter().map(Vec::as_slice)))
    }
}
