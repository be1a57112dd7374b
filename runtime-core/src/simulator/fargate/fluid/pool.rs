//! Tasks in groups: those that are alike are simulated as one.

use super::super::balancer::Standing;
use super::super::sink::Answer;
use super::super::station::Reach;
use crate::units::{IdMap, Moment, Span, TaskId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// Tasks of a kind whose loads differ by less than this part are taken for alike, and have their mean (model
/// choice).
const ALIKE: f64 = 0.01;
/// So many groups there are of a kind at most: those that are most alike become one (model choice).
const MOST_GROUPS: usize = 64;
/// So many pieces of a queue are told apart by their age (model choice: with steps of a second that is longer
/// than any check waits).
const MOST_PIECES: usize = 512;

/// What tells tasks apart, but for their load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Class {
    /// What the target group finds it to be, if it is a target.
    pub(in super::super) target: Option<Standing>,
    /// Since when its share grows, if it does.
    pub(in super::super) slow_since: Option<Moment>,
    pub(in super::super) reach: Reach,
    /// Whether it counts for utilization.
    pub(in super::super) running: bool,
    /// Whether its last check was answered in time, where that depends on its queue.
    pub(in super::super) passes: Option<bool>,
}

/// Requests that get their response at a moment, if nothing happens to their task before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Parcel {
    pub(super) due: Moment,
    pub(super) latency: Span,
    pub(super) answer: Answer,
    pub(super) attempt: u16,
    pub(super) count: u64,
}

/// The first one is the one that is due first.
pub(super) type Parcels = BinaryHeap<Reverse<Parcel>>;

impl Parcel {
    /// When they came.
    pub(super) fn came(&self) -> Moment {
        let nanos = self.due.as_nanos().saturating_sub(self.latency.as_nanos());
        Moment::from_nanos(nanos)
    }
}

/// A queue by when what is in it came, as far as that is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Ages {
    pieces: VecDeque<(Moment, f64)>,
    all: f64,
}

impl Ages {
    /// So many have come since a moment, and so many are in the queue now.
    pub(super) fn go_on(&mut self, since: Moment, come: f64, queued: f64) {
        if queued <= 0.0 {
            self.pieces.clear();
            self.all = 0.0;
            return;
        }
        self.pieces.push_back((since, come));
        self.all += come;
        while self
            .pieces
            .front()
            .is_some_and(|it| self.all - it.1 >= queued)
        {
            self.all -= self.pieces.pop_front().map_or(0.0, |it| it.1);
        }
        if self.pieces.len() > MOST_PIECES
            && let Some((first, many)) = self.pieces.pop_front()
            && let Some(next) = self.pieces.front_mut()
        {
            *next = (first, many + next.1);
        }
    }

    /// For how long the first in the queue has waited.
    pub(super) fn longest_wait(&self, at: Moment) -> Span {
        let first = self.pieces.front();
        first.map_or(Span::ZERO, |it| at.since(it.0))
    }
}

/// Tasks that are alike.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) class: Class,
    pub(super) tasks: u32,
    /// Requests in each, those included that nobody waits for any more.
    pub(super) load: f64,
    /// Seconds of a vCPU that each has computed since that was sampled.
    pub(super) busy: f64,
    /// Responses to come of all of them.
    pub(super) parcels: Parcels,
    pub(super) ages: Ages,
}

/// What a task has.
#[derive(Debug, Default)]
pub(super) struct Portion {
    pub(super) load: f64,
    pub(super) busy: f64,
    pub(super) parcels: Vec<Parcel>,
    ages: Ages,
}

/// All tasks.
#[derive(Debug, Default)]
pub(super) struct Pool {
    pub(super) groups: BTreeMap<u32, Group>,
    members: IdMap<TaskId, u32>,
    next: u32,
    turns: Turns,
}

/// Parts of a whole that are no whole numbers are rounded up or down in turns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turns(u64);

