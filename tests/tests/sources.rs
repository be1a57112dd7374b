//! Sources of events: what happens there reaches functions and queues, or says why not.

use coldstart_tests::sources::{FORM, card, counts, create, created, told, unfold, wire, wired};
use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit};

#[test]
fn a_bucket_tells_of_the_objects_that_its_notification_names() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        // A name that S3 would refuse is refused.
        create(page, "S3 bucket", "My Uploads", || {});
        let error = format!("{FORM}.field-error");
        page.wait_until("the name is refused", || {
            page.text(&error)
                .is_some_and(|text| text.contains("3 to 63 small letters"))
        });
        page.fill(&format!("{FORM}[data-testid=source-name]"), "uploads");
        page.click(&format!("{FORM}[data-testid=save-source]"));
        created(page, "uploads");
        wire(page, "uploads", "echo", || {
            page.fill(&card("uploads", "[data-testid=wire-prefix]"), "photos/");
        });
        wired(page, "uploads", 1);

        // A second notification of the same objects is ambiguous.
        wire(page, "uploads", "echo", || {
            page.fill(
                &card("uploads", "[data-testid=wire-prefix]"),
                "photos/2026/",
            );
        });
        page.wait_until("it is refused", || {
            page.text(&card("uploads", "[data-testid=wire-form] .field-error"))
                .is_some_and(|text| text.starts_with("Configuration is ambiguously defined."))
        });

        page.click(&card("uploads", "[data-testid=happen]"));
        page.wait_until("the function was told", || {
            counts(page, "uploads") == "happened once · 1 event"
        });
        let counts_now = page.wait_for_counts("it ran", |counts| counts.invoked() == 1);
        assert_eq!(counts_now.cold, 1);
        page.open_tab("Response");
        page.wait_until("the event is shown", || {
            page.answer()
                .is_some_and(|answer| answer.body.contains("ObjectCreated:Put"))
        });

        // What no notification names happens, and nobody is told.
        page.fill(
            &card("uploads", "[data-testid=happen-first]"),
            "texts/a.txt",
        );
        page.click(&card("uploads", "[data-testid=happen]"));
        page.wait_until("it happened", || {
            counts(page, "uploads") == "happened 2 times · 1 event"
        });

        // The second happening is the last that is saved.
        page.wait_until_saved("\"number\":2");
        page.reload();
        page.playground_is_ready();
        page.wait_until("it is still there", || {
            counts(page, "uploads") == "happened 2 times · 1 event"
        });
    });
}

#[test]
fn a_bus_matches_patterns_and_says_what_is_wrong_with_one() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        create(page, "EventBridge bus", "default", || {});
        created(page, "default");
        let pattern = |text: &str| {
            wire(page, "default", "echo", || {
                page.fill(&card("default", "[data-testid=wire-text]"), text);
            });
        };
        pattern(r#"{"detail": {"orderId": [{"over": 5}]}}"#);
        page.wait_until("the operator is refused at its place", || {
            page.text(&card("default", "[data-testid=wire-form] .field-error"))
                .is_some_and(|text| text.contains("line 1") && text.contains("over"))
        });
        pattern(r#"{"detail": {"orderId": [{"numeric": [">", 1000]}]}}"#);
        wired(page, "default", 1);
        page.click(&card("default", "[data-testid=happen]"));
        page.wait_until("it matched", || {
            counts(page, "default").ends_with("1 event")
        });
        let body = card("default", "[data-testid=happen-body]");
        page.fill(&body, "{\"orderId\": 1}");
        page.click(&card("default", "[data-testid=happen]"));
        page.wait_until("it did not match", || {
            counts(page, "default") == "happened 2 times · 1 event"
        });
        page.fill(&body, "orderId");
        page.click(&card("default", "[data-testid=happen]"));
        page.wait_until("nonsense is refused", || {
            page.text(&card("default", "[data-testid=happen-form] .field-error"))
                .is_some_and(|text| text.starts_with("The detail is not JSON: line 1"))
        });
    });
}

