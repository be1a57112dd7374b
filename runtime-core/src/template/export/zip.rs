//! A zip file of an export (PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 4.3). The page has no
//! other writer of zip files; this one knows plain files only.

use crate::sandbox::PackageFiles;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

const LOCAL_HEADER: u32 = 0x0403_4b50;
const CENTRAL_HEADER: u32 = 0x0201_4b50;
const END_OF_DIRECTORY: u32 = 0x0605_4b50;
/// Deflate needs version 2.0 of the format.
const NEEDED: u16 = 20;
/// Made on Unix, whose rights are known then.
const MADE_BY: u16 = 0x0300 | NEEDED;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const DEFLATED: u16 = 8;
/// 1980-01-01, so that the same session gives the same bytes.
const DATE: u16 = 0x0021;
/// A plain file, `rw-r--r--`.
const RIGHTS: u32 = 0o100_644 << 16;

/// All files, compressed.
pub(super) fn zip(files: &PackageFiles) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    let mut count: u16 = 0;
    for (name, bytes) in files.iter() {
        let offset = size(out.len());
        let packed = deflate(bytes);
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut common = Vec::new();
        short(&mut common, &[NEEDED, FLAGS, DEFLATED, 0, DATE]);
        long(
            &mut common,
            &[crc.sum(), size(packed.len()), size(bytes.len())],
        );
        // Names are paths of packages, which are shorter than that.
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        short(&mut common, &[length, 0]);

        long(&mut out, &[LOCAL_HEADER]);
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&packed);

        long(&mut directory, &[CENTRAL_HEADER]);
        short(&mut directory, &[MADE_BY]);
        directory.extend_from_slice(&common);
        short(&mut directory, &[0, 0, 0]);
        long(&mut directory, &[RIGHTS, offset]);
        directory.extend_from_slice(name.as_bytes());
        count = count.saturating_add(1);
    }
    let offset = size(out.len());
    let length = size(directory.len());
    out.append(&mut directory);
    long(&mut out, &[END_OF_DIRECTORY]);
    short(&mut out, &[0, 0, count, count]);
    long(&mut out, &[length, offset]);
    short(&mut out, &[0]);
    out
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to a vector cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The format has four bytes for a size; a session in a tab's memory is smaller than that.
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn short(out: &mut Vec<u8>, numbers: &[u16]) {
    out.extend(numbers.iter().flat_map(|it| it.to_le_bytes()));
}

fn long(out: &mut Vec<u8>, numbers: &[u32]) {
    out.extend(numbers.iter().flat_map(|it| it.to_le_bytes()));
}

#[cfg(all(test, feature = "inspect"))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Read};
    use zip::ZipArchive;

    proptest! {
        #[test]
        fn what_is_packed_comes_out_again(
            contents in prop::collection::btree_map("[a-zü]{1,9}(/[a-z.]{1,9}){0,2}", any::<Vec<u8>>(), 0..9)
        ) {
            let mut files = PackageFiles::default();
            for (name, bytes) in &contents {
                files.insert(name, bytes.clone());
            }
            let mut archive = ZipArchive::new(Cursor::new(zip(&files))).unwrap();
            prop_assert_eq!(archive.len(), contents.len());
            for (name, bytes) in &contents {
                let mut entry = archive.by_name(name).unwrap();
                let mut out = Vec::new();
                entry.read_to_end(&mut out).unwrap();
                prop_assert_eq!(&out, bytes);
                prop_assert_eq!(entry.unix_mode(), Some(0o100_644));
            }
        }
    }
}
