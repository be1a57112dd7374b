//! What importing a template would change in a session, as CloudFormation's change sets say it: worked out
//! and shown first, executed when someone says so.
//!
//! ```text
//! order      what a change set is made of: a template, what it is given, files, what is there already
//! data       ChangeSet: what would be made, what is only shown, what is kept
//! remark     what there is to say of it
//! services   the services of a template as scenarios, with its form and what there is to say
//!
//! with the feature `templates`:
//! plan       the order in which things are made, on a platform that only tries it
//! layers     layers, where their files were given along
//! functions  functions; versions: their versions and aliases; code: where their code comes from;
//!            stub: what stands for code that is missing
//! sources    topics, buckets, buses, schedules; wires: whom they tell what; pools: log groups of
//!            functions, user pools
//! streams    what mappings poll that is no queue
//! shown      triggers that are events here, not sources of their own
//! names      names that nobody has yet
//! fields     parameters and imports as a form, remarks with their lines
//! ```
//!
//! Order and change set are there without the feature, so that a page which leaves the reading of
//! templates to a worker can ask and show.

mod data;
mod order;
mod remark;
mod services;

#[cfg(feature = "templates")]
mod code;
#[cfg(feature = "templates")]
mod fields;
#[cfg(feature = "templates")]
mod functions;
#[cfg(feature = "templates")]
mod layers;
#[cfg(feature = "templates")]
mod names;
#[cfg(feature = "templates")]
mod plan;
#[cfg(feature = "templates")]
mod pools;
#[cfg(feature = "templates")]
mod shown;
#[cfg(feature = "templates")]
mod sources;
#[cfg(feature = "templates")]
mod streams;
#[cfg(feature = "templates")]
mod stub;
#[cfg(feature = "templates")]
mod versions;
#[cfg(feature = "templates")]
mod wires;

pub use data::{
    ChangeSet, CodeChoice, Field, FieldKind, KeptResource, NewAlias, NewFunction, NewLayer,
    NewMapping, NewQueue, NewSource, NewStream, NewUrl, NewVersion, Shown,
};
pub use order::{Account, Next, Order};
#[cfg(feature = "templates")]
pub use plan::change_set;
pub use remark::{Remark, RemarkKind, TemplateFault};
#[cfg(feature = "templates")]
pub use services::services;
pub use services::{ServicesOrder, TemplateOrder, TemplateServices};

/// Endings of the names of templates.
pub const TEMPLATE_ENDINGS: [&str; 4] = [".yaml", ".yml", ".json", ".template"];

/// What a template is given.
#[cfg(feature = "templates")]
fn inputs(
    parameters: &crate::units::OrderedMap<String, String>,
    imports: &crate::units::OrderedMap<String, String>,
) -> crate::template::Inputs {
    let given = |map: &crate::units::OrderedMap<String, String>| {
        map.iter()
            .map(|(key, it)| (key.clone(), it.clone()))
            .collect()
    };
    crate::template::Inputs {
        parameters: given(parameters),
        imports: given(imports),
        ..crate::template::Inputs::default()
    }
}

/// Whether a file is meant as a template, by its name.
pub fn is_template(file_name: &str) -> bool {
    let name = file_name.to_ascii_lowercase();
    TEMPLATE_ENDINGS.iter().any(|ending| name.ends_with(ending))
}
