//! esbuild's minifier: what a browser needs of a style sheet or a script.

use crate::console::run_quietly;
use crate::tools;
use crate::workspace::{self, content_hash, read};
use anyhow::{Context, Result};
use std::process::Command;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A style sheet.
    Css,
    /// A module: names that it does not export become short.
    JavaScript,
}

/// The same without what only people need.
///
/// # Errors
/// If esbuild is missing or does not accept the text.
pub fn minified(text: &str, language: Language) -> Result<Vec<u8>> {
    tools::ensure_node_modules()?;
    let folder = workspace::target()?.join("coldstart");
    std::fs::create_dir_all(&folder).context("the folder of built things")?;
    let name = content_hash([text.as_bytes()]);
    let ending = match language {
        Language::Css => "css",
        Language::JavaScript => "js",
    };
    let input = folder.join(format!("{name}.{ending}"));
    let output = folder.join(format!("{name}.min.{ending}"));
    std::fs::write(&input, text).context("what is to be minified")?;
    let script = workspace::root().join("xtask/src/minify.mjs");
    run_quietly(Command::new("node").arg(script).args([&input, &output]))?;
    let minified = read(&output)?;
    for file in [input, output] {
        std::fs::remove_file(file).context("a file that was only needed meanwhile")?;
    }
    Ok(minified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_keeps_what_it_exports() {
        let module = "// why\nimport { there } from './a.js';\nconst long_name = there(1);\nexport function kept() { return long_name; }\n";
        let short = String::from_utf8(minified(module, Language::JavaScript).unwrap()).unwrap();
        assert!(short.len() < module.len());
        assert!(
            short.contains("as kept") || short.contains("function kept"),
            "{short}"
        );
        assert!(short.contains("./a.js"), "{short}");
        assert!(
            !short.contains("long_name") && !short.contains("why"),
            "{short}"
        );
    }
}
