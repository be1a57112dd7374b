//! A field's values: exact ones, and operators with what they compare with.

use super::cidr::Cidr;
use super::dialect::{Dialect, Operator};
use super::error::PatternFault;
use super::json::{Member, Node, Shape};
use super::number::Range;
use super::parse::Refused;
use super::tree::{Test, folded};
use super::wildcard::Wildcard;
use std::ops::Bound;

/// One of the values that a field may have.
pub(super) fn value(node: Node<'_>, dialect: Dialect) -> Result<Test, Refused> {
    let reader = Reader { dialect };
    Ok(match node.shape()? {
        Shape::Null => Test::Null,
        Shape::Bool(wanted) => Test::Bool(wanted),
        Shape::Text(wanted) => Test::Text(wanted),
        Shape::Number(text) => reader.number(node, text)?,
        Shape::Array(_) => return Err((node.at, PatternFault::ArrayInArray)),
        Shape::Object(members) => reader.operator(node, members)?,
    })
}

struct Reader {
    dialect: Dialect,
}

impl Reader {
    /// EventBridge and Lambda compare the spelling ("Event pattern syntax"); SNS the value
    /// ("Numeric value matching").
    fn number(&self, node: Node<'_>, text: &str) -> Result<Test, Refused> {
        if self.dialect.is_sns() {
            return self.equal(node, text);
        }
        let number = text.parse().map_err(|_| self.inexact(node, text))?;
        Ok(Test::Number(number))
    }

    fn equal(&self, node: Node<'_>, text: &str) -> Result<Test, Refused> {
        let number = self.exact(node, text)?;
        let range = Range::exactly(number, self.dialect.precision());
        Ok(Test::Numeric(range))
    }

    fn exact(&self, node: Node<'_>, text: &str) -> Result<f64, Refused> {
        let exact = self.dialect.precision().of_pattern(text);
        exact.ok_or_else(|| self.inexact(node, text))
    }

    fn inexact(&self, node: Node<'_>, text: &str) -> Refused {
        let fault = PatternFault::InexactNumber {
            number: text.to_owned(),
            dialect: self.dialect,
        };
        (node.at, fault)
    }

    /// That this dialect has the operator.
    fn has(&self, at: usize, operator: Operator) -> Result<(), Refused> {
        let dialect = self.dialect;
        match dialect.has(operator) {
            true => Ok(()),
            false => Err((at, PatternFault::NotInDialect { operator, dialect })),
        }
    }

    fn operator(&self, node: Node<'_>, members: Vec<Member<'_>>) -> Result<Test, Refused> {
        let Member { name, at, value } = only(node, members)?;
        let operator = match name.as_str() {
            "prefix" => Operator::Prefix,
            "suffix" => Operator::Suffix,
            "equals-ignore-case" => Operator::EqualsIgnoreCase,
            "wildcard" => Operator::Wildcard,
            "numeric" => Operator::Numeric,
            "cidr" => Operator::Cidr,
            "exists" => Operator::Exists,
            "anything-but" => Operator::AnythingBut,
            _ => return Err((at, PatternFault::UnknownOperator { name })),
        };
        self.has(at, operator)?;
        let wrong = (value.at, PatternFault::WrongOperand { operator });
        match (operator, value.shape()?) {
            (Operator::AnythingBut, _) => self.anything_but(value),
            (Operator::Numeric, Shape::Array(items)) => self.numeric(value, &items),
            (Operator::Exists, Shape::Bool(false)) => Ok(Test::Missing),
            (Operator::Exists, Shape::Bool(true)) if self.dialect.is_sns() => {
                Ok(Test::ExistsWithValue)
            }
            (Operator::Exists, Shape::Bool(true)) => Ok(Test::Exists),
            (Operator::Cidr, Shape::Text(text)) => match Cidr::parse(&text) {
                Some(cidr) => Ok(Test::Cidr(cidr)),
                None => Err((value.at, PatternFault::NotACidr)),
            },
            (Operator::Prefix | Operator::Suffix, Shape::Object(members)) => {
                self.affix_ignoring_case(value, members, operator)
            }
            (Operator::Numeric | Operator::Exists | Operator::Cidr, _) => Err(wrong),
            (_, Shape::Text(text)) => on_text(value, operator, text),
            _ => Err(wrong),
        }
    }

