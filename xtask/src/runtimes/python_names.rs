//! Names for CPython's functions, which its build for WASI has none of: from the tables by which
//! Python finds its own built-in functions. These lie in the module's data as C structures: a
//! `PyMethodDef` says what a method is called, a `PyTypeObject` what its type is called and which
//! functions do `repr()`, `iter()` and the like (CPython 3.12, `Include/methodobject.h` and
//! `Include/cpython/object.h`).

use super::names::Names;
use anyhow::Result;
use std::collections::BTreeMap;
use wasmparser::{
    ConstExpr, DataKind, ElementItems, ElementKind, Operator, Parser, Payload, TypeRef,
};

/// What the interpreter's loop is called. It is by far the largest function.
const LOOP: &str = "_PyEval_EvalFrameDefault";

/// The reference count of what is never freed, with which a static type begins.
const IMMORTAL: u32 = u32::MAX >> 2;
/// Words of a `PyTypeObject`: its name, its size and its methods.
const TYPE_NAME: u32 = 3;
const TYPE_SIZE: u32 = 4;
const TYPE_METHODS: u32 = 29;
/// Words of a `PyTypeObject` that are functions, by what calls them in Python.
const SLOTS: [(u32, &str); 18] = [
    (6, "(dealloc)"),
    (8, "(getattr)"),
    (9, "(setattr)"),
    (11, "__repr__"),
    (15, "__hash__"),
    (16, "__call__"),
    (17, "__str__"),
    (18, "__getattribute__"),
    (19, "__setattr__"),
    (23, "(traverse)"),
    (24, "(clear)"),
    (25, "(richcompare)"),
    (27, "__iter__"),
    (28, "__next__"),
    (34, "__get__"),
    (35, "__set__"),
    (37, "__init__"),
    (39, "__new__"),
];
/// Words of a `PyMethodDef`: name, function, flags, documentation.
const METHOD_WORDS: u32 = 4;
/// Flags that a method can have: how it is called, and `METH_CLASS`, `METH_STATIC`, `METH_COEXIST`.
const METHOD_FLAGS: u32 = 0x2ff;
/// Flags one of which says how it is called.
const CALLING: u32 = 0x8d;
/// Where a method has its function, a `PyMemberDef` has a number below this, of its type.
const MEMBER_TYPES: u32 = 32;

/// The names of CPython's functions as far as they can be found.
pub(super) fn names(module: &[u8]) -> Result<Names> {
    let image = Image::read(module)?;
    let mut names = BTreeMap::new();
    if let Some(function) = image.largest {
        names.insert(function, LOOP.to_owned());
    }
    // Functions of types first: they are known by their type.
    for at in image.words() {
        if let Some(name) = image.type_name(at) {
            for (word, slot) in SLOTS {
                image.give(&mut names, at + 4 * word, || format!("{name}.{slot}"));
            }
            let mut method = image.word(at + 4 * TYPE_METHODS).unwrap_or(0);
            while let Some(called) = image.method(method) {
                image.give(&mut names, method + 4, || format!("{name}.{called}"));
                method += 4 * METHOD_WORDS;
            }
        }
    }
    for at in image.words() {
        if let Some(called) = image.method(at) {
            image.give(&mut names, at + 4, || called.to_owned());
        }
    }
    Ok(Names::from(names))
}

/// A module's memory and table as they are at first.
pub(super) struct Image {
    pub(super) memory: Vec<u8>,
    table: BTreeMap<u32, u32>,
    /// The function with the longest body.
    pub(super) largest: Option<u32>,
}

impl Image {
    pub(super) fn read(module: &[u8]) -> Result<Self> {
        let (mut memory, mut table) = (Vec::new(), BTreeMap::new());
        let (mut function, mut largest) = (0, None);
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
                    let range = body.range();
                    largest = largest.max(Some((range.end - range.start, function)));
                    function += 1;
                }
                Payload::ElementSection(segments) => {
                    for segment in segments {
                        let segment = segment?;
                        if let (
                            ElementKind::Active { offset_expr, .. },
                            ElementItems::Functions(all),
                        ) = (segment.kind, segment.items)
                        {
                            let offset = constant(&offset_expr)?;
                            for (index, function) in (offset..).zip(all) {
                                table.insert(index, function?);
                            }
                        }
                    }
                }
                Payload::DataSection(segments) => {
                    for segment in segments {
                        let segment = segment?;
                        if let DataKind::Active { offset_expr, .. } = segment.kind {
                            let at = constant(&offset_expr)? as usize;
                            let end = at + segment.data.len();
                            memory.resize(memory.len().max(end), 0);
                            memory[at..end].copy_from_slice(segment.data);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Image {
            memory,
            table,
            largest: largest.map(|(_, function)| function),
        })
    }

    /// Where words are.
    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        (0..self.memory.len() as u32).step_by(4)
    }

