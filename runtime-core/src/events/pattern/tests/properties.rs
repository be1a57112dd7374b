//! The evaluator here works on the pattern's JSON: it makes every choice of one element from each
//! array of objects, writes the rest down as paths with leaves, and asks each value on its own.

use super::{json, matches, parsed};
use crate::events::pattern::{Dialect, FilterPolicy, FilterPolicyScope, Pattern, PatternFault};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

type Leaves = Vec<(Vec<String>, Value)>;

/// Every way to take one element of each array that has objects in it.
fn choices(event: &Value) -> Vec<Value> {
    match event {
        Value::Array(elements) if elements.iter().any(Value::is_object) => {
            elements.iter().flat_map(choices).collect()
        }
        Value::Object(object) => {
            let mut all = vec![Map::new()];
            for (name, value) in object {
                let values = choices(value);
                all = all
                    .iter()
                    .flat_map(|before| {
                        values.iter().map(|value| {
                            let mut with = before.clone();
                            with.insert(name.clone(), value.clone());
                            with
                        })
                    })
                    .collect();
            }
            all.into_iter().map(Value::Object).collect()
        }
        leaf => vec![leaf.clone()],
    }
}

fn leaves(value: &Value, path: &[String], found: &mut Leaves) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                leaves(value, &[path, std::slice::from_ref(name)].concat(), found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                leaves(element, path, found);
            }
        }
        leaf => found.push((path.to_vec(), leaf.clone())),
    }
}

fn naive(pattern: &Value, path: &[String], event: &Leaves) -> bool {
    pattern.as_object().unwrap().iter().all(|(name, wanted)| {
        if name == "$or" {
            let alternatives = wanted.as_array().unwrap();
            return alternatives.iter().any(|part| naive(part, path, event));
        }
        let path = [path, std::slice::from_ref(name)].concat();
        let Some(values) = wanted.as_array() else {
            return naive(wanted, &path, event);
        };
        let mut found = event
            .iter()
            .filter(|(at, _)| *at == path)
            .map(|(_, leaf)| leaf);
        match found.clone().next() {
            None => values.contains(&json!({"exists": false})),
            Some(_) => found.any(|leaf| values.iter().any(|value| accepts(value, leaf))),
        }
    })
}

fn accepts(wanted: &Value, leaf: &Value) -> bool {
    let Some((operator, operand)) = wanted.as_object().and_then(|object| object.iter().next())
    else {
        return wanted == leaf;
    };
    let text = |then: &dyn Fn(&str, &str) -> bool| {
        leaf.as_str()
            .is_some_and(|leaf| then(leaf, operand.as_str().unwrap()))
    };
    match operator.as_str() {
        "prefix" => text(&|leaf, prefix| leaf.starts_with(prefix)),
        "suffix" => text(&|leaf, suffix| leaf.ends_with(suffix)),
        "equals-ignore-case" => text(&|leaf, other| leaf.eq_ignore_ascii_case(other)),
        "wildcard" => text(&|leaf, pattern| wildcard(pattern.as_bytes(), leaf.as_bytes())),
        "exists" => operand.as_bool().unwrap(),
        "numeric" => leaf.as_f64().is_some_and(|leaf| {
            let comparisons = operand.as_array().unwrap();
            comparisons.chunks(2).all(|comparison| {
                let number = comparison[1].as_f64().unwrap();
                match comparison[0].as_str().unwrap() {
                    "=" => leaf == number,
                    "<" => leaf < number,
                    "<=" => leaf <= number,
                    ">" => leaf > number,
                    _ => leaf >= number,
                }
            })
        }),
        "anything-but" => match operand {
            Value::Array(values) => !values.iter().any(|value| match (value, leaf) {
                (Value::Number(value), Value::Number(leaf)) => value.as_f64() == leaf.as_f64(),
                (value, leaf) => value == leaf,
            }),
            operator => !accepts(operator, leaf),
        },
        other => panic!("{other}"),
    }
}

fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.first(), text.first()) {
        (None, first) => first.is_none(),
        (Some(b'*'), _) => {
            wildcard(&pattern[1..], text) || (!text.is_empty() && wildcard(pattern, &text[1..]))
        }
        (Some(a), Some(b)) => a == b && wildcard(&pattern[1..], &text[1..]),
        (Some(_), None) => false,
    }
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned)
}

fn word() -> impl Strategy<Value = String> {
    "[abA]{0,3}"
}

fn number() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![json!(0), json!(1), json!(1.0), json!(2.5), json!(-3)])
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => word().prop_map(Value::from),
        3 => number(),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
    ]
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::btree_map(name(), value, 1..4)
        .prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

/// Arrays of scalars anywhere; arrays of objects only if asked for.
fn event(arrays_of_objects: bool) -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        3 => leaf(),
        1 => prop::collection::vec(leaf(), 0..3).prop_map(Value::from),
    ];
    let nested = value.prop_recursive(3, 16, 3, move |inner| {
        let one = object(inner.clone());
        if arrays_of_objects {
            let many = prop::collection::vec(object(inner), 1..3).prop_map(Value::from);
            prop_oneof![one, many].boxed()
        } else {
            one.boxed()
        }
    });
    object(nested)
}

