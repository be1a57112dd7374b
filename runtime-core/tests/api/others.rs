//! Concurrency, the account, tags, asynchronous invocation, mappings.

use crate::stage::{Stage, body, creation, text};
use runtime_core::platform::MAPPING_CHANGE;
use runtime_core::timeline::SourceKind;
use serde_json::{Value, json};

#[test]
fn concurrency_is_reserved_within_the_account() {
    let mut stage = Stage::with_echo();
    let (put, get) = (
        "/2017-10-31/functions/echo/concurrency",
        "/2019-09-30/functions/echo/concurrency",
    );
    assert_eq!(body(&stage.send("GET", get, &Value::Null)), json!({}));
    let reserved = json!({"ReservedConcurrentExecutions": 900});
    assert_eq!(body(&stage.send("PUT", put, &reserved)), reserved);
    assert_eq!(body(&stage.send("GET", get, &Value::Null)), reserved);
    let account = body(&stage.send("GET", "/2016-08-19/account-settings", &Value::Null));
    assert_eq!(account["AccountLimit"]["ConcurrentExecutions"], 1_000);
    assert_eq!(
        account["AccountLimit"]["UnreservedConcurrentExecutions"],
        100
    );
    assert_eq!(account["AccountUsage"]["FunctionCount"], 1);
    let function = body(&stage.send("GET", "/2015-03-31/functions/echo", &Value::Null));
    assert_eq!(function["Concurrency"], reserved);
    let much = stage.send("PUT", put, &json!({"ReservedConcurrentExecutions": 901}));
    assert_eq!(much.status, 400);
    assert!(
        text(&much).contains("below its minimum value of [100]."),
        "{}",
        text(&much)
    );
}

#[test]
fn tags_come_and_go() {
    let mut stage = Stage::with_echo();
    let path = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Aecho";
    assert_eq!(
        stage
            .send("POST", path, &json!({"Tags": {"a": "1", "b c": "2"}}))
            .status,
        204
    );
    assert_eq!(
        stage
            .send("POST", path, &json!({"Tags": {"a": "3"}}))
            .status,
        204
    );
    assert_eq!(
        body(&stage.send("GET", path, &Value::Null)),
        json!({"Tags": {"a": "3", "b c": "2"}})
    );
    assert_eq!(
        stage
            .send(
                "DELETE",
                &format!("{path}?tagKeys=b%20c&tagKeys=x"),
                &Value::Null
            )
            .status,
        204
    );
    assert_eq!(
        body(&stage.send("GET", path, &Value::Null)),
        json!({"Tags": {"a": "3"}})
    );
    assert_eq!(stage.send("DELETE", path, &Value::Null).status, 400);
    let many: serde_json::Map<String, Value> = (0..51)
        .map(|number| (format!("k{number}"), json!("v")))
        .collect();
    assert_eq!(stage.send("POST", path, &json!({"Tags": many})).status, 400);
    for bad in [
        "/2017-03-31/tags/echo",
        "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Aecho%3A1",
    ] {
        assert_eq!(stage.send("GET", bad, &Value::Null).status, 400, "{bad}");
    }
}

#[test]
fn asynchronous_invocation_is_configured() {
    let mut stage = Stage::with_echo();
    let queue = stage.queue("failed");
    let path = "/2019-09-25/functions/echo/event-invoke-config";
    assert_eq!(stage.send("GET", path, &Value::Null).status, 404);
    let put = json!({
        "MaximumRetryAttempts": 1,
        "DestinationConfig": {"OnFailure": {"Destination": queue}},
    });
    let answer = body(&stage.send("PUT", path, &put));
    assert_eq!(
        answer["FunctionArn"],
        "arn:aws:lambda:us-east-1:123456789012:function:echo:$LATEST"
    );
    assert_eq!(answer["MaximumRetryAttempts"], 1);
    assert_eq!(answer["MaximumEventAgeInSeconds"], 21_600);
    assert_eq!(
        answer["DestinationConfig"]["OnFailure"]["Destination"],
        json!(queue)
    );
    // An update keeps what it does not name, and a put does not.
    let updated = body(&stage.send("POST", path, &json!({"MaximumEventAgeInSeconds": 60})));
    assert_eq!(updated["MaximumRetryAttempts"], 1);
    let put_again = body(&stage.send("PUT", path, &json!({"MaximumEventAgeInSeconds": 61})));
    assert_eq!(put_again["MaximumRetryAttempts"], 2);
    assert_eq!(put_again["DestinationConfig"]["OnFailure"], json!({}));
    let list = body(&stage.send("GET", &format!("{path}/list"), &Value::Null));
    assert_eq!(
        list["FunctionEventInvokeConfigs"].as_array().unwrap().len(),
        1
    );
    for bad in [
        json!({}),
        json!({"MaximumRetryAttempts": 3}),
        json!({"MaximumEventAgeInSeconds": 59}),
        json!({"DestinationConfig": {"OnSuccess": {"Destination": "arn:aws:sns:us-east-1:123456789012:t"}}}),
        json!({"DestinationConfig": {"OnSuccess": {"Destination": "t"}}}),
    ] {
        assert_eq!(stage.send("PUT", path, &bad).status, 400, "{bad}");
    }
    assert_eq!(stage.send("DELETE", path, &Value::Null).status, 204);
    assert_eq!(stage.send("DELETE", path, &Value::Null).status, 404);
}

