//! What a change set says, as texts.

use crate::shapes::text::counted;
use runtime_core::change_set::{
    ChangeSet, CodeChoice, NewFunction, NewMapping, NewQueue, NewSource, NewStream, is_template,
};
use runtime_core::timeline::{SourceKind, StreamKind};
use runtime_core::units::Span;

/// Something that will be made: what it is called, and what there is to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) facts: String,
    /// Why it is not called as in the template.
    pub(super) renamed: Option<String>,
}

/// Which of some files is the template: rather one that is called so than any JSON.
pub(super) fn template_among(names: &[String]) -> Option<usize> {
    let rank = |name: &String| {
        let name = name.to_ascii_lowercase();
        let called = name.starts_with("template") || name.starts_with("sam");
        match (called, name.ends_with(".json")) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        }
    };
    let templates = names.iter().enumerate().filter(|(_, it)| is_template(it));
    templates
        .min_by_key(|(_, it)| rank(it))
        .map(|(place, _)| place)
}

/// A line of the template, and a sign below the column: from 1, in characters.
pub(super) fn excerpt(template: &[u8], line: u32, column: u32) -> Option<String> {
    const LONGEST: usize = 160;
    let text = String::from_utf8_lossy(template);
    let line = text
        .lines()
        .nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
    let before = usize::try_from(column).ok()?.saturating_sub(1);
    let start = before.saturating_sub(LONGEST / 2);
    let shown: String = line.chars().skip(start).take(LONGEST).collect();
    Some(format!("{shown}\n{}^", " ".repeat(before - start)))
}

pub(super) fn code_label(choice: &CodeChoice, files: &[String]) -> String {
    let name = |place: u32| {
        let name = usize::try_from(place)
            .ok()
            .and_then(|place| files.get(place));
        name.cloned().unwrap_or_default()
    };
    match choice {
        CodeChoice::Inline(_) => "in the template".to_owned(),
        CodeChoice::Archive(place) => name(*place),
        CodeChoice::Folder(members) => match members.as_slice() {
            [(file, _)] => file.clone(),
            [(first, _), rest @ ..] => format!("{first} and {} more", rest.len()),
            [] => String::new(),
        },
        CodeChoice::Stub(_) => "a stub that returns its event".to_owned(),
    }
}

pub(super) fn function_row(function: &NewFunction) -> Row {
    let settings = &function.configuration;
    let mut facts = vec![
        match function.runtime.is_empty() {
            true => "image".to_owned(),
            false => function.runtime.clone(),
        },
        settings.handler.clone(),
        settings.memory.to_string(),
        seconds(settings.timeout),
    ];
    let variables = settings.variables.len();
    if variables > 0 {
        facts.push(counted(variables, "variable"));
    }
    if let Some(reserved) = settings.reserved_concurrency {
        facts.push(format!("{reserved} reserved"));
    }
    for alias in &function.aliases {
        facts.push(match alias.provisioned {
            Some(count) => format!("alias {} with {count} provisioned", alias.name),
            None => format!("alias {}", alias.name),
        });
    }
    if let Some(version) = function.version {
        facts.push(match version.provisioned {
            Some(count) => format!("a version with {count} provisioned"),
            None => "a version".to_owned(),
        });
    }
    if let Some(url) = &function.url {
        facts.push(match url.streamed {
            true => "function URL, streamed".to_owned(),
            false => "function URL".to_owned(),
        });
    }
    Row {
        name: settings.name.clone(),
        facts: facts.join(" · "),
        renamed: renamed(function.taken.as_deref()),
    }
}

pub(super) fn queue_row(queue: &NewQueue, set: &ChangeSet) -> Row {
    let settings = &queue.configuration;
    let mut facts = vec![format!(
        "hidden for {}",
        seconds(settings.visibility_timeout)
    )];
    if settings.is_fifo() {
        facts.insert(0, "FIFO".to_owned());
    }
    if settings.delay != Span::ZERO {
        facts.push(format!("delayed by {}", seconds(settings.delay)));
    }
    if let Some(redrive) = settings.redrive {
        let mut queues = set.queues.iter();
        let dead = queues.find(|it| it.id == redrive.dead_letter_queue);
        let name = dead.map_or("another", |it| it.configuration.name.as_str());
        let receives = redrive.maximum_receives;
        facts.push(format!("after {receives} receives to {name}"));
    }
    Row {
        name: settings.name.clone(),
        facts: facts.join(" · "),
        renamed: renamed(queue.taken.as_deref()),
    }
}

