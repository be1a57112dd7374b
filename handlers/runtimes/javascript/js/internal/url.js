// URL and URLSearchParams: parsing and changing is Rust's (src/natives/urls.rs).

const { coded, invalidArgument } = require("internal/errors");

/** The order in which Rust hands the parts over. */
const PARTS = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

const HEX = "0123456789ABCDEF";
const PLAIN = /^[A-Za-z0-9*\-._]*$/;

/** `application/x-www-form-urlencoded`. */
function formEncoded(text) {
  if (PLAIN.test(text)) return text;
  let encoded = "";
  for (const byte of native.encodeUtf8(text)) {
    const one = String.fromCharCode(byte);
    if (byte === 0x20) encoded += "+";
    else if (byte < 0x80 && PLAIN.test(one)) encoded += one;
    else encoded += `%${HEX[byte >> 4]}${HEX[byte & 15]}`;
  }
  return encoded;
}

function formDecoded(text) {
  const plain = text.replaceAll("+", " ");
  if (!plain.includes("%")) return plain;
  const bytes = [];
  const source = native.encodeUtf8(plain.toWellFormed());
  for (let at = 0; at < source.length; at += 1) {
    const hex = source[at] === 0x25 ? String.fromCharCode(...source.subarray(at + 1, at + 3)) : "";
    if (/^[\da-f]{2}$/i.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else {
      bytes.push(source[at]);
    }
  }
  return native.decodeUtf8(Uint8Array.from(bytes).toBase64());
}

class URLSearchParams {
  #pairs = [];
  #changed = () => {};

  constructor(init = "") {
    if (typeof init === "object" && init !== null && typeof init[Symbol.iterator] === "function") {
      for (const pair of init) {
        const [name, value, ...more] = pair;
        if (value === undefined || more.length > 0) {
          throw coded(TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
        }
        this.#pairs.push([text(name), text(value)]);
      }
    } else if (typeof init === "object" && init !== null) {
      for (const name of Object.keys(init)) this.#pairs.push([text(name), text(init[name])]);
    } else {
      this.#read(String(init));
    }
  }

  /** Parameters that belong to a URL. */
  static of(search, changed) {
    const params = new URLSearchParams(search);
    params.#changed = changed;
    return params;
  }

  /** Takes over what a URL's `search` has become. */
  static renew(params, search) {
    params.#pairs = [];
    params.#read(search);
  }

  #read(query) {
    for (const part of query.replace(/^\?/, "").split("&")) {
      if (part === "") continue;
      const at = part.indexOf("=");
      const [name, value] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      this.#pairs.push([formDecoded(name), formDecoded(value)]);
    }
  }

  get size() {
    return this.#pairs.length;
  }

  append(name, value) {
    this.#pairs.push([text(name), text(value)]);
    this.#changed();
  }

  delete(name, value) {
    this.#pairs = this.#pairs.filter(([key, one]) => key !== text(name) || (value !== undefined && one !== text(value)));
    this.#changed();
  }

  get(name) {
    return this.#pairs.find(([key]) => key === text(name))?.[1] ?? null;
  }

  getAll(name) {
    return this.#pairs.filter(([key]) => key === text(name)).map(([, value]) => value);
  }

  has(name, value) {
    return this.#pairs.some(([key, one]) => key === text(name) && (value === undefined || one === text(value)));
  }

  set(name, value) {
    const first = this.#pairs.find(([key]) => key === text(name));
    if (first === undefined) {
      this.#pairs.push([text(name), text(value)]);
    } else {
      first[1] = text(value);
      this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== text(name));
    }
    this.#changed();
  }

  sort() {
    this.#pairs.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    this.#changed();
  }

  forEach(callback, self) {
    for (const [name, value] of this.#pairs) callback.call(self, value, name, this);
  }

  *entries() {
    for (const [name, value] of this.#pairs) yield [name, value];
  }

  *keys() {
    for (const [name] of this.#pairs) yield name;
  }

  *values() {
    for (const [, value] of this.#pairs) yield value;
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  toString() {
    return this.#pairs.map(([name, value]) => `${formEncoded(name)}=${formEncoded(value)}`).join("&");
  }

  [INSPECT](_depth, options, inspect) {
    if (this.#pairs.length === 0) return "URLSearchParams {}";
    return `URLSearchParams { ${this.#pairs.map(([name, value]) => `${inspect(name, options)} => ${inspect(value, options)}`).join(", ")} }`;
  }
}
Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { value: "URLSearchParams", configurable: true });

function text(value) {
  return String(value).toWellFormed();
}

class URL {
  #parts;
  #params;

  constructor(input, base) {
    if (arguments.length === 0) throw invalidArgument("url", "specified", undefined);
    this.#parts = native.parseUrl(text(input), base === undefined ? undefined : text(base));
    if (this.#parts == null) {
      throw coded(TypeError, "ERR_INVALID_URL", "Invalid URL", { input: `${input}`, ...(base !== undefined && { base: `${base}` }) });
    }
  }

  static canParse(input, base) {
    return native.parseUrl(text(input), base === undefined ? undefined : text(base)) != null;
  }

  static parse(input, base) {
    return URL.canParse(input, base) ? new URL(input, base) : null;
  }

  static part(url, at) {
    return url.#parts[at];
  }

  static change(url, name, value) {
    const parts = native.changeUrl(url.#parts[0], name, text(value));
    if (parts == null) throw coded(TypeError, "ERR_INVALID_URL", "Invalid URL", { input: `${value}` });
    url.#parts = parts;
    if (url.#params !== undefined && (name === "search" || name === "href")) {
      URLSearchParams.renew(url.#params, url.search);
    }
  }

  get searchParams() {
    this.#params ??= URLSearchParams.of(this.search, () => {
      this.#parts = native.changeUrl(this.#parts[0], "search", this.#params.toString());
    });
    return this.#params;
  }

  toString() {
    return this.href;
  }

  toJSON() {
    return this.href;
  }

  [INSPECT](depth, options, inspect) {
    if (depth < 0) return "[URL]";
    const shown = Object.fromEntries([...PARTS.slice(0, 10), "searchParams", "hash"].map((name) => [name, this[name]]));
    return `URL ${inspect(shown, options)}`;
  }
}
PARTS.forEach((name, at) => {
  Object.defineProperty(URL.prototype, name, {
    get() {
      return part(this, at);
    },
    set:
      name === "origin"
        ? undefined
        : function set(value) {
            change(this, name, value);
          },
    enumerable: true,
    configurable: true,
  });
});
// Not for handlers: they would be static methods that no other URL has.
const { part, change } = URL;
delete URL.part;
delete URL.change;
Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: "URL", configurable: true });

Object.assign(exports, { URL, URLSearchParams, formEncoded, formDecoded });
