//! The code editor: `app/editor` and the npm packages that it imports, bundled into one script.
//!
//! `editor/editor-HASH.js`; the page finds it in `<meta name="editor" content="./editor/…js">` and
//! fetches it when someone looks at code.

use crate::build::Profile;
use crate::console::{run_quietly, say};
use crate::page::Asset;
use crate::workspace::{self, content_hash, read, write_if_changed};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// The name of the `<meta>` element that tells the page where the script is.
pub const NAME: &str = "editor";

/// Bundles the editor into `folder`, the static files' own.
///
/// # Errors
/// If an import is missing, or node is.
pub fn build(profile: Profile, folder: &Path) -> Result<Asset> {
    say("code editor");
    let output = workspace::target()?.join("coldstart/editor.js");
    let mut bundle = Command::new("node");
    bundle
        .arg(workspace::root().join("app/editor/build.mjs"))
        .arg(&output);
    if profile == Profile::Release {
        bundle.arg("--minify");
    }
    run_quietly(&mut bundle)?;
    let script = read(&output)?;
    let address = format!("./editor/editor-{}.js", content_hash([&script[..]]));
    write_if_changed(&folder.join(&address), &script)?;
    Ok(Asset {
        name: NAME,
        address,
    })
}
