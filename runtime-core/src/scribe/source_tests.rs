//! Sources: who is told what, when schedules are due, what is wrong with settings.

mod sent;

use super::*;
use crate::platform::*;
use crate::timeline::*;
use crate::units::*;
use base64::Engine;
use serde_json::{Value, json};
use std::io::Read;

const F: FunctionId = FunctionId(1);
const S: SourceId = SourceId(1);

/// A session of one function that is never run, one queue, and a scribe.
struct World {
    platform: Platform,
    payloads: Payloads,
    session: SessionMeta,
    timeline: Timeline,
    timers: Vec<(Moment, Timer)>,
    now: Moment,
    queue: QueueId,
}

impl World {
    fn new() -> Self {
        let mut world = World {
            platform: Platform::default(),
            payloads: Payloads::default(),
            session: SessionMeta {
                seed: SessionSeed(1),
                // 2026-11-24T12:00:00Z
                unix_millis: 1_795_521_600_000,
            },
            timeline: Timeline::default(),
            timers: Vec::new(),
            now: Moment::START,
            queue: QueueId(1),
        };
        world.input(Input::ConfigureFunction {
            function: F,
            configuration: Box::new(crate::scribe::tests::function("f")),
        });
        world.input(Input::ConfigureQueue {
            queue: QueueId(1),
            configuration: Box::new(QueueConfiguration::named("incoming")),
        });
        world
    }

    fn input(&mut self, input: Input) {
        let mut out = Out::default();
        self.platform.handle(self.now, input, &mut out);
        self.follow(out);
    }

    fn follow(&mut self, out: Out) {
        for fact in out.facts {
            self.timeline.push(self.now, fact);
        }
        for effect in out.effects {
            if let Effect::SetTimer { at, timer } = effect {
                self.timers.push((at, timer));
            } else if let Some(input) = answer(
                &self.platform,
                &mut self.payloads,
                self.session,
                self.now,
                effect,
            ) {
                self.input(input);
            }
        }
    }

    fn source(&mut self, name: &str, kind: SourceKind, wires: Vec<Wire>) {
        let configuration = SourceConfiguration {
            name: name.to_owned(),
            kind,
            wires,
        };
        assert_eq!(check_source(S, &configuration, &self.platform), []);
        self.input(Input::ConfigureSource {
            source: S,
            configuration: Box::new(configuration),
        });
    }

    fn happen(&mut self, happening: &Happening) {
        let bytes = serde_json::to_vec(happening).unwrap();
        let happening = self.payloads.add(bytes);
        self.input(Input::Happen {
            source: S,
            happening,
        });
    }

    /// The events that the function was told, in order.
    fn told(&self) -> Vec<Value> {
        let entries = self.timeline.entries().iter();
        let events = entries.filter_map(|entry| match &entry.event {
            LifecycleEvent::Async(AsyncFact::EventAccepted { source, event, .. }) => {
                assert_eq!(*source, AsyncSource::Source { source: S });
                Some(*event)
            }
            _ => None,
        });
        let read = events.map(|event| self.payloads.get(event));
        read.map(|bytes| serde_json::from_slice(&bytes).unwrap())
            .collect()
    }

    /// The bodies of the messages in the queue.
    fn messages(&self) -> Vec<Value> {
        let entries = self.timeline.entries().iter();
        let bodies = entries.filter_map(|entry| match &entry.event {
            LifecycleEvent::Queue(QueueFact::MessageSent { body, sender, .. }) => {
                assert_eq!(*sender, Sender::Source { source: S });
                Some(*body)
            }
            _ => None,
        });
        let read = bodies.map(|body| self.payloads.get(body));
        read.map(|bytes| serde_json::from_slice(&bytes).unwrap())
            .collect()
    }

    /// Goes on to the next timer of a schedule; when that was.
    fn next_schedule(&mut self) -> Option<Moment> {
        let place = self.timers.iter().position(|(_, timer)| {
            matches!(timer, Timer::Schedule { .. }) && self.platform.awaits(*timer)
        })?;
        let (at, timer) = self.timers.remove(place);
        self.now = at;
        self.input(Input::TimerFired(timer));
        Some(at)
    }
}

fn to_function(interest: Interest) -> Wire {
    Wire::new(Destination::Function(F), interest)
}

fn objects(events: ObjectEvents, prefix: &str, suffix: &str) -> Wire {
    to_function(Interest::Objects {
        events,
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
    })
}

fn schedule(owner: ScheduleOwner, expression: &str) -> SourceKind {
    SourceKind::Schedule(ScheduleConfiguration::of(owner, expression))
}

fn seconds(moment: Moment) -> u64 {
    moment.as_nanos() / 1_000_000_000
}

