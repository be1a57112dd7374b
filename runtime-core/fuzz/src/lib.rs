//! See `checks`.

pub mod checks;
