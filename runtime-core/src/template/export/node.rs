//! A template as a tree.

use serde_json::Value as Json;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Flag(bool),
    /// As it is spelled.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
    /// `!Ref Name`, `!GetAtt Name.Attribute`, `!Sub "text"`.
    Call(&'static str, String),
}

impl Node {
    pub(super) fn text(text: impl Into<String>) -> Node {
        Node::Text(text.into())
    }

    pub(super) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Node {
        Node::List(texts.into_iter().map(Node::text).collect())
    }

    pub(super) fn reference(logical: &str) -> Node {
        Node::Call("Ref", logical.to_owned())
    }

    pub(super) fn attribute(logical: &str, attribute: &str) -> Node {
        Node::Call("GetAtt", format!("{logical}.{attribute}"))
    }

    /// JSON, which is YAML as well.
    pub(super) fn json(json: &Json) -> Node {
        match json {
            Json::Null => Node::Null,
            Json::Bool(flag) => Node::Flag(*flag),
            Json::Number(number) => Node::Number(spelled(&number.to_string())),
            Json::String(text) => Node::text(text),
            Json::Array(items) => Node::List(items.iter().map(Node::json).collect()),
            Json::Object(members) => {
                let members = members.iter();
                Node::Map(
                    members
                        .map(|(key, it)| (key.clone(), Node::json(it)))
                        .collect(),
                )
            }
        }
    }

    pub(super) fn map() -> Node {
        Node::Map(Vec::new())
    }

    /// A mapping with one member more.
    pub(super) fn with(mut self, key: &str, value: impl Into<Node>) -> Node {
        self.add(key, value);
        self
    }

    /// A mapping with a member more, if there is one.
    pub(super) fn with_some(mut self, key: &str, value: Option<impl Into<Node>>) -> Node {
        if let Some(value) = value {
            self.add(key, value);
        }
        self
    }

    pub(super) fn add(&mut self, key: &str, value: impl Into<Node>) {
        if let Node::Map(members) = self {
            members.push((key.to_owned(), value.into()));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Node::List(items) => items.is_empty(),
            Node::Map(members) => members.is_empty(),
            _ => false,
        }
    }

    /// Itself, unless there is nothing in it.
    pub(super) fn filled(self) -> Option<Node> {
        (!self.is_empty()).then_some(self)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Node::text(text)
    }
}

impl From<String> for Node {
    fn from(text: String) -> Node {
        Node::Text(text)
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Node {
        Node::Flag(flag)
    }
}

impl From<u32> for Node {
    fn from(number: u32) -> Node {
        Node::Number(number.to_string())
    }
}

impl From<u64> for Node {
    fn from(number: u64) -> Node {
        Node::Number(number.to_string())
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Node {
        Node::Number(number.to_string())
    }
}

impl From<f64> for Node {
    fn from(number: f64) -> Node {
        Node::Number(spelled(&number.to_string()))
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Node {
        Node::List(items.into_iter().map(Into::into).collect())
    }
}

/// What YAML 1.1 takes for a number has a point before its exponent, and a sign in it.
fn spelled(number: &str) -> String {
    let Some((digits, exponent)) = number.split_once(['e', 'E']) else {
        return number.to_owned();
    };
    let point = if digits.contains('.') { "" } else { ".0" };
    let sign = match exponent.starts_with(['+', '-']) {
        true => "",
        false => "+",
    };
    format!("{digits}{point}e{sign}{exponent}")
}