#[test]
fn a_bucket_tells_of_objects_whose_keys_fit() {
    let mut world = World::new();
    let wires = vec![
        objects(ObjectEvents::Created, "photos/", ".jpg"),
        objects(ObjectEvents::Removed, "", ""),
    ];
    world.source("uploads", SourceKind::Bucket, wires);
    for key in ["photos/a b.jpg", "photos/a.png", "texts/a.jpg"] {
        world.happen(&Happening::ObjectPut {
            key: key.to_owned(),
            size: 7,
            e_tag: None,
            class: StorageClass::Standard,
            body: None,
        });
    }
    world.happen(&Happening::ObjectDeleted {
        key: "texts/a.jpg".to_owned(),
    });
    world.happen(&Happening::ObjectPut {
        key: "photos/ü.jpg".to_owned(),
        size: 0,
        e_tag: Some("d41d8cd98f00b204e9800998ecf8427e".to_owned()),
        class: StorageClass::Glacier,
        body: None,
    });
    let told = world.told();
    let seen = told.iter().map(|event| {
        let record = &event["Records"][0];
        (&record["eventName"], &record["s3"]["object"]["key"])
    });
    let wanted = [
        (&json!("ObjectCreated:Put"), &json!("photos/a+b.jpg")),
        (&json!("ObjectRemoved:Delete"), &json!("texts/a.jpg")),
        (&json!("ObjectCreated:Put"), &json!("photos/%C3%BC.jpg")),
    ];
    assert!(seen.eq(wanted), "{told:?}");
    let objects = told
        .iter()
        .map(|event| &event["Records"][0]["s3"]["object"]);
    let sequencers = objects.clone().map(|it| it["sequencer"].as_str().unwrap());
    assert!(sequencers.clone().is_sorted() && sequencers.clone().all(|it| it.len() == 18));
    let last = objects.clone().next_back().unwrap();
    assert_eq!(last["eTag"], "d41d8cd98f00b204e9800998ecf8427e");
    // What was deleted has neither size nor contents.
    let removed = &told[1]["Records"][0]["s3"]["object"];
    assert!(removed.get("size").is_none() && removed.get("eTag").is_none());
    assert_eq!(told[0]["Records"][0]["s3"]["bucket"]["name"], "uploads");
    assert_eq!(told[0]["Records"][0]["s3"]["object"]["size"], 7);
    assert_eq!(
        told[0]["Records"][0]["eventTime"],
        "2026-11-24T12:00:00.000Z"
    );
}

#[test]
fn a_topic_asks_filter_policies_and_writes_for_each_subscriber() {
    let mut world = World::new();
    let policy = Interest::Messages {
        policy: r#"{"store": ["berlin"]}"#.to_owned(),
        on_body: false,
    };
    let body = Interest::Messages {
        policy: r#"{"total": [{"numeric": [">", 10]}]}"#.to_owned(),
        on_body: true,
    };
    let to_queue = Wire::new(Destination::Queue(world.queue), body);
    world.source(
        "orders",
        SourceKind::Topic,
        vec![to_function(policy), to_queue],
    );
    for (store, total) in [("berlin", 5), ("berlin", 20), ("paris", 30)] {
        let attributes = json!({ "store": store });
        world.happen(&Happening::Published {
            message: json!({ "total": total }).to_string(),
            subject: None,
            attributes: attributes.as_object().cloned().unwrap_or_default(),
        });
    }
    let totals = |values: Vec<&Value>| {
        let texts = values.into_iter().filter_map(Value::as_str);
        let read = texts.map(|text| serde_json::from_str::<Value>(text).unwrap());
        read.map(|it| it["total"].clone()).collect::<Vec<_>>()
    };
    let told = world.told();
    let said = told.iter().map(|it| &it["Records"][0]["Sns"]["Message"]);
    assert_eq!(totals(said.collect()), [json!(5), json!(20)]);
    let messages = world.messages();
    let said = messages.iter().map(|it| &it["Message"]);
    assert_eq!(totals(said.collect()), [json!(20), json!(30)]);
    assert_eq!(messages[0]["Type"], "Notification");
    assert_eq!(
        messages[0]["TopicArn"],
        "arn:aws:sns:us-east-1:123456789012:orders"
    );
    assert!(messages[0]["UnsubscribeURL"].is_string());
    // Both subscribers of one message see the same id, different messages have different ones.
    assert_eq!(
        told[1]["Records"][0]["Sns"]["MessageId"],
        messages[0]["MessageId"]
    );
    assert_ne!(messages[0]["MessageId"], messages[1]["MessageId"]);
}

