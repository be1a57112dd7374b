//! Where facts go.

use crate::timeline::{LifecycleEvent, Timeline};
use crate::units::Moment;

/// What is told each fact, in order. A run is compiled for each kind of sink, so that nothing stands
/// between the platform and what counts.
pub trait Sink {
    /// Something happened.
    fn fact(&mut self, at: Moment, fact: &LifecycleEvent);

    /// The request that arrives next is one that its client had sent before.
    fn sent_again(&mut self) {}
}

/// Keeps all of it: for runs that are to be looked at, and that are small.
impl Sink for Timeline {
    fn fact(&mut self, at: Moment, fact: &LifecycleEvent) {
        self.push(at, fact.clone());
    }
}
