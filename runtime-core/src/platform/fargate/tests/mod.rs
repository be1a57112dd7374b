//! ```text
//! settings  task definitions that are refused
//! ```

mod settings;
