//! Replays the golden events of all triggers against each other, and parts of them as responses.
#![cfg(feature = "shapes")]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

#[path = "../fuzz/src/triggers.rs"]
mod triggers;

use runtime_core::events::trigger::{TriggerKind, check};
use std::path::PathBuf;

fn golden() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../public/events/triggers");
    let mut events: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    events.sort();
    events
}

#[test]
fn each_golden_event_is_one_of_its_kind() {
    let events = golden();
    assert_eq!(events.len(), TriggerKind::ALL.len());
    for (name, event) in &events {
        assert_eq!(check(name.parse().unwrap(), event), Ok(()), "{name}");
    }
}

/// What is meant for one trigger is no event of another, but for those that look the same.
#[test]
fn kinds_are_told_apart() {
    let free = |kind: TriggerKind| {
        matches!(
            kind,
            TriggerKind::IotRule
                | TriggerKind::StepFunctions
                | TriggerKind::EventBridgeSchedule
                | TriggerKind::Scheduler
        )
    };
    for (name, event) in golden() {
        let own: TriggerKind = name.parse().unwrap();
        for kind in TriggerKind::ALL {
            let alike = match own {
                TriggerKind::EventBridgeSchedule => kind == TriggerKind::EventBridgeRule,
                TriggerKind::FunctionUrl => kind == TriggerKind::ApiGatewayHttp,
                _ => false,
            };
            if kind != own && !free(kind) && !alike {
                assert!(check(kind, &event).is_err(), "{name} as {kind}");
            }
        }
    }
}

#[test]
fn golden_events_and_pieces_of_them_are_judged() {
    for (_, event) in golden() {
        triggers::triggers_hold(&event);
        let mut both = event.clone();
        both.push(0);
        both.extend_from_slice(&event);
        triggers::triggers_hold(&both);
        for end in (0..both.len()).step_by(97) {
            triggers::triggers_hold(&both[..end]);
        }
    }
}
