//! `cargo xtask serve`: builds, then hosts `dist/` on this machine.

use crate::console::say;
use crate::server::{Options, Server};
use crate::{build, tools, workspace};
use anyhow::{Context, Result};

/// Builds in release and serves until it is ended.
///
/// # Errors
/// If the build fails or the port is taken.
pub fn release(port: u16) -> Result<()> {
    build::build()?;
    let server = start(port, false)?;
    announce(&server);
    server.wait();
    Ok(())
}

/// Serves a quick build, and builds again whenever a source changes, until it is ended.
///
/// # Errors
/// If a tool cannot be installed, the port is taken, or Trunk ends.
pub fn dev(port: u16) -> Result<()> {
    tools::ensure_build_tools()?;
    std::fs::create_dir_all(workspace::dist()).context("dist/ could not be made")?;
    let server = start(port, true)?;
    announce(&server);
    say("building without optimisation; the page reloads itself after each build");
    crate::console::run(build::trunk()?.arg("watch"))
}

fn start(port: u16, reload: bool) -> Result<Server> {
    let options = Options {
        port,
        reload,
        ..Options::default()
    };
    Server::start(workspace::dist(), options).with_context(|| {
        format!("port {port} cannot be used; choose another one with --port, or 0 for any")
    })
}

fn announce(server: &Server) {
    say("serving dist/ cross-origin isolated; end with Ctrl+C");
    // The one line on standard output, for scripts.
    println!("{}", server.url);
}
