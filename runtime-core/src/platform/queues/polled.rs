//! A standard queue whose consumers poll it themselves, such as tasks of a service: of a message nothing is known but
//! when it was sent (SQS developer guide, "Amazon SQS visibility timeout"; SQS API reference, DeleteMessage).
//!
//! It makes no facts: of what thousands of messages a second do, a simulation keeps figures only. Model choices:
//! messages are received in the order in which they were sent, those that are visible again before all others, and
//! none is received twice without a reason. Standard queues promise neither.

use crate::units::{IdMap, MessageId, Moment, Span};
use std::collections::VecDeque;

/// The most messages of one ReceiveMessage (SQS API reference, `MaxNumberOfMessages`: 1 to 10).
pub const MOST_RECEIVED: usize = 10;

/// A queue.
#[derive(Clone, Debug)]
pub struct PolledQueue {
    visibility_timeout: Span,
    retention: Span,
    messages: IdMap<MessageId, Polled>,
    /// Messages that were never received, in order. Those that are gone since are skipped.
    fresh: VecDeque<MessageId>,
    /// Messages that are visible again, in order; the same.
    again: VecDeque<MessageId>,
    /// How many can be received.
    visible: u64,
    /// Until when messages are hidden that were received: the timeout is the same for all. Those of them that are
    /// gone since are skipped.
    hidden: VecDeque<(Moment, Receipt)>,
    last: u64,
}

/// A message.
#[derive(Clone, Copy, Debug)]
struct Polled {
    sent: Moment,
    receives: u32,
    is_hidden: bool,
}

/// What a consumer deletes a message with (`ReceiptHandle`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which message.
    pub message: MessageId,
    /// How often it had been received then: each time there is another receipt.
    receives: u32,
}

impl PolledQueue {
    /// An empty queue.
    pub const fn new(visibility_timeout: Span, retention: Span) -> Self {
        PolledQueue {
            visibility_timeout,
            retention,
            messages: IdMap::new(),
            fresh: VecDeque::new(),
            again: VecDeque::new(),
            visible: 0,
            hidden: VecDeque::new(),
            last: 0,
        }
    }

    /// A message is sent.
    pub fn send(&mut self, at: Moment) {
        self.last += 1;
        let message = MessageId(self.last);
        let polled = Polled {
            sent: at,
            receives: 0,
            is_hidden: false,
        };
        self.messages.insert(message, polled);
        self.fresh.push_back(message);
        self.visible += 1;
    }

    /// One message, if one can be received; it is hidden from then on.
    pub fn receive(&mut self, at: Moment) -> Option<Receipt> {
        loop {
            let message = self.again.pop_front().or_else(|| self.fresh.pop_front())?;
            let Some(polled) = self.messages.get_mut(&message) else {
                continue;
            };
            polled.receives = polled.receives.saturating_add(1);
            polled.is_hidden = true;
            self.visible -= 1;
            let receives = polled.receives;
            let receipt = Receipt { message, receives };
            self.hidden
                .push_back((at + self.visibility_timeout, receipt));
            return Some(receipt);
        }
    }

    /// Deletes a message; when it was sent. "If you use an old ReceiptHandle, the request succeeds, but the message
    /// might not be deleted" (DeleteMessage): model choice, it never is. The newest one deletes it, even if the
    /// message is visible again.
    pub fn delete(&mut self, receipt: Receipt) -> Option<Moment> {
        let polled = self.messages.get(&receipt.message)?;
        if polled.receives != receipt.receives {
            return None;
        }
        self.remove(receipt.message)
    }

    fn remove(&mut self, message: MessageId) -> Option<Moment> {
        let polled = self.messages.remove(&message)?;
        self.visible -= u64::from(!polled.is_hidden);
        Some(polled.sent)
    }

    /// When a message is visible again, unless it is deleted until then.
    pub fn next_visible(&mut self) -> Option<Moment> {
        while let Some((until, receipt)) = self.hidden.front() {
            if self.is_hidden_by(*receipt) {
                return Some(*until);
            }
            self.hidden.pop_front();
        }
        None
    }

    fn is_hidden_by(&self, receipt: Receipt) -> bool {
        let polled = self.messages.get(&receipt.message);
        polled.is_some_and(|it| it.is_hidden && it.receives == receipt.receives)
    }

    /// Messages whose visibility timeout has passed can be received again; how many.
    pub fn show(&mut self, at: Moment) -> u64 {
        let mut shown = 0;
        while let Some((until, receipt)) = self.hidden.front().copied()
            && until <= at
        {
            self.hidden.pop_front();
            if self.is_hidden_by(receipt)
                && let Some(polled) = self.messages.get_mut(&receipt.message)
            {
                polled.is_hidden = false;
                self.again.push_back(receipt.message);
                self.visible += 1;
                shown += 1;
            }
        }
        shown
    }

