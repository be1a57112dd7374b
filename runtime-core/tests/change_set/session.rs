//! Names and ids of what is there, streams, sources, aliases.

use crate::{changed, changed_by, said, sam};
use runtime_core::change_set::{Account, FieldKind, Order};
use runtime_core::platform::{Input, Out, Platform};
use runtime_core::protocol;
use runtime_core::timeline::{
    Destination, Interest, KeyAttribute, KeyKind, QueueConfiguration, ScheduleConfiguration,
    ScheduleOwner, SourceConfiguration, SourceKind, StreamConfiguration, StreamView, TableKey,
    TargetInput, Wire,
};
use runtime_core::units::{Moment, QueueId, SourceId, StreamId};

const SHOP: &str = "  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.run
      CodeUri: orders/
      AutoPublishAlias: live
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 }
      FunctionUrlConfig: { AuthType: NONE }
      EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failed.Arn } } }
      Events:
        Jobs: { Type: SQS, Properties: { Queue: !GetAtt Waiting.Arn, BatchSize: 5 } }
        Tick: { Type: Schedule, Properties: { Schedule: rate(5 minutes) } }
        Placed: { Type: EventBridgeRule, Properties: { Pattern: { source: [shop] } } }
        News: { Type: SNS, Properties: { Topic: !Ref Topic } }
        Photo: { Type: S3, Properties: { Bucket: !Ref Photos, Events: 's3:ObjectCreated:*' } }
  Waiting:
    Type: AWS::SQS::Queue
    Properties: { QueueName: waiting, RedrivePolicy: { deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 3 } }
  Failed: { Type: 'AWS::SQS::Queue', Properties: { QueueName: failed } }
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: news } }
  Photos: { Type: 'AWS::S3::Bucket' }
";

/// Makes what a template says on a platform, as a session does.
fn make(platform: &mut Platform) -> runtime_core::change_set::ChangeSet {
    let set = changed_by(&Order {
        template: sam(SHOP).into_bytes(),
        account: Account::of(platform),
        ..Order::default()
    });
    let mut input = |input| platform.handle(Moment::START, input, &mut Out::default());
    for queue in set.queues.clone() {
        input(Input::ConfigureQueue {
            queue: queue.id,
            configuration: Box::new(queue.configuration),
        });
    }
    for function in set.functions.clone() {
        input(Input::ConfigureFunction {
            function: function.id,
            configuration: Box::new(function.configuration),
        });
    }
    for mapping in set.mappings.clone() {
        input(Input::ConfigureMapping {
            mapping: mapping.id,
            configuration: Box::new(mapping.configuration),
        });
    }
    for source in set.sources.clone() {
        input(Input::ConfigureSource {
            source: source.id,
            configuration: Box::new(source.configuration),
        });
    }
    set
}

#[test]
fn a_second_import_makes_everything_beside_the_first() {
    let mut platform = Platform::default();
    let first = make(&mut platform);
    assert_eq!(first.functions[0].configuration.name, "Orders");
    assert_eq!(first.functions[0].taken, None);
    assert!(first.sources.iter().all(|it| !it.exists));
    let second = make(&mut platform);
    let function = &second.functions[0];
    assert_eq!(function.configuration.name, "Orders-2");
    assert_eq!(function.taken.as_deref(), Some("Orders"));
    let names: Vec<&str> = platform.queues().map(|(_, it)| it.name.as_str()).collect();
    assert_eq!(names, ["waiting", "failed", "waiting-2", "failed-2"]);
    // What names another part of the template names the new one.
    let failed = second.queues[1].id;
    let redrive = second.queues[0].configuration.redrive.unwrap();
    assert_eq!(redrive.dead_letter_queue, failed);
    let asynchronous = function.configuration.asynchronous;
    assert_eq!(asynchronous.on_failure, Some(Destination::Queue(failed)));
    let mapping = &second.mappings[0].configuration;
    assert_eq!(mapping.function, function.id);
    assert_eq!(mapping.queue(), Some(second.queues[0].id));
    // The account has one default bus, which tells both.
    let buses: Vec<_> = second.sources.iter().filter(|it| it.exists).collect();
    assert_eq!(buses.len(), 1);
    assert_eq!(buses[0].configuration.name, "default");
    assert_eq!(buses[0].configuration.wires.len(), 2);
    let mut sources: Vec<String> = platform
        .sources()
        .map(|(_, it)| format!("{} {}", it.kind.name(), it.name))
        .collect();
    sources.sort();
    assert_eq!(
        sources,
        [
            "EventBridge bus default",
            "EventBridge scheduled rule OrdersTick",
            "EventBridge scheduled rule OrdersTick-2",
            "S3 bucket photos",
            "S3 bucket photos-2",
            "SNS topic news",
            "SNS topic news-2",
        ]
    );
}