    /// `{"prefix": {"equals-ignore-case": "a"}}`
    fn affix_ignoring_case(
        &self,
        node: Node<'_>,
        members: Vec<Member<'_>>,
        affix: Operator,
    ) -> Result<Test, Refused> {
        let Member { name, at, value } = only(node, members)?;
        if name != "equals-ignore-case" {
            let fault = match Operator::names().contains(name.as_str()) {
                true => PatternFault::WrongOperand { operator: affix },
                false => PatternFault::UnknownOperator { name },
            };
            return Err((at, fault));
        }
        let operator = match affix {
            Operator::Prefix => Operator::PrefixIgnoreCase,
            _ => Operator::SuffixIgnoreCase,
        };
        self.has(at, operator)?;
        match value.shape()? {
            Shape::Text(text) => on_text(value, operator, text),
            _ => Err((value.at, PatternFault::WrongOperand { operator })),
        }
    }

    fn anything_but(&self, node: Node<'_>) -> Result<Test, Refused> {
        let operator = Operator::AnythingBut;
        let wrong = |at| (at, PatternFault::WrongOperand { operator });
        let excluded = match node.shape()? {
            Shape::Text(text) => vec![Test::Text(text)],
            Shape::Number(text) => vec![self.equal(node, text)?],
            Shape::Array(items) if items.is_empty() => {
                return Err((node.at, PatternFault::EmptyArray));
            }
            Shape::Array(items) => {
                let mut excluded = Vec::with_capacity(items.len());
                for item in items {
                    let test = match item.shape()? {
                        Shape::Text(text) => Test::Text(text),
                        Shape::Number(text) => self.equal(item, text)?,
                        _ => return Err(wrong(item.at)),
                    };
                    let mixed = excluded.last().is_some_and(|last| {
                        std::mem::discriminant(last) != std::mem::discriminant(&test)
                    });
                    if mixed {
                        return Err((item.at, PatternFault::MixedAnythingBut));
                    }
                    excluded.push(test);
                }
                excluded
            }
            Shape::Object(members) => self.anything_but_operator(node, members)?,
            Shape::Null | Shape::Bool(_) => return Err(wrong(node.at)),
        };
        Ok(Test::AnythingBut(excluded))
    }

    fn anything_but_operator(
        &self,
        node: Node<'_>,
        members: Vec<Member<'_>>,
    ) -> Result<Vec<Test>, Refused> {
        let Member { name, at, value } = only(node, members)?;
        let (outer, inner) = match name.as_str() {
            "prefix" => (Operator::AnythingButPrefix, Operator::Prefix),
            "suffix" => (Operator::AnythingButSuffix, Operator::Suffix),
            "equals-ignore-case" => (Operator::AnythingButIgnoreCase, Operator::EqualsIgnoreCase),
            "wildcard" => (Operator::AnythingButWildcard, Operator::Wildcard),
            _ => return Err((at, PatternFault::UnknownOperator { name })),
        };
        self.has(at, outer)?;
        let items = match value.shape()? {
            Shape::Array(items) if items.is_empty() => {
                return Err((value.at, PatternFault::EmptyArray));
            }
            Shape::Array(items) => items,
            _ => vec![value],
        };
        let mut excluded = Vec::with_capacity(items.len());
        for item in items {
            let Shape::Text(text) = item.shape()? else {
                return Err((item.at, PatternFault::WrongOperand { operator: outer }));
            };
            if text.is_empty() && matches!(inner, Operator::Prefix | Operator::Suffix) {
                return Err((item.at, PatternFault::EmptyAffix));
            }
            excluded.push(on_text(item, inner, text)?);
        }
        Ok(excluded)
    }

