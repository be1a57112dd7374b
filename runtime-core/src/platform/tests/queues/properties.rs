//! Under random input no message is lost.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What can happen in a session with queues.
#[derive(Clone, Debug)]
enum Step {
    Send {
        queue: u32,
        group: u8,
    },
    Wait(u64),
    Reserve(Option<u32>),
    Fail(bool),
    FailSome(u64),
    Reopen,
    Purge(u32),
    Toggle,
    /// The mapping of `orders` is deleted, and made anew.
    Remap,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (1..=3_u32, 0..3_u8).prop_map(|(queue, group)| Step::Send { queue, group }),
        5 => (1..60_000_u64).prop_map(Step::Wait),
        1 => prop_oneof![Just(None), (0..3_u32).prop_map(Some)].prop_map(Step::Reserve),
        2 => any::<bool>().prop_map(Step::Fail),
        1 => (1..4_u64).prop_map(Step::FailSome),
        1 => Just(Step::Reopen),
        1 => (1..=3_u32).prop_map(Step::Purge),
        1 => Just(Step::Toggle),
        1 => Just(Step::Remap),
    ];
    prop::collection::vec(step, 1..60)
}

/// Where the timeline says messages are.
#[derive(Default)]
struct Recount {
    there: BTreeMap<QueueId, BTreeSet<MessageId>>,
    receives: BTreeMap<(QueueId, MessageId), u32>,
    gone: BTreeSet<MessageId>,
    /// Mappings that receive messages.
    polling: BTreeMap<MappingId, bool>,
}

