//! The macro that makes a program a handler module.

/// Makes `handler` the program's handler, and writes its `main`.
///
/// `handler` is a `fn(Event, Context) -> Result<Response, E>`, where `Event` is
/// [`serde::de::DeserializeOwned`], `Response` is [`serde::Serialize`] and `E` turns into an
/// [`Error`](crate::Error). Call it once, at the root of `src/main.rs`.
///
/// ```
/// # use coldstart_handler::{Context, Error, Value};
/// fn handler(event: Value, _: Context) -> Result<Value, Error> {
///     Ok(event)
/// }
///
/// fn load_tables() -> Result<(), Error> {
///     // Runs once in each new environment, in its INIT phase.
///     Ok(())
/// }
///
/// coldstart_handler::main!(handler, init = load_tables);
/// ```
///
/// `init` is a function without arguments that returns `()` or a `Result<(), E>`. On a reactor it
/// runs in the INIT phase; a command has a process per invocation, so there it runs at the start
/// of each. An error or a panic in it ends the process.
///
/// With SnapStart, [`before_snapshot!`](crate::before_snapshot) and
/// [`after_restore!`](crate::after_restore) add what runs around the snapshot.
#[macro_export]
macro_rules! main {
    ($handler:expr $(,)?) => {
        $crate::main!($handler, init = || ());
    };
    ($handler:expr, init = $init:expr $(,)?) => {
        #[cfg(all(target_family = "wasm", target_os = "unknown"))]
        fn main() {}

        #[cfg(all(target_family = "wasm", target_os = "unknown"))]
        const _: () = {
            // SAFETY (of the names): the ABI reserves these three for exactly these functions,
            // and `main!` is called once in a program.
            #[unsafe(export_name = "_initialize")]
            extern "C" fn coldstart_initialize() {
                $crate::runtime::reactor::initialize($init)
            }
            #[unsafe(export_name = "allocate")]
            extern "C" fn coldstart_allocate(length: u32) -> u32 {
                $crate::runtime::reactor::allocate(length)
            }
            #[unsafe(export_name = "handle")]
            extern "C" fn coldstart_handle(pointer: u32, length: u32) -> u64 {
                $crate::runtime::reactor::handle(pointer, length, $handler)
            }
        };

        #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
        fn main() -> ::std::process::ExitCode {
            $crate::runtime::command::run($handler, $init)
        }
    };
}

/// Makes a function run at the end of INIT, before SnapStart takes its snapshot: the place to close
/// what cannot be copied.
///
/// The function takes no arguments and returns `()` or a `Result<(), E>`, as `init` of
/// [`main!`](crate::main). On targets other than `wasm32-unknown-unknown` it never runs: a command
/// cannot be captured.
///
/// ```
/// # fn forget_connections() {}
/// coldstart_handler::before_snapshot!(forget_connections);
/// ```
#[macro_export]
macro_rules! before_snapshot {
    ($hook:expr $(,)?) => {
        $crate::hook!("before_snapshot", $hook);
    };
}

/// Makes a function run first in each environment that begins from SnapStart's snapshot: the place to
/// draw what must not be the same in all of them. Otherwise as
/// [`before_snapshot!`](crate::before_snapshot).
///
/// ```
/// # fn draw_new_seed() {}
/// coldstart_handler::after_restore!(draw_new_seed);
/// ```
#[macro_export]
macro_rules! after_restore {
    ($hook:expr $(,)?) => {
        $crate::hook!("after_restore", $hook);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! hook {
    ($name:literal, $hook:expr) => {
        #[cfg(all(target_family = "wasm", target_os = "unknown"))]
        const _: () = {
            // SAFETY (of the name): the ABI reserves it for exactly this function.
            #[unsafe(export_name = $name)]
            extern "C" fn coldstart_hook() {
                $crate::runtime::reactor::initialize($hook)
            }
        };

        #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
        const _: fn() = || {
            let _ = $hook;
        };
    };
}
