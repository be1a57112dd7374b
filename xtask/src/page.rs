//! The page after Trunk: its module is split into parts, its style sheets are one, and it learns
//! where the workers and the code editor are.

use crate::build::Profile;
use crate::html::{attribute, elements};
use crate::parts::{self, LOADER, MODULE, SCRIPT};
use crate::styles;
use crate::workspace::read;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// What the page fetches later, and where it lies in the folder of static files.
pub struct Asset {
    /// The name of the `<meta>` element that tells the page its address.
    pub name: &'static str,
    /// Relative to the page.
    pub address: String,
}

/// Finishes the page in `folder`.
///
/// # Errors
/// If Trunk left something else than one page, one script and one module, or the page does not
/// split.
pub fn finish(folder: &Path, profile: Profile, assets: &[Asset]) -> Result<()> {
    // Trunk's own script and module are of the page in one piece.
    let (script, module) = page_files(folder)?;
    let old = script.trim_end_matches(".js").to_owned();
    std::fs::remove_file(folder.join(&script)).context("the page's script")?;
    std::fs::remove_file(folder.join(&module)).context("the page's module")?;
    let new = parts::build(folder, profile)?;

    let path = folder.join("index.html");
    let html = String::from_utf8(read(&path)?).context("index.html")?;
    let html = with_assets(&with_page(&html, &old, &new)?, assets)?;
    let html = match profile {
        Profile::Release => styles::joined(&html, folder)?,
        Profile::Dev => html,
    };
    std::fs::write(&path, html).context("index.html")
}

/// The page's HTML with the files in the folder `new` instead of Trunk's `old.js` and
/// `old_bg.wasm`. What fetches parts is loaded with the script that imports it, not after it.
fn with_page(html: &str, old: &str, new: &str) -> Result<String> {
    let script = format!("{old}.js");
    let Some(address) = elements(html)
        .filter_map(|element| attribute(element, "src"))
        .find(|address| address.ends_with(&script))
    else {
        bail!("index.html does not name {script}");
    };
    let base = address.trim_end_matches(&script);
    let preload = format!("<link rel=\"modulepreload\" href=\"{base}{new}/{LOADER}\">\n</head>");
    Ok(html
        .replacen("</head>", &preload, 1)
        .replace(&format!("{old}_bg.wasm"), &format!("{new}/{MODULE}"))
        .replace(&script, &format!("{new}/{SCRIPT}")))
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

/// The page's HTML with one `<meta>` element an asset.
fn with_assets(html: &str, assets: &[Asset]) -> Result<String> {
    let Some((head, rest)) = html.split_once("</head>") else {
        bail!("index.html has no </head>");
    };
    let mut text = String::from(head);
    for asset in assets {
        text.push_str(&format!(
            "<meta name=\"{}\" content=\"{}\">\n",
            asset.name, asset.address
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
        let workers = [Asset {
            name: "environment_worker",
            address: "./workers/environment_worker-1f".to_owned(),
        }];
        let html = with_assets("<html><head></head><body></body></html>", &workers).unwrap();
        assert_eq!(
            html,
            "<html><head><meta name=\"environment_worker\" content=\"./workers/environment_worker-1f\">\n\
             </head><body></body></html>"
        );
        assert!(with_assets("<html>", &workers).is_err());
    }

    #[test]
    fn the_page_names_the_folder_of_its_files() {
        let html = r#"<head><link rel="modulepreload" href="./app-1.js"><link rel="preload" href="./app-1_bg.wasm"></head><body><script type="module" src="./app-1.js"></script></body>"#;
        let html = with_page(html, "app-1", "app-2").unwrap();
        assert!(!html.contains("app-1"), "{html}");
        assert!(html.contains(r#"src="./app-2/app.js""#), "{html}");
        assert!(html.contains(r#"href="./app-2/app_bg.wasm""#), "{html}");
        assert!(html.contains(r#"href="./app-2/__wasm_split.js""#), "{html}");
        assert!(with_page("<head></head>", "app-1", "app-2").is_err());
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
