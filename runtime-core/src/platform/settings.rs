//! Validation of a function's settings.