#[test]
fn a_bus_tells_of_events_that_match() {
    let mut world = World::new();
    let pattern = Interest::Pattern(r#"{"detail": {"state": [{"prefix": "ru"}]}}"#.to_owned());
    world.source("default", SourceKind::Bus, vec![to_function(pattern)]);
    for state in ["running", "stopped"] {
        let detail = json!({ "state": state });
        world.happen(&Happening::EventPut {
            source: "shop.orders".to_owned(),
            detail_type: "State".to_owned(),
            detail: detail.as_object().cloned().unwrap_or_default(),
            resources: Vec::new(),
        });
    }
    let told = world.told();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["detail-type"], "State");
    assert_eq!(told[0]["detail"], json!({"state": "running"}));
}

#[test]
fn an_iot_rule_makes_the_event_of_what_it_selects() {
    let mut world = World::new();
    let sql = "SELECT celsius * 2 AS twice FROM 'rooms/+/heat' WHERE celsius > 20";
    world.source(
        "home",
        SourceKind::Iot,
        vec![to_function(Interest::Sql(sql.to_owned()))],
    );
    for (topic, celsius) in [
        ("rooms/1/heat", 30),
        ("rooms/1/heat", 10),
        ("rooms/1/light", 30),
    ] {
        world.happen(&Happening::Telemetry {
            topic: topic.to_owned(),
            payload: json!({ "celsius": celsius }),
        });
    }
    assert_eq!(world.told(), [json!({"twice": 60})]);
}

#[test]
fn schedules_are_due_at_their_times_and_outlive_the_tab() {
    let mut world = World::new();
    // A rate begins when it is made.
    world.now = Moment::START + Span::from_secs(10);
    let kind = schedule(ScheduleOwner::Rule, "rate(5 minutes)");
    world.source("often", kind, vec![to_function(Interest::Everything)]);
    let due = [world.next_schedule(), world.next_schedule()];
    assert_eq!(due.map(|it| it.map(seconds)), [Some(310), Some(610)]);
    let told = world.told();
    assert_eq!(told[0]["detail-type"], "Scheduled Event");
    assert_eq!(told[0]["time"], "2026-11-24T12:05:10Z");
    assert_eq!(
        told[0]["resources"],
        json!(["arn:aws:events:us-east-1:123456789012:rule/often"])
    );
    assert_ne!(told[0]["id"], told[1]["id"]);

    let mut out = Out::default();
    world.platform = Platform::reopen(&world.timeline, &mut out);
    world.timers.clear();
    world.follow(out);
    assert_eq!(world.next_schedule().map(seconds), Some(910));

    // Quarter past every hour, and once.
    let kind = schedule(ScheduleOwner::Rule, "cron(15 * * * ? *)");
    world.source("hourly", kind, vec![to_function(Interest::Everything)]);
    assert_eq!(world.next_schedule().map(seconds), Some(4_500));
    let kind = schedule(ScheduleOwner::Scheduler, "at(2026-11-24T14:00:00)");
    world.source("once", kind, vec![to_function(Interest::Everything)]);
    assert_eq!(world.next_schedule().map(seconds), Some(7_200));
    assert_eq!(world.next_schedule(), None);
    assert_eq!(world.told().last().unwrap()["source"], "aws.scheduler");
}

#[cfg(feature = "zones")]
#[test]
fn a_schedule_is_due_by_the_clocks_of_its_time_zone() {
    // Half a summer: from 2026-03-28T12:00:00Z on.
    let mut world = World::new();
    world.session.unix_millis = 1_774_699_200_000;
    let in_zone = |zone: &str| match schedule(ScheduleOwner::Scheduler, "cron(30 2 * * ? *)") {
        SourceKind::Schedule(schedule) => SourceKind::Schedule(ScheduleConfiguration {
            zone: Some(zone.to_owned()),
            ..schedule
        }),
        other => other,
    };
    let fit = [
        ("Europe/Paris", "2026-03-30T00:30:00Z"),
        ("America/New_York", "2026-03-29T06:30:00Z"),
        ("UTC", "2026-03-29T02:30:00Z"),
    ];
    for (zone, wanted) in fit {
        world.source(
            "nightly",
            in_zone(zone),
            vec![to_function(Interest::Everything)],
        );
        world.next_schedule();
        assert_eq!(world.told().last().unwrap()["time"], wanted, "{zone}");
        world.now = Moment::START;
    }
}

fn flexible(expression: &str, minutes: u32) -> SourceKind {
    SourceKind::Schedule(ScheduleConfiguration {
        window_minutes: Some(minutes),
        ..ScheduleConfiguration::of(ScheduleOwner::Scheduler, expression)
    })
}

