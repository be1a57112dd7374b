//! Text to pattern: objects, fields and `$or`. Operators are in `operators`.

use super::dialect::Dialect;
use super::error::{PatternError, PatternFault};
use super::json::{Member, Node, NotJson, Shape};
use super::operators;
use super::tree::{Branch, Clause, Fields, Test};

/// The most levels of a pattern (model choice: no service names a number).
const DEEPEST: usize = 64;
const OR: &str = "$or";

/// Names that make `$or` an ordinary field when its objects have them (SNS, "AND/OR logic").
const RESERVED: &[&str] = &[
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
];

/// A fault and where it is, in bytes.
pub(super) type Refused = (usize, PatternFault);

impl From<NotJson> for (usize, PatternFault) {
    fn from(error: NotJson) -> Self {
        let message = error.message;
        (error.at, PatternFault::NotJson { message })
    }
}

/// A whole pattern.
pub(super) fn parse(text: &str, dialect: Dialect) -> Result<Fields, PatternError> {
    let at_place = |(at, fault)| PatternError::new(text, at, fault);
    let root = Node::read(text).map_err(|error| at_place(error.into()))?;
    let parser = Parser { dialect };
    parser.root(root).map_err(at_place)
}

struct Parser {
    dialect: Dialect,
}

impl Parser {
    fn root(&self, root: Node<'_>) -> Result<Fields, Refused> {
        match root.shape()? {
            // An empty filter policy accepts everything.
            Shape::Object(members) if members.is_empty() && self.dialect.is_sns() => {
                Ok(Fields::default())
            }
            Shape::Object(members) => self.object(root, members, 1),
            _ => Err((root.at, PatternFault::NotAnObject)),
        }
    }

    fn object(
        &self,
        node: Node<'_>,
        members: Vec<Member<'_>>,
        depth: usize,
    ) -> Result<Fields, Refused> {
        if depth > DEEPEST {
            return Err((node.at, PatternFault::TooDeep { limit: DEEPEST }));
        }
        if members.is_empty() {
            return Err((node.at, PatternFault::EmptyObject));
        }
        let mut clauses = Vec::with_capacity(members.len());
        for member in members {
            clauses.push(self.clause(member, depth)?);
        }
        Ok(Fields { clauses })
    }

    fn clause(&self, member: Member<'_>, depth: usize) -> Result<Clause, Refused> {
        let value = member.value;
        match value.shape()? {
            Shape::Array(items) if member.name == OR && is_or(&items)? => {
                self.alternatives(value, items, depth)
            }
            Shape::Array(items) => Ok(self.field(member.name, self.leaf(value, items)?)),
            Shape::Object(_) if self.dialect == Dialect::SnsAttributes => {
                Err((value.at, PatternFault::NestedPolicy { key: member.name }))
            }
            Shape::Object(members) => {
                let parts = Branch::Parts(self.object(value, members, depth + 1)?);
                Ok(self.field(member.name, parts))
            }
            _ => Err((value.at, PatternFault::NotAnArray { field: member.name })),
        }
    }

    /// A dot in a name joins two names ("Event pattern syntax"), except in the names of message
    /// attributes.
    fn field(&self, name: String, branch: Branch) -> Clause {
        if self.dialect == Dialect::SnsAttributes || !name.contains('.') {
            return Clause::Field(name, branch);
        }
        let mut names = name.rsplit('.');
        let last = names.next().unwrap_or_default().to_owned();
        names.fold(Clause::Field(last, branch), |inner, name| {
            let parts = Fields {
                clauses: vec![inner],
            };
            Clause::Field(name.to_owned(), Branch::Parts(parts))
        })
    }

    fn alternatives(
        &self,
        node: Node<'_>,
        items: Vec<Node<'_>>,
        depth: usize,
    ) -> Result<Clause, Refused> {
        if items.len() < 2 {
            return Err((node.at, PatternFault::NotAlternatives));
        }
        let mut alternatives = Vec::with_capacity(items.len());
        for item in items {
            match item.shape()? {
                Shape::Object(members) => {
                    alternatives.push(self.object(item, members, depth + 1)?);
                }
                _ => return Err((item.at, PatternFault::NotAlternatives)),
            }
        }
        Ok(Clause::Or(alternatives))
    }

    fn leaf(&self, node: Node<'_>, items: Vec<Node<'_>>) -> Result<Branch, Refused> {
        if items.is_empty() {
            return Err((node.at, PatternFault::EmptyArray));
        }
        let tests: Result<Vec<Test>, Refused> = items
            .into_iter()
            .map(|item| operators::value(item, self.dialect))
            .collect();
        Ok(Branch::Leaf(tests?))
    }
}

/// Whether these are alternatives rather than the values of a field called `$or`. Alternatives
/// that are wrong are still alternatives: values are never objects that name fields.
fn is_or(items: &[Node<'_>]) -> Result<bool, Refused> {
    let mut objects = false;
    for item in items {
        if let Shape::Object(members) = item.shape()? {
            objects = true;
            if members
                .iter()
                .any(|member| RESERVED.contains(&member.name.as_str()))
            {
                return Ok(false);
            }
        }
    }
    Ok(objects)
}
