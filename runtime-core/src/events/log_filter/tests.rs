//! Examples of the user guide's page "Filter pattern syntax"; what is refused, and where.

use super::*;
use proptest::prelude::*;

fn matching<'a>(pattern: &str, messages: &[&'a str]) -> Vec<&'a str> {
    let filter = LogFilter::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let matching = messages.iter().filter(|message| filter.matches(message));
    matching.copied().collect()
}

const ERRORS: [&str; 4] = [
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[ERROR 420] INVALID ARGUMENTS",
];

#[test]
fn terms() {
    assert_eq!(matching("ERROR", &ERRORS), ERRORS);
    assert_eq!(matching("ERROR ARGUMENTS", &ERRORS), ERRORS[2..]);
    assert_eq!(matching("ERROR -ARGUMENTS", &ERRORS), ERRORS[..2]);
    assert_eq!(matching("?ERROR ?ARGUMENTS", &ERRORS), ERRORS);
    assert_eq!(matching("?MISSING ?BAD", &ERRORS), [ERRORS[0], ERRORS[2]]);
    let phrase = [
        "[ERROR 500] INTERNAL SERVER ERROR",
        "INTERNAL ERROR OF A SERVER",
    ];
    assert_eq!(matching("\"INTERNAL SERVER ERROR\"", &phrase), phrase[..1]);
    assert_eq!(matching("\" \"", &["", "anything"]), ["", "anything"]);
    assert_eq!(matching("", &["", "anything"]), ["", "anything"]);
    assert_eq!(matching("-ERROR", &["error", "ERROR"]), ["error"]);
    assert_eq!(
        matching(r#""said \"no\"""#, &["said \"no\"", "said no"]),
        ["said \"no\""]
    );
}

/// Beside others, terms with a question mark mean nothing.
#[test]
fn optional_terms_are_ignored_beside_others() {
    let requests = [
        "[INFO] REQUEST FAILED",
        "[WARN] UNAUTHORIZED REQUEST",
        "[ERROR] 400 BAD REQUEST",
    ];
    assert_eq!(matching("?ERROR ?ARGUMENTS REQUEST", &requests), requests);
}

const TRAIL: &str = r#"{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"], "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": null, "cluster.name": "c", "done": true, "errorCode": 400, "number": [1000]}"#;

#[test]
fn json() {
    for pattern in [
        r#"{ $.eventType = "UpdateTrail" }"#,
        "{ $.eventType = UpdateTrail }",
        "{$.eventType=Update*}",
        "{ $.sourceIPAddress != 123.123.* }",
        "{ $.sourceIPAddress = 111.* }",
        r#"{ $.arrayKey[0] = "value" }"#,
        r#"{ $.arrayKey[*] = "another*" }"#,
        r#"{ $.* = "c" }"#,
        "{ $.objectList[*].id >= 2 }",
        "{ $.objectList[1].id = 2 }",
        r#"{ $.['cluster.name'] = "c" }"#,
        "{ $.SomeObject IS NULL }",
        "{ $.done IS TRUE }",
        "{ $.SomeOtherObject NOT EXISTS }",
        "{ $.errorCode = 400}",
        "{ $.errorCode = 4* }",
        "{ $.errorCode != 500 }",
        "{ $.errorCode <= 4e2 }",
        "{ $.number[0] = 1e+3 }",
        "{ $.number[0] != 1e-3 }",
    ] {
        assert_eq!(matching(pattern, &[TRAIL]).len(), 1, "{pattern}");
    }
    for pattern in [
        r#"{ $.eventType = "Update" }"#,
        r#"{ $.eventType = "updatetrail" }"#,
        "{ $.eventType > 1 }",
        "{ $.arrayKey = value }",
        "{ $.missing != 1 }",
        "{ $.SomeObject NOT EXISTS }",
        "{ $.done IS FALSE }",
        "{ $.errorCode > 400 }",
        r#"{ $.errorCode = "400" }"#,
    ] {
        assert_eq!(matching(pattern, &[TRAIL]).len(), 0, "{pattern}");
    }
    // Nothing but JSON objects.
    assert!(
        matching(
            "{ $.a NOT EXISTS }",
            &["START RequestId: 1", "[1]", "1", ""]
        )
        .is_empty()
    );
}

const USERS: &str = r#"{"user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"], "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]}"#;

#[test]
fn compound_expressions() {
    for (pattern, matches) in [
        (
            r#"{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }"#,
            true,
        ),
        (
            r#"{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }"#,
            true,
        ),
        (
            r#"{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }"#,
            false,
        ),
        (
            r#"{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }"#,
            false,
        ),
    ] {
        assert_eq!(
            !matching(pattern, &[USERS]).is_empty(),
            matches,
            "{pattern}"
        );
    }
}

#[test]
fn fields() {
    let request =
        r#"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;
    for (pattern, matches) in [
        (
            "[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
            true,
        ),
        ("[..., request =*.html*, status_code = 4*, bytes]", true),
        (
            "[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]",
            true,
        ),
        ("[ip, ..., bytes > 1533]", true),
        ("[ip, ..., bytes > 1534]", false),
        (
            "[ip, user, username, timestamp=\"10/Oct*\", request, status_code>=400 && status_code<404, bytes]",
            false,
        ),
        ("[a, b, c, d, e, f, g, h]", false),
    ] {
        assert_eq!(
            !matching(pattern, &[request]).is_empty(),
            matches,
            "{pattern}"
        );
    }
    let lines = [
        "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200",
        "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310",
        "WARNING 09/25/2014 12:00:02 Invalid user request",
        "ERROR 09/25/2014 12:00:02 Failed to process request",
    ];
    assert_eq!(matching("[w1=ERROR, w2]", &lines), lines[3..]);
    assert_eq!(matching("[w1=ERROR || w1=WARNING, w2]", &lines), lines[2..]);
    assert_eq!(
        matching("[w1!=ERROR && w1!=WARNING, w2]", &lines),
        lines[..2]
    );
    // Without a field for the rest, the last one has all of it.
    assert!(matching("[w1=ERROR]", &lines).is_empty());
    assert_eq!(matching("[w1=ERROR]", &["ERROR\n"]).len(), 1);
}

#[test]
fn what_is_refused_is_refused_at_its_place() {
    use LogFilterFault as Fault;
    let long = "a".repeat(1_025);
    let text = |it: &str| it.to_owned();
    for (pattern, column, fault) in [
        ("ERROR \"open", 7, Fault::NotClosed { opened: '"' }),
        (
            "ERROR: x",
            6,
            Fault::TermCharacters {
                term: text("ERROR:"),
            },
        ),
        ("ERROR ? x", 8, Fault::NoTerm),
        ("ERROR -", 8, Fault::NoTerm),
        ("%ERR.R%", 1, Fault::Regex),
        ("{ $.a = %b% }", 9, Fault::Regex),
        ("{ a = 1 }", 3, Fault::NoSelector),
        ("{}", 2, Fault::NoSelector),
        ("{ $.a = 1", 1, Fault::NotClosed { opened: '{' }),
        ("{ ($.a = 1 }", 3, Fault::NotClosed { opened: '(' }),
        ("{ $.a = 1 } x", 13, Fault::AfterEnd),
        (
            "{ $.a = 1 $.b = 1 }",
            11,
            Fault::Unexpected {
                wanted: "&&, || or }",
            },
        ),
        ("{ $.a }", 7, Fault::NoOperator),
        (
            "{ $.a == 1 }",
            8,
            Fault::ValueCharacters { value: text("=") },
        ),
        ("{ $.a = }", 9, Fault::NoValue),
        (
            "{ $.a = b.c }",
            9,
            Fault::ValueCharacters { value: text("b.c") },
        ),
        ("{ $.a > b }", 9, Fault::NotANumber { value: text("b") }),
        ("{ $.a > \"1\" }", 9, Fault::NotANumber { value: text("1") }),
        ("{ $.a IS NOT NULL }", 7, Fault::NotSupported("IS NOT")),
        ("{ $.a EXISTS }", 7, Fault::NotSupported("EXISTS")),
        ("{ $.a IS 1 }", 10, Fault::IsWhat),
        ("{ $.a[x] = 1 }", 7, Fault::Element),
        ("{ $.[\"a.b\"] = 1 }", 6, Fault::Element),
        ("{ $.ü/b = 1 }", 6, Fault::NoOperator),
        ("{ $. = 1 }", 5, Fault::PropertyName),
        ("{ $.*[*] = 1 }", 6, Fault::Wildcards { limit: 1 }),
        (
            "{ $.* = 1 || $.* = 2 || $.* = 3 || $.* = 4 }",
            36,
            Fault::Wildcards { limit: 3 },
        ),
        (
            &format!("{{{}$.a = 1}}", "(".repeat(65)),
            66,
            Fault::TooDeep { limit: 64 },
        ),
        ("[a, , b]", 5, Fault::NoField),
        ("[]", 2, Fault::NoField),
        ("[a, b", 1, Fault::NotClosed { opened: '[' }),
        ("[a=1 || b=2]", 9, Fault::OtherField { field: text("a") }),
        ("[..., a, ...]", 10, Fault::SecondEllipsis),
        ("[a b]", 4, Fault::NoOperator),
        (
            "[a=1 b]",
            6,
            Fault::Unexpected {
                wanted: "comma or ]",
            },
        ),
        (&long, 1_025, Fault::TooLong { limit: 1_024 }),
    ] {
        let error = LogFilter::parse(pattern).expect_err(pattern);
        assert_eq!(
            (error.place.column, &error.fault),
            (column, &fault),
            "{pattern}"
        );
        assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// No text stops the reader, and errors are at places in it.
    #[test]
    fn any_text_is_read_or_refused(text in "[ -~ü\\n]{0,40}", message in "[ -~ü\\n]{0,40}") {
        match LogFilter::parse(&text) {
            Ok(filter) => { filter.matches(&message); }
            Err(error) => prop_assert!(text.is_char_boundary(error.place.offset)),
        }
    }

    /// Texts that nearly are patterns.
    #[test]
    fn any_row_of_words_is_read_or_refused(words in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", "(", ")", "$.", "a", "*", "[0]", "[*]", "['b']", "=", "!=", ">", "1", "\"x\"", "&&", "||",
        ",", "...", "IS", "NULL", "NOT", "EXISTS", " ", "?", "-", ".", "%", "\"",
    ]), 0..16)) {
        let text = words.concat();
        match LogFilter::parse(&text) {
            Ok(filter) => { filter.matches(r#"{"a": {"b": [1, "x", null]}}"#); }
            Err(error) => prop_assert!(text.is_char_boundary(error.place.offset)),
        }
    }

    /// A wildcard is what a person takes it for.
    #[test]
    fn wildcards_match_what_they_leave_out(parts in prop::collection::vec("[ab]{0,2}", 1..5), text in "[ab]{0,6}") {
        fn fits(parts: &[String], text: &str) -> bool {
            match parts {
                [] => text.is_empty(),
                [last] => text == last,
                [first, rest @ ..] => text.strip_prefix(first.as_str()).is_some_and(|after| {
                    (0..=after.len()).any(|skip| fits(rest, &after[skip..]))
                }),
            }
        }
        let pattern = format!("{{ $.a = {:?} }}", parts.join("*"));
        let message = serde_json::json!({ "a": text }).to_string();
        let filter = LogFilter::parse(&pattern).unwrap();
        prop_assert_eq!(filter.matches(&message), fits(&parts, &text), "{}", pattern);
    }

    /// What a message contains, by the plainest means.
    #[test]
    fn terms_agree_with_looking_for_each(
        terms in prop::collection::vec((0u8..3, "[ab]{1,2}"), 1..5),
        message in "[abc ]{0,12}",
    ) {
        let signs = ["", "-", "?"];
        let written: Vec<String> =
            terms.iter().map(|(kind, term)| format!("{}{term}", signs[usize::from(*kind)])).collect();
        let has = |kind: u8| terms.iter().filter(move |it| it.0 == kind).map(|it| message.contains(&it.1));
        let wanted = match terms.iter().all(|it| it.0 == 2) {
            true => has(2).any(|it| it),
            false => has(0).all(|it| it) && !has(1).any(|it| it),
        };
        prop_assert_eq!(LogFilter::parse(&written.join(" ")).unwrap().matches(&message), wanted);
    }
}
