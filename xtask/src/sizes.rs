//! What a visitor downloads, compressed as the strictest hosts do, against its budgets.

use crate::html::{attribute, elements};
use crate::workspace::read;
use crate::{editor, styles, workers};
use anyhow::{Context, Result};
use std::fmt;
use std::path::{Path, PathBuf};

/// Files that are downloaded together, and what they may weigh.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    /// For the report.
    pub name: &'static str,
    /// The sum of the Brotli sizes, bytes.
    pub size: usize,
    /// The most it may be, bytes.
    pub budget: usize,
    /// Each file and its Brotli size, bytes.
    pub files: Vec<(String, usize)>,
}

impl Group {
    /// Whether the budget is kept.
    pub fn fits(&self) -> bool {
        self.size <= self.budget
    }

    fn new(name: &'static str, budget: usize, files: Vec<(String, usize)>) -> Group {
        Group {
            name,
            size: files.iter().map(|(_, size)| size).sum(),
            budget,
            files,
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kb = |bytes: usize| bytes as f64 / 1024.0;
        write!(
            f,
            "{}: {:.1} KB of {:.0} KB (Brotli:",
            self.name,
            kb(self.size),
            kb(self.budget)
        )?;
        for (index, (file, size)) in self.files.iter().enumerate() {
            let separator = if index == 0 { " " } else { ", " };
            write!(f, "{separator}{file} {:.1}", kb(*size))?;
        }
        f.write_str(")")
    }
}

/// 250 KB: everything that is fetched before the page is interactive.
const PAGE_BUDGET: usize = 250 * 1024;
/// The page's parts, which are fetched once it is interactive. They come while a visitor reads: what happened, where its
/// milliseconds went, drawings, deployments, the settings, storage, runtimes, the code panel around the editor, the forms
/// of triggers, queues, sources with patterns, schedules and SQL, streams, generators, the HTTP client, the map with time
/// control, traces, the inspector, power tuning, the ledger, the Scale lab with its comparisons, sweeps and measured times, the Fargate page with its form, its drawn
/// loads, templates that become its scenarios and the words of EKS, charts as SVG, the console's functions, with their style sheet; and
/// what comes only when it is asked for: the Costs page, the dialog for templates, their export, and the Lambda API, which comes with the
/// first request of an SDK.
const PARTS_BUDGET: usize = 1_460 * 1024;
/// 150 KB: the code editor, fetched when someone looks at code.
const EDITOR_BUDGET: usize = 150 * 1024;
/// 200 KB: an environment worker's script and module.
const ENVIRONMENT_BUDGET: usize = 200 * 1024;

/// Measures the static files in `dist`.
///
/// # Errors
/// If a file that the page names is not there.
pub fn measure(dist: &Path) -> Result<Vec<Group>> {
    let html = String::from_utf8(read(&dist.join("index.html"))?).context("index.html")?;
    let mut page = vec!["index.html".to_owned()];
    page.extend(fetched_at_once(&html));
    let editor =
        asset_address(&html, editor::NAME).context("index.html does not name the code editor")?;
    let worker = asset_address(&html, workers::ENVIRONMENT.name)
        .context("index.html does not name the environment worker")?;
    let environment = ["js", "wasm"].map(|extension| format!("{worker}.{extension}"));
    Ok(vec![
        Group::new("page", PAGE_BUDGET, sizes(dist, &page)?),
        Group::new(
            "the page's parts",
            PARTS_BUDGET,
            sizes(dist, &parts(dist, &html, &page)?)?,
        ),
        Group::new(
            "code editor",
            EDITOR_BUDGET,
            sizes(dist, &[editor.to_owned()])?,
        ),
        Group::new(
            "environment worker",
            ENVIRONMENT_BUDGET,
            sizes(dist, &environment)?,
        ),
    ])
}

/// The modules beside the page's own, and the parts' style sheet.
fn parts(dist: &Path, html: &str, page: &[String]) -> Result<Vec<String>> {
    let module = page.iter().find(|file| file.ends_with("_bg.wasm"));
    let Some((folder, _)) = module.and_then(|module| module.rsplit_once('/')) else {
        return Ok(Vec::new());
    };
    let styles = asset_address(html, styles::LATER).map(str::to_owned);
    let mut parts: Vec<String> = styles.into_iter().collect();
    for entry in std::fs::read_dir(below(dist, folder)).context("the page's folder")? {
        let name = entry.context("the page's folder")?.file_name();
        let file = format!("{folder}/{}", name.to_string_lossy());
        if file.ends_with(".wasm") && !page.contains(&file) {
            parts.push(file);
        }
    }
    parts.sort();
    Ok(parts)
}

fn sizes(dist: &Path, files: &[String]) -> Result<Vec<(String, usize)>> {
    files
        .iter()
        .map(|file| Ok((file.clone(), brotli_size(&read(&below(dist, file))?)?)))
        .collect()
}

fn below(dist: &Path, file: &str) -> PathBuf {
    dist.join(file.trim_start_matches("./"))
}

/// The size at Brotli's highest quality, bytes.
///
/// # Errors
/// If compressing fails.
pub fn brotli_size(bytes: &[u8]) -> Result<usize> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)
        .context("Brotli could not compress")?;
    Ok(compressed.len())
}