fn test(may_be_missing: bool) -> impl Strategy<Value = Value> {
    let text = |name: &'static str| word().prop_map(move |word| json!({ name: word })).boxed();
    let nonempty = |name: &'static str| {
        "[abA]{1,2}"
            .prop_map(move |word| json!({"anything-but": { name: word }}))
            .boxed()
    };
    prop_oneof![
        leaf(),
        text("prefix"),
        text("suffix"),
        text("equals-ignore-case"),
        "[ab]{0,2}(\\*[ab]{1,2}){0,3}".prop_map(|word| json!({ "wildcard": word })),
        (
            prop::sample::select(vec!["=", "<", "<=", ">", ">="]),
            number()
        )
            .prop_map(|(comparison, number)| json!({"numeric": [comparison, number]})),
        Just(json!({"numeric": [">", -3, "<=", 1]})),
        prop::collection::vec(word(), 1..3).prop_map(|words| json!({ "anything-but": words })),
        prop::collection::vec(number(), 1..3).prop_map(|words| json!({ "anything-but": words })),
        nonempty("prefix"),
        nonempty("suffix"),
        nonempty("equals-ignore-case"),
        nonempty("wildcard"),
        Just(json!({ "exists": !may_be_missing })),
        Just(json!({"exists": true})),
    ]
}

fn pattern(may_be_missing: bool) -> impl Strategy<Value = Value> {
    let leaf = prop::collection::vec(test(may_be_missing), 1..3).prop_map(Value::from);
    let field = leaf.prop_recursive(3, 12, 3, |inner| {
        let fields = object(inner.clone());
        let with_or = (
            object(inner.clone()),
            prop::collection::vec(object(inner), 2..4),
        );
        prop_oneof![
            2 => fields,
            1 => with_or.prop_map(|(mut object, alternatives)| {
                object["$or"] = Value::from(alternatives);
                object
            }),
        ]
    });
    object(field)
}

fn agree(pattern: &Value, event: &Value) -> Result<(), TestCaseError> {
    let text = pattern.to_string();
    // What is over a limit is refused, as other tests say.
    if let Err(error) = Pattern::parse(&text, Dialect::EventBridge) {
        let limits = [PatternFault::TooLong {
            limit: 2_048,
            length: text.chars().count(),
        }];
        let is_over = limits.contains(&error.fault)
            || matches!(error.fault, PatternFault::TooManyCombinations { .. });
        prop_assert!(is_over, "{} in {}", error, text);
        return Ok(());
    }
    let expected = choices(event).iter().any(|choice| {
        let mut found = Leaves::new();
        leaves(choice, &[], &mut found);
        naive(pattern, &[], &found)
    });
    let found = matches(&text, Dialect::EventBridge, &event.to_string());
    prop_assert_eq!(found, expected, "{} on {}", text, event);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_naive_evaluator(pattern in pattern(true), event in event(false)) {
        agree(&pattern, &event)?;
    }

    #[test]
    fn agrees_on_arrays_of_objects(pattern in pattern(false), event in event(true)) {
        agree(&pattern, &event)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        for dialect in [Dialect::EventBridge, Dialect::SnsAttributes, Dialect::SnsBody, Dialect::Lambda] {
            if let Err(error) = Pattern::parse(&text, dialect) {
                prop_assert!(text.is_char_boundary(error.place.offset));
                prop_assert!(!error.hint().is_empty() && !error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn nearly_right_text_is_read_or_refused(
        pattern in pattern(true),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}:,\"*\\\\0a$-]?"), 1..4),
    ) {
        let mut text: Vec<char> = pattern.to_string().chars().collect();
        for (position, change) in changes {
            if text.is_empty() {
                break;
            }
            let position = position.index(text.len());
            text.splice(position..=position, change.chars());
        }
        let text: String = text.into_iter().collect();
        for dialect in [Dialect::EventBridge, Dialect::SnsBody] {
            match Pattern::parse(&text, dialect) {
                Err(error) => prop_assert!(text.is_char_boundary(error.place.offset)),
                Ok(pattern) => {
                    let event = json!({"a": "b"});
                    prop_assert_eq!(pattern.matches(&event), pattern.explain(&event).is_none());
                }
            }
        }
    }

    #[test]
    fn a_policy_on_the_body_is_a_pattern(event in event(true), field in name(), word in word()) {
        let text = json!({field: [word]}).to_string();
        let policy = FilterPolicy::parse(&text, FilterPolicyScope::MessageBody).unwrap();
        let body = event.to_string();
        let expected = parsed(&text, Dialect::EventBridge).matches(&json(&body));
        prop_assert_eq!(policy.matches(&body, &BTreeMap::new()), expected);
    }
}