    /// Deletes messages that were kept for the retention period, however often they were received; how many.
    pub fn expire(&mut self, at: Moment) -> u64 {
        let mut expired = 0;
        while let Some(message) = self.first_before(at) {
            self.remove(message);
            expired += 1;
        }
        expired
    }

    /// The oldest message, if it has been kept for the retention period.
    fn first_before(&self, at: Moment) -> Option<MessageId> {
        let (message, polled) = self.messages.iter().next()?;
        (polled.sent + self.retention <= at).then_some(*message)
    }

    /// Messages that can be received (`ApproximateNumberOfMessagesVisible`).
    pub const fn visible(&self) -> u64 {
        self.visible
    }

    /// Messages that were received and are not deleted (`ApproximateNumberOfMessagesNotVisible`).
    pub fn not_visible(&self) -> u64 {
        self.messages.len() as u64 - self.visible
    }

    /// How old the oldest message is that is not deleted (`ApproximateAgeOfOldestMessage`).
    pub fn oldest(&self, at: Moment) -> Option<Span> {
        let (_, polled) = self.messages.iter().next()?;
        Some(at.since(polled.sent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Moment {
        Moment::START + Span::from_secs(seconds)
    }

    fn queue() -> PolledQueue {
        PolledQueue::new(Span::from_secs(30), Span::from_secs(600))
    }

    /// SQS API reference, ReceiveMessage, `VisibilityTimeout` (read 2026-11-30): "If the message is not deleted or its
    /// visibility timeout is not extended before the timeout expires, it becomes visible again".
    #[test]
    fn what_is_not_deleted_in_time_is_visible_again() {
        let mut queue = queue();
        queue.send(at(0));
        queue.send(at(1));
        let first = queue.receive(at(2)).unwrap();
        assert_eq!((queue.visible(), queue.not_visible()), (1, 1));
        assert_eq!(queue.next_visible(), Some(at(32)));
        assert_eq!(queue.show(at(31)), 0);
        assert_eq!(queue.show(at(32)), 1);
        assert_eq!(queue.receive(at(33)).unwrap().message, first.message);
        assert_eq!(queue.oldest(at(33)), Some(Span::from_secs(33)));
    }

    /// SQS API reference, DeleteMessage: an old receipt deletes nothing; the newest one does, though the message is
    /// visible again.
    #[test]
    fn only_the_newest_receipt_deletes() {
        let mut queue = queue();
        queue.send(at(0));
        let old = queue.receive(at(0)).unwrap();
        queue.show(at(30));
        let new = queue.receive(at(40)).unwrap();
        assert_eq!(queue.delete(old), None);
        queue.show(at(70));
        assert_eq!(queue.visible(), 1);
        assert_eq!(queue.delete(new), Some(at(0)));
        assert_eq!(queue.delete(new), None);
        assert_eq!((queue.visible(), queue.not_visible()), (0, 0));
        assert_eq!(queue.next_visible(), None);
    }

    #[test]
    fn the_retention_period_ends_hidden_messages_as_well() {
        let mut queue = queue();
        queue.send(at(0));
        queue.send(at(5));
        let received = queue.receive(at(590)).unwrap();
        assert_eq!(queue.expire(at(599)), 0);
        assert_eq!(queue.expire(at(600)), 1);
        assert_eq!(queue.delete(received), None);
        assert_eq!((queue.visible(), queue.not_visible()), (1, 0));
    }

    proptest! {
        /// Each message is in one place, or deleted once.
        #[test]
        fn messages_are_conserved(steps in prop::collection::vec((0_u8..4, 0_u64..20), 1..200)) {
            let mut queue = queue();
            let mut held = Vec::new();
            let (mut now, mut sent, mut gone) = (0, 0, 0);
            for (what, number) in steps {
                now += number;
                match what {
                    0 => {
                        queue.send(at(now));
                        sent += 1;
                    }
                    1 => held.extend(queue.receive(at(now))),
                    2 if !held.is_empty() => {
                        let receipt = held.swap_remove(number as usize % held.len());
                        gone += u64::from(queue.delete(receipt).is_some());
                    }
                    _ => {
                        queue.show(at(now));
                        gone += queue.expire(at(now));
                    }
                }
                prop_assert_eq!(queue.visible() + queue.not_visible() + gone, sent);
            }
            // In the end everything can be received again.
            queue.show(at(now + 30));
            prop_assert_eq!(queue.not_visible(), 0);
        }
    }
}
