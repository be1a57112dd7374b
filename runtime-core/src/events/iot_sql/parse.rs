//! Words to statement: the clauses. Expressions are in `expression`.

use super::error::{SqlError, SqlFault};
use super::token::{Placed, Refused, Token, tokens};
use super::topic::TopicFilter;
use super::tree::{Expr, Item, Select, Statement};

/// Words that cannot be the name of a field where an expression begins.
const KEYWORDS: &[&str] = &[
    "select", "from", "where", "as", "and", "or", "not", "in", "case", "when", "then", "else",
    "end",
];

pub(super) fn parse(text: &str) -> Result<Statement, SqlError> {
    let at_place = |(at, fault)| SqlError::new(text, at, fault);
    let tokens = tokens(text).map_err(at_place)?;
    let mut parser = Parser {
        tokens,
        next: 0,
        end: text.len(),
        text,
    };
    parser.statement().map_err(at_place)
}

pub(super) struct Parser<'a> {
    tokens: Vec<Placed>,
    next: usize,
    end: usize,
    text: &'a str,
}

impl Parser<'_> {
    fn statement(&mut self) -> Result<Statement, Refused> {
        if self.sees("set") {
            return Err(self.not_in_subset("SET"));
        }
        self.keyword("select", "SELECT")?;
        let select = self.select()?;
        let from = self.from()?;
        let condition = match self.takes("where") {
            true => Some(self.expression(1)?.expr),
            false => None,
        };
        self.takes_symbol(";");
        match self.peek() {
            None => Ok(Statement {
                select,
                from,
                condition,
            }),
            Some(_) => Err(self.unexpected("the end, or an operator,")),
        }
    }

    fn select(&mut self) -> Result<Select, Refused> {
        if self.sees_value() {
            self.advance();
            let expr = match self.takes_symbol("*") {
                true => Expr::Message,
                false => self.expression(1)?.expr,
            };
            return match self.peek() {
                Some(Token::Symbol(",")) => Err((self.at(), SqlFault::SecondValue)),
                _ => Ok(Select::Value(expr)),
            };
        }
        let mut items = Vec::new();
        loop {
            items.push(self.item()?);
            if !self.takes_symbol(",") {
                return Ok(Select::Items(items));
            }
        }
    }

    /// Whether `VALUE` is the keyword here, and not a field of this name: something to select
    /// follows it.
    fn sees_value(&self) -> bool {
        self.sees("value")
            && match self.second() {
                Some(Token::Symbol("*")) => self
                    .tokens
                    .get(self.next + 2)
                    .is_none_or(|third| third.token.is("from")),
                Some(Token::Symbol(symbol)) => matches!(*symbol, "(" | "[" | "{"),
                Some(name @ Token::Name(_)) => !["from", "as", "and", "or", "in"]
                    .iter()
                    .any(|keyword| name.is(keyword)),
                Some(_) => true,
                None => false,
            }
    }

    fn item(&mut self) -> Result<Item, Refused> {
        let at = self.at();
        let expr = match self.takes_symbol("*") {
            true => Expr::Message,
            false => self.expression(1)?.expr,
        };
        if self.takes("as") {
            let mut path = vec![self.name("a name")?];
            while self.takes_symbol(".") {
                path.push(self.name("a name")?);
            }
            return Ok(Item::Named(path, expr));
        }
        match expr {
            // A field keeps its last name (model choice: the page has no such example).
            Expr::Field(ref name) | Expr::Part(_, ref name) => {
                Ok(Item::Named(vec![name.clone()], expr))
            }
            Expr::Message | Expr::Object(_) => Ok(Item::Spread(expr)),
            _ => Err((at, SqlFault::NeedsAlias)),
        }
    }

    fn from(&mut self) -> Result<TopicFilter, Refused> {
        if !self.sees("from") {
            return Err(match self.peek() {
                None => (self.end, SqlFault::NoFrom),
                Some(_) if self.sees("where") => (self.at(), SqlFault::NoFrom),
                Some(_) => self.unexpected("FROM, a comma or an operator"),
            });
        }
        self.next += 1;
        let at = self.at();
        match self.peek() {
            Some(Token::Text(filter)) => {
                let filter = TopicFilter::parse(filter)
                    .map_err(|(inside, fault)| (at + 1 + inside, fault))?;
                self.next += 1;
                Ok(filter)
            }
            Some(Token::Name(_) | Token::Symbol("+" | "#" | "$")) => {
                Err((at, SqlFault::UnquotedTopic))
            }
            Some(Token::Symbol("(")) => Err(self.not_in_subset("A query in a query")),
            _ => Err(self.unexpected("a topic filter in single quotes")),
        }
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    /// The word after the next.
    pub(super) fn second(&self) -> Option<&Token> {
        self.tokens.get(self.next + 1).map(|placed| &placed.token)
    }

    pub(super) fn advance(&mut self) {
        self.next += 1;
    }

    /// Where the next word begins.
    pub(super) fn at(&self) -> usize {
        self.tokens
            .get(self.next)
            .map_or(self.end, |placed| placed.at)
    }

    pub(super) fn sees(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|token| token.is(keyword))
    }

    pub(super) fn takes(&mut self, keyword: &str) -> bool {
        let sees = self.sees(keyword);
        self.next += usize::from(sees);
        sees
    }

    pub(super) fn takes_symbol(&mut self, symbol: &str) -> bool {
        let sees = matches!(self.peek(), Some(Token::Symbol(found)) if *found == symbol);
        self.next += usize::from(sees);
        sees
    }

    pub(super) fn keyword(&mut self, keyword: &str, wanted: &str) -> Result<(), Refused> {
        match self.takes(keyword) {
            true => Ok(()),
            false => Err(self.unexpected(wanted)),
        }
    }

    pub(super) fn symbol(&mut self, symbol: &str, wanted: &str) -> Result<(), Refused> {
        match self.takes_symbol(symbol) {
            true => Ok(()),
            false => Err(self.unexpected(wanted)),
        }
    }

    /// A name, after a word that only a name can follow: it may be a keyword.
    pub(super) fn name(&mut self, wanted: &str) -> Result<String, Refused> {
        match self.peek() {
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Refused {
        let fault = SqlFault::Unexpected {
            found: self.peek().map(Token::shown),
            wanted: wanted.to_owned(),
        };
        (self.at(), fault)
    }

    pub(super) fn not_in_subset(&self, what: &str) -> Refused {
        let what = what.to_owned();
        (self.at(), SqlFault::NotInSubset { what })
    }

    /// The next word as it is written.
    pub(super) fn written(&self) -> &str {
        let length = match self.peek() {
            Some(Token::Name(name)) => name.len(),
            _ => 1,
        };
        self.text
            .get(self.at()..self.at() + length)
            .unwrap_or_default()
    }
}

pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS
        .iter()
        .any(|keyword| name.eq_ignore_ascii_case(keyword))
}