#[test]
fn a_schedule_can_be_skipped_to() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        let expression = format!("{FORM}[data-testid=source-expression]");
        create(page, "EventBridge scheduled rule", "often", || {
            page.fill(&expression, "rate(0 minutes)");
        });
        page.wait_until("a rate of nothing is refused", || {
            page.has(&format!("{FORM}.field-error"))
        });
        page.fill(&expression, "rate(1 hour)");
        page.click(&format!("{FORM}[data-testid=save-source]"));
        created(page, "often");
        wire(page, "often", "echo", || {});
        wired(page, "often", 1);
        page.wait_until("it says when", || {
            page.text(&card("often", "[data-testid=source-settings]"))
                .is_some_and(|text| text.starts_with("rate(1 hour) (UTC), next in "))
        });
        skip_to_schedule(page, "often");
        page.wait_for_counts("it ran", |counts| counts.invoked() == 1);
    });
}

#[test]
fn a_target_of_a_bus_gets_a_part_of_the_event_or_something_else() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        create(page, "EventBridge bus", "default", || {});
        created(page, "default");
        let gets = |what: &str, input: &str| {
            wire(page, "default", "echo", || {
                page.choose(&card("default", "[data-testid=wire-gets]"), what);
                page.fill(&card("default", "[data-testid=wire-input]"), input);
            });
        };
        let refused = |with: &str| {
            page.wait_until(with, || {
                page.text(&card("default", "[data-testid=wire-form] .field-error"))
                    .is_some_and(|text| text.contains(with))
            });
        };
        gets("Part of the matched event", "detail");
        refused("a path begins with $");
        gets("Constant (JSON text)", "{told}");
        refused("The input is not JSON: line 1, column 2.");
        gets("Part of the matched event", "$.detail");
        wired(page, "default", 1);
        page.click(&card("default", "[data-testid=happen]"));
        page.wait_for_counts("it ran", |counts| counts.invoked() == 1);
        let event = told(page, "orderId");
        assert_eq!(event, serde_json::json!({"orderId": 1001}));
        // It outlives the tab.
        page.wait_until_saved("$.detail");
        page.reload();
        page.playground_is_ready();
        page.wait_until("it is back", || {
            let wires = page.texts(&card("default", "[data-testid=wire]"));
            wires.iter().any(|it| it.contains("gets $.detail"))
        });
        page.expect_quiet_console();
    });
}

#[test]
fn a_template_makes_what_a_target_of_a_bus_gets() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        create(page, "EventBridge bus", "shop", || {});
        created(page, "shop");
        let makes = |paths: &str, template: &str| {
            wire(page, "shop", "echo", || {
                page.choose(
                    &card("shop", "[data-testid=wire-gets]"),
                    "Input transformer",
                );
                page.fill(&card("shop", "[data-testid=wire-paths]"), paths);
                page.fill(&card("shop", "[data-testid=wire-input]"), template);
            });
        };
        let refused = |with: &str| {
            page.wait_until(with, || {
                page.text(&card("shop", "[data-testid=wire-form] .field-error"))
                    .is_some_and(|text| text.contains(with))
            });
        };
        let paths = "{\"order\": \"$.detail.orderId\", \"gift\": \"$.detail.gift\"}";
        makes("[1]", "<order>");
        refused("The input paths are no JSON object of texts: line 1");
        makes(paths, "{\"id\": <orderId>}");
        refused("The input template: line 1, column 8: contains invalid placeholder orderId.");
        makes("{\"order\": \"detail\"}", "<order>");
        refused("The variable \"order\": line 1, column 1: a path begins with $.");
        makes(
            paths,
            "{\"id\": <order>, \"said\": \"<order> <gift>by <aws.events.rule-name>\"}",
        );
        wired(page, "shop", 1);
        page.click(&card("shop", "[data-testid=happen]"));
        page.wait_for_counts("it ran", |counts| counts.invoked() == 1);
        let event = told(page, "said");
        assert_eq!(
            event,
            serde_json::json!({"id": 1001, "said": "1001 by shop-1"})
        );
        // It outlives the tab.
        page.wait_until_saved("aws.events.rule-name");
        page.reload();
        page.playground_is_ready();
        page.wait_until("it is back", || {
            let wires = page.texts(&card("shop", "[data-testid=wire]"));
            wires.iter().any(|it| it.contains("<aws.events.rule-name>"))
        });
        page.expect_quiet_console();
    });
}

