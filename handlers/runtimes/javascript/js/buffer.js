// node:buffer: `Buffer` on QuickJS's own Base64 and hex, and Rust's UTF-8.

const { coded, invalidArgument } = require("internal/errors");
const { encodeUtf8, bytesOf, base64Of } = require("internal/encoding");

const ENCODINGS = {
  utf8: "utf8",
  "utf-8": "utf8",
  hex: "hex",
  base64: "base64",
  base64url: "base64url",
  ascii: "ascii",
  latin1: "latin1",
  binary: "latin1",
  ucs2: "utf16le",
  "ucs-2": "utf16le",
  utf16le: "utf16le",
  "utf-16le": "utf16le",
};
const toBase64 = Uint8Array.prototype.toBase64;
const toHex = Uint8Array.prototype.toHex;
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const MOST_BYTES_SHOWN = 50;

function encodingOf(name) {
  if (name == null || name === "") return "utf8";
  const known = typeof name === "string" ? ENCODINGS[name.toLowerCase()] : undefined;
  if (known === undefined) throw coded(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${name}`);
  return known;
}

/** Base64 as Node reads it: either alphabet, and whatever else is there is passed over. */
function fromBase64(text) {
  let clean = text.split("=", 1)[0].replaceAll("-", "+").replaceAll("_", "/");
  if (/[^A-Za-z0-9+/]/.test(clean)) clean = clean.replace(/[^A-Za-z0-9+/]/g, "");
  if (clean.length % 4 === 1) clean = clean.slice(0, -1);
  return Uint8Array.fromBase64(clean);
}

/** Hex as Node reads it: up to the first pair that is none. */
function fromHex(text) {
  const good = /^(?:[\da-f]{2})*/i.exec(text)[0];
  return Uint8Array.fromHex(good);
}

function unitsOf(text, bytesEach) {
  const bytes = new Uint8Array(text.length * bytesEach);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    bytes[at * bytesEach] = unit;
    if (bytesEach === 2) bytes[at * 2 + 1] = unit >> 8;
  }
  return bytes;
}

function encoded(text, encoding) {
  switch (encodingOf(encoding)) {
    case "utf8":
      return encodeUtf8(text);
    case "hex":
      return fromHex(text);
    case "base64":
    case "base64url":
      return fromBase64(text);
    case "utf16le":
      return unitsOf(text, 2);
    default:
      return unitsOf(text, 1);
  }
}

function decoded(bytes, encoding) {
  switch (encodingOf(encoding)) {
    case "utf8":
      return native.decodeUtf8(toBase64.call(bytes));
    case "hex":
      return toHex.call(bytes);
    case "base64":
      return toBase64.call(bytes);
    case "base64url":
      return toBase64.call(bytes, { alphabet: "base64url", omitPadding: true });
    case "utf16le":
      return native.decodeUtf16(toBase64.call(bytes));
    case "ascii":
      return native.decodeLatin1(toBase64.call(bytes.map((byte) => byte & 0x7f)));
    default:
      return native.decodeLatin1(toBase64.call(bytes));
  }
}

/** The same memory as a Buffer. */
function wrap(bytes) {
  return new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function outOfRange(name, range, value) {
  const shown = typeof value === "bigint" ? `${value}n` : String(value);
  return coded(RangeError, "ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be ${range}. Received ${shown}`);
}

function sizeOf(size) {
  if (typeof size !== "number") throw invalidArgument("size", "of type number", size);
  if (!(size >= 0 && size <= exports.kMaxLength)) throw outOfRange("size", `>= 0 && <= ${exports.kMaxLength}`, size);
  return size;
}

class FastBuffer extends Uint8Array {
  toString(encoding, start = 0, end = this.length) {
    const bytes = start === 0 && end >= this.length ? this : this.subarray(Math.max(start, 0), Math.min(end, this.length));
    return bytes.length === 0 ? "" : decoded(bytes, encoding);
  }

  toLocaleString(...args) {
    return this.toString(...args);
  }

  toJSON() {
    return { type: "Buffer", data: Array.from(this) };
  }

