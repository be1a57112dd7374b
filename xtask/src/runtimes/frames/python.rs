//! Frames of CPython 3.12 (`Include/internal/pycore_frame.h`, `Include/cpython/code.h`,
//! `Include/cpython/unicodeobject.h`, as they are where addresses have 32 bits).

use super::super::python_names::Image;
use super::{Frames, each_body};
use anyhow::{Context, Result, bail, ensure};
use runtime_core::profile::{
    Encoding, Field, FrameKind, FrameLayout, Is, Naming, Test, TextForm, TextPlace,
};
use runtime_core::sandbox::meter::FrameStores;
use std::collections::BTreeMap;
use wasmparser::Operator;

/// `_PyInterpreterFrame`: `f_code`, `previous`, and the word with `owner` in its third byte.
const CODE: u32 = 0;
const PREVIOUS: u32 = 4;
const OWNER: Field = Field {
    at: 36,
    shift: 16,
    mask: 0xff,
};
/// Frames of functions: on the thread's stack, in a generator, in a frame object. The fourth is the
/// interpreter's own between two of its loops.
const OWNERS: [u32; 3] = [0, 1, 2];
/// `PyCodeObject`: `co_firstlineno`, `co_filename`, `co_qualname`.
const FIRST_LINE: u32 = 44;
const FILE: u32 = 80;
const QUALIFIED_NAME: u32 = 88;
/// `PyASCIIObject`: `length` and `state`, whose bits are two of `interned`, three of `kind`,
/// `compact` and `ascii`. What is not ASCII has three words more.
const LENGTH: u32 = 8;
const STATE: u32 = 16;
const ASCII_DATA: u32 = 20;
const OTHER_DATA: u32 = 28;
const COMPACT: u32 = 1 << 3;
const ASCII: u32 = 1 << 4;

/// `PyThreadState.cframe`, which the interpreter's loop sets to a structure on its stack whose first
/// word is the current frame.
const THREAD_CFRAME: u64 = 40;
/// It does so within so many instructions.
const BEGINNING: usize = 100;

fn layout() -> FrameLayout {
    let text = |state, data, encoding| TextForm {
        when: vec![Test {
            of: vec![],
            field: Field {
                at: STATE,
                shift: 2,
                mask: 0x1f,
            },
            is: Is::OneOf(vec![state]),
        }],
        length: Field::word(LENGTH),
        data,
        encoding,
    };
    FrameLayout {
        caller: PREVIOUS,
        kinds: vec![FrameKind {
            when: vec![Test {
                of: vec![],
                field: OWNER,
                is: Is::OneOf(OWNERS.to_vec()),
            }],
            function: vec![CODE],
            key: [vec![], vec![QUALIFIED_NAME], vec![FIRST_LINE]],
            names: vec![Naming {
                when: vec![],
                text: TextPlace::At(vec![QUALIFIED_NAME]),
            }],
            renamed: BTreeMap::new(),
            unnamed: None,
            file: Some(TextPlace::At(vec![FILE])),
            line: Some(vec![FIRST_LINE]),
        }],
        texts: vec![
            text(1 | COMPACT | ASCII, ASCII_DATA, Encoding::Latin1),
            text(1 | COMPACT, OTHER_DATA, Encoding::Latin1),
            text(2 | COMPACT, OTHER_DATA, Encoding::Utf16),
            text(4 | COMPACT, OTHER_DATA, Encoding::Utf32),
        ],
    }
}

/// Of a captured interpreter, in whose memory this source must be found under the name of its file.
pub(in super::super) fn frames(module: &[u8], file: &str, source: &str) -> Result<Frames> {
    let image = Image::read(module)?;
    let layout = layout();
    check(&image, &layout, file, source)
        .context("CPython's objects do not lie as xtask/src/runtimes/frames/python.rs says")?;
    let interpreter = image.largest.context("a module without functions")?;
    let stores = FrameStores {
        offset: current_frame(module, interpreter).context(
            "CPython's loop does not begin as xtask/src/runtimes/frames/python.rs expects",
        )?,
        function: Some(interpreter),
    };
    Ok(Frames { layout, stores })
}

/// Where the interpreter's loop has the current frame on its stack: it begins with
/// `tstate->cframe = &cframe`.
fn current_frame(module: &[u8], interpreter: u32) -> Result<u32> {
    let mut found = None;
    each_body(module, |function, operators| {
        if function != interpreter {
            return Ok(());
        }
        let operators = operators.into_iter().collect::<Result<Vec<_>, _>>()?;
        let beginning = operators.get(..BEGINNING).unwrap_or(&operators);
        let offset = beginning.windows(4).find_map(|window| match window {
            [
                Operator::LocalGet { .. },
                Operator::I32Const { value },
                Operator::I32Add,
                Operator::I32Store { memarg },
            ] if memarg.offset == THREAD_CFRAME => Some(value.cast_unsigned()),
            _ => None,
        });
        let stores = operators.iter().filter(|operator| match operator {
            Operator::I32Store { memarg } => offset.map(u64::from) == Some(memarg.offset),
            _ => false,
        });
        // Calls and returns of Python's functions, generators, and exceptions.
        found = offset.filter(|_| stores.count() > 4);
        Ok(())
    })?;
    found.context("no place for the current frame")
}

/// Every function at the top of the source has to be found in the memory, with its name and line.
fn check(image: &Image, layout: &FrameLayout, file: &str, source: &str) -> Result<()> {
    let [kind] = &*layout.kinds else {
        bail!("frames of one kind");
    };
    let code = image
        .words()
        .find(|at| image.type_name(*at) == Some("code"));
    let code = code.context("no type `code`")?;
    let memory = image.memory.as_slice();
    let objects = image.words().filter(|at| image.word(at + 4) == Some(code));
    let found: Vec<_> = objects
        .filter_map(|object| layout.describe(kind, object, memory))
        .filter(|function| function.file.as_deref() == Some(file))
        .collect();
    let mut functions = 0;
    for (line, text) in (1_u32..).zip(source.lines()) {
        let Some((name, _)) = text.strip_prefix("def ").and_then(|it| it.split_once('(')) else {
            continue;
        };
        functions += 1;
        ensure!(
            found
                .iter()
                .any(|it| it.name == name && it.line == Some(line)),
            "{name} of {file}, line {line}, is not among {found:?}"
        );
    }
    ensure!(functions > 0, "{file} has no functions");
    Ok(())
}
