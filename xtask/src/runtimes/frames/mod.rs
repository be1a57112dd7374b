//! How an interpreter's frames lie in its memory, and which of its stores change the one that runs:
//! what a profile needs to tell of the program instead of the interpreter.
//!
//! Whatever is known of an interpreter here is checked against the very module that is built. An
//! interpreter of another version or compilation fails the build.
//!
//! ```text
//! python      CPython 3.12: known from its headers, checked in the captured memory
//! javascript  QuickJS: asked of its source by the compiler
//! ```

pub(super) mod javascript;
pub(super) mod python;

use anyhow::Result;
use runtime_core::profile::FrameLayout;
use runtime_core::sandbox::meter::FrameStores;
use wasmparser::{Operator, Parser, Payload, TypeRef};

/// What a runtime's profiling build and its readers are to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frames {
    /// How frames lie in memory.
    pub(super) layout: FrameLayout,
    /// Which stores change the one that runs.
    pub(super) stores: FrameStores,
}

/// Calls `visit` with the index and the operators of each function of a module.
fn each_body<'a>(
    module: &'a [u8],
    mut visit: impl FnMut(u32, wasmparser::OperatorsReader<'a>) -> Result<()>,
) -> Result<()> {
    let mut function = 0;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if let TypeRef::Func(_) | TypeRef::FuncExact(_) = import?.ty {
                        function += 1;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                visit(function, body.get_operators_reader()?)?;
                function += 1;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The functions with a store of a word at this offset.
fn storing(module: &[u8], offset: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    each_body(module, |function, operators| {
        for operator in operators {
            if let Operator::I32Store { memarg } = operator?
                && memarg.offset == u64::from(offset)
            {
                found.push(function);
                break;
            }
        }
        Ok(())
    })?;
    Ok(found)
}
