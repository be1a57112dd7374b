//! Streams: records become batches, what fails blocks its shard and is bisected, a table's changes reach a
//! function, a window keeps its state; all of it across a reload.
#![allow(clippy::panic, reason = "these are tests")]

use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit};

/// The third record fails.
const NUMBERS: &str = "\
import base64, json

def lambda_handler(event, context):
    data = [json.loads(base64.b64decode(it['kinesis']['data'])) for it in event['Records']]
    numbers = [it['n'] for it in data]
    print('records', numbers, event['Records'][0]['kinesis']['partitionKey'])
    if 3 in numbers:
        raise ValueError('three')
";

/// Says what became of a table's items.
const CHANGES: &str = "\
import json

def lambda_handler(event, context):
    for record in event['Records']:
        change = record['dynamodb']
        images = [change.get('OldImage'), change.get('NewImage')]
        print(record['eventName'], json.dumps(change['Keys']), json.dumps(images))
";

/// Says of each record of a topic where it lies and what it says.
const TOPIC: &str = "\
import base64

seen = []

def text(value):
    return base64.b64decode(value).decode()

def lambda_handler(event, context):
    for place, records in event['records'].items():
        for it in records:
            seen.append(f\"{place}@{it['offset']} {text(it['key'])} {text(it['value'])}\")
    print(event['eventSource'], seen)
";

/// Takes messages of both brokers; the first time not.
const JOBS: &str = "\
import base64

calls = 0
seen = []

def lambda_handler(event, context):
    global calls
    calls += 1
    if calls == 1:
        raise Exception('not yet')
    messages = event.get('messages') or event['rmqMessagesByQueue']['parcels::/']
    seen.extend(base64.b64decode(it['data']).decode() for it in messages)
    print(event['eventSource'], seen)
";

const FORM: &str = ".streams > .facts [data-testid=stream-form] ";

/// Opens something that folds, in the card of a stream or in the panel.
fn unfold(page: &Page, stream: Option<&str>, title: &str) {
    let opened = page.script(
        "const [stream, title] = arguments;
         const root = document.querySelector(stream === null ? '.streams' : `[data-stream=${stream}]`);
         const within = stream === null ? ':scope > .facts > summary' : 'summary';
         const summary = [...root.querySelectorAll(within)].find((it) => it.textContent === title);
         if (!summary.parentElement.open) summary.click();
         return true",
        &[stream.into(), title.into()],
    );
    assert_eq!(opened, true);
}

fn of(page: &Page, stream: &str, testid: &str) -> String {
    let css = format!("[data-stream={stream}] [data-testid={testid}]");
    page.text(&css).unwrap_or_default()
}

/// A new stream of a kind, with other fields of the form filled in.
fn create(page: &Page, kind: &str, name: &str, fields: &[(&str, &str)]) {
    page.wait_until("the panel", || page.has("[data-testid=streams]"));
    unfold(page, None, "New stream");
    page.choose(&format!("{FORM}[data-testid=stream-kind]"), kind);
    page.fill(&format!("{FORM}[data-testid=stream-name]"), name);
    for (field, value) in fields {
        page.fill(&format!("{FORM}[data-testid={field}]"), value);
    }
    page.click(&format!("{FORM}[data-testid=save-stream]"));
    page.wait_until(name, || page.has(&format!("[data-stream={name}]")));
}

/// A mapping of a stream to the function that is selected.
fn map(page: &Page, stream: &str, change: impl FnOnce(&str)) {
    unfold(page, Some(stream), "Let a function read it");
    let form = format!("[data-stream={stream}] [data-testid=reader-form] ");
    change(&form);
    page.click(&format!("{form}[data-testid=save-reader]"));
    page.wait_until("the mapping", || {
        page.has(&format!("[data-stream={stream}] [data-testid=reader]"))
    });
}

fn put(page: &Page, stream: &str, key: &str, data: &str, count: u32) {
    let field = |name: &str| format!("[data-stream={stream}] [data-testid={name}]");
    page.fill(&field("record-key"), key);
    page.fill(&field("record-data"), data);
    page.fill(&field("record-count"), &count.to_string());
    page.click(&field("put-records"));
}

fn queue(page: &Page, name: &str) {
    let form = ".queues > .facts [data-testid=queue-form] ";
    page.wait_until("queues", || page.has(".queues > .facts"));
    page.click(".queues > .facts > summary");
    page.fill(&format!("{form}[data-testid=queue-name]"), name);
    page.click(&format!("{form}[data-testid=save-queue]"));
    page.wait_until(name, || page.has(&format!("[data-queue={name}]")));
}

#[test]
fn a_batch_that_fails_blocks_its_shard_and_is_bisected() {
    visit(|page| {
        let file = uploads::write(page.folder(), "tally.py", NUMBERS);
        page.upload_as(&file, "tally");
        queue(page, "discards");
        create(
            page,
            "Kinesis data stream",
            "clicks",
            &[("stream-shards", "2")],
        );
        map(page, "clicks", |form| {
            page.click(&format!("{form}[data-testid=reader-bisect]"));
            page.fill(&format!("{form}[data-testid=reader-retries]"), "1");
            page.choose(
                &format!("{form}[data-testid=reader-destination]"),
                "discards",
            );
        });
        put(page, "clicks", "visitor-1", "{\"n\": {n}}", 4);
        let shards = || of(page, "clicks", "shards");
        page.wait_until("the blocked shard", || {
            let shards = shards();
            shards.contains("of 2 records blocks it: function error")
                || shards.contains("of 1 record blocks it: function error")
        });
        eventually!(
            page,
            page.has("[data-stream=clicks] .shard[data-kind=blocked]")
        );
        // What waits for its retry is tried again in the next tab.
        page.wait_until_saved("BatchReturned");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the end", || {
            of(page, "clicks", "reader-counts").starts_with("3 handled · 1 discarded")
        });
        eventually_eq!(page, of(page, "clicks", "stream-counts"), "4 records");
        let discarded = || page.text("[data-queue=discards] [data-testid=messages]");
        page.wait_until("what was discarded", || {
            discarded()
                .is_some_and(|it| it.contains("KinesisBatchInfo") || it.contains("requestContext"))
        });
        // The map knows the stream and where its discards go.
        page.click("[data-testid=map-as-list]");
        page.wait_until("the map", || {
            let rows = page.texts("[data-testid=map-list] tbody tr").join(" ");
            rows.contains("clicks") && rows.contains("stream") && rows.contains("Producers")
        });
        page.expect_quiet_console();
    });
}

