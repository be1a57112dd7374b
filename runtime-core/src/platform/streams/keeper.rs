//! Where what concerns streams comes in.
//!
//! A page's first visitor has no stream, and the code of streams is a part that is fetched later: a
//! platform knows it by this table alone, and until it has one there are no streams. Builds with the cargo
//! feature `streams` have it from the start.

use super::lanes::LaneId;
use super::orders::{DiscardOrder, FailedRecords, RecordPosting};
use crate::platform::Platform;
use crate::platform::input::{Out, Written};
use crate::platform::owners::Owners;
use crate::timeline::{
    LifecycleEvent, MappingConfiguration, Outcome, Rejection, StreamConfiguration,
};
use crate::units::{
    BatchId, ByteCount, MappingId, Moment, PayloadId, RecordId, RequestId, StreamId,
};

type Event = (PayloadId, ByteCount);

/// How a batch's invocation ended.
type Ended = (RequestId, Outcome);

/// The code of streams. To keep its table in a place that the linker sees as constant would have it
/// called without the table, and a page carry it all.
#[derive(Debug)]
pub struct StreamKeeper {
    configure: fn(&mut Platform, StreamId, Box<StreamConfiguration>, &mut Out),
    delete: fn(&mut Platform, StreamId, &mut Out),
    put: fn(&mut Platform, Moment, RecordPosting, &mut Out),
    expire: fn(&mut Platform, Moment, StreamId, &mut Out),
    set_readers: fn(&mut Platform, MappingId, Option<&MappingConfiguration>),
    forget_readers: fn(&mut Platform, MappingId),
    resume: fn(&mut Platform, Moment, MappingId, &mut Out),
    read: fn(&mut Platform, Moment, LaneId, &mut Out),
    attempt: fn(&mut Platform, Moment, BatchId, &mut Out),
    written: fn(&mut Platform, Moment, BatchId, Event, Vec<RecordId>, &mut Out),
    refused: fn(&mut Platform, Moment, BatchId, Rejection, &mut Out),
    ended: fn(&mut Platform, Moment, BatchId, Ended, Option<PayloadId>, &mut Out),
    response: fn(&mut Platform, Moment, BatchId, FailedRecords, Option<Event>, &mut Out),
    discard: fn(&mut Platform, Moment, Written<DiscardOrder>, &mut Out),
    follow: fn(&mut Platform, Moment, &LifecycleEvent, &mut Owners),
    reopen: fn(&mut Platform, Moment, &mut Out),
}

static CODE: StreamKeeper = StreamKeeper {
    configure: Platform::make_stream,
    delete: Platform::drop_stream,
    put: Platform::take_record,
    expire: Platform::drop_old_records,
    set_readers: Platform::make_readers,
    forget_readers: Platform::drop_readers,
    resume: Platform::resume_lanes,
    read: Platform::read_lane,
    attempt: Platform::try_batch,
    written: Platform::event_written,
    refused: Platform::request_refused,
    ended: Platform::request_ended,
    response: Platform::response_read,
    discard: Platform::send_discard,
    follow: Platform::follow_fact,
    reopen: Platform::reopen_lanes,
};

impl StreamKeeper {
    /// The code of streams: whoever names this function carries it.
    pub fn code() -> &'static StreamKeeper {
        &CODE
    }
}

impl Platform {
    /// There can be streams from now on.
    pub fn keep_streams(&mut self, keeper: &'static StreamKeeper) {
        self.streams.keeper = Some(keeper);
    }

    pub(in crate::platform) fn configure_stream(
        &mut self,
        id: StreamId,
        configuration: Box<StreamConfiguration>,
        out: &mut Out,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.configure)(self, id, configuration, out);
        }
    }

    pub(in crate::platform) fn delete_stream(&mut self, id: StreamId, out: &mut Out) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.delete)(self, id, out);
        }
    }

    pub(in crate::platform) fn put_record(
        &mut self,
        at: Moment,
        posting: RecordPosting,
        out: &mut Out,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.put)(self, at, posting, out);
        }
    }

    pub(in crate::platform) fn expire_records(&mut self, at: Moment, id: StreamId, out: &mut Out) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.expire)(self, at, id, out);
        }
    }

    /// A mapping is new, or set otherwise.
    pub(in crate::platform) fn set_readers(
        &mut self,
        mapping: MappingId,
        before: Option<&MappingConfiguration>,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.set_readers)(self, mapping, before);
        }
    }

    /// A mapping is gone, and what it had read with it.
    pub(in crate::platform) fn forget_readers(&mut self, mapping: MappingId) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.forget_readers)(self, mapping);
        }
    }

    /// A mapping may go on with what it had not read, or had not come to the end of.
    pub(in crate::platform) fn resume(&mut self, at: Moment, mapping: MappingId, out: &mut Out) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.resume)(self, at, mapping, out);
        }
    }

    pub(in crate::platform) fn read_shard(&mut self, at: Moment, lane: LaneId, out: &mut Out) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.read)(self, at, lane, out);
        }
    }

    pub(in crate::platform) fn attempt_batch(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.attempt)(self, at, id, out);
        }
    }

    pub(in crate::platform) fn stream_batch_written(
        &mut self,
        at: Moment,
        id: BatchId,
        event: Event,
        dropped: Vec<RecordId>,
        out: &mut Out,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.written)(self, at, id, event, dropped, out);
        }
    }

    pub(in crate::platform) fn records_rejected(
        &mut self,
        at: Moment,
        id: BatchId,
        rejection: Rejection,
        out: &mut Out,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.refused)(self, at, id, rejection, out);
        }
    }

    pub(in crate::platform) fn records_finished(
        &mut self,
        at: Moment,
        id: BatchId,
        ended: (RequestId, Outcome),
        response: Option<PayloadId>,
        out: &mut Out,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.ended)(self, at, id, ended, response, out);
        }
    }

    pub(in crate::platform) fn records_read(
        &mut self,
        at: Moment,
        id: BatchId,
        failed: FailedRecords,
        state: Option<Event>,
        out: &mut Out,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.response)(self, at, id, failed, state, out);
        }
    }

    pub(in crate::platform) fn deliver_discard(
        &mut self,
        at: Moment,
        written: Written<DiscardOrder>,
        out: &mut Out,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.discard)(self, at, written, out);
        }
    }

    pub(in crate::platform) fn follow_stream(
        &mut self,
        at: Moment,
        event: &LifecycleEvent,
        owners: &mut Owners,
    ) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.follow)(self, at, event, owners);
        }
    }

    pub(in crate::platform) fn reopen_streams(&mut self, at: Moment, out: &mut Out) {
        if let Some(keeper) = self.streams.keeper {
            (keeper.reopen)(self, at, out);
        }
    }
}
