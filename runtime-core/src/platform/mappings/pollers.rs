//! How many batches of a queue's mapping are handled at a time (Lambda developer guide, "Configuring scaling behavior
//! for SQS event source mappings"; what slows pollers down: "Handling errors for an SQS event source").
//!
//! Model choices: AWS says that concurrency is reduced "gradually" and publishes no numbers. Here a throttle, or a
//! function error of a mapping that does not report batch item failures, halves it, once in [`SLOW_DOWN`] at most, and
//! it grows again as soon as there is more than it can take. Once a queue is empty and nothing is being handled,
//! pollers are as many as at the start; when that has been so for [`QUIET`], they are [`LEAST_CONCURRENCY`]. Of
//! provisioned mode: a backlog is what makes pollers more, as it does without, they are the minimum again as soon as
//! the queue is empty, and what bounds a poller is its concurrent invokes, not its 1 MB and 10 polls a second.

use crate::timeline::MappingConfiguration;
use crate::units::{Moment, Span};

/// Batches at a time from the start, and again once the queue is empty.
pub const FIRST_CONCURRENCY: u32 = 5;
/// The fewest batches at a time: Lambda "can optimize to as few as 2", unless maximum concurrency is set.
pub const LEAST_CONCURRENCY: u32 = 2;
/// The most batches at a time.
pub const MAX_CONCURRENCY: u32 = 1_250;
/// How much concurrency grows in a minute.
const GROWTH_A_MINUTE: u64 = 300;
/// Batches at a time of each provisioned poller.
pub const POLLER_CONCURRENCY: u32 = 10;
/// How much concurrency grows in a minute in provisioned mode.
const PROVISIONED_GROWTH_A_MINUTE: u64 = 1_000;
/// How long it takes until pollers slow down once more (model choice).
pub const SLOW_DOWN: Span = Span::from_secs(1);
/// How long there are no messages until pollers are as few as they can be (model choice: as long as an idle
/// environment is kept).
pub const QUIET: Span = Span::from_secs(10 * 60);

/// What bounds concurrency, and how fast it grows.
struct Scale {
    least: u32,
    first: u32,
    most: u32,
    growth_a_minute: u64,
    /// What it is always a multiple of.
    step: u32,
}

impl Scale {
    fn of(configuration: &MappingConfiguration) -> Self {
        if let Some(pollers) = configuration.pollers() {
            let concurrency = |pollers: u32| pollers.saturating_mul(POLLER_CONCURRENCY);
            let first = concurrency(pollers.minimum);
            return Scale {
                least: first,
                first,
                most: concurrency(pollers.maximum),
                growth_a_minute: PROVISIONED_GROWTH_A_MINUTE,
                step: POLLER_CONCURRENCY,
            };
        }
        let limited = configuration.maximum_concurrency();
        let most = limited.unwrap_or(MAX_CONCURRENCY).min(MAX_CONCURRENCY);
        let first = FIRST_CONCURRENCY.min(most);
        Scale {
            least: match limited {
                Some(_) => first,
                None => LEAST_CONCURRENCY,
            },
            first,
            most,
            growth_a_minute: GROWTH_A_MINUTE,
            step: 1,
        }
    }
}

/// The pollers of a mapping.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pollers {
    /// From how many batches on concurrency grows, if that is not where it begins.
    base: Option<u32>,
    /// Since when there has been more than they could take.
    backlog: Option<Moment>,
    /// When they slowed down last.
    slowed: Option<Moment>,
    /// Since when there has been nothing for them.
    idle: Option<Moment>,
}

impl Pollers {
    /// How many batches may be handled at a time now.
    pub(super) fn limit(&self, at: Moment, configuration: &MappingConfiguration) -> u32 {
        let scale = Scale::of(configuration);
        let quiet = self.idle.is_some_and(|since| at.since(since) >= QUIET);
        let first = if quiet { scale.least } else { scale.first };
        let seconds = self
            .backlog
            .map_or(0, |since| at.since(since).as_nanos() / 1_000_000_000);
        let grown = seconds.saturating_mul(scale.growth_a_minute) / 60;
        let grown = u32::try_from(grown).unwrap_or(u32::MAX);
        let limit = self.base.unwrap_or(first).saturating_add(grown);
        let whole = limit - limit % scale.step;
        whole.max(scale.least).min(scale.most)
    }

    /// Whether more batches may be handled at a time later.
    pub(super) fn grow(&self, at: Moment, configuration: &MappingConfiguration) -> bool {
        self.limit(at, configuration) < Scale::of(configuration).most
    }

    /// They have a batch.
    pub(super) fn take(&mut self, at: Moment, configuration: &MappingConfiguration) {
        if self.idle.is_some() {
            self.base = Some(self.limit(at, configuration));
            self.idle = None;
        }
    }

    /// There is more than they can take.
    pub(super) fn press(&mut self, at: Moment) {
        self.backlog.get_or_insert(at);
    }

    /// There is nothing for them, and they have nothing.
    pub(super) fn rest(&mut self, at: Moment) {
        *self = Pollers {
            idle: self.idle.or(Some(at)),
            ..Pollers::default()
        };
    }

    /// A batch was throttled or failed.
    pub(super) fn slow_down(&mut self, at: Moment, configuration: &MappingConfiguration) {
        let lately = |slowed| at.since(slowed) < SLOW_DOWN;
        if !self.slowed.is_some_and(lately) {
            self.base = Some(self.limit(at, configuration) / 2);
            self.backlog = None;
            self.slowed = Some(at);
        }
    }
}