#[test]
fn a_tables_changes_reach_a_function_with_their_images() {
    visit(|page| {
        let file = uploads::write(page.folder(), "changes.py", CHANGES);
        page.upload_as(&file, "changes");
        create(page, "DynamoDB table", "orders", &[("table-key", "order")]);
        map(page, "orders", |_| {});
        let field = |name: &str| format!("[data-stream=orders] [data-testid={name}]");
        let item = |text: &str| page.fill(&field("item-text"), text);
        let log = |what: &str| {
            page.wait_until(what, || page.log().contains(what));
        };
        item("{\"order\": \"a1\", \"state\": \"new\"}");
        page.click(&field("put-item"));
        log(
            "INSERT {\"order\": {\"S\": \"a1\"}} [null, {\"order\": {\"S\": \"a1\"}, \"state\": {\"S\": \"new\"}}]",
        );
        eventually_eq!(
            page,
            of(page, "orders", "stream-counts"),
            "1 item · 1 change"
        );

        // The table is there after a reload, and what it was is in the next change.
        page.wait_until_saved("RecordsDone");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the items", || of(page, "orders", "items").contains("a1"));
        item("{\"order\": \"a1\", \"paid\": 12.5}");
        page.fill(&field("item-remove"), "state");
        page.click(&field("update-item"));
        log(
            "MODIFY {\"order\": {\"S\": \"a1\"}} [{\"order\": {\"S\": \"a1\"}, \"state\": {\"S\": \"new\"}}, {\"order\": {\"S\": \"a1\"}, \"paid\": {\"N\": \"12.5\"}}]",
        );
        eventually!(
            page,
            of(page, "orders", "items").contains("{\"paid\":12.5}")
        );
        page.click("[data-stream=orders] [data-testid=items] .button-danger");
        log(
            "REMOVE {\"order\": {\"S\": \"a1\"}} [{\"order\": {\"S\": \"a1\"}, \"paid\": {\"N\": \"12.5\"}}, null]",
        );
        page.wait_until("no item", || {
            of(page, "orders", "stream-counts") == "0 items · 3 changes"
        });

        // What does not fit the key is refused, in DynamoDB's words.
        item("{\"order\": 1}");
        page.click(&field("put-item"));
        page.wait_until("the mistake", || {
            let told = page.texts("[data-stream=orders] .field-error").join(" ");
            told.contains("Type mismatch for key order expected: S actual: N")
        });
        page.expect_quiet_console();
    });
}

#[test]
fn clicks_are_counted_in_a_windows_state() {
    visit(|page| {
        page.add_sample("Clicks (Python)", "clicks");
        create(page, "Kinesis data stream", "visits", &[]);
        // What AWS refuses is refused.
        unfold(page, Some("visits"), "Let a function read it");
        let form = "[data-stream=visits] [data-testid=reader-form] ";
        page.fill(&format!("{form}[data-testid=reader-batch]"), "10001");
        page.fill(&format!("{form}[data-testid=reader-tumbling]"), "soon");
        page.click(&format!("{form}[data-testid=save-reader]"));
        let refused = || page.texts(&format!("{form}.field-error")).join(" ");
        page.wait_until("nonsense", || refused().contains("not a whole number"));
        page.fill(&format!("{form}[data-testid=reader-tumbling]"), "901");
        page.click(&format!("{form}[data-testid=save-reader]"));
        page.wait_until("the ranges", || {
            let refused = refused();
            refused.contains("Value '10001' at 'batchSize'")
                && refused.contains("Value '901' at 'tumblingWindowInSeconds'")
        });
        map(page, "visits", |form| {
            page.fill(&format!("{form}[data-testid=reader-batch]"), "100");
            page.fill(&format!("{form}[data-testid=reader-tumbling]"), "900");
        });
        let window = || of(page, "visits", "windows");
        put(page, "visits", "visitor-{n}", "{\"page\": \"/tea\"}", 3);
        page.wait_until("the first state", || {
            window().contains("{\"/tea\": 3}") || window().contains("{\"/tea\":3}")
        });
        page.wait_until_saved("StateReturned");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the panel", || page.has("[data-stream=visits]"));
        put(page, "visits", "visitor-{n}", "{\"page\": \"/tea\"}", 2);
        // An environment of another tab goes on with what the last one left.
        page.wait_until("the second state", || window().contains("5}"));
        page.expect_quiet_console();
    });
}

