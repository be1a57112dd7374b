//! What a mapping goes through when it is made, changed or deleted (Lambda API reference, `State` of
//! EventSourceMappingConfiguration).
//!
//! Model choices: each change takes [`MAPPING_CHANGE`]; settings are as asked from its beginning; a mapping that is
//! updated goes on polling; a stream's `LATEST` begins where the mapping is created; a batch that is being gathered
//! when its mapping is switched off is gathered to its end.

use super::Mapping;
use crate::platform::Platform;
use crate::platform::input::{Effect, Out, Timer};
use crate::timeline::{MappingState, QueueFact};
use crate::units::{MappingId, Moment, Span};

/// How long a change of a mapping takes. Model choice: AWS says no more than that one that is deleted "might not be
/// completely deleted for several seconds" (Lambda API reference, DeleteEventSourceMapping).
pub const MAPPING_CHANGE: Span = Span::from_secs(2);

/// A change of a mapping that is not over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    /// Which.
    state: MappingState,
    /// When it is over.
    due: Moment,
}

impl Change {
    /// The change that a fact of this moment tells of, if it is not over with it.
    pub(super) fn begun(at: Moment, state: MappingState) -> Option<Self> {
        let due = at + MAPPING_CHANGE;
        state.is_changing().then_some(Change { state, due })
    }
}

impl Mapping {
    pub(super) fn state(&self) -> MappingState {
        let settled = MappingState::settled(self.configuration.enabled);
        self.change.map_or(settled, |change| change.state)
    }

    /// Whether it receives messages and reads records.
    pub(in crate::platform) fn polls(&self) -> bool {
        self.state().polls(self.configuration.enabled)
    }
}

impl Platform {
    /// What a mapping is in, if there is such a mapping. One that is being changed takes no other change.
    pub fn mapping_state(&self, mapping: MappingId) -> Option<MappingState> {
        self.mappings.get(&mapping).map(Mapping::state)
    }

    pub(super) fn begin_change(
        &mut self,
        at: Moment,
        id: MappingId,
        state: MappingState,
        out: &mut Out,
    ) {
        if let Some(mapping) = self.mappings.get_mut(&id) {
            mapping.change = Change::begun(at, state);
            out.fact(QueueFact::MappingStateChanged { mapping: id, state });
        }
        self.await_change(at, id, out);
    }

    /// Asks to be reminded of the end of a change, if there is one.
    pub(super) fn await_change(&self, at: Moment, id: MappingId, out: &mut Out) {
        if let Some(Change { due, .. }) = self.mappings.get(&id).and_then(|it| it.change) {
            let timer = Timer::MappingChange { mapping: id, due };
            let at = at.max(due);
            out.effect(Effect::SetTimer { at, timer });
        }
    }

    pub(in crate::platform) fn awaits_change(&self, id: MappingId, due: Moment) -> bool {
        let change = self.mappings.get(&id).and_then(|it| it.change);
        change.is_some_and(|change| change.due == due)
    }

    pub(in crate::platform) fn change_over(&mut self, at: Moment, id: MappingId, out: &mut Out) {
        let Some(mapping) = self.mappings.get_mut(&id) else {
            return;
        };
        if mapping.state() == MappingState::Deleting {
            self.drop_mapping(id, out);
            return;
        }
        mapping.change = None;
        let state = mapping.state();
        out.fact(QueueFact::MappingStateChanged { mapping: id, state });
        self.go_on_polling(at, id, out);
    }
}
