//! The functions of the import module `coldstart`: what a handler can ask its environment without
//! WASI.

use super::engine::{GuestView, Running};
use super::link::{enter, fault};
use super::process::Process;
use crate::units::Span;
use wasmer::{Function, FunctionEnv, FunctionEnvMut, RuntimeError, Store};

/// Random bytes are handed over in pieces of this size, so that no request makes us allocate more.
const RANDOM_PIECE: u32 = 65_536;

/// The function of this name.
pub(super) fn function(
    store: &mut Store,
    running: &FunctionEnv<Running>,
    name: &str,
) -> Option<Function> {
    Some(match name {
        "log" => Function::new_typed_with_env(store, running, log),
        "context" => Function::new_typed_with_env(store, running, context),
        "variables" => Function::new_typed_with_env(store, running, variables),
        "now" => Function::new_typed_with_env(store, running, now),
        "sleep" => Function::new_typed_with_env(store, running, sleep),
        "random" => Function::new_typed_with_env(store, running, random),
        _ => return None,
    })
}

/// `log(ptr, len)`: appends bytes to the log as they are.
fn log(env: FunctionEnvMut<'_, Running>, ptr: u32, len: u32) -> Result<(), RuntimeError> {
    enter(env, |process, memory| {
        match memory.map(|memory| memory.read_vec(ptr, len as usize)) {
            Some(Ok(text)) => process.log(&text),
            _ => fault(process, memory, "coldstart.log", ptr, len.into()),
        }
    })
}

/// `context(ptr, capacity) -> length`: the invocation's context as JSON, `null` during init.
fn context(env: FunctionEnvMut<'_, Running>, ptr: u32, capacity: u32) -> Result<u32, RuntimeError> {
    enter(env, |process, memory| {
        // Strings and numbers always have a JSON form, and so has `None`: `null`.
        let json = serde_json::to_vec(&process.context).unwrap_or_default();
        hand_over(process, memory, "coldstart.context", &json, ptr, capacity)
    })
}

/// `variables(ptr, capacity) -> length`: the environment variables as a JSON object.
fn variables(
    env: FunctionEnvMut<'_, Running>,
    ptr: u32,
    capacity: u32,
) -> Result<u32, RuntimeError> {
    enter(env, |process, memory| {
        let json = std::mem::take(&mut process.variables);
        let len = hand_over(process, memory, "coldstart.variables", &json, ptr, capacity);
        process.variables = json;
        len
    })
}

/// `now() -> nanoseconds since 1970`
fn now(env: FunctionEnvMut<'_, Running>) -> Result<u64, RuntimeError> {
    enter(env, |process, _| process.unix_nanos())
}

/// `sleep(nanoseconds)`; negative spans are over at once.
fn sleep(env: FunctionEnvMut<'_, Running>, nanos: i64) -> Result<(), RuntimeError> {
    enter(env, |process, _| {
        if let Ok(nanos @ 1..) = u64::try_from(nanos) {
            process.wait(Span::from_nanos(nanos));
        }
    })
}

/// `random(ptr, len)`: fills the range with random bytes.
fn random(env: FunctionEnvMut<'_, Running>, ptr: u32, len: u32) -> Result<(), RuntimeError> {
    enter(env, |process, memory| {
        if memory.is_none_or(|memory| fill_random(process, memory, ptr, len).is_err()) {
            fault(process, memory, "coldstart.random", ptr, len.into());
        }
    })
}

/// Fills a range of guest memory with random bytes.
pub(super) fn fill_random(
    process: &mut Process,
    memory: &GuestView<'_>,
    ptr: u32,
    len: u32,
) -> Result<(), super::engine::OutOfBounds> {
    if u64::from(ptr) + u64::from(len) > memory.size() {
        return Err(super::engine::OutOfBounds);
    }
    let mut buffer = vec![0; len.min(RANDOM_PIECE) as usize];
    let mut done = 0;
    while done < len {
        let piece = (len - done).min(RANDOM_PIECE);
        let bytes = &mut buffer[..piece as usize];
        process.random(bytes);
        memory.write(ptr + done, bytes)?;
        done += piece;
    }
    Ok(())
}

/// Writes the text where it fits and answers the length that it needs.
fn hand_over(
    process: &mut Process,
    memory: Option<&GuestView<'_>>,
    function: &str,
    text: &[u8],
    ptr: u32,
    capacity: u32,
) -> u32 {
    let len = text.len() as u32;
    if len <= capacity && memory.is_none_or(|memory| memory.write(ptr, text).is_err()) {
        fault(process, memory, function, ptr, len.into());
    }
    len
}
