//! The runtimes as a site serves them: each module compressed under a name with its hash, and the
//! list of them.

use crate::console::say;
use crate::workspace::{content_hash, read, write_if_changed};
use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use runtime_core::sandbox::{RUNTIME_CATALOG, RuntimeFile, RuntimeImage};
use runtime_core::timeline::Runtime;
use runtime_core::units::ByteCount;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use wasmparser::{Parser, Payload};

/// A built runtime.
pub struct Built {
    /// Which.
    pub runtime: Runtime,
    /// Its module.
    pub module: PathBuf,
    /// The same as a profiling build.
    pub profiling: PathBuf,
    /// How its frames lie in memory: the text of [`RuntimeImage::frames`], or nothing.
    pub frames: PathBuf,
}

/// Puts the runtimes into `folder`. Compressing takes seconds, so what has not changed is taken
/// from `cache`.
///
/// # Errors
/// If a module is damaged or a file cannot be read or written.
pub fn publish(runtimes: &[Built], cache: &Path, folder: &Path) -> Result<()> {
    let mut images = Vec::new();
    for built in runtimes {
        let id = built.runtime.id();
        let module = read(&built.module)?;
        let initial_memory =
            initial_memory(&module).with_context(|| built.module.display().to_string())?;
        images.push(RuntimeImage {
            runtime: built.runtime,
            module: put(id, &module, cache, folder)?,
            profiling: put(
                &format!("{id}-profiling"),
                &read(&built.profiling)?,
                cache,
                folder,
            )?,
            initial_memory,
            frames: Some(String::from_utf8(read(&built.frames)?)?).filter(|it| !it.is_empty()),
        });
    }
    let list = serde_json::to_vec_pretty(&images).context("the list of runtimes")?;
    write_if_changed(&folder.join(RUNTIME_CATALOG), &list)?;
    Ok(())
}

/// Puts a module into the folder, under a name with its hash.
fn put(name: &str, module: &[u8], cache: &Path, folder: &Path) -> Result<RuntimeFile> {
    let file = format!("{name}-{}.wasm.gz", content_hash([module]));
    let kept = cache.join(&file);
    let compressed = if kept.is_file() {
        read(&kept)?
    } else {
        say(&format!("compressing {name}"));
        let compressed = gzip(module).context("compressing")?;
        write_if_changed(&kept, &compressed)?;
        compressed
    };
    write_if_changed(&folder.join(&file), &compressed)?;
    Ok(RuntimeFile {
        file,
        download_size: ByteCount::from(compressed.len()),
        module_size: ByteCount::from(module.len()),
        sha256: hexadecimal(&Sha256::digest(module)),
    })
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
        let frames = place.join("frames.json");
        std::fs::write(&frames, "{}").unwrap();
        // The second time from the cache.
        for _ in 0..2 {
            let built = Built {
                runtime: Runtime::Python312,
                module: module.clone(),
                profiling: module.clone(),
                frames: frames.clone(),
            };
            publish(&[built], &cache, &folder).unwrap();
            let list = read(&folder.join(RUNTIME_CATALOG)).unwrap();
            let images: Vec<RuntimeImage> = serde_json::from_slice(&list).unwrap();
            let image = &images[0];
            assert_eq!(image.initial_memory, ByteCount::new(3 * 65_536));
            let served = &image.module;
            assert_eq!(served.module_size, ByteCount::from(MODULE.len()));
            assert_eq!(served.sha256, hexadecimal(&Sha256::digest(MODULE)));
            let compressed = read(&folder.join(&served.file)).unwrap();
            assert_eq!(served.download_size, ByteCount::from(compressed.len()));
            assert_eq!(image.frames.as_deref(), Some("{}"));
            assert_ne!(image.profiling.file, served.file);
            assert!(folder.join(&image.profiling.file).is_file());
            let mut unpacked = Vec::new();
            let mut decoder = flate2::read::GzDecoder::new(compressed.as_slice());
            std::io::Read::read_to_end(&mut decoder, &mut unpacked).unwrap();
            assert_eq!(unpacked, MODULE);
        }
        std::fs::remove_dir_all(place).unwrap();
    }
}
