// node:querystring

const { formDecoded } = require("internal/url");

function escape(text) {
  return encodeURIComponent(String(text).toWellFormed());
}

function unescape(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return formDecoded(text.replaceAll("+", "%2B"));
  }
}

function value(one) {
  return ["string", "number", "bigint", "boolean"].includes(typeof one) ? escape(one) : "";
}

function stringify(pairs, separator = "&", equals = "=") {
  return Object.entries(pairs ?? {})
    .flatMap(([name, all]) => (Array.isArray(all) ? all : [all]).map((one) => `${escape(name)}${equals}${value(one)}`))
    .join(separator);
}

function parse(text, separator = "&", equals = "=") {
  const found = Object.create(null);
  for (const part of String(text).split(separator)) {
    if (part === "") continue;
    const at = part.indexOf(equals);
    const [name, one] = (at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + equals.length)]).map((side) =>
      unescape(side.replaceAll("+", " ")),
    );
    if (!(name in found)) found[name] = one;
    else if (Array.isArray(found[name])) found[name].push(one);
    else found[name] = [found[name], one];
  }
  return found;
}

Object.assign(exports, { stringify, parse, escape, unescape, encode: stringify, decode: parse });
