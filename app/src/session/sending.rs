//! How the platform is told of what is sent to it: the same for what a user sends and for what a generator
//! does.

use super::dispatch::COUNTER;
use super::state::State;
use super::{InvocationType, NewMessages, NewRecord};
use runtime_core::platform::{Arrival, AsyncArrival, Input, Posting, RecordPosting};
use runtime_core::timeline::{AsyncSource, Payloads, Qualifier, Rejection, Sender, Trigger};
use runtime_core::units::{ByteCount, FunctionId, PayloadId, RequestId, StreamId};

impl State {
    /// A request and how the platform is told of it.
    pub(super) fn arrival(
        &mut self,
        (function, qualifier): (FunctionId, Qualifier),
        invocation_type: InvocationType,
        (event, bytes): (PayloadId, ByteCount),
        refused: Option<Rejection>,
    ) -> (RequestId, Input) {
        let request = self.platform.next_request();
        let arrival = match invocation_type {
            InvocationType::RequestResponse => Input::Request(Arrival {
                request,
                function,
                qualifier,
                trigger: Trigger::Invoke,
                event,
                bytes,
                refused,
            }),
            InvocationType::Event => Input::InvokeAsync(AsyncArrival {
                request,
                function,
                qualifier,
                source: AsyncSource::Invoke,
                event,
                bytes,
                refused,
            }),
        };
        (request, arrival)
    }

    /// The message with this number, from 1.
    pub(super) fn posting(&mut self, messages: &NewMessages, number: u32) -> Posting {
        let number = number.to_string();
        let body = messages.body.replace(COUNTER, &number);
        let bytes = ByteCount::from(body.len());
        let deduplication = messages.deduplication.as_ref();
        Posting {
            queue: messages.queue,
            sender: Sender::User,
            body: self.payloads.add(body.into_bytes()),
            bytes,
            attributes: None,
            group: messages.group.clone(),
            deduplication: deduplication.map(|id| id.replace(COUNTER, &number).into()),
            delay: None,
        }
    }
}

/// How the platform is told of a record.
pub(super) fn put_record(stream: StreamId, record: NewRecord, payloads: &mut Payloads) -> Input {
    let NewRecord { hash, key, data } = record;
    let bytes = data.len() + key.as_ref().map_or(0, |key| key.len());
    Input::PutRecord(RecordPosting {
        stream,
        hash,
        key,
        data: payloads.add(data),
        bytes: ByteCount::from(bytes),
    })
}
