//! YAML to nodes: the parser's events are folded with a stack of their own, so that no depth of the
//! text is a depth of calls.

use super::{
    At, Document, DocumentError, DocumentFault, Function, MAX_DEPTH, MAX_NODES, Member, Node,
    NodeValue,
};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

type Tagged<'a> = Option<Cow<'a, Tag>>;

/// A list or a mapping that has not come to its end.
struct Open {
    at: At,
    anchor: usize,
    function: Option<Function>,
    parts: Parts,
}

enum Parts {
    Items(Vec<Node>),
    Members {
        members: Vec<Member>,
        names: BTreeSet<String>,
        key: Option<(String, At)>,
    },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    /// What anchors stand for, and how many nodes that is.
    anchors: BTreeMap<usize, (Node, usize)>,
    aliases: Vec<At>,
    nodes: usize,
}

pub(super) fn parse(text: &str) -> Result<Document, DocumentError> {
    let mut builder = Builder::default();
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| DocumentError {
            at: place(error.marker()),
            fault: DocumentFault::Syntax {
                message: error.info().to_owned(),
            },
        })?;
        let at = place(&span.start);
        let taken = match event {
            Event::DocumentStart(_) if documents > 0 => Err(DocumentFault::SecondDocument),
            Event::DocumentStart(_) => {
                documents += 1;
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                builder.scalar(at, &text, style, anchor, tag)
            }
            Event::SequenceStart(anchor, tag) => {
                builder.begin(at, anchor, &tag, Parts::Items(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let parts = Parts::Members {
                    members: Vec::new(),
                    names: BTreeSet::new(),
                    key: None,
                };
                builder.begin(at, anchor, &tag, parts)
            }
            Event::SequenceEnd | Event::MappingEnd => builder.end(),
            Event::Alias(anchor) => builder.alias(at, anchor),
            _ => Ok(()),
        };
        taken.map_err(|fault| DocumentError { at, fault })?;
    }
    match builder.root {
        Some(root) => Ok(Document {
            root,
            aliases: builder.aliases,
        }),
        None => Err(DocumentError::at_start(DocumentFault::Empty)),
    }
}

impl Builder {
    fn scalar(
        &mut self,
        at: At,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Tagged<'_>,
    ) -> Result<(), DocumentFault> {
        let function = function(&tag);
        let is_text = tag
            .as_deref()
            .is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
        let value = match style {
            ScalarStyle::Plain if !is_text && function.is_none() => plain(text),
            _ => NodeValue::Text(text.to_owned()),
        };
        self.add(tagged(Node { at, value }, function), anchor, 1)
    }

    fn begin(
        &mut self,
        at: At,
        anchor: usize,
        tag: &Tagged<'_>,
        parts: Parts,
    ) -> Result<(), DocumentFault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(DocumentFault::TooDeep);
        }
        if self.expects_key() {
            return Err(DocumentFault::KeyNotText);
        }
        let function = function(tag);
        self.open.push(Open {
            at,
            anchor,
            function,
            parts,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), DocumentFault> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.parts {
            Parts::Items(items) => NodeValue::List(items),
            Parts::Members { members, .. } => NodeValue::Map(members),
        };
        let node = Node { at: open.at, value }.called();
        self.add(tagged(node, open.function), open.anchor, 1)
    }

    fn alias(&mut self, at: At, anchor: usize) -> Result<(), DocumentFault> {
        self.aliases.push(at);
        let (node, size) = self
            .anchors
            .get(&anchor)
            .cloned()
            .ok_or(DocumentFault::UnknownAlias)?;
        if self.open.len() + depth(&node) > MAX_DEPTH {
            return Err(DocumentFault::TooDeep);
        }
        self.add(node, 0, size)
    }

    /// `size` is how many nodes come with it that were not counted yet.
    fn add(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), DocumentFault> {
        self.nodes = self.nodes.saturating_add(size);
        if self.nodes > MAX_NODES {
            return Err(DocumentFault::TooManyNodes);
        }
        if anchor > 0 {
            let whole = count(&node);
            self.anchors.insert(anchor, (node.clone(), whole));
            // What an anchor keeps is a copy.
            self.nodes = self.nodes.saturating_add(whole);
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.parts {
            Parts::Items(items) => items.push(node),
            Parts::Members {
                members,
                names,
                key,
            } => match key.take() {
                Some((name, at)) => members.push(Member {
                    key: name,
                    at,
                    value: node,
                }),
                None => {
                    let name = match &node.value {
                        NodeValue::Null => Some(""),
                        _ => node.text(),
                    };
                    let name = name.ok_or(DocumentFault::KeyNotText)?.to_owned();
                    if !names.insert(name.clone()) {
                        return Err(DocumentFault::DuplicateKey { key: name });
                    }
                    *key = Some((name, node.at));
                }
            },
        }
        Ok(())
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last().map(|open| &open.parts),
            Some(Parts::Members { key: None, .. })
        )
    }
}

fn place(marker: &Marker) -> At {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    At {
        line: number(marker.line()),
        column: number(marker.col().saturating_add(1)),
    }
}

fn function(tag: &Tagged<'_>) -> Option<Function> {
    let tag = tag.as_deref()?;
    (tag.handle == "!" && !tag.suffix.is_empty()).then(|| Function::short(&tag.suffix))
}

fn tagged(node: Node, function: Option<Function>) -> Node {
    match function {
        Some(function) => Node {
            at: node.at,
            value: NodeValue::Call(function, Box::new(node)),
        },
        None => node,
    }
}

/// A scalar without quotes, by the rules of YAML 1.1, which CloudFormation reads.
fn plain(text: &str) -> NodeValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeValue::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            return NodeValue::Bool(true);
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            return NodeValue::Bool(false);
        }
        _ => {}
    }
    let digits = text.trim_start_matches(['-', '+']);
    let numeric = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| b"0123456789.eE+-".contains(&byte))
        && text.parse::<f64>().is_ok();
    match numeric {
        true => NodeValue::Number(text.to_owned()),
        false => NodeValue::Text(text.to_owned()),
    }
}

fn count(node: &Node) -> usize {
    1 + match &node.value {
        NodeValue::List(items) => items.iter().map(count).sum(),
        NodeValue::Map(members) => members.iter().map(|it| 1 + count(&it.value)).sum(),
        NodeValue::Call(_, argument) => count(argument),
        _ => 0,
    }
}

fn depth(node: &Node) -> usize {
    match &node.value {
        NodeValue::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        NodeValue::Map(members) => 1 + members.iter().map(|it| depth(&it.value)).max().unwrap_or(0),
        NodeValue::Call(_, argument) => depth(argument),
        _ => 0,
    }
}