    /// `["=", 1]`, `["<", 1]` or `[">", 0, "<=", 5]`.
    fn numeric(&self, node: Node<'_>, items: &[Node<'_>]) -> Result<Test, Refused> {
        let precision = self.dialect.precision();
        let range = match items {
            [comparison, number] => {
                let number = self.operand(*number)?;
                match comparison_of(*comparison)?.as_str() {
                    "=" => return Ok(Test::Numeric(Range::exactly(number, precision))),
                    "<" => (Bound::Unbounded, Bound::Excluded(number)),
                    "<=" => (Bound::Unbounded, Bound::Included(number)),
                    ">" => (Bound::Excluded(number), Bound::Unbounded),
                    _ => (Bound::Included(number), Bound::Unbounded),
                }
            }
            [first, low, second, high] => {
                let bottom = self.operand(*low)?;
                let top = self.operand(*high)?;
                let low = match comparison_of(*first)?.as_str() {
                    ">" => Bound::Excluded(bottom),
                    ">=" => Bound::Included(bottom),
                    _ => return Err((first.at, PatternFault::NotARange)),
                };
                let high = match comparison_of(*second)?.as_str() {
                    "<" => Bound::Excluded(top),
                    "<=" => Bound::Included(top),
                    _ => return Err((second.at, PatternFault::NotARange)),
                };
                if bottom >= top {
                    return Err((node.at, PatternFault::EmptyRange));
                }
                (low, high)
            }
            _ => {
                let operator = Operator::Numeric;
                return Err((node.at, PatternFault::WrongOperand { operator }));
            }
        };
        Ok(Test::Numeric(Range::new(range.0, range.1, precision)))
    }

    fn operand(&self, node: Node<'_>) -> Result<f64, Refused> {
        match node.shape()? {
            Shape::Number(text) => self.exact(node, text),
            _ => {
                let operator = Operator::Numeric;
                Err((node.at, PatternFault::WrongOperand { operator }))
            }
        }
    }
}

/// The one member that an operator's object has.
fn only<'a>(node: Node<'_>, members: Vec<Member<'a>>) -> Result<Member<'a>, Refused> {
    let mut members = members.into_iter();
    match (members.next(), members.next()) {
        (Some(member), None) => Ok(member),
        (None, _) => Err((node.at, PatternFault::EmptyOperator)),
        (Some(_), Some(second)) => Err((second.at, PatternFault::SecondOperator)),
    }
}

/// An operator that compares with text.
fn on_text(node: Node<'_>, operator: Operator, text: String) -> Result<Test, Refused> {
    Ok(match operator {
        Operator::Prefix => Test::Prefix(text),
        Operator::Suffix => Test::Suffix(text),
        Operator::PrefixIgnoreCase => Test::PrefixIgnoringCase(folded(&text)),
        Operator::SuffixIgnoreCase => Test::SuffixIgnoringCase(folded(&text)),
        Operator::EqualsIgnoreCase => Test::IgnoringCase(folded(&text)),
        Operator::Wildcard => Test::Wildcard(
            Wildcard::parse(&text).map_err(|(index, fault)| (node.character(index), fault))?,
        ),
        _ => return Err((node.at, PatternFault::WrongOperand { operator })),
    })
}

fn comparison_of(node: Node<'_>) -> Result<String, Refused> {
    let found = match node.shape()? {
        Shape::Text(text) if ["=", "<", "<=", ">", ">="].contains(&text.as_str()) => {
            return Ok(text);
        }
        Shape::Text(text) => format!("\"{text}\""),
        Shape::Number(text) => text.to_owned(),
        _ => "this".to_owned(),
    };
    Err((node.at, PatternFault::UnknownComparison { found }))
}
