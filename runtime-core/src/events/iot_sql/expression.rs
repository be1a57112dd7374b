//! Words to expression: each operator binds more tightly than those above it.

use super::error::SqlFault;
use super::functions::{ELSEWHERE, Function};
use super::parse::{Parser, is_keyword};
use super::token::{Refused, Token};
use super::tree::{Binary, Expr, Type};
use serde_json::Value;

/// The most expressions in one another (model choice: AWS names no number).
const DEEPEST: usize = 100;

/// An expression, and how many expressions are in one another in it.
pub(super) struct Tall {
    pub(super) expr: Expr,
    height: usize,
}

/// Operators by how tightly they bind, the loosest first; `NOT` is between the second and third.
const LEVELS: &[&[(&str, Binary)]] = &[
    &[("or", Binary::Or)],
    &[("and", Binary::And)],
    &[
        ("=", Binary::Equal),
        ("<>", Binary::Unequal),
        ("<", Binary::Less),
        ("<=", Binary::LessOrEqual),
        (">", Binary::Greater),
        (">=", Binary::GreaterOrEqual),
        ("in", Binary::In),
    ],
    &[("+", Binary::Plus), ("-", Binary::Minus)],
    &[
        ("*", Binary::Times),
        ("/", Binary::Divide),
        ("%", Binary::Remainder),
    ],
];
const NOT: usize = 2;

fn leaf(expr: Expr) -> Tall {
    Tall { expr, height: 1 }
}

/// That a tree is not too high to be walked through.
fn checked(at: usize, height: usize, expr: Expr) -> Result<Tall, Refused> {
    match height > DEEPEST {
        true => Err((at, SqlFault::TooDeep { limit: DEEPEST })),
        false => Ok(Tall { expr, height }),
    }
}

