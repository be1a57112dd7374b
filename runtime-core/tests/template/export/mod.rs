//! Sessions as templates.
//!
//! ```text
//! sessions   sessions to export
//! rebuilt    what a session is set up with, as an import of its template has it
//! layers     a session with layers, there and back
//! golden     the templates of some sessions, in `exported/`
//! round      export, then import: the same session
//! remade     and once its change set is executed, too
//! remarks    what a template cannot say
//! ```

mod golden;
mod layers;
mod rebuilt;
mod remade;
mod remarks;
mod round;
mod sessions;
