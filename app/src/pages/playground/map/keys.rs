//! Stations and travellers as the numbers that the widget knows, and back.

use crate::shapes::map::Key;
use runtime_core::projections::{Station, Traveller};
use runtime_core::units::{
    BatchId, EnvironmentId, FunctionId, MappingId, MessageId, QueueId, RecordId, RequestId,
    SourceId, StreamId,
};

/// Kinds are in the upper bits: ids never come near them.
const SHIFT: u32 = 56;
const IDS: u64 = (1 << SHIFT) - 1;

const fn number(kind: u64, id: u64) -> u64 {
    kind << SHIFT | (id & IDS)
}

/// The number of a station.
pub(super) fn key(station: Station) -> Key {
    Key(match station {
        Station::Callers => number(0, 0),
        Station::Senders => number(1, 0),
        Station::Internal(function) => number(2, function.0.into()),
        Station::Queue(queue) => number(3, queue.0.into()),
        Station::Mapping(mapping) => number(4, mapping.0.into()),
        Station::Function(function) => number(5, function.0.into()),
        Station::Source(source) => number(6, source.0.into()),
        Station::Producers => number(7, 0),
        Station::Stream(stream) => number(8, stream.0.into()),
    })
}

/// The station of a number.
pub(super) fn station(key: Key) -> Option<Station> {
    let id = u32::try_from(key.0 & IDS).ok()?;
    Some(match key.0 >> SHIFT {
        0 => Station::Callers,
        1 => Station::Senders,
        2 => Station::Internal(FunctionId(id)),
        3 => Station::Queue(QueueId(id)),
        4 => Station::Mapping(MappingId(id)),
        5 => Station::Function(FunctionId(id)),
        6 => Station::Source(SourceId(id)),
        7 => Station::Producers,
        8 => Station::Stream(StreamId(id)),
        _ => return None,
    })
}

/// What has a story on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Teller {
    /// What travels.
    Traveller(Traveller),
    /// An environment.
    Environment(EnvironmentId),
}

/// Its number.
pub(super) fn teller_number(teller: Teller) -> u64 {
    match teller {
        Teller::Traveller(Traveller::Request(request)) => number(0, request.0),
        Teller::Traveller(Traveller::Event(first)) => number(1, first.0),
        Teller::Traveller(Traveller::Message(message)) => number(2, message.0),
        Teller::Traveller(Traveller::Batch(batch)) => number(3, batch.0),
        Teller::Environment(environment) => number(4, environment.0.into()),
        Teller::Traveller(Traveller::Record(record)) => number(5, record.0),
    }
}

/// Of such a number.
pub(super) fn teller(number: u64) -> Option<Teller> {
    let id = number & IDS;
    Some(match number >> SHIFT {
        0 => Teller::Traveller(Traveller::Request(RequestId(id))),
        1 => Teller::Traveller(Traveller::Event(RequestId(id))),
        2 => Teller::Traveller(Traveller::Message(MessageId(id))),
        3 => Teller::Traveller(Traveller::Batch(BatchId(id))),
        4 => Teller::Environment(EnvironmentId(u32::try_from(id).ok()?)),
        5 => Teller::Traveller(Traveller::Record(RecordId(id))),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back() {
        for it in [
            Station::Callers,
            Station::Senders,
            Station::Internal(FunctionId(7)),
            Station::Queue(QueueId(u32::MAX)),
            Station::Mapping(MappingId(0)),
            Station::Function(FunctionId(7)),
            Station::Source(SourceId(7)),
            Station::Producers,
            Station::Stream(StreamId(7)),
        ] {
            assert_eq!(station(key(it)), Some(it));
        }
        for it in [
            Teller::Traveller(Traveller::Request(RequestId(9))),
            Teller::Traveller(Traveller::Event(RequestId(9))),
            Teller::Traveller(Traveller::Message(MessageId(0))),
            Teller::Traveller(Traveller::Batch(BatchId(1 << 40))),
            Teller::Environment(EnvironmentId(3)),
            Teller::Traveller(Traveller::Record(RecordId(1 << 40))),
        ] {
            assert_eq!(teller(teller_number(it)), Some(it));
        }
        assert_eq!(station(Key(u64::MAX)), None);
        assert_eq!(teller(u64::MAX), None);
    }
}