#[test]
fn queues_are_mapped_to_functions() {
    let mut stage = Stage::with_echo();
    let queue = stage.queue("orders");
    let path = "/2015-03-31/event-source-mappings";
    let wanted = json!({
        "FunctionName": "echo",
        "EventSourceArn": queue,
        "BatchSize": 5,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 2},
        "FilterCriteria": {"Filters": [{"Pattern": "{\"body\": {\"a\": [1]}}"}]},
    });
    let made = stage.send("POST", path, &wanted);
    assert_eq!(made.status, 202, "{}", text(&made));
    let made = body(&made);
    assert_eq!(made["State"], "Creating");
    for name in [
        "EventSourceArn",
        "BatchSize",
        "FunctionResponseTypes",
        "ScalingConfig",
        "FilterCriteria",
    ] {
        assert_eq!(made[name], wanted[name], "{name}");
    }
    let one = format!("{path}/{}", made["UUID"].as_str().unwrap());
    stage.pass(MAPPING_CHANGE);
    assert_eq!(
        body(&stage.send("GET", &one, &Value::Null))["State"],
        "Enabled"
    );
    let changed = stage.send("PUT", &one, &json!({"Enabled": false, "BatchSize": 7}));
    assert_eq!(
        (changed.status, &body(&changed)["State"]),
        (202, &json!("Disabling"))
    );
    stage.pass(MAPPING_CHANGE);
    let shown = body(&stage.send("GET", &one, &Value::Null));
    assert_eq!(
        (&shown["State"], &shown["BatchSize"]),
        (&json!("Disabled"), &json!(7))
    );
    let list = |stage: &mut Stage, query: &str| {
        let page = body(&stage.send("GET", &format!("{path}{query}"), &Value::Null));
        page["EventSourceMappings"].as_array().unwrap().len()
    };
    assert_eq!(list(&mut stage, ""), 1);
    assert_eq!(list(&mut stage, "?FunctionName=echo"), 1);
    assert_eq!(
        list(
            &mut stage,
            "?EventSourceArn=arn%3Aaws%3Asqs%3Aus-east-1%3A123456789012%3Aother"
        ),
        0
    );
    let again = stage.send("POST", path, &wanted);
    assert_eq!(
        (again.status, again.header("x-amzn-ErrorType")),
        (409, Some("ResourceConflictException"))
    );
    let gone = stage.send("DELETE", &one, &Value::Null);
    assert_eq!(
        (gone.status, &body(&gone)["State"]),
        (202, &json!("Deleting"))
    );
    stage.pass(MAPPING_CHANGE);
    assert_eq!(stage.send("GET", &one, &Value::Null).status, 404);
}

