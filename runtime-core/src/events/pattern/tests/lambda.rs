use super::json;
use crate::events::pattern::{
    DEFAULT_FILTERS, FilterCriteria, FilterSource, PatternFault, RAISED_FILTERS,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

fn criteria(patterns: &[&str], source: FilterSource) -> FilterCriteria {
    FilterCriteria::parse(patterns, source, DEFAULT_FILTERS)
        .unwrap_or_else(|error| panic!("{patterns:?}: {error}"))
}

fn wants(pattern: &str, source: FilterSource, record: &Value) -> bool {
    let criteria = criteria(&[pattern], source);
    let wants = criteria.matches(record);
    assert_eq!(criteria.explain(record).is_none(), wants);
    wants
}

fn sqs(body: &str) -> Value {
    json!({"messageId": "059f36b4", "body": body, "eventSource": "aws:sqs"})
}

/// "Using event filtering with an Amazon SQS event source", with its table.
#[test]
fn messages() {
    let body = r#"{"RecordNumber": 1234, "RequestCode": "BBBB"}"#;
    let source = FilterSource::Sqs;
    let code = r#"{ "body" : { "RequestCode" : [ "BBBB" ] } }"#;
    assert!(wants(code, source, &sqs(body)));
    assert!(!wants(code, source, &sqs(r#"{"RequestCode":"AAAA"}"#)));
    let number = r#"{ "body" : { "RecordNumber" : [ { "numeric": [ ">", 9999 ] } ] } }"#;
    assert!(!wants(number, source, &sqs(body)));
    assert!(wants(number, source, &sqs(r#"{"RecordNumber":10000}"#)));

    let text = r#"{"body":[{"prefix":"Result: "}]}"#;
    assert!(
        wants(text, source, &sqs("Result: 1")),
        "plain string, plain string"
    );
    assert!(
        !wants(text, source, &sqs("Other")),
        "plain string, plain string"
    );
    let metadata = r#"{"eventSource":["aws:sqs"]}"#;
    assert!(
        wants(metadata, source, &sqs("Result: 1")),
        "plain string, none"
    );
    assert!(
        !wants(code, source, &sqs("BBBB")),
        "plain string, valid JSON"
    );
    assert!(
        !wants(r#"{"body":[{"anything-but":["x"]}]}"#, source, &sqs(body)),
        "valid JSON, plain string"
    );
    assert!(wants(metadata, source, &sqs(body)), "valid JSON, none");

    let mismatches = |pattern, body: &str| {
        let mismatches = criteria(&[pattern], source).explain(&sqs(body)).unwrap();
        mismatches
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(mismatches(code, "BBBB"), ["body is not JSON"]);
    assert_eq!(mismatches(text, body), ["body is JSON, not plain text"]);
    assert_eq!(mismatches(number, body), ["body.RecordNumber is 1234"]);
}

/// "Using event filtering with a Kinesis event source", with its table.
#[test]
fn stream_records() {
    let record = |data: &str| {
        json!({
            "kinesis": {"partitionKey": "1", "data": STANDARD.encode(data)},
            "eventSource": "aws:kinesis",
        })
    };
    let source = FilterSource::Kinesis;
    let buy = r#"{ "data" : { "order" : { "type" : [ "buy" ] } } }"#;
    let order = r#"{"record":12345,"order":{"type":"buy","stock":"ANYCO","quantity":1000}}"#;
    assert!(wants(buy, source, &record(order)));
    assert!(!wants(buy, source, &record(&order.replace("buy", "sell"))));
    assert!(!wants(buy, source, &record("not JSON")));
    assert!(!wants(buy, source, &json!({"kinesis": {"data": "%"}})));
    assert!(wants(
        r#"{"partitionKey":["1"]}"#,
        source,
        &record("not JSON")
    ));
    let text = r#"{"partitionKey":["1"], "data":["x"]}"#;
    let refused = FilterCriteria::parse(&[text], source, DEFAULT_FILTERS).unwrap_err();
    assert_eq!(
        refused.error.fault,
        PatternFault::DataMustBeJson { key: "data".into() }
    );
    assert_eq!((refused.filter, refused.error.place.offset), (Some(0), 23));
}

/// "Control which events Lambda sends to your function".
#[test]
fn changes_of_a_table() {
    let pattern = r#"{ "dynamodb": { "Keys": { "Number": { "N": [ "4567" ] } } } }"#;
    let record = |number: &str| json!({"dynamodb": {"Keys": {"ID": {"S": "ABCD"}, "Number": {"N": number}}}});
    assert!(wants(pattern, FilterSource::DynamoDb, &record("4567")));
    assert!(!wants(pattern, FilterSource::DynamoDb, &record("1234")));
    let leaf = r#"{ "person": { "address": [ { "exists": true } ] } }"#;
    let person =
        json(r#"{"person":{"name":"John Doe","age":30,"address":{"street":"123 Main St"}}}"#);
    assert!(!wants(leaf, FilterSource::DynamoDb, &person));
}

/// "Filter events from an Amazon MQ event source"; Kafka has a key as well.
#[test]
fn brokers() {
    let mq = |data: &str| json!({"data": STANDARD.encode(data)});
    let timeout = r#"{ "data" : { "timeout" : [ { "numeric": [ ">", 0] } ] } }"#;
    assert!(!wants(
        timeout,
        FilterSource::Mq,
        &mq(r#"{"timeout":0,"IPAddress":"203.0.113.254"}"#)
    ));
    assert!(wants(timeout, FilterSource::Mq, &mq(r#"{"timeout":1}"#)));
    let result = r#"{ "data" : [ { "prefix": "Result: " } ] }"#;
    assert!(wants(result, FilterSource::Mq, &mq("Result: 1")));
    let kafka = |key: &str, value: &str| json!({"topic": "t", "key": STANDARD.encode(key), "value": STANDARD.encode(value)});
    let both = r#"{"key":["k"],"value":{"a":[1]}}"#;
    assert!(wants(both, FilterSource::Kafka, &kafka("k", r#"{"a":1}"#)));
    assert!(!wants(both, FilterSource::Kafka, &kafka("l", r#"{"a":1}"#)));
    assert!(!wants(both, FilterSource::Kafka, &kafka("k", "a")));
}

#[test]
fn any_of_the_filters() {
    let two = criteria(
        &[r#"{"body":{"a":[1]}}"#, r#"{"body":{"b":[2]}}"#],
        FilterSource::Sqs,
    );
    assert!(two.matches(&sqs(r#"{"b":2}"#)));
    assert!(!two.matches(&sqs(r#"{"b":1}"#)));
    assert_eq!(two.explain(&sqs(r#"{"b":1}"#)).unwrap().len(), 2);
    assert!(criteria(&[], FilterSource::Sqs).matches(&sqs("anything")));
    let many = vec![r#"{"messageId":["1"]}"#; 6];
    let parse = |limit| FilterCriteria::parse(&many, FilterSource::Sqs, limit);
    assert_eq!(
        parse(DEFAULT_FILTERS).unwrap_err().error.fault,
        PatternFault::TooManyFilters { limit: 5, count: 6 }
    );
    parse(RAISED_FILTERS).unwrap();
}

#[test]
fn criteria_of_the_api() {
    let read = |text: &str| FilterCriteria::from_json(text, FilterSource::Sqs, DEFAULT_FILTERS);
    let text = r#"{"Filters": [{"Pattern": "{ \"body\" : { \"RequestCode\" : [ \"BBBB\" ] } }"}]}"#;
    assert!(
        read(text)
            .unwrap()
            .matches(&sqs(r#"{"RequestCode":"BBBB"}"#))
    );
    assert!(read("{}").unwrap().matches(&sqs("")));
    for (text, offset) in [
        ("[]", 0),
        (r#"{"Filter": []}"#, 1),
        (r#"{"Filters": {}}"#, 12),
        (r#"{"Filters": [1]}"#, 13),
        (r#"{"Filters": [{}]}"#, 13),
        (r#"{"Filters": [{"Pattern": {}}]}"#, 25),
    ] {
        let refused = read(text).unwrap_err();
        assert_eq!(
            refused.error.fault,
            PatternFault::NotFilterCriteria,
            "{text}"
        );
        assert_eq!(
            (refused.filter, refused.error.place.offset),
            (None, offset),
            "{text}"
        );
    }
    let inner = read(r#"{"Filters": [{"Pattern": "{\"a\": 1}"}]}"#).unwrap_err();
    assert_eq!(inner.filter, Some(0));
    assert_eq!(
        inner.to_string(),
        r#"filter 1: line 1, column 7: the value of "a" is not a list"#
    );
}
