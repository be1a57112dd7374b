//! `Globals` of a SAM template (AWS SAM developer guide, "Globals section of the AWS SAM template").

use super::super::document::{Node, NodeValue};
use super::super::log::{Log, Path};
use super::super::resolve::{Entry, Resolved, Resolver, Value};

/// Sections of `Globals`, and the type of resource that each is for.
const SECTIONS: [(&str, &str); 8] = [
    ("Api", "AWS::Serverless::Api"),
    ("CapacityProvider", "AWS::Serverless::CapacityProvider"),
    ("Function", "AWS::Serverless::Function"),
    ("HttpApi", "AWS::Serverless::HttpApi"),
    ("LayerVersion", "AWS::Serverless::LayerVersion"),
    ("SimpleTable", "AWS::Serverless::SimpleTable"),
    ("StateMachine", "AWS::Serverless::StateMachine"),
    ("WebSocketApi", "AWS::Serverless::WebSocketApi"),
];
/// What a function has for itself alone.
const OWN: [&str; 4] = ["Role", "Policies", "FunctionName", "Events"];

/// Properties for all resources of a type.
pub(super) struct Globals {
    sections: Vec<(&'static str, Resolved)>,
}

pub(super) fn read(node: Option<&Node>, resolver: &Resolver<'_>, log: &Log) -> Globals {
    let mut sections = Vec::new();
    for member in node.and_then(Node::members).unwrap_or_default() {
        let path = Path::of("Globals").member(&member.key);
        let Some((_, kind)) = SECTIONS.iter().find(|(name, _)| *name == member.key) else {
            let names: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
            let why = format!(
                "'Globals' section is invalid. '{}' is not supported. Must be one of the following values - {names:?}",
                member.key
            );
            log.refused(member.at, &path, why);
            continue;
        };
        let mut value = resolver.resolve(&member.value, &path);
        if let ("Function", Value::Map(entries)) = (member.key.as_str(), &mut value.value) {
            entries.retain(|entry| {
                let own = OWN.contains(&entry.key.as_str());
                if own {
                    let why = format!("'Globals' section is invalid. '{}' is not a supported property of 'Function'.", entry.key);
                    log.refused(entry.at, &path.member(&entry.key), why);
                }
                !own
            });
        }
        sections.push((*kind, value));
    }
    Globals { sections }
}

impl Globals {
    /// What a resource of this type has of them, less what it ignores: `IgnoreGlobals` is `*` or a list
    /// of properties.
    pub(super) fn of(&self, kind: &str, ignored: Option<&Node>) -> Option<Resolved> {
        let (_, global) = self.sections.iter().find(|(of, _)| *of == kind)?;
        let mut global = global.clone();
        match ignored.map(|node| &node.value) {
            Some(NodeValue::Text(all)) if all == "*" => return None,
            Some(NodeValue::List(names)) => {
                if let Value::Map(entries) = &mut global.value {
                    entries.retain(|it| !names.iter().any(|name| name.text() == Some(&it.key)));
                }
            }
            _ => {}
        }
        Some(global)
    }
}

/// Mappings are merged, lists are put after each other, anything else is the resource's own.
pub(super) fn merge(global: &Resolved, own: Resolved) -> Resolved {
    let value = match (&global.value, own.value) {
        (Value::Map(theirs), Value::Map(ours)) => {
            let mut merged: Vec<Entry> = theirs.clone();
            for entry in ours {
                match merged.iter_mut().find(|it| it.key == entry.key) {
                    Some(place) => {
                        place.value = merge(&place.value, entry.value);
                        place.at = entry.at;
                    }
                    None => merged.push(entry),
                }
            }
            Value::Map(merged)
        }
        (Value::List(theirs), Value::List(ours)) => {
            Value::List(theirs.iter().cloned().chain(ours).collect())
        }
        (_, ours) => ours,
    };
    Resolved { at: own.at, value }
}