/// Lambda API reference, ProvisionedPollerConfig; "Using provisioned mode": an empty object switches it off.
#[test]
fn a_mapping_can_have_provisioned_pollers() {
    let mut stage = Stage::with_echo();
    let queue = stage.queue("orders");
    let path = "/2015-03-31/event-source-mappings";
    let with = |pollers: Value| json!({"FunctionName": "echo", "EventSourceArn": queue, "ProvisionedPollerConfig": pollers});
    for (bad, why) in [
        (json!({"MinimumPollers": 1}), "greater than or equal to 2"),
        (json!({"MinimumPollers": 201}), "less than or equal to 200"),
        (json!({"MaximumPollers": 1}), "greater than or equal to 2"),
        (
            json!({"MaximumPollers": 2_001}),
            "less than or equal to 2000",
        ),
        (
            json!({"MinimumPollers": 9, "MaximumPollers": 8}),
            "not 9 to 8",
        ),
        (json!({"PollerGroupName": "g"}), "PollerGroupName"),
    ] {
        let refused = stage.send("POST", path, &with(bad));
        assert_eq!(refused.status, 400, "{}", text(&refused));
        assert!(text(&refused).contains(why), "{}", text(&refused));
    }
    let both = stage.send("POST", path, &{
        let mut both = with(json!({"MinimumPollers": 3}));
        both["ScalingConfig"] = json!({"MaximumConcurrency": 2});
        both
    });
    assert!(
        text(&both).contains("cannot be used with provisioned mode"),
        "{}",
        text(&both)
    );
    let made = body(&stage.send("POST", path, &with(json!({"MinimumPollers": 3}))));
    let expected = json!({"MinimumPollers": 3, "MaximumPollers": 200});
    assert_eq!(made["ProvisionedPollerConfig"], expected);
    let one = format!("{path}/{}", made["UUID"].as_str().unwrap());
    for (change, expected) in [
        (
            json!({"ProvisionedPollerConfig": {"MaximumPollers": 20}}),
            json!({"MinimumPollers": 3, "MaximumPollers": 20}),
        ),
        (
            json!({"BatchSize": 2}),
            json!({"MinimumPollers": 3, "MaximumPollers": 20}),
        ),
        (json!({"ProvisionedPollerConfig": {}}), Value::Null),
        (
            json!({"ProvisionedPollerConfig": {"MaximumPollers": 5}}),
            json!({"MinimumPollers": 2, "MaximumPollers": 5}),
        ),
        (
            json!({"ProvisionedPollerConfig": {}, "ScalingConfig": {"MaximumConcurrency": 5}}),
            Value::Null,
        ),
    ] {
        stage.pass(MAPPING_CHANGE);
        let changed = stage.send("PUT", &one, &change);
        assert_eq!(changed.status, 202, "{}", text(&changed));
        let shown = body(&stage.send("GET", &one, &Value::Null));
        assert_eq!(shown["ProvisionedPollerConfig"], expected, "{change}");
    }
}

/// Lambda API reference, UpdateEventSourceMapping and DeleteEventSourceMapping: ResourceInUseException, HTTP status 400.
#[test]
fn a_mapping_takes_no_change_while_another_is_not_over() {
    let mut stage = Stage::with_echo();
    let queue = stage.queue("orders");
    let path = "/2015-03-31/event-source-mappings";
    let wanted = json!({"FunctionName": "echo", "EventSourceArn": queue});
    let made = body(&stage.send("POST", path, &wanted));
    let one = format!("{path}/{}", made["UUID"].as_str().unwrap());
    let state = |stage: &mut Stage| {
        let listed = body(&stage.send("GET", path, &Value::Null))["EventSourceMappings"].take();
        let shown = body(&stage.send("GET", &one, &Value::Null))["State"].take();
        assert_eq!(listed[0]["State"], shown);
        shown
    };
    for (change, during) in [
        (None, "Creating"),
        (Some(json!({"BatchSize": 1})), "Updating"),
        (Some(json!({"Enabled": false})), "Disabling"),
        (Some(json!({"Enabled": true})), "Enabling"),
    ] {
        if let Some(change) = change {
            assert_eq!(stage.send("PUT", &one, &change).status, 202);
        }
        assert_eq!(state(&mut stage), during);
        for (method, verb) in [("PUT", "update"), ("DELETE", "delete")] {
            let refused = stage.send(method, &one, &json!({}));
            assert_eq!(
                (refused.status, refused.header("x-amzn-ErrorType")),
                (400, Some("ResourceInUseException"))
            );
            assert_eq!(
                body(&refused)["message"],
                format!("Cannot {verb} the event source mapping because it is in use.")
            );
        }
        stage.pass(MAPPING_CHANGE);
    }
    assert_eq!(stage.send("DELETE", &one, &Value::Null).status, 202);
    assert_eq!(state(&mut stage), "Deleting");
    assert_eq!(stage.send("DELETE", &one, &Value::Null).status, 400);
}