impl Parser<'_> {
    pub(super) fn expression(&mut self, depth: usize) -> Result<Tall, Refused> {
        self.level(0, depth)
    }

    fn level(&mut self, level: usize, depth: usize) -> Result<Tall, Refused> {
        if depth > DEEPEST {
            return Err((self.at(), SqlFault::TooDeep { limit: DEEPEST }));
        }
        let at = self.at();
        if level == NOT && self.takes("not") {
            let of = self.level(NOT, depth + 1)?;
            return checked(at, of.height + 1, Expr::Not(Box::new(of.expr)));
        }
        let Some(operators) = LEVELS.get(level) else {
            return self.unary(depth);
        };
        let mut left = self.level(level + 1, depth)?;
        loop {
            let at = self.at();
            let found = operators.iter().find(|(name, _)| match self.peek() {
                Some(Token::Symbol(symbol)) => symbol == name,
                Some(token) => token.is(name),
                None => false,
            });
            let Some((_, operator)) = found else {
                return Ok(left);
            };
            self.advance();
            let right = self.level(level + 1, depth + 1)?;
            let height = left.height.max(right.height) + 1;
            let expr = Expr::Binary(*operator, Box::new(left.expr), Box::new(right.expr));
            left = checked(at, height, expr)?;
        }
    }

    fn unary(&mut self, depth: usize) -> Result<Tall, Refused> {
        let at = self.at();
        if depth > DEEPEST {
            return Err((at, SqlFault::TooDeep { limit: DEEPEST }));
        }
        if self.takes_symbol("-") {
            let of = self.unary(depth + 1)?;
            return checked(at, of.height + 1, Expr::Negative(Box::new(of.expr)));
        }
        let mut of = self.primary(depth)?;
        loop {
            let at = self.at();
            if self.takes_symbol(".") {
                let name = self.name("a field's name")?;
                let expr = Expr::Part(Box::new(of.expr), name);
                of = checked(at, of.height + 1, expr)?;
            } else if matches!(self.peek(), Some(Token::Symbol("["))) {
                return Err(self.not_in_subset("[...] after an expression (write get(array, 0))"));
            } else {
                return Ok(of);
            }
        }
    }

    fn primary(&mut self, depth: usize) -> Result<Tall, Refused> {
        let at = self.at();
        let literal = match self.peek() {
            Some(Token::Int(number)) => Value::from(*number),
            Some(Token::Decimal(number)) => Value::from(*number),
            Some(Token::Text(text)) => Value::from(text.as_str()),
            Some(Token::Symbol("(")) => {
                self.advance();
                if self.sees("select") {
                    return Err(self.not_in_subset("A query in a query"));
                }
                let inside = self.expression(depth + 1)?;
                self.symbol(")", ")")?;
                return Ok(inside);
            }
            Some(Token::Symbol("[")) => return self.array(depth),
            Some(Token::Symbol("{")) => return self.object(depth),
            Some(Token::Symbol("*")) => {
                return Err(self.not_in_subset("* within an expression"));
            }
            Some(Token::Name(name)) => match name.to_ascii_lowercase().as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                "case" => return self.case(depth),
                "exists" if matches!(self.second(), Some(Token::Symbol("("))) => {
                    return Err(self.not_in_subset("EXISTS"));
                }
                name if is_keyword(name) => return Err(self.unexpected("an expression")),
                _ if matches!(self.second(), Some(Token::Symbol("("))) => {
                    return self.call(depth);
                }
                _ => {
                    let field = Expr::Field(self.name("an expression")?);
                    return Ok(leaf(field));
                }
            },
            _ => return Err((at, self.unexpected("an expression").1)),
        };
        self.advance();
        Ok(leaf(Expr::Literal(literal)))
    }

    /// Expressions with commas between them, up to a closing symbol.
    fn list(&mut self, close: &str, depth: usize) -> Result<(Vec<Expr>, usize), Refused> {
        let (mut items, mut height) = (Vec::new(), 0);
        if self.takes_symbol(close) {
            return Ok((items, height));
        }
        loop {
            let item = self.expression(depth + 1)?;
            height = height.max(item.height);
            items.push(item.expr);
            if self.takes_symbol(close) {
                return Ok((items, height));
            }
            self.symbol(",", &format!("a comma or {close}"))?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Tall, Refused> {
        let at = self.at();
        self.advance();
        let (elements, height) = self.list("]", depth)?;
        checked(at, height + 1, Expr::Array(elements))
    }

    fn object(&mut self, depth: usize) -> Result<Tall, Refused> {
        let at = self.at();
        self.advance();
        let (mut fields, mut height) = (Vec::new(), 0);
        if !self.takes_symbol("}") {
            loop {
                let name = match self.peek() {
                    Some(Token::Text(name)) => name.clone(),
                    _ => return Err(self.unexpected("a name in quotes")),
                };
                self.advance();
                self.symbol(":", "a colon")?;
                let field = self.expression(depth + 1)?;
                height = height.max(field.height);
                fields.push((name, field.expr));
                if self.takes_symbol("}") {
                    break;
                }
                self.symbol(",", "a comma or }")?;
            }
        }
        checked(at, height + 1, Expr::Object(fields))
    }

    fn call(&mut self, depth: usize) -> Result<Tall, Refused> {
        let at = self.at();
        let name = self.written().to_owned();
        if name.eq_ignore_ascii_case("cast") {
            return self.cast(depth);
        }
        let Some(function) = Function::named(&name) else {
            let lower = name.to_ascii_lowercase();
            return Err(match ELSEWHERE.contains(&lower.as_str()) {
                true => self.not_in_subset(&format!("The function {lower}")),
                false => (at, SqlFault::UnknownFunction { name }),
            });
        };
        self.advance();
        self.symbol("(", "(")?;
        let (arguments, height) = self.list(")", depth)?;
        checked(at, height + 1, Expr::Call(function, arguments))
    }

    /// `cast(value AS type)`
    fn cast(&mut self, depth: usize) -> Result<Tall, Refused> {
        let at = self.at();
        self.advance();
        self.symbol("(", "(")?;
        let of = self.expression(depth + 1)?;
        self.keyword("as", "AS")?;
        let type_at = self.at();
        let name = self.name("a type")?;
        let to = match name.to_ascii_lowercase().as_str() {
            "string" | "nvarchar" | "text" | "ntext" | "varchar" => Type::Text,
            "int" | "integer" => Type::Int,
            "double" | "decimal" => Type::Decimal,
            "bool" | "boolean" => Type::Boolean,
            _ => return Err((type_at, SqlFault::UnknownType { name })),
        };
        self.symbol(")", ")")?;
        checked(at, of.height + 1, Expr::Cast(Box::new(of.expr), to))
    }

    /// `CASE value WHEN value THEN value ... ELSE value END`
    fn case(&mut self, depth: usize) -> Result<Tall, Refused> {
        let at = self.at();
        self.advance();
        if self.sees("when") {
            return Err(self.not_in_subset("CASE without a value"));
        }
        let of = self.expression(depth + 1)?;
        let (mut when, mut height) = (Vec::new(), of.height);
        self.keyword("when", "WHEN")?;
        loop {
            let case = self.expression(depth + 1)?;
            self.keyword("then", "THEN")?;
            let result = self.expression(depth + 1)?;
            height = height.max(case.height).max(result.height);
            when.push((case.expr, result.expr));
            if !self.takes("when") {
                break;
            }
        }
        let otherwise = match self.takes("else") {
            true => {
                let otherwise = self.expression(depth + 1)?;
                height = height.max(otherwise.height);
                Some(Box::new(otherwise.expr))
            }
            false => None,
        };
        self.keyword("end", "WHEN, ELSE or END")?;
        let case = Expr::Case {
            of: Box::new(of.expr),
            when,
            otherwise,
        };
        checked(at, height + 1, case)
    }
}
