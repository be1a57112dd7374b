//! See `api`, `checks`, `event_checks` and `triggers`.

pub mod api;
pub mod checks;
pub mod event_checks;
pub mod triggers;
