//! What to do about an [`InspectError`].

use super::error::{BOOTSTRAP, InspectError, PackageKind, Unlinked};
use super::facts::{ExportFact, ImportFact};
use super::file_kind::FileKind;
use crate::sandbox::imports::{COLDSTART, HOST_FUNCTIONS, WASI};

const BUILD_RUST: &str = "Build it for WebAssembly first: `cargo build --release --target wasm32-wasip1`, and upload the .wasm file from target/wasm32-wasip1/release.";

impl InspectError {
    /// What to do about it, in a sentence or two.
    pub fn hint(&self) -> String {
        match self {
            InspectError::PackageTooLarge { .. } => "Lambda takes packages above this size only from S3, which is not modelled here. Strip debug information (`strip = true`, `wasm-opt -Oz --strip-debug`), or upload the module in a zip.".into(),
            InspectError::NotWasm { looks_like, .. } => not_wasm(*looks_like).into(),
            InspectError::NotZip { .. } => "A layer is a zip file of what is to lie under /opt: python/, nodejs/node_modules/, ruby/lib/ or whatever the code reads.".into(),
            InspectError::EmptyZip => "Zip the folder that holds the layer's files: `cd layer && zip -r ../layer.zip .`".into(),
            InspectError::Truncated { .. } => "Download or copy the file again; compare its size with the original's.".into(),
            InspectError::Invalid { .. } => "Build the module again with an up-to-date compiler, and check it with `wasm-tools validate`.".into(),
            InspectError::Component => "Build a core module instead: in Rust use wasm32-wasip1 rather than wasm32-wasip2, in TinyGo `-target=wasip1`; leave out `wasm-tools component new`.".into(),
            InspectError::NotLinked(Unlinked::ObjectFile) => "Link it into a module with wasm-ld; compilers do so unless they are called with `-c`.".into(),
            InspectError::NotLinked(Unlinked::SharedLibrary) => "Build a static module: without `-shared`, `-sSIDE_MODULE` or `-sMAIN_MODULE`.".into(),
            InspectError::Unsupported { proposal, .. } => proposal.remedy().into(),
            InspectError::NoHandler { exports } => no_handler(exports).into(),
            InspectError::TwoHandlers => "Export one of them: leave out `handle` to read the event from standard input, or build a library (in Rust crate-type cdylib) so that there is no `_start`.".into(),
            InspectError::NoAllocator { .. } => "A reactor exports `allocate: (len: i32) -> ptr: i32`, where the host copies the event to. The handler SDK does this for you.".into(),
            InspectError::WrongSignature { export, .. } => match export.as_str() {
                "handle" => "`handle` takes the event's pointer and length and returns pointer and length of the response packed into one i64: `(ptr << 32) | len`.".into(),
                "allocate" => "`allocate` takes a length and returns a pointer to that many bytes.".into(),
                "memory" => "Export the module's memory, not something else, under the name `memory`.".into(),
                other => format!("`{other}` takes nothing and returns nothing; a function of another meaning needs another name."),
            },
            InspectError::MemoryNotExported => "Export it: `(memory (export \"memory\") 1)` in text; compilers do so by themselves unless they are told not to (`--no-export-memory`).".into(),
            InspectError::MemoryImported { .. } => "Let the module define and export its own memory: build without `--import-memory`.".into(),
            InspectError::ReservedExport { .. } => "Give that export another name.".into(),
            InspectError::UnknownImports { imports, .. } => unknown_imports(imports),
            InspectError::WrongImportSignatures { .. } => "Compare the declarations with the handler ABI and with WASI preview 1; a binding for another version of WASI is the usual reason.".into(),
            InspectError::Wat { .. } => "Correct the line and deploy it again.".into(),
            InspectError::ZipTruncated => "Zip or download the package again; test it with `unzip -t`.".into(),
            InspectError::ZipDamaged { .. } => "Zip the package again; test it with `unzip -t`.".into(),
            InspectError::ZipTooManyEntries { .. } => format!("Only `{BOOTSTRAP}` is needed; leave out what the handler does not read."),
            InspectError::ZipEncrypted { .. } => "Zip the package without a password.".into(),
            InspectError::ZipCompression { .. } => "Zip the package with deflate, as `zip` does by itself.".into(),
            InspectError::ZipUnsafeEntry { .. } => "Zip the package from inside its folder, with plain files only: `cd package && zip -r ../package.zip .`".into(),
            InspectError::UnzippedTooLarge => "Leave out what the handler does not need. Lambda has the same limit, layers included.".into(),
            InspectError::NothingToRun { resembles, .. } => nothing_to_run(resembles.as_ref()),
        }
    }
}

