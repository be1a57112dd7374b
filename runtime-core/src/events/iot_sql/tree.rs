//! What a parsed statement is.

use super::functions::Function;
use super::topic::TopicFilter;
use serde_json::Value;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Statement {
    pub(super) select: Select,
    pub(super) from: TopicFilter,
    pub(super) condition: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Select {
    /// `SELECT VALUE`
    Value(Expr),
    Items(Vec<Item>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// All fields of an object: of the message for `*`, or of an object that is written down.
    Spread(Expr),
    /// A field, or a field of a field, of the output.
    Named(Vec<String>, Expr),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    /// `*`
    Message,
    Literal(Value),
    /// A field of the message.
    Field(String),
    /// A field of an object.
    Part(Box<Expr>, String),
    Negative(Box<Expr>),
    Not(Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Array(Vec<Expr>),
    Object(Vec<(String, Expr)>),
    Call(Function, Vec<Expr>),
    Cast(Box<Expr>, Type),
    Case {
        of: Box<Expr>,
        when: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Int,
    Decimal,
    Text,
    Boolean,
}
