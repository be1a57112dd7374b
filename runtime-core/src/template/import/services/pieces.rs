//! Resources, and which of them a value points at.

use super::super::super::log::Log;
use super::super::super::resolve::{Pointer, Resolved, Value};
use super::super::{Found, Section};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Types that mean nothing to a simulation, and need no mention: names and tags of what is elsewhere.
const QUIET: [&str; 2] = ["AWS::Logs::LogGroup", "AWS::ECR::Repository"];
/// Types that say who may do what. Roles are taken to allow what a task needs.
const ROLES: &str = "AWS::IAM::";

pub(super) struct Pieces<'a> {
    found: &'a [Found<'a>],
    pub(super) log: &'a Log,
    read: RefCell<BTreeSet<&'a str>>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(found: &'a [Found<'a>], log: &'a Log) -> Self {
        Pieces {
            found,
            log,
            read: RefCell::default(),
        }
    }

    /// All resources of a type.
    pub(super) fn of(&self, kind: &'static str) -> impl Iterator<Item = &'a Found<'a>> {
        self.found.iter().filter(move |it| it.kind == kind)
    }

    /// Whether there is a resource of a type.
    pub(super) fn has(&self, kind: &'static str) -> bool {
        self.of(kind).next().is_some()
    }

    /// The resource of this type that a value points at, or names.
    pub(super) fn at(&self, value: &Resolved, kind: &'static str) -> Option<&'a Found<'a>> {
        let named = |it: &&Found<'a>| match &value.value {
            Value::Pointer(Pointer { logical, .. }) => it.logical == logical,
            _ => value.text().is_some_and(|text| names(text, it)),
        };
        self.of(kind).find(named)
    }

    /// A resource's properties, which are looked at now.
    pub(super) fn section(&self, resource: &'a Found<'a>) -> Section<'a> {
        // One that several services share is looked at several times, and complained of once.
        self.read.borrow_mut().insert(resource.logical);
        Section::of(
            &resource.properties,
            resource.path().member("Properties"),
            self.log,
        )
    }

    /// It is known what it means, without a look at its properties.
    pub(super) fn known(&self, resource: &Found<'a>) {
        self.read.borrow_mut().insert(resource.logical);
    }

    /// What nobody has looked at.
    pub(super) fn leave_the_rest(&self) {
        let read = self.read.borrow();
        for resource in self.found.iter().filter(|it| !read.contains(it.logical)) {
            let kind = resource.kind;
            let why = match kind {
                _ if QUIET.contains(&kind) => continue,
                _ if kind.starts_with(ROLES) => {
                    "Roles are taken to allow what tasks need.".to_owned()
                }
                "AWS::Serverless::Function" | "AWS::Lambda::Function" => {
                    "It is no service: the Playground takes functions.".to_owned()
                }
                "AWS::ECS::TaskDefinition" | "AWS::ECS::Cluster" => {
                    "No service of this template has it.".to_owned()
                }
                _ => format!("{kind} means nothing to the services here."),
            };
            self.log.skipped(resource.at, &resource.path(), why);
        }
    }
}

/// Whether a text is the name of a resource, or ends with it: ARNs and ids of scalable targets do.
fn names(text: &str, resource: &Found<'_>) -> bool {
    const NAMES: [&str; 4] = ["ServiceName", "ClusterName", "Name", "Family"];
    let last = text.rsplit('/').next().unwrap_or(text);
    let own = |key: &&str| resource.properties.get(key).and_then(Resolved::text);
    let name = NAMES.iter().find_map(own);
    name.unwrap_or(resource.logical) == last
}
