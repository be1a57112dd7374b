//! What functions are called, and whose they are.

use super::{FrameId, Profile};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Names of a module's functions, from its name section, as people write them in their source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionNames {
    /// The module's own name; compilers take it from the program's.
    module: Option<String>,
    functions: BTreeMap<u32, String>,
}

/// Whose function it is, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// The program's own.
    Own,
    /// A library's that the program uses.
    Library,
    /// The language's: its standard library, allocator, and what comes before `main`.
    Language,
}

/// Crates that come with every Rust program.
const RUST: &[&str] = &[
    "__rustc",
    "alloc",
    "compiler_builtins",
    "core",
    "dlmalloc",
    "hashbrown",
    "panic_abort",
    "panic_unwind",
    "proc_macro",
    "rustc_demangle",
    "std",
    "wasi",
    "wasip1",
    "wasip2",
];

/// Functions of the C library that take time in real programs.
const C: &[&str] = &[
    "_start",
    "_initialize",
    "abort",
    "aligned_alloc",
    "calloc",
    "dlcalloc",
    "dlfree",
    "dlmalloc",
    "dlrealloc",
    "emmalloc",
    "exit",
    "fclose",
    "fflush",
    "fopen",
    "fprintf",
    "fputs",
    "fread",
    "free",
    "frexp",
    "fwrite",
    "getenv",
    "malloc",
    "memchr",
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "printf",
    "printf_core",
    "pthread_self",
    "puts",
    "qsort",
    "read",
    "realloc",
    "rust_begin_unwind",
    "rust_eh_personality",
    "rust_panic",
    "sbrk",
    "snprintf",
    "strchr",
    "strcmp",
    "strlen",
    "strncmp",
    "strtod",
    "vfprintf",
    "vsnprintf",
    "write",
    "writev",
];

/// The C mathematics library, which Rust's standard library calls too: names of functions on doubles;
/// those on floats have an `f` behind.
const MATH: &[&str] = &[
    "acos", "asin", "atan", "atan2", "cbrt", "ceil", "cos", "cosh", "exp", "exp2", "expm1", "fabs",
    "floor", "fma", "fmod", "hypot", "ldexp", "log", "log10", "log1p", "log2", "pow", "rint",
    "round", "scalbn", "sin", "sinh", "sqrt", "tan", "tanh", "tgamma", "trunc",
];

impl FunctionNames {
    /// Whether no function has a name.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// The name, where there is one.
    pub fn get(&self, frame: FrameId) -> Option<&str> {
        self.functions.get(&frame.0).map(String::as_str)
    }

