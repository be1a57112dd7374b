use crate::events::pattern::{Dialect, Pattern, PatternError};

fn refused(text: &str, dialect: Dialect) -> PatternError {
    match Pattern::parse(text, dialect) {
        Ok(pattern) => panic!("{text}: {pattern:?}"),
        Err(error) => error,
    }
}

/// The mark `^` in front of a character says where the error must be.
#[test]
fn errors_point_at_the_character() {
    for (marked, cause) in [
        ("^", "this is not JSON: EOF while parsing a value"),
        ("{\"a\": ^,}", "this is not JSON: expected value"),
        (
            "{\"a\": [1]^",
            "this is not JSON: EOF while parsing an object",
        ),
        ("{\"a\": [1]} ^x", "this is not JSON: trailing characters"),
        ("^[]", "a pattern is a JSON object"),
        ("^{}", "this object has no fields"),
        ("{\"a\": ^{}}", "this object has no fields"),
        ("{\"a\": ^[]}", "this list has no values"),
        ("{\"a\": ^\"x\"}", "the value of \"a\" is not a list"),
        ("{\"a\": [1, ^[2]]}", "a list of values has a list in it"),
        ("{\"a\": [1, ^{}]}", "these braces have no operator in them"),
        (
            "{\"a\": [{\"prefix\": \"x\", ^\"suffix\": \"y\"}]}",
            "these braces have a second operator in them",
        ),
        (
            "{\"a\": [{^\"prefixx\": 1}]}",
            "there is no operator \"prefixx\"",
        ),
        (
            "{\"a\": [{\"prefix\": ^1}]}",
            "this is not what prefix compares with",
        ),
        (
            "{\"a\": [{\"prefix\": {^\"wildcard\": \"x\"}}]}",
            "this is not what prefix compares with",
        ),
        (
            "{\"a\": [{\"exists\": ^\"yes\"}]}",
            "this is not what exists compares with",
        ),
        (
            "{\"a\": [{\"cidr\": ^\"10.0.0.0\"}]}",
            "this is not a range of addresses",
        ),
        (
            "{\"a\": [{\"numeric\": ^5}]}",
            "this is not what numeric compares with",
        ),
        (
            "{\"a\": [{\"numeric\": ^[]}]}",
            "this is not what numeric compares with",
        ),
        (
            "{\"a\": [{\"numeric\": [^\"==\", 5]}]}",
            "\"==\" is not a comparison",
        ),
        (
            "{\"a\": [{\"numeric\": [\"=\", ^\"5\"]}]}",
            "this is not what numeric compares with",
        ),
        (
            "{\"a\": [{\"numeric\": [^\"<\", 5, \">\", 0]}]}",
            "these comparisons are not a range",
        ),
        (
            "{\"a\": [{\"numeric\": ^[\">\", 5, \"<\", 5]}]}",
            "no number is in this range",
        ),
        (
            "{\"a\": [{\"numeric\": [\"=\", ^9007199254740993]}]}",
            "an EventBridge pattern cannot compare 9007199254740993 exactly",
        ),
        (
            "{\"a\": [{\"anything-but\": ^null}]}",
            "this is not what anything-but compares with",
        ),
        (
            "{\"a\": [{\"anything-but\": ^[]}]}",
            "this list has no values",
        ),
        (
            "{\"a\": [{\"anything-but\": [\"x\", ^1]}]}",
            "anything-but has text and numbers in one list",
        ),
        (
            "{\"a\": [{\"anything-but\": {\"prefix\": [\"x\", ^\"\"]}}]}",
            "an empty prefix or suffix excludes everything",
        ),
        (
            "{\"a\": [{\"anything-but\": {^\"numeric\": 1}}]}",
            "there is no operator \"numeric\"",
        ),
        (
            "{\"a\": [{\"wildcard\": \"x*^*\"}]}",
            "there are two asterisks in a row",
        ),
        // Four escapes and a character of two bytes before it.
        (
            "{\"a\": [{\"wildcard\": \"\\\"\\u00e9\\ud83d\\ude00é\\\\*^\\\\x\"}]}",
            "this backslash escapes nothing",
        ),
        (
            "{\n  \"é\": [\n    ^{}\n  ]\n}",
            "these braces have no operator in them",
        ),
        ("{\"$or\": ^[{\"a\": [1]}]}", "$or has no two alternatives"),
        (
            "{\"$or\": [{\"a\": [1]}, ^2]}",
            "$or has no two alternatives",
        ),
        (
            "{\"$or\": [{\"a\": [1]}, ^{}]}",
            "this object has no fields",
        ),
    ] {
        let at = marked.find('^').unwrap();
        let text = marked.replacen('^', "", 1);
        let error = refused(&text, Dialect::EventBridge);
        assert_eq!(error.fault.to_string(), cause, "{marked}");
        assert_eq!(error.place.offset, at, "{marked}: {error}");
        assert!(!error.hint().is_empty());
    }
    let third_line = refused("{\n  \"é\": [\n    {}\n  ]\n}", Dialect::EventBridge);
    assert_eq!((third_line.place.line, third_line.place.column), (3, 5));
}

