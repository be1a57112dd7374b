//! The hooks of a profiling build (`meter::Profile::Calls`), which its functions call when they are
//! entered and left.

use super::engine::{GuestView, Running};
use crate::profile::{Memory, Recording};
use wasmer::{Function, FunctionEnv, FunctionEnvMut, Store};

/// The hook of this name. A process whose module has hooks gets a recorder.
pub(super) fn function(
    store: &mut Store,
    running: &FunctionEnv<Running>,
    name: &str,
) -> Option<Function> {
    let hook = match name {
        "enter" => Function::new_typed_with_env(store, running, enter),
        "exit" => Function::new_typed_with_env(store, running, exit),
        "caught" => Function::new_typed_with_env(store, running, caught),
        "framed" => Function::new_typed_with_env(store, running, framed),
        _ => return None,
    };
    let process = &mut running.as_mut(store).process;
    process.recorder.get_or_insert_default();
    Some(hook)
}

// Unlike other host functions, hooks neither change the guest's memory nor end its process: they are
// called for each function, and must not be noticed. They look at it only when an interpreter runs
// another frame.

fn enter(mut env: FunctionEnvMut<'_, Running>, function: u32, fuel: i64) -> u32 {
    let Some(recorder) = &mut env.data_mut().process.recorder else {
        return 0;
    };
    let depth = recorder.enter(function, fuel);
    if recorder.is_behind() {
        with_memory(&mut env, |recorder, memory| recorder.catch_up(memory));
    }
    depth
}

fn exit(mut env: FunctionEnvMut<'_, Running>, fuel: i64) {
    if let Some(recorder) = &mut env.data_mut().process.recorder {
        recorder.exit(fuel);
    }
}

fn caught(mut env: FunctionEnvMut<'_, Running>, depth: u32, fuel: i64) {
    if let Some(recorder) = &mut env.data_mut().process.recorder {
        recorder.caught(depth, fuel);
    }
}

fn framed(mut env: FunctionEnvMut<'_, Running>, frame: u32, fuel: i64) {
    with_memory(&mut env, |recorder, memory| {
        recorder.framed(frame, fuel, memory);
    });
}

fn with_memory(
    env: &mut FunctionEnvMut<'_, Running>,
    tell: impl FnOnce(&mut Recording, &GuestView<'_>),
) {
    let (running, store) = env.data_and_store_mut();
    if let (Some(recorder), Some(memory)) = (&mut running.process.recorder, &mut running.memory) {
        tell(recorder, &memory.view(&store));
    }
}

impl Memory for GuestView<'_> {
    fn read(&self, at: u32, into: &mut [u8]) -> bool {
        GuestView::read(self, at, into).is_ok()
    }

    fn word(&self, at: u32) -> Option<u32> {
        self.read_u32(at).ok()
    }
}