#[test]
fn mappings_that_cannot_be_are_refused() {
    let mut stage = Stage::with_echo();
    let queue = stage.queue("orders");
    let mut slow = creation("slow");
    slow["Timeout"] = json!(31);
    stage.send("POST", "/2015-03-31/functions", &slow);
    let path = "/2015-03-31/event-source-mappings";
    let table = [
        json!({"EventSourceArn": queue}),
        json!({"FunctionName": "echo"}),
        json!({"FunctionName": "none", "EventSourceArn": queue}),
        json!({"FunctionName": "echo", "EventSourceArn": format!("{queue}x")}),
        json!({"FunctionName": "echo", "EventSourceArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"}),
        json!({"FunctionName": "echo", "EventSourceArn": queue, "BatchSize": 11}),
        json!({"FunctionName": "echo", "EventSourceArn": queue, "BatchSize": 0}),
        json!({"FunctionName": "echo", "EventSourceArn": queue, "StartingPosition": "LATEST"}),
        json!({"FunctionName": "echo", "EventSourceArn": queue, "FilterCriteria": {"Filters": [{"Pattern": "{"}]}}),
        json!({"FunctionName": "slow", "EventSourceArn": queue}),
    ];
    for bad in table {
        let refused = stage.send("POST", path, &bad);
        assert_eq!(refused.status, 400, "{bad}: {}", text(&refused));
    }
    assert_eq!(stage.platform.mappings().count(), 0);
}

/// Topics, buses and buckets as destinations and dead-letter queues. What is refused is in the words of
/// localstack/localstack (whose tests are run against AWS) and of hashicorp/terraform-provider-aws.
#[test]
fn topics_buses_and_buckets_are_destinations() {
    let mut stage = Stage::with_echo();
    let topic = stage.source("news", SourceKind::Topic);
    let bus = stage.source("results", SourceKind::Bus);
    let bucket = stage.source("failures", SourceKind::Bucket);
    assert_eq!(topic, "arn:aws:sns:us-east-1:123456789012:news");
    assert_eq!(
        bus,
        "arn:aws:events:us-east-1:123456789012:event-bus/results"
    );
    assert_eq!(bucket, "arn:aws:s3:::failures");
    let path = "/2019-09-25/functions/echo/event-invoke-config";
    for (on_success, on_failure) in [(&topic, &bucket), (&bus, &bus), (&topic, &topic)] {
        let config = json!({
            "OnSuccess": {"Destination": on_success},
            "OnFailure": {"Destination": on_failure},
        });
        let answer = body(&stage.send("PUT", path, &json!({ "DestinationConfig": config })));
        assert_eq!(answer["DestinationConfig"], config);
        let read = body(&stage.send("GET", path, &Value::Null));
        assert_eq!(read["DestinationConfig"], config);
    }
    let invalid = |on_success: &str, on_failure: &str| {
        format!(
            "The provided destination config DestinationConfig(onSuccess={on_success}, onFailure={on_failure}) is invalid."
        )
    };
    let table = "arn:aws:dynamodb:us-east-1:123456789012:table/t";
    let gone = "arn:aws:sns:us-east-1:123456789012:gone";
    for (config, message) in [
        (
            json!({"OnSuccess": {"Destination": bucket}}),
            invalid("OnSuccess(destination=arn:aws:s3:::failures)", "null"),
        ),
        (
            json!({"OnFailure": {"Destination": table}}),
            invalid("null", &format!("OnFailure(destination={table})")),
        ),
        (
            json!({"OnFailure": {"Destination": gone}}),
            format!("The destination ARN {gone} is invalid."),
        ),
    ] {
        let answer = stage.send("PUT", path, &json!({ "DestinationConfig": config }));
        assert_eq!(answer.status, 400);
        assert_eq!(body(&answer)["message"], message);
    }
    let path = "/2015-03-31/functions/echo/configuration";
    let set = |arn: &str| json!({"DeadLetterConfig": {"TargetArn": arn}});
    let answer = body(&stage.send("PUT", path, &set(&topic)));
    assert_eq!(answer["DeadLetterConfig"]["TargetArn"], topic);
    for refused in [&bus, &bucket, gone] {
        let answer = stage.send("PUT", path, &set(refused));
        assert_eq!(answer.status, 400, "{refused}");
    }
}