/// The moments of the first invocations, in nanoseconds.
fn invocations(mut world: World, kind: SourceKind, count: usize) -> Vec<u64> {
    world.source("mine", kind, vec![to_function(Interest::Everything)]);
    let next = std::iter::from_fn(|| world.next_schedule());
    next.take(count).map(Moment::as_nanos).collect()
}

#[test]
fn a_schedule_is_due_between_its_dates() {
    let between = |start: Option<&str>, end: Option<&str>, expression: &str| {
        let kind = SourceKind::Schedule(ScheduleConfiguration {
            start: start.map(str::to_owned),
            end: end.map(str::to_owned),
            ..ScheduleConfiguration::of(ScheduleOwner::Scheduler, expression)
        });
        let moments = invocations(World::new(), kind, 9);
        let minutes = moments.into_iter().map(|it| it / 60_000_000_000);
        minutes.collect::<Vec<_>>()
    };
    // The session begins at 12:00.
    let (start, end) = (Some("2026-11-24T12:30:00Z"), Some("2026-11-24T14:30:00Z"));
    assert_eq!(between(start, end, "rate(1 hour)"), [30, 90, 150]);
    assert_eq!(between(start, end, "cron(0 * * * ? *)"), [60, 120]);
    assert_eq!(between(None, end, "rate(1 hour)"), [60, 120]);
    let long_ago = Some("2026-11-01T00:50:00.500Z");
    assert_eq!(between(long_ago, end, "rate(1 hour)"), [50, 110]);
    // One-time schedules ignore both.
    assert_eq!(between(start, end, "at(2026-11-24T12:10:00)"), [10]);
    assert_eq!(between(start, end, "at(2026-11-24T20:00:00)"), [480]);
}

#[test]
fn a_flexible_time_window_has_each_invocation_once_and_the_same_again() {
    const MINUTE: u64 = 60_000_000_000;
    let all = || invocations(World::new(), flexible("rate(10 minutes)", 5), 200);
    let moments = all();
    for (place, moment) in (1..).zip(&moments) {
        let late = moment - place * 10 * MINUTE;
        assert!(late <= 5 * MINUTE, "{place}: {late}");
    }
    let late = moments.iter().map(|it| it % (10 * MINUTE));
    let early = late.filter(|it| *it < 150 * 1_000_000_000).count();
    assert!(
        (60..140).contains(&early),
        "{early} of 200 in the first half"
    );
    assert_eq!(moments, all(), "the same session");
    let mut other = World::new();
    other.session.seed = SessionSeed(2);
    assert_ne!(
        moments,
        invocations(other, flexible("rate(10 minutes)", 5), 200)
    );
    // Windows that overlap: sixty scheduled times have their invocations within 60 and 90 minutes.
    let moments = invocations(World::new(), flexible("rate(1 minute)", 30), 200);
    assert!(moments.is_sorted_by(|one, other| one < other));
    let until = |minutes: u64| moments.iter().filter(|it| **it <= minutes * MINUTE).count();
    assert!(
        until(60) < 60 && until(90) >= 60,
        "{} {}",
        until(60),
        until(90)
    );
    let mut ended = ScheduleConfiguration::of(ScheduleOwner::Scheduler, "rate(1 minute)");
    ended.window_minutes = Some(1_440);
    ended.end = Some("2026-11-24T13:00:00Z".to_owned());
    let moments = invocations(World::new(), SourceKind::Schedule(ended), 99);
    assert_eq!(moments.len(), 60, "none is lost, and none is late");
    assert!(moments.iter().all(|it| *it <= 60 * MINUTE));
    let once = flexible("at(2026-11-24T14:00:00)", 10);
    let moments = invocations(World::new(), once, 9);
    assert_eq!(moments.len(), 1);
    assert!((120 * MINUTE..=130 * MINUTE).contains(&moments[0]));
}

#[test]
fn dates_and_windows_that_scheduler_would_refuse_are_refused() {
    let said = |change: fn(&mut ScheduleConfiguration), owner| {
        let mut schedule = ScheduleConfiguration::of(owner, "rate(1 hour)");
        change(&mut schedule);
        refused(SourceKind::Schedule(schedule), Interest::Everything)
    };
    let scheduler = |change| said(change, ScheduleOwner::Scheduler);
    assert_eq!(
        scheduler(|it| it.start = Some("tomorrow".to_owned())),
        "The start date: \"tomorrow\" is no date with a time of day."
    );
    assert_eq!(
        scheduler(|it| it.end = Some("2026-02-30T00:00:00Z".to_owned())),
        "The end date: \"2026-02-30T00:00:00Z\" is no date with a time of day."
    );
    assert_eq!(
        scheduler(|it| {
            it.start = Some("2026-12-02T00:00:00Z".to_owned());
            it.end = Some("2026-12-01T00:00:00Z".to_owned());
        }),
        "The end date: the schedule ends before it starts."
    );
    assert_eq!(
        scheduler(|it| it.window_minutes = Some(1_441)),
        "The flexible time window: 1441 minutes are no flexible time window."
    );
    assert!(!scheduler(|it| it.window_minutes = Some(0)).is_empty());
    assert_eq!(scheduler(|it| it.window_minutes = Some(1_440)), "");
    assert_eq!(
        said(|it| it.window_minutes = Some(5), ScheduleOwner::Rule),
        "A rule's schedule has no start, no end and no flexible time window."
    );
}

