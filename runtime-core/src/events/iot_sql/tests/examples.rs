use super::{output, output_on, rule, value};
use serde_json::json;

const RED: &str = r#"{"color":"red","temperature":50}"#;

/// "SELECT clause".
#[test]
fn the_examples_of_select() {
    for (select, payload, expected) in [
        ("SELECT *", RED, RED),
        ("SELECT color", RED, r#"{"color":"red"}"#),
        ("SELECT color AS my_color", RED, r#"{"my_color":"red"}"#),
        (
            "SELECT color as my_color, temperature as fahrenheit",
            RED,
            r#"{"my_color":"red","fahrenheit":50}"#,
        ),
        (
            "SELECT *, 15 as speed",
            RED,
            r#"{"color":"red","temperature":50,"speed":15}"#,
        ),
        ("SELECT VALUE color", RED, r#""red""#),
        (
            "SELECT color.red as red_value",
            r#"{"color":{"red":255,"green":0,"blue":0},"temperature":50}"#,
            r#"{"red_value":255}"#,
        ),
        (
            "SELECT (temperature - 32) * 5 / 9 AS celsius, upper(color) as my_color",
            RED,
            r#"{"celsius":10,"my_color":"RED"}"#,
        ),
        (
            r#"SELECT {"key-with-hyphen": color, "123-numeric-start": temperature}"#,
            RED,
            r#"{"key-with-hyphen":"red","123-numeric-start":50}"#,
        ),
        // "Literals".
        (
            "SELECT {'latitude': get(lat_long, 0),'longitude':get(lat_long, 1)} as lat_long",
            r#"{"lat_long": [47.606,-122.332]}"#,
            r#"{"lat_long":{"latitude":47.606,"longitude":-122.332}}"#,
        ),
        (
            "SELECT [lat,long] as lat_long",
            r#"{"lat": 47.606, "long": -122.332}"#,
            r#"{"lat_long":[47.606,-122.332]}"#,
        ),
        // "JSON extensions".
        (
            "SELECT foo.bar AS bar.baz",
            r#"{"foo":{"bar":"RED","bar1":"GREEN","bar2":"BLUE"}}"#,
            r#"{"bar":{"baz":"RED"}}"#,
        ),
        (
            r#"SELECT get(get(get(mydata,"item2"),"0"),"my-key") AS found"#,
            r#"{"mydata":{"item2":{"0":{"my-key":"myValue"}}}}"#,
            r#"{"found":"myValue"}"#,
        ),
        // "Case statements".
        (
            "SELECT CASE color WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'caution'
                WHEN 'red' THEN 'stop' ELSE 'you are not at a stop light' END as instructions",
            r#"{"color":"yellow"}"#,
            r#"{"instructions":"caution"}"#,
        ),
        // "Data types": what is undefined is left out.
        ("SELECT NULL AS n, bar", r#"{"foo":null}"#, r#"{"n":null}"#),
        ("SELECT foo, bar", r#"{"foo":null}"#, r#"{"foo":null}"#),
        ("SELECT VALUE bar", r#"{"foo":null}"#, r#""""#),
        ("SELECT *", "[1,2]", "[1,2]"),
        // Keywords that are fields.
        (
            "SELECT value, a.end AS in.value",
            r#"{"value":1,"a":{"end":2}}"#,
            r#"{"value":1,"in":{"value":2}}"#,
        ),
        (
            "SELECT value * 2 AS a, set, exists",
            r#"{"value":1,"set":2,"exists":3}"#,
            r#"{"a":2,"set":2,"exists":3}"#,
        ),
        ("SELECT VALUE value", r#"{"value":1}"#, "1"),
        ("SELECT VALUE *", r#"{"value":1}"#, r#"{"value":1}"#),
        // "sourceip()" has this form.
        (
            "SELECT * AS message",
            RED,
            r#"{"message":{"color":"red","temperature":50}}"#,
        ),
    ] {
        let sql = format!("{select} FROM 'topic/subtopic'");
        assert_eq!(
            output(&sql, payload).as_deref(),
            Some(&*as_json(expected)),
            "{sql}"
        );
    }
}

/// The same JSON as `serde_json` writes it.
fn as_json(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .unwrap()
        .to_string()
}

/// "WHERE clause" and "Operators".
#[test]
fn the_examples_of_where() {
    for (condition, payload, expected) in [
        (
            "temperature > 50 AND color <> 'red'",
            r#"{"color":"red","temperature":40}"#,
            false,
        ),
        (
            "temperature > 39 AND color = 'red'",
            r#"{"color":"red","temperature":40}"#,
            true,
        ),
        ("3 in arr", r#"{"arr":[1, 2, 3, "three", 5.7, null]}"#, true),
        (
            "4 in arr",
            r#"{"arr":[1, 2, 3, "three", 5.7, null]}"#,
            false,
        ),
        ("missing > 1", "{}", false),
        ("NOT missing > 1", "{}", false),
        ("missing = 1 OR true", "{}", false),
        ("isUndefined(missing)", "{}", true),
        ("flag", r#"{"flag":"TRUE"}"#, true),
        ("flag", r#"{"flag":1}"#, false),
        ("NOT flag AND true", r#"{"flag":false}"#, true),
        ("a = 1 OR a = 2 AND b = 3", r#"{"a":1,"b":0}"#, true),
        ("(a = 1 OR a = 2) AND b = 3", r#"{"a":1,"b":0}"#, false),
    ] {
        let sql = format!("SELECT * FROM 'topic/subtopic' WHERE {condition}");
        assert_eq!(output(&sql, payload).is_some(), expected, "{condition}");
    }
}

/// The tables of "Operators".
#[test]
fn the_tables_of_operators() {
    for (expression, expected) in [
        ("1 + 2", "3"),
        ("1 + 2.5", "3.5"),
        ("'a' + 1", r#""a1""#),
        ("true + 'a'", r#""truea""#),
        ("[1,'x'] + ''", r#""[1,\"x\"]""#),
        ("null + 'a'", ""),
        ("true + 1", ""),
        ("5 - '2'", "3"),
        ("'x' - 1", ""),
        ("'1e1' * 2", "20"),
        ("7 / 2", "3"),
        ("-7 / 2", "-3"),
        ("7 / 2.0", "3"),
        ("7 / 2.5", "2.8"),
        ("'7' / 2", "3.5"),
        ("1 / 0", ""),
        ("1.5 / 0", ""),
        ("7 % 4", "3"),
        ("7.5 % 2", "1.5"),
        ("7 % 0", ""),
        ("9223372036854775807 + 1", "9.223372036854775808e18"),
        ("'10' > 9", "true"),
        ("'a' > 9", ""),
        ("true > 0", ""),
        ("1 = 1.0", "true"),
        ("1 = '1'", "false"),
        ("1 <> '1'", "true"),
        ("null = null", "true"),
        ("null <> null", "false"),
        ("[1,2] = [1,2.0]", "true"),
        ("[1,2] = [2,1]", "false"),
        ("{'a':1,'b':2} = {'b':2,'a':1}", "true"),
        ("true AND 'False'", "false"),
        ("true OR 1", ""),
        ("NOT 'true'", "false"),
        ("1 IN 2", ""),
        ("-(-3)", "3"),
        ("2 + 3 * 4 - 6 / 2", "11"),
        ("{'a':{'b':5}}.a.b", "5"),
        ("CASE 1 WHEN 2 THEN 3 END", ""),
        ("CASE missing WHEN 2 THEN 3 ELSE 4 END", ""),
        ("'it''s'", r#""it's""#),
        (r#""say ""hi""""#, r#""say \"hi\"""#),
    ] {
        let found = value(expression, "{}");
        let wanted = (!expected.is_empty()).then(|| as_json(expected));
        assert_eq!(found, wanted, "{expression}");
    }
}

/// "Functions": the examples of each.
#[test]
fn the_examples_of_functions() {
    for (expression, expected) in [
        ("abs(-5)", "5"),
        (r#"abs("-5.123")"#, "5.123"),
        ("ceil(1.2)", "2"),
        ("ceil(-1.2)", "-1"),
        ("floor(1.2)", "1"),
        ("floor(-1.2)", "-2"),
        ("floor([1,2,3])", ""),
        ("concat()", ""),
        ("concat(1)", "1"),
        ("concat([1, 2, 3], 4)", "[1,2,3,4]"),
        (r#"concat("con", "cat")"#, r#""concat""#),
        (r#"concat(1, "hello")"#, r#""1hello""#),
        (
            r#"concat([1, 2, 3], "hello", [4, 5, 6])"#,
            r#"[1,2,3,"hello",4,5,6]"#,
        ),
        ("concat(1, 2)", ""),
        (r#"endswith("cat","at")"#, "true"),
        (r#"get(["a", "b", "c"], 1)"#, r#""b""#),
        (r#"get({"a":"b"}, "a")"#, r#""b""#),
        (r#"get("abc", 0)"#, r#""a""#),
        ("get([1], 1)", ""),
        ("get([1], -1)", ""),
        (r#"indexof("abcd", "bc")"#, "1"),
        (r#"indexof("äbcd", "x")"#, "-1"),
        ("isNull(5)", "false"),
        ("isnull(Null)", "true"),
        ("isUndefined(5)", "false"),
        ("isUndefined(floor([1,2,3]))", "true"),
        (r#"length("hi")"#, "2"),
        ("length(false)", "5"),
        (r#"lower("HELLO")"#, r#""hello""#),
        (r#"lower(["HELLO"])"#, r#""[\"hello\"]""#),
        (r#"lpad("hello", 2)"#, r#""  hello""#),
        ("lpad(1, 3)", r#""   1""#),
        (r#"ltrim(" h i ")"#, r#""h i ""#),
        ("mod(8, 3)", "2"),
        ("remainder(8, 3)", "2"),
        ("Nanvl(8, 3)", "8"),
        ("nanvl(null, 3)", "3"),
        (r#"numbytes("hi")"#, "2"),
        (r#"numbytes("€")"#, "3"),
        (r#"replace("abcd", "bc", "x")"#, r#""axd""#),
        (r#"replace("abcdabcd", "b", "x")"#, r#""axcdaxcd""#),
        (r#"rpad("hello", 2)"#, r#""hello  ""#),
        ("Round(1.2)", "1"),
        ("Round(1.5)", "2"),
        ("Round(-1.1)", "-1"),
        ("Round(-1.5)", "-2"),
        (r#"rtrim(" h i ")"#, r#"" h i""#),
        ("sign(-7)", "-1"),
        ("sign(0)", "0"),
        ("sign('13')", "1"),
        ("sqrt(9)", "3"),
        ("sqrt(-1)", ""),
        (r#"startswith("ranger","ran")"#, "true"),
        (r#"substring("012345", 0)"#, r#""012345""#),
        (r#"substring("012345", 2)"#, r#""2345""#),
        (r#"substring("012345", 2.745)"#, r#""2345""#),
        ("substring(123, 2)", r#""3""#),
        (r#"substring("012345", -1)"#, r#""012345""#),
        ("substring(true, 1.2)", r#""rue""#),
        ("substring(false, -2.411E247)", r#""false""#),
        (r#"substring("012345", 1, 3)"#, r#""12""#),
        (r#"substring("012345", -50, 50)"#, r#""012345""#),
        (r#"substring("012345", 3, 1)"#, r#""""#),
        ("timestamp()", "1481825251155"),
        ("clientid()", r#""device-1""#),
        ("topic()", r#""topic/subtopic""#),
        ("topic(1)", r#""topic""#),
        ("topic(2)", r#""subtopic""#),
        ("topic(3)", ""),
        ("topic(0)", ""),
        (r#"trim(" hi ")"#, r#""hi""#),
        ("trunc(2.3, 0)", "2"),
        ("trunc(2.3123, 2)", "2.31"),
        ("trunc(2.888, 2)", "2.88"),
        ("trunc(2.00, 5)", "2"),
        ("trunc(-2.9, 0)", "-2"),
        (r#"upper("hello")"#, r#""HELLO""#),
        ("cast(true as Int)", "1"),
        ("cast('2.7' as Int)", "2"),
        ("cast(0 as bool)", "false"),
        ("cast(1.5 as varchar)", r#""1.5""#),
        ("cast('x' as Decimal)", ""),
        ("cast(null as String)", ""),
        ("abs(1, 2)", ""),
    ] {
        let found = value(expression, "{}");
        let wanted = (!expected.is_empty()).then(|| as_json(expected));
        assert_eq!(found, wanted, "{expression}");
    }
}

/// "FROM clause" and "MQTT topics".
#[test]
fn topic_filters() {
    for (filter, topic, expected) in [
        ("topic/subtopic", "topic/subtopic", true),
        ("topic/subtopic", "topic/subtopic-2", false),
        ("topic/#", "topic/subtopic-3/details", true),
        ("topic/#", "topic-2/subtopic-x", false),
        ("topic/+", "topic/subtopic-2", true),
        ("topic/+", "topic/subtopic-3/details", false),
        ("sensor/#", "sensor/", true),
        ("sensor/#", "sensor", false),
        ("sensor/+/room1", "sensor/humidity/room1", true),
        ("sensor/+/room1", "sensor/humidity/room2", false),
        ("#", "anything/at/all", true),
        ("#", "$aws/things/t/shadow/update", false),
        (
            "$aws/things/+/shadow/update",
            "$aws/things/t/shadow/update",
            true,
        ),
        ("+/+", "/a", true),
        ("a", "A", false),
    ] {
        let rule = rule(&format!("SELECT * FROM '{filter}'"));
        assert_eq!(rule.listens_to(topic), expected, "{filter} on {topic}");
    }
    let payload = json!({"temperature": 50});
    let sql = "SELECT temperature AS t, topic(2) AS room FROM 'sensor/+'";
    assert_eq!(
        output_on(sql, "sensor/kitchen", &payload),
        Some(json!({"t": 50, "room": "kitchen"}))
    );
    assert_eq!(output_on(sql, "sensor", &payload), None);
}
