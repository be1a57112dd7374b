//! Coldstart's development commands.
//!
//! ```text
//! main        the command line, one subcommand a file below
//! serve       build, then host dist/ on this machine
//! build       dist/: runs Trunk, which calls back into `hook`
//! hook        what Trunk cannot do: sample handlers before, workers, code editor and headers after
//! workers     the worker binaries: cargo, wasm-bindgen, loader
//! editor      the code editor: one script of npm packages
//! page        index.html, after Trunk
//! imports     short names between the page's module and its script
//! parts       the page's module split: what comes first, and what is fetched later
//! styles      the page's style sheets as one
//! minify      what a browser needs of sheets and scripts
//! html        reading the page that Trunk wrote
//! optimise    wasm-opt with a cache of its results
//! cargo       cargo commands for all packages that run natively
//! handlers    the sample handlers, from source to public/handlers
//! test/       every check of the project, with one closing count
//! bench/      what is measured, against its peers and targets
//! conformance/  WASI programs of other people on our sandbox
//! sizes       what a visitor downloads, against its budgets
//! runtimes/   language runtimes, made of interpreters that npm has, or from source
//! screenshot  pictures of the page
//! doctor      what is installed, what is missing, how to get it
//! tools       pinned tools and where they are installed
//! pypi        ... those that PyPI has
//! python      programs in Python with all that they need
//! browser     finding Chromium and its driver
//! visit       a site in headless Chromium, and what its page posts
//! sdk         the SDK of AWS, for tests and measurements of the Lambda API
//! server      the static file server, also used by the end-to-end tests
//! headers     the response headers, for the server and for dist/_headers
//! workspace   folders of the checkout
//! console     progress lines, running programs
//! ```

pub mod bench;
pub mod browser;
pub mod build;
mod cargo;
pub mod conformance;
pub mod console;
pub mod doctor;
pub mod editor;
pub mod handlers;
pub mod headers;
pub mod hook;
pub mod html;
mod imports;
pub mod minify;
pub mod optimise;
pub mod page;
pub mod parts;
pub mod pypi;
pub mod python;
pub mod runtimes;
pub mod screenshot;
pub mod sdk;
pub mod serve;
pub mod server;
pub mod sizes;
pub mod styles;
pub mod test;
pub mod tools;
pub mod visit;
pub mod workers;
pub mod workspace;
