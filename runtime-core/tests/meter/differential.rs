//! Generated modules: metered, metered with hooks, and as they were.

use crate::machine::{Machine, PLENTY, shown, zero};
use crate::smith;
use proptest::prelude::*;
use runtime_core::sandbox::meter::{FrameStores, Profile, meter};
use wasm_smith::{Config, Module};
use wasmer::{Extern, Store, Value};

/// What a run of everything exported gave: results or traps, then globals, memories and tables.
type Run = (Vec<Result<Vec<String>, String>>, Vec<(String, String)>);

/// Modules that can be run: they import only functions and end.
fn runnable() -> Config {
    Config {
        max_imports: 4,
        allowed_instructions: smith().allowed_instructions,
        // wasmer 7.4.2 panics on some generated modules that throw, metered or not.
        exceptions_enabled: false,
        canonicalize_nans: true,
        max_memory32_bytes: 40 << 16,
        memory_max_size_required: true,
        table_max_size_required: true,
        max_table_elements: 1_000,
        min_funcs: 3,
        min_exports: 3,
        max_instructions: 300,
        allow_start_export: true,
        ..smith()
    }
}

fn imports_only_functions(wasm: &[u8]) -> bool {
    wasmparser::Parser::new(0)
        .parse_all(wasm)
        .all(|payload| match payload {
            Ok(wasmparser::Payload::ImportSection(section)) => section
                .into_imports()
                .all(|import| matches!(import.unwrap().ty, wasmparser::TypeRef::Func(_))),
            _ => true,
        })
}

/// Calls all exported functions with zeros and with other numbers. The fuel after each call, too.
fn run(wasm: &[u8]) -> (Run, Vec<i64>) {
    let mut machine = match Machine::of(wasm) {
        Ok(machine) => machine,
        // Segments that do not fit are no matter of metering, but must stay errors.
        Err(error) => return ((vec![Err(error)], Vec::new()), Vec::new()),
    };
    let mut results = Vec::new();
    let mut fuel = Vec::new();
    let is_metered = machine
        .instance
        .exports
        .get_global("coldstart.fuel")
        .is_ok();
    if let Err(trap) = machine.start() {
        return ((vec![Err(trap)], Vec::new()), Vec::new());
    }
    let exports = machine.instance.exports.clone();
    for (name, export) in exports
        .iter()
        .filter(|(name, _)| !name.starts_with("coldstart."))
    {
        let Extern::Function(function) = export else {
            continue;
        };
        let ty = function.ty(&machine.store);
        for number in [0, 1, 77] {
            let arguments = ty.params().iter().map(|ty| match zero(ty) {
                Value::I32(_) => Value::I32(number),
                Value::I64(_) => Value::I64(number.into()),
                Value::F64(_) => Value::F64(number.into()),
                other => other,
            });
            let result = machine.call(name, &arguments.collect::<Vec<_>>());
            results.push(result.map(|values| values.iter().map(shown).collect()));
            if is_metered {
                fuel.push(machine.fuel());
            }
        }
    }
    ((results, machine.state()), fuel)
}

/// A start function's trap is worded differently where it is called by the host.
fn without_start(run: Run) -> Option<Run> {
    match &run.0[..] {
        [Err(_)] if run.1.is_empty() => None,
        _ => Some(run),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_global_rejects: 10_000, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn metered_modules_do_what_they_did(seed in prop::collection::vec(any::<u8>(), 1_000..4_000)) {
        let module = Module::new(runnable(), &mut arbitrary::Unstructured::new(&seed));
        prop_assume!(module.is_ok());
        let mut module = module.unwrap();
        module.ensure_termination(200).unwrap();
        let wasm = module.to_bytes();
        prop_assume!(imports_only_functions(&wasm));
        // It lacks some combinations of accepted proposals, such as tables of exceptions.
        prop_assume!(wasmer::Module::new(&Store::default(), &wasm).is_ok());
        let (expected, _) = run(&wasm);
        let metered = meter(&wasm, Profile::No).unwrap();
        let (found, fuel) = run(&metered);
        prop_assert_eq!(without_start(found), without_start(expected.clone()));
        // It only ever goes down, and the same way each time, with hooks as well.
        prop_assert!(fuel.windows(2).all(|pair| pair[1] <= pair[0]));
        prop_assert!(fuel.first().is_none_or(|first| *first <= PLENTY));
        prop_assert_eq!(&run(&metered).1, &fuel);
        let any_store = FrameStores { offset: 0, function: None };
        for profile in [Profile::Calls, Profile::Frames(any_store)] {
            let (found, with_hooks) = run(&meter(&wasm, profile).unwrap());
            prop_assert_eq!(without_start(found), without_start(expected.clone()));
            prop_assert_eq!(with_hooks, fuel.clone());
        }
    }
}
