//! The template's sections (CloudFormation user guide, "Template sections").

use super::super::document::{At, DocumentError, DocumentFault, Function, Member, Node, NodeValue};
use super::super::log::{Log, Path};
use super::super::resolve::{Resolved, Resolver, Sections, Value};
use super::Found;
use super::globals::{Globals, merge};

/// What SAM's transform is called.
const SERVERLESS: &str = "AWS::Serverless-2016-10-31";
/// Attributes of resources that mean nothing where nothing is deployed.
const ATTRIBUTES: [&str; 4] = [
    "CreationPolicy",
    "DeletionPolicy",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// The member of a resource's metadata that is ours.
const HERE: &str = "Coldstart";

pub(super) struct Template<'a> {
    pub(super) description: Option<String>,
    pub(super) parameters: &'a [Member],
    pub(super) globals: Option<&'a Node>,
    pub(super) sections: Sections<'a>,
}

pub(super) fn read<'a>(root: &'a Node, log: &Log) -> Result<Template<'a>, DocumentError> {
    let refused = |at, fault| Err(DocumentError { at, fault });
    let Some(members) = root.members() else {
        let found = root.kind();
        return refused(root.at, DocumentFault::NotAMapping { found });
    };
    let resources = root.get("Resources").and_then(Node::members).unwrap_or(&[]);
    if resources.is_empty() {
        return refused(root.at, DocumentFault::NoResources);
    }
    let mut serverless = false;
    for member in members {
        let path = Path::of(&member.key);
        let skip = |why: &str| log.skipped(member.at, &path, why);
        match member.key.as_str() {
            "AWSTemplateFormatVersion" if member.value.text() != Some("2010-09-09") => {
                let why = "Template format error: unsupported value for AWSTemplateFormatVersion.";
                log.refused(member.value.at, &path, why);
            }
            "Transform" => serverless |= transforms(&member.value, &path, log),
            "Rules" => skip("Rules are not checked here."),
            "Hooks" => skip("Hooks belong to deployments."),
            "Metadata" => skip("Metadata means nothing here."),
            "Outputs" => skip("Outputs belong to the deployed stack."),
            "Parameters" | "Mappings" | "Conditions" if member.value.members().is_none() => {
                log.refused(
                    member.at,
                    &path,
                    "Template format error: this section is a mapping.",
                );
            }
            "AWSTemplateFormatVersion"
            | "Description"
            | "Parameters"
            | "Mappings"
            | "Conditions"
            | "Globals"
            | "Resources" => {}
            other => {
                let why = format!("Invalid template property or properties [{other}]");
                log.refused(member.at, &path, why);
            }
        }
    }
    let section = |name: &str| root.get(name).and_then(Node::members).unwrap_or(&[]);
    if !serverless && let Some(globals) = root.get("Globals") {
        let why =
            "Globals belong to SAM: the template has no Transform: AWS::Serverless-2016-10-31.";
        log.refused(globals.at, &Path::of("Globals"), why);
    }
    Ok(Template {
        description: root
            .get("Description")
            .and_then(Node::text)
            .map(str::to_owned),
        parameters: section("Parameters"),
        globals: root.get("Globals").filter(|_| serverless),
        sections: Sections {
            mappings: section("Mappings"),
            conditions: section("Conditions"),
            resources,
            serverless,
        },
    })
}

/// Whether SAM's transform is among the template's.
fn transforms(node: &Node, path: &Path, log: &Log) -> bool {
    let one = std::slice::from_ref(node);
    let named = match &node.value {
        NodeValue::List(items) => items.as_slice(),
        _ => one,
    };
    let mut serverless = false;
    for transform in named {
        match transform.text() {
            Some(SERVERLESS) => serverless = true,
            name => {
                let name = name.unwrap_or("This transform");
                log.skipped(
                    transform.at,
                    path,
                    format!("{name} is not carried out here."),
                );
            }
        }
    }
    serverless
}