impl Turns {
    /// From 0 to less than 1, spread evenly (by the golden ratio).
    pub(super) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Pool {
    pub(super) fn class_of(&self, task: TaskId) -> Option<Class> {
        let group = self.groups.get(self.members.get(&task)?)?;
        Some(group.class)
    }

    pub(super) fn tasks_of(&self, group: u32) -> Vec<TaskId> {
        let of = self.members.iter().filter(|(_, it)| **it == group);
        of.map(|(task, _)| *task).collect()
    }

    /// Takes a task out with what is its.
    pub(super) fn take(&mut self, task: TaskId) -> Portion {
        let Some(id) = self.members.remove(&task) else {
            return Portion::default();
        };
        let Some(group) = self.groups.get_mut(&id) else {
            return Portion::default();
        };
        let mut portion = Portion {
            load: group.load,
            busy: group.busy,
            parcels: Vec::new(),
            ages: group.ages.clone(),
        };
        let tasks = f64::from(group.tasks.max(1));
        if group.tasks <= 1 {
            portion.parcels = std::mem::take(&mut group.parcels)
                .into_iter()
                .map(|it| it.0)
                .collect();
            self.groups.remove(&id);
            return portion;
        }
        group.tasks -= 1;
        if !group.parcels.is_empty() {
            let mut all = std::mem::take(&mut group.parcels).into_vec();
            for Reverse(parcel) in &mut all {
                let count = (parcel.count as f64 / tasks + self.turns.next()) as u64;
                let count = count.min(parcel.count);
                if count > 0 {
                    parcel.count -= count;
                    portion.parcels.push(Parcel { count, ..*parcel });
                }
            }
            all.retain(|it| it.0.count > 0);
            group.parcels = all.into();
        }
        portion
    }

    /// Puts a task with what is its among those that are like it.
    pub(super) fn put(&mut self, task: TaskId, class: Class, portion: Portion) {
        let alike = self.groups.iter().find_map(|(id, it)| {
            (it.class == class && alike(it.load, portion.load)).then_some(*id)
        });
        let id = alike.unwrap_or_else(|| {
            self.next = self.next.wrapping_add(1);
            self.next
        });
        let group = self.groups.entry(id).or_insert_with(|| Group {
            class,
            tasks: 0,
            load: 0.0,
            busy: 0.0,
            parcels: Parcels::new(),
            ages: portion.ages,
        });
        group.join(1, portion.load, portion.busy);
        group
            .parcels
            .extend(portion.parcels.into_iter().map(Reverse));
        self.members.insert(task, id);
    }

    /// Groups that have become alike become one.
    pub(super) fn tidy(&mut self) {
        let mut ids: Vec<u32> = self.groups.keys().copied().collect();
        let key = |id: &u32| self.groups.get(id).map(|it| (it.class, it.load));
        ids.sort_by(|one, other| match (key(one), key(other)) {
            (Some(one), Some(other)) => one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)),
            (one, other) => one.is_some().cmp(&other.is_some()),
        });
        let mut into: BTreeMap<u32, u32> = BTreeMap::new();
        let mut kept: Vec<u32> = Vec::new();
        for id in ids {
            match kept.last() {
                Some(last) if self.gap(*last, id).is_some_and(|it| it <= ALIKE) => {
                    let last = *last;
                    self.absorb(last, id);
                    into.insert(id, last);
                }
                _ => kept.push(id),
            }
        }
        self.thin_out(&mut kept, &mut into);
        if into.is_empty() {
            return;
        }
        for (_, group) in self.members.iter_mut() {
            // What took it in may have been taken in itself.
            while let Some(next) = into.get(group) {
                *group = *next;
            }
        }
    }

    /// Of too many groups the most alike neighbours become one, until there are few enough.
    fn thin_out(&mut self, kept: &mut Vec<u32>, into: &mut BTreeMap<u32, u32>) {
        while kept.len() > MOST_GROUPS {
            let pairs = kept.iter().zip(kept.iter().skip(1)).enumerate();
            let gaps = pairs.filter_map(|(place, (one, other))| {
                self.gap(*one, *other).map(|gap| (place, *one, *other, gap))
            });
            let least = gaps.min_by(|one, other| one.3.total_cmp(&other.3));
            let Some((place, one, other, _)) = least else {
                return;
            };
            self.absorb(one, other);
            into.insert(other, one);
            kept.remove(place + 1);
        }
    }

    /// By which part the loads of two groups of a kind differ.
    fn gap(&self, one: u32, other: u32) -> Option<f64> {
        let (one, other) = (self.groups.get(&one)?, self.groups.get(&other)?);
        (one.class == other.class).then(|| difference(one.load, other.load))
    }

    fn absorb(&mut self, one: u32, other: u32) {
        if let Some(mut taken) = self.groups.remove(&other)
            && let Some(group) = self.groups.get_mut(&one)
        {
            // Of the larger one more is known of the queue's age.
            if taken.tasks > group.tasks {
                group.ages = taken.ages;
            }
            group.join(taken.tasks, taken.load, taken.busy);
            group.parcels.append(&mut taken.parcels);
        }
    }
}

