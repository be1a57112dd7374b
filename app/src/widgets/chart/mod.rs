//! Charts, drawn by plotters on a canvas, each with a table that says the same and a picture
//! to keep.
//!
//! - `backend`: plotters on our canvas
//! - `draw`: axes, bars and steps in the page's type and colours
//! - `frame`: title, legend, table, download
//! - `session`: concurrency, cold and warm starts over time
//! - `durations`: histogram of durations

mod backend;
mod draw;
mod durations;
mod frame;
mod session;

pub use durations::DurationChart;
pub use frame::Picture;
pub use session::{SessionChart, SessionSeries};