  equals(other) {
    return this === other || Buffer.compare(this, other) === 0;
  }

  compare(other, start = 0, end = other.length, ownStart = 0, ownEnd = this.length) {
    return Buffer.compare(this.subarray(ownStart, ownEnd), bytesOf(other).subarray(start, end));
  }

  subarray(start, end) {
    return wrap(Uint8Array.prototype.subarray.call(new Uint8Array(this.buffer, this.byteOffset, this.length), start, end));
  }

  slice(start, end) {
    return this.subarray(start, end);
  }

  write(text, ...rest) {
    const encoding = typeof rest.at(-1) === "string" ? rest.pop() : undefined;
    const [offset = 0, length = this.length - offset] = rest;
    let bytes = encoded(String(text), encoding);
    const room = Math.max(Math.min(length, this.length - offset), 0);
    if (bytes.length > room) {
      let fits = room;
      // Not half a character.
      while (encodingOf(encoding) === "utf8" && fits > 0 && (bytes[fits] & 0xc0) === 0x80) fits -= 1;
      bytes = bytes.subarray(0, fits);
    }
    this.set(bytes, offset);
    return bytes.length;
  }

  copy(target, targetStart = 0, start = 0, end = this.length) {
    const room = Math.max(target.length - targetStart, 0);
    const part = this.subarray(start, Math.min(end, start + room));
    target.set(part, targetStart);
    return part.length;
  }

  fill(value, ...rest) {
    const encoding = typeof rest.at(-1) === "string" ? rest.pop() : undefined;
    const [start = 0, end = this.length] = rest;
    if (typeof value === "number") return super.fill(value & 0xff, start, end);
    const bytes = typeof value === "string" ? encoded(value, encoding) : bytesOf(value);
    if (bytes.length === 0) return super.fill(0, start, end);
    for (let at = start; at < end; at += 1) this[at] = bytes[(at - start) % bytes.length];
    return this;
  }

  indexOf(value, offset = 0, encoding = undefined) {
    return this.#search(value, typeof offset === "string" ? 0 : offset, typeof offset === "string" ? offset : encoding, 1);
  }

  lastIndexOf(value, offset = this.length, encoding = undefined) {
    const text = typeof offset === "string";
    return this.#search(value, text ? this.length : offset, text ? offset : encoding, -1);
  }

  includes(value, offset, encoding) {
    return this.indexOf(value, offset, encoding) >= 0;
  }

