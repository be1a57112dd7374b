//! Tasks that take messages of an SQS queue, instead of requests that a load balancer sends them.
//!
//! A task asks for as many messages as it has room for, ten at a time, and is given them as soon as there are any
//! (long polling). Model choices: of several tasks that wait the one that has waited longest is given messages
//! first; to receive and to delete takes no time; from SIGTERM on a task asks for no more and goes on with what it
//! has until its container ends.

use super::driver::{Due, Simulation};
use super::plan::QueuePlan;
use super::requests::Flight;
use super::sink::{Answer, QueueSample, ServiceSink};
use super::station::Reach;
use crate::platform::{MOST_RECEIVED, PolledQueue, Receipt};
use crate::simulator::draws::Draws;
use crate::units::{Moment, Span, TaskId};
use std::collections::VecDeque;

/// The queue, and who waits for its messages.
pub(super) struct Workers {
    queue: PolledQueue,
    /// Tasks that have room, since when they have.
    waiting: VecDeque<TaskId>,
    /// When messages are looked at next that may be visible again.
    looks: Option<Moment>,
    returned: u64,
    in_vain: u64,
    expired: u64,
}

impl Workers {
    pub(super) fn of(plan: &QueuePlan) -> Workers {
        Workers {
            queue: PolledQueue::new(plan.visibility_timeout, plan.retention),
            waiting: VecDeque::new(),
            looks: None,
            returned: 0,
            in_vain: 0,
            expired: 0,
        }
    }

    /// What the queue is like.
    pub(super) fn sample(&mut self, at: Moment) -> QueueSample {
        self.expired += self.queue.expire(at);
        QueueSample {
            visible: self.queue.visible(),
            not_visible: self.queue.not_visible(),
            oldest: self.queue.oldest(at).unwrap_or(Span::ZERO),
            returned: self.returned,
            in_vain: self.in_vain,
            expired: self.expired,
        }
    }
}

impl<S: ServiceSink> Simulation<'_, S> {
    /// A message is sent.
    pub(super) fn send(&mut self, at: Moment) {
        self.sink.arrived(at, false, 1);
        if let Some(workers) = &mut self.workers {
            workers.queue.send(at);
        }
        self.hand_out(at);
    }

    /// A task has room for messages, or may have.
    pub(super) fn poll(&mut self, at: Moment, task: TaskId) {
        if self.workers.is_some() {
            self.wait_for_messages(task);
            self.hand_out(at);
        }
    }

    fn wait_for_messages(&mut self, task: TaskId) {
        if let Some(workers) = &mut self.workers
            && let Some(station) = self.stations.get_mut(&task)
            && !std::mem::replace(&mut station.waits_for_messages, true)
        {
            workers.waiting.push_back(task);
        }
    }

    /// Who waits for messages gets them, as long as there are any.
    fn hand_out(&mut self, at: Moment) {
        while let Some(workers) = &mut self.workers
            && workers.queue.visible() > 0
            && let Some(task) = workers.waiting.pop_front()
        {
            if let Some(station) = self.stations.get_mut(&task) {
                station.waits_for_messages = false;
            }
            let receipts = self.receive(at, task);
            for receipt in receipts {
                self.take_on(at, task, receipt);
            }
            if self.room(task) > 0 {
                self.wait_for_messages(task);
            }
        }
        self.plan_look(at);
    }

    /// How many messages a task asks for.
    fn room(&self, task: TaskId) -> usize {
        let station = self.stations.get(&task);
        let station = station.filter(|it| it.reach == Reach::Answers && !it.told_to_stop);
        station.map_or(0, |it| {
            let most = self.plan.requests.at_once as usize;
            most.saturating_sub(it.machine.handled())
        })
    }

    fn receive(&mut self, at: Moment, task: TaskId) -> Vec<Receipt> {
        let most = self.room(task).min(MOST_RECEIVED);
        let queue = self.workers.as_mut().map(|it| &mut it.queue);
        let messages = queue.map(|queue| std::iter::from_fn(|| queue.receive(at)).take(most));
        messages.into_iter().flatten().collect()
    }

    /// A task begins with a message.
    fn take_on(&mut self, at: Moment, task: TaskId, receipt: Receipt) {
        // One of those before it was too much for the task's memory.
        if self.room(task) == 0 {
            return;
        }
        let number = self.number;
        self.number += 1;
        let slot = self.keep(Flight::of_message(number, task, at, receipt));
        // However often it is received, it is the same work.
        let draws = &mut Draws::of(self.works, receipt.message.0);
        let work = self.plan.requests.work.draw(draws);
        if let Some(station) = self.stations.get_mut(&task) {
            station.machine.arrive(at, slot, work);
        }
        self.plan_computed(task);
        self.look_at_memory(at, task);
    }

    /// A task is done with a message, and deletes it.
    pub(super) fn handled(&mut self, at: Moment, task: TaskId, receipt: Receipt) {
        let Some(workers) = &mut self.workers else {
            return;
        };
        match workers.queue.delete(receipt) {
            Some(sent) => self.sink.answered(at, Answer::Served, at.since(sent), 1),
            None => workers.in_vain += 1,
        }
        self.poll(at, task);
    }

    /// When messages may be visible again that nobody has deleted: one look is planned at a time.
    fn plan_look(&mut self, at: Moment) {
        let Some(workers) = &mut self.workers else {
            return;
        };
        if workers.looks.is_none()
            && let Some(due) = workers.queue.next_visible()
        {
            let due = due.max(at);
            workers.looks = Some(due);
            self.put(due, Due::VisibleAgain);
        }
    }

    /// Visibility timeouts have passed.
    pub(super) fn visible_again(&mut self, at: Moment) {
        if let Some(workers) = &mut self.workers {
            workers.looks = None;
            workers.returned += workers.queue.show(at);
        }
        self.hand_out(at);
    }
}
