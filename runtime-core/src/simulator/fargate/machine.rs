//! A task that handles requests: those that have their turn share its vCPUs, the others queue in it.
//!
//! Processor sharing: each request that computes gets the same share of the task's vCPUs, one vCPU at most
//! (a request is one thread). A request computes first, then waits for somebody else; what it computes is
//! counted in nanoseconds of one vCPU.

use crate::units::{Moment, Span};
use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

/// A request's place in the driver's list.
pub(super) type Slot = u32;

/// Work that is nearer to its end than this is done: a moment is a whole number of nanoseconds, and what
/// has been computed is not.
const ROUNDING: f64 = 0.5;

/// The part of a task that computes.
#[derive(Debug)]
pub(super) struct Machine {
    vcpus: f64,
    /// How many requests have their turn at a time.
    at_once: usize,
    /// What each of those that compute has been given since the machine was last without any.
    given: f64,
    touched: Moment,
    computing: BinaryHeap<Job>,
    /// Those that compute no more and wait for somebody else.
    waiting: usize,
    queue: VecDeque<Queued>,
    /// What was computed in all, since it was last asked for.
    computed: f64,
    /// The same, since the autoscaler of pods last asked for it.
    computed_of_pod: f64,
    /// Counts changes of what is due next: a moment that was planned before is nothing.
    plan: u32,
}

#[derive(Debug)]
struct Job {
    /// What the machine will have given each when this one is done.
    done: f64,
    slot: Slot,
}

#[derive(Clone, Copy, Debug)]
struct Queued {
    slot: Slot,
    work: f64,
    since: Moment,
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Job {}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Job {
    /// The largest is the one that is done first.
    fn cmp(&self, other: &Self) -> Ordering {
        let done = other.done.total_cmp(&self.done);
        done.then_with(|| other.slot.cmp(&self.slot))
    }
}

impl Machine {
    pub(super) fn new(at: Moment, vcpus: f64, at_once: usize) -> Machine {
        Machine {
            vcpus,
            at_once: at_once.max(1),
            given: 0.0,
            touched: at,
            computing: BinaryHeap::new(),
            waiting: 0,
            queue: VecDeque::new(),
            computed: 0.0,
            computed_of_pod: 0.0,
            plan: 0,
        }
    }

    /// What each that computes is given in a nanosecond.
    fn pace(&self) -> f64 {
        (self.vcpus / self.computing.len() as f64).min(1.0)
    }

    fn go_on_to(&mut self, at: Moment) {
        let span = at.since(self.touched).as_nanos();
        self.touched = self.touched.max(at);
        if span == 0 || self.computing.is_empty() {
            return;
        }
        let given = span as f64 * self.pace();
        self.given += given;
        let computed = given * self.computing.len() as f64;
        self.computed += computed;
        self.computed_of_pod += computed;
    }

    /// A request comes.
    pub(super) fn arrive(&mut self, at: Moment, slot: Slot, work: Span) {
        self.go_on_to(at);
        let work = work.as_nanos() as f64;
        if self.handled() < self.at_once {
            self.begin(slot, work);
        } else {
            let since = at;
            self.queue.push_back(Queued { slot, work, since });
        }
    }

    fn begin(&mut self, slot: Slot, work: f64) {
        if self.computing.is_empty() {
            // Small numbers are exact ones.
            self.given = 0.0;
        }
        let done = self.given + work;
        self.computing.push(Job { done, slot });
        self.plan = self.plan.wrapping_add(1);
    }

    /// The next moment at which a request is done with computing, and the plan that this is of.
    pub(super) fn next(&self) -> Option<(Moment, u32)> {
        let job = self.computing.peek()?;
        let nanos = ((job.done - self.given).max(0.0) / self.pace()).ceil();
        Some((self.touched + Span::from_nanos(nanos as u64), self.plan))
    }

    /// Whether a moment that was planned for still is.
    pub(super) fn keeps(&self, plan: u32) -> bool {
        self.plan == plan
    }

    /// A request that is done with computing at this moment; to be asked until there is none. It still has
    /// its turn.
    pub(super) fn computed(&mut self, at: Moment) -> Option<Slot> {
        self.go_on_to(at);
        let job = self.computing.peek()?;
        if job.done - self.given > ROUNDING {
            return None;
        }
        self.waiting += 1;
        self.plan = self.plan.wrapping_add(1);
        self.computing.pop().map(|job| job.slot)
    }

    /// A request that had its turn and was done with computing is at its end.
    pub(super) fn leave(&mut self, at: Moment) {
        self.go_on_to(at);
        self.waiting = self.waiting.saturating_sub(1);
        if self.handled() < self.at_once
            && let Some(next) = self.queue.pop_front()
        {
            self.begin(next.slot, next.work);
        }
    }