#[test]
fn what_is_there_is_never_changed_but_for_further_targets() {
    let mut platform = Platform::default();
    let queue = QueueConfiguration::named("waiting");
    let wire = Wire::new(Destination::Queue(QueueId(7)), Interest::Everything);
    let bus = SourceConfiguration {
        name: "default".to_owned(),
        kind: SourceKind::Bus,
        wires: vec![wire.clone()],
    };
    let mut input = |input| platform.handle(Moment::START, input, &mut Out::default());
    input(Input::ConfigureQueue {
        queue: QueueId(7),
        configuration: Box::new(queue.clone()),
    });
    input(Input::ConfigureSource {
        source: SourceId(4),
        configuration: Box::new(bus),
    });
    let set = make(&mut platform);
    assert_eq!(platform.queue_configuration(QueueId(7)), Some(&queue));
    assert_eq!(set.queues[0].id, QueueId(8));
    let bus = platform
        .sources()
        .find(|(id, _)| *id == SourceId(4))
        .unwrap()
        .1;
    assert_eq!(bus.wires.first(), Some(&wire));
    assert_eq!(bus.wires.len(), 2);
}

#[test]
fn aliases_urls_and_provisioned_concurrency_come_along() {
    let set = changed(&sam(SHOP));
    let function = &set.functions[0];
    assert_eq!(function.aliases.len(), 1);
    assert_eq!(function.aliases[0].name, "live");
    assert_eq!(function.aliases[0].version.to_string(), "1");
    assert_eq!(function.aliases[0].provisioned, Some(3));
    let url = function.url.as_ref();
    assert!(url.is_some_and(|it| !it.signed && !it.streamed && it.cors.is_none()));
}

#[test]
fn too_much_reserved_concurrency_is_said_and_left_out() {
    let function = "  A:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.12, Handler: a.b, InlineCode: x, ReservedConcurrentExecutions: 500 }
";
    let mut order = Order {
        template: sam(function).into_bytes(),
        ..Order::default()
    };
    assert_eq!(
        changed_by(&order).functions[0]
            .configuration
            .reserved_concurrency,
        Some(500)
    );
    order.account.concurrency = Some(200);
    let set = changed_by(&order);
    assert_eq!(set.functions[0].configuration.reserved_concurrency, None);
    let remark = set
        .remarks
        .iter()
        .map(said)
        .find(|it| it.contains("reserved concurrency"));
    assert!(remark.is_some_and(|it| it.starts_with("line 3: changed A")));
}

#[test]
fn parameters_and_imports_are_fields_with_their_faults() {
    let text = "Parameters:
  Stage: { Type: String, Default: test, AllowedValues: [test, prod] }
  Size: { Type: Number, MinValue: 128, MaxValue: 512, Description: In MB. }
Resources:
  A:
    Type: AWS::SQS::Queue
    Properties: { QueueName: !Join ['-', [!Ref Stage, !ImportValue shared]], DelaySeconds: !Ref Size }
";
    let mut order = Order {
        template: text.as_bytes().to_vec(),
        ..Order::default()
    };
    let fields = changed_by(&order).fields;
    let names: Vec<&str> = fields.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Stage", "Size", "shared"]);
    assert_eq!(fields[0].fault, None);
    assert_eq!(fields[0].allowed, ["test", "prod"]);
    assert!(fields[1].fault.is_some());
    assert_eq!(fields[1].constraints, ["128 to 512"]);
    assert_eq!(fields[2].kind, FieldKind::Import);
    order.parameters.insert("Size".to_owned(), "9".to_owned());
    order
        .parameters
        .insert("Stage".to_owned(), "dev".to_owned());
    let fields = changed_by(&order).fields;
    let fault = |place: usize| fields[place].fault.clone().unwrap();
    assert!(
        fault(0).contains("must be one of AllowedValues"),
        "{}",
        fault(0)
    );
    assert!(fault(1).contains("not less than 128"), "{}", fault(1));
    order.parameters.insert("Size".to_owned(), "200".to_owned());
    order
        .parameters
        .insert("Stage".to_owned(), "prod".to_owned());
    order.imports.insert("shared".to_owned(), "jobs".to_owned());
    let set = changed_by(&order);
    assert!(set.fields.iter().all(|it| it.fault.is_none()));
    assert_eq!(set.queues[0].configuration.name, "prod-jobs");
}

