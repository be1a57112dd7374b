//! What an interpreter's functions are called. A captured module has the same functions in the same
//! order.

use anyhow::{Context, Result};
use std::borrow::Cow;
use std::collections::BTreeMap;
use wasm_encoder::{CustomSection, Encode, NameMap, NameSection, RawSection};
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// Names by function index.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names(BTreeMap<u32, String>);

impl From<BTreeMap<u32, String>> for Names {
    fn from(names: BTreeMap<u32, String>) -> Self {
        Names(names)
    }
}

impl Names {
    /// The names of a module's functions.
    pub(super) fn of(module: &[u8]) -> Result<Self> {
        let mut names = BTreeMap::new();
        for payload in Parser::new(0).parse_all(module) {
            if let Payload::CustomSection(section) = payload?
                && let KnownCustom::Name(subsections) = section.as_known()
            {
                for subsection in subsections {
                    if let Name::Function(map) = subsection? {
                        for naming in map {
                            let naming = naming?;
                            names.insert(naming.index, naming.name.to_owned());
                        }
                    }
                }
            }
        }
        Ok(Names(names))
    }

    /// A function's name.
    pub(super) fn get(&self, function: u32) -> Option<&str> {
        self.0.get(&function).map(String::as_str)
    }

    /// The module with these names; it has none of its own.
    pub(super) fn given_to(&self, mut module: Vec<u8>) -> Vec<u8> {
        let mut functions = NameMap::new();
        for (index, name) in &self.0 {
            functions.append(*index, name);
        }
        let mut section = NameSection::new();
        section.functions(&functions);
        module.push(0);
        section.as_custom().encode(&mut module);
        module
    }
}

/// The module without its name section, which is for people.
pub(super) fn without(module: &[u8]) -> Result<Vec<u8>> {
    let mut kept = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        match &payload {
            Payload::CustomSection(section) if section.name() == "name" => {}
            Payload::CustomSection(section) => {
                kept.section(&CustomSection {
                    name: Cow::Borrowed(section.name()),
                    data: Cow::Borrowed(section.data()),
                });
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    let data = module
                        .get(range.start as usize..range.end as usize)
                        .context("a section beyond the end")?;
                    kept.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok(kept.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_off_and_given_back() {
        let text = r#"(module (import "a" "b" (func $imported)) (func $one) (func) (func $two))"#;
        let module = wat::parse_str(text).unwrap();
        let names = Names::of(&module).unwrap();
        let all: Vec<_> = names.0.values().map(String::as_str).collect();
        assert_eq!(all, ["imported", "one", "two"]);
        let bare = without(&module).unwrap();
        assert_eq!(Names::of(&bare).unwrap(), Names::default());
        assert_eq!(Names::of(&names.given_to(bare)).unwrap(), names);
    }
}
