//! The section Parameters (CloudFormation user guide, "Parameters section").

use super::super::document::{At, Member, Node, NodeValue};
use super::super::log::{Log, Path};
use super::{Inputs, Resolved, Value};
use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest value of a parameter, in bytes (CloudFormation user guide, "Understand CloudFormation
/// quotas": parameter values, 4,096 bytes).
const MAX_VALUE_BYTES: usize = 4_096;

/// A parameter, with all that a form for it needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type: `String`, `Number`, `CommaDelimitedList` or one of AWS's.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its default.
    pub default: Option<String>,
    /// The values that it can have; empty for any.
    pub allowed_values: Vec<String>,
    /// A regular expression for the whole value.
    pub allowed_pattern: Option<String>,
    /// What its author says about its constraints.
    pub constraint_description: Option<String>,
    /// In characters.
    pub min_length: Option<f64>,
    /// In characters.
    pub max_length: Option<f64>,
    /// Of a number.
    pub min_value: Option<f64>,
    /// Of a number.
    pub max_value: Option<f64>,
    /// Whether its value is to be hidden.
    pub no_echo: bool,
    /// The value that it has: given, or the default. `None` if there is none, or it is refused.
    pub value: Option<String>,
}

/// All parameters, and their values by their names.
pub(crate) fn read(
    members: &[Member],
    inputs: &Inputs,
    log: &Log,
) -> (Vec<Parameter>, BTreeMap<String, Value>) {
    let mut values = BTreeMap::new();
    let mut parameters = Vec::new();
    for member in members {
        let path = Path::of("Parameters").member(&member.key);
        let mut parameter = form(member, &path, log);
        let given = inputs.parameters.get(&parameter.name);
        let value = given.or(parameter.default.as_ref()).cloned();
        let is_stored = parameter.kind.starts_with("AWS::SSM::Parameter::Value");
        let value = match (value, given) {
            // The default names a parameter of Systems Manager, whose value only AWS knows.
            (Some(_), None) if is_stored => None,
            (value, _) => value,
        };
        parameter.value =
            value.filter(
                |value| match fault(&parameter, value, member.at, &path, log) {
                    Some(why) => {
                        log.refused(member.at, &path, why);
                        false
                    }
                    None => true,
                },
            );
        let resolved = match &parameter.value {
            None => Value::Unknown(String::new()),
            Some(value) if is_list(&parameter.kind) => Value::List(
                value
                    .split(',')
                    .map(|item| Resolved {
                        at: member.at,
                        value: Value::Text(item.trim().to_owned()),
                    })
                    .collect(),
            ),
            Some(value) => Value::Text(value.clone()),
        };
        values.insert(parameter.name.clone(), resolved);
        parameters.push(parameter);
    }
    for name in inputs.parameters.keys() {
        if !values.contains_key(name) {
            let why = format!("Parameters: [{name}] do not exist in the template");
            log.refused(At { line: 1, column: 1 }, &Path::of("Parameters"), why);
        }
    }
    (parameters, values)
}

fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<") || kind.contains("<List<")
}

fn form(member: &Member, path: &Path, log: &Log) -> Parameter {
    let mut parameter = Parameter {
        name: member.key.clone(),
        kind: "String".to_owned(),
        ..Parameter::default()
    };
    let Some(members) = member.value.members() else {
        log.refused(member.at, path, "A parameter is a mapping with a Type.");
        return parameter;
    };
    for Member { key, at, value } in members {
        let text = || value.text().map(str::to_owned);
        let number = || value.text().and_then(|text| text.parse().ok());
        let known = match key.as_str() {
            "Type" => {
                parameter.kind = text().unwrap_or_default();
                true
            }
            "Description" => set(&mut parameter.description, text()),
            "Default" => set(&mut parameter.default, default(value)),
            "AllowedPattern" => set(&mut parameter.allowed_pattern, text()),
            "ConstraintDescription" => set(&mut parameter.constraint_description, text()),
            "MinLength" => set(&mut parameter.min_length, number()),
            "MaxLength" => set(&mut parameter.max_length, number()),
            "MinValue" => set(&mut parameter.min_value, number()),
            "MaxValue" => set(&mut parameter.max_value, number()),
            "NoEcho" => {
                parameter.no_echo = value.text() == Some("true");
                true
            }
            "AllowedValues" => match &value.value {
                NodeValue::List(items) => {
                    let texts = items.iter().filter_map(Node::text);
                    parameter.allowed_values = texts.map(str::to_owned).collect();
                    true
                }
                _ => false,
            },
            _ => false,
        };
        if !known {
            log.skipped(*at, &path.member(key), "This is not understood.");
        }
    }
    parameter
}

fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

/// A default may be empty, which YAML calls null.
fn default(node: &Node) -> Option<String> {
    match &node.value {
        NodeValue::Null => Some(String::new()),
        _ => node.text().map(str::to_owned),
    }
}

/// Why the value is refused, in CloudFormation's words.
fn fault(parameter: &Parameter, value: &str, at: At, path: &Path, log: &Log) -> Option<String> {
    let name = &parameter.name;
    let says = |words: String| {
        let own = parameter.constraint_description.as_deref();
        Some(match own {
            Some(own) => format!("Parameter '{name}' failed to satisfy constraint: {own}"),
            None => format!("Parameter '{name}' {words}"),
        })
    };
    if value.len() > MAX_VALUE_BYTES {
        return says(format!("must contain at most {MAX_VALUE_BYTES} bytes"));
    }
    let items: Vec<&str> = match is_list(&parameter.kind) {
        true => value.split(',').map(str::trim).collect(),
        false => vec![value],
    };
    let allowed = &parameter.allowed_values;
    for item in items {
        if !allowed.is_empty() && !allowed.iter().any(|it| it == item) {
            return says(format!(
                "must be one of AllowedValues: {}",
                allowed.join(", ")
            ));
        }
        if matches!(parameter.kind.as_str(), "Number" | "List<Number>") {
            let Some(number) = item.parse::<f64>().ok().filter(|it| it.is_finite()) else {
                return says("must be a number".to_owned());
            };
            if let Some(least) = parameter.min_value.filter(|least| number < *least) {
                return says(format!("must be a number not less than {least}"));
            }
            if let Some(most) = parameter.max_value.filter(|most| number > *most) {
                return says(format!("must be a number not greater than {most}"));
            }
        }
        let length = item.chars().count() as f64;
        if let Some(least) = parameter.min_length.filter(|least| length < *least) {
            return says(format!("must contain at least {least} characters"));
        }
        if let Some(most) = parameter.max_length.filter(|most| length > *most) {
            return says(format!("must contain at most {most} characters"));
        }
        if let Some(pattern) = &parameter.allowed_pattern {
            match Regex::new(&format!("^(?:{pattern})$")) {
                Ok(regex) if !regex.is_match(item) => {
                    return says(format!("must match pattern {pattern}"));
                }
                Ok(_) => {}
                Err(_) => log.skipped(at, &path.member("AllowedPattern"), "Values are not checked against this pattern: it has parts of Java's regular expressions that are not understood here."),
            }
        }
    }
    None
}