#[test]
fn each_service_has_its_own_operators() {
    for (value, event_bridge, sns, lambda) in [
        (r#"{"prefix":"a"}"#, true, true, true),
        (
            r#"{"prefix":{"equals-ignore-case":"a"}}"#,
            true,
            false,
            false,
        ),
        (r#"{"suffix":"a"}"#, true, true, true),
        (
            r#"{"suffix":{"equals-ignore-case":"a"}}"#,
            true,
            false,
            false,
        ),
        (r#"{"equals-ignore-case":"a"}"#, true, true, true),
        (r#"{"wildcard":"a*"}"#, true, true, false),
        (r#"{"numeric":["=",1]}"#, true, true, true),
        (r#"{"cidr":"10.0.0.0/8"}"#, true, true, false),
        (r#"{"exists":true}"#, true, true, true),
        (r#"{"anything-but":["a"]}"#, true, true, true),
        (r#"{"anything-but":{"prefix":"a"}}"#, true, true, false),
        (r#"{"anything-but":{"suffix":"a"}}"#, true, true, false),
        (
            r#"{"anything-but":{"equals-ignore-case":"a"}}"#,
            true,
            false,
            false,
        ),
        (r#"{"anything-but":{"wildcard":"a"}}"#, true, true, false),
    ] {
        let text = format!(r#"{{"f":[{value}]}}"#);
        for (dialect, expected) in [
            (Dialect::EventBridge, event_bridge),
            (Dialect::SnsAttributes, sns),
            (Dialect::SnsBody, sns),
            (Dialect::Lambda, lambda),
        ] {
            let parsed = Pattern::parse(&text, dialect);
            assert_eq!(parsed.is_ok(), expected, "{dialect}: {value}");
            if let Err(error) = parsed {
                assert!(error.fault.to_string().contains(" has no "), "{error}");
                assert!(error.hint().contains("exists"), "{}", error.hint());
            }
        }
    }
}

#[test]
fn a_pattern_has_a_size() {
    let long = format!(r#"{{"a":["{}"]}}"#, "é".repeat(2_039));
    let error = refused(&long, Dialect::EventBridge);
    assert_eq!(
        error.fault.to_string(),
        "the pattern is 2049 long, and 2048 is the most"
    );
    assert_eq!(error.place.offset, long.len() - 1);
    Pattern::parse(&long, Dialect::Lambda).unwrap();
    let fits = format!(r#"{{"a":["{}"]}}"#, "é".repeat(2_038));
    Pattern::parse(&fits, Dialect::EventBridge).unwrap();

    let deep = |levels: usize| format!("{}[1]{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    Pattern::parse(&deep(64), Dialect::EventBridge).unwrap();
    let error = refused(&deep(65), Dialect::EventBridge);
    assert_eq!(
        error.fault.to_string(),
        "the pattern has more than 64 levels"
    );

    let either = r#"[{"a":[1]},{"b":[1]}]"#;
    let ors = |count: usize| {
        let fields: Vec<_> = (0..count)
            .map(|n| format!(r#""f{n}":{{"$or":{either}}}"#))
            .collect();
        format!("{{{}}}", fields.join(","))
    };
    Pattern::parse(&ors(9), Dialect::EventBridge).unwrap();
    let error = refused(&ors(10), Dialect::EventBridge);
    assert_eq!(
        error.fault.to_string(),
        "the pattern has 1024 combinations, and 1000 are the most"
    );
}

#[test]
fn deep_nesting_ends_in_an_error() {
    for opening in ["{\"a\":", "[", "{\"a\":[{\"anything-but\":", "{\"$or\":["] {
        let text = opening.repeat(50_000);
        refused(&text, Dialect::SnsBody);
    }
}
