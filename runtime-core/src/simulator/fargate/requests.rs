//! Requests: from the load balancer to a task, through its queue and its vCPUs, and back.

use super::driver::{Due, Simulation};
use super::machine::Slot;
use super::security::CONNECT_TIMEOUT;
use super::sessions::Client;
use super::sink::{Answer, ServiceSink};
use super::station::Reach;
use crate::platform::Receipt;
use crate::simulator::distribution::drawn;
use crate::simulator::draws::Draws;
use crate::units::{Moment, Span, TaskId};

/// How long the load balancer tries to connect (Elastic Load Balancing guide, "HTTP 504").
pub(super) const CONNECTING: Span = Span::from_secs(10);

/// Whose request it is, and how often it was sent before.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    client: Client,
    again: u16,
}

/// A request that is on its way.
pub(super) struct Flight {
    /// Counts all requests: a place that is used again has another one.
    pub(super) number: u64,
    pub(super) task: TaskId,
    arrived: Moment,
    attempt: Attempt,
    /// The client has its response already: the task goes on for nobody.
    answered: bool,
    /// No response will come: nothing is known of its task any more.
    pub(super) gone: bool,
    /// What its task deletes it with, if it is a message of a queue.
    receipt: Option<Receipt>,
}

impl Flight {
    /// A message of a queue, for which no client waits.
    pub(super) const fn of_message(
        number: u64,
        task: TaskId,
        at: Moment,
        receipt: Receipt,
    ) -> Flight {
        Flight {
            number,
            task,
            arrived: at,
            attempt: Attempt {
                client: Client(0),
                again: 0,
            },
            answered: true,
            gone: false,
            receipt: Some(receipt),
        }
    }
}

