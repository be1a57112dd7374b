use super::{output_on, rule, value};
use crate::events::iot_sql::IotRule;
use proptest::prelude::*;
use serde_json::{Value, json};

/// An expression of integers, as text in which everything is in parentheses, and its value.
fn arithmetic() -> impl Strategy<Value = (String, i64)> {
    let leaf = (-9..10_i64).prop_map(|number| (format!("({number})"), number));
    leaf.prop_recursive(4, 32, 2, |inner| {
        (inner.clone(), inner, 0..5).prop_map(|((left, a), (right, b), operator)| {
            let (symbol, value) = match operator {
                0 => ("+", a.wrapping_add(b) % 1_000),
                1 => ("-", a.wrapping_sub(b) % 1_000),
                2 => ("*", a.wrapping_mul(b) % 1_000),
                3 if b != 0 => ("/", a / b % 1_000),
                _ if b != 0 => ("%", a % b % 1_000),
                _ => return (left, a),
            };
            (format!("(({left} {symbol} {right}) % 1000)"), value)
        })
    })
}

fn leveled() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[ab]{0,2}", 1..4)
}

/// Whether a filter, in levels, names a topic: all ways to spend the levels are tried.
fn named(filter: &[String], topic: &[String]) -> bool {
    match (filter, topic) {
        ([], []) => true,
        ([last], [_, ..]) if last == "#" => true,
        ([first, filter @ ..], [level, topic @ ..]) => {
            (first == "+" || first == level) && named(filter, topic)
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn integers_are_counted_with_as_in_any_language((text, expected) in arithmetic()) {
        prop_assert_eq!(value(&text, "{}"), Some(expected.to_string()));
    }

    #[test]
    fn filters_agree_with_trying_everything(
        filter in prop::collection::vec(prop_oneof![3 => "[ab]{0,2}", 1 => Just("+".to_owned())], 1..4),
        all_below in any::<bool>(),
        topic in leveled(),
    ) {
        let mut filter = filter;
        if all_below {
            filter.push("#".to_owned());
        }
        let text = filter.join("/");
        prop_assume!(!text.is_empty());
        let rule = rule(&format!("SELECT * FROM '{text}'"));
        prop_assert_eq!(rule.listens_to(&topic.join("/")), named(&filter, &topic));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        reads_or_refuses(&text)?;
    }

    #[test]
    fn words_in_any_order_are_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "SELECT", "VALUE", "FROM", "WHERE", "AS", "AND", "NOT", "IN", "CASE", "WHEN", "THEN",
                "ELSE", "END", "*", "a", "b.c", "'a/#'", "'+'", "1", "2.5", "-", "+", "/", "(", ")", "[",
                "]", "{", "}", ":", ",", "topic(", "replace(", "substring(", "get(", "cast(", "null", "<>", "=",
            ]),
            0..20,
        ),
    ) {
        reads_or_refuses(&words.join(" "))?;
        reads_or_refuses(&format!("SELECT {} AS x FROM '#'", words.join(" ")))?;
    }
}

fn reads_or_refuses(text: &str) -> Result<(), TestCaseError> {
    match IotRule::parse(text) {
        Ok(_) => {
            let payload = json!({"a": [1, "x", null], "b": {"c": 1e300}});
            let output: Option<Value> = output_on(text, "a/b", &payload);
            prop_assert!(output.is_none_or(|output| output.to_string().len() < 1 << 20));
        }
        Err(error) => {
            prop_assert!(text.is_char_boundary(error.place.offset));
            prop_assert!(!error.hint().is_empty() && !error.to_string().is_empty());
        }
    }
    Ok(())
}
