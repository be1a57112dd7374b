//! The JavaScript that this runtime is made of, by module name.
//!
//! Each file is the body of a function `(exports, require, module, native)`, compiled when it is
//! first asked for: a handler that only returns a string never pays for `crypto`.

use rquickjs::context::EvalOptions;
use rquickjs::{Ctx, Error, Function, Result};

macro_rules! sources {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../js/", $name, ".js")))),*]
    };
}

/// Modules that handlers can import, and those below `internal/`, which only these can.
const SOURCES: &[(&str, &str)] = sources![
    "assert",
    "buffer",
    "console",
    "crypto",
    "events",
    "fs",
    "fs/promises",
    "module",
    "os",
    "path",
    "perf_hooks",
    "process",
    "querystring",
    "string_decoder",
    "timers",
    "timers/promises",
    "url",
    "util",
    "internal/bootstrap",
    "internal/clone",
    "internal/commonjs",
    "internal/encoding",
    "internal/equal",
    "internal/errors",
    "internal/esm",
    "internal/event_target",
    "internal/handler",
    "internal/inspect",
    "internal/invocation",
    "internal/lambda",
    "internal/loop",
    "internal/resolve",
    "internal/url",
    "internal/web_crypto",
];

/// What file names of built-in modules begin with in stack traces, as in Node.
const SCHEME: &str = "node:";

/// The names that `require` and `import` know.
pub(crate) fn public_names() -> impl Iterator<Item = &'static str> {
    SOURCES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !name.starts_with("internal/"))
}

/// The function of a built-in module.
pub(crate) fn compile<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Function<'js>> {
    let source = SOURCES.iter().find(|(known, _)| *known == name);
    let (_, source) = source.ok_or_else(|| Error::new_loading(name))?;
    let text = format!("(function (exports, require, module, native) {{{source}\n}})");
    evaluate(ctx, text, format!("{SCHEME}{name}"), true)
}

/// The function of a CommonJS module: sloppy, unless it says otherwise.
pub(crate) fn compile_commonjs<'js>(
    ctx: &Ctx<'js>,
    source: &str,
    file: String,
) -> Result<Function<'js>> {
    // On the first line, so that line numbers are the file's own.
    let text = format!("{COMMONJS_HEAD}{source}\n}})");
    evaluate(ctx, text, file, false)
}

/// What stands before the first line of a CommonJS module.
pub(crate) const COMMONJS_HEAD: &str =
    "(function (exports, require, module, __filename, __dirname) {";

fn evaluate<'js>(
    ctx: &Ctx<'js>,
    text: String,
    file: String,
    strict: bool,
) -> Result<Function<'js>> {
    let mut options = EvalOptions::default();
    options.strict = strict;
    options.filename = Some(file);
    ctx.eval_with_options(text, options)
}