impl<S: ServiceSink> Simulation<'_, S> {
    /// Some client's request that it has not sent before.
    pub(super) fn first_attempt(&self) -> Attempt {
        let many = u64::from(self.plan.requests.clients);
        let client = match self.plan.balancer.stickiness {
            Some(_) => Draws::of(self.senders, self.number).below(many) as u32,
            None => 0,
        };
        Attempt {
            client: Client(client),
            again: 0,
        }
    }

    /// A request comes to the load balancer.
    pub(super) fn arrive(&mut self, at: Moment, attempt: Attempt) {
        if self.workers.is_some() {
            return self.send(at);
        }
        let number = self.number;
        self.number += 1;
        self.since_sample += 1;
        self.since_sync += 1;
        self.sink.arrived(at, attempt.again > 0, 1);
        let Some(task) = self.balancer.choose(at, attempt.client) else {
            return self.answer(at, Answer::Unavailable, Span::ZERO, attempt);
        };
        let reached = match self.reaches_tasks {
            true => self.stations.get(&task).map(|it| it.serves()),
            false => Some(Reach::Gone),
        };
        let flight = Flight {
            number,
            task,
            arrived: at,
            attempt,
            answered: false,
            gone: false,
            receipt: None,
        };
        match reached {
            Some(Reach::Answers) => {
                let slot = self.keep(flight);
                let deadline = at + self.plan.balancer.idle_timeout;
                self.deadlines.push_back((deadline, slot, number));
                let work = self
                    .plan
                    .requests
                    .work
                    .draw(&mut Draws::of(self.works, number));
                if let Some(station) = self.stations.get_mut(&task) {
                    station.machine.arrive(at, slot, work);
                }
                self.plan_computed(task);
                self.look_at_memory(at, task);
            }
            // Nothing listens there yet, or not any more.
            Some(Reach::Refuses) | None => {
                self.balancer.answered(task);
                self.answer(at, Answer::BadGateway, Span::ZERO, attempt);
            }
            Some(Reach::Gone) => {
                let slot = self.keep(flight);
                self.put(at + CONNECTING, Due::Unreachable { slot, number });
            }
        }
    }

    pub(super) fn keep(&mut self, flight: Flight) -> Slot {
        match self.free.pop() {
            Some(slot) => {
                if let Some(place) = self.flights.get_mut(slot as usize) {
                    *place = Some(flight);
                }
                slot
            }
            None => {
                self.flights.push(Some(flight));
                (self.flights.len() - 1) as Slot
            }
        }
    }

    pub(super) fn flight(&self, slot: Slot, number: u64) -> Option<&Flight> {
        let flight = self.flights.get(slot as usize)?.as_ref()?;
        (flight.number == number).then_some(flight)
    }

    fn take(&mut self, slot: Slot) -> Option<Flight> {
        let flight = self.flights.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        Some(flight)
    }

    /// When the next request of a task is done with computing.
    pub(super) fn plan_computed(&mut self, task: TaskId) {
        let next = self.stations.get(&task).and_then(|it| it.machine.next());
        if let Some((due, plan)) = next {
            self.put(due, Due::Computed { task, plan });
        }
    }

    pub(super) fn computed(&mut self, at: Moment, task: TaskId, plan: u32) {
        let station = self.stations.get(&task);
        if !station.is_some_and(|it| it.machine.keeps(plan)) {
            return;
        }
        while let Some(slot) = self
            .stations
            .get_mut(&task)
            .and_then(|it| it.machine.computed(at))
        {
            let number = self.flights.get(slot as usize).and_then(|it| it.as_ref());
            let Some(number) = number.map(|it| it.number) else {
                continue;
            };
            let wait = self
                .plan
                .requests
                .wait
                .draw(&mut Draws::of(self.waits, number));
            let factor: f64 = self.slow.values().product();
            let wait = drawn(wait.as_nanos() as f64 * factor);
            match wait {
                Span::ZERO => self.finish(at, slot),
                _ if !self.reaches_database => {
                    // Whoever waits for the response has given up before (model choice, where the load balancer's
                    // idle timeout is longer).
                    let tried = CONNECT_TIMEOUT.max(self.plan.balancer.idle_timeout);
                    self.put(at + tried, Due::GivenUp { slot, number });
                }
                wait => self.put(at + wait, Due::Waited { slot, number }),
            }
        }
        self.plan_computed(task);
    }

    /// A task has not come to what it needs for a request: nothing comes of it, and a message is not deleted.
    pub(super) fn give_up(&mut self, at: Moment, slot: Slot) {
        if let Some(flight) = self.take(slot) {
            self.leave(at, flight.task);
            self.poll(at, flight.task);
        }
    }

    /// A task is done with a request.
    pub(super) fn finish(&mut self, at: Moment, slot: Slot) {
        let Some(flight) = self.take(slot) else {
            return;
        };
        self.leave(at, flight.task);
        if let Some(receipt) = flight.receipt {
            self.handled(at, flight.task, receipt);
        }
        if !flight.answered {
            self.balancer.answered(flight.task);
            let latency = at.since(flight.arrived);
            self.answer(at, Answer::Served, latency, flight.attempt);
        }
    }

    /// A task has one request less, and begins with one that has queued.
    fn leave(&mut self, at: Moment, task: TaskId) {
        let waited = self.stations.get_mut(&task).map(|station| {
            let queued = station.machine.queued() > 0;
            station.machine.leave(at);
            queued
        });
        if waited == Some(true) {
            self.plan_computed(task);
        }
    }

    /// A request has no place any more where something would come of it.
    pub(super) fn lose(&mut self, at: Moment, slot: Slot, answer: Answer) {
        if let Some(flight) = self.take(slot)
            && !flight.answered
        {
            self.balancer.answered(flight.task);
            self.answer(at, answer, at.since(flight.arrived), flight.attempt);
        }
    }

    /// A task is not reached any more: its requests wait in vain for the idle timeout.
    pub(super) fn cut_off(&mut self, task: TaskId) {
        for slot in self.slots_of(task) {
            let place = self.flights.get_mut(slot as usize);
            match place.and_then(|it| it.as_mut()) {
                Some(flight) if flight.answered => drop(self.take(slot)),
                Some(flight) => flight.gone = true,
                None => {}
            }
        }
    }

    /// The requests that a task has.
    pub(super) fn slots_of(&self, task: TaskId) -> Vec<Slot> {
        let flights = self.flights.iter().enumerate();
        let of = flights.filter(|(_, it)| it.as_ref().is_some_and(|it| it.task == task));
        of.map(|(slot, _)| slot as Slot).collect()
    }

    pub(super) fn deadline(&mut self, at: Moment) {
        let Some((_, slot, number)) = self.deadlines.pop_front() else {
            return;
        };
        let place = self
            .flights
            .get_mut(slot as usize)
            .and_then(|it| it.as_mut());
        if let Some(flight) = place
            && flight.number == number
            && !flight.answered
        {
            if flight.gone {
                return self.lose(at, slot, Answer::Timeout);
            }
            flight.answered = true;
            let (task, arrived, attempt) = (flight.task, flight.arrived, flight.attempt);
            self.balancer.answered(task);
            self.answer(at, Answer::Timeout, at.since(arrived), attempt);
        }
    }

    /// A client gets its response, and sends the request again if it was no success.
    fn answer(&mut self, at: Moment, answer: Answer, latency: Span, attempt: Attempt) {
        self.sink.answered(at, answer, latency, 1);
        self.errors_since_sample += u64::from(answer != Answer::Served);
        if let Some(retries) = self.plan.requests.retries
            && answer != Answer::Served
            && attempt.again < retries.most
        {
            let longest = retries.wait.doubled(attempt.again.into()).as_nanos() as f64;
            let share = Draws::of(self.clients, self.order).fraction();
            let next = Attempt {
                again: attempt.again + 1,
                ..attempt
            };
            self.put(at + drawn(longest * share), Due::Again(next));
        }
    }
}