  #search(value, offset, encoding, step) {
    if (typeof value === "number") {
      const at = offset < 0 ? this.length + offset : offset;
      return step > 0
        ? Uint8Array.prototype.indexOf.call(this, value & 0xff, at)
        : Uint8Array.prototype.lastIndexOf.call(this, value & 0xff, Math.min(at, this.length - 1));
    }
    const wanted = typeof value === "string" ? encoded(value, encoding) : bytesOf(value);
    const last = this.length - wanted.length;
    let at = Math.trunc(offset < 0 ? Math.max(this.length + offset, 0) : offset);
    if (step < 0) at = Math.min(at, last);
    for (; at >= 0 && at <= last; at += step) {
      let same = 0;
      while (same < wanted.length && this[at + same] === wanted[same]) same += 1;
      if (same === wanted.length) return at;
    }
    return -1;
  }

  swap16() {
    return swapped(this, 2);
  }

  swap32() {
    return swapped(this, 4);
  }

  swap64() {
    return swapped(this, 8);
  }

  readUIntBE(offset, length) {
    let value = 0;
    for (let at = 0; at < length; at += 1) value = value * 256 + this[check(this, offset, length) + at];
    return value;
  }

  readUIntLE(offset, length) {
    let value = 0;
    for (let at = length - 1; at >= 0; at -= 1) value = value * 256 + this[check(this, offset, length) + at];
    return value;
  }

  readIntBE(offset, length) {
    return signed(this.readUIntBE(offset, length), length);
  }

  readIntLE(offset, length) {
    return signed(this.readUIntLE(offset, length), length);
  }

  writeUIntBE(value, offset, length) {
    let rest = value;
    for (let at = length - 1; at >= 0; at -= 1) {
      this[check(this, offset, length) + at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return offset + length;
  }

  writeUIntLE(value, offset, length) {
    let rest = value;
    for (let at = 0; at < length; at += 1) {
      this[check(this, offset, length) + at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return offset + length;
  }

  writeIntBE(value, offset, length) {
    return this.writeUIntBE(value < 0 ? value + 256 ** length : value, offset, length);
  }

  writeIntLE(value, offset, length) {
    return this.writeUIntLE(value < 0 ? value + 256 ** length : value, offset, length);
  }

  [INSPECT]() {
    const bytes = toHex.call(this.subarray(0, MOST_BYTES_SHOWN)).replace(/(..)(?=.)/g, "$1 ");
    const more = this.length - MOST_BYTES_SHOWN;
    return `<Buffer ${bytes}${more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : ""}>`;
  }

  get parent() {
    return this.buffer;
  }

  get offset() {
    return this.byteOffset;
  }
}

function signed(value, length) {
  return value >= 256 ** length / 2 ? value - 256 ** length : value;
}

function swapped(buffer, size) {
  if (buffer.length % size !== 0) {
    throw coded(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
  }
  for (let at = 0; at < buffer.length; at += size) {
    Uint8Array.prototype.reverse.call(new Uint8Array(buffer.buffer, buffer.byteOffset + at, size));
  }
  return buffer;
}

/** The offset, if that many bytes lie there. */
function check(buffer, offset, length) {
  if (typeof offset !== "number") throw invalidArgument("offset", "of type number", offset);
  const last = buffer.length - length;
  if (last < 0) throw coded(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds");
  if (!(offset >= 0 && offset <= last && Number.isInteger(offset))) throw outOfRange("offset", `>= 0 and <= ${last}`, offset);
  return offset;
}

// Numbers of a fixed size: what DataView has, under Node's names.
const NUMBERS = [
  ["UInt8", "Uint8", 1, 0, 2 ** 8 - 1],
  ["Int8", "Int8", 1, -(2 ** 7), 2 ** 7 - 1],
  ["UInt16", "Uint16", 2, 0, 2 ** 16 - 1],
  ["Int16", "Int16", 2, -(2 ** 15), 2 ** 15 - 1],
  ["UInt32", "Uint32", 4, 0, 2 ** 32 - 1],
  ["Int32", "Int32", 4, -(2 ** 31), 2 ** 31 - 1],
  ["BigUInt64", "BigUint64", 8, 0n, 2n ** 64n - 1n],
  ["BigInt64", "BigInt64", 8, -(2n ** 63n), 2n ** 63n - 1n],
  ["Float", "Float32", 4, -Infinity, Infinity],
  ["Double", "Float64", 8, -Infinity, Infinity],
];

for (const [name, view, size, least, most] of NUMBERS) {
  for (const order of size === 1 ? [""] : ["LE", "BE"]) {
    const read = function read(offset = 0) {
      const at = this.byteOffset + check(this, offset, size);
      return new DataView(this.buffer)[`get${view}`](at, order === "LE");
    };
    const write = function write(value, offset = 0) {
      if (value < least || value > most) throw outOfRange("value", `>= ${least} and <= ${most}`, value);
      const at = this.byteOffset + check(this, offset, size);
      new DataView(this.buffer)[`set${view}`](at, value, order === "LE");
      return offset + size;
    };
    for (const alias of [name, name.replace("UInt", "Uint")]) {
      define(`read${alias}${order}`, read);
      define(`write${alias}${order}`, write);
    }
  }
}
for (const name of ["UIntLE", "UIntBE"]) {
  for (const verb of ["read", "write"]) {
    define(`${verb}${name.replace("UInt", "Uint")}`, FastBuffer.prototype[`${verb}${name}`]);
  }
}

function define(name, value) {
  Object.defineProperty(FastBuffer.prototype, name, { value, writable: true, configurable: true });
}

function Buffer(value, ...rest) {
  return typeof value === "number" ? Buffer.alloc(value) : Buffer.from(value, ...rest);
}
Buffer.prototype = FastBuffer.prototype;
Object.setPrototypeOf(Buffer, Uint8Array);
Object.defineProperty(FastBuffer.prototype, "constructor", { value: Buffer, writable: true, configurable: true });
Object.defineProperty(FastBuffer, Symbol.species, { value: FastBuffer });

Object.assign(Buffer, {
  poolSize: 8192,
  from(value, ...rest) {
    if (typeof value === "string") return wrap(encoded(value, rest[0]));
    if (value instanceof String) return wrap(encoded(value.valueOf(), rest[0]));
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
      const [offset = 0, length = value.byteLength - offset] = rest;
      return new FastBuffer(value, offset, length);
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return wrap(Uint8Array.from(value));
    if (value?.type === "Buffer" && Array.isArray(value.data)) return wrap(Uint8Array.from(value.data));
    if (Array.isArray(value) || (typeof value === "object" && value !== null && typeof value.length === "number")) {
      return wrap(Uint8Array.from(value));
    }
    const primitive = value?.valueOf?.();
    if (primitive != null && primitive !== value) return Buffer.from(primitive, ...rest);
    throw coded(
      TypeError,
      "ERR_INVALID_ARG_TYPE",
      "The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. " +
        `Received ${require("internal/inspect").describe(value)}`,
    );
  },
  of: (...values) => wrap(Uint8Array.from(values)),
  alloc(size, fill, encoding) {
    const buffer = new FastBuffer(sizeOf(size));
    return fill === undefined || fill === 0 || size === 0 ? buffer : buffer.fill(fill, encoding);
  },
  allocUnsafe: (size) => new FastBuffer(sizeOf(size)),
  allocUnsafeSlow: (size) => new FastBuffer(sizeOf(size)),
  isBuffer: (value) => value instanceof FastBuffer,
  isEncoding: (name) => typeof name === "string" && ENCODINGS[name.toLowerCase()] !== undefined,
  byteLength(value, encoding) {
    if (typeof value !== "string") return bytesOf(value).length;
    return encodingOf(encoding) === "utf8" ? native.utf8Length(value.toWellFormed()) : encoded(value, encoding).length;
  },
  concat(list, length = list.reduce((sum, { length: more }) => sum + more, 0)) {
    const all = new FastBuffer(length);
    let at = 0;
    for (const part of list) {
      if (at >= length) break;
      all.set(part.length > length - at ? part.subarray(0, length - at) : part, at);
      at += part.length;
    }
    return all;
  },
  compare(left, right) {
    const [a, b] = [bytesOf(left), bytesOf(right)];
    const shorter = Math.min(a.length, b.length);
    for (let at = 0; at < shorter; at += 1) if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1;
    return Math.sign(a.length - b.length);
  },
});

class Blob {
  #bytes;

  constructor(parts = [], { type = "" } = {}) {
    this.#bytes = Buffer.concat(parts.map((part) => (part instanceof Blob ? part.#bytes : typeof part === "string" ? encodeUtf8(part) : bytesOf(part))));
    this.type = String(type).toLowerCase();
  }

  get size() {
    return this.#bytes.length;
  }

  async arrayBuffer() {
    return Uint8Array.from(this.#bytes).buffer;
  }

  async bytes() {
    return Uint8Array.from(this.#bytes);
  }

  async text() {
    return this.#bytes.toString();
  }

  slice(start, end, type = "") {
    return new Blob([this.#bytes.subarray(start, end)], { type });
  }
}

Object.assign(exports, {
  Buffer,
  Blob,
  kMaxLength: 2 ** 31 - 1,
  constants: { MAX_LENGTH: 2 ** 31 - 1, MAX_STRING_LENGTH: 2 ** 30 - 1 },
  SlowBuffer: Buffer.allocUnsafeSlow,
  INSPECT_MAX_BYTES: MOST_BYTES_SHOWN,
  atob: globalThis.atob,
  btoa: globalThis.btoa,
  isUtf8: (bytes) => native.decodeUtf8Strictly(base64Of(bytes)) != null,
  isAscii: (bytes) => bytesOf(bytes).every((byte) => byte < 0x80),
});
