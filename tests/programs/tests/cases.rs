//! The language runtimes by their tables of cases, natively and in Chromium.
//!
//! `cargo xtask test` runs it on a built site; alone:
//! `cargo test -p coldstart-programs --features run --test cases -- NAME`.

use coldstart_programs::cases::{Case, Table};
use coldstart_programs::{Chromium, Native};
use libtest_mimic::{Arguments, Trial};
use runtime_core::timeline::Runtime;
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

/// The runtimes with a table, and the folder of their sources.
const RUNTIMES: [(Runtime, &str); 2] = [(Runtime::Python312, "python"), (Runtime::Ruby34, "ruby")];

type Lazy<T> = Arc<LazyLock<T, Box<dyn FnOnce() -> T + Send>>>;

fn main() -> ExitCode {
    let native: Lazy<Native> = Arc::new(LazyLock::new(Box::new(Native::default)));
    let chromium: Lazy<Chromium> = Arc::new(LazyLock::new(Box::new(Chromium::start)));
    let mut trials = Vec::new();
    for (runtime, folder) in RUNTIMES {
        let table = Arc::new(Table::of(runtime, folder, &coldstart_tests::site()));
        add(&mut trials, "natively", folder, &table, {
            let native = Arc::clone(&native);
            move |case, table| case.check(table, &**native)
        });
        add(&mut trials, "in Chromium", folder, &table, {
            let (chromium, native) = (Arc::clone(&chromium), Arc::clone(&native));
            move |case, table| case.check_alike(table, &**chromium, &**native)
        });
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    conclusion.exit_code()
}

fn add(
    trials: &mut Vec<Trial>,
    place: &str,
    runtime: &str,
    table: &Arc<Table>,
    run: impl Fn(&Case, &Table) -> Result<(), String> + Clone + Send + 'static,
) {
    for (at, (name, case)) in table.cases.iter().enumerate() {
        let (table, run) = (Arc::clone(table), run.clone());
        let ignored = case.beyond_the_sandbox().is_some();
        let trial = Trial::test(format!("{place}: {runtime}: {name}"), move || {
            let (_, case) = &table.cases[at];
            run(case, &table).map_err(Into::into)
        });
        trials.push(trial.with_ignored_flag(ignored));
    }
}
