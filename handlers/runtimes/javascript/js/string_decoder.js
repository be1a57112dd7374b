// node:string_decoder

const { Buffer } = require("buffer");

/** Text in pieces, none of which ends in the middle of a character. */
exports.StringDecoder = class StringDecoder {
  #decoder;
  #rest = Buffer.alloc(0);

  constructor(encoding = "utf8") {
    this.encoding = String(encoding).toLowerCase().replace("-", "");
    if (this.encoding === "utf8" || this.encoding === "utf16le" || this.encoding === "ucs2") {
      this.#decoder = new TextDecoder(this.encoding === "utf8" ? "utf-8" : "utf-16le", { ignoreBOM: true });
    }
  }

  write(chunk) {
    if (typeof chunk === "string") return chunk;
    if (this.#decoder !== undefined) return this.#decoder.decode(chunk, { stream: true });
    const all = Buffer.concat([this.#rest, chunk]);
    const left = this.encoding.startsWith("base64") ? all.length % 3 : 0;
    this.#rest = all.subarray(all.length - left);
    return all.toString(this.encoding, 0, all.length - left);
  }

  end(chunk) {
    const text = chunk === undefined ? "" : this.write(chunk);
    if (this.#decoder !== undefined) return text + this.#decoder.decode();
    const rest = this.#rest.toString(this.encoding);
    this.#rest = Buffer.alloc(0);
    return text + rest;
  }
};
