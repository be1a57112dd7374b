//! Pages: a folder each; `mod.rs` wires, one file a panel.

pub mod costs;
pub mod fargate;
pub mod playground;
pub mod scale;