pub(super) fn stream_row(stream: &NewStream) -> Row {
    let kind = match stream.configuration.kind {
        StreamKind::Kinesis(shards) => format!("Kinesis · {}", counted(shards, "shard")),
        StreamKind::Table(_) => "a DynamoDB table's changes".to_owned(),
        StreamKind::Topic(partitions) => {
            format!("Kafka topic · {}", counted(partitions, "partition"))
        }
        StreamKind::Broker(_) => "a broker's queue".to_owned(),
    };
    Row {
        name: stream.configuration.name.clone(),
        facts: kind,
        renamed: renamed(stream.taken.as_deref()),
    }
}

pub(super) fn mapping_row(mapping: &NewMapping) -> Row {
    let settings = &mapping.configuration;
    let mut facts = vec![format!("batches of {}", settings.batch_size)];
    if settings.window != Span::ZERO {
        facts.push(format!("window of {}", seconds(settings.window)));
    }
    if let Some(most) = settings.maximum_concurrency() {
        facts.push(format!("{most} at a time"));
    }
    if let Some(pollers) = settings.pollers() {
        facts.push(format!(
            "{} to {} pollers",
            pollers.minimum, pollers.maximum
        ));
    }
    if settings.report_failures {
        facts.push("reports failures".to_owned());
    }
    if !settings.filters.is_empty() {
        facts.push(counted(settings.filters.len(), "filter"));
    }
    if !settings.enabled {
        facts.push("switched off".to_owned());
    }
    Row {
        name: format!("{} → {}", mapping.from, mapping.to),
        facts: facts.join(" · "),
        renamed: None,
    }
}

pub(super) fn source_row(source: &NewSource) -> Row {
    let settings = &source.configuration;
    let mut facts = vec![settings.kind.name().to_owned()];
    if let SourceKind::Schedule(schedule) = &settings.kind {
        facts.push(schedule.expression.clone());
        for (word, date) in [("from", &schedule.start), ("until", &schedule.end)] {
            facts.extend(date.as_ref().map(|date| format!("{word} {date}")));
        }
        let window = schedule.window_minutes;
        facts.extend(window.map(|minutes| format!("within {minutes} min")));
        if !schedule.enabled {
            facts.push("switched off".to_owned());
        }
    }
    if source.exists {
        facts.push("is there already".to_owned());
    }
    if !source.tells.is_empty() {
        facts.push(format!("tells {}", source.tells.join(", ")));
    }
    Row {
        name: settings.name.clone(),
        facts: facts.join(" · "),
        renamed: renamed(source.taken.as_deref()),
    }
}

/// Whether there is anything to make or to keep.
pub(super) fn makes_something(set: &ChangeSet) -> bool {
    !(set.functions.is_empty()
        && set.queues.is_empty()
        && set.streams.is_empty()
        && set.sources.is_empty()
        && set.kept.is_empty())
}

fn renamed(taken: Option<&str>) -> Option<String> {
    taken.map(|name| format!("{name} is there already and stays as it is"))
}

fn seconds(span: Span) -> String {
    format!("{} s", span.as_nanos() / 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_told_from_other_files() {
        let among = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
            template_among(&names)
        };
        assert_eq!(among(&["package.json", "template.json", "app.py"]), Some(1));
        assert_eq!(among(&["package.json", "infra.yml"]), Some(1));
        assert_eq!(among(&["event.json"]), Some(0));
        assert_eq!(among(&["app.py"]), None);
    }

    #[test]
    fn an_excerpt_points_at_the_column() {
        let text = b"Resources:\n  A: [1,\n";
        assert_eq!(excerpt(text, 2, 6).as_deref(), Some("  A: [1,\n     ^"));
        assert_eq!(excerpt(text, 9, 1), None);
        assert_eq!(excerpt(text, 0, 0), None);
        let long = "x".repeat(500);
        let shown = excerpt(long.as_bytes(), 1, 400).unwrap_or_default();
        assert_eq!(shown.lines().next().map(str::len), Some(160));
        assert_eq!(shown.lines().nth(1).map(str::len), Some(81));
    }
}
