//! Queues, messages, mappings and asynchronous invocation against the limits of AWS.

use super::super::tests::{F, configuration};
use super::*;
use crate::platform::{Input, MAPPING_CHANGE, Out, Platform, Timer};
use crate::timeline::{
    AsyncConfiguration, Destination, MappingConfiguration, ProvisionedPollers, QueueConfiguration,
    Redrive,
};
use crate::units::{FunctionId, MappingId, Moment, QueueId, Span};

const STANDARD: QueueId = QueueId(1);
const FIFO: QueueId = QueueId(2);
const NEW: QueueId = QueueId(9);

fn platform() -> Platform {
    let mut platform = Platform::default();
    let mut send = |input| platform.handle(Moment::START, input, &mut Out::default());
    send(Input::ConfigureFunction {
        function: F,
        configuration: configuration(None),
    });
    for (queue, name) in [(STANDARD, "orders"), (FIFO, "line.fifo")] {
        send(Input::ConfigureQueue {
            queue,
            configuration: Box::new(QueueConfiguration::named(name)),
        });
    }
    platform
}

fn queue(change: impl FnOnce(&mut QueueConfiguration)) -> Vec<QueueError> {
    let mut configuration = QueueConfiguration::named("new");
    change(&mut configuration);
    validate_queue(&configuration, NEW, &platform())
}

fn mapping(queue: QueueId, change: impl FnOnce(&mut MappingConfiguration)) -> Vec<QueueError> {
    let mut configuration = MappingConfiguration::between(queue, F);
    change(&mut configuration);
    validate_mapping(&configuration, MappingId(1), &platform())
}

#[test]
fn queues_have_the_limits_of_the_api() {
    assert_eq!(queue(|_| {}), []);
    for name in ["", ".fifo", "a b", "a.b", &"n".repeat(81)] {
        let errors = queue(|it| it.name = name.to_owned());
        assert_eq!(errors, [QueueError::Name(name.to_owned())]);
    }
    assert_eq!(queue(|it| it.name = "n".repeat(80)), []);
    assert_eq!(queue(|it| it.name = "n.fifo".into()), []);
    let taken = queue(|it| it.name = "orders".into());
    assert_eq!(taken, [QueueError::NameTaken("orders".into())]);
    let secs = Span::from_secs;
    assert_eq!(queue(|it| it.visibility_timeout = secs(43_200)), []);
    let errors = queue(|it| {
        it.visibility_timeout = secs(43_201);
        it.delay = secs(901);
        it.retention = secs(59);
    });
    assert_eq!(
        errors,
        [
            QueueError::Visibility(secs(43_201)),
            QueueError::Delay(secs(901)),
            QueueError::Retention(secs(59)),
        ]
    );
    let kind = validate_queue(&QueueConfiguration::named("plain"), FIFO, &platform());
    assert_eq!(kind, [QueueError::KindChanged]);
}

#[test]
fn a_dead_letter_queue_is_of_the_same_kind() {
    let redrive = |queue, maximum_receives| {
        Some(Redrive {
            dead_letter_queue: queue,
            maximum_receives,
        })
    };
    assert_eq!(queue(|it| it.redrive = redrive(STANDARD, 1_000)), []);
    for (to, receives, error) in [
        (STANDARD, 0, QueueError::Receives(0)),
        (STANDARD, 1_001, QueueError::Receives(1_001)),
        (FIFO, 3, QueueError::DeadLetterKind),
        (NEW, 3, QueueError::DeadLetterQueue),
        (QueueId(77), 3, QueueError::DeadLetterQueue),
    ] {
        assert_eq!(queue(|it| it.redrive = redrive(to, receives)), [error]);
    }
}

#[test]
fn mappings_have_the_limits_of_the_api() {
    let secs = Span::from_secs;
    assert_eq!(mapping(STANDARD, |_| {}), []);
    let large = |it: &mut MappingConfiguration| {
        it.batch_size = 10_000;
        it.window = secs(300);
        it.limit_concurrency(Some(1_000));
    };
    assert_eq!(mapping(STANDARD, large), []);
    let size = |size, most| QueueError::BatchSize { size, most };
    assert_eq!(
        mapping(STANDARD, |it| it.batch_size = 11),
        [QueueError::BatchNeedsWindow]
    );
    assert_eq!(mapping(STANDARD, |it| it.batch_size = 0), [size(0, 10_000)]);
    assert_eq!(mapping(FIFO, |it| it.batch_size = 11), [size(11, 10)]);
    assert_eq!(
        mapping(FIFO, |it| it.window = secs(1)),
        [QueueError::FifoWindow]
    );
    assert_eq!(
        mapping(STANDARD, |it| it.window = secs(301)),
        [QueueError::Window(secs(301))]
    );
    for most in [1, 1_001] {
        let errors = mapping(STANDARD, |it| it.limit_concurrency(Some(most)));
        assert_eq!(errors, [QueueError::Concurrency(most)]);
    }
    // "Configuring scaling behavior for SQS event source mappings": a minimum of 2 to 200, a maximum of 2 to 2,000.
    for (minimum, maximum, fits) in [
        (2, 2, true),
        (200, 2_000, true),
        (1, 200, false),
        (201, 300, false),
        (2, 1, false),
        (2, 2_001, false),
        (3, 2, false),
    ] {
        let pollers = ProvisionedPollers { minimum, maximum };
        let errors = mapping(STANDARD, |it| it.provision_pollers(Some(pollers)));
        let expected = (!fits).then_some(QueueError::Pollers(pollers));
        assert_eq!(errors, Vec::from_iter(expected));
    }
    let both = mapping(STANDARD, |it| {
        it.provision_pollers(Some(ProvisionedPollers::DEFAULT));
        it.limit_concurrency(Some(2));
    });
    assert_eq!(both, [QueueError::PollersAndConcurrency]);
    assert_eq!(mapping(QueueId(77), |_| {}), [QueueError::NoQueue]);
    assert_eq!(
        mapping(STANDARD, |it| it.function = FunctionId(77)),
        [QueueError::NoFunction]
    );
}

