//! Widgets: plain values in, callbacks out. They know nothing of sessions and functions.
//!
//! - `lanes/`: execution environments over time
//! - `map/`: stations, and dots on their way between them
//! - `ribbon`: one request's way
//! - `flame/`: where the billed milliseconds went
//! - `strip`: billed milliseconds
//! - `waterfall`: segments of a trace, one below what caused it
//! - `chart/`: concurrency, starts, durations; a simulated run
//! - `sketch/`: paper to draw on
//! - `editor`: JSON to edit
//! - `code_editor/`: source code to edit
//! - `viewer`: texts and logs to read, copy and keep
//! - `tasks`: tasks over time
//! - `part`: a panel whose code comes later
//! - `tabs`, `files`: tabs; places that take files
//! - `template`: fields and remarks of templates
//! - `surface`, `measure`, `palette`: canvases, sizes and colours for the drawings
//! - `pointer`: what drags have in common
//! - `ids`: ids that no other element has

mod chart;
mod code_editor;
mod editor;
mod files;
mod flame;
mod ids;
mod lanes;
mod map;
mod measure;
mod palette;
mod part;
mod pointer;
mod ribbon;
mod sketch;
mod strip;
mod surface;
mod tabs;
mod tasks;
mod template;
mod viewer;
mod waterfall;

pub use chart::{
    BalanceChart, BalanceMap, BalanceWords, ChartFile, DurationChart, Ink, RunChart, RunChartWords,
    RunSeries, RunView, SessionChart, SessionSeries, SweepChart, SweepPicture,
};
pub use code_editor::{CodeEditor, Jump, Mark, Severity, SourceText, TextKey};
pub use editor::JsonEditor;
pub use files::{DropZone, FileButton, taken_files};
pub use flame::{FlameGraph, FlameView, UsageTable};
pub use ids::fresh_id;
pub use lanes::Lanes;
pub use map::{Chosen, MapView, SessionMap, Told};
pub use part::{ComingPanel, Panel, Part};
pub use pointer::{capture, place_within};
pub use ribbon::Ribbon;
pub use sketch::Sketch;
pub use strip::Strip;
pub use tabs::Tabs;
pub use tasks::{LaneInk, TaskBars, TaskLanes};
pub use template::{TemplateField, TemplateRemarks};
pub use viewer::{LogView, TextView, coloured};
pub use waterfall::{Bar, Look, Waterfall, WaterfallModel, WaterfallRow};
