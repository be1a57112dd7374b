//! Short names for what a module imports from its script.
//!
//! wasm-bindgen gives every imported function a name with a hash of sixteen digits, in the module and in its
//! script. Nobody reads them, and hashes are what Brotli can do nothing with: the page is 8 KB smaller without.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use wasm_encoder::{ImportSection, Module, RawSection, reencode};
use wasmparser::{Parser, Payload};

/// The module and its script with short names for what `module` imports from `source`.
///
/// # Errors
/// If the module cannot be read, or the script does not define each of them just once.
pub(crate) fn shortened(module: &[u8], script: &str, source: &str) -> Result<(Vec<u8>, String)> {
    let mut names = BTreeMap::new();
    let mut out = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.context("the page's module")?;
        if let Payload::ImportSection(section) = payload {
            let mut imports = ImportSection::new();
            for import in section.into_imports() {
                let import = import.context("an import of the page's module")?;
                let count = names.len();
                let name = if import.module == source {
                    let short = names.entry(import.name);
                    short.or_insert_with(|| short_name(count)).as_str()
                } else {
                    import.name
                };
                let ty = wasm_encoder::EntityType::try_from(import.ty);
                let ty = ty.map_err(|error: reencode::Error| anyhow::anyhow!("{error}"))?;
                imports.import(import.module, name, ty);
            }
            out.section(&imports);
        } else if let Some((id, range)) = payload.as_section() {
            let (start, end) = (usize::try_from(range.start)?, usize::try_from(range.end)?);
            let data = module.get(start..end);
            let data = data.context("a section of the page's module")?;
            out.section(&RawSection { id, data });
        }
    }
    Ok((out.finish(), renamed(script, &names)?))
}

/// The script with its words replaced.
fn renamed(script: &str, names: &BTreeMap<&str, String>) -> Result<String> {
    let mut out = String::with_capacity(script.len());
    let mut found = 0;
    let mut rest = script;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        match names.get(word) {
            Some(short) => {
                found += 1;
                out.push_str(short);
            }
            None => out.push_str(word),
        }
        let next = after.find(is_word).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        out.push_str(between);
        rest = after;
    }
    if found != names.len() {
        bail!(
            "the page's script has {found} of the {} names that its module imports: another wasm-bindgen than \
             the pinned one?",
            names.len()
        );
    }
    Ok(out)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// `a` to `z`, then `aa` and so on.
fn short_name(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'a' + (number % 26) as u8));
        if number < 26 {
            return name;
        }
        number = number / 26 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = r#"(module
        (import "./a.js" "__wbg_now_0123456789abcdef" (func (result i32)))
        (import "./b.js" "load" (func))
        (import "./a.js" "__wbg_log_fedcba9876543210" (func (param i32)))
        (func (export "go") (call 2 (call 0))))"#;

    #[test]
    fn names_are_short_on_both_sides() {
        let module = wat::parse_str(MODULE).unwrap();
        let script = "const imports = { __wbg_now_0123456789abcdef: function() {}, __wbg_log_fedcba9876543210: (x) => __wbg_log(x) };";
        let (module, script) = shortened(&module, script, "./a.js").unwrap();
        assert_eq!(
            script,
            "const imports = { a: function() {}, b: (x) => __wbg_log(x) };"
        );
        let expected = MODULE
            .replace("__wbg_now_0123456789abcdef", "a")
            .replace("__wbg_log_fedcba9876543210", "b");
        assert_eq!(module, wat::parse_str(expected).unwrap());
    }

    #[test]
    fn a_script_of_another_module_is_refused() {
        let module = wat::parse_str(MODULE).unwrap();
        assert!(shortened(&module, "__wbg_now_0123456789abcdef", "./a.js").is_err());
        assert!(shortened(b"no module", "", "./a.js").is_err());
    }

    #[test]
    fn every_name_is_another() {
        let names: Vec<String> = (0..1_000).map(short_name).collect();
        assert_eq!(names[..2], ["a", "b"]);
        assert_eq!((&*names[25], &*names[26], &*names[702]), ("z", "aa", "aaa"));
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len());
    }
}
