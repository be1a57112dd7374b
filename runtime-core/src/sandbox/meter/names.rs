//! The name section, with names for what is added.

use super::MeterError;
use super::added::{Added, Renumber};
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{NameMap, NameSection};
use wasmparser::{Name, NameSectionReader};

/// The names with new indices. Labels lose theirs, since what is added has labels too.
pub(super) fn rewritten(
    section: NameSectionReader<'_>,
    added: &Added,
) -> Result<NameSection, MeterError> {
    let mut names = NameSection::new();
    for subsection in section {
        match subsection? {
            Name::Function(functions) => {
                let mut own = Vec::new();
                for naming in functions {
                    let naming = naming?;
                    own.push((added.function(naming.index), naming.name));
                }
                names.functions(&map(own, added.hook_names().chain(added.function_names())));
            }
            Name::Global(globals) => {
                let mut own = Vec::new();
                for naming in globals {
                    let naming = naming?;
                    own.push((naming.index, naming.name));
                }
                names.globals(&map(own, added.global_names()));
            }
            Name::Label(_) => {}
            other => Renumber(added).parse_custom_name_subsection(&mut names, other)?,
        }
    }
    Ok(names)
}

fn map<'a>(mut names: Vec<(u32, &'a str)>, added: impl Iterator<Item = (u32, &'a str)>) -> NameMap {
    names.extend(added);
    names.sort_by_key(|(index, _)| *index);
    let mut map = NameMap::new();
    for (index, name) in names {
        map.append(index, name);
    }
    map
}
