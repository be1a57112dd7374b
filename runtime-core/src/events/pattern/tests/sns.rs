use crate::events::pattern::{FilterPolicy, FilterPolicyScope, MessageAttribute, PatternFault};
use std::collections::BTreeMap;

use FilterPolicyScope::{MessageAttributes, MessageBody};

fn policy(text: &str, scope: FilterPolicyScope) -> FilterPolicy {
    FilterPolicy::parse(text, scope).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn fault(text: &str, scope: FilterPolicyScope) -> PatternFault {
    FilterPolicy::parse(text, scope).unwrap_err().fault
}

fn string(text: &str) -> MessageAttribute {
    MessageAttribute::String(text.to_owned())
}

fn array(text: &str) -> MessageAttribute {
    MessageAttribute::StringArray(text.to_owned())
}

fn number(text: &str) -> MessageAttribute {
    MessageAttribute::Number(text.to_owned())
}

fn gets(policy: &FilterPolicy, attributes: &[(&str, MessageAttribute)]) -> bool {
    let attributes: BTreeMap<_, _> = attributes
        .iter()
        .map(|(name, attribute)| ((*name).to_owned(), attribute.clone()))
        .collect();
    let gets = policy.matches("", &attributes);
    assert_eq!(policy.explain("", &attributes).is_none(), gets);
    gets
}

/// "String value matching", "Numeric value matching" and "Key matching".
#[test]
fn attributes_of_the_pages_examples() {
    let interests = "customer_interests";
    for (value, attribute, expected) in [
        (r#"["rugby","tennis"]"#, string("rugby"), true),
        (
            r#"["rugby","tennis"]"#,
            array(r#"["rugby", "tennis"]"#),
            true,
        ),
        (r#"["rugby","tennis"]"#, string("baseball"), false),
        (r#"["rugby","tennis"]"#, array(r#"["baseball"]"#), false),
        (
            r#"[{"anything-but":["rugby","tennis"]}]"#,
            string("baseball"),
            true,
        ),
        (
            r#"[{"anything-but":["rugby","tennis"]}]"#,
            array(r#"["rugby","baseball"]"#),
            true,
        ),
        (
            r#"[{"anything-but":["rugby","tennis"]}]"#,
            string("rugby"),
            false,
        ),
        (
            r#"[{"anything-but":["rugby","tennis"]}]"#,
            array(r#"["rugby"]"#),
            false,
        ),
        (
            r#"[{"anything-but":{"prefix":"order-"}}]"#,
            string("order_number"),
            true,
        ),
        (
            r#"[{"anything-but":{"prefix":"order-"}}]"#,
            string("order-cancelled"),
            false,
        ),
        (
            r#"[{"anything-but":{"wildcard":"*ball"}}]"#,
            array(r#"["hockey","rugby"]"#),
            true,
        ),
        (
            r#"[{"anything-but":{"wildcard":"*ball"}}]"#,
            array(r#"["baseball","basketball"]"#),
            false,
        ),
        (
            r#"[{"anything-but":{"suffix":"ball"}}]"#,
            array(r#"["baseball","basketball"]"#),
            false,
        ),
        (
            r#"[{"equals-ignore-case":"tennis"}]"#,
            string("TENNIS"),
            true,
        ),
        (r#"[{"cidr":"10.0.0.0/24"}]"#, string("10.0.0.255"), true),
        (r#"[{"cidr":"10.0.0.0/24"}]"#, string("10.1.1.0"), false),
        (r#"[{"prefix":"bas"}]"#, string("basketball"), true),
        (r#"[{"prefix":"bas"}]"#, string("rugby"), false),
        (r#"[{"suffix":"ball"}]"#, string("baseball"), true),
        (
            r#"[{"wildcard":"*ball"}]"#,
            array(r#"["baseball","rugby"]"#),
            true,
        ),
        (r#"[{"numeric":["=",301.5]}]"#, number("301.5"), true),
        (r#"[{"numeric":["=",301.5]}]"#, number("3.015e2"), true),
        (r#"[{"numeric":["=",301.5]}]"#, string("301.5"), false),
        (r#"[{"numeric":["=",0.123456]}]"#, number("0.123457"), true),
        (r#"[{"anything-but":[100,500]}]"#, number("100.1"), true),
        (r#"[{"anything-but":[100,500]}]"#, number("100"), false),
        (r#"[{"numeric":["<",0]}]"#, number("-1"), true),
        (r#"[{"numeric":[">",0,"<=",150]}]"#, number("150"), true),
        (
            r#"[{"numeric":[">",0,"<=",150]}]"#,
            number("150.00001"),
            false,
        ),
        (r#"[{"numeric":[">",0]}]"#, number("1000000001"), false),
        (r#"[{"exists":true}]"#, string("fans"), true),
        (r#"[{"exists":true}]"#, string(""), false),
        (r#"[{"exists":true}]"#, MessageAttribute::Binary, false),
        (r#"[100]"#, number("1e2"), true),
        (r#"[null]"#, array("[null]"), true),
    ] {
        let policy = policy(&format!(r#"{{"{interests}":{value}}}"#), MessageAttributes);
        assert_eq!(
            gets(&policy, &[(interests, attribute)]),
            expected,
            "{value}"
        );
    }
}

/// "Key matching": without any attribute nothing matches.
#[test]
fn a_key_that_must_be_missing() {
    let policy = policy(r#"{"store":[{"exists":false}]}"#, MessageAttributes);
    assert!(gets(&policy, &[("customer_interests", array("[]"))]));
    assert!(!gets(&policy, &[("store", string("fans"))]));
    assert!(!gets(&policy, &[]));
    assert!(!gets(&policy, &[("other", MessageAttribute::Binary)]));
}

/// "AND/OR logic".
#[test]
fn and_and_or() {
    let both = policy(
        r#"{"customer_interests":["rugby"],"price_usd":[{"numeric":[">",100]}]}"#,
        MessageAttributes,
    );
    assert!(gets(
        &both,
        &[
            ("customer_interests", string("rugby")),
            ("price_usd", number("101"))
        ]
    ));
    assert!(!gets(
        &both,
        &[
            ("customer_interests", string("rugby")),
            ("price_usd", number("100"))
        ]
    ));
    let either = policy(
        r#"{"source":["aws.cloudwatch"],"$or":[{"metricName":["CPUUtilization"]},{"namespace":["AWS/EC2"]}]}"#,
        MessageAttributes,
    );
    let source = ("source", string("aws.cloudwatch"));
    assert!(gets(
        &either,
        &[source.clone(), ("namespace", string("AWS/EC2"))]
    ));
    assert!(!gets(&either, &[source]));
}

#[test]
fn names_of_attributes_may_have_dots() {
    let policy = policy(r#"{"a.b":["x"]}"#, MessageAttributes);
    assert!(gets(&policy, &[("a.b", string("x"))]));
}

#[test]
fn bodies() {
    let policy = policy(
        r#"{"order":{"price":[{"numeric":[">",100]}]}}"#,
        MessageBody,
    );
    let none = BTreeMap::new();
    assert!(policy.matches(r#"{"order":{"price":101}}"#, &none));
    assert!(!policy.matches(r#"{"order":{"price":100}}"#, &none));
    assert!(!policy.matches("not JSON", &none));
    assert!(!policy.matches("101", &none));
    let mismatch = policy.explain(r#"{"order":{}}"#, &none).unwrap();
    assert_eq!(mismatch.to_string(), "order.price is missing");
    let all = self::policy("{}", MessageBody);
    assert!(all.matches("not JSON", &none));
}

/// "Filter policy constraints".
#[test]
fn limits() {
    let five = r#"{"a":["x"],"b":["x"],"c":["x"],"d":["x"],"e":["x"]}"#;
    policy(five, MessageAttributes);
    let six = five.replace("}", r#","f":["x"]}"#);
    let too_many = PatternFault::TooManyKeys { limit: 5, count: 6 };
    assert_eq!(fault(&six, MessageAttributes), too_many);
    let nested = fault(r#"{"a":{"b":["x"]}}"#, MessageAttributes);
    assert_eq!(nested, PatternFault::NestedPolicy { key: "a".into() });

    // 4 values on level 3 and 3 values on level 2 are 4 x 3 x 3 x 2 = 72 combinations.
    let text = r#"{"key_a":{"key_b":{"key_c":["1","2","3","4"]}},"key_d":{"key_e":["1","2","3"]}}"#;
    policy(text, MessageBody);
    // Another key with three values on the first level: 216.
    let more = text.replacen('{', r#"{"key_f":["1","2","3"],"#, 1);
    assert_eq!(
        fault(&more, MessageBody),
        PatternFault::TooManyCombinations {
            limit: 150,
            count: 216
        }
    );
    let values = |count: usize| format!(r#"{{"a":[{}]}}"#, vec!["1"; count].join(","));
    policy(&values(150), MessageAttributes);
    assert_eq!(
        fault(&values(151), MessageAttributes),
        PatternFault::TooManyCombinations {
            limit: 150,
            count: 151
        }
    );

    let long = format!(r#"{{"a":["{}"]}}"#, "x".repeat(256 * 1024));
    assert!(matches!(
        fault(&long, MessageBody),
        PatternFault::TooLong { limit: 262_144, .. }
    ));
    assert_eq!(
        fault(r#"{"a":[1000000001]}"#, MessageBody).to_string(),
        "an SNS filter policy cannot compare 1000000001 exactly"
    );
}

/// "AND/OR logic": 7 and 32 combinations; one value more each time until it is too many.
#[test]
fn combinations_of_alternatives_add_up() {
    let ids = |count: usize| vec!["1"; count].join(",");
    let seven = |more: usize| {
        format!(
            r#"{{"source":["s"],"$or":[{{"metricName":["a","b"]}},{{"metricType":["t"],
            "$or":[{{"metricId":[1,2]}},{{"spaceId":[{}]}}]}}]}}"#,
            ids(3 + more)
        )
    };
    policy(&seven(143), MessageAttributes);
    assert_eq!(
        fault(&seven(144), MessageAttributes),
        PatternFault::TooManyCombinations {
            limit: 150,
            count: 151
        }
    );
    let thirty_two = r#"{"$or":[{"metricName":["a","b"]},{"namespace":["a","b"]}],
        "detail":{"scope":["Service"],"$or":[{"source":["s"]},{"type":["t"]}]}}"#;
    policy(thirty_two, MessageBody);
    let five_times = thirty_two.replace(r#"["Service"]"#, "[1,2,3,4,5]");
    assert_eq!(
        fault(&five_times, MessageBody),
        PatternFault::TooManyCombinations {
            limit: 150,
            count: 160
        }
    );
}

/// "Wildcard pattern usage guidelines".
#[test]
fn wildcards_have_points() {
    let wildcards = |count: usize| {
        let values: Vec<_> = (0..count)
            .map(|n| format!(r#"{{"wildcard":"*{n}"}}"#))
            .collect();
        format!(r#"{{"a":[{}]}}"#, values.join(","))
    };
    policy(&wildcards(10), MessageAttributes);
    assert_eq!(
        fault(&wildcards(11), MessageAttributes),
        PatternFault::WildcardComplexity {
            limit: 100,
            points: 121
        }
    );
    policy(r#"{"a":[{"wildcard":"*a*b*"}]}"#, MessageAttributes);
    assert_eq!(
        fault(r#"{"a":[{"wildcard":"*a*b*c*"}]}"#, MessageAttributes),
        PatternFault::TooManyWildcards { limit: 3, count: 4 }
    );
}
