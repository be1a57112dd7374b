//! The runtimes as a site serves them: each module compressed under a name with its hash, and the
//! list of them.

use crate::console::say;
use crate::workspace::{content_hash, read, write_if_changed};
use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use runtime_core::sandbox::{RUNTIME_CATALOG, RuntimeImage};
use runtime_core::timeline::Runtime;
use runtime_core::units::ByteCount;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;
use wasmparser::{Parser, Payload};

/// Puts the runtimes into `folder`. Compressing takes seconds, so what has not changed is taken
/// from `cache`.
///
/// # Errors
/// If a module is damaged or a file cannot be read or written.
pub fn publish(modules: &[(Runtime, &Path)], cache: &Path, folder: &Path) -> Result<()> {
    let mut images = Vec::new();
    for (runtime, path) in modules {
        let module = read(path)?;
        let file = format!(
            "{}-{}.wasm.gz",
            runtime.id(),
            content_hash([module.as_slice()])
        );
        let kept = cache.join(&file);
        let compressed = if kept.is_file() {
            read(&kept)?
        } else {
            say(&format!("compressing {}", runtime.id()));
            let compressed = gzip(&module).context("compressing")?;
            write_if_changed(&kept, &compressed)?;
            compressed
        };
        write_if_changed(&folder.join(&file), &compressed)?;
        images.push(RuntimeImage {
            runtime: *runtime,
            module: file,
            download_size: ByteCount::from(compressed.len()),
            module_size: ByteCount::from(module.len()),
            sha256: hexadecimal(&Sha256::digest(&module)),
            initial_memory: initial_memory(&module).with_context(|| path.display().to_string())?,
        });
    }
    let list = serde_json::to_vec_pretty(&images).context("the list of runtimes")?;
    write_if_changed(&folder.join(RUNTIME_CATALOG), &list)?;
    Ok(())
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn initial_memory(module: &[u8]) -> Result<ByteCount> {
    const PAGE_BYTES: u64 = 65_536;
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::MemorySection(section) = payload? {
            let memory = section.into_iter().next().context("an empty section")??;
            return Ok(ByteCount::new(memory.initial.saturating_mul(PAGE_BYTES)));
        }
    }
    anyhow::bail!("it has no memory of its own")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(module (memory 3))`
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x05\x03\x01\0\x03";

    #[test]
    fn the_list_says_what_is_there() {
        let place = std::env::temp_dir().join(format!("coldstart-catalog-{}", std::process::id()));
        let (module, cache, folder) = (
            place.join("python.wasm"),
            place.join("cache"),
            place.join("site"),
        );
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(&module, MODULE).unwrap();
        // The second time from the cache.
        for _ in 0..2 {
            publish(&[(Runtime::Python312, &module)], &cache, &folder).unwrap();
            let list = read(&folder.join(RUNTIME_CATALOG)).unwrap();
            let images: Vec<RuntimeImage> = serde_json::from_slice(&list).unwrap();
            let image = &images[0];
            assert_eq!(image.initial_memory, ByteCount::new(3 * 65_536));
            assert_eq!(image.module_size, ByteCount::from(MODULE.len()));
            assert_eq!(image.sha256, hexadecimal(&Sha256::digest(MODULE)));
            let compressed = read(&folder.join(&image.module)).unwrap();
            assert_eq!(image.download_size, ByteCount::from(compressed.len()));
            let mut unpacked = Vec::new();
            let mut decoder = flate2::read::GzDecoder::new(compressed.as_slice());
            std::io::Read::read_to_end(&mut decoder, &mut unpacked).unwrap();
            assert_eq!(unpacked, MODULE);
        }
        std::fs::remove_dir_all(place).unwrap();
    }
}