fn not_wasm(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Empty => "Check that the build succeeded, and choose its .wasm file.",
        FileKind::Elf | FileKind::MachO | FileKind::Pe => {
            "Programs for a processor cannot run in a browser. Build the same source for WebAssembly: in Rust `--target wasm32-wasip1`, in Go `GOOS=wasip1 GOARCH=wasm`, in C clang with the WASI SDK."
        }
        FileKind::JavaClass => {
            "Java classes cannot run here. Compile the handler to WebAssembly with WASI preview 1 (in Java with TeaVM's WASI backend)."
        }
        FileKind::LlvmBitcode | FileKind::StaticLibrary => {
            "This is a step on the way to a module: link it with wasm-ld and upload the result. In Rust the crate-type is cdylib or a binary."
        }
        FileKind::Gzip => "Unpack it first; a package is a .zip that holds `bootstrap.wasm`.",
        FileKind::OtherArchive => {
            "Pack it as .zip, with `bootstrap.wasm` at the top level, or upload the .wasm file itself."
        }
        FileKind::Json => {
            "If this is an event, put it into the event editor. Handlers are .wasm, .wat or .zip files."
        }
        FileKind::Html => {
            "A server sent a page, often an error page, instead of the file. Open the file in an editor to see it, and download it again."
        }
        FileKind::Base64Wasm => "Decode it first: `base64 -d file > handler.wasm`.",
        FileKind::GitLfsPointer => "Fetch the real file with `git lfs pull`.",
        FileKind::JavaScript => {
            "Source text needs a runtime. Compile the handler to WebAssembly, for example with Javy (JavaScript) or AssemblyScript (TypeScript)."
        }
        FileKind::Python => {
            "Source text needs a runtime: upload a Python interpreter built for WASI preview 1 with the handler inside."
        }
        FileKind::Rust => BUILD_RUST,
        FileKind::Go => {
            "Build it for WebAssembly first: `GOOS=wasip1 GOARCH=wasm go build -o handler.wasm`, or TinyGo with `-target=wasip1`."
        }
        FileKind::C => {
            "Build it for WebAssembly first: `clang --target=wasm32-wasip1` with the WASI SDK."
        }
        FileKind::Media
        | FileKind::Xml
        | FileKind::ShellScript
        | FileKind::Text
        | FileKind::Binary => {
            "Choose a .wasm module, a .wat text or a .zip that holds `bootstrap.wasm`."
        }
    }
}

fn no_handler(exports: &[ExportFact]) -> &'static str {
    let has = |wanted: &[&str]| {
        exports
            .iter()
            .any(|export| wanted.contains(&export.name.as_str()))
    };
    if exports
        .iter()
        .any(|e| e.name.starts_with("__wbindgen") || e.name.starts_with("__wbg_"))
    {
        return "This module was made by wasm-bindgen for a JavaScript page. Write the handler with the handler SDK instead.";
    }
    if exports
        .iter()
        .any(|e| e.name.starts_with("cabi_") || e.name.contains('#'))
    {
        return "This module is the inside of a component. Build a plain WASI preview 1 program (wasm32-wasip1) instead.";
    }
    if has(&["main", "__main_argc_argv", "__original_main"]) {
        return "A program needs a `_start`: link it as an executable with WASI's start code (clang `--target=wasm32-wasip1`, not `-nostartfiles`).";
    }
    if has(&[
        "handler",
        "lambda_handler",
        "invoke",
        "run",
        "Handle",
        "HandleRequest",
    ]) {
        return "The name matters: export it as `handle: (ptr: i32, len: i32) -> i64`, together with `allocate` and `memory`.";
    }
    "Export `handle`, `allocate` and `memory` (a reactor; the handler SDK does it), or build a program with `main` for WASI preview 1 (a command)."
}

