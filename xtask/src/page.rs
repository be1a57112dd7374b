//! The page after Trunk: its module is optimised, its script starts it, its style sheets are one,
//! and it learns where the workers are.

use crate::build::Profile;
use crate::optimise::{Goal, optimised};
use crate::styles;
use crate::workers::Built;
use crate::workspace::{content_hash, read};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Finishes the page in `folder`.
///
/// # Errors
/// If Trunk left something else than one page, one script and one module.
pub fn finish(folder: &Path, profile: Profile, workers: &[Built]) -> Result<()> {
    let (script, module) = page_files(folder)?;
    let script_path = folder.join(&script);
    let module_path = folder.join(&module);
    let wasm = match profile {
        Profile::Release => optimised("app", &module_path, Goal::Size)?,
        Profile::Dev => read(&module_path)?,
    };
    let glue = String::from_utf8(read(&script_path)?).context("the page's script")?;

    // Trunk named both files after the module that the compiler wrote. What is served has changed
    // since, and may be cached for ever, so it is named after itself.
    let old = script.trim_end_matches(".js");
    let started = with_start(&glue, "MODULE")?;
    let new = format!("app-{}", content_hash([started.as_bytes(), &wasm[..]]));
    let started = with_start(&glue, &format!("{new}_bg.wasm"))?;
    std::fs::remove_file(&script_path).context("the page's script")?;
    std::fs::remove_file(&module_path).context("the page's module")?;
    std::fs::write(folder.join(format!("{new}.js")), started).context("the page's script")?;
    std::fs::write(folder.join(format!("{new}_bg.wasm")), wasm).context("the page's module")?;

    let path = folder.join("index.html");
    let html = String::from_utf8(read(&path)?).context("index.html")?;
    let html = with_workers(&html.replace(old, &new), workers)?;
    let html = match profile {
        Profile::Release => styles::joined(&html, folder)?,
        Profile::Dev => html,
    };
    std::fs::write(&path, html).context("index.html")
}

/// The file names of the page's script and module, `app-HASH.js` and `app-HASH_bg.wasm`.
fn page_files(folder: &Path) -> Result<(String, String)> {
    let names: Vec<String> = std::fs::read_dir(folder)
        .with_context(|| format!("{} could not be read", folder.display()))?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with("app-"))
        .collect();
    let only = |suffix: &str| {
        let mut matching = names.iter().filter(|name| name.ends_with(suffix));
        match (matching.next(), matching.next()) {
            (Some(name), None) => Ok(name.clone()),
            _ => bail!("Trunk left other files than one app-*{suffix}: {names:?}"),
        }
    };
    Ok((only(".js")?, only("_bg.wasm")?))
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

/// The page's HTML with one `<meta>` element a worker.
fn with_workers(html: &str, workers: &[Built]) -> Result<String> {
    let Some((head, rest)) = html.split_once("</head>") else {
        bail!("index.html has no </head>");
    };
    let mut text = String::from(head);
    for worker in workers {
        text.push_str(&format!(
            "<meta name=\"{}\" content=\"{}\">\n",
            worker.name, worker.address
        ));
    }
    text.push_str("</head>");
    text.push_str(rest);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_learns_where_workers_are() {
        let workers = [Built {
            name: "environment_worker",
            address: "./workers/environment_worker-1f".to_owned(),
        }];
        let html = with_workers("<html><head></head><body></body></html>", &workers).unwrap();
        assert_eq!(
            html,
            "<html><head><meta name=\"environment_worker\" content=\"./workers/environment_worker-1f\">\n\
             </head><body></body></html>"
        );
        assert!(with_workers("<html>", &workers).is_err());
    }

    #[test]
    fn the_script_starts_the_page_relative_to_itself() {
        let script = with_start(
            "async function __wbg_init(module_or_path) {}",
            "app-1_bg.wasm",
        );
        let script = script.unwrap();
        assert!(script.contains(r#"new URL("./app-1_bg.wasm", import.meta.url)"#));
        assert!(with_start("function other() {}", "app-1_bg.wasm").is_err());
    }

    #[test]
    fn anything_but_one_script_and_one_module_is_an_error() {
        let folder = std::env::temp_dir().join(format!("coldstart-page-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("app-1.js"), b"").unwrap();
        assert!(page_files(&folder).is_err());
        std::fs::write(folder.join("app-1_bg.wasm"), b"").unwrap();
        let files = page_files(&folder).unwrap();
        assert_eq!(files, ("app-1.js".to_owned(), "app-1_bg.wasm".to_owned()));
        std::fs::write(folder.join("app-2.js"), b"").unwrap();
        assert!(page_files(&folder).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