#[test]
fn a_schedule_has_dates_and_a_flexible_time_window() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        let field = |name: &str| format!("{FORM}[data-testid=source-{name}]");
        create(page, "EventBridge Scheduler schedule", "season", || {
            page.fill(&field("expression"), "rate(1 hour)");
            page.fill(&field("start"), "tomorrow");
        });
        let refused = |with: &str| {
            page.wait_until(with, || {
                page.text(&format!("{FORM}.field-error"))
                    .is_some_and(|text| text.contains(with))
            });
        };
        refused("The start date: \"tomorrow\" is no date");
        page.fill(&field("start"), "2031-12-01T09:00:00Z");
        page.fill(&field("end"), "2031-11-30T09:00:00Z");
        page.click(&save_button());
        refused("the schedule ends before it starts");
        page.fill(&field("end"), "2031-12-24T18:00:00Z");
        page.fill(&field("window"), "1441");
        page.click(&save_button());
        refused("1441 minutes are no flexible time window");
        page.fill(&field("window"), "15");
        page.click(&save_button());
        created(page, "season");
        wire(page, "season", "echo", || {});
        wired(page, "season", 1);
        let set = "rate(1 hour) (UTC), from 2031-12-01T09:00:00Z, until 2031-12-24T18:00:00Z, within 15 min, next in ";
        let settings = || page.text(&card("season", "[data-testid=source-settings]"));
        let due = || {
            page.wait("it says when", || {
                settings().filter(|it| it.starts_with(set)).and_then(|it| {
                    let at = it.rfind('(')?;
                    it.get(at..).map(str::to_owned)
                })
            })
        };
        let before = due();
        assert!(before.starts_with("(2031-12-01T09:"), "{before}");
        // Which moment of the window it is does not change with the tab.
        page.wait_until_saved("\"interest\":\"everything\"");
        page.reload();
        page.playground_is_ready();
        assert_eq!(due(), before);
        skip_to_schedule(page, "season");
        page.expect_quiet_console();
    });
}

/// Moves the clock on to what a schedule, the first thing that is due, tells its one target.
fn skip_to_schedule(page: &Page, name: &str) {
    page.wait_until("it can be skipped to", || {
        let label = page.text("[data-testid=skip]").unwrap_or_default();
        page.is_enabled("[data-testid=skip]") && label.starts_with("Skip to the schedule")
    });
    page.click("[data-testid=skip]");
    page.wait_until("it happened", || {
        counts(page, name) == "happened once · 1 event"
    });
}

/// The button of the form for a new source.
fn save_button() -> String {
    format!("{FORM}[data-testid=save-source]")
}

/// The rows of a bucket's list: key, size, class.
fn objects(page: &Page, bucket: &str) -> Vec<String> {
    let rows = page.texts(&card(bucket, "[data-testid=objects] tbody tr"));
    let plain = |row: String| {
        row.replace('\t', " ")
            .trim_end_matches(" Delete")
            .trim()
            .to_owned()
    };
    rows.into_iter().map(plain).collect()
}

