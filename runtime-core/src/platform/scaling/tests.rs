//! Alarms and Application Auto Scaling against what the guides say of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actions;
mod alarms;
mod pods;
mod properties;
mod stage;
mod steps;
mod tracking;