/// The addresses that the browser fetches as it reads the page: style sheets, scripts, preloads.
fn fetched_at_once(html: &str) -> Vec<String> {
    let mut addresses = Vec::new();
    for element in elements(html) {
        let address = if element.starts_with("script") {
            attribute(element, "src")
        } else if matches!(
            attribute(element, "rel"),
            Some("stylesheet" | "preload" | "modulepreload")
        ) {
            attribute(element, "href")
        } else {
            None
        };
        if let Some(address) = address.map(str::to_owned)
            && !addresses.contains(&address)
        {
            addresses.push(address);
        }
    }
    addresses
}

/// The address of what the page fetches later: the editor, or a worker's two files without extension.
pub fn asset_address<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    elements(html)
        .filter(|element| element.starts_with("meta"))
        .find(|element| attribute(element, "name") == Some(name))
        .and_then(|element| attribute(element, "content"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><head><link rel="stylesheet" href="./styles/a.css"/>
        <link rel="icon" href="./icon.svg"><meta name="environment_worker" content="./workers/e-1">
        <meta name="editor" content="./editor/editor-1.js"><link rel="modulepreload" href="./app-1/app.js" crossorigin="anonymous">
        <link rel="preload" href="./app-1/app_bg.wasm" as="fetch"></head>
        <body><a href="./other">x</a><script type="module" src="./app-1/app.js"></script></body></html>"#;

    #[test]
    fn what_the_page_names_is_counted_once() {
        assert_eq!(
            fetched_at_once(PAGE),
            ["./styles/a.css", "./app-1/app.js", "./app-1/app_bg.wasm"]
        );
        assert_eq!(
            asset_address(PAGE, "environment_worker"),
            Some("./workers/e-1")
        );
        assert_eq!(asset_address(PAGE, "package_worker"), None);
    }

    #[test]
    fn sums_and_budgets() {
        let group = Group::new("page", 1024, vec![("a".into(), 1000), ("b".into(), 24)]);
        assert_eq!(group.size, 1024);
        assert!(group.fits());
        assert_eq!(
            group.to_string(),
            "page: 1.0 KB of 1 KB (Brotli: a 1.0, b 0.0)"
        );
        assert!(!Group::new("page", 1023, vec![("a".into(), 1024)]).fits());
    }

    #[test]
    fn compression_is_measured() {
        let size = brotli_size(&[b'a'; 10_000]).unwrap();
        assert!((1..100).contains(&size), "{size}");
    }

    #[test]
    fn a_whole_folder_is_measured() {
        let dist = std::env::temp_dir().join(format!("coldstart-sizes-{}", std::process::id()));
        for folder in ["styles", "workers", "editor", "app-1"] {
            std::fs::create_dir_all(dist.join(folder)).unwrap();
        }
        std::fs::write(dist.join("index.html"), PAGE).unwrap();
        for file in [
            "styles/a.css",
            "app-1/app.js",
            "app-1/app_bg.wasm",
            "app-1/split_a.wasm",
            "editor/editor-1.js",
            "workers/e-1.js",
            "workers/e-1.wasm",
        ] {
            std::fs::write(dist.join(file), file).unwrap();
        }
        let groups = measure(&dist).unwrap();
        assert_eq!(groups[0].files.len(), 4);
        assert_eq!(groups[1].files[0].0, "./app-1/split_a.wasm");
        assert_eq!(groups[2].files[0].0, "./editor/editor-1.js");
        assert_eq!(groups[3].files.len(), 2);
        std::fs::remove_file(dist.join("app-1/app.js")).unwrap();
        assert!(measure(&dist).is_err());
        std::fs::remove_dir_all(dist).unwrap();
    }
}
