//! Folds over the timeline.

use super::{Entry, Timeline};
use crate::units::Moment;

/// A fold: what is on screen is a fold over the entries up to the playhead.
pub trait Projection {
    /// Takes one more fact into account.
    fn apply(&mut self, entry: &Entry);
}

/// A projection that knows how far it has come.
#[derive(Clone, Debug, Default)]
pub struct CaughtUp<P> {
    projection: P,
    position: usize,
}

impl<P: Projection + Default> CaughtUp<P> {
    /// Takes in what the timeline has gained. A shorter timeline than before means another
    /// session: the fold starts again.
    pub fn catch_up(&mut self, timeline: &Timeline) -> &P {
        self.catch_up_to(timeline, timeline.entries().len())
    }

    /// The fold over exactly the entries at or before the moment; going back starts from scratch.
    pub fn at(&mut self, timeline: &Timeline, until: Moment) -> &P {
        self.catch_up_to(timeline, timeline.position(until))
    }

    fn catch_up_to(&mut self, timeline: &Timeline, end: usize) -> &P {
        if end < self.position {
            *self = Self::default();
        }
        for entry in timeline
            .entries()
            .get(self.position..end)
            .unwrap_or_default()
        {
            self.projection.apply(entry);
        }
        self.position = end;
        &self.projection
    }

    /// The projection as it stands.
    pub fn get(&self) -> &P {
        &self.projection
    }
}
