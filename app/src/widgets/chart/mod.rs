//! Charts, drawn by plotters on a canvas, each with a table that says the same and files to
//! keep: CSV, SVG, PNG.
//!
//! - `backend`: plotters on our canvas, or as SVG
//! - `draw`: axes, bars and steps in the page's type and colours
//! - `frame`: title, legend, table, files
//! - `table`: what is shown as rows, for people and as CSV
//! - `session`: concurrency, cold and warm starts over time
//! - `run`: lines over the time of a simulated run
//! - `durations`: histogram of durations
//! - `balance`: which of two is less, as a map over two scales
//! - `sweep`: one figure over one or two fields

mod backend;
mod balance;
mod draw;
mod durations;
mod frame;
mod run;
mod session;
mod sweep;
mod table;

pub use balance::{BalanceChart, BalanceMap, BalanceWords};
pub use durations::DurationChart;
pub use frame::ChartFile;
pub use run::{Ink, RunChart, RunChartWords, RunSeries, RunView};
pub use session::{SessionChart, SessionSeries};
pub use sweep::{SweepChart, SweepPicture};
