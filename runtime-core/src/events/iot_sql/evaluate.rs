//! What a statement makes of a message (AWS IoT Core, "Operators"). `None` is `Undefined`.

use super::Message;
use super::functions::{call, remainder};
use super::tree::{Binary, Expr, Item, Select, Statement, Type};
use super::value::{Num, boolean, equal, text};
use serde_json::{Map, Value};

/// What goes to the rule's actions; `None` if nothing does.
pub(super) fn output(statement: &Statement, message: &Message<'_>) -> Option<Value> {
    if let Some(condition) = &statement.condition
        && value(condition, message).as_ref().and_then(boolean) != Some(true)
    {
        return None;
    }
    Some(match &statement.select {
        // Undefined on its own becomes empty text ("Data types").
        Select::Value(expr) => value(expr, message).unwrap_or_else(|| Value::from("")),
        Select::Items(items) => match items.as_slice() {
            // A message that is no object is the output as it is.
            [Item::Spread(Expr::Message)] => message.payload.clone(),
            items => object(items, message),
        },
    })
}

fn object(items: &[Item], message: &Message<'_>) -> Value {
    let mut output = Map::new();
    for item in items {
        match item {
            Item::Spread(expr) => {
                if let Some(Value::Object(fields)) = value(expr, message) {
                    output.extend(fields);
                }
            }
            Item::Named(path, expr) => {
                if let Some(value) = value(expr, message) {
                    insert(&mut output, path, value);
                }
            }
        }
    }
    Value::Object(output)
}

fn insert(object: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => {
            object.insert(name.clone(), value);
        }
        [name, rest @ ..] => {
            let inner = object
                .entry(name.clone())
                .or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

fn value(expr: &Expr, message: &Message<'_>) -> Option<Value> {
    match expr {
        Expr::Message => Some(message.payload.clone()),
        Expr::Literal(literal) => Some(literal.clone()),
        Expr::Field(_) | Expr::Part(..) => match path(expr, message) {
            Some(found) => Some(found.clone()),
            None => match expr {
                Expr::Part(of, name) => value(of, message)?.get(name.as_str()).cloned(),
                _ => None,
            },
        },
        Expr::Negative(of) => match Num::from_value(&value(of, message)?)? {
            Num::Int(int) => int.checked_neg().map(Value::from),
            Num::Decimal(decimal) => Num::Decimal(-decimal).value(),
        },
        Expr::Not(of) => Some(Value::from(!boolean(&value(of, message)?)?)),
        Expr::Binary(operator, left, right) => {
            binary(*operator, &value(left, message)?, &value(right, message)?)
        }
        Expr::Array(elements) => {
            let elements = elements
                .iter()
                .filter_map(|element| value(element, message));
            Some(Value::Array(elements.collect()))
        }
        Expr::Object(fields) => {
            let fields = fields
                .iter()
                .filter_map(|(name, field)| Some((name.clone(), value(field, message)?)));
            Some(Value::Object(fields.collect()))
        }
        Expr::Call(function, arguments) => {
            let arguments: Vec<_> = arguments
                .iter()
                .map(|argument| value(argument, message))
                .collect();
            call(*function, &arguments, message)
        }
        Expr::Cast(of, to) => cast(&value(of, message)?, *to),
        Expr::Case {
            of,
            when,
            otherwise,
        } => {
            let of = value(of, message)?;
            let found = when
                .iter()
                .find(|(case, _)| value(case, message).is_some_and(|case| equal(&of, &case)));
            match (found, otherwise) {
                (Some((_, result)), _) => value(result, message),
                (None, Some(result)) => value(result, message),
                (None, None) => None,
            }
        }
    }
}

/// A field of the message, without copying what is around it.
fn path<'a>(expr: &Expr, message: &Message<'a>) -> Option<&'a Value> {
    match expr {
        Expr::Field(name) => message.payload.get(name.as_str()),
        Expr::Part(of, name) => path(of, message)?.get(name.as_str()),
        _ => None,
    }
}

fn binary(operator: Binary, left: &Value, right: &Value) -> Option<Value> {
    let numbers = || Some((Num::from_value(left)?, Num::from_value(right)?));
    let compared = |compare: fn(f64, f64) -> bool| {
        let (left, right) = numbers()?;
        Some(Value::from(compare(left.decimal(), right.decimal())))
    };
    match operator {
        Binary::And => Some(Value::from(boolean(left)? & boolean(right)?)),
        Binary::Or => Some(Value::from(boolean(left)? | boolean(right)?)),
        Binary::Equal => Some(Value::from(equal(left, right))),
        Binary::Unequal => Some(Value::from(!equal(left, right))),
        Binary::Less => compared(|left, right| left < right),
        Binary::LessOrEqual => compared(|left, right| left <= right),
        Binary::Greater => compared(|left, right| left > right),
        Binary::GreaterOrEqual => compared(|left, right| left >= right),
        Binary::In => {
            let elements = right.as_array()?;
            let found = elements.iter().any(|element| equal(left, element));
            Some(Value::from(found))
        }
        Binary::Plus if left.is_string() || right.is_string() => {
            Some(Value::from(text(left)? + &text(right)?))
        }
        Binary::Plus => arithmetic(numbers()?, i64::checked_add, |left, right| left + right),
        Binary::Minus => arithmetic(numbers()?, i64::checked_sub, |left, right| left - right),
        Binary::Times => arithmetic(numbers()?, i64::checked_mul, |left, right| left * right),
        Binary::Divide => match (left, right, numbers()?) {
            // Int by Int is Int (rounded towards zero: model choice); text is always Decimal.
            (Value::Number(_), Value::Number(_), (Num::Int(left), Num::Int(right))) => {
                left.checked_div(right).map(Value::from)
            }
            (_, _, (left, right)) => Num::Decimal(left.decimal() / right.decimal()).value(),
        },
        Binary::Remainder => {
            let (left, right) = numbers()?;
            remainder(left, right)
        }
    }
}

/// `Int` as long as it fits.
fn arithmetic(
    (left, right): (Num, Num),
    whole: fn(i64, i64) -> Option<i64>,
    decimal: fn(f64, f64) -> f64,
) -> Option<Value> {
    if let (Num::Int(left), Num::Int(right)) = (left, right)
        && let Some(result) = whole(left, right)
    {
        return Some(Value::from(result));
    }
    Num::Decimal(decimal(left.decimal(), right.decimal())).value()
}

fn cast(value: &Value, to: Type) -> Option<Value> {
    let number = || match value {
        Value::Bool(value) => Some(Num::Int(i64::from(*value))),
        value => Num::from_value(value),
    };
    match to {
        Type::Text => text(value).map(Value::from),
        Type::Decimal => number()?.value(),
        Type::Int => match number()? {
            Num::Decimal(decimal) => Num::Decimal(decimal.floor()).value(),
            int => int.value(),
        },
        Type::Boolean => match value {
            Value::Number(number) => Some(Value::from(Num::of(number)?.decimal() != 0.0)),
            value => boolean(value).map(Value::from),
        },
    }
}