    /// Requests that have their turn.
    pub(super) fn handled(&self) -> usize {
        self.computing.len() + self.waiting
    }

    /// Requests that have not.
    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// For how long the first of those has waited.
    pub(super) fn longest_wait(&self, at: Moment) -> Span {
        let first = self.queue.front();
        first.map_or(Span::ZERO, |it| at.since(it.since))
    }

    /// The share of its vCPUs that was used in the time since this was asked last, 0 to 1.
    pub(super) fn take_utilization(&mut self, at: Moment, span: Span) -> f64 {
        self.go_on_to(at);
        let computed = std::mem::take(&mut self.computed);
        self.share(computed, span)
    }

    /// The same for the autoscaler of pods, which asks at other moments.
    pub(super) fn take_utilization_of_pod(&mut self, at: Moment, span: Span) -> f64 {
        self.go_on_to(at);
        let computed = std::mem::take(&mut self.computed_of_pod);
        self.share(computed, span)
    }

    fn share(&self, computed: f64, span: Span) -> f64 {
        let most = self.vcpus * (span.as_nanos() as f64).max(1.0);
        (computed / most).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::START + Span::from_millis(millis)
    }

    fn millis(moment: Moment) -> u64 {
        moment.as_nanos().div_ceil(1_000_000)
    }

    /// Runs requests of (arrival, work) in ms; gives when each ends.
    fn run(vcpus: f64, at_once: usize, requests: &[(u64, u64)]) -> Vec<u64> {
        let mut machine = Machine::new(at(0), vcpus, at_once);
        let mut ends = vec![0; requests.len()];
        let mut coming = requests.iter().enumerate().peekable();
        loop {
            let next = machine.next();
            match (coming.peek(), next) {
                (Some((_, (arrival, _))), Some((due, _))) if due < at(*arrival) => {
                    end(&mut machine, due, &mut ends);
                }
                (Some((slot, (arrival, work))), _) => {
                    machine.arrive(at(*arrival), *slot as Slot, Span::from_millis(*work));
                    coming.next();
                }
                (None, Some((due, _))) => end(&mut machine, due, &mut ends),
                (None, None) => return ends,
            }
        }
    }

    fn end(machine: &mut Machine, due: Moment, ends: &mut [u64]) {
        while let Some(slot) = machine.computed(due) {
            ends[slot as usize] = millis(due);
            machine.leave(due);
        }
    }

    #[test]
    fn one_request_uses_one_vcpu_at_most_and_a_quarter_if_there_is_no_more() {
        assert_eq!(run(4.0, 100, &[(0, 100)]), [100]);
        assert_eq!(run(0.25, 100, &[(0, 100)]), [400]);
    }

    #[test]
    fn requests_share_the_vcpus_evenly() {
        // Two on one vCPU: each at half the pace, until the shorter one is done.
        assert_eq!(run(1.0, 100, &[(0, 100), (0, 50)]), [150, 100]);
        // The second comes when half of the first is done.
        assert_eq!(run(1.0, 100, &[(0, 100), (50, 50)]), [150, 150]);
        assert_eq!(run(2.0, 100, &[(0, 100), (0, 50)]), [100, 50]);
    }

    #[test]
    fn who_has_no_turn_queues() {
        assert_eq!(
            run(1.0, 1, &[(0, 100), (10, 50), (20, 10)]),
            [100, 150, 160]
        );
    }

    #[test]
    fn utilization_is_what_was_computed_of_what_could_be() {
        let mut machine = Machine::new(at(0), 2.0, 10);
        machine.arrive(at(0), 0, Span::from_millis(500));
        let half_of_half = machine.take_utilization(at(250), Span::from_millis(250));
        assert!((half_of_half - 0.5).abs() < 1e-9);
        assert!(machine.computed(at(500)).is_some());
        let rest = machine.take_utilization(at(1_250), Span::from_millis(1_000));
        assert!((rest - 0.125).abs() < 1e-9, "{rest}");
    }

    #[test]
    fn what_waits_for_others_keeps_its_turn() {
        let mut machine = Machine::new(at(0), 1.0, 1);
        machine.arrive(at(0), 0, Span::from_millis(10));
        machine.arrive(at(0), 1, Span::from_millis(10));
        assert_eq!(machine.computed(at(10)), Some(0));
        assert_eq!((machine.handled(), machine.queued()), (1, 1));
        assert_eq!(machine.longest_wait(at(30)), Span::from_millis(30));
        assert_eq!(machine.next(), None);
        machine.leave(at(40));
        assert_eq!(machine.next().map(|(due, _)| due), Some(at(50)));
    }
}