fn unknown_imports(imports: &[ImportFact]) -> String {
    // A slip of the pen first: everything else is then most likely in order.
    for import in imports {
        if let Some((module, name)) = nearest(import) {
            return format!("Did you mean `{module}.{name}`?");
        }
    }
    let from = |test: &dyn Fn(&str) -> bool| imports.iter().any(|import| test(&import.module));
    let hint = if from(&|m| m.starts_with("__wbindgen") || m == "wbg" || m.ends_with("_bg.js")) {
        "wasm-bindgen and web crates (also `getrandom` or `chrono` with their js features) expect a JavaScript page around them. Build for wasm32-wasip1, or turn those features off."
    } else if from(&|m| m.starts_with("wasi:")) {
        "These are interfaces of WASI preview 2. Build for WASI preview 1: wasm32-wasip1 in Rust, `-target=wasip1` in TinyGo."
    } else if from(&|m| m == "wasi_unstable") {
        "This is WASI preview 0, from before 2020. Build with a current compiler for WASI preview 1."
    } else if from(&|m| m.starts_with("wasix_")) {
        "WASIX has threads, processes and sockets that do not exist here. Build for plain WASI preview 1."
    } else if from(&|m| m == "gojs" || m == "go") {
        "This Go program expects a JavaScript page. Build it with `GOOS=wasip1 GOARCH=wasm` instead of `GOOS=js`."
    } else if imports
        .iter()
        .any(|i| i.module == "env" && (i.name == "abort" || i.name == "seed" || i.name == "trace"))
    {
        "AssemblyScript expects these from its host. Build with `--use abort=` and without `console` and `Math.random`, or with the WASI shim (`@assemblyscript/wasi-shim`)."
    } else if imports
        .iter()
        .any(|i| i.module == "env" && is_emscripten(&i.name))
        || from(&|m| m == "a")
    {
        "Emscripten expects its JavaScript around the module. Build with the WASI SDK, or with `-sSTANDALONE_WASM -sPURE_WASI`."
    } else if from(&|m| m.starts_with("GOT.")) {
        "This is position-independent code for dynamic linking. Build a static module, without `-fPIC` and `-shared`."
    } else if from(&|m| m == "env") {
        "A function was declared but never linked. Link the library that defines it, or turn off the crate or feature that calls it."
    } else {
        ""
    };
    if hint.is_empty() {
        format!("Handlers may import from `{WASI}` and `{COLDSTART}` only.")
    } else {
        hint.into()
    }
}

fn is_emscripten(name: &str) -> bool {
    [
        "emscripten_",
        "_emscripten",
        "__syscall",
        "invoke_",
        "_embind",
        "__cxa_",
        "__assert_fail",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

/// A host function that was probably meant: the same name elsewhere, or nearly the same name.
fn nearest(import: &ImportFact) -> Option<(&'static str, &'static str)> {
    if import.module != WASI && import.module != COLDSTART {
        return None;
    }
    HOST_FUNCTIONS
        .iter()
        .filter(|function| function.module == import.module)
        .map(|function| (distance(function.name, &import.name), function))
        .filter(|(distance, function)| *distance <= 2 && *distance * 2 < function.name.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, function)| (function.module, function.name))
}

/// Edit distance (Levenshtein), for names of a few dozen bytes; anything longer is far away.
fn distance(left: &str, right: &str) -> usize {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len().abs_diff(right.len()) > 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut diagonal = i;
        let mut previous = i + 1;
        for (cell, r) in row.iter_mut().skip(1).zip(right) {
            let substituted = diagonal + usize::from(l != r);
            diagonal = *cell;
            *cell = substituted.min(*cell + 1).min(previous + 1);
            previous = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

fn nothing_to_run(resembles: Option<&PackageKind>) -> String {
    match resembles {
        Some(PackageKind::MisplacedBootstrap { entry }) => format!(
            "It is at `{entry}`. Zip the folder's contents, not the folder, so that `{BOOTSTRAP}` is at the top level, spelt like this."
        ),
        Some(PackageKind::OtherModule { entry }) => {
            format!("Rename `{entry}` to `{BOOTSTRAP}`, or upload it without the zip.")
        }
        Some(PackageKind::NestedSource { entry }) => format!(
            "The first is `{entry}`. Zip the folder's contents, not the folder, so that the handler's file is at the top level."
        ),
        Some(PackageKind::Java) => format!(
            "Classes and jars are for Lambda's Java runtime. Compile the handler to WebAssembly and zip it as `{BOOTSTRAP}`."
        ),
        Some(PackageKind::LinuxBootstrap) => format!(
            "`bootstrap` is a program for Lambda's own machines. Build the same source for wasm32-wasip1 and zip it as `{BOOTSTRAP}`."
        ),
        None => format!(
            "Zip the handler's source (`lambda_function.py`, `index.mjs`, `lambda_function.rb`), or a module as `{BOOTSTRAP}`."
        ),
    }
}
