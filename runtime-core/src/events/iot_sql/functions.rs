//! Functions (AWS IoT Core, "Functions").

use super::Message;
use super::value::{Num, text};
use serde_json::Value;
use std::ops::RangeInclusive;

/// What functions may make: messages have at most 128 KB (AWS IoT Core, "endpoints and quotas").
const LONGEST: usize = 128 * 1024;
/// The most spaces of `lpad` and `rpad`.
const SPACES: i64 = 1_000;

macro_rules! functions {
    ($($variant:ident $name:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Function { $($variant),* }

        /// The names of all functions that run here, and of `cast`, which has a grammar of its own.
        pub(super) const FUNCTIONS: &[&str] = &[$($name,)* "cast"];

        impl Function {
            pub(super) fn named(name: &str) -> Option<Function> {
                $(if name.eq_ignore_ascii_case($name) { return Some(Function::$variant); })*
                None
            }
        }
    };
}

functions! {
    Abs "abs"
    Ceil "ceil"
    ClientId "clientid"
    Concat "concat"
    EndsWith "endswith"
    Floor "floor"
    Get "get"
    IndexOf "indexof"
    IsNull "isNull"
    IsUndefined "isUndefined"
    Length "length"
    Lower "lower"
    Lpad "lpad"
    Ltrim "ltrim"
    Mod "mod"
    Nanvl "nanvl"
    NumBytes "numbytes"
    RemainderOf "remainder"
    Replace "replace"
    Round "round"
    Rpad "rpad"
    Rtrim "rtrim"
    Sign "sign"
    Sqrt "sqrt"
    StartsWith "startswith"
    Substring "substring"
    Timestamp "timestamp"
    Topic "topic"
    Trim "trim"
    Trunc "trunc"
    Upper "upper"
}

impl Function {
    /// How many arguments it takes.
    fn arity(self) -> RangeInclusive<usize> {
        match self {
            Function::ClientId | Function::Timestamp => 0..=0,
            Function::Topic => 0..=1,
            Function::Concat => 0..=usize::MAX,
            Function::EndsWith
            | Function::Get
            | Function::IndexOf
            | Function::Lpad
            | Function::Mod
            | Function::Nanvl
            | Function::RemainderOf
            | Function::Rpad
            | Function::StartsWith
            | Function::Trunc => 2..=2,
            Function::Replace => 3..=3,
            Function::Substring => 2..=3,
            _ => 1..=1,
        }
    }
}

/// Functions that AWS has and that do not run here.
pub(super) const ELSEWHERE: &[&str] = &[
    "accountid",
    "acos",
    "asin",
    "atan",
    "atan2",
    "aws_lambda",
    "bitand",
    "bitor",
    "bitxor",
    "bitnot",
    "chr",
    "cos",
    "cosh",
    "decode",
    "encode",
    "exp",
    "get_dynamodb",
    "get_mqtt_property",
    "get_or_default",
    "get_registry_data",
    "get_secret",
    "get_thing_shadow",
    "get_user_properties",
    "ln",
    "log",
    "machinelearning_predict",
    "md2",
    "md5",
    "newuuid",
    "parse_time",
    "power",
    "principal",
    "rand",
    "regexp_matches",
    "regexp_replace",
    "regexp_substr",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sin",
    "sinh",
    "sourceip",
    "sql_version",
    "tan",
    "tanh",
    "time_to_epoch",
    "traceid",
    "transform",
];

/// `None` is `Undefined`, for an argument and for the result; also the result of wrong arguments.
pub(super) fn call(
    function: Function,
    arguments: &[Option<Value>],
    message: &Message<'_>,
) -> Option<Value> {
    if !function.arity().contains(&arguments.len()) {
        return None;
    }
    let given = |index: usize| arguments.get(index).and_then(Option::as_ref);
    let number = |index: usize| given(index).and_then(Num::from_value);
    let string = |index: usize| given(index).and_then(text);
    let of_text = |change: fn(&str) -> String| Some(Value::from(change(&string(0)?)));
    let rounded = |round: fn(f64) -> f64| match number(0)? {
        Num::Int(int) => Some(Value::from(int)),
        Num::Decimal(decimal) => Num::Decimal(round(decimal)).value(),
    };
    match function {
        Function::Abs => match number(0)? {
            Num::Int(int) => Some(Value::from(int.checked_abs()?)),
            Num::Decimal(decimal) => Num::Decimal(decimal.abs()).value(),
        },
        Function::Ceil => rounded(f64::ceil),
        Function::Floor => rounded(f64::floor),
        Function::Round => rounded(f64::round),
        Function::Sign => Some(Value::from(match number(0)?.decimal() {
            number if number > 0.0 => 1,
            number if number < 0.0 => -1,
            _ => 0,
        })),
        Function::Sqrt => Num::Decimal(number(0)?.decimal().sqrt()).value(),
        Function::Trunc => truncate(number(0)?, number(1)?),
        Function::Mod | Function::RemainderOf => remainder(number(0)?, number(1)?),
        Function::Nanvl => match given(0) {
            None | Some(Value::Null) => given(1).cloned(),
            Some(first) => Some(first.clone()),
        },
        Function::ClientId => Some(Value::from(message.client_id.unwrap_or("n/a"))),
        Function::Timestamp => Some(Value::from(message.timestamp_millis)),
        Function::Topic if arguments.is_empty() => Some(Value::from(message.topic)),
        Function::Topic => {
            let level = number(0)?.truncated().checked_sub(1)?;
            let level = message.topic.split('/').nth(usize::try_from(level).ok()?)?;
            Some(Value::from(level))
        }
        Function::IsNull => Some(Value::from(given(0) == Some(&Value::Null))),
        Function::IsUndefined => Some(Value::from(given(0).is_none())),
        Function::Get => get(given(0)?, given(1)?),
        Function::Concat => concat(arguments),
        Function::Length => Some(Value::from(string(0)?.chars().count())),
        Function::NumBytes => Some(Value::from(string(0)?.len())),
        Function::Lower => of_text(str::to_lowercase),
        Function::Upper => of_text(str::to_uppercase),
        Function::Trim => of_text(|text| text.trim().to_owned()),
        Function::Ltrim => of_text(|text| text.trim_start_matches([' ', '\t']).to_owned()),
        Function::Rtrim => of_text(|text| text.trim_end_matches([' ', '\t']).to_owned()),
        Function::Lpad => Some(Value::from(spaces(number(1)?) + &string(0)?)),
        Function::Rpad => Some(Value::from(string(0)? + &spaces(number(1)?))),
        Function::StartsWith => Some(Value::from(string(0)?.starts_with(&string(1)?))),
        Function::EndsWith => Some(Value::from(string(0)?.ends_with(&string(1)?))),
        Function::IndexOf => {
            let (inside, wanted) = (string(0)?, string(1)?);
            // Not found is -1 (model choice: the page does not say).
            Some(match inside.split_once(&wanted) {
                Some((before, _)) => Value::from(before.chars().count()),
                None => Value::from(-1),
            })
        }
        Function::Replace => {
            let (inside, wanted, with) = (string(0)?, string(1)?, string(2)?);
            let count = inside.matches(&wanted).count();
            let length = inside.len().checked_add(count.checked_mul(with.len())?)?;
            (length <= LONGEST).then(|| Value::from(inside.replace(&wanted, &with)))
        }
        Function::Substring => {
            let inside = string(0)?;
            let length = inside.chars().count();
            let index = |number: Num| {
                usize::try_from(number.truncated()).map_or(0, |index| index.min(length))
            };
            let from = index(number(1)?);
            let to = match arguments.len() {
                2 => length,
                _ => index(number(2)?),
            };
            let part: String = inside.chars().take(to).skip(from).collect();
            Some(Value::from(part))
        }
    }
}

pub(super) fn remainder(left: Num, right: Num) -> Option<Value> {
    match (left, right) {
        (Num::Int(left), Num::Int(right)) => left.checked_rem(right).map(Value::from),
        (left, right) => Num::Decimal(left.decimal() % right.decimal()).value(),
    }
}

fn truncate(number: Num, places: Num) -> Option<Value> {
    let Num::Decimal(decimal) = number else {
        return number.value();
    };
    let places = places.truncated().clamp(0, 34) as usize;
    // Digits are cut off as they are written, not by arithmetic that would round them.
    let written = decimal.to_string();
    let cut = match written.split_once('.') {
        Some((whole, fraction)) => {
            let kept = fraction.get(..places).unwrap_or(fraction);
            format!("{whole}.{kept}0")
        }
        None => written,
    };
    Num::Decimal(cut.parse().ok()?).value()
}

fn get(from: &Value, index: &Value) -> Option<Value> {
    let position = || usize::try_from(Num::from_value(index)?.truncated()).ok();
    match from {
        Value::Array(elements) => elements.get(position()?).cloned(),
        Value::String(text) => {
            let character = text.chars().nth(position()?)?;
            Some(Value::from(character.to_string()))
        }
        Value::Object(object) => object.get(index.as_str()?).cloned(),
        _ => None,
    }
}

fn concat(arguments: &[Option<Value>]) -> Option<Value> {
    if let [only] = arguments {
        return only.clone();
    }
    let arguments: Option<Vec<&Value>> = arguments.iter().map(Option::as_ref).collect();
    let arguments = arguments?;
    if arguments.iter().any(|argument| argument.is_array()) {
        let elements = arguments.into_iter().flat_map(|argument| match argument {
            Value::Array(elements) => elements.clone(),
            other => vec![other.clone()],
        });
        return Some(Value::Array(elements.collect()));
    }
    if !arguments.iter().any(|argument| argument.is_string()) {
        return None;
    }
    let texts: Option<Vec<String>> = arguments.into_iter().map(text).collect();
    Some(Value::from(texts?.concat()))
}

fn spaces(count: Num) -> String {
    " ".repeat(count.truncated().clamp(0, SPACES) as usize)
}