    pub(super) fn word(&self, at: u32) -> Option<u32> {
        let bytes = self.memory.get(at as usize..at as usize + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }

    /// A name as Python has them, with dots, that ends with a zero.
    fn text(&self, at: u32) -> Option<&str> {
        let bytes = self.memory.get(at as usize..)?;
        let end = bytes.iter().take(80).position(|byte| *byte == 0)?;
        let text = std::str::from_utf8(&bytes[..end]).ok()?;
        let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        (at > 0 && starts && text.chars().all(is_name)).then_some(text)
    }

    /// What a static type is called, if there is one.
    pub(super) fn type_name(&self, at: u32) -> Option<&str> {
        let plausible =
            self.word(at)? == IMMORTAL && (8..4_096).contains(&self.word(at + 4 * TYPE_SIZE)?);
        let name = self
            .text(self.word(at + 4 * TYPE_NAME)?)
            .filter(|_| plausible)?;
        Some(name.rsplit_once('.').map_or(name, |(_, short)| short))
    }

    /// What a method is called, if there is one.
    fn method(&self, at: u32) -> Option<&str> {
        let flags = self.word(at + 8)?;
        let documentation = self.word(at + 12)?;
        let function = self.word(at + 4)?;
        let plausible = function >= MEMBER_TYPES
            && self.table.contains_key(&function)
            && flags & !METHOD_FLAGS == 0
            && flags & CALLING != 0
            && (documentation as usize) < self.memory.len();
        let name = self.text(self.word(at)?)?;
        (plausible && !name.contains('.')).then_some(name)
    }

    /// Names the function whose place in the table stands at `at`, unless it has a name.
    fn give(&self, names: &mut BTreeMap<u32, String>, at: u32, name: impl FnOnce() -> String) {
        let function = self.word(at).and_then(|index| self.table.get(&index));
        if let Some(function) = function {
            names.entry(*function).or_insert_with(name);
        }
    }
}

fn constant(expression: &ConstExpr<'_>) -> Result<u32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value.cast_unsigned()),
        other => anyhow::bail!("an offset that is no constant: {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_and_slots_are_found() {
        // A type at 256 with `__repr__` and one method at 64, with what is no method behind it, and a
        // function of a module at 96.
        let words = |words: &[u32]| -> String {
            let bytes = words.iter().flat_map(|word| word.to_le_bytes());
            bytes.map(|byte| format!("\\{byte:02x}")).collect()
        };
        let mut class = vec![0; 40];
        class[0] = IMMORTAL;
        class[TYPE_NAME as usize] = 16;
        class[TYPE_SIZE as usize] = 24;
        class[11] = 41;
        class[TYPE_METHODS as usize] = 64;
        let text = format!(
            r#"(module (import "a" "b" (func))
            (table 99 funcref) (elem (i32.const 1) func 1) (elem (i32.const 41) func 1 2 3)
            (memory 1)
            (data (i32.const 16) "builtins.list\00") (data (i32.const 32) "sort\00") (data (i32.const 48) "loads\00")
            (data (i32.const 64) "{}") (data (i32.const 96) "{}") (data (i32.const 256) "{}")
            (func) (func) (func) (func (drop (i32.const 1)) (drop (i32.const 1))))"#,
            words(&[32, 42, 0x82, 0, 48, 1, 0x08, 16]),
            words(&[48, 43, 0x08, 16]),
            words(&class),
        );
        let found = names(&wat::parse_str(text).unwrap()).unwrap();
        let expected = [
            (1, "list.__repr__"),
            (2, "list.sort"),
            (3, "loads"),
            (4, LOOP),
        ];
        let expected = expected.map(|(index, name)| (index, name.to_owned()));
        assert_eq!(found, Names::from(BTreeMap::from(expected)));
    }
}
