use crate::events::iot_sql::{IotRule, SqlError};

fn refused(sql: &str) -> SqlError {
    match IotRule::parse(sql) {
        Ok(rule) => panic!("{sql}: {rule:?}"),
        Err(error) => error,
    }
}

/// The mark `^` in front of a character says where the error must be.
#[test]
fn errors_point_at_the_character() {
    for (marked, cause) in [
        ("^", "SELECT must come here"),
        ("^UPDATE x", "SELECT must come here, not UPDATE"),
        (
            "SELECT * FROM 'a' WHERE x = ^",
            "an expression must come here",
        ),
        ("SELECT *^", "the statement has no FROM"),
        ("SELECT * ^WHERE a = 1", "the statement has no FROM"),
        (
            "SELECT a ^b FROM 'a'",
            "FROM, a comma or an operator must come here, not b",
        ),
        ("SELECT ^FROM 'a'", "an expression must come here, not FROM"),
        (
            "SELECT * FROM ^topic/#",
            "the topic filter is not in quotes",
        ),
        ("SELECT * FROM 'a' WHERE a ^!= 1", "SQL has no '!'"),
        (
            "SELECT * FROM ^$aws/things",
            "the topic filter is not in quotes",
        ),
        ("SELECT * FROM ^'topic", "this text is not closed"),
        ("SELECT * FROM '^'", "the topic filter is empty"),
        (
            "SELECT * FROM 'a/^#/b'",
            "the topic filter's # is out of place",
        ),
        (
            "SELECT * FROM 'a/b^+'",
            "the topic filter's + is out of place",
        ),
        (
            "SELECT * FROM 'é/b^#'",
            "the topic filter's # is out of place",
        ),
        (
            "SELECT * FROM '^1/2/3/4/5/6/7/8/9'",
            "the topic filter is too long",
        ),
        (
            "SELECT ^timestamp() FROM 'a'",
            "this expression has no name",
        ),
        ("SELECT a, ^a + 1 FROM 'a'", "this expression has no name"),
        (
            "SELECT VALUE a^, b FROM 'a'",
            "SELECT VALUE has a second item",
        ),
        (
            "SELECT a AS ^'b' FROM 'a'",
            "a name must come here, not 'b'",
        ),
        ("SELECT a AS b.^1 FROM 'a'", "a name must come here, not 1"),
        ("SELECT ^^a FROM 'a'", "SQL has no '^'"),
        ("SELECT ^12ab AS x FROM 'a'", "12ab is no number"),
        ("SELECT ^1e999 AS x FROM 'a'", "1e999 is no number"),
        ("SELECT (a + 1 ^FROM 'a'", ") must come here, not FROM"),
        (
            "SELECT {^a: 1} FROM 'a'",
            "a name in quotes must come here, not a",
        ),
        ("SELECT {'a'^, 1} FROM 'a'", "a colon must come here, not ,"),
        (
            "SELECT abs(1 ^2) AS a FROM 'a'",
            "a comma or ) must come here, not 2",
        ),
        ("SELECT ^frob(1) AS a FROM 'a'", "there is no function frob"),
        (
            "SELECT ^md5(a) AS a FROM 'a'",
            "The function md5 is not in the subset that runs here",
        ),
        (
            "^SET @a = 1 SELECT * FROM 'a'",
            "SET is not in the subset that runs here",
        ),
        (
            "SELECT (^SELECT a FROM b) AS a FROM 'a'",
            "A query in a query is not in the subset that runs here",
        ),
        (
            "SELECT * FROM 'a' WHERE ^exists (SELECT * FROM b)",
            "EXISTS is not in the subset that runs here",
        ),
        (
            "SELECT a^[0] AS b FROM 'a'",
            "[...] after an expression (write get(array, 0)) is not in the subset that runs here",
        ),
        (
            "SELECT CASE ^WHEN a THEN b END AS c FROM 'a'",
            "CASE without a value is not in the subset that runs here",
        ),
        (
            "SELECT upper(^*) AS a FROM 'a'",
            "* within an expression is not in the subset that runs here",
        ),
        (
            "SELECT cast(a AS ^Frob) AS b FROM 'a'",
            "there is no type Frob",
        ),
        ("SELECT cast(a^) AS b FROM 'a'", "AS must come here, not )"),
        (
            "SELECT CASE a WHEN 1 THEN 2 ^FROM 'a'",
            "WHEN, ELSE or END must come here, not FROM",
        ),
        (
            "SELECT * FROM 'a' WHERE a ^b",
            "the end, or an operator, must come here, not b",
        ),
    ] {
        let at = marked.find('^').unwrap();
        let sql = marked.replacen('^', "", 1);
        let error = refused(&sql);
        assert_eq!(error.fault.to_string(), cause, "{marked}");
        assert_eq!(error.place.offset, at, "{marked}: {error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn deep_and_long_statements_end_in_an_error() {
    let wrap = |open: &str, inside: &str, close: &str, count: usize| {
        format!(
            "SELECT {}{inside}{} AS a FROM 'a'",
            open.repeat(count),
            close.repeat(count)
        )
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("abs(", ")"),
        ("- ", ""),
        ("NOT ", ""),
        ("{'a':", "}"),
        ("1 + ", ""),
        ("cast(", " AS Int)"),
    ] {
        let error = refused(&wrap(open, "1", close, 50_000));
        assert_eq!(
            error.fault.to_string(),
            "more than 100 expressions are in one another",
            "{open}"
        );
        IotRule::parse(&wrap(open, "1", close, 90)).unwrap();
    }
    refused(&wrap("", "a", ".b", 50_000));
    refused(&wrap("CASE ", "1", " WHEN 1 THEN 1 END", 50_000));
}
