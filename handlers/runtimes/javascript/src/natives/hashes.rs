//! Digests, HMAC and random bytes.

use super::bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use rquickjs::prelude::Func;
use rquickjs::{Ctx, Exception, Object, Result};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

pub(crate) fn add(native: &Object<'_>) -> Result<()> {
    native.set("random", Func::from(random))?;
    native.set("digest", Func::from(digest))?;
    native.set("hmac", Func::from(hmac))
}

fn random(ctx: Ctx<'_>, length: u32) -> Result<Bytes> {
    let mut bytes = vec![0; length as usize];
    getrandom::fill(&mut bytes)
        .map_err(|error| Exception::throw_message(&ctx, &error.to_string()))?;
    Ok(Bytes(bytes))
}

/// Nothing if the algorithm is not known.
fn digest(algorithm: String, data: Bytes) -> Option<Bytes> {
    let data = data.0;
    Some(Bytes(match algorithm.as_str() {
        "md5" => Md5::digest(data).to_vec(),
        "sha1" => Sha1::digest(data).to_vec(),
        "sha224" => Sha224::digest(data).to_vec(),
        "sha256" => Sha256::digest(data).to_vec(),
        "sha384" => Sha384::digest(data).to_vec(),
        "sha512" => Sha512::digest(data).to_vec(),
        _ => return None,
    }))
}

/// Nothing if the algorithm is not known.
fn hmac(algorithm: String, key: Bytes, data: Bytes) -> Option<Bytes> {
    fn sum<M: KeyInit + Mac>(key: &[u8], data: &[u8]) -> Option<Bytes> {
        // Every length of key will do, so that this cannot fail.
        let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
        mac.update(data);
        Some(Bytes(mac.finalize().into_bytes().to_vec()))
    }
    match algorithm.as_str() {
        "md5" => sum::<Hmac<Md5>>(&key.0, &data.0),
        "sha1" => sum::<Hmac<Sha1>>(&key.0, &data.0),
        "sha224" => sum::<Hmac<Sha224>>(&key.0, &data.0),
        "sha256" => sum::<Hmac<Sha256>>(&key.0, &data.0),
        "sha384" => sum::<Hmac<Sha384>>(&key.0, &data.0),
        "sha512" => sum::<Hmac<Sha512>>(&key.0, &data.0),
        _ => None,
    }
}
