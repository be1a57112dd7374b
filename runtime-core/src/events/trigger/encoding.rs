//! How triggers write bytes and texts into JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Crc;
use md5::{Digest, Md5};
use std::fmt::Write;

/// Standard base64, padded.
pub(super) fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// What base64 stands for, or nothing if it is none.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// The MD5 digest in hexadecimal digits.
pub(super) fn md5(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A gzip file of it (RFC 1952), whose blocks are stored as they are (RFC 1951, section 3.2.4): how well
/// a compressor packs depends on its version and its build, and an event must be the same everywhere.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    /// Magic number, deflate, no name and no time, an unknown system.
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    const MOST: usize = u16::MAX as usize;
    let mut file = HEADER.to_vec();
    let blocks = bytes.len().div_ceil(MOST).max(1);
    for index in 0..blocks {
        let rest = &bytes[index * MOST..];
        let block = &rest[..rest.len().min(MOST)];
        let length = block.len() as u16;
        file.push(u8::from(index + 1 == blocks));
        file.extend_from_slice(&length.to_le_bytes());
        file.extend_from_slice(&(!length).to_le_bytes());
        file.extend_from_slice(block);
    }
    let mut crc = Crc::new();
    crc.update(bytes);
    file.extend_from_slice(&crc.sum().to_le_bytes());
    file.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    file
}

/// An object's key as S3 notifications carry it: as in a form, but with slashes. S3 user guide,
/// "Event message structure": "the key name value is URL encoded", with "+" for a space.
pub(super) fn s3_key(key: &str) -> String {
    percent_encoded(key, |byte| {
        byte.is_ascii_alphanumeric() || b"-._*/".contains(&byte)
    })
    .replace("%20", "+")
}

fn percent_encoded(text: &str, plain: fn(u8) -> bool) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if plain(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// Percent signs decoded; what is no UTF-8 then is shown as replacement characters, and a percent sign
/// without two digits stays.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
        match (byte, digit(index + 1), digit(index + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                index += 3;
            }
            (byte, _, _) => {
                out.push(*byte);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What a piece of a query string stands for: "+" is a space, `%41` a byte. What is no escape stays.
pub(crate) fn form_decoded(text: &str) -> String {
    percent_decoded(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn percent_signs_are_decoded() {
        assert_eq!(percent_decoded("arn%3Aaws%3alambda"), "arn:aws:lambda");
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("%zz%4"), "%zz%4");
        assert_eq!(percent_decoded("%E2%82%AC"), "€");
        assert_eq!(percent_decoded("%FF"), "\u{fffd}");
    }

    #[test]
    fn keys_of_s3() {
        // S3 user guide, "Event message structure": red flower.jpg becomes red+flower.jpg.
        assert_eq!(s3_key("red flower.jpg"), "red+flower.jpg");
        assert_eq!(s3_key("a/b+c(1).txt"), "a/b%2Bc%281%29.txt");
        assert_eq!(s3_key("grün"), "gr%C3%BCn");
    }

    #[test]
    fn queries_are_decoded_once() {
        assert_eq!(form_decoded("a+b%20c%2Bd"), "a b c+d");
        assert_eq!(form_decoded("100%"), "100%");
        assert_eq!(form_decoded("%zz%4"), "%zz%4");
        assert_eq!(form_decoded("gr%C3%BCn"), "grün");
    }

    #[test]
    fn digests_and_archives() {
        // RFC 1321, appendix A.5.
        assert_eq!(md5(b"message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        for length in [0, 1, 65_534, 65_535, 65_536, 131_070, 200_000] {
            let bytes: Vec<u8> = (0..length)
                .map(|index: u32| (index * 7 % 251) as u8)
                .collect();
            let mut unpacked = Vec::new();
            let mut decoder = GzDecoder::new(std::io::Cursor::new(gzip(&bytes)));
            decoder.read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, bytes);
        }
    }
}
