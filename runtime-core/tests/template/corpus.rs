//! The templates of the corpus.

use crate::read;
use proptest::prelude::*;
use runtime_core::template::{Imported, Inputs, import};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const TEMPLATES: [&str; 4] = [
    "mistakes.yaml",
    "orders.yaml",
    "pictures.json",
    "streams.yaml",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/template/corpus")
}

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

/// Set `COLDSTART_BLESS=1` to write what is read now, and read the difference.
#[test]
fn they_come_to_what_is_written_beside_them() {
    for name in TEMPLATES {
        let read = serde_json::to_string_pretty(&read(&text(name))).unwrap() + "\n";
        let golden = folder().join(name).with_extension("read.json");
        if std::env::var_os("COLDSTART_BLESS").is_some() {
            fs::write(&golden, &read).unwrap();
        }
        let golden = fs::read_to_string(&golden).unwrap();
        assert!(read == golden, "{name} is read as something else");
    }
}

/// The logical ids of a template's resources.
fn resources(name: &str) -> Vec<String> {
    let text = text(name);
    if name.ends_with(".json") {
        let value: Value = serde_json::from_str(&text).unwrap();
        return value["Resources"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
    }
    let from = text.find("\nResources:").unwrap() + 1;
    let mut lines = text[from..].lines();
    lines.next();
    let own = lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let heads = own.filter(|line| line.starts_with("  ") && !line[2..].starts_with([' ', '#']));
    heads
        .filter_map(|line| line.trim().split_once(':'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Integrations are a part of the routes that name them, a version one of its function.
const PARTS: [&str; 2] = ["Join", "V1"];

/// Whether a resource was taken over, or something is said of it.
fn accounts_for(imported: &Imported, resource: &str) -> bool {
    let noticed = imported.notices.iter().any(|it| it.logical_id == resource);
    let stack = serde_json::to_string(&imported.stack).unwrap();
    let named = format!("\"{resource}\"");
    // An alias is known by its own name.
    let alias = format!("\"name\":\"{}\"", resource.to_lowercase());
    noticed || stack.contains(&named) || stack.contains(&alias)
}

#[test]
fn nothing_gets_lost_without_a_word() {
    for name in TEMPLATES {
        let imported = read(&text(name));
        let resources = resources(name);
        assert!(resources.len() >= 4, "{name}: {resources:?}");
        let own = resources.iter().filter(|it| !PARTS.contains(&it.as_str()));
        for resource in own {
            assert!(accounts_for(&imported, resource), "{name}: {resource}");
        }
    }
}

#[test]
fn what_is_given_to_a_template_is_used() {
    let inputs = Inputs {
        imports: [(
            "shared-topic".to_owned(),
            "arn:aws:sns:us-east-1:1:t".to_owned(),
        )]
        .into(),
        ..Inputs::default()
    };
    let pictures = text("pictures.json");
    let asked = read(&pictures);
    assert_eq!(asked.needed.len(), 1);
    let given = import(pictures.as_bytes(), &inputs).unwrap();
    assert_eq!(given.needed, []);
    assert!(given.stack.triggers.len() > asked.stack.triggers.len());
}

#[test]
fn an_import_can_be_kept_as_json() {
    for name in TEMPLATES {
        let stack = read(&text(name)).stack;
        let json = serde_json::to_string(&stack).unwrap();
        let back: runtime_core::template::Stack = serde_json::from_str(&json).unwrap();
        assert!(back == stack, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Pieces are cut out, put elsewhere or replaced: what is left is read or refused.
    #[test]
    fn damaged_templates_are_read_or_refused(
        which in 0..TEMPLATES.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..60, "[ -~\n]{0,12}"), 1..6),
    ) {
        let mut damaged: Vec<char> = text(TEMPLATES[which]).chars().collect();
        for (place, length, instead) in cuts {
            let from = place.index(damaged.len().max(1)).min(damaged.len());
            let to = (from + length).min(damaged.len());
            damaged.splice(from..to, instead.chars());
        }
        let damaged: String = damaged.into_iter().collect();
        let lines = damaged.lines().count() as u32 + 1;
        match import(damaged.as_bytes(), &Inputs::default()) {
            Ok(imported) => {
                for notice in imported.notices {
                    prop_assert!((1..=lines).contains(&notice.at.line), "{}", notice);
                    prop_assert!(!notice.message.is_empty());
                }
            }
            Err(error) => {
                prop_assert!((1..=lines).contains(&error.at.line));
                prop_assert!(!error.hint().is_empty());
            }
        }
    }
}
