//! The lifecycle ribbon: the stations of a request's way, the lines between them, and the
//! branches of those who do not get through.
//!
//! - here: the plain values that are drawn
//! - `layout`: where everything lies
//! - `texts`: what is written on a station, and where

mod layout;
mod texts;

pub use layout::{Place, Rect, Shape, shape};
pub use texts::{Anchor, SMALL, Text, Texts, texts};

use super::phase::Phase;

/// How a station is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StationState {
    /// The request has not come here.
    #[default]
    Idle,
    /// The request is here.
    Active,
    /// The request has passed.
    Done,
    /// The request failed here.
    Failed,
    /// The request was turned away here.
    Throttled,
}

/// A way out of a station for requests that do not get through.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// What happens there: `throttled`.
    pub title: String,
    /// How many, or which: `429 · 2`.
    pub detail: String,
    /// Whether this request went there.
    pub taken: bool,
    /// Whether it is a failure (red) or a throttle (violet).
    pub failure: bool,
}

/// A part of the environment's station.
#[derive(Clone, Debug, PartialEq)]
pub struct Pill {
    /// What is written on it: `INIT 38 ms`.
    pub label: String,
    /// Its colour.
    pub phase: Phase,
    /// Whether the request has come to it.
    pub lit: bool,
}

/// One station.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Station {
    /// Its name: `Concurrency`.
    pub title: String,
    /// A fact about it: `3 of 1,000`.
    pub detail: String,
    /// Time spent there: `12 µs`; may be empty.
    pub duration: String,
    /// How it is drawn.
    pub state: StationState,
    /// What lies inside it: not empty for the environment only.
    pub pills: Vec<Pill>,
    /// The way out, if it has one.
    pub branch: Option<Branch>,
}

/// The whole ribbon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RibbonModel {
    /// The request on its way: a new one lets the light travel again.
    pub request: Option<u64>,
    /// The stations in the order of the way.
    pub stations: Vec<Station>,
}
