//! The intrinsic functions (CloudFormation template reference, "Intrinsic functions").

use std::fmt;

/// An intrinsic function, or what is called like one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    missing_docs,
    reason = "they are named as the template reference names them"
)]
pub enum Function {
    Ref,
    Condition,
    Base64,
    Cidr,
    FindInMap,
    ForEach,
    GetAtt,
    GetAzs,
    If,
    ImportValue,
    Join,
    Length,
    Select,
    Split,
    Sub,
    ToJsonString,
    Transform,
    And,
    Equals,
    Not,
    Or,
    /// There is no such function.
    Other(String),
}

const NAMES: [(&str, Function); 19] = [
    ("Base64", Function::Base64),
    ("Cidr", Function::Cidr),
    ("FindInMap", Function::FindInMap),
    ("ForEach", Function::ForEach),
    ("GetAtt", Function::GetAtt),
    ("GetAZs", Function::GetAzs),
    ("If", Function::If),
    ("ImportValue", Function::ImportValue),
    ("Join", Function::Join),
    ("Length", Function::Length),
    ("Select", Function::Select),
    ("Split", Function::Split),
    ("Sub", Function::Sub),
    ("ToJsonString", Function::ToJsonString),
    ("Transform", Function::Transform),
    ("And", Function::And),
    ("Equals", Function::Equals),
    ("Not", Function::Not),
    ("Or", Function::Or),
];

impl Function {
    /// Of the short form: `!Sub`.
    pub(super) fn short(name: &str) -> Function {
        match name {
            "Ref" => Function::Ref,
            "Condition" => Function::Condition,
            name => Self::known(name).unwrap_or_else(|| Function::Other(format!("!{name}"))),
        }
    }

    /// Of a mapping's only key: `Fn::Sub`. `Condition` is also the name of properties, so that its
    /// long form is told apart where conditions are read.
    pub(crate) fn long(key: &str) -> Option<Function> {
        if key == "Ref" {
            return Some(Function::Ref);
        }
        let name = key.strip_prefix("Fn::")?;
        // `Fn::ForEach::Name`
        let known = Self::known(name.split("::").next().unwrap_or(name));
        Some(known.unwrap_or_else(|| Function::Other(key.to_owned())))
    }

    fn known(name: &str) -> Option<Function> {
        let mut names = NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, function)| function.clone())
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Function::Ref => f.write_str("Ref"),
            Function::Condition => f.write_str("Condition"),
            Function::Other(name) => f.write_str(name),
            known => match NAMES.iter().find(|(_, function)| function == known) {
                Some((name, _)) => write!(f, "Fn::{name}"),
                None => Ok(()),
            },
        }
    }
}
