//! Source code for the managed runtimes: which of them it is for, and what its handler is called.

use crate::sandbox::PackageFiles;
use crate::timeline::Runtime;

/// The runtime that a source file is for, by its extension.
pub(super) fn runtime_of(name: &str) -> Option<Runtime> {
    match name.rsplit_once('.')?.1 {
        "py" => Some(Runtime::Python312),
        "mjs" | "js" | "cjs" => Some(Runtime::JavaScript),
        "rb" => Some(Runtime::Ruby34),
        _ => None,
    }
}

/// The runtime and the handler string that fit a package's files best. Only files at the top level
/// count: a handler in a folder is possible, but which of a hundred library files it is, only the
/// author knows.
pub(super) fn suggest(files: &PackageFiles) -> Option<(Runtime, String)> {
    let mut best: Option<(u8, Runtime, String)> = None;
    for (name, bytes) in files.iter().filter(|(name, _)| !name.contains('/')) {
        let Some(runtime) = runtime_of(name) else {
            continue;
        };
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let (default_file, default_function) = runtime
            .default_handler()
            .split_once('.')
            .unwrap_or((runtime.default_handler(), ""));
        let text = String::from_utf8_lossy(bytes);
        let function = function_in(runtime, &text);
        let rank = match (stem == default_file, &function) {
            (true, Some(_)) => 3,
            (false, Some(_)) => 2,
            (true, None) => 1,
            (false, None) => 0,
        };
        if best.as_ref().is_none_or(|(before, ..)| rank > *before) {
            let function = function.unwrap_or_else(|| default_function.to_owned());
            best = Some((rank, runtime, format!("{stem}.{function}")));
        }
    }
    best.map(|(_, runtime, handler)| (runtime, handler))
}

/// The package's WebAssembly text, if it has exactly one at its top level.
pub(super) fn only_text_module(files: &PackageFiles) -> Option<(&str, &[u8])> {
    let mut texts = files
        .iter()
        .filter(|(name, _)| !name.contains('/') && name.ends_with(super::WAT_EXTENSION));
    let only = texts.next()?;
    texts.next().is_none().then_some(only)
}

/// The function of a source text that is most likely its handler: one of the usual names, or else
/// the first that takes an event and a context.
fn function_in(runtime: Runtime, text: &str) -> Option<String> {
    const USUAL: [&str; 3] = ["lambda_handler", "handler", "main"];
    let defined: Vec<&str> = text
        .lines()
        .filter_map(|line| defined_in(runtime, line))
        .collect();
    let usual = USUAL.iter().find(|name| defined.contains(name));
    let first = || {
        let takes_event = |line: &&str| line.contains("event");
        let mut lines = text.lines().filter(takes_event);
        lines.find_map(|line| defined_in(runtime, line))
    };
    usual.copied().or_else(first).map(str::to_owned)
}

/// The name that a line at the outermost level defines and, in JavaScript, exports.
fn defined_in(runtime: Runtime, line: &str) -> Option<&str> {
    let after = |starts: &[&str]| starts.iter().find_map(|start| line.strip_prefix(start));
    let rest = match runtime {
        Runtime::Python312 => after(&["def ", "async def "]),
        Runtime::Ruby34 => after(&["def "]),
        Runtime::JavaScript => after(&[
            "export const ",
            "export let ",
            "export async function ",
            "export function ",
            "exports.",
            "module.exports.",
        ]),
        Runtime::Provided => None,
    }?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
    let name = rest.get(..end.unwrap_or(rest.len()))?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(files: &[(&str, &str)]) -> Option<(Runtime, String)> {
        let mut package = PackageFiles::default();
        for (name, text) in files {
            package.insert(name, text.as_bytes().to_vec());
        }
        suggest(&package)
    }

    #[test]
    fn the_handler_is_found_by_file_and_function() {
        let python = Runtime::Python312;
        let js = Runtime::JavaScript;
        type Files<'a> = &'a [(&'a str, &'a str)];
        let cases: &[(Files<'_>, Runtime, &str)] = &[
            (
                &[(
                    "lambda_function.py",
                    "import json\ndef lambda_handler(event, context):\n  pass",
                )],
                python,
                "lambda_function.lambda_handler",
            ),
            (
                &[(
                    "app.py",
                    "def helper(x):\n  pass\ndef run(event, ctx):\n  pass",
                )],
                python,
                "app.run",
            ),
            (
                &[
                    ("util.py", "x = 1"),
                    ("main.py", "async def handler(event, context): ..."),
                ],
                python,
                "main.handler",
            ),
            (
                &[(
                    "index.mjs",
                    "export const handler = async (event) => event;",
                )],
                js,
                "index.handler",
            ),
            (
                &[("app.js", "exports.main = async () => 1")],
                js,
                "app.main",
            ),
            (
                &[("index.js", "module.exports = { handler }")],
                js,
                "index.handler",
            ),
            (
                &[(
                    "lambda_function.rb",
                    "def lambda_handler(event:, context:)\nend",
                )],
                Runtime::Ruby34,
                "lambda_function.lambda_handler",
            ),
        ];
        for (files, runtime, handler) in cases {
            assert_eq!(
                suggested(files),
                Some((*runtime, (*handler).to_owned())),
                "{files:?}"
            );
        }
    }

    #[test]
    fn folders_and_other_files_say_nothing() {
        assert_eq!(
            suggested(&[("src/index.js", "exports.handler = 1"), ("a.txt", "")]),
            None
        );
        assert_eq!(suggested(&[]), None);
    }
}
