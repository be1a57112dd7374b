//! What is followed on the map: the travellers of a story, and the ways that they went.

use crate::session::{OwnProjection, Reading};
use runtime_core::projections::{Map, Station, Story, Subject, Traces, Traveller};
use runtime_core::timeline::SessionMeta;
use std::collections::BTreeSet;

/// What belongs to the story of what is selected, through every attempt, queue and function. It is
/// asked for in every frame of a replay, so what is known of it is kept.
#[derive(Default)]
pub(super) struct Followed {
    /// Whose story, and of how many facts.
    known: Option<(SessionMeta, Subject, usize)>,
    travellers: BTreeSet<Traveller>,
    ways: BTreeSet<(Station, Station)>,
    /// How many movements were looked through for the ways.
    looked: usize,
}

impl Followed {
    /// Follows what is selected, up to the playhead.
    pub(super) fn follow(
        &mut self,
        reading: &Reading<'_>,
        map: &Map,
        traces: &mut OwnProjection<Traces>,
        subject: Option<Subject>,
    ) {
        // Without anything to follow nobody needs to know what caused what.
        let Some(subject) = subject else {
            *self = Followed::default();
            return;
        };
        let (session, facts) = (reading.session(), reading.facts());
        let now = Some((session, subject, facts));
        if self.known == now {
            return;
        }
        if self.known.is_none_or(|(before, ..)| before != session) {
            *self = Followed::default();
        }
        self.go_on(map, &traces.of(reading).story(subject));
        self.known = now;
    }

    fn go_on(&mut self, map: &Map, story: &Story) {
        let subjects = story.segments.iter().map(|segment| segment.subject);
        let travellers: BTreeSet<_> = subjects.filter_map(traveller).collect();
        let movements = map.movements();
        if travellers != self.travellers || movements.len() < self.looked {
            self.travellers = travellers;
            self.ways.clear();
            self.looked = 0;
        }
        let new = movements.get(self.looked..).unwrap_or_default().iter();
        let its = new.filter(|it| self.travellers.contains(&it.traveller));
        self.ways.extend(its.map(|it| (it.from, it.to)));
        self.looked = movements.len();
    }

    pub(super) fn has(&self, traveller: Traveller) -> bool {
        self.travellers.contains(&traveller)
    }

    pub(super) fn went(&self, from: Station, to: Station) -> bool {
        self.ways.contains(&(from, to))
    }
}

/// What of a story travels.
fn traveller(subject: Subject) -> Option<Traveller> {
    Some(match subject {
        Subject::Request(request) => Traveller::Request(request),
        Subject::Event(first) => Traveller::Event(first),
        Subject::Message(message) => Traveller::Message(message),
        Subject::Batch(batch) => Traveller::Batch(batch),
        Subject::Record(record) => Traveller::Record(record),
        Subject::Happening(_) => return None,
    })
}

/// Whose story a traveller is part of.
pub(super) const fn subject(traveller: Traveller) -> Subject {
    match traveller {
        Traveller::Request(request) => Subject::Request(request),
        Traveller::Event(first) => Subject::Event(first),
        Traveller::Message(message) => Subject::Message(message),
        Traveller::Batch(batch) => Subject::Batch(batch),
        Traveller::Record(record) => Subject::Record(record),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use runtime_core::timeline::{CaughtUp, LifecycleEvent, QueueFact, Sender, Timeline, Trigger};
    use runtime_core::units::{
        BatchId, ByteCount, FunctionId, MappingId, MessageId, Moment, PayloadId, QueueId, RequestId,
    };

    #[test]
    fn a_request_is_followed_through_every_receive_of_its_messages() {
        let (queue, mapping, function) = (QueueId(0), MappingId(0), FunctionId(0));
        let sent = |message| QueueFact::MessageSent {
            message: MessageId(message),
            queue,
            sender: Sender::User,
            body: PayloadId(0),
            bytes: ByteCount::new(2),
            attributes: None,
            group: None,
            deduplication: None,
            visible: Moment::START,
        };
        let received = |batch, message| QueueFact::MessagesReceived {
            batch: BatchId(batch),
            mapping,
            queue,
            messages: vec![MessageId(message)],
            hidden: Moment::START,
        };
        let arrived = |request, batch| LifecycleEvent::RequestArrived {
            request: RequestId(request),
            function,
            trigger: Trigger::Mapping {
                mapping,
                batch: BatchId(batch),
            },
            event: PayloadId(0),
            bytes: ByteCount::new(2),
        };
        let mut timeline = Timeline::default();
        for fact in [
            sent(1).into(),
            sent(2).into(),
            received(1, 1).into(),
            arrived(1, 1),
            QueueFact::MessagesVisible {
                batch: BatchId(1),
                queue,
                messages: vec![MessageId(1)],
            }
            .into(),
            received(2, 1).into(),
            arrived(2, 2),
            received(3, 2).into(),
        ] {
            timeline.push(Moment::START, fact);
        }
        let (mut map, mut traces) = (CaughtUp::<Map>::default(), CaughtUp::<Traces>::default());
        let traces = traces.catch_up(&timeline);
        let story = traces.story(Subject::Request(RequestId(1)));
        let mut followed = Followed::default();
        followed.go_on(map.catch_up(&timeline), &story);
        let all = &followed.travellers;
        assert!(all.contains(&Traveller::Message(MessageId(1))));
        assert!(all.contains(&Traveller::Batch(BatchId(1))));
        assert!(all.contains(&Traveller::Batch(BatchId(2))));
        assert!(!all.contains(&Traveller::Message(MessageId(2))));
        assert!(!all.contains(&Traveller::Batch(BatchId(3))));
        assert!(followed.went(Station::Queue(queue), Station::Mapping(mapping)));

        // Another story begins anew, and so does a map of earlier.
        followed.go_on(map.get(), &Story::default());
        assert!(followed.travellers.is_empty() && followed.ways.is_empty());
        followed.go_on(map.get(), &story);
        assert!(!followed.ways.is_empty());
        followed.go_on(&Map::default(), &story);
        assert!(followed.ways.is_empty());
    }
}