impl Group {
    /// So many tasks with these loads come to it: all have the mean.
    fn join(&mut self, tasks: u32, load: f64, busy: f64) {
        let (before, more) = (f64::from(self.tasks), f64::from(tasks));
        let all = (before + more).max(1.0);
        self.load = (self.load * before + load * more) / all;
        self.busy = (self.busy * before + busy * more) / all;
        self.tasks = self.tasks.saturating_add(tasks);
    }
}

fn difference(one: f64, other: f64) -> f64 {
    (one - other).abs() / one.max(other).max(1.0)
}

fn alike(one: f64, other: f64) -> bool {
    difference(one, other) <= ALIKE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CLASS: Class = Class {
        target: Some(Standing::Healthy),
        slow_since: None,
        reach: Reach::Answers,
        running: true,
        passes: Some(true),
    };

    fn parcel(seconds: u64, count: u64) -> Parcel {
        Parcel {
            due: Moment::START + Span::from_secs(seconds),
            latency: Span::from_secs(1),
            answer: Answer::Served,
            attempt: 0,
            count,
        }
    }

    fn all(pool: &Pool) -> (u32, f64, u64) {
        pool.groups.values().fold((0, 0.0, 0), |sum, it| {
            let parcels: u64 = it.parcels.iter().map(|it| it.0.count).sum();
            let load = it.load * f64::from(it.tasks);
            (sum.0 + it.tasks, sum.1 + load, sum.2 + parcels)
        })
    }

    proptest! {
        /// Whatever is moved, no task, load or request is lost, and groups know their tasks.
        #[test]
        fn nothing_is_lost(
            loads in prop::collection::vec(0.0_f64..2_000.0, 1..120),
            moves in prop::collection::vec((0_usize..120, any::<bool>()), 0..200),
        ) {
            let mut pool = Pool::default();
            for (task, load) in (1..).zip(&loads) {
                let parcels = vec![parcel(task.into(), 7), parcel(3, 1)];
                let portion = Portion { load: *load, parcels, ..Portion::default() };
                pool.put(TaskId(task), CLASS, portion);
            }
            let wanted = (loads.len() as u32, loads.iter().sum::<f64>(), loads.len() as u64 * 8);
            for (place, running) in moves {
                let task = TaskId((place % loads.len()) as u32 + 1);
                let portion = pool.take(task);
                pool.put(task, Class { running, ..CLASS }, portion);
                pool.tidy();
                let found = all(&pool);
                prop_assert_eq!((found.0, found.2), (wanted.0, wanted.2));
                prop_assert!((found.1 - wanted.1).abs() < 1e-6 * wanted.1.max(1.0));
                prop_assert!(pool.groups.len() <= 2 * MOST_GROUPS);
                prop_assert_eq!(pool.class_of(task).map(|it| it.running), Some(running));
            }
            for (id, group) in &pool.groups {
                prop_assert_eq!(pool.tasks_of(*id).len() as u32, group.tasks);
            }
        }
    }

    /// What came first waits longest: of ten a second that come and five that go, the first of 50 came ten
    /// seconds after the beginning, or five seconds ago.
    #[test]
    fn a_queue_knows_how_old_it_is() {
        let mut ages = Ages::default();
        let at = |seconds| Moment::START + Span::from_secs(seconds);
        for second in 0..10 {
            ages.go_on(at(second), 10.0, 5.0 * (second + 1) as f64);
        }
        assert_eq!(ages.longest_wait(at(10)), Span::from_secs(5));
        ages.go_on(at(10), 0.0, 45.0);
        assert_eq!(ages.longest_wait(at(11)), Span::from_secs(6));
        ages.go_on(at(11), 0.0, 0.0);
        assert_eq!(ages.longest_wait(at(12)), Span::ZERO);
    }
}
