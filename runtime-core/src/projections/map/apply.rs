//! What each fact does to the map.

use super::fold::{
    EnvironmentMark, FunctionPlace, MappingPlace, OpenBatch, OpenEvent, OpenRequest, QueuePlace,
    SourcePlace, WaitingMessage,
};
use super::{Map, Movement, Station, Tally, Tone, Traveller};
use crate::timeline::{
    AsyncFact, AsyncSource, Condition, Entry, LifecycleEvent, MappingState, Outcome, Projection,
    QueueFact, Rejection, ReturnReason, Sender, SourceFact, Trigger,
};
use crate::units::{
    BatchId, EnvironmentId, FunctionId, MappingId, MessageId, Moment, QueueId, RequestId,
};

impl Projection for Map {
    fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        let sending = self.sending.take();
        match &entry.event {
            LifecycleEvent::FunctionConfigured {
                function,
                configuration,
                ..
            } => {
                let place = self
                    .functions
                    .get_or_insert_with(*function, FunctionPlace::default);
                place.name.clone_from(&configuration.name);
                place.asynchronous = configuration.asynchronous;
            }
            LifecycleEvent::FunctionDeleted { function } => {
                self.functions.remove(function);
            }
            LifecycleEvent::RequestArrived {
                request,
                function,
                trigger,
                ..
            } => self.arrived(at, *request, *function, *trigger),
            LifecycleEvent::RequestRejected { request, rejection } => {
                self.ended(at, *request, Err(*rejection));
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                request,
                ..
            } => {
                self.owners.insert(*environment, *function);
                self.mark(*environment, Some((EnvironmentMark::Starting, *request)));
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                ..
            } => {
                self.mark(*environment, Some((EnvironmentMark::Busy, Some(*request))));
                self.started(*request);
            }
            // A cold start goes on at once; a provisioned environment waits.
            LifecycleEvent::InitFinished { environment, .. }
            | LifecycleEvent::RestoreFinished { environment, .. } => {
                self.mark(*environment, Some((EnvironmentMark::Frozen, None)));
            }
            LifecycleEvent::InvocationFinished {
                environment,
                request,
                outcome,
                ..
            } => {
                self.mark(*environment, Some((EnvironmentMark::Frozen, None)));
                self.ended(at, *request, Ok(*outcome));
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.mark(*environment, None);
                self.owners.remove(environment);
            }
            LifecycleEvent::Async(fact) => self.apply_async(at, fact),
            LifecycleEvent::Queue(fact) => self.apply_queue(at, fact),
            LifecycleEvent::Source(fact) => self.apply_source(at, fact, sending),
            LifecycleEvent::Stream(fact) => self.apply_stream(at, fact),
            _ => {}
        }
    }
}

/// What became of a request in the end.
type Ended = Result<Outcome, Rejection>;

fn tone(ended: Ended) -> Tone {
    match ended {
        Ok(Outcome::Succeeded) => Tone::Done,
        Err(Rejection::Throttled(_)) => Tone::Throttled,
        Ok(Outcome::Failed(_)) | Err(_) => Tone::Failed,
    }
}

impl Tally {
    fn count(&mut self, tone: Tone) {
        match tone {
            Tone::Going | Tone::Done => self.done += 1,
            Tone::Failed => self.failed += 1,
            Tone::Throttled => self.throttled += 1,
        }
    }
}

fn less(count: &mut u64) {
    *count = count.saturating_sub(1);
}

impl Map {
    pub(super) fn moved(
        &mut self,
        at: Moment,
        traveller: Traveller,
        (from, to): (Station, Station),
        tone: Tone,
        request: Option<RequestId>,
    ) {
        self.movements.push(Movement {
            at,
            traveller,
            from,
            to,
            tone,
            request,
        });
    }

    fn mark(
        &mut self,
        environment: EnvironmentId,
        mark: Option<(EnvironmentMark, Option<RequestId>)>,
    ) {
        let owner = self.owners.get(&environment);
        if let Some(place) = owner.and_then(|function| self.functions.get_mut(function)) {
            match mark {
                Some(mark) => place.environments.insert(environment, mark),
                None => place.environments.remove(&environment),
            };
        }
    }

