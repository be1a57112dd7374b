//! What can be done with an event source mapping.

use crate::app::use_session;
use crate::session::Command;
use leptos::prelude::*;
use runtime_core::timeline::MappingState;
use runtime_core::units::MappingId;

/// Beside the form that changes it. It is about the mapping as it is now, wherever the
/// playhead is.
#[component]
pub(in crate::pages::playground) fn MappingActions(id: MappingId) -> impl IntoView {
    let session = use_session();
    let enabled = session.memo(move |reading| {
        let configuration = reading.platform().mapping(id);
        configuration.is_some_and(|it| it.enabled)
    });
    let changing = session.memo(move |reading| {
        let state = reading.platform().mapping_state(id);
        state.is_some_and(MappingState::is_changing)
    });
    let delete = move |_| session.dispatch(Command::DeleteMapping(id));
    let toggle = move |_| {
        let now = session.read_untracked(|reading| reading.platform().mapping(id).cloned());
        if let Some(mut configuration) = now {
            configuration.enabled = !configuration.enabled;
            session.dispatch(Command::ConfigureMapping {
                mapping: id,
                configuration: Box::new(configuration),
            });
        }
    };
    view! {
        <div class="form-actions">
            <button class="button button-small" data-testid="toggle-mapping" disabled=changing on:click=toggle>
                {move || if enabled.get() { "Disable" } else { "Enable" }}
            </button>
            <button class="button button-small button-danger" data-testid="delete-mapping" disabled=changing on:click=delete>"Delete"</button>
        </div>
    }
}