#[test]
fn a_function_may_not_outlast_the_visibility_timeout() {
    let mut platform = platform();
    let mut slow = configuration(None);
    slow.timeout = Span::from_secs(31);
    let input = Input::ConfigureFunction {
        function: F,
        configuration: slow,
    };
    platform.handle(Moment::START, input, &mut Out::default());
    let configuration = MappingConfiguration::between(STANDARD, F);
    let errors = validate_mapping(&configuration, MappingId(1), &platform);
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"]
    );
}

#[test]
fn a_function_polls_a_queue_once() {
    let mut platform = platform();
    let configuration = MappingConfiguration::between(STANDARD, F);
    let input = Input::ConfigureMapping {
        mapping: MappingId(1),
        configuration: Box::new(configuration.clone()),
    };
    platform.handle(Moment::START, input, &mut Out::default());
    let due = Moment::START + MAPPING_CHANGE;
    let timer = Timer::MappingChange {
        mapping: MappingId(1),
        due,
    };
    platform.handle(due, Input::TimerFired(timer), &mut Out::default());
    assert_eq!(
        validate_mapping(&configuration, MappingId(1), &platform),
        []
    );
    assert!(matches!(
        &validate_mapping(&configuration, MappingId(2), &platform)[..],
        [QueueError::MappingExists { .. }]
    ));
}

#[test]
fn messages_of_fifo_queues_have_a_group() {
    let standard = QueueConfiguration::named("orders");
    let mut fifo = QueueConfiguration::named("line.fifo");
    let large = "x".repeat(MAX_MESSAGE_BYTES as usize);
    assert_eq!(validate_message(&standard, &large, None, None), None);
    assert_eq!(
        validate_message(&standard, &format!("{large}x"), None, None),
        Some(QueueError::MessageTooLarge(MAX_MESSAGE_BYTES + 1))
    );
    assert_eq!(
        validate_message(&standard, "", None, None),
        Some(QueueError::EmptyMessage)
    );
    assert_eq!(
        validate_message(&fifo, "x", None, Some("id")),
        Some(QueueError::NoGroup)
    );
    assert_eq!(
        validate_message(&fifo, "x", Some("g"), None),
        Some(QueueError::NoDeduplication)
    );
    assert_eq!(validate_message(&fifo, "x", Some("g"), Some("id")), None);
    fifo.content_based_deduplication = true;
    assert_eq!(validate_message(&fifo, "x", Some("g"), None), None);
    let long = "g".repeat(MAX_MESSAGE_ID + 1);
    assert_eq!(
        validate_message(&fifo, "x", Some(&long), None),
        Some(QueueError::MessageId(long.clone()))
    );
}

#[test]
fn asynchronous_invocation_has_the_limits_of_the_api() {
    let check = |change: &dyn Fn(&mut AsyncConfiguration)| {
        let mut configuration = AsyncConfiguration::default();
        change(&mut configuration);
        validate_async(&configuration, &platform())
    };
    assert_eq!(check(&|_| {}), []);
    let age =
        |secs| move |it: &mut AsyncConfiguration| it.maximum_event_age = Span::from_secs(secs);
    assert_eq!(check(&age(60)), []);
    assert_eq!(check(&age(59)), [QueueError::EventAge(Span::from_secs(59))]);
    assert_eq!(
        check(&age(21_601)),
        [QueueError::EventAge(Span::from_secs(21_601))]
    );
    assert_eq!(
        check(&|it| it.maximum_retry_attempts = 3),
        [QueueError::Retries(3)]
    );
    assert_eq!(
        check(&|it| it.on_success = Some(Destination::Queue(FIFO))),
        [QueueError::FifoDestination("line.fifo".into())]
    );
    assert_eq!(
        check(&|it| it.on_failure = Some(Destination::Function(FunctionId(77)))),
        [QueueError::NoFunction]
    );
    assert_eq!(
        check(&|it| it.dead_letter_queue = Some(QueueId(77).into())),
        [QueueError::NoQueue]
    );
}

#[test]
fn every_mistake_says_what_to_do() {
    let mut errors = queue(|it| {
        it.name = "a b".into();
        it.delay = Span::from_secs(901);
    });
    errors.extend(mapping(FIFO, |it| it.batch_size = 0));
    for error in errors {
        assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    }
}
