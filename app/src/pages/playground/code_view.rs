//! What other panels ask of the code panel.

use crate::session::{Command, Session};
use leptos::prelude::*;
use runtime_core::sandbox::inspect::SourcePlace;
use runtime_core::units::FunctionId;

/// The code panel, for those who want it to show something.
#[derive(Clone, Copy)]
pub(super) struct CodeView {
    /// Whether it shows code at all.
    pub(super) open: RwSignal<bool>,
    /// A place of a function's code that it shall show.
    pub(super) place: RwSignal<Option<(FunctionId, SourcePlace)>>,
}

impl CodeView {
    /// Makes the one of this page; it is closed.
    pub(super) fn provide() {
        provide_context(CodeView {
            open: RwSignal::new(false),
            place: RwSignal::new(None),
        });
    }

    /// The one of this page.
    pub(super) fn here() -> Self {
        expect_context()
    }

    /// Opens the panel at a place of a function's code.
    pub(super) fn show(self, session: Session, function: FunctionId, place: SourcePlace) {
        session.dispatch(Command::SelectFunction(function));
        self.place.set(Some((function, place)));
        self.open.set(true);
    }
}