#[test]
fn files_become_objects_that_are_listed_and_can_be_deleted() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        create(page, "S3 bucket", "uploads", || {});
        created(page, "uploads");
        for events in ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] {
            wire(page, "uploads", "echo", || {
                page.choose(&card("uploads", "[data-testid=wire-events]"), events);
            });
        }
        wired(page, "uploads", 2);
        // The form's key says which folder.
        let file = uploads::write(page.folder(), "red flower (1).txt", "message digest");
        page.choose_file(&card("uploads", ".drop-zone input[type=file]"), &file);
        page.wait_until("the object", || {
            objects(page, "uploads") == ["photos/red flower (1).txt 14 B STANDARD"]
        });
        let event = told(page, "ObjectCreated:Put");
        let object = &event["Records"][0]["s3"]["object"];
        assert_eq!(object["key"], "photos/red+flower+%281%29.txt");
        assert_eq!(object["size"], 14);
        // RFC 1321, section A.5.
        assert_eq!(object["eTag"], "f96b697d7cb7938d525a2f31aaf161d0");
        let first = object["sequencer"].as_str().map(str::to_owned);

        page.fill(
            &card("uploads", "[data-testid=happen-first]"),
            "archive/a.bin",
        );
        page.fill(
            &card("uploads", "[data-testid=happen-second]"),
            "5368709121",
        );
        page.choose(&card("uploads", "[data-testid=happen-class]"), "GLACIER");
        page.click(&card("uploads", "[data-testid=happen]"));
        page.wait_until("what is too large is refused", || {
            page.text(&card("uploads", ".field-error"))
                .is_some_and(|it| it.starts_with("Your proposed upload exceeds"))
        });
        page.fill(&card("uploads", "[data-testid=happen-second]"), "2048");
        page.click(&card("uploads", "[data-testid=happen]"));
        let both = [
            "archive/a.bin 2.0 KB GLACIER",
            "photos/red flower (1).txt 14 B STANDARD",
        ];
        page.wait_until("both are listed in order", || {
            objects(page, "uploads") == both
        });

        // The list outlives the tab: it is what has happened.
        page.wait_until_saved("\"number\":2");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the list is back", || objects(page, "uploads") == both);

        let row = "[data-key=\"photos/red flower (1).txt\"] [data-testid=delete-object]";
        page.click(&card("uploads", row));
        page.wait_until("it is gone", || objects(page, "uploads") == both[..1]);
        let event = told(page, "ObjectRemoved:Delete");
        let object = &event["Records"][0]["s3"]["object"];
        assert_eq!(object["key"], "photos/red+flower+%281%29.txt");
        assert_eq!(object.get("size"), None);
        assert!(
            object["sequencer"].as_str().map(str::to_owned) > first,
            "{event}"
        );
        page.expect_quiet_console();
    });
}

/// The browser's own time zones, against what "Daylight savings time on EventBridge Scheduler" says.
#[test]
fn schedules_follow_the_clocks_of_their_time_zones() {
    visit(|page| {
        create(page, "EventBridge Scheduler schedule", "zoned", || {});
        created(page, "zoned");
        unfold(page, Some("zoned"), "Settings");
        let expression = card("zoned", "[data-testid=source-expression]");
        let zone = card("zoned", "[data-testid=source-zone]");
        for (text, name, wanted) in [
            ("at(2031-07-01T12:00:00)", "UTC", "2031-07-01T12:00:00Z"),
            (
                "at(2031-07-01T12:00:00)",
                "Europe/Paris",
                "2031-07-01T10:00:00Z",
            ),
            (
                "at(2031-01-15T12:00:00)",
                "europe/paris",
                "2031-01-15T11:00:00Z",
            ),
            (
                "at(2031-07-01T12:00:00)",
                "Asia/Kathmandu",
                "2031-07-01T06:15:00Z",
            ),
            (
                "at(2031-07-01T00:10:00)",
                "Pacific/Kiritimati",
                "2031-06-30T10:10:00Z",
            ),
            // Clocks go forward on 2031-03-09 in New York: there is no half past two.
            (
                "at(2031-03-09T01:59:59)",
                "America/New_York",
                "2031-03-09T06:59:59Z",
            ),
            (
                "at(2031-03-09T02:30:00)",
                "America/New_York",
                "never due again",
            ),
            (
                "at(2031-03-09T03:00:00)",
                "America/New_York",
                "2031-03-09T07:00:00Z",
            ),
            (
                "cron(30 2 9,10 3 ? 2031)",
                "America/New_York",
                "2031-03-10T06:30:00Z",
            ),
            // And back on 2031-11-02: half past one comes twice, and counts the first time.
            (
                "at(2031-11-02T01:30:00)",
                "America/New_York",
                "2031-11-02T05:30:00Z",
            ),
            (
                "at(2031-11-02T02:00:00)",
                "America/New_York",
                "2031-11-02T07:00:00Z",
            ),
            // By half an hour only.
            (
                "at(2031-10-05T02:15:00)",
                "Australia/Lord_Howe",
                "never due again",
            ),
            (
                "at(2031-10-05T02:30:00)",
                "Australia/Lord_Howe",
                "2031-10-04T15:30:00Z",
            ),
        ] {
            page.fill(&expression, text);
            page.fill(&zone, name);
            page.click(&card("zoned", "[data-testid=save-source]"));
            page.wait_until(&format!("{text} in {name}: {wanted}"), || {
                page.text(&card("zoned", "[data-testid=source-settings]"))
                    .is_some_and(|it| {
                        it.starts_with(&format!("{text} ({name})")) && it.contains(wanted)
                    })
            });
            unfold(page, Some("zoned"), "Settings");
        }
        // A time zone is kept.
        page.wait_until_saved("at(2031-10-05T02:30:00)");
        page.reload();
        page.playground_is_ready();
        page.wait_until("it is back", || {
            page.text(&card("zoned", "[data-testid=source-settings]"))
                .is_some_and(|it| it.contains("(2031-10-04T15:30:00Z)"))
        });
        page.expect_quiet_console();
    });
}

