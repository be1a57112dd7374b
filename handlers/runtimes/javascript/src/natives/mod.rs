//! What JavaScript calls, as one object that only built-in modules see.
//!
//! ```text
//! mod       the object
//! bytes     byte arrays to and from Rust
//! files     the file system; errors as Node words them
//! hashes    digests, HMAC, random bytes
//! invoking  the Runtime API
//! system    streams, environment, clocks, exit, memory, compiling
//! text      encodings
//! urls      URLs as the WHATWG describes them
//! ```

mod bytes;
mod files;
mod hashes;
mod invoking;
mod system;
mod text;
mod urls;

use rquickjs::{Ctx, Object, Result};

/// The object `native`.
pub(crate) fn object<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    files::add(&native)?;
    hashes::add(&native)?;
    invoking::add(&native)?;
    system::add(&native)?;
    text::add(&native)?;
    urls::add(&native)?;
    Ok(native)
}
