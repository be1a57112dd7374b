//! The page's module keeps its relocations: by them `xtask` splits the parts that are fetched later.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let page = std::env::var_os("CARGO_FEATURE_PAGE").is_some();
    let wasm = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    if page && wasm {
        println!("cargo:rustc-link-arg-bin=app=--emit-relocs");
    }
}
