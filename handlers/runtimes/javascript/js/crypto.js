// node:crypto: digests, HMAC, random values.

const { Buffer } = require("buffer");
const { coded, invalidArgument } = require("internal/errors");
const { base64Of, bytesOf, encodeUtf8 } = require("internal/encoding");

const HASHES = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

/** `SHA-256`, `sha256` and `RSA-SHA256` are one. */
function algorithmOf(name) {
  if (typeof name !== "string") throw invalidArgument("algorithm", "of type string", name);
  const known = name.toLowerCase().replace(/^rsa-/, "").replace("-", "");
  return HASHES.includes(known) ? known : undefined;
}

function bytes(data, encoding) {
  return typeof data === "string" ? Buffer.from(data, encoding) : bytesOf(data);
}

/** What `Hash` and `Hmac` have in common: data comes in pieces, and is summed up at the end. */
class Summing {
  #parts = [];
  #finished = false;
  #sum;

  constructor(sum) {
    this.#sum = sum;
  }

  update(data, encoding) {
    if (this.#finished) throw coded(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) {
      throw invalidArgument("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
    }
    // A copy: the caller may write into it before the end.
    this.#parts.push(Buffer.from(bytes(data, encoding)));
    return this;
  }

  digest(encoding) {
    if (this.#finished) throw coded(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    this.#finished = true;
    const sum = Buffer.from(this.#sum(base64Of(Buffer.concat(this.#parts))).buffer);
    return encoding === undefined || encoding === "buffer" ? sum : sum.toString(encoding);
  }

  copyParts(from) {
    this.#parts = [...from.#parts];
    return this;
  }
}

class Hash extends Summing {
  #algorithm;

  constructor(name) {
    const algorithm = algorithmOf(name);
    if (algorithm === undefined) throw new Error("Digest method not supported");
    super((data) => native.digest(algorithm, data));
    this.#algorithm = algorithm;
  }

  copy() {
    return new Hash(this.#algorithm).copyParts(this);
  }
}

class Hmac extends Summing {
  constructor(name, key) {
    const algorithm = algorithmOf(name);
    if (algorithm === undefined) throw coded(Error, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`);
    const secret = base64Of(bytes(key));
    super((data) => native.hmac(algorithm, secret, data));
  }
}

function randomBytes(size, callback) {
  const random = Buffer.from(native.random(size).buffer);
  if (callback === undefined) return random;
  process.nextTick(callback, null, random);
  return undefined;
}

function randomFillSync(target, offset = 0, size = target.byteLength - offset) {
  bytesOf(target).set(native.random(size), offset);
  return target;
}

function randomUUID() {
  const random = native.random(16);
  random[6] = (random[6] & 0x0f) | 0x40;
  random[8] = (random[8] & 0x3f) | 0x80;
  return random.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const MOST_RANDOM = 2 ** 48;

function randomInt(...args) {
  const callback = typeof args.at(-1) === "function" ? args.pop() : undefined;
  const [min, max] = args.length > 1 ? args : [0, args[0]];
  const range = max - min;
  if (!(range > 0 && range < MOST_RANDOM)) {
    throw coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "max" is out of range. It must be greater than the value of "min" (${min}). Received ${max}`);
  }
  // What would make some numbers likelier than others is drawn again.
  const limit = MOST_RANDOM - (MOST_RANDOM % range);
  let drawn;
  do drawn = randomBytes(6).readUIntBE(0, 6);
  while (drawn >= limit);
  const value = min + (drawn % range);
  if (callback === undefined) return value;
  process.nextTick(callback, null, value);
  return undefined;
}

function timingSafeEqual(left, right) {
  const [a, b] = [bytesOf(left), bytesOf(right)];
  if (a.length !== b.length) {
    throw coded(RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length");
  }
  let different = 0;
  for (let at = 0; at < a.length; at += 1) different |= a[at] ^ b[at];
  return different === 0;
}

Object.assign(exports, {
  Hash,
  Hmac,
  createHash: (name) => new Hash(name),
  createHmac: (name, key) => new Hmac(name, typeof key === "string" ? encodeUtf8(key) : key),
  hash: (name, data, encoding = "hex") => new Hash(name).update(data).digest(encoding),
  getHashes: () => [...HASHES],
  randomBytes,
  pseudoRandomBytes: randomBytes,
  randomFillSync,
  randomFill(target, ...rest) {
    const callback = rest.pop();
    process.nextTick(callback, null, randomFillSync(target, ...rest));
  },
  randomUUID,
  randomInt,
  timingSafeEqual,
  get webcrypto() {
    return globalThis.crypto;
  },
  get subtle() {
    return globalThis.crypto.subtle;
  },
  getRandomValues: (array) => globalThis.crypto.getRandomValues(array),
});