#[cfg(all(test, feature = "inspect", not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use crate::profile::{FunctionNames, PhaseProfile, Profile};
    use crate::sandbox::engine::{CompiledModule, Engine, Fuel, Limits, Trap};
    use crate::sandbox::host::{Host, Nowhere};
    use crate::sandbox::meter::{self, meter};
    use crate::sandbox::process::Process;
    use crate::sandbox::{
        Done, Invocation, InvocationContext, Phase, Sandbox, SandboxClock, SandboxSettings,
        TmpChange,
    };
    use crate::timeline::{Failure, HandlerKind, Outcome};
    use crate::units::{MemoryMb, RequestId, Span};
    use std::sync::{Arc, Mutex};

    const PLENTY: i64 = 1 << 40;

    fn metered(text: &str, profile: meter::Profile) -> CompiledModule {
        let wasm = meter(&wat::parse_str(text).unwrap(), profile).unwrap();
        CompiledModule::compile(&wasm).unwrap()
    }

    /// Runs a command; what it used, how it ended, and the profile of a profiling build.
    fn run(text: &str, profile: meter::Profile) -> (i64, Result<(), Trap>, Option<Profile>) {
        let module = metered(text, profile);
        let mut engine = Engine::new(module, HandlerKind::Command, Process::default()).unwrap();
        let limits = Limits {
            memory: MemoryMb::new(1),
            fuel: Fuel(PLENTY),
        };
        assert!(engine.instantiate(limits).is_ok());
        let ended = engine.start();
        let Fuel(left) = engine.fuel().unwrap();
        let recorder = engine.process().recorder.as_mut();
        (
            PLENTY - left,
            ended,
            recorder.map(|recorder| recorder.take(left).0),
        )
    }

    /// The tree as text: a line a node, indented by its depth, with calls, and whether it used fuel
    /// of its own.
    fn tree(text: &str, profile: &Profile) -> Vec<String> {
        let names = FunctionNames::read(&wat::parse_str(text).unwrap());
        let lines = profile.nodes().iter().enumerate().map(|(index, node)| {
            let above = profile.path(crate::profile::NodeId(index as u32)).count() - 1;
            let own = if node.fuel > 0 { "" } else { " (nothing)" };
            format!(
                "{}{} ×{}{own}",
                "  ".repeat(above),
                names.name(node.frame),
                node.calls
            )
        });
        lines.collect()
    }

    const PROGRAM: &str = r#"(module
        (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
        (memory (export "memory") 1)
        (tag $e)
        (func $begin (call $work (i32.const 3)))
        (start $begin)
        (func $work (param $n i32) (loop $on
            (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
        (func $throws (call $work (i32.const 5)) (throw $e))
        (func $deeper (call $throws) (call $never))
        (func $never (call $work (i32.const 9)))
        (func $down (param $n i32)
            (call $work (local.get $n))
            (br_if 0 (i32.eq (local.get $n) (i32.const 1)))
            (call $down (i32.sub (local.get $n) (i32.const 1))))
        (func $forever (call $work (i32.const 1)) (call $forever))
        (func $main (export "_start")
            (block $caught (try_table (catch_all $caught) (call $deeper)))
            (call $work (i32.const 7)) (call $work (i32.const 8))
            (drop (call $yield))
            (call $down (i32.const 3))
            END))"#;

    #[test]
    fn a_program_has_exactly_its_tree() {
        let text = PROGRAM.replace("END", "");
        let (used, ended, profile) = run(&text, meter::Profile::Calls);
        let profile = profile.unwrap();
        assert_eq!(ended, Ok(()));
        assert_eq!(
            tree(&text, &profile),
            [
                "begin ×1",
                "  work ×1",
                "main ×1",
                "  deeper ×1",
                "    throws ×1",
                "      work ×1",
                "  work ×2",
                "  down ×1",
                "    work ×1",
                "    down ×1",
                "      work ×1",
                "      down ×1",
                "        work ×1",
            ]
        );
        assert_eq!(profile.fuel(), used.unsigned_abs());
    }

    #[test]
    fn results_and_fuel_are_those_of_the_other_build() {
        for (end, expected) in [
            ("", Ok(())),
            ("(unreachable)", Err(Trap::Unreachable)),
            ("(call $deeper)", Err(Trap::UncaughtException)),
            ("(call $forever)", Err(Trap::StackOverflow)),
        ] {
            let text = PROGRAM.replace("END", end);
            let (plain, ended, none) = run(&text, meter::Profile::No);
            let (used, ended_too, profile) = run(&text, meter::Profile::Calls);
            assert_eq!((&ended, &ended_too), (&expected, &expected), "{end}");
            assert_eq!(none, None);
            let profile = profile.unwrap();
            assert_eq!(profile.fuel(), used.unsigned_abs(), "{end}");
            // Where a stack overflows is the engine's business: hooks need some of it too.
            if expected != Err(Trap::StackOverflow) {
                assert_eq!(used, plain, "{end}");
            } else {
                assert!(profile.folded_calls() > 100);
            }
        }
    }

    const REACTOR: &str = r#"(module (memory (export "memory") 1)
        (func $work (param $n i32) (loop $on
            (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
        (func $initialize (export "_initialize") (call $work (i32.const 1000)))
        (func $allocate (export "allocate") (param i32) (result i32) (i32.const 8))
        (func $handle (export "handle") (param $at i32) (param $len i32) (result i64)
            (if (i32.eq (local.get $len) (i32.const 4)) (then (call $trap)))
            (call $work (i32.mul (local.get $len) (i32.const 100)))
            (i64.const 0))
        (func $trap (call $work (i32.const 5000)) (unreachable)))"#;

    /// Hears profiles.
    #[derive(Clone, Default)]
    struct Ear(Arc<Mutex<Vec<PhaseProfile>>>);

    impl Ear {
        /// The only one since the last time.
        fn take(&self) -> PhaseProfile {
            let mut all = self.0.lock().unwrap();
            assert_eq!(all.len(), 1);
            all.pop().unwrap()
        }

        fn nothing(&self) -> bool {
            self.0.lock().unwrap().is_empty()
        }
    }

    impl Host for Ear {
        fn elapsed(&self) -> Span {
            Nowhere.elapsed()
        }
        fn unix_nanos(&self) -> u64 {
            Nowhere.unix_nanos()
        }
        fn random(&mut self, _: &mut [u8]) {}
        fn sleep(&mut self, _: Span) {}
        fn log(&mut self, _: Option<RequestId>, _: Option<Span>, _: &[u8]) {}
        fn tmp_changed(&mut self, _: TmpChange) {}
        fn done(&mut self, _: Done) {}
        fn profiled(&mut self, profile: PhaseProfile) {
            self.0.lock().unwrap().push(profile);
        }
        fn wait(&mut self) -> Option<Invocation> {
            None
        }
        fn can_wait(&self) -> bool {
            false
        }
    }

    const PHASE: Phase = Phase {
        began_unix_nanos: 0,
        limit: Span::from_secs(3),
        profile: true,
    };

    fn listened_to(module: CompiledModule) -> (Sandbox, Ear) {
        let settings = SandboxSettings {
            clock: SandboxClock::Modelled {
                started_unix_nanos: 0,
                seed: 1,
            },
            ..SandboxSettings::new(HandlerKind::Reactor)
        };
        let ear = Ear::default();
        let sandbox = Sandbox::start(&settings, module, ear.clone());
        (sandbox.unwrap(), ear)
    }

    #[test]
    fn each_phase_has_a_profile_of_its_own() {
        let module = metered(REACTOR, meter::Profile::Calls);
        let (mut sandbox, heard) = listened_to(module);
        let invocation = |event: &[u8]| Invocation {
            request: RequestId(0),
            init_first: false,
            phase: PHASE,
            context: InvocationContext::default(),
            event: event.to_vec(),
        };
        let phase = |sandbox: &mut Sandbox, event: Option<&[u8]>| {
            let done = match event {
                Some(event) => sandbox.invoke(invocation(event)).unwrap(),
                None => sandbox.init(PHASE).unwrap(),
            };
            let PhaseProfile {
                profile, waited, ..
            } = heard.take();
            assert_eq!(waited, Span::ZERO);
            (done, tree(REACTOR, &profile), profile.fuel())
        };
        let (_, init, _) = phase(&mut sandbox, None);
        assert_eq!(init, ["initialize ×1", "  work ×1"]);
        let (_, first, short) = phase(&mut sandbox, Some(b"x"));
        assert_eq!(first, ["allocate ×1 (nothing)", "handle ×1", "  work ×1"]);
        let (_, second, long) = phase(&mut sandbox, Some(b"long event"));
        assert_eq!(second, first);
        assert!(long > 9 * short);
        // A trap ends the process; what it did counts, and the next one begins anew.
        let (done, trapped, fuel) = phase(&mut sandbox, Some(b"trap"));
        assert_eq!(
            trapped,
            [
                "allocate ×1 (nothing)",
                "handle ×1",
                "  trap ×1",
                "    work ×1"
            ]
        );
        assert!(fuel > 5_000);
        assert!(matches!(
            done,
            Some(Done::Invocation { invoked, .. })
                if matches!(invoked.outcome, Outcome::Failed(Failure::Killed(_)))
        ));
        let (_, again, fuel) = phase(&mut sandbox, Some(b"x"));
        assert_eq!(
            again,
            [
                "initialize ×1",
                "  work ×1",
                "allocate ×1 (nothing)",
                "handle ×1",
                "  work ×1"
            ]
        );
        assert!(fuel > short + 1_000);
    }

    #[test]
    fn other_builds_have_none() {
        let module = metered(REACTOR, meter::Profile::No);
        let (mut sandbox, heard) = listened_to(module);
        sandbox.init(PHASE).unwrap();
        assert!(heard.nothing());
    }
}