#[test]
fn a_subscription_filter_tells_of_what_another_function_logs() {
    visit(|page| {
        let source = "\
def lambda_handler(event, context):
    print('ERROR no ' + event['what'])
    print('all is well')
";
        let file = uploads::write(page.folder(), "orders.py", source);
        page.upload_as(&file, "orders");
        page.add_sample("Echo", "echo");
        let group = "/aws/lambda/orders";
        page.wait_until("the panel", || page.has("[data-testid=sources]"));
        unfold(page, None, "New source");
        page.choose(
            &format!("{FORM}[data-testid=source-kind]"),
            "CloudWatch Logs log group",
        );
        page.choose(&format!("{FORM}[data-testid=source-function]"), "orders");
        page.click(&format!("{FORM}[data-testid=save-source]"));
        created(page, group);
        let refused = |words: &str| {
            page.wait_until(words, || {
                page.text(&card(group, "[data-testid=wire-form] .field-error"))
                    .is_some_and(|text| text.contains(words))
            });
        };
        wire(page, group, "orders", || {});
        refused("The log group provided is reserved for the function logs");
        wire(page, group, "echo", || {
            page.fill(&card(group, "[data-testid=wire-text]"), "ERROR: no");
        });
        refused("line 1, column 6: Invalid character(s) in term 'ERROR:'");
        wire(page, group, "echo", || {
            page.fill(&card(group, "[data-testid=wire-text]"), "ERROR -tea");
        });
        wired(page, group, 1);

        page.select_function("orders");
        page.set_event("{\"what\": \"tea\"}");
        page.invoke();
        page.wait_until("it was asked", || counts(page, group) == "happened once");
        page.set_event("{\"what\": \"milk\"}");
        page.click("[data-testid=invoke]");
        page.wait_until("the other function was told", || {
            counts(page, group) == "happened 2 times · 1 event"
        });
        let event = told(page, "awslogs");
        let unpacked = page.script(
            "const packed = Uint8Array.from(atob(arguments[0]), (it) => it.charCodeAt(0));
             const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
             return new Response(stream).json()",
            &[event["awslogs"]["data"].clone()],
        );
        assert_eq!(unpacked["logGroup"], group, "{unpacked}");
        assert_eq!(unpacked["logEvents"][0]["message"], "ERROR no milk\n");
        assert_eq!(unpacked["logEvents"].as_array().map(Vec::len), Some(1));
        page.expect_quiet_console();
    });
}

/// Confirms whom it is told to, refuses others, thinks for too long about one, and tells tokens what tea is
/// liked.
const POOL: &str = "\
import time

def lambda_handler(event, context):
    if event['userName'] == 'sid':
        time.sleep(7)
    if event['userName'] == 'eve':
        raise Exception('no eavesdroppers')
    if event['userName'] == 'bob':
        return 'ok'
    if event['triggerSource'].startswith('TokenGeneration'):
        event['response']['claimsOverrideDetails'] = {'claimsToAddOrOverride': {'tea': 'green'}}
    return event
";