#[test]
fn a_change_set_travels() {
    let set = changed(&sam(SHOP));
    let message = protocol::encode(&Ok::<_, runtime_core::change_set::TemplateFault>(
        set.clone(),
    ));
    let answer: Result<
        runtime_core::change_set::ChangeSet,
        runtime_core::change_set::TemplateFault,
    > = protocol::decode(&message).unwrap();
    assert_eq!(answer, Ok(set));
    let mut platform = Platform::default();
    make(&mut platform);
    // Nothing may be left out of a message where it has its default value.
    let mut account = Account::of(&platform);
    let stream = StreamConfiguration::kinesis("clicks", 2);
    account.streams.push((StreamId(9), stream));
    let schedule = ScheduleConfiguration {
        start: Some("2026-12-01T09:00:00Z".to_owned()),
        window_minutes: Some(15),
        ..ScheduleConfiguration::of(ScheduleOwner::Scheduler, "rate(1 hour)")
    };
    let part = Wire {
        input: TargetInput::Path("$.detail".to_owned()),
        ..Wire::new(Destination::Queue(QueueId(1)), Interest::Everything)
    };
    let bus = SourceConfiguration {
        name: "shop".to_owned(),
        kind: SourceKind::Bus,
        wires: vec![part],
    };
    account.sources.push((SourceId(8), bus));
    let source = SourceConfiguration {
        name: "hourly".to_owned(),
        kind: SourceKind::Schedule(schedule),
        wires: Vec::new(),
    };
    account.sources.push((SourceId(9), source));
    let order = Order {
        template: vec![1, 2, 3],
        account,
        ..Order::default()
    };
    let again: Order = protocol::decode(&protocol::encode(&order)).unwrap();
    assert_eq!(again, order);
}

#[test]
fn what_polls_nothing_that_is_made_says_so() {
    let set = changed(&sam("  A:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      InlineCode: x
      Events: { Changes: { Type: DynamoDB, Properties: { Stream: !GetAtt Quiet.StreamArn, StartingPosition: LATEST } } }
  Quiet: { Type: 'AWS::Serverless::SimpleTable' }
"));
    assert!(set.mappings.is_empty());
    let all: Vec<String> = set.remarks.iter().map(said).collect();
    let expected = "line 3: skipped A: Changes: what it polls is not made here.";
    assert!(all.iter().any(|it| it == expected), "{all:?}");
}

#[test]
fn a_table_keeps_its_key() {
    let set = changed(&sam("  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{ AttributeName: customer, AttributeType: S }, { AttributeName: at, AttributeType: N }]
      KeySchema: [{ AttributeName: customer, KeyType: HASH }, { AttributeName: at, KeyType: RANGE }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
"));
    let attribute = |name: &str, kind| KeyAttribute {
        name: name.to_owned(),
        kind,
    };
    let key = TableKey {
        partition: attribute("customer", KeyKind::S),
        sort: Some(attribute("at", KeyKind::N)),
    };
    let wanted = StreamConfiguration::keyed_table("Orders", StreamView::NewImage, key);
    assert_eq!(set.streams[0].configuration, wanted);
}

/// Destinations are made before the functions whose records go there, and those of the account are found.
#[test]
fn topics_buses_and_buckets_take_records() {
    let template = sam(
        "  Work:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.run
      CodeUri: work/
      DeadLetterQueue: { Type: SNS, TargetArn: !Ref Topic }
      EventInvokeConfig:
        DestinationConfig:
          OnSuccess: { Type: EventBridge, Destination: !Sub 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default' }
          OnFailure: { Type: S3Bucket, Destination: !GetAtt Failures.Arn }
      Events:
        Clicks:
          Type: Kinesis
          Properties:
            Stream: !GetAtt Stream.Arn
            StartingPosition: LATEST
            DestinationConfig: { OnFailure: { Type: S3, Destination: !GetAtt Failures.Arn } }
  Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: clicks, ShardCount: 1 } }
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: dead } }
  Failures: { Type: 'AWS::S3::Bucket' }
",
    );
    let mut platform = Platform::default();
    let taken = SourceConfiguration {
        name: "default".to_owned(),
        kind: SourceKind::Bus,
        wires: Vec::new(),
    };
    platform.handle(
        Moment::START,
        Input::ConfigureSource {
            source: SourceId(5),
            configuration: Box::new(taken),
        },
        &mut Out::default(),
    );
    let set = changed_by(&Order {
        template: template.into_bytes(),
        account: Account::of(&platform),
        ..Order::default()
    });
    let id = |name: &str| {
        let mut sources = set.sources.iter();
        sources.find(|it| it.configuration.name == name).unwrap().id
    };
    assert_eq!(id("default"), SourceId(5));
    let settings = set.functions[0].configuration.asynchronous;
    let (failures, dead) = (id("failures"), id("dead"));
    assert_eq!(settings.on_success, Some(Destination::Source(SourceId(5))));
    assert_eq!(settings.on_failure, Some(Destination::Source(failures)));
    assert_eq!(settings.dead_letter_queue, Some(dead.into()));
    let read = set.mappings[0].configuration.records().unwrap();
    assert_eq!(read.failures.on_failure, Some(failures.into()));
    // It goes to the page in as few bytes as possible.
    let sent = protocol::encode(&set);
    let received: runtime_core::change_set::ChangeSet = protocol::decode(&sent).unwrap();
    assert_eq!(received.functions, set.functions);
    assert_eq!(received.mappings, set.mappings);
}
