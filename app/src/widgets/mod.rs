//! Widgets: plain values in, callbacks out. They know nothing of sessions and functions.

mod ids;
mod lanes;
mod palette;
mod surface;

pub use lanes::Lanes;
