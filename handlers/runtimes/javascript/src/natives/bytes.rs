//! Byte arrays to and from Rust.
//!
//! Rust cannot look into an ArrayBuffer without unsafe code, because JavaScript may free it at any
//! call. So bytes come in as Base64, which QuickJS writes at about 1 GB/s; they go out as they are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rquickjs::{Ctx, Exception, FromJs, IntoJs, Result, TypedArray, Value};

/// Bytes that JavaScript gave as Base64, or gets as a `Uint8Array`.
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl<'js> FromJs<'js> for Bytes {
    fn from_js(ctx: &Ctx<'js>, value: Value<'js>) -> Result<Self> {
        let text = String::from_js(ctx, value)?;
        let bytes = STANDARD.decode(text);
        bytes
            .map(Bytes)
            .map_err(|error| Exception::throw_type(ctx, &error.to_string()))
    }
}

impl<'js> IntoJs<'js> for Bytes {
    fn into_js(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        Ok(TypedArray::<u8>::new(ctx.clone(), self.0)?.into_value())
    }
}