    fn arrived(&mut self, at: Moment, request: RequestId, function: FunctionId, trigger: Trigger) {
        let open = OpenRequest {
            function,
            trigger,
            started: false,
        };
        self.open.insert(request, open);
        let (traveller, from) = match trigger {
            Trigger::Invoke => {
                self.callers.in_flight += 1;
                (Traveller::Request(request), Station::Callers)
            }
            Trigger::Async { first, .. } => {
                if let Some(event) = self.events.get_mut(&first) {
                    let waited = event.due.take().is_some();
                    event.attempt = Some(request);
                    self.internal(function, |tally| {
                        if waited {
                            less(&mut tally.waiting);
                            tally.in_flight += 1;
                        }
                    });
                }
                (Traveller::Event(first), Station::Internal(function))
            }
            Trigger::Mapping { mapping, batch } => {
                if let Some(open) = self.reads.get_mut(&batch) {
                    open.request = Some(request);
                    open.waits = false;
                    self.of_mapping(mapping, |tally| {
                        less(&mut tally.waiting);
                        tally.in_flight += 1;
                    });
                }
                if let Some(open) = self.batches.get_mut(&batch) {
                    open.request = Some(request);
                    let gathered = std::mem::take(&mut open.gathering);
                    self.of_mapping(mapping, |tally| {
                        if gathered {
                            less(&mut tally.waiting);
                            tally.in_flight += 1;
                        }
                    });
                }
                (Traveller::Batch(batch), Station::Mapping(mapping))
            }
        };
        if let Some(place) = self.functions.get_mut(&function) {
            place.tally.waiting += 1;
            place.called |= trigger == Trigger::Invoke;
        }
        let way = (from, Station::Function(function));
        self.moved(at, traveller, way, Tone::Going, Some(request));
    }

    fn started(&mut self, request: RequestId) {
        let Some(open) = self.open.get_mut(&request) else {
            return;
        };
        open.started = true;
        let function = open.function;
        if let Some(place) = self.functions.get_mut(&function) {
            less(&mut place.tally.waiting);
            place.tally.in_flight += 1;
        }
    }

    fn ended(&mut self, at: Moment, request: RequestId, ended: Ended) {
        let Some(open) = self.open.remove(&request) else {
            return;
        };
        let tone = tone(ended);
        if let Some(place) = self.functions.get_mut(&open.function) {
            match open.started {
                true => less(&mut place.tally.in_flight),
                false => less(&mut place.tally.waiting),
            }
            place.tally.count(tone);
        }
        let station = Station::Function(open.function);
        let (traveller, back) = match open.trigger {
            Trigger::Invoke => {
                less(&mut self.callers.in_flight);
                self.callers.count(tone);
                (Traveller::Request(request), Station::Callers)
            }
            // What becomes of the event is a fact of its own.
            Trigger::Async { .. } => return,
            Trigger::Mapping { mapping, batch } => {
                // A batch that was refused is sent again. A stream's waits by a fact of its own.
                let again = ended.is_err() && !self.reads.contains_key(&batch);
                if let Some(open) = self.batches.get_mut(&batch) {
                    open.gathering = again;
                }
                self.of_mapping(mapping, |tally| {
                    less(&mut tally.in_flight);
                    tally.waiting += u64::from(again);
                    tally.count(tone);
                });
                (Traveller::Batch(batch), Station::Mapping(mapping))
            }
        };
        self.moved(at, traveller, (station, back), tone, Some(request));
    }

    fn internal(&mut self, function: FunctionId, change: impl FnOnce(&mut Tally)) {
        if let Some(place) = self.functions.get_mut(&function) {
            change(place.internal.get_or_insert_default());
        }
    }

    pub(super) fn of_mapping(&mut self, mapping: MappingId, change: impl FnOnce(&mut Tally)) {
        if let Some(place) = self.mappings.get_mut(&mapping) {
            change(&mut place.tally);
        }
    }

    fn apply_source(&mut self, at: Moment, fact: &SourceFact, sending: Option<Traveller>) {
        match fact {
            SourceFact::SourceConfigured {
                source,
                configuration,
            } => {
                let tally = self.tally(Station::Source(*source));
                let place = SourcePlace {
                    name: configuration.name.clone(),
                    targets: configuration.wires.iter().map(|it| it.target).collect(),
                    tally,
                };
                self.sources.insert(*source, place);
            }
            SourceFact::SourceDeleted { source } => {
                self.sources.remove(source);
            }
            SourceFact::Happened { source, sender, .. } => {
                if let Some(place) = self.sources.get_mut(source) {
                    place.tally.done += 1;
                }
                if let (Some(traveller), Some(function)) = (sending, *sender) {
                    let way = (Station::Function(function), Station::Source(*source));
                    self.moved(at, traveller, way, Tone::Done, None);
                }
            }
            SourceFact::Undelivered { source, .. } => {
                if let Some(place) = self.sources.get_mut(source) {
                    place.tally.failed += 1;
                }
            }
        }
    }

