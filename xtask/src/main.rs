//! The command line of Coldstart's development commands; each is a file of the library.

use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;
use xtask::{bench, build, conformance, doctor, handlers, hook, runtimes, screenshot, serve, test};

/// Coldstart's development commands.
///
/// What they need and do not find they install: pinned tools into a cache folder of the user
/// (COLDSTART_CACHE, otherwise ~/.cache/coldstart), npm packages into node_modules.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build and open for visitors on this machine: http://127.0.0.1:8080
    Serve {
        /// Build without optimisation, and again whenever a source changes
        #[arg(long)]
        dev: bool,
        /// The port; 0 for any free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Make dist/: static files for any host, under any path
    Build,
    /// Build only the sample handlers, into public/handlers/
    Handlers,
    /// Build only the language runtimes, into target/runtimes/
    Runtimes,
    /// Run every check: format, lints, tests, browser tests, documentation, size budgets
    Test {
        /// Leave out what needs a browser or the release build of the page
        #[arg(long)]
        quick: bool,
    },
    /// Say what is installed, what is missing or of the wrong version, and how to get it
    Doctor,
    /// Take pictures of the built page: wide and narrow, light and dark
    Screenshot {
        /// The folder for the pictures
        #[arg(long, default_value = "target/screenshots")]
        out: std::path::PathBuf,
    },
    /// Measure the sandbox, the page and the projections against plain JavaScript and the targets
    Bench {
        /// Print JSON instead of a table
        #[arg(long)]
        json: bool,
        /// Measure dist/ as it is instead of building it first
        #[arg(long)]
        no_build: bool,
        /// Measure only this group of rows; may be given several times
        #[arg(long, value_enum)]
        only: Vec<bench::Group>,
    },
    /// Run WASI programs, laid out as in WebAssembly/wasi-testsuite, on the sandbox
    Conformance {
        /// The folder: *.wasm, each with an optional *.json
        folder: std::path::PathBuf,
        /// In headless Chromium instead of natively
        #[arg(long)]
        browser: bool,
    },
    /// Called by Trunk around its own build (see Trunk.toml)
    #[command(hide = true)]
    TrunkHook { stage: Stage },
}

#[derive(Clone, Copy, ValueEnum)]
enum Stage {
    Before,
    After,
}

fn main() -> ExitCode {
    xtask::console::elapsed();
    let result = match Arguments::parse().command {
        Command::Serve { dev: false, port } => serve::release(port),
        Command::Serve { dev: true, port } => serve::dev(port),
        Command::Build => build::build(),
        Command::Handlers => handlers::build_alone(),
        Command::Runtimes => runtimes::build().map(|_| ()),
        // What has failed was said already, and the count is to be the last line.
        Command::Test { quick } => match test::run(quick) {
            Ok(false) => return ExitCode::FAILURE,
            other => other.map(|_| ()),
        },
        Command::Doctor => doctor::run(),
        Command::Screenshot { out } => screenshot::run(&out),
        Command::Bench {
            json,
            no_build,
            only,
        } => bench::run(&bench::Options {
            json,
            no_build,
            only,
        }),
        // As above.
        Command::Conformance { folder, browser } => match conformance::run(&folder, browser) {
            Ok(false) => return ExitCode::FAILURE,
            other => other.map(|_| ()),
        },
        Command::TrunkHook {
            stage: Stage::Before,
        } => hook::before(),
        Command::TrunkHook {
            stage: Stage::After,
        } => hook::after(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes, one a line.
            eprintln!("error: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}