/// The resources that the template's conditions let be.
pub(super) fn resources<'a>(
    template: &Template<'a>,
    globals: &Globals,
    resolver: &Resolver<'a>,
    log: &Log,
) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    for member in template.sections.resources {
        let path = Path::of(&member.key);
        if let Some(Function::ForEach) = Function::long(&member.key) {
            log.skipped(
                member.at,
                &path,
                "Fn::ForEach is not carried out here: write its copies out.",
            );
            continue;
        }
        let alphanumeric = member.key.chars().all(|c| c.is_ascii_alphanumeric());
        if !alphanumeric || member.key.is_empty() {
            let why = format!(
                "Template format error: Resource name {} is non alphanumeric.",
                member.key
            );
            log.refused(member.at, &path, why);
            continue;
        }
        let Some(kind) = member.value.get("Type").and_then(Node::text) else {
            let why = "Template format error: Every Resources object must contain a Type member.";
            log.refused(member.at, &path, why);
            continue;
        };
        if kind.starts_with("AWS::Serverless::") && !template.sections.serverless {
            let why = format!("{kind} needs the line Transform: {SERVERLESS}.");
            log.refused(member.at, &path, why);
            continue;
        }
        match condition(&member.value, &path, resolver, log) {
            Some(true) => {}
            Some(false) => continue,
            None => {
                log.skipped(member.at, &path, "Left out: its condition is not known.");
                continue;
            }
        }
        attributes(&member.value, &path, log);
        let inner = path.member("Properties");
        let own = match member.value.get("Properties") {
            Some(node) => resolver.resolve(node, &inner),
            None => Resolved {
                at: member.at,
                value: Value::Map(Vec::new()),
            },
        };
        let ignored = member.value.get("IgnoreGlobals");
        found.push(Found {
            logical: &member.key,
            kind,
            at: member.at,
            properties: match globals.of(kind, ignored) {
                Some(global) => merge(&global, own),
                None => own,
            },
            depends: depends(&member.value),
            here: here(&member.value).map(|node| resolver.resolve(node, &here_path(&path))),
        });
    }
    found
}

fn condition(resource: &Node, path: &Path, resolver: &Resolver<'_>, log: &Log) -> Option<bool> {
    let Some(node) = resource.get("Condition") else {
        return Some(true);
    };
    let path = path.member("Condition");
    match node.text() {
        Some(name) => resolver.condition(name, &path, node),
        None => {
            log.refused(
                node.at,
                &path,
                "A resource's Condition is a condition's name.",
            );
            None
        }
    }
}

fn attributes(resource: &Node, path: &Path, log: &Log) {
    for member in resource.members().unwrap_or_default() {
        let path = path.member(&member.key);
        match member.key.as_str() {
            "Type" | "Properties" | "Condition" | "DependsOn" | "IgnoreGlobals" => {}
            "Metadata" => {
                let others = member.value.members().unwrap_or_default();
                let others = others.iter().filter(|it| it.key != HERE).count();
                if others > 0 || here(resource).is_none() {
                    let why = "It means nothing where nothing is deployed.";
                    log.skipped(member.at, &path, why);
                }
            }
            known if ATTRIBUTES.contains(&known) => {
                log.skipped(
                    member.at,
                    &path,
                    "It means nothing where nothing is deployed.",
                );
            }
            _ => log.skipped(member.at, &path, "This attribute is not understood here."),
        }
    }
}

/// What an export keeps in a resource's metadata, because no property says it.
fn here(resource: &Node) -> Option<&Node> {
    resource.get("Metadata")?.get(HERE)
}

fn here_path(path: &Path) -> Path {
    path.member("Metadata").member(HERE)
}

fn depends(resource: &Node) -> Vec<(String, At)> {
    let Some(node) = resource.get("DependsOn") else {
        return Vec::new();
    };
    let one = std::slice::from_ref(node);
    let items = match &node.value {
        NodeValue::List(items) => items.as_slice(),
        _ => one,
    };
    let named = items.iter();
    named
        .filter_map(|item| Some((item.text()?.to_owned(), item.at)))
        .collect()
}