    fn apply_async(&mut self, at: Moment, fact: &AsyncFact) {
        match *fact {
            AsyncFact::EventAccepted {
                request,
                function,
                source,
                ..
            } => {
                let event = OpenEvent {
                    function,
                    attempt: None,
                    due: None,
                };
                self.events.insert(request, event);
                self.internal(function, |tally| tally.in_flight += 1);
                let from = match source {
                    AsyncSource::Invoke => {
                        if let Some(place) = self.functions.get_mut(&function) {
                            place.posted = true;
                        }
                        // 202: nobody waits for more.
                        self.callers.done += 1;
                        Station::Callers
                    }
                    AsyncSource::Destination { function } => Station::Function(function),
                    AsyncSource::Source { source } => Station::Source(source),
                };
                let way = (from, Station::Internal(function));
                self.moved(at, Traveller::Event(request), way, Tone::Going, None);
            }
            AsyncFact::EventReturned {
                request,
                reason,
                due,
            } => {
                let Some(event) = self.events.get_mut(&request) else {
                    return;
                };
                event.due = Some(due);
                let (function, attempt) = (event.function, event.attempt);
                let tone = match reason {
                    ReturnReason::Throttled => Tone::Throttled,
                    ReturnReason::FunctionError
                    | ReturnReason::Interrupted
                    | ReturnReason::SystemError => Tone::Failed,
                };
                self.internal(function, |tally| {
                    less(&mut tally.in_flight);
                    tally.waiting += 1;
                    tally.throttled += u64::from(tone == Tone::Throttled);
                });
                let way = (Station::Function(function), Station::Internal(function));
                self.moved(at, Traveller::Event(request), way, tone, attempt);
            }
            AsyncFact::EventFinished {
                request, condition, ..
            } => {
                let Some(event) = self.events.remove(&request) else {
                    return;
                };
                self.internal(event.function, |tally| {
                    match event.due {
                        Some(_) => less(&mut tally.waiting),
                        None => less(&mut tally.in_flight),
                    }
                    match condition {
                        Condition::Success => tally.done += 1,
                        _ => tally.failed += 1,
                    }
                });
            }
            // The message, the event or the happening that it becomes is a fact of its own.
            AsyncFact::RecordSent { request, .. } => {
                self.sending = Some(Traveller::Event(request));
            }
        }
    }

    fn apply_queue(&mut self, at: Moment, fact: &QueueFact) {
        match fact {
            QueueFact::QueueConfigured {
                queue,
                configuration,
            } => {
                let place = self.queues.get_or_insert_with(*queue, QueuePlace::default);
                place.name.clone_from(&configuration.name);
                place.redrive = configuration.redrive.map(|it| it.dead_letter_queue);
            }
            QueueFact::QueueDeleted { queue } => {
                self.queues.remove(queue);
            }
            QueueFact::QueuePurged { queue } => {
                if let Some(place) = self.queues.get_mut(queue) {
                    place.messages.clear();
                    place.hidden = 0;
                }
            }
            QueueFact::MappingConfigured {
                mapping,
                configuration,
            } => {
                let configuration = (**configuration).clone();
                let tally = self.mappings.get(mapping).map(|it| it.tally);
                let place = MappingPlace {
                    state: MappingState::settled(configuration.enabled),
                    configuration,
                    tally: tally.unwrap_or_default(),
                };
                self.mappings.insert(*mapping, place);
            }
            QueueFact::MappingStateChanged { mapping, state } => {
                if let Some(place) = self.mappings.get_mut(mapping) {
                    place.state = *state;
                }
            }
            QueueFact::MappingDeleted { mapping } => {
                self.mappings.remove(mapping);
            }
            QueueFact::MessageSent {
                message,
                queue,
                sender,
                visible,
                ..
            } => self.sent(at, *message, *queue, *sender, *visible),
            QueueFact::MessagesReceived {
                batch,
                mapping,
                queue,
                messages,
                ..
            } => {
                let open = OpenBatch {
                    mapping: *mapping,
                    queue: *queue,
                    request: None,
                    gathering: true,
                    left: 0,
                };
                self.batches.insert(*batch, open);
                self.of_mapping(*mapping, |tally| tally.waiting += 1);
                self.receive(at, *batch, messages);
            }
            QueueFact::BatchGrew { batch, messages } => self.receive(at, *batch, messages),
            QueueFact::MessagesVisible {
                batch,
                queue,
                messages,
            } => self.come_back(at, *batch, *queue, messages),
            QueueFact::MessagesDeleted {
                batch,
                queue,
                messages,
                ..
            } => {
                let gone = self.take_out(*queue, messages);
                if let Some(place) = self.queues.get_mut(queue) {
                    place.done += gone;
                }
                self.leave_batch(*batch, messages.len() as u64);
            }
            QueueFact::MessagesExpired { queue, messages } => {
                let gone = self.take_out(*queue, messages);
                if let Some(place) = self.queues.get_mut(queue) {
                    place.failed += gone;
                }
            }
            QueueFact::MessageMoved { message, from, to } => {
                let place = self.queues.get_mut(from);
                let moved = place.and_then(|place| {
                    place.failed += 1;
                    let moved = place.messages.remove(message)?;
                    place.hidden -= u64::from(moved.batch.is_some()).min(place.hidden);
                    Some(moved)
                });
                let Some(moved) = moved else { return };
                let (visible, request) = (at, moved.request);
                self.put_in(*to, *message, visible, request);
                let way = (Station::Queue(*from), Station::Queue(*to));
                let traveller = Traveller::Message(*message);
                self.moved(at, traveller, way, Tone::Failed, request);
            }
            QueueFact::MessageDeduplicated { .. } => {}
        }
    }

