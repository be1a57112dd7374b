use super::{json, matches, parsed};
use crate::events::pattern::{Dialect, Reason};

fn check(pattern: &str, event: &str, expected: bool) {
    assert_eq!(
        matches(pattern, Dialect::EventBridge, event),
        expected,
        "{pattern} on {event}"
    );
}

/// "Comparison operators for use in event patterns in Amazon EventBridge".
#[test]
fn the_examples_of_the_page_on_comparison_operators() {
    for (pattern, event, expected) in [
        (
            r#"{"time":[{"prefix":"2017-10-02"}]}"#,
            r#"{"time":"2017-10-02T18:43:48Z"}"#,
            true,
        ),
        (
            r#"{"time":[{"prefix":"2017-10-02"}]}"#,
            r#"{"time":"2017-10-03T18:43:48Z"}"#,
            false,
        ),
        (
            r#"{"detail":{"service":[{"prefix":{"equals-ignore-case":"EventB"}}]}}"#,
            r#"{"detail":{"service":"EVENTBridge"}}"#,
            true,
        ),
        (
            r#"{"detail":{"service":[{"prefix":{"equals-ignore-case":"EventB"}}]}}"#,
            r#"{"detail":{"service":"even"}}"#,
            false,
        ),
        (
            r#"{"FileName":[{"suffix":".png"}]}"#,
            r#"{"FileName":"a.png"}"#,
            true,
        ),
        (
            r#"{"FileName":[{"suffix":".png"}]}"#,
            r#"{"FileName":"a.PNG"}"#,
            false,
        ),
        (
            r#"{"detail":{"FileName":[{"suffix":{"equals-ignore-case":".png"}}]}}"#,
            r#"{"detail":{"FileName":"a.PNG"}}"#,
            true,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":"initializing"}]}}"#,
            r#"{"detail":{"state":"running"}}"#,
            true,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":"initializing"}]}}"#,
            r#"{"detail":{"state":"initializing"}}"#,
            false,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":"initializing"}]}}"#,
            r#"{"detail":{}}"#,
            false,
        ),
        (
            r#"{"detail":{"x-limit":[{"anything-but":123}]}}"#,
            r#"{"detail":{"x-limit":123}}"#,
            false,
        ),
        (
            r#"{"detail":{"x-limit":[{"anything-but":123}]}}"#,
            r#"{"detail":{"x-limit":124}}"#,
            true,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":["stopped","overloaded"]}]}}"#,
            r#"{"detail":{"state":"overloaded"}}"#,
            false,
        ),
        (
            r#"{"detail":{"x-limit":[{"anything-but":[100,200,300]}]}}"#,
            r#"{"detail":{"x-limit":200}}"#,
            false,
        ),
        (
            r#"{"detail":{"x-limit":[{"anything-but":[100,200,300]}]}}"#,
            r#"{"detail":{"x-limit":201}}"#,
            true,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":{"equals-ignore-case":"initializing"}}]}}"#,
            r#"{"detail":{"state":"INITIALIZING"}}"#,
            false,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":{"equals-ignore-case":["initializing","stopped"]}}]}}"#,
            r#"{"detail":{"state":"Stopped"}}"#,
            false,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":{"equals-ignore-case":["initializing","stopped"]}}]}}"#,
            r#"{"detail":{"state":"running"}}"#,
            true,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":{"prefix":"init"}}]}}"#,
            r#"{"detail":{"state":"initializing"}}"#,
            false,
        ),
        (
            r#"{"detail":{"state":[{"anything-but":{"prefix":["init","stop"]}}]}}"#,
            r#"{"detail":{"state":"stopped"}}"#,
            false,
        ),
        (
            r#"{"detail":{"FileName":[{"anything-but":{"suffix":[".txt",".rtf"]}}]}}"#,
            r#"{"detail":{"FileName":"a.rtf"}}"#,
            false,
        ),
        (
            r#"{"detail":{"FileName":[{"anything-but":{"suffix":".txt"}}]}}"#,
            r#"{"detail":{"FileName":"a.png"}}"#,
            true,
        ),
        (
            r#"{"detail":{"FilePath":[{"anything-but":{"wildcard":"*/lib/*"}}]}}"#,
            r#"{"detail":{"FilePath":"/usr/lib/a"}}"#,
            false,
        ),
        (
            r#"{"detail":{"FilePath":[{"anything-but":{"wildcard":["*/lib/*","*/bin/*"]}}]}}"#,
            r#"{"detail":{"FilePath":"/usr/share/a"}}"#,
            true,
        ),
        (
            r#"{"detail":{"c-count":[{"numeric":[">",0,"<=",5]}],"d-count":[{"numeric":["<",10]}],"x-limit":[{"numeric":["=",3.018e2]}]}}"#,
            r#"{"detail":{"c-count":5,"d-count":9.9,"x-limit":301.8}}"#,
            true,
        ),
        (
            r#"{"detail":{"c-count":[{"numeric":[">",0,"<=",5]}],"d-count":[{"numeric":["<",10]}],"x-limit":[{"numeric":["=",3.018e2]}]}}"#,
            r#"{"detail":{"c-count":0,"d-count":9.9,"x-limit":301.8}}"#,
            false,
        ),
        (
            r#"{"n":[{"numeric":[">",0]}]}"#,
            r#"{"n":9007199254740993}"#,
            false,
        ),
        (r#"{"n":[{"numeric":[">=",0]}]}"#, r#"{"n":"5"}"#, false),
        (
            r#"{"detail":{"sourceIPAddress":[{"cidr":"10.0.0.0/24"}]}}"#,
            r#"{"detail":{"sourceIPAddress":"10.0.0.255"}}"#,
            true,
        ),
        (
            r#"{"detail":{"sourceIPAddress":[{"cidr":"10.0.0.0/24"}]}}"#,
            r#"{"detail":{"sourceIPAddress":"10.0.1.0"}}"#,
            false,
        ),
        (
            r#"{"detail":{"state":[{"exists":true}]}}"#,
            r#"{"detail":{"instance-id":"i-abcd1111","state":"pending"}}"#,
            true,
        ),
        (
            r#"{"detail":{"state":[{"exists":true}]}}"#,
            r#"{"detail":{"c-count":{"c1":100}}}"#,
            false,
        ),
        (
            r#"{"detail-type":[{"equals-ignore-case":"ec2 instance state-change notification"}]}"#,
            r#"{"detail-type":["EC2 Instance State-change Notification"]}"#,
            true,
        ),
        (
            r#"{"EventBusArn":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}"#,
            r#"{"EventBusArn":"arn:aws:events:us-east-1:1:event-bus/a"}"#,
            true,
        ),
        (
            r#"{"FileName":[{"wildcard":"/Users/*/dir/dir/dir/dir/dir/doc.txt"}]}"#,
            r#"{"FileName":"/Users/a/dir/dir/dir/dir/dir/dir/doc.txt"}"#,
            true,
        ),
        // The last of two equal names counts.
        (
            r#"{"detail":{"location":[{"prefix":"us-"}],"location":[{"anything-but":"us-east"}]}}"#,
            r#"{"detail":{"location":"eu-west"}}"#,
            true,
        ),
        (
            r#"{"detail":{"$or":[{"c-count":[{"numeric":[">",0,"<=",5]}]},{"d-count":[{"numeric":["<",10]}]},{"x-limit":[{"numeric":["=",3.018e2]}]}]}}"#,
            r#"{"detail":{"c-count":9,"d-count":9}}"#,
            true,
        ),
        (
            r#"{"detail":{"$or":[{"c-count":[{"numeric":[">",0,"<=",5]}]},{"d-count":[{"numeric":["<",10]}]},{"x-limit":[{"numeric":["=",3.018e2]}]}]}}"#,
            r#"{"detail":{"c-count":9,"d-count":10}}"#,
            false,
        ),
    ] {
        check(pattern, event, expected);
    }
}

/// "Matching events on null values and empty strings in Amazon EventBridge".
#[test]
fn null_is_not_empty() {
    let event = r#"{"resources":[],"detail":{"eventVersion":"","responseElements":null}}"#;
    check(r#"{"detail":{"eventVersion":[""]}}"#, event, true);
    check(r#"{"detail":{"responseElements":[null]}}"#, event, true);
    check(r#"{"detail":{"responseElements":[""]}}"#, event, false);
    check(r#"{"detail":{"eventVersion":[null]}}"#, event, false);
    check(r#"{"resources":[{"exists":false}]}"#, event, true);
    check(r#"{"resources":[{"exists":true}]}"#, event, false);
    check(
        r#"{"detail":{"responseElements":[{"exists":true}]}}"#,
        event,
        true,
    );
}

/// "Matching on multiple values for an event field in Amazon EventBridge".
#[test]
fn any_value_of_an_array() {
    let pattern = r#"{"resources":[
        "arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f",
        "arn:aws:ec2:us-east-1:111122223333:instance/i-b188560f"]}"#;
    check(
        pattern,
        r#"{"resources":["arn:aws:autoscaling:us-east-1:123456789012:x",
            "arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f"]}"#,
        true,
    );
    check(
        pattern,
        r#"{"resources":["arn:aws:autoscaling:us-east-1:1:x"]}"#,
        false,
    );
}

/// "Event pattern syntax": numbers by their spelling, names with dots.
#[test]
fn numbers_are_spelled_and_dots_join_names() {
    check(r#"{"n":[300]}"#, r#"{"n":300}"#, true);
    check(r#"{"n":[300]}"#, r#"{"n":300.0}"#, false);
    check(r#"{"n":[300.0]}"#, r#"{"n":300}"#, false);
    check(r#"{"n":[300.5]}"#, r#"{"n":300.5}"#, true);
    check(r#"{"n":[{"numeric":["=",300.0]}]}"#, r#"{"n":300}"#, true);
    check(
        r#"{"n":[123456789012345678]}"#,
        r#"{"n":123456789012345678}"#,
        true,
    );
    let plain = r#"{"detail":{"state":{"status":["running"]}}}"#;
    let joined = r#"{"detail":{"state.status":["running"]}}"#;
    for pattern in [plain, joined] {
        check(
            pattern,
            r#"{"detail":{"state":{"status":"running"}}}"#,
            true,
        );
        check(pattern, r#"{"detail":{"state.status":"running"}}"#, true);
        check(pattern, r#"{"detail":{"state.other":"running"}}"#, false);
    }
}

/// Event Ruler's README, "JSON Array Matching".
#[test]
fn fields_match_in_one_element_together() {
    let event = r#"{"employees":[
        [{"firstName":"John","lastName":"Doe"},{"firstName":"Anna","lastName":"Smith"}],
        [{"firstName":"Peter","lastName":"Jones"}]]}"#;
    check(r#"{"employees":{"firstName":["Anna"]}}"#, event, true);
    check(
        r#"{"employees":{"firstName":["Anna"],"lastName":["Smith"]}}"#,
        event,
        true,
    );
    let split = r#"{"employees":{"firstName":["Anna"],"lastName":["Jones"]}}"#;
    check(split, event, false);
    let mismatch = parsed(split, Dialect::EventBridge)
        .explain(&json(event))
        .unwrap();
    assert_eq!(mismatch.reason, Reason::NoSingleElement);
    assert_eq!(mismatch.path, ["employees"]);
}

/// Event Ruler's README, "Exists matching": an object is no leaf.
#[test]
fn only_leaves_exist() {
    let pattern = r#"{"detail":{"c-count":[{"exists":false}]}}"#;
    check(
        pattern,
        r#"{"detail":{"state":["initializing","running"]}}"#,
        true,
    );
    check(pattern, r#"{"detail":{"c-count":{"c1":100}}}"#, true);
    check(pattern, r#"{"detail":{"c-count":1}}"#, false);
    check(pattern, r#"{}"#, true);
    let in_all = r#"{"a":{"b":[{"exists":false}]}}"#;
    check(in_all, r#"{"a":[{"b":1},{"c":1}]}"#, false);
    check(in_all, r#"{"a":[{"c":1},{"c":2}]}"#, true);
    let with_another = r#"{"a":{"c":[2],"b":[{"exists":false}]}}"#;
    check(with_another, r#"{"a":[{"b":1},{"c":2}]}"#, true);
    check(with_another, r#"{"a":[{"c":1},{"b":1,"c":2}]}"#, false);
}

/// Event Ruler's README, 'The "$or" Primitive'.
#[test]
fn or_is_a_field_when_it_cannot_be_an_or() {
    let object = r#"{"$or":{"metricType":["MetricType"]}}"#;
    check(object, r#"{"$or":{"metricType":"MetricType"}}"#, true);
    check(r#"{"$or":["a"]}"#, r#"{"$or":"a"}"#, true);
    check(
        r#"{"$or":[{"prefix":"abc"},{"suffix":"x"}]}"#,
        r#"{"$or":"abcd"}"#,
        true,
    );
    let nested = r#"{"source":["aws.cloudwatch"],"$or":[
        {"metricName":["CPUUtilization","ReadLatency"]},
        {"metricType":["MetricType"],"namespace":["AWS/EC2"],"$or":[{"metricId":[1234]},{"spaceId":[1000]}]},
        {"scope":["Service"]}]}"#;
    check(
        nested,
        r#"{"source":"aws.cloudwatch","scope":"Service"}"#,
        true,
    );
    check(
        nested,
        r#"{"source":"aws.cloudwatch","metricType":"MetricType","namespace":"AWS/EC2","spaceId":1000}"#,
        true,
    );
    check(
        nested,
        r#"{"source":"aws.cloudwatch","metricType":"MetricType","namespace":"AWS/EC2"}"#,
        false,
    );
    check(nested, r#"{"source":"other","scope":"Service"}"#, false);
}

#[test]
fn the_first_field_that_does_not_match_is_named() {
    let pattern = r#"{"source":["aws.ec2"],"detail":{"state":["terminated"],"n":[{"exists":false}],
        "$or":[{"a":[1]},{"b":[2]}]}}"#;
    let pattern = parsed(pattern, Dialect::EventBridge);
    for (event, path, sentence) in [
        (r#"{"detail":{}}"#, "source", "source is missing"),
        (
            r#"{"source":["a","b"]}"#,
            "source",
            r#"source is ["a","b"]"#,
        ),
        (r#"{"source":{"x":1}}"#, "source", "source is an object"),
        (
            r#"{"source":"aws.ec2"}"#,
            "detail.state",
            "detail.state is missing",
        ),
        (
            r#"{"source":"aws.ec2","detail":"x"}"#,
            "detail.state",
            "detail.state is missing",
        ),
        (
            r#"{"source":"aws.ec2","detail":{"state":"running"}}"#,
            "detail.state",
            r#"detail.state is "running""#,
        ),
        (
            r#"{"source":"aws.ec2","detail":{"state":"terminated","n":1}}"#,
            "detail.n",
            "detail.n is there: 1",
        ),
        (
            r#"{"source":"aws.ec2","detail":{"state":"terminated","a":2}}"#,
            "detail.$or",
            "no alternative of detail.$or matches",
        ),
    ] {
        let mismatch = pattern.explain(&json(event)).unwrap();
        assert_eq!(mismatch.path.join("."), path, "{event}");
        assert_eq!(mismatch.to_string(), sentence, "{event}");
    }
    let good = r#"{"source":"aws.ec2","detail":{"state":"terminated","b":2}}"#;
    assert_eq!(pattern.explain(&json(good)), None);
}