#[test]
fn settings_of_before_there_were_dates_windows_and_inputs_are_read() {
    let before = json!({
        "name": "nightly",
        "kind": { "schedule": {
            "owner": "scheduler", "expression": "rate(1 hour)", "enabled": true, "input": null,
        } },
        "wires": [{ "target": { "function": 1 }, "interest": "everything" }],
    });
    let read: SourceConfiguration = serde_json::from_value(before).unwrap();
    let schedule = ScheduleConfiguration::of(ScheduleOwner::Scheduler, "rate(1 hour)");
    assert_eq!(read.kind, SourceKind::Schedule(schedule));
    assert_eq!(read.wires, [to_function(Interest::Everything)]);
}

#[test]
fn a_rules_target_gets_the_event_a_part_of_it_or_something_else() {
    let mut world = World::new();
    let pattern = || Interest::Pattern(r#"{"source": ["shop"]}"#.to_owned());
    let to_queue = Wire::new(Destination::Queue(world.queue), pattern());
    let with = |input: TargetInput, wire: &Wire| Wire {
        input,
        ..wire.clone()
    };
    let path = |path: &str| TargetInput::Path(path.to_owned());
    let constant = |text: &str| TargetInput::Constant(text.to_owned());
    let to_function = to_function(pattern());
    let wires = vec![
        with(TargetInput::Event, &to_function),
        with(path("$.detail.items[1]"), &to_function),
        with(path("$.detail.nobody"), &to_function),
        with(constant("{\n \"told\": 1.50}"), &to_function),
        with(path("$.detail-type"), &to_queue),
        with(constant(" [1,  2] "), &to_queue),
    ];
    world.source("default", SourceKind::Bus, wires);
    let put = |source: &str| Happening::EventPut {
        source: source.to_owned(),
        detail_type: "Order placed".to_owned(),
        detail: json!({ "items": ["tea", { "sku": 7 }] })
            .as_object()
            .cloned()
            .unwrap_or_default(),
        resources: Vec::new(),
    };
    // What does not match the pattern is not told, whatever the target would get.
    world.happen(&put("elsewhere"));
    assert_eq!(world.told(), [] as [Value; 0]);
    world.happen(&put("shop"));
    let told = world.told();
    assert_eq!(told[0]["detail"]["items"][0], "tea");
    assert_eq!(
        told[1..],
        [json!({"sku": 7}), Value::Null, json!({"told": 1.5})]
    );
    assert_eq!(world.messages(), [json!("Order placed"), json!([1, 2])]);
}

/// CloudWatch Logs API reference, PutLogEvents: any client can put log events into a log group.
#[test]
fn subscription_filters_are_asked_of_what_clients_put() {
    let mut world = World::new();
    let other = FunctionId(2);
    world.input(Input::ConfigureFunction {
        function: other,
        configuration: Box::new(crate::scribe::tests::function("g")),
    });
    let wires = vec![to_function(Interest::LogEvents("ERROR".to_owned()))];
    world.source("/aws/lambda/g", SourceKind::LogGroup(other), wires);
    let put = |message: &str| Happening::LogPut {
        stream: "client".to_owned(),
        message: message.to_owned(),
    };
    world.happen(&put("INFO all is well"));
    assert_eq!(world.told(), [] as [Value; 0]);
    world.happen(&put("ERROR no tea"));
    let told = world.told();
    let data = base64::engine::general_purpose::STANDARD
        .decode(told[0]["awslogs"]["data"].as_str().unwrap())
        .unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&data[..])
        .read_to_string(&mut text)
        .unwrap();
    let data: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(data["logGroup"], "/aws/lambda/g");
    assert_eq!(data["logStream"], "client");
    assert_eq!(data["logEvents"][0]["message"], "ERROR no tea");
    assert_eq!(data["logEvents"].as_array().unwrap().len(), 1);
    // Of another kind of source nobody is told.
    world.source(
        "news",
        SourceKind::Topic,
        vec![to_function(Interest::Everything)],
    );
    world.happen(&put("ERROR no tea"));
    assert_eq!(world.told().len(), 1);
}