    fn sent(
        &mut self,
        at: Moment,
        message: MessageId,
        queue: QueueId,
        sender: Sender,
        visible: Moment,
    ) {
        let (from, tone) = match sender {
            Sender::User => {
                self.senders.done += 1;
                if let Some(place) = self.queues.get_mut(&queue) {
                    place.sent = true;
                }
                (Station::Senders, Tone::Going)
            }
            Sender::Lambda { function } => (Station::Function(function), Tone::Done),
            Sender::Source { source } => (Station::Source(source), Tone::Going),
        };
        self.put_in(queue, message, visible, None);
        let way = (from, Station::Queue(queue));
        self.moved(at, Traveller::Message(message), way, tone, None);
    }

    fn put_in(
        &mut self,
        queue: QueueId,
        message: MessageId,
        visible: Moment,
        request: Option<RequestId>,
    ) {
        let waiting = WaitingMessage {
            visible,
            batch: None,
            receives: 0,
            request,
        };
        if let Some(place) = self.queues.get_mut(&queue) {
            place.messages.insert(message, waiting);
        }
    }

    fn receive(&mut self, at: Moment, batch: BatchId, messages: &[MessageId]) {
        let Some(open) = self.batches.get_mut(&batch) else {
            return;
        };
        open.left += messages.len() as u64;
        let (queue, mapping) = (open.queue, open.mapping);
        if let Some(place) = self.queues.get_mut(&queue) {
            for message in messages {
                if let Some(message) = place.messages.get_mut(message) {
                    place.hidden += u64::from(message.batch.is_none());
                    message.batch = Some(batch);
                    message.receives = message.receives.saturating_add(1);
                }
            }
        }
        let way = (Station::Queue(queue), Station::Mapping(mapping));
        self.moved(at, Traveller::Batch(batch), way, Tone::Going, None);
    }

    fn come_back(&mut self, at: Moment, batch: BatchId, queue: QueueId, messages: &[MessageId]) {
        let open = self.batches.remove(&batch);
        let request = open.and_then(|it| it.request);
        if let Some(place) = self.queues.get_mut(&queue) {
            for message in messages {
                if let Some(message) = place.messages.get_mut(message) {
                    place.hidden -= u64::from(message.batch.is_some()).min(place.hidden);
                    (message.visible, message.batch) = (at, None);
                    message.request = request.or(message.request);
                }
            }
        }
        let Some(open) = open else { return };
        if open.gathering {
            self.of_mapping(open.mapping, |tally| less(&mut tally.waiting));
        }
        let way = (Station::Mapping(open.mapping), Station::Queue(queue));
        self.moved(at, Traveller::Batch(batch), way, Tone::Failed, request);
    }

    /// Removes messages from a queue; how many of them were there.
    fn take_out(&mut self, queue: QueueId, messages: &[MessageId]) -> u64 {
        let Some(place) = self.queues.get_mut(&queue) else {
            return 0;
        };
        let mut gone = 0;
        for message in messages {
            if let Some(message) = place.messages.remove(message) {
                place.hidden -= u64::from(message.batch.is_some()).min(place.hidden);
                gone += 1;
            }
        }
        gone
    }

    /// Messages of a batch are gone for good; with the last of them the batch is.
    fn leave_batch(&mut self, batch: BatchId, messages: u64) {
        let Some(open) = self.batches.get_mut(&batch) else {
            return;
        };
        open.left = open.left.saturating_sub(messages);
        if open.left == 0 {
            let (mapping, gathering) = (open.mapping, open.gathering);
            self.batches.remove(&batch);
            // No filter matched any of them: it was never sent.
            if gathering {
                self.of_mapping(mapping, |tally| less(&mut tally.waiting));
            }
        }
    }
}
