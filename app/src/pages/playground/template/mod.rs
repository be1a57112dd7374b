//! Templates: what importing one would change, and the button that does it.
//!
//! ```text
//! desk    where dropped templates wait
//! reading a template on its way through the worker, with what it is given
//! dialog  the dialog; fields: parameters and imports; changes: what will be made, and what will not
//! model   a change set as texts
//! ```

mod changes;
mod desk;
mod dialog;
mod fields;
mod model;
mod reading;

pub(super) use desk::TemplateDesk;
pub(super) use dialog::TemplateDialog;