#[test]
fn people_sign_up_and_in_and_functions_are_asked() {
    visit(|page| {
        let file = uploads::write(page.folder(), "gate.py", POOL);
        page.upload_as(&file, "gate");
        page.configure("timeout", "30");
        create(page, "Cognito user pool", "people", || {});
        created(page, "people");
        for (place, trigger) in ["PreSignUp", "PreTokenGeneration"].into_iter().enumerate() {
            wire(page, "people", "gate", || {
                page.choose(&card("people", "[data-testid=wire-trigger]"), trigger);
            });
            wired(page, "people", place + 1);
        }
        wire(page, "people", "gate", || {
            page.choose(&card("people", "[data-testid=wire-trigger]"), "PreSignUp");
        });
        page.wait_until("one function a trigger", || {
            page.text(&card("people", "[data-testid=wire-form] .field-error"))
                .is_some_and(|it| it.starts_with("The user pool has a function for PreSignUp."))
        });

        let ask = |action: &str, user: &str, fields: &[(&str, &str)]| {
            page.choose(&card("people", "[data-testid=pool-action]"), action);
            page.fill(&card("people", "[data-testid=pool-user]"), user);
            for (field, value) in fields {
                page.fill(
                    &card("people", &format!("[data-testid=pool-{field}]")),
                    value,
                );
            }
            page.click(&card("people", "[data-testid=pool-ask]"));
        };
        let result = |words: &str| {
            page.wait_until(words, || {
                page.text(&card("people", "[data-testid=pool-result]"))
                    .is_some_and(|it| it.contains(words))
            });
        };
        let users = || {
            page.text(&card("people", "[data-testid=pool-users]"))
                .unwrap_or_default()
        };
        let account = [("password", "Correct-horse-7"), ("email", "x@example.com")];

        ask(
            "Sign up",
            "ada",
            &[("password", "tea"), ("email", "x@example.com")],
        );
        result(
            "InvalidPasswordException: Password did not conform with policy: Password not long enough",
        );
        ask("Sign up", "eve", &account);
        result("UserLambdaValidationException: PreSignUp failed with error no eavesdroppers.");
        ask("Sign up", "bob", &account);
        result("InvalidLambdaResponseException: Unrecognizable lambda output");
        assert_eq!(users(), "");

        // Cognito waits for five seconds, three times; the invocations go on to their end.
        ask("Sign up", "sid", &account);
        result(
            "UnexpectedLambdaException: PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
        );
        let call = card("people", ".pool-record:first-child [data-testid=pool-call]");
        let late = [1, 2, 3]
            .map(|it| format!("PreSignUp \u{2192} gate, attempt {it}: no answer within 5.00 s"));
        eventually_eq!(page, page.texts(&call), late);
        assert_eq!(users(), "");
        page.click(&call);
        page.wait_until(
            "the first of them is shown, which took its seven seconds",
            || (700_000..800_000).contains(&page.report().duration_centimillis),
        );

        ask("Sign up", "ada", &account);
        result("\"UserConfirmed\":false");
        assert!(users().contains("UNCONFIRMED"), "{}", users());
        ask("Sign in", "ada", &account[..1]);
        result("UserNotConfirmedException");
        let code: String = users().chars().filter(char::is_ascii_digit).collect();
        ask("Confirm", "ada", &[("code", "000")]);
        result("CodeMismatchException");
        ask("Confirm", "ada", &[("code", &code)]);
        result("{}");
        page.wait_until("the user is confirmed", || {
            users().contains("CONFIRMED") && !users().contains("UNCONFIRMED")
        });
        ask("Sign in", "ada", &account[..1]);
        result("\"tea\":\"green\"");

        // Who is in the pool outlives the tab.
        page.wait_until_saved("\"tea\":\"green\"");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the user is back", || {
            users().contains("x@example.com (verified)")
        });
        eventually!(
            page,
            page.text(&card("people", "[data-testid=pool-last]"))
                .is_some_and(|it| it.contains("green"))
        );
        page.expect_quiet_console();
    });
}

/// Asks for a sum, three times at most.
const SUMS: &str = "\
def lambda_handler(event, context):
    request, response = event['request'], event['response']
    session = request.get('session', [])
    if event['triggerSource'] == 'PreSignUp_SignUp':
        response['autoConfirmUser'] = True
    elif event['triggerSource'] == 'DefineAuthChallenge_Authentication':
        response['issueTokens'] = bool(session) and session[-1]['challengeResult']
        response['failAuthentication'] = len(session) >= 3 and not response['issueTokens']
        response['challengeName'] = 'CUSTOM_CHALLENGE'
    elif event['triggerSource'] == 'CreateAuthChallenge_Authentication':
        response['publicChallengeParameters'] = {'sum': '2 + %d' % len(session)}
        response['privateChallengeParameters'] = {'answer': str(2 + len(session))}
        response['challengeMetadata'] = 'SUM'
    else:
        answer = request['privateChallengeParameters']['answer']
        response['answerCorrect'] = answer == request['challengeAnswer']
    return event
