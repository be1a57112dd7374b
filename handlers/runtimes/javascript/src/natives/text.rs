//! Encodings of text.

use super::bytes::Bytes;
use rquickjs::prelude::Func;
use rquickjs::{Object, Result};

pub(crate) fn add(native: &Object<'_>) -> Result<()> {
    native.set(
        "encodeUtf8",
        Func::from(|text: String| Bytes(text.into_bytes())),
    )?;
    native.set("utf8Length", Func::from(|text: String| text.len() as f64))?;
    native.set("decodeUtf8", Func::from(|bytes: Bytes| lossy(bytes.0)))?;
    native.set(
        "decodeUtf8Strictly",
        Func::from(|bytes: Bytes| String::from_utf8(bytes.0).ok()),
    )?;
    native.set("decodeUtf16", Func::from(|bytes: Bytes| utf16(&bytes.0)))?;
    native.set(
        "decodeLatin1",
        Func::from(|bytes: Bytes| bytes.0.into_iter().map(char::from).collect::<String>()),
    )
}

/// U+FFFD where bytes are not UTF-8.
pub(crate) fn lossy(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// Little-endian; U+FFFD for lone surrogates. An odd byte at the end is left out.
fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
