//! The design tokens as a canvas needs them: strings read from the page's style.

use crate::shapes::phase::Phase;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// The colours and fonts of the theme in force (`public/styles/tokens.css`).
#[derive(Clone, Debug, Default)]
pub(super) struct Palette {
    pub(super) panel: String,
    pub(super) line: String,
    pub(super) ink: String,
    pub(super) muted: String,
    pub(super) faint: String,
    pub(super) accent: String,
    pub(super) on_accent: String,
    pub(super) cold: String,
    pub(super) cold_soft: String,
    pub(super) warm: String,
    pub(super) warm_soft: String,
    pub(super) frost: String,
    pub(super) frost_line: String,
    pub(super) bad: String,
    pub(super) throttle: String,
    pub(super) good: String,
    pub(super) mono: String,
    pub(super) sans: String,
}

impl Palette {
    /// Reads the tokens as they apply to `canvas`.
    pub(super) fn read(canvas: &HtmlCanvasElement) -> Self {
        let style = window()
            .get_computed_style(canvas.unchecked_ref())
            .ok()
            .flatten();
        let token = |name: &str| {
            let value = style
                .as_ref()
                .and_then(|style| style.get_property_value(name).ok());
            value.unwrap_or_default().trim().to_string()
        };
        Palette {
            panel: token("--panel"),
            line: token("--line"),
            ink: token("--ink"),
            muted: token("--muted"),
            faint: token("--faint"),
            accent: token("--accent"),
            on_accent: token("--on-accent"),
            cold: token("--cold"),
            cold_soft: token("--cold-soft"),
            warm: token("--warm"),
            warm_soft: token("--warm-soft"),
            frost: token("--frost"),
            frost_line: token("--frost-line"),
            bad: token("--bad"),
            throttle: token("--throttle"),
            good: token("--good"),
            mono: token("--mono"),
            sans: token("--sans"),
        }
    }

    /// The main colour of a phase.
    pub(super) fn phase(&self, phase: Phase) -> &str {
        match phase {
            Phase::Starting => &self.cold_soft,
            Phase::Init | Phase::Restore => &self.cold,
            Phase::Invoke => &self.warm,
            Phase::InvokeError | Phase::Killed => &self.bad,
            Phase::Frozen => &self.frost,
            Phase::Reset => &self.faint,
        }
    }
}
