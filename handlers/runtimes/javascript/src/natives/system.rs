//! Streams, environment, clocks, exit, memory, compiling.

use crate::builtins;
use rquickjs::prelude::Func;
use rquickjs::{Array, Ctx, Exception, Function, Module, Object, Promise, Result, Value};
use std::io::Write;
use std::time::Instant;

use super::bytes::Bytes;

/// The version of QuickJS-ng that rquickjs-sys 0.14 holds.
const QUICKJS_VERSION: &str = "0.16.2";

pub(crate) fn add(native: &Object<'_>) -> Result<()> {
    native.set("quickjsVersion", QUICKJS_VERSION)?;
    native.set("commonjsHead", builtins::COMMONJS_HEAD.len())?;
    native.set("builtins", builtins::public_names().collect::<Vec<_>>())?;
    native.set(
        "write",
        Func::from(|stream: u8, text: String| write(stream, text.as_bytes())),
    )?;
    native.set(
        "writeBytes",
        Func::from(|stream: u8, bytes: Bytes| write(stream, &bytes.0)),
    )?;
    native.set(
        "exit",
        Func::from(|code: i32| -> () { std::process::exit(code) }),
    )?;
    native.set("environment", Func::from(environment))?;
    let began = Instant::now();
    native.set(
        "now",
        Func::from(move || began.elapsed().as_secs_f64() * 1e3),
    )?;
    native.set(
        "nanoseconds",
        Func::from(move || u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX) as f64),
    )?;
    native.set("memoryBytes", Func::from(|| memory_bytes() as f64))?;
    native.set("compileBuiltin", Func::from(compile_builtin))?;
    native.set("compileCommonJs", Func::from(compile_commonjs))?;
    native.set("import", Func::from(import))?;
    native.set("evaluateNow", Func::from(evaluate_now))?;
    native.set("stateOf", Func::from(state_of))
}

/// Nobody reads where writing fails, so there is nobody to tell either.
fn write(stream: u8, bytes: &[u8]) {
    let _ = if stream == 2 {
        std::io::stderr().write_all(bytes)
    } else {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush())
    };
}

/// Bytes of memory that the process has.
#[cfg(target_family = "wasm")]
fn memory_bytes() -> usize {
    const PAGE: usize = 1 << 16;
    core::arch::wasm32::memory_size::<0>() * PAGE
}

/// Bytes of memory that the process has; 0 if the system does not say.
#[cfg(not(target_family = "wasm"))]
fn memory_bytes() -> usize {
    const PAGE: usize = 4 << 10;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = statm
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    resident.unwrap_or(0) * PAGE
}

/// Names and values, one after the other.
fn environment() -> Vec<String> {
    let pair = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        [name, value].map(|text| text.to_string_lossy().into_owned())
    };
    std::env::vars_os().flat_map(pair).collect()
}

fn compile_builtin<'js>(ctx: Ctx<'js>, name: String) -> Result<Function<'js>> {
    builtins::compile(&ctx, &name)
}

fn compile_commonjs<'js>(ctx: Ctx<'js>, source: String, file: String) -> Result<Function<'js>> {
    builtins::compile_commonjs(&ctx, &source, file)
}

/// `import(path)`, from nowhere.
fn import<'js>(ctx: Ctx<'js>, path: String) -> Result<Value<'js>> {
    Ok(Module::import(&ctx, path)?.into_value())
}

/// Imports a module without waiting: its promise, and an object whose `it()` is its namespace once
/// that is fulfilled.
///
/// QuickJS does not say which modules it has, so one called `name` is made that imports this one.
fn evaluate_now<'js>(ctx: Ctx<'js>, name: String, path: String) -> Result<Array<'js>> {
    let quoted = ctx
        .json_stringify(path)?
        .ok_or_else(|| Exception::throw_type(&ctx, "no path"))?
        .to_string()?;
    let source = format!("import * as it from {quoted}; import.meta.it = () => it;");
    let module = Module::declare(ctx.clone(), name, source)?;
    let meta = module.meta()?;
    let (_, promise) = module.eval()?;
    let pair = Array::new(ctx)?;
    pair.set(0, promise)?;
    pair.set(1, meta)?;
    Ok(pair)
}

/// `pending`, `fulfilled` or `rejected`, and the value or reason.
fn state_of<'js>(ctx: Ctx<'js>, promise: Promise<'js>) -> Result<Array<'js>> {
    let pair = Array::new(ctx.clone())?;
    match promise.result::<Value>() {
        None => pair.set(0, "pending")?,
        Some(Ok(value)) => {
            pair.set(0, "fulfilled")?;
            pair.set(1, value)?;
        }
        Some(Err(_)) => {
            pair.set(0, "rejected")?;
            pair.set(1, ctx.catch())?;
        }
    }
    Ok(pair)
}