";

#[test]
fn people_sign_in_by_challenges_that_functions_set() {
    visit(|page| {
        let file = uploads::write(page.folder(), "sums.py", SUMS);
        page.upload_as(&file, "sums");
        create(page, "Cognito user pool", "people", || {});
        created(page, "people");
        let triggers = [
            "PreSignUp",
            "DefineAuthChallenge",
            "CreateAuthChallenge",
            "VerifyAuthChallengeResponse",
        ];
        for (place, trigger) in triggers.into_iter().enumerate() {
            wire(page, "people", "sums", || {
                page.choose(&card("people", "[data-testid=wire-trigger]"), trigger);
            });
            wired(page, "people", place + 1);
        }
        let ask = |action: &str, fields: &[(&str, &str)]| {
            page.choose(&card("people", "[data-testid=pool-action]"), action);
            for (field, value) in fields {
                let field = format!("[data-testid=pool-{field}]");
                page.fill(&card("people", &field), value);
            }
            page.click(&card("people", "[data-testid=pool-ask]"));
        };
        // What was asked last stands first.
        let first = card(
            "people",
            ".pool-record:first-child [data-testid=pool-result]",
        );
        let result = |words: &str| {
            page.wait_until(words, || {
                page.text(&first).is_some_and(|it| it.contains(words))
            });
        };
        ask(
            "Sign up",
            &[
                ("user", "ada"),
                ("password", "Correct-horse-7"),
                ("email", "ada@example.com"),
            ],
        );
        result("\"UserConfirmed\":true");
        ask("Answer the challenge", &[("answer", "2")]);
        result("NotAuthorizedException: Invalid session for the user.");
        ask("Sign in by challenge", &[("password", "")]);
        result("\"sum\":\"2 + 0\"");
        let users = card("people", "[data-testid=pool-users]");
        page.wait_until("the challenge is told", || {
            page.text(&users)
                .is_some_and(|it| it.contains("has to answer {\"sum\":\"2 + 0\"}"))
        });
        ask("Answer the challenge", &[("answer", "7")]);
        result("\"sum\":\"2 + 1\"");
        // A challenge outlives the tab.
        page.wait_until_saved("2 + 1");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the pool is back", || page.has(&first));
        ask("Answer the challenge", &[("user", "ada"), ("answer", "3")]);
        result("\"cognito:username\":\"ada\"");

        ask("Sign in by challenge", &[("user", "ada"), ("password", "")]);
        result("\"sum\":\"2 + 0\"");
        for sum in ["\"sum\":\"2 + 1\"", "\"sum\":\"2 + 2\""] {
            ask("Answer the challenge", &[("answer", "7")]);
            result(sum);
        }
        ask("Answer the challenge", &[("answer", "7")]);
        result("NotAuthorizedException: Incorrect username or password.");
        page.expect_quiet_console();
    });
}

/// Has not answered yet when the session is cleared.
const SLOW: &str = "\
def lambda_handler(event, context):
    while True:
        pass
";

#[test]
fn a_pool_can_be_asked_again_if_the_session_ends_before_the_answer() {
    visit(|page| {
        let file = uploads::write(page.folder(), "slow.py", SLOW);
        page.upload_as(&file, "slow");
        page.measure();
        page.configure("timeout", "60");
        create(page, "Cognito user pool", "people", || {});
        created(page, "people");
        wire(page, "people", "slow", || {
            page.choose(&card("people", "[data-testid=wire-trigger]"), "PreSignUp");
        });
        wired(page, "people", 1);
        for (field, value) in [
            ("user", "ada"),
            ("password", "Correct-horse-7"),
            ("email", "x@example.com"),
        ] {
            let field = format!("[data-testid=pool-{field}]");
            page.fill(&card("people", &field), value);
        }
        let ask = card("people", "[data-testid=pool-ask]");
        page.click(&ask);
        page.wait_until("the function is asked", || !page.is_enabled(&ask));
        page.workspace("[data-testid=clear]");
        page.wait_until("nobody waits for it any more", || page.is_enabled(&ask));
        page.expect_quiet_console();
    });
}