    /// The name, or the function's number.
    pub fn name(&self, frame: FrameId) -> Cow<'_, str> {
        match self.get(frame) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(format!("function {}", frame.0)),
        }
    }

    /// Whose function it is. What has no name is taken for the program's own.
    pub fn origin(&self, frame: FrameId) -> Origin {
        match self.get(frame) {
            Some(name) => origin(name, self.module.as_deref()),
            None => Origin::Own,
        }
    }

    /// Forgets the names of functions that the profile does not have: an interpreter has ten
    /// thousand, and an invocation calls a few hundred of them.
    pub fn keep_only(&mut self, profiles: &[&Profile]) {
        let mut called = BTreeMap::new();
        for node in profiles.iter().flat_map(|profile| profile.nodes()) {
            if let Some(name) = self.functions.remove(&node.frame.0) {
                called.insert(node.frame.0, name);
            }
        }
        self.functions = called;
    }

    /// Names by function. Those of Rust and C++ may be as compilers write them.
    pub fn new<'a>(
        module: Option<&str>,
        functions: impl IntoIterator<Item = (u32, &'a str)>,
    ) -> Self {
        let readable = |(index, name)| (index, readable(name));
        FunctionNames {
            module: module.map(str::to_owned),
            functions: functions.into_iter().map(readable).collect(),
        }
    }

    /// The names in a module's name section; none where there is no section, and those before the
    /// mistake where it has one.
    #[cfg(feature = "inspect")]
    pub fn read(wasm: &[u8]) -> Self {
        use wasmparser::{KnownCustom, Parser, Payload};
        for payload in Parser::new(0).parse_all(wasm) {
            let Ok(payload) = payload else { break };
            let Payload::CustomSection(section) = payload else {
                continue;
            };
            let KnownCustom::Name(section) = section.as_known() else {
                continue;
            };
            return FunctionNames::of_section(section, Some);
        }
        FunctionNames::default()
    }

    /// The names in the name section of a profiling build. `known_as` gives the index that hooks tell
    /// of a function, and none for the hooks themselves.
    #[cfg(feature = "inspect")]
    pub fn of_profiling_build(section: &[u8], known_as: impl Fn(u32) -> Option<u32>) -> Self {
        use wasmparser::{BinaryReader, NameSectionReader};
        let reader = NameSectionReader::new(BinaryReader::new(section, 0));
        FunctionNames::of_section(reader, known_as)
    }

    #[cfg(feature = "inspect")]
    fn of_section(
        section: wasmparser::NameSectionReader<'_>,
        known_as: impl Fn(u32) -> Option<u32>,
    ) -> Self {
        use wasmparser::Name;
        let mut module = None;
        let mut functions = Vec::new();
        for subsection in section {
            match subsection {
                Ok(Name::Module { name, .. }) => module = Some(name),
                Ok(Name::Function(names)) => {
                    let names = names.into_iter().map_while(Result::ok);
                    functions.extend(names.filter_map(|naming| {
                        known_as(naming.index).map(|index| (index, naming.name))
                    }));
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        FunctionNames::new(module, functions)
    }
}

/// A name as its author wrote it, without the compiler's hash.
fn readable(symbol: &str) -> String {
    match rustc_demangle::try_demangle(symbol) {
        Ok(name) => format!("{name:#}"),
        Err(_) => symbol.to_owned(),
    }
}

fn origin(name: &str, module: Option<&str>) -> Origin {
    match crate_of(name) {
        Some(name) if RUST.contains(&name) => Origin::Language,
        Some(name) => {
            // `my-function.wasm` is made of a crate `my_function`.
            let program = module.map(|it| it.trim_end_matches(".wasm").replace('-', "_"));
            match program.is_none_or(|program| program == name) {
                true => Origin::Own,
                false => Origin::Library,
            }
        }
        None if name.starts_with("__") || C.contains(&name) || is_math(name) => Origin::Language,
        None => Origin::Own,
    }
}

fn is_math(name: &str) -> bool {
    let of_floats = name.strip_suffix('f').is_some_and(|it| MATH.contains(&it));
    of_floats || MATH.contains(&name)
}

/// The crate or namespace that a path begins with: `serde` of `<serde::de::Thing as core::fmt::Debug>::fmt`.
fn crate_of(name: &str) -> Option<&str> {
    let mut rest = name;
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches(['<', '&', '*', '(', '[', ' ']);
        for word in ["mut ", "const ", "dyn ", "impl "] {
            rest = rest.strip_prefix(word).unwrap_or(rest);
        }
        if rest.len() == before {
            break;
        }
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let (word, after) = rest.split_at(end);
    match after.starts_with("::") {
        true => Some(word),
        // `<[u8] as core::fmt::Debug>::fmt`, `<str as ..>`: what every program has belongs to the
        // crate of the trait.
        false => after
            .split_once(" as ")
            .filter(|_| name.starts_with('<'))
            .and_then(|(_, path)| crate_of(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: Option<&str> = Some("my-handler.wasm");

    #[test]
    fn symbols_become_names() {
        for (symbol, name) in [
            (
                "_ZN10my_handler6handle17h0123456789abcdefE",
                "my_handler::handle",
            ),
            (
                "_ZN54_$LT$my_handler..Event$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE",
                "<my_handler::Event as core::fmt::Debug>::fmt",
            ),
            ("_RNvC6my_own6handle", "my_own::handle"),
            ("_PyEval_EvalFrameDefault", "_PyEval_EvalFrameDefault"),
            ("dlmalloc", "dlmalloc"),
            ("_ZN3foo3barEv", "_ZN3foo3barEv"),
        ] {
            assert_eq!(readable(symbol), name, "{symbol}");
        }
    }

    #[test]
    fn names_tell_whose_a_function_is() {
        for (name, expected) in [
            ("my_handler::handle", Origin::Own),
            (
                "<my_handler::Event as serde::Serialize>::serialize",
                Origin::Own,
            ),
            (
                "<&mut my_handler::Event as core::fmt::Debug>::fmt",
                Origin::Own,
            ),
            ("handle", Origin::Own),
            ("function 12", Origin::Own),
            ("_PyEval_EvalFrameDefault", Origin::Own),
            ("serde_json::de::from_slice", Origin::Library),
            ("<[u8] as serde::Serialize>::serialize", Origin::Library),
            (
                "core::ptr::drop_in_place<my_handler::Event>",
                Origin::Language,
            ),
            (
                "<alloc::vec::Vec<my_handler::Event> as core::ops::Drop>::drop",
                Origin::Language,
            ),
            ("<str as core::fmt::Debug>::fmt", Origin::Language),
            ("dlmalloc", Origin::Language),
            ("log1p", Origin::Language),
            ("sinf", Origin::Language),
            ("f", Origin::Own),
            ("__rust_alloc", Origin::Language),
        ] {
            assert_eq!(origin(name, MODULE), expected, "{name}");
        }
        // Nobody knows then which crate is the program's.
        assert_eq!(origin("serde::a", None), Origin::Own);
        for odd in [
            "",
            "<",
            "<<<<",
            "a as ",
            "<a as ",
            "&mut ",
            "::",
            "é::x",
            "<é as ü>",
        ] {
            let _ = origin(odd, MODULE);
        }
    }

    #[test]
    fn functions_without_a_name_have_their_number() {
        let mut names = FunctionNames::new(None, [(3, "three"), (4, "four")]);
        assert_eq!(names.name(FrameId(3)), "three");
        assert_eq!(names.name(FrameId(9)), "function 9");
        assert_eq!(names.origin(FrameId(9)), Origin::Own);
        names.keep_only(&[]);
        assert_eq!(names.get(FrameId(3)), None);
    }

    #[cfg(feature = "inspect")]
    #[test]
    fn names_are_read_from_the_name_section() {
        let wasm = wat::parse_str("(module $it (import \"a\" \"b\" (func $b)) (func $c))");
        let names = FunctionNames::read(&wasm.expect("the text is a module"));
        assert_eq!(names, FunctionNames::new(Some("it"), [(0, "b"), (1, "c")]));
        assert_eq!(FunctionNames::read(b"nonsense"), FunctionNames::default());
    }
}
