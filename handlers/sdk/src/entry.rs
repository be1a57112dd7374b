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
