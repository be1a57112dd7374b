// TextEncoder and TextDecoder, and bytes on their way to Rust.

const { coded, invalidArgument } = require("internal/errors");

/** The bytes of a view or buffer, not copied. */
function bytesOf(source) {
  if (source instanceof Uint8Array) return source;
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (source instanceof ArrayBuffer || source instanceof SharedArrayBuffer) return new Uint8Array(source);
  throw invalidArgument("data", "of type string or an instance of Buffer, TypedArray, or DataView", source);
}

const toBase64 = Uint8Array.prototype.toBase64;

/** What Rust takes for bytes (src/natives/bytes.rs). */
const base64Of = (source) => toBase64.call(bytesOf(source));

const encodeUtf8 = (text) => native.encodeUtf8(String(text).toWellFormed());

class TextEncoder {
  get encoding() {
    return "utf-8";
  }

  encode(text = "") {
    return encodeUtf8(text);
  }

  encodeInto(text, target) {
    let read = 0;
    let written = 0;
    for (const character of String(text)) {
      const bytes = encodeUtf8(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

const LABELS = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["unicode-1-1-utf-8", "utf-8"],
  ["utf-16le", "utf-16le"],
  ["utf-16", "utf-16le"],
  ["latin1", "windows-1252"],
  ["iso-8859-1", "windows-1252"],
  ["windows-1252", "windows-1252"],
  ["ascii", "windows-1252"],
  ["us-ascii", "windows-1252"],
]);

/** How many bytes at the end begin a character that goes on in the next chunk. */
function unfinished(bytes, encoding) {
  if (encoding === "utf-16le") return bytes.length % 2;
  if (encoding !== "utf-8") return 0;
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back];
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
    if (byte < 0x80) return 0;
  }
  return 0;
}

class TextDecoder {
  #rest = new Uint8Array(0);
  #begun = false;

  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    this.encoding = LABELS.get(String(label).trim().toLowerCase());
    if (this.encoding === undefined) {
      throw coded(RangeError, "ERR_ENCODING_NOT_SUPPORTED", `The "${label}" encoding is not supported`);
    }
    this.fatal = Boolean(fatal);
    this.ignoreBOM = Boolean(ignoreBOM);
  }

  decode(source = new Uint8Array(0), { stream = false } = {}) {
    let bytes = bytesOf(source);
    if (this.#rest.length > 0) {
      const all = new Uint8Array(this.#rest.length + bytes.length);
      all.set(this.#rest);
      all.set(bytes, this.#rest.length);
      bytes = all;
    }
    const left = stream ? unfinished(bytes, this.encoding) : 0;
    this.#rest = bytes.slice(bytes.length - left);
    let text = this.#text(toBase64.call(bytes.subarray(0, bytes.length - left)));
    if (!this.#begun && !this.ignoreBOM && text.startsWith("\ufeff")) text = text.slice(1);
    this.#begun = stream;
    return text;
  }

  #text(base64) {
    if (this.encoding === "utf-16le") return native.decodeUtf16(base64);
    if (this.encoding === "windows-1252") return native.decodeLatin1(base64);
    const text = this.fatal ? native.decodeUtf8Strictly(base64) : native.decodeUtf8(base64);
    if (text == null) {
      throw coded(TypeError, "ERR_ENCODING_INVALID_ENCODED_DATA", "The encoded data was not valid for encoding utf-8");
    }
    return text;
  }
}

Object.assign(exports, { TextEncoder, TextDecoder, bytesOf, base64Of, encodeUtf8 });
