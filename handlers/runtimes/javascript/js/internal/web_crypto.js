// The global `crypto`: random values and digests, HMAC keys.

const { base64Of, bytesOf } = require("internal/encoding");

const MOST_RANDOM = 65_536;

function unsupported(what) {
  return new DOMException(`${what} is not offered by this runtime`, "NotSupportedError");
}

/** `SHA-256` as Rust names it. */
function hashOf(algorithm) {
  const name = String(algorithm?.name ?? algorithm).toUpperCase();
  if (!/^SHA-(?:1|256|384|512)$/.test(name)) throw unsupported(`The algorithm ${name}`);
  return name.replace("-", "").toLowerCase();
}

/** The raw bytes of keys, which only this module sees. */
const secrets = new WeakMap();

class CryptoKey {
  constructor(algorithm, extractable, usages) {
    this.type = "secret";
    this.algorithm = algorithm;
    this.extractable = extractable;
    this.usages = usages;
  }
}

function hmacHash(key) {
  if (!secrets.has(key)) throw new TypeError("The key is not a CryptoKey of this runtime");
  return hashOf(key.algorithm.hash);
}

class SubtleCrypto {
  async digest(algorithm, data) {
    return native.digest(hashOf(algorithm), base64Of(data)).buffer;
  }

  async importKey(format, data, algorithm, extractable, usages) {
    const name = String(algorithm?.name ?? algorithm).toUpperCase();
    if (format !== "raw" || name !== "HMAC") throw unsupported(`Importing ${name} keys as ${format}`);
    const hash = { name: String(algorithm.hash?.name ?? algorithm.hash).toUpperCase() };
    hashOf(hash);
    const secret = Uint8Array.from(bytesOf(data));
    const key = new CryptoKey({ name, hash, length: secret.length * 8 }, Boolean(extractable), [...usages]);
    secrets.set(key, secret);
    return key;
  }

  async exportKey(format, key) {
    if (format !== "raw" || !key.extractable) throw new DOMException("key is not extractable", "InvalidAccessError");
    return Uint8Array.from(secrets.get(key)).buffer;
  }

  async sign(_algorithm, key, data) {
    return native.hmac(hmacHash(key), base64Of(secrets.get(key)), base64Of(data)).buffer;
  }

  async verify(algorithm, key, signature, data) {
    const made = new Uint8Array(await this.sign(algorithm, key, data));
    const given = bytesOf(signature);
    return made.length === given.length && require("crypto").timingSafeEqual(made, given);
  }
}
for (const name of ["encrypt", "decrypt", "deriveBits", "deriveKey", "generateKey", "wrapKey", "unwrapKey"]) {
  SubtleCrypto.prototype[name] = async () => {
    throw unsupported(`crypto.subtle.${name}`);
  };
}

class Crypto {
  subtle = new SubtleCrypto();

  getRandomValues(array) {
    const bytes = bytesOf(array);
    if (bytes.length > MOST_RANDOM) {
      throw new DOMException(`The requested length exceeds ${MOST_RANDOM} bytes`, "QuotaExceededError");
    }
    bytes.set(native.random(bytes.length));
    return array;
  }

  randomUUID() {
    return require("crypto").randomUUID();
  }
}

Object.assign(exports, { crypto: new Crypto(), Crypto, SubtleCrypto, CryptoKey });
