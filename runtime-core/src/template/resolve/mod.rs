//! What a template says once its functions are carried out.
//!
//! ```text
//! mod         Resolver: a node to a value
//! value       Value: what is left when no function is
//! inputs      what a template is given from outside, and what it asks for
//! parameters  the section Parameters: forms, defaults, constraints
//! conditions  the section Conditions
//! functions   the intrinsic functions on texts, lists and mappings
//! references  Ref, GetAtt, Sub: parameters, pseudo parameters, resources
//! names       names, ARNs and URLs of resources
//! ```
//!
//! Functions are carried out as CloudFormation does when it creates a stack; what only AWS knows (an
//! API's id, another stack's export) is asked for, or stands as a text that names it.

mod conditions;
mod functions;
mod inputs;
mod names;
mod parameters;
mod references;
mod value;

pub use inputs::{Inputs, Needed, NeededKind};
pub use parameters::Parameter;
pub(crate) use parameters::read as parameters;
pub(crate) use value::{Entry, Pointer, Resolved, Value};

use super::document::{At, Function, Member, Node, NodeValue};
use super::log::{Log, Path};
use functions::Stop;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// How much a template's functions may make, in bytes, so that texts made of texts made of texts come
/// to an end.
const MAX_MADE_BYTES: usize = 16 * 1_048_576;
/// How long a chain of conditions, or of names made of other resources' names, may be.
const LONGEST_CHAIN: usize = 32;

/// A template's sections.
#[derive(Clone, Copy)]
pub(crate) struct Sections<'a> {
    pub(crate) mappings: &'a [Member],
    pub(crate) conditions: &'a [Member],
    pub(crate) resources: &'a [Member],
    /// Whether SAM's transform makes resources of its own.
    pub(crate) serverless: bool,
}

/// Carries functions out.
pub(crate) struct Resolver<'a> {
    sections: Sections<'a>,
    inputs: &'a Inputs,
    log: &'a Log,
    parameters: BTreeMap<String, Value>,
    resources: BTreeMap<&'a str, &'a Node>,
    conditions: BTreeMap<&'a str, &'a Node>,
    decided: RefCell<BTreeMap<String, Option<bool>>>,
    deciding: RefCell<Vec<String>>,
    naming: RefCell<Vec<String>>,
    needed: RefCell<BTreeMap<(NeededKind, String), Needed>>,
    implicit: RefCell<BTreeSet<String>>,
    made: Cell<usize>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(
        sections: Sections<'a>,
        parameters: BTreeMap<String, Value>,
        inputs: &'a Inputs,
        log: &'a Log,
    ) -> Self {
        let by_name = |members: &'a [Member]| -> BTreeMap<&'a str, &'a Node> {
            let members = members.iter();
            members.map(|it| (it.key.as_str(), &it.value)).collect()
        };
        Resolver {
            sections,
            inputs,
            log,
            parameters,
            resources: by_name(sections.resources),
            conditions: by_name(sections.conditions),
            decided: RefCell::default(),
            deciding: RefCell::default(),
            naming: RefCell::default(),
            needed: RefCell::default(),
            implicit: RefCell::default(),
            made: Cell::new(0),
        }
    }

    /// The node's value. What cannot be known is [`Value::Unknown`], which says why; what is wrong is
    /// in the log as well.
    pub(crate) fn resolve(&self, node: &Node, path: &Path) -> Resolved {
        let at = node.at;
        let value = match &node.value {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(flag) => Value::Bool(*flag),
            NodeValue::Number(number) => Value::Number(number.clone()),
            NodeValue::Text(text) => Value::Text(text.clone()),
            NodeValue::List(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| self.resolve(item, &path.item(index)));
                Value::List(items.filter(Resolved::is_there).collect())
            }
            NodeValue::Map(members) => Value::Map(self.members(members, path)),
            NodeValue::Call(function, argument) => self.call(function, argument, at, path),
        };
        Resolved { at, value }
    }

    /// What was asked for and not given.
    pub(crate) fn needed(&self) -> Vec<Needed> {
        self.needed.borrow().values().cloned().collect()
    }

    /// Logical ids that SAM's transform would have made, and that the template refers to.
    pub(crate) fn implicit(&self) -> BTreeSet<String> {
        self.implicit.borrow().clone()
    }

    /// The type of a resource.
    pub(crate) fn type_of(&self, logical: &str) -> Option<&'a str> {
        self.resources.get(logical)?.get("Type")?.text()
    }

    fn members(&self, members: &[Member], path: &Path) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(members.len());
        for member in members {
            let path = path.member(&member.key);
            if let Some(Function::ForEach) = Function::long(&member.key) {
                let why = "Fn::ForEach is not carried out here: write its copies out.";
                self.log.skipped(member.at, &path, why);
                continue;
            }
            let value = self.resolve(&member.value, &path);
            if value.is_there() {
                entries.push(Entry {
                    key: member.key.clone(),
                    at: member.at,
                    value,
                });
            }
        }
        entries
    }

    fn call(&self, function: &Function, argument: &Node, at: At, path: &Path) -> Value {
        let made = match function {
            Function::Ref => self.reference(argument, at, path),
            Function::GetAtt => self.attribute(argument, at, path),
            Function::Sub => self.substitute(argument, at, path),
            Function::If => self.choose(argument, path),
            Function::FindInMap => self.find_in_map(argument, path),
            Function::ImportValue => self.import(argument, at, path),
            Function::Base64 => self.base64(argument, path),
            Function::Cidr => self.cidr(argument, path),
            Function::GetAzs => self.zones(argument, path),
            Function::Join => self.join(argument, path),
            Function::Split => self.split(argument, path),
            Function::Select => self.select(argument, path),
            Function::Length => self.length(argument, path),
            Function::ToJsonString => self.to_json(argument, path),
            Function::Condition
            | Function::Equals
            | Function::And
            | Function::Or
            | Function::Not => match self.decide_call(function, argument, path) {
                Some(flag) => Ok(Value::Bool(flag)),
                None => Err(Stop::Unknown("a condition is not known".to_owned())),
            },
            Function::Transform | Function::ForEach => {
                let why = format!("{function} is not carried out here.");
                self.log.skipped(at, path, why.clone());
                Ok(Value::Unknown(why))
            }
            Function::Other(name) => Err(format!("there is no function {name}").into()),
        };
        match made {
            Ok(value) => self.within_budget(value),
            Err(Stop::Unknown(why)) => Value::Unknown(why),
            Err(Stop::Wrong(why)) => {
                self.log
                    .refused(at, path, format!("Template error: {why}."));
                Value::Unknown(why)
            }
        }
    }

    fn within_budget(&self, value: Value) -> Value {
        let made = self.made.get().saturating_add(value.bytes());
        self.made.set(made);
        match made > MAX_MADE_BYTES {
            true => Value::Unknown("the template's functions make too much text".to_owned()),
            false => value,
        }
    }

    fn need(&self, kind: NeededKind, name: &str, at: At) -> Value {
        let mut needed = self.needed.borrow_mut();
        needed
            .entry((kind, name.to_owned()))
            .or_insert_with(|| Needed {
                kind,
                name: name.to_owned(),
                at,
            });
        Value::Unknown(format!("it waits for {} {name}", kind.name()))
    }
}
