//! Dependencies point at facts: the sources' `use` lines may name only what lies below.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A layer, and the layers of the same crate that it may name.
type Layer = (&'static str, &'static [&'static str]);

const CORE: &[Layer] = &[
    ("units", &[]),
    ("cpu", &["units"]),
    ("events", &["units"]),
    ("timeline", &["units"]),
    ("profile", &["cpu", "units"]),
    ("platform", &["timeline", "units"]),
    ("agenda", &["platform", "timeline", "units"]),
    ("generator", &["events", "timeline", "units"]),
    (
        "simulator",
        &[
            "billing",
            "cpu",
            "generator",
            "platform",
            "timeline",
            "units",
        ],
    ),
    ("scribe", &["events", "platform", "timeline", "units"]),
    ("projections", &["timeline", "units"]),
    ("billing", &["timeline", "units"]),
    ("break_even", &["billing", "cpu", "timeline", "units"]),
    ("estimate", &["billing", "platform", "timeline", "units"]),
    (
        "tuning",
        &["billing", "cpu", "platform", "timeline", "units"],
    ),
    (
        "change_set",
        &["platform", "scribe", "template", "timeline", "units"],
    ),
    ("sandbox", &["cpu", "profile", "timeline", "units"]),
    (
        "api",
        &[
            "events",
            "platform",
            "projections",
            "sandbox",
            "scribe",
            "timeline",
            "units",
        ],
    ),
    (
        "template",
        &[
            "api",
            "events",
            "platform",
            "projections",
            "sandbox",
            "scribe",
            "timeline",
            "units",
        ],
    ),
    ("workspace", &["sandbox", "timeline", "units"]),
    ("protocol", &["profile", "sandbox", "timeline", "units"]),
    (
        "environment",
        &["profile", "protocol", "sandbox", "timeline", "units"],
    ),
];

const APP: &[Layer] = &[
    ("shapes", &[]),
    ("mailbox", &[]),
    ("widgets", &["shapes"]),
    ("browser", &["mailbox"]),
    ("session", &["browser", "mailbox"]),
    ("pages", &["app", "browser", "session", "shapes", "widgets"]),
    ("app", &["browser", "pages", "session", "widgets"]),
];

/// Edges that are there for a reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    // The console interface hands the session to the page's window.
    ("app/src/browser/console.rs", "session"),
];

#[test]
fn the_core_points_at_facts() {
    check("runtime-core/src", CORE);
}

#[test]
fn the_page_points_at_facts() {
    check("app/src", APP);
}

#[test]
fn the_core_has_never_heard_of_a_screen() {
    for file in sources("runtime-core/src") {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in ["leptos", "web_sys", "tokio"] {
            assert!(
                !code(&text).contains(word),
                "{} names {word}",
                file.display()
            );
        }
        // What converts from and to what wasmer's js backend runs on.
        let engine =
            file.ends_with("sandbox/engine/js.rs") || file.ends_with("sandbox/engine/js_state.rs");
        assert!(
            engine || !code(&text).contains("js_sys"),
            "{} names js_sys",
            file.display()
        );
    }
}

#[test]
fn the_page_touches_the_browser_in_one_place() {
    for file in sources("app/src") {
        let place = relative(&file);
        let text = std::fs::read_to_string(&file).unwrap();
        let named = code(&text).contains("js_sys::");
        let allowed = ["app/src/browser/", "app/src/bin/", "app/src/widgets/"];
        assert!(
            !named || allowed.iter().any(|prefix| place.starts_with(prefix)),
            "{place} names js_sys: put it into app/src/browser"
        );
    }
}

fn check(root: &str, layers: &[Layer]) {
    for file in sources(root) {
        let place = relative(&file);
        let inside = place.strip_prefix(&format!("{root}/")).unwrap();
        let first = inside.split('/').next().unwrap().trim_end_matches(".rs");
        let Some((layer, below)) = layers.iter().find(|(name, _)| *name == first) else {
            continue;
        };
        let text = std::fs::read_to_string(&file).unwrap();
        for named in crate_paths(&code(&text)) {
            let known = layers.iter().any(|(name, _)| *name == named);
            let excepted = EXCEPTIONS.contains(&(place.as_str(), named.as_str()));
            assert!(
                !known || named == *layer || below.contains(&named.as_str()) || excepted,
                "{place} names crate::{named}, which {layer} must not"
            );
        }
    }
}

/// The first segment of every `crate::` path.
fn crate_paths(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (start, _) in text.match_indices("crate::") {
        let before = text[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &text[start + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            for part in group.split('}').next().unwrap().split(',') {
                named.insert(part.trim().split("::").next().unwrap().to_owned());
            }
        } else {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            named.insert(rest[..end].to_owned());
        }
    }
    named
}

/// The text without comments.
fn code(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |code, line| code + line + "\n")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn relative(file: &Path) -> String {
    file.strip_prefix(root()).unwrap().display().to_string()
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}
