//! The page's module, split: what is needed before the page can be used, and the parts that the
//! source marks with `wasm_split`, which are fetched later.
//!
//! Everything lies in one folder named after a hash of its contents:
//!
//! ```text
//! app-HASH/app.js             wasm-bindgen's glue, and the call that starts the page
//! app-HASH/app_bg.wasm        the page
//! app-HASH/__wasm_split.js    fetches parts and links them to the page
//! app-HASH/split_NAME.wasm    a part
//! app-HASH/chunk_N.wasm       what several parts share
//! ```

use crate::build::Profile;
use crate::console::run_quietly;
use crate::imports;
use crate::minify::{Language, minified};
use crate::optimise::{Goal, optimised};
use crate::tools::WASM_BINDGEN;
use crate::workspace::{self, WASM_TARGET, content_hash, read};
use anyhow::{Context, Result, anyhow, bail};
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

/// The page's script and module in their folder.
pub const SCRIPT: &str = "app.js";
/// See [`SCRIPT`].
pub const MODULE: &str = "app_bg.wasm";
/// What the module calls its script.
const BINDINGS: &str = "./app_bg.js";
/// What fetches parts. The page's script imports it.
pub const LOADER: &str = "__wasm_split.js";

/// Splits the page that cargo built, and puts its folder into `folder`; returns its name.
///
/// # Errors
/// If the module was linked without relocations (`app/build.rs`), or a tool fails.
pub fn build(folder: &Path, profile: Profile) -> Result<String> {
    let compiled = workspace::target()?
        .join(WASM_TARGET)
        .join(profile.folder())
        .join("app.wasm");
    let work = workspace::target()?.join("coldstart/page");
    if work.exists() {
        std::fs::remove_dir_all(&work).context("the last build's page")?;
    }
    let (whole, bound) = (work.join("split"), work.join("bound"));
    let wasm = read(&compiled)?;
    let main = whole.join("app.wasm");
    let mut options = wasm_split_cli_support::Options::new(&wasm);
    options.output_dir = &whole;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the page's module could not be split: {error:#}"))?;

    run_quietly(
        Command::new(WASM_BINDGEN.program_named("wasm-bindgen")?)
            // Parts import the table and what else the linker exported.
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
            .args(["--out-name", "app", "--out-dir"])
            .arg(&bound)
            .arg(&main),
    )?;
    let script = String::from_utf8(read(&bound.join(SCRIPT))?).context("the page's script")?;
    let script = match profile {
        Profile::Release => with_short_names(&bound.join(MODULE), &script)?,
        Profile::Dev => script,
    };
    let loader = String::from_utf8(read(&whole.join(LOADER))?).context("the loader of parts")?;
    let mut files = vec![
        (
            SCRIPT.to_owned(),
            text(with_start(&script, MODULE)?, profile)?,
        ),
        (LOADER.to_owned(), text(for_any_host(&loader)?, profile)?),
    ];
    let mut inputs = vec![(MODULE.to_owned(), bound.join(MODULE))];
    for part in split.split_modules {
        inputs.push((file_name(&part)?, part));
    }
    files.extend(modules(inputs, profile)?);
    let hash = content_hash(files.iter().map(|(_, bytes)| &bytes[..]));
    let name = format!("app-{hash}");
    std::fs::create_dir_all(folder.join(&name)).context("the page's folder")?;
    for (file, bytes) in files {
        std::fs::write(folder.join(&name).join(file), bytes).context("the page's folder")?;
    }
    Ok(name)
}

/// Gives what the page's module imports short names; returns its script with the same names.
fn with_short_names(module: &Path, script: &str) -> Result<String> {
    let (short, script) = imports::shortened(&read(module)?, script, BINDINGS)?;
    std::fs::write(module, short).context("the page's module")?;
    Ok(script)
}

/// The loader of parts, made to work on hosts that do not know WebAssembly's media type: the browser
/// streams nothing else.
fn for_any_host(loader: &str) -> Result<String> {
    const STREAMED: &str = "WebAssembly.instantiateStreaming(src, imports)";
    if !loader.contains(STREAMED) {
        bail!("{LOADER} has no {STREAMED}: another version than the pinned one?");
    }
    Ok(format!(
        r#"{}
async function instantiate(source, imports) {{
    const response = await source;
    if (!response.ok) throw new Error(`${{response.url}}: status ${{response.status}}`);
    if (response.headers.get("Content-Type") === "application/wasm") {{
        return WebAssembly.instantiateStreaming(response, imports);
    }}
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}}
"#,
        loader.replace(STREAMED, "instantiate(src, imports)")
    ))
}

/// The modules by their names, on as many processors as there are: a hundred of them take minutes.
fn modules(inputs: Vec<(String, PathBuf)>, profile: Profile) -> Result<BTreeMap<String, Vec<u8>>> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    // The first is the largest.
    let waiting = Mutex::new(VecDeque::from(inputs));
    let next = || waiting.lock().ok()?.pop_front();
    let work = || {
        let mut made = Vec::new();
        while let Some((name, path)) = next() {
            let wasm = module(name.trim_end_matches(".wasm"), &path, profile)?;
            made.push((name, wasm));
        }
        Ok(made)
    };
    let made: Vec<Result<Vec<_>>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(|worker| worker.join());
        joined
            .map(|made| made.unwrap_or_else(|_| bail!("a worker of the build panicked")))
            .collect()
    });
    let made: Vec<Vec<_>> = made.into_iter().collect::<Result<_>>()?;
    Ok(made.into_iter().flatten().collect())
}

fn module(name: &str, path: &Path, profile: Profile) -> Result<Vec<u8>> {
    match profile {
        Profile::Release => optimised(name, path, Goal::Size),
        Profile::Dev => read(path),
    }
}

fn text(script: String, profile: Profile) -> Result<Vec<u8>> {
    match profile {
        Profile::Release => minified(&script, Language::JavaScript),
        Profile::Dev => Ok(script.into_bytes()),
    }
}

fn file_name(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name.context("a part without a name")?.to_owned())
}

/// The page's script with the call that starts the page.
///
/// `start-status` is an element of index.html that says "loading" until the page replaces it.
fn with_start(script: &str, module: &str) -> Result<String> {
    // The function's name is wasm-bindgen's own, and its version is pinned.
    if !script.contains("async function __wbg_init(") {
        bail!("wasm-bindgen's script has no __wbg_init: another version than the pinned one?");
    }
    Ok(format!(
        r#"{script}
__wbg_init({{ module_or_path: new URL("./{module}", import.meta.url) }}).catch((error) => {{
  const status = document.getElementById("start-status");
  if (status) status.textContent = `Coldstart could not start: ${{error}}`;
  throw error;
}});
"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_load_from_any_host() {
        let loader = "return async (imports) => (WebAssembly.instantiateStreaming(src, imports));";
        let loader = for_any_host(loader).unwrap();
        assert!(loader.starts_with("return async (imports) => (instantiate(src, imports));"));
        assert!(loader.contains("async function instantiate("));
        assert!(for_any_host("").is_err());
    }

    #[test]
    fn the_script_starts_the_page_relative_to_itself() {
        let script = with_start("async function __wbg_init(module_or_path) {}", MODULE);
        let script = script.unwrap();
        assert!(script.contains(r#"new URL("./app_bg.wasm", import.meta.url)"#));
        assert!(with_start("function other() {}", MODULE).is_err());
    }
}
