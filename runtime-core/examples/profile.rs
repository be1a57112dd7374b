//! Records where the work of a reactor's invocation went, natively:
//!
//! ```text
//! cargo run --release -p runtime-core --features inspect,sandbox --example profile -- \
//!     MODULE.wasm EVENT.json [PROFILE.json]
//! ```
//!
//! Prints a table of functions. With a third path it also writes, as JSON, the profiles of INIT and
//! of the invocation, and the names of their functions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "this is a tool for developers"
)]

use runtime_core::cpu::cpu_time;
use runtime_core::profile::{FunctionNames, Profile};
use runtime_core::sandbox::meter::{self, meter};
use runtime_core::sandbox::{
    CompiledModule, Done, Host, Invocation, InvocationContext, Sandbox, SandboxSettings, TmpChange,
};
use runtime_core::timeline::HandlerKind;
use runtime_core::units::{MemoryMb, RequestId, Span};

/// A clock that stands still, zeros for random bytes, and nobody who listens.
struct Alone;

impl Host for Alone {
    fn elapsed(&self) -> Span {
        Span::ZERO
    }
    fn unix_nanos(&self) -> u64 {
        1_700_000_000_000_000_000
    }
    fn random(&mut self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
    fn sleep(&mut self, _: Span) {}
    fn log(&mut self, _: Option<RequestId>, text: &[u8]) {
        eprint!("{}", String::from_utf8_lossy(text));
    }
    fn tmp_changed(&mut self, _: TmpChange) {}
    fn done(&mut self, _: Done) {}
    fn wait(&mut self) -> Option<Invocation> {
        None
    }
    fn can_wait(&self) -> bool {
        false
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, event, out @ ..] = &arguments[..] else {
        eprintln!("a module, an event, and where to write the profile");
        std::process::exit(2);
    };
    let wasm = std::fs::read(module).expect("the module can be read");
    let mut names = FunctionNames::read(&wasm);
    let build = meter(&wasm, meter::Profile::Calls).expect("the module can be metered");
    let compiled = CompiledModule::compile(&build).expect("the module compiles");
    let settings = SandboxSettings {
        memory: MemoryMb::new(1_769),
        ..SandboxSettings::new(HandlerKind::Reactor)
    };
    let mut sandbox = Sandbox::start(&settings, compiled, Alone).expect("the module links");
    sandbox.init().expect("the environment works");
    let init = sandbox.take_profile().expect("a profiling build");
    let invocation = Invocation {
        request: RequestId(0),
        init_first: false,
        context: InvocationContext::default(),
        event: std::fs::read(event).expect("the event can be read"),
    };
    sandbox.invoke(invocation).expect("the environment works");
    let invocation = sandbox.take_profile().expect("a profiling build");
    names.keep_only(&[&init, &invocation]);
    print_table(&invocation, &names);
    if let [out, ..] = out {
        let bytes = serde_json::to_vec(&(&init, &invocation, &names)).expect("it can be written");
        std::fs::write(out, bytes).expect("the profile can be written");
    }
}

fn print_table(profile: &Profile, names: &FunctionNames) {
    let ms = |fuel| cpu_time(fuel).as_nanos() as f64 / 1e6;
    println!(
        "{:>12} {:>12} {:>10}  function",
        "own ms", "total ms", "calls"
    );
    for usage in profile.functions().iter().take(30) {
        let name = names.name(usage.frame);
        println!(
            "{:>12.3} {:>12.3} {:>10}  {name}",
            ms(usage.own),
            ms(usage.total),
            usage.calls
        );
    }
    println!(
        "{:>12.3} in {} nodes, {} calls folded",
        ms(profile.fuel()),
        profile.nodes().len(),
        profile.folded_calls()
    );
}
