//! Everything that templates can have comes to something, or is said to be left out.

use crate::{changed, said};
use runtime_core::change_set::{ChangeSet, Order, change_set};
use runtime_core::timeline::{Destination, SourceKind, TargetInput};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A change set as a text: a line for each thing, by what it is.
fn told(set: &ChangeSet) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    for it in &set.functions {
        let settings = &it.configuration;
        let aliases: Vec<String> = it
            .aliases
            .iter()
            .map(|it| format!("{}={} {:?}", it.name, it.version, it.provisioned))
            .collect();
        line(format!(
            "function {} {} {} {} {} url={:?} aliases={aliases:?} version={:?} {:?} tags={:?}",
            settings.name,
            it.runtime,
            settings.handler,
            settings.memory,
            settings.runtime.id(),
            it.url.as_ref().map(|it| (it.signed, it.streamed, &it.cors)),
            it.version.map(|it| it.provisioned),
            it.version_description,
            it.tags,
        ));
    }
    for it in &set.queues {
        let redrive = it.configuration.redrive.map(|it| it.dead_letter_queue.0);
        line(format!(
            "queue {} {} redrive={redrive:?}",
            it.id.0, it.configuration.name
        ));
    }
    for it in &set.streams {
        let settings = &it.configuration;
        let hours = settings
            .retention
            .map(|it| it.as_nanos() / 3_600_000_000_000);
        let key = settings.table.iter().flat_map(|it| it.attributes());
        let key: Vec<String> = key
            .map(|it| format!("{} {}", it.name, it.kind.name()))
            .collect();
        line(format!(
            "stream {} {:?} kept={hours:?} h key={key:?}",
            settings.name, settings.kind
        ));
    }
    for it in &set.mappings {
        line(format!(
            "mapping {} -> {} of {}",
            it.from, it.to, it.configuration.batch_size
        ));
    }
    for it in &set.sources {
        let wires = it.configuration.wires.iter().map(|it| {
            let gets = match &it.input {
                TargetInput::Event => String::new(),
                input => format!(" gets {input:?}"),
            };
            match it.target {
                Destination::Function(id) => format!("function {}: {:?}{gets}", id.0, it.interest),
                Destination::Queue(id) => format!("queue {}: {:?}{gets}", id.0, it.interest),
                Destination::Source(id) => panic!("source {}", id.0),
            }
        });
        let wires: Vec<String> = wires.collect();
        let set = match &it.configuration.kind {
            SourceKind::Schedule(it) => {
                let dates = (&it.start, &it.end, it.window_minutes);
                format!(" {} {:?} {dates:?}", it.expression, it.zone)
            }
            _ => String::new(),
        };
        line(format!(
            "source {} {}{set} tells {:?} {}",
            it.configuration.kind.name(),
            it.configuration.name,
            it.tells,
            wires.join(" | "),
        ));
    }
    for it in &set.shown {
        line(format!("shown {}: {}. {}", it.name, it.what, it.note));
    }
    for it in &set.kept {
        line(format!(
            "kept {} {} {}",
            it.logical_id, it.of_type, it.properties
        ));
    }
    for it in &set.remarks {
        line(said(it));
    }
    text
}

/// Set `COLDSTART_BLESS=1` to write what is read now, and read the difference.
#[test]
fn every_kind_comes_to_what_is_written_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/change_set/corpus");
    for name in ["events.yaml", "plain.yaml"] {
        let template = fs::read_to_string(folder.join(name)).unwrap();
        let told = told(&changed(&template));
        let golden = folder.join(name).with_extension("txt");
        if std::env::var_os("COLDSTART_BLESS").is_some() {
            fs::write(&golden, &told).unwrap();
        }
        let golden = fs::read_to_string(&golden).unwrap();
        assert!(told == golden, "{name} comes to something else:\n{told}");
    }
}

/// What is wrong with a file that is no template.
fn fault(template: &str) -> String {
    let order = Order {
        template: template.as_bytes().to_vec(),
        ..Order::default()
    };
    change_set(&order).unwrap_err().to_string()
}

#[test]
fn what_is_no_template_says_where_and_why() {
    for (template, starts) in [
        ("", "line 1, column 1: the template is empty"),
        ("hello", "line 1, column 1: a template is a mapping"),
        (
            "{\"a\": 1}",
            "line 1, column 1: Template format error: At least one Resources",
        ),
        (
            "Resources:\n  A: [1,\n",
            "line 3, column 1: template format error",
        ),
        (
            "Resources:\n\tA: 1\n",
            "line 2, column 2: template format error",
        ),
        (
            "Resources:\n  A: 1\n  A: 2\n",
            "line 3, column 3: \"A\" is there twice",
        ),
    ] {
        let fault = fault(template);
        assert!(fault.starts_with(starts), "{template:?}: {fault}");
    }
    let large = format!("Resources:\n  A: \"{}\"\n", "x".repeat(1_100_000));
    assert!(
        fault(&large).contains("1048576 are the most"),
        "{}",
        fault(&large)
    );
}

/// Ten times ten times ten ... items, of a few lines.
#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut bomb = "Resources:\n  A0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        let _ = writeln!(bomb, "  A{level}: &a{level} [{before}]");
    }
    let fault = fault(&bomb);
    assert!(fault.contains("has more than 200000 parts"), "{fault}");
}

#[test]
fn circles_are_said_and_the_rest_is_made() {
    let set = changed(
        "Resources:
  First: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Sub '${Second.QueueName}-x' } }
  Second: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Sub '${First.QueueName}-y' } }
  Third: { Type: 'AWS::SQS::Queue' }
  Strange: { Type: 'AWS::Nowhere::Thing' }
",
    );
    let names: Vec<&str> = set.queues.iter().map(|it| it.logical_id.as_str()).collect();
    // Names that nobody can make out are left out: the queues have their own.
    assert_eq!(names, ["First", "Second", "Third"]);
    let all: Vec<String> = set.remarks.iter().map(said).collect();
    let has = |words: &str| all.iter().any(|it| it.contains(words));
    assert!(
        has("line 2: refused First.Properties.QueueName: Template error: Circular dependency"),
        "{all:?}"
    );
    assert!(
        has("line 5: skipped Strange: AWS::Nowhere::Thing is not understood here."),
        "{all:?}"
    );
}