impl Recount {
    fn apply(&mut self, fact: &QueueFact) {
        match fact {
            QueueFact::MessageSent { message, queue, .. } => {
                assert!(self.there.entry(*queue).or_default().insert(*message));
            }
            QueueFact::MappingConfigured {
                mapping,
                configuration,
            } => {
                self.polling.insert(*mapping, configuration.enabled);
            }
            QueueFact::MappingStateChanged { mapping, state } => {
                let polls = self.polling.get_mut(mapping).unwrap();
                *polls = state.polls(*polls);
            }
            QueueFact::MessagesReceived {
                mapping,
                queue,
                messages,
                ..
            } => {
                assert!(self.polling[mapping], "polls although it may not");
                for message in messages {
                    assert!(
                        self.there[queue].contains(message),
                        "received what is not there"
                    );
                    *self.receives.entry((*queue, *message)).or_default() += 1;
                }
            }
            QueueFact::MessagesDeleted {
                queue, messages, ..
            }
            | QueueFact::MessagesExpired { queue, messages } => {
                for message in messages {
                    assert!(self.there.get_mut(queue).unwrap().remove(message));
                    assert!(self.gone.insert(*message), "gone twice");
                }
            }
            QueueFact::MessageMoved { message, from, to } => {
                assert!(self.there.get_mut(from).unwrap().remove(message));
                assert!(self.there.entry(*to).or_default().insert(*message));
            }
            QueueFact::QueuePurged { queue } => {
                let purged = std::mem::take(self.there.entry(*queue).or_default());
                self.gone.extend(purged);
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// No message is lost or in two places, none is received more often than its queue allows, groups
    /// keep their order, and a reopened session knows all of it.
    #[test]
    fn messages_are_neither_lost_nor_in_two_places(steps in steps()) {
        let failing = std::rc::Rc::new(std::cell::Cell::new(false));
        let fails = std::rc::Rc::clone(&failing);
        let mut stage = Stage::new(move |n| match fails.get() {
            true => (ERROR, millis(u64::from(n % 7) * 300)),
            false => (OK, millis(u64::from(n % 5) * 400)),
        });
        let dead = stage.queue(QueueConfiguration::named("dead"));
        let redrive = |maximum_receives| Some(Redrive { dead_letter_queue: dead, maximum_receives });
        let orders = stage.queue(QueueConfiguration {
            redrive: redrive(2),
            ..QueueConfiguration::named("orders")
        });
        let fifo = stage.queue(QueueConfiguration::named("line.fifo"));
        stage.function(G, None, AsyncConfiguration::default());
        let settings = MappingConfiguration {
            batch_size: 3,
            report_failures: true,
            ..MappingConfiguration::between(orders, F)
        };
        stage.map(settings.clone());
        let mapping_of_orders = |stage: &Stage| {
            let mut mappings = stage.platform.mappings();
            let found = mappings.find(|(_, it)| it.queue() == Some(orders));
            found.map(|(id, it)| (id, it.clone())).unwrap()
        };
        stage.map(MappingConfiguration::between(fifo, G));
        for step in steps {
            match step {
                Step::Send { queue, group } => {
                    stage.send(QueueId(queue), Some(&group.to_string()));
                }
                Step::Wait(span) => {
                    let until = stage.now + millis(span);
                    stage.run_until(until);
                }
                Step::Reserve(reserved) => {
                    stage.function(F, reserved, AsyncConfiguration::default());
                }
                Step::Fail(fail) => failing.set(fail),
                Step::FailSome(n) => {
                    stage.failed = Box::new(move |batch| {
                        FailedMessages::These(batch.iter().filter(|it| it.0 % n == 0).copied().collect())
                    });
                }
                Step::Reopen => stage.reopen(),
                Step::Purge(queue) => stage.input(Input::PurgeQueue { queue: QueueId(queue) }),
                Step::Toggle => {
                    let (mapping, mut configuration) = mapping_of_orders(&stage);
                    configuration.enabled = !configuration.enabled;
                    let configuration = Box::new(configuration);
                    stage.input(Input::ConfigureMapping { mapping, configuration });
                }
                Step::Remap => {
                    let (mapping, _) = mapping_of_orders(&stage);
                    stage.input(Input::DeleteMapping { mapping });
                    stage.settle(mapping);
                    // A change that was not over is now, and the deletion was none.
                    if stage.platform.mapping(mapping).is_none() {
                        stage.map(settings.clone());
                    }
                }
            }
        }
        let mut recount = Recount::default();
        let mut handled: BTreeMap<Box<str>, Vec<MessageId>> = BTreeMap::new();
        let mut groups: BTreeMap<MessageId, Box<str>> = BTreeMap::new();
        let mut sent = Vec::new();
        for fact in stage.queue_facts(|_, fact| Some(fact.clone())) {
            recount.apply(&fact);
            match fact {
                QueueFact::MessageSent { message, group, .. } => {
                    sent.push(message);
                    groups.extend(group.map(|group| (message, *group)));
                }
                QueueFact::MessagesDeleted { queue, messages, .. } if queue == fifo => {
                    for message in messages {
                        handled.entry(groups[&message].clone()).or_default().push(message);
                    }
                }
                _ => {}
            }
        }
        for ((queue, _), receives) in &recount.receives {
            prop_assert!(*queue != orders || *receives <= 2);
        }
        for order in handled.values() {
            prop_assert!(order.is_sorted(), "a group lost its order: {order:?}");
        }
        for (queue, messages) in &recount.there {
            for message in messages {
                prop_assert!(stage.platform.message(*queue, *message).is_some());
            }
        }
        for message in &recount.gone {
            for queue in [dead, orders, fifo] {
                prop_assert!(stage.platform.message(queue, *message).is_none());
            }
        }
        // Once all is well again, all of it is handled.
        failing.set(false);
        stage.failed = Box::new(|_| FailedMessages::These(Vec::new()));
        stage.function(F, None, AsyncConfiguration::default());
        let (mapping, configuration) = mapping_of_orders(&stage);
        stage.settle(mapping);
        stage.set_mapping(mapping, MappingConfiguration { enabled: true, ..configuration });
        let until = stage.now + Span::from_secs(3_600);
        stage.run_until(until);
        for message in &sent {
            for queue in [orders, fifo] {
                prop_assert!(stage.platform.message(queue, *message).is_none(), "left in {queue:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// A batch that fails is hidden for exactly as long as its queue says (or window, timeout and 30 s, if that is
    /// longer: Lambda developer guide of 2022, "Using Lambda with Amazon SQS"), whenever its handler ends, and is
    /// received so often as its queue allows.
    #[test]
    fn messages_come_back_to_the_nanosecond(
        visibility in 1..600_u64,
        window in 0..10_u64,
        handler in 1..3_000_u64,
        receives in 1..5_u32,
        count in 1..6_usize,
        begin in 0..90_000_u64,
    ) {
        let (visibility, window) = (Span::from_secs(visibility), Span::from_secs(window));
        let mut stage = Stage::new(move |_| (ERROR, millis(handler)));
        let dead = stage.queue(QueueConfiguration::named("dead"));
        let orders = stage.queue(QueueConfiguration {
            visibility_timeout: visibility,
            redrive: Some(Redrive { dead_letter_queue: dead, maximum_receives: receives }),
            ..QueueConfiguration::named("orders")
        });
        stage.map(MappingConfiguration {
            window,
            ..MappingConfiguration::between(orders, F)
        });
        let timeout = stage.platform.configuration(F).unwrap().timeout;
        let least = window + timeout;
        let hidden = match visibility < least {
            true => least + Span::from_secs(30),
            false => visibility,
        };
        stage.run_until(Moment::START + millis(begin));
        let sent = stage.now;
        for _ in 0..count {
            stage.send(orders, None);
        }
        stage.run_until(sent + Span::from_secs(4_000));
        let (mut received, mut ended) = (Vec::new(), sent + RECEIVE_LATENCY);
        let mut visible = Vec::new();
        for _ in 0..receives {
            received.push((ended, count));
            visible.push(ended + hidden);
            ended = ended + hidden + RECEIVE_LATENCY;
        }
        let seen: Vec<_> = batches(&stage).into_iter().map(|(at, it)| (at, it.len())).collect();
        prop_assert_eq!(seen, received.clone());
        let back = stage.queue_facts(|at, fact| match fact {
            QueueFact::MessagesVisible { .. } => Some(at),
            _ => None,
        });
        prop_assert_eq!(back, visible);
        let moved = stage.queue_facts(|at, fact| match fact {
            QueueFact::MessageMoved { to, .. } => Some((at, *to)),
            _ => None,
        });
        prop_assert_eq!(moved, vec![(ended, dead); count]);
        // A handler has it once its batch is gathered.
        let gathered: Vec<Moment> = received.iter().map(|(at, _)| *at + window).collect();
        prop_assert_eq!(stage.started(), gathered);
    }
}
