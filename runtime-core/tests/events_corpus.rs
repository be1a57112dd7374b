//! Replays the fuzz targets' seeds for what visitors write about events.
#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::fs;
use std::path::Path;

#[allow(unreachable_pub, reason = "it is public in the fuzz targets' crate")]
#[path = "../fuzz/src/event_checks.rs"]
mod event_checks;

/// The names say whether a seed is accepted. Each is also cut at every character.
fn replay(target: &str, holds: fn(&str) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds-events")
        .join(target);
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(holds(&text), name.starts_with("good-"), "{target}/{name}");
        for (cut, _) in text.char_indices() {
            holds(&text[..cut]);
            holds(&text[cut..]);
        }
        count += 1;
    }
    assert!(count >= 8, "{target}: {count}");
}

#[test]
fn patterns_hold() {
    replay("pattern", event_checks::pattern_holds);
}

#[test]
fn schedules_hold() {
    replay("schedule", event_checks::schedule_holds);
}

#[test]
fn texts_of_generators_hold() {
    replay("generator", event_checks::generator_text_holds);
}

#[test]
fn statements_hold() {
    replay("iot_sql", event_checks::iot_sql_holds);
}

#[test]
fn paths_hold() {
    replay("json_path", event_checks::json_path_holds);
}

#[test]
fn input_templates_hold() {
    replay("input_template", event_checks::input_template_holds);
}

#[test]
fn filters_of_logs_hold() {
    replay("log_filter", event_checks::log_filter_holds);
}