/// A transformer with these variables.
fn transformed(variables: &[(&str, &str)], template: &str) -> TargetInput {
    let paths = variables.iter();
    let paths = paths.map(|(name, path)| ((*name).to_owned(), (*path).to_owned()));
    TargetInput::Transformed(Box::new(InputTransformer {
        paths: paths.collect(),
        template: template.to_owned(),
    }))
}

#[test]
fn a_template_makes_what_a_rules_target_gets() {
    let mut world = World::new();
    let variables = [("said", "$.detail.said"), ("nobody", "$.detail.nobody")];
    let with = |template: &str, target: Destination| Wire {
        input: transformed(&variables, template),
        ..Wire::new(target, Interest::Everything)
    };
    let function = to_function(Interest::Everything).target;
    let queue = Destination::Queue(world.queue);
    let wires = vec![
        with(
            r#"{"rule": <aws.events.rule-name>, "arn": <aws.events.rule-arn>, "at": <aws.events.event.ingestion-time>}"#,
            function,
        ),
        with(r#"{"said": <said>, "nobody": <nobody>}"#, function),
        with(r#""said <said>""#, function),
        with(r#""said <said>""#, queue),
        with("<aws.events.event>", queue),
    ];
    world.source("shop", SourceKind::Bus, wires);
    let put = |said: &str| Happening::EventPut {
        source: "shop".to_owned(),
        detail_type: "Said".to_owned(),
        detail: json!({ "said": said })
            .as_object()
            .cloned()
            .unwrap_or_default(),
        resources: Vec::new(),
    };
    world.happen(&put("tea"));
    let told = world.told();
    let at = told[0]["at"].clone();
    assert_eq!(
        told,
        [
            json!({
                "rule": "shop-1",
                "arn": "arn:aws:events:us-east-1:123456789012:rule/shop/shop-1",
                "at": at,
            }),
            json!({"said": "tea", "nobody": ""}),
            json!("said tea"),
        ]
    );
    let messages = world.messages();
    assert_eq!(messages[0], "said tea");
    assert_eq!(messages[1]["detail-type"], "Said");
    assert_eq!(messages[1]["time"], at);
    assert!(messages[1].get("detail").is_none());
}

/// EventBridge user guide, "Common issues with transforming input": "EventBridge doesn't escape values". Lambda
/// takes no event that is not JSON (InvalidRequestContentException).
#[test]
fn a_function_refuses_what_a_template_makes_that_is_no_json() {
    let mut world = World::new();
    let wire = Wire {
        input: transformed(&[("said", "$.detail.said")], r#""said <said>""#),
        ..to_function(Interest::Everything)
    };
    world.source("default", SourceKind::Bus, vec![wire]);
    world.happen(&Happening::EventPut {
        source: "shop".to_owned(),
        detail_type: "Said".to_owned(),
        detail: json!({ "said": "a \"b\"" })
            .as_object()
            .cloned()
            .unwrap_or_default(),
        resources: Vec::new(),
    });
    let entries = world.timeline.entries().iter();
    let mut refused = entries.filter_map(|entry| match &entry.event {
        LifecycleEvent::RequestRejected { rejection, .. } => Some(*rejection),
        _ => None,
    });
    let place = Rejection::InvalidJson {
        line: 1,
        column: 10,
    };
    assert_eq!(refused.next(), Some(place));
}

#[test]
fn inputs_that_eventbridge_would_refuse_are_refused() {
    let said = |kind: SourceKind, interest: Interest, input: TargetInput| {
        let world = World::new();
        let wire = Wire {
            input,
            ..to_function(interest)
        };
        let configuration = SourceConfiguration {
            name: "mine".to_owned(),
            kind,
            wires: vec![wire],
        };
        let errors = check_source(S, &configuration, &world.platform);
        assert!(
            errors
                .iter()
                .all(|it| !it.hint().is_empty() && it.wire == Some(0))
        );
        let texts = errors.iter().map(ToString::to_string);
        texts.collect::<Vec<_>>().join("\n")
    };
    let bus = |input| said(SourceKind::Bus, Interest::Everything, input);
    assert_eq!(
        bus(TargetInput::Constant("{\"a\":\n hello}".to_owned())),
        "The input is not JSON: line 2, column 2."
    );
    assert_eq!(
        bus(TargetInput::Constant(format!("\"{}\"", "x".repeat(8_191)))),
        "The input has more than 8192 characters."
    );
    assert_eq!(
        bus(TargetInput::Path("detail".to_owned())),
        "The input path: line 1, column 1: a path begins with $."
    );
    assert_eq!(bus(TargetInput::Path("$.detail".to_owned())), "");
    // What a target would get of several parts is not published: a wildcard is refused where it stands.
    for (path, column) in [
        ("$.detail.items[*].sku", 16),
        ("$.detail.*", 10),
        ("$..sku", 3),
    ] {
        let refused = bus(TargetInput::Path(path.to_owned()));
        let place = format!("The input path: line 1, column {column}: ");
        assert!(refused.starts_with(&place), "{path}: {refused}");
    }
    assert_eq!(
        bus(transformed(&[], r#"{"a": <b>}"#)),
        "The input template: line 1, column 7: contains invalid placeholder b."
    );
    assert_eq!(
        bus(transformed(&[("b", "detail")], r#"{"a": <b>}"#)),
        "The variable \"b\": line 1, column 1: a path begins with $."
    );
    assert_eq!(bus(transformed(&[("b", "$.detail")], r#"{"a": <b>}"#)), "");
    assert_eq!(
        said(
            SourceKind::Topic,
            Interest::Everything,
            TargetInput::Path("$.detail".to_owned())
        ),
        "Only targets of a bus have an input of their own."
    );
}

#[test]
fn a_schedule_that_is_off_or_changed_is_not_due() {
    let mut world = World::new();
    let kind = |enabled| {
        SourceKind::Schedule(ScheduleConfiguration {
            enabled,
            input: Some(r#"{"mine": 1}"#.to_owned()),
            ..ScheduleConfiguration::of(ScheduleOwner::Rule, "rate(1 minute)")
        })
    };
    world.source("often", kind(true), vec![to_function(Interest::Everything)]);
    world.source(
        "often",
        kind(false),
        vec![to_function(Interest::Everything)],
    );
    assert_eq!(world.next_schedule(), None);
    world.source("often", kind(true), vec![to_function(Interest::Everything)]);
    assert_eq!(world.next_schedule().map(seconds), Some(60));
    assert_eq!(world.told(), [json!({"mine": 1})]);
    world.input(Input::DeleteSource { source: S });
    assert_eq!(world.next_schedule(), None);
}

/// EventBridge API reference, PutTargets: it adds targets to a rule, which stays what it is.
#[test]
fn a_target_more_does_not_begin_a_rate_anew() {
    let mut world = World::new();
    world.now = Moment::START + Span::from_secs(10);
    let kind = || schedule(ScheduleOwner::Rule, "rate(5 minutes)");
    let to_function = to_function(Interest::Everything);
    world.source("often", kind(), vec![to_function.clone()]);
    world.now = Moment::START + Span::from_secs(100);
    let to_queue = Wire::new(Destination::Queue(world.queue), Interest::Everything);
    let both = vec![to_function.clone(), to_queue];
    world.source("often", kind(), both);
    assert_eq!(world.next_schedule().map(seconds), Some(310));
    assert_eq!((world.told().len(), world.messages().len()), (1, 1));

    // Neither does it in the next tab, and one target less does no more.
    world.source("often", kind(), vec![to_function.clone()]);
    let mut out = Out::default();
    world.platform = Platform::reopen(&world.timeline, &mut out);
    world.timers.clear();
    world.follow(out);
    assert_eq!(world.next_schedule().map(seconds), Some(610));

    // Another rate is another beginning.
    world.now = Moment::START + Span::from_secs(700);
    let other = schedule(ScheduleOwner::Rule, "rate(10 minutes)");
    world.source("often", other, vec![to_function]);
    assert_eq!(world.next_schedule().map(seconds), Some(1_300));
}

#[test]
fn what_no_target_can_take_is_said() {
    let mut world = World::new();
    world.source(
        "often",
        schedule(ScheduleOwner::Rule, "rate(1 minute)"),
        vec![to_function(Interest::Everything)],
    );
    world.input(Input::DeleteFunction { function: F });
    world.next_schedule();
    assert_eq!(world.told(), [] as [Value; 0]);
    let undelivered = world.timeline.entries().iter().any(|entry| {
        matches!(
            entry.event,
            LifecycleEvent::Source(SourceFact::Undelivered {
                target: Destination::Function(F),
                ..
            })
        )
    });
    assert!(undelivered);
}

#[cfg(feature = "zones")]
#[test]
fn what_is_wrong_with_a_source_is_said() {
    let world = World::new();
    let said = |name: &str, kind: SourceKind, wires: Vec<Wire>| {
        let configuration = SourceConfiguration {
            name: name.to_owned(),
            kind,
            wires,
        };
        let errors = check_source(S, &configuration, &world.platform);
        assert!(errors.iter().all(|error| !error.hint().is_empty()));
        let texts = errors.iter().map(ToString::to_string);
        texts.collect::<Vec<_>>().join("\n")
    };
    let rule = |expression| schedule(ScheduleOwner::Rule, expression);
    let everything = || vec![to_function(Interest::Everything)];
    assert_eq!(said("r", rule("rate(1 minute)"), everything()), "");
    assert!(said("r", rule("rate(0 minutes)"), everything()).contains("rate"));
    assert!(!said("r", rule("cron(0 0 31 2 ? *"), everything()).is_empty());
    assert!(!said("r", rule("at(2026-11-24T14:00:00)"), everything()).is_empty());
    let in_zone = |owner, zone: &str| {
        SourceKind::Schedule(ScheduleConfiguration {
            zone: Some(zone.to_owned()),
            ..ScheduleConfiguration::of(owner, "cron(30 8 * * ? *)")
        })
    };
    let scheduler = |zone: &str| said("s", in_zone(ScheduleOwner::Scheduler, zone), everything());
    assert_eq!(scheduler("Europe/Paris"), "");
    assert_eq!(
        scheduler("Europe/Atlantis"),
        "The time zone: there is no time zone \"Europe/Atlantis\"."
    );
    assert_eq!(
        said(
            "r",
            in_zone(ScheduleOwner::Rule, "Europe/Paris"),
            everything()
        ),
        "A rule's schedule is in UTC."
    );
    assert!(said("Uploads", SourceKind::Bucket, Vec::new()).contains("name"));
    let overlapping = vec![
        objects(ObjectEvents::Created, "photos/", ""),
        objects(ObjectEvents::Created, "photos/2026/", ".jpg"),
    ];
    assert!(
        said("uploads", SourceKind::Bucket, overlapping).starts_with(
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules"
        )
    );
    let apart = vec![
        objects(ObjectEvents::Created, "photos/", ".jpg"),
        objects(ObjectEvents::Created, "photos/", ".png"),
        objects(ObjectEvents::Removed, "photos/", ".jpg"),
    ];
    assert_eq!(said("uploads", SourceKind::Bucket, apart), "");
    let unknown = Interest::Pattern(r#"{"detail": {"a": [{"starts": 1}]}}"#.to_owned());
    let error = said("default", SourceKind::Bus, vec![to_function(unknown)]);
    assert!(
        error.contains("starts") && error.contains("line 1"),
        "{error}"
    );
    let foreign = said(
        "default",
        SourceKind::Bus,
        vec![objects(ObjectEvents::Created, "", "")],
    );
    assert_eq!(
        foreign,
        "The target waits for something that this source never tells."
    );
    let gone = Wire::new(Destination::Queue(QueueId(9)), Interest::Everything);
    assert_eq!(
        said("t", SourceKind::Topic, vec![gone]),
        "The target is not there."
    );
}

/// What is wrong with a source of one wire to the function, in one text.
fn refused(kind: SourceKind, interest: Interest) -> String {
    let world = World::new();
    let configuration = SourceConfiguration {
        name: "mine".to_owned(),
        kind,
        wires: vec![to_function(interest)],
    };
    let errors = check_source(S, &configuration, &world.platform);
    assert!(errors.iter().all(|error| !error.hint().is_empty()));
    let texts = errors.iter().map(ToString::to_string);
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_malformed_cron_expression_is_refused_at_its_place() {
    let said = |expression| {
        let kind = schedule(ScheduleOwner::Rule, expression);
        refused(kind, Interest::Everything)
    };
    assert_eq!(
        said("cron(0 25 * * ? *)"),
        "line 1, column 8: hours has no 25"
    );
    assert!(said("cron(0 12 * * *)").contains("has six fields, and this has 5"));
    assert!(said("cron(0 12 * * ? *").contains("the closing parenthesis is missing"));
    assert!(said("at noon").contains("this is no schedule expression"));
}

#[test]
fn a_rate_of_zero_is_refused_at_its_place() {
    let kind = schedule(ScheduleOwner::Scheduler, "rate(0 minutes)");
    assert_eq!(
        refused(kind, Interest::Everything),
        "line 1, column 6: a rate of 0 never ends"
    );
}

#[test]
fn a_filter_policy_over_the_size_limit_is_refused() {
    let said = |length: usize| {
        let policy = format!(r#"{{"store": ["{}"]}}"#, "x".repeat(length));
        let on_body = false;
        refused(SourceKind::Topic, Interest::Messages { policy, on_body })
    };
    assert_eq!(said(262_144 - 15), "");
    assert!(said(262_144).contains("262144"), "{}", said(262_144));
}

#[test]
fn a_pattern_with_an_unknown_operator_is_refused_at_its_place() {
    let pattern = r#"{"detail": {"total": [{"over": 5}]}}"#;
    let said = refused(SourceKind::Bus, Interest::Pattern(pattern.to_owned()));
    assert!(said.starts_with("line 1, column 24: "), "{said}");
    assert!(said.contains("over"), "{said}");
}
