//! Pure geometry: numbers in, rectangles and words out, tested without a page.
//!
//! - `phase`: the phases of an environment, their rank and names
//! - `window`: the stretch of time on screen: zoom, pan, follow
//! - `ticks`: marks and labels of a time axis
//! - `lanes/`: one lane per environment: layout, bars, concurrency steps, hit testing
//! - `ribbon`: the stations of a request's way and the lines between them
//! - `flame/`: who called whom, as wide as the time it took
//! - `map/`: stations, the lines between them, dots on their way
//! - `strip`: one cell per billed millisecond
//! - `bins`: histogram and time bins of the charts
//! - `colour`: colours as numbers
//! - `tree`: files as a tree of folders
//! - `figures`: figures of any size, for labels
//! - `drawing`: strokes of a pen, and the small picture made of them
//! - `waterfall`: where in a row a stretch of time lies
//! - `text`: positions in a text, and how much of a long one is shown

pub mod bins;
pub mod colour;
pub mod drawing;
pub mod figures;
pub mod flame;
pub mod lanes;
pub mod map;
pub mod phase;
pub mod ribbon;
pub mod strip;
pub mod text;
pub mod ticks;
pub mod tree;
pub mod waterfall;
pub mod window;