#[test]
fn records_of_a_topic_reach_a_function_in_the_order_of_their_partition() {
    visit(|page| {
        let file = uploads::write(page.folder(), "topic.py", TOPIC);
        page.upload_as(&file, "topic");
        let partitions = [("topic-partitions", "3")];
        create(page, "Kafka topic", "orders", &partitions);
        unfold(page, Some("orders"), "Let a function read it");
        let form = "[data-stream=orders] [data-testid=reader-form] ";
        let filters = format!("{form}[data-testid=reader-filters]");
        page.fill(&filters, "{\"value\": {\"order\": [{\"larger\": 1}]}}");
        page.click(&format!("{form}[data-testid=save-reader]"));
        page.wait_until("the filter is refused", || {
            page.texts(&format!("{form}.field-error"))
                .join(" ")
                .contains("there is no operator \"larger\"")
        });
        map(page, "orders", |_| {
            page.fill(
                &filters,
                "{\"value\": {\"order\": [{\"numeric\": [\">\", 1]}]}}",
            );
        });
        put(page, "orders", "customer-1", "{\"order\": {n}}", 3);
        let handled = || of(page, "orders", "reader-counts");
        page.wait_until("what the filter lets through", || {
            handled().starts_with("2 handled · 1 filtered out")
        });
        // One key is one partition, and its offsets count what is filtered out as well.
        let log = page.wait("the records", || {
            let log = page.log();
            log.contains("\"order\": 3").then_some(log)
        });
        let told = |partition: u32| {
            format!(
                "aws:kafka ['orders-{partition}@1 customer-1 {{\"order\": 2}}', 'orders-{partition}@2 customer-1 {{\"order\": 3}}']"
            )
        };
        assert!((0..3).any(|it| log.contains(&told(it))), "{log}");
        // The topic remembers how far it was read.
        page.wait_until_saved("RecordsDone");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the panel", || page.has("[data-stream=orders]"));
        put(page, "orders", "customer-1", "{\"order\": 7}", 1);
        page.wait_until("the next record", || {
            handled().starts_with("3 handled · 1 filtered out")
        });
        eventually!(page, page.log().contains("@3 customer-1 {\"order\": 7}"));
        page.expect_quiet_console();
    });
}

#[test]
fn a_topic_of_ones_own_kafka_is_told_by_its_servers() {
    visit(|page| {
        let file = uploads::write(page.folder(), "topic.py", TOPIC);
        page.upload_as(&file, "topic");
        create(page, "Kafka topic", "orders", &[("topic-partitions", "1")]);
        unfold(page, Some("orders"), "Let a function read it");
        let form = "[data-stream=orders] [data-testid=reader-form] ";
        page.click(&format!("{form}[data-testid=reader-self-managed]"));
        page.click(&format!("{form}[data-testid=save-reader]"));
        put(page, "orders", "customer-1", "{\"order\": {n}}", 1);
        eventually!(page, page.log().contains("SelfManagedKafka ['orders-0@0"));
        page.expect_quiet_console();
    });
}

#[test]
fn brokers_messages_are_taken_once_they_are_handled() {
    visit(|page| {
        let file = uploads::write(page.folder(), "jobs.py", JOBS);
        page.upload_as(&file, "jobs");
        create(page, "ActiveMQ queue", "letters", &[]);
        create(page, "RabbitMQ queue", "parcels", &[]);
        map(page, "letters", |_| {});
        let send = |queue: &str, text: &str, count: &str| {
            let field = |name: &str| format!("[data-stream={queue}] [data-testid={name}]");
            page.fill(&field("record-data"), text);
            page.fill(&field("record-count"), count);
            page.click(&field("put-records"));
        };
        // What fails is tried again; a broker's queue has no shards to split it over.
        send("letters", "letter {n}", "2");
        page.wait_until("handled at the second attempt", || {
            of(page, "letters", "reader-counts").starts_with("2 handled")
        });
        eventually!(page, page.log().contains("aws:mq ['letter 1', 'letter 2']"));
        map(page, "parcels", |_| {});
        send("parcels", "parcel {n}", "2");
        page.wait_until("handled", || {
            of(page, "parcels", "reader-counts").starts_with("2 handled")
        });
        eventually!(
            page,
            page.log()
                .contains("aws:rmq ['letter 1', 'letter 2', 'parcel 1', 'parcel 2']")
        );
        eventually_eq!(page, of(page, "letters", "stream-counts"), "0 messages");
        page.expect_quiet_console();
    });
}
