// Values as text: Node's `util.inspect` and `util.format`, for what handlers print.

const CUSTOM = Symbol.for("nodejs.util.inspect.custom");
const DEFAULTS = {
  depth: 2,
  showHidden: false,
  breakLength: 80,
  compact: 3,
  maxArrayLength: 100,
  maxStringLength: 10_000,
  sorted: false,
  customInspect: true,
  colors: false,
  getters: false,
  numericSeparator: false,
};
/** How long the entries of an object may be together to stand on one line. */
const LINE = 72;
/** Lists of more entries than this are set in columns. */
const COLUMNS_FROM = 6;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const TypedArray = Object.getPrototypeOf(Uint8Array);
const tagOf = Object.getOwnPropertyDescriptor(TypedArray.prototype, Symbol.toStringTag).get;

/** Text in quotes: the first kind that it does not hold. */
function quoted(text) {
  let quote = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) quote = '"';
    else if (!text.includes("`") && !text.includes("${")) quote = "`";
  }
  const escaped = text.replace(/[\0-\x1f\x7f-\x9f\\'"`]/g, (one) => {
    if (one === "'" || one === '"' || one === "`") return one === quote ? `\\${one}` : one;
    return (
      { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\" }[one] ??
      `\\x${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`
    );
  });
  return quote + escaped + quote;
}

function number(value) {
  return Object.is(value, -0) ? "-0" : `${value}`;
}

function primitive(value, context) {
  switch (typeof value) {
    case "string": {
      const { maxStringLength } = context;
      if (value.length <= maxStringLength) return quoted(value);
      const more = value.length - maxStringLength;
      return `${quoted(value.slice(0, maxStringLength))}... ${more} more character${more > 1 ? "s" : ""}`;
    }
    case "number":
      return number(value);
    case "bigint":
      return `${value}n`;
    case "symbol":
      return value.toString();
    default:
      return `${value}`;
  }
}

/** The name of the class, or null for objects without a prototype. */
function className(value) {
  for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, "constructor");
    if (typeof found?.value === "function" && found.value.name !== "") return found.value.name;
  }
  return null;
}

/** `Name `, `Name(size) `, `[Name: null prototype] `; nothing for plain objects and arrays. */
function prefix(value, fallback, size) {
  const name = className(value);
  const counted = size === undefined ? "" : `(${size})`;
  let text = name === null ? `[${fallback}${counted}: null prototype] ` : `${name}${counted} `;
  const tag = value[Symbol.toStringTag];
  if (typeof tag === "string" && tag !== "" && tag !== name && tag !== fallback) text += `[${tag}] `;
  return text;
}

function key(name) {
  if (typeof name === "symbol") return `[${name.toString()}]`;
  return IDENTIFIER.test(name) ? name : quoted(name);
}

function property(value, name, context) {
  const found = Object.getOwnPropertyDescriptor(value, name);
  const label = found.enumerable ? key(name) : `[${String(name)}]`;
  if (found.get === undefined && found.set === undefined) {
    return `${label}: ${inner(found.value, context)}`;
  }
  const kind = [found.get && "Getter", found.set && "Setter"].filter(Boolean).join("/");
  return `${label}: [${kind}]`;
}

/** Own properties but for array elements. */
function properties(value, context, skip = () => false) {
  let names = context.showHidden ? Object.getOwnPropertyNames(value) : Object.keys(value);
  if (context.sorted) names = names.sort(context.sorted === true ? undefined : context.sorted);
  const symbols = Object.getOwnPropertySymbols(value).filter(
    (symbol) => context.showHidden || Object.prototype.propertyIsEnumerable.call(value, symbol),
  );
  return [...names, ...symbols]
    .filter((name) => !skip(name))
    .map((name) => property(value, name, context));
}

function isIndex(name) {
  return typeof name === "string" && /^(0|[1-9]\d*)$/.test(name);
}

function moreItems(count) {
  return `... ${count} more item${count > 1 ? "s" : ""}`;
}

function elements(value, context) {
  const shown = Math.min(context.maxArrayLength, value.length);
  const entries = [];
  let holes = 0;
  const endHoles = () => {
    if (holes > 0) entries.push(`<${holes} empty item${holes > 1 ? "s" : ""}>`);
    holes = 0;
  };
  for (let at = 0; at < shown; at += 1) {
    if (at in value) {
      endHoles();
      entries.push(inner(value[at], context));
    } else {
      holes += 1;
    }
  }
  endHoles();
  if (value.length > shown) entries.push(moreItems(value.length - shown));
  return entries;
}

function limited(iterable, size, context, show) {
  const entries = [];
  for (const entry of iterable) {
    if (entries.length === context.maxArrayLength) {
      entries.push(moreItems(size - entries.length));
      break;
    }
    entries.push(show(entry));
  }
  return entries;
}

/** An error's stack, brought up to date where its name was given after it was thrown. */
function errorText(error) {
  const { headline } = require("internal/errors");
  const { stack } = error;
  if (typeof stack !== "string" || stack === "") return `[${headline(error)}]`;
  const name = className(error) ?? "Error";
  const first = stack.split("\n", 1)[0];
  if (!first.includes(String(error.name)) && !stack.startsWith(name)) {
    return headline(error) + stack.slice(first.length);
  }
  return stack.includes("\n    at") ? stack : `[${stack}]`;
}

/** `{ braces, entries, head }` of an object; only `head` where it is all. */
function shape(value, context) {
  if (Array.isArray(value)) {
    const head = className(value) === "Array" ? "" : prefix(value, "Array", value.length);
    const entries = [...elements(value, context), ...properties(value, context, isIndex)];
    return { head, braces: ["[", "]"], entries, list: true };
  }
  if (value instanceof Error || Error.isError(value)) {
    const entries = properties(value, context, (name) => name === "stack" || name === "message");
    for (const name of ["cause", "errors"]) {
      const found = Object.getOwnPropertyDescriptor(value, name);
      if (found !== undefined && !found.enumerable) entries.push(`[${name}]: ${inner(found.value, context)}`);
    }
    return { head: errorText(value), braces: [" {", "}"], entries };
  }
  if (typeof value === "function") {
    const text = Function.prototype.toString.call(value);
    const kind = text.startsWith("class") ? "class" : (className(value) ?? "Function");
    const name = value.name === "" ? "(anonymous)" : value.name;
    const parent = kind === "class" ? Object.getPrototypeOf(value).name : "";
    const head =
      kind === "class"
        ? `[class ${name}${parent ? ` extends ${parent}` : ""}]`
        : `[${kind}${value.name === "" ? " " : ": "}${name}]`;
    return { head, braces: [" {", "}"], entries: properties(value, context, (one) => one === "prototype" && !context.showHidden) };
  }
  if (value instanceof Map) {
    const entries = limited(value, value.size, context, ([from, to]) => `${inner(from, context)} => ${inner(to, context)}`);
    return { head: prefix(value, "Map", value.size), braces: ["{", "}"], entries: [...entries, ...properties(value, context)] };
  }
  if (value instanceof Set) {
    const entries = limited(value, value.size, context, (one) => inner(one, context));
    return { head: prefix(value, "Set", value.size), braces: ["{", "}"], entries: [...entries, ...properties(value, context)] };
  }
  if (value instanceof Date) {
    const head = Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    return { head, braces: [" {", "}"], entries: properties(value, context) };
  }
  if (value instanceof RegExp) {
    return { head: RegExp.prototype.toString.call(value), braces: [" {", "}"], entries: properties(value, context) };
  }
  if (value instanceof Promise) {
    const [state, result] = native.stateOf(value);
    const entries = [
      state === "pending" ? "<pending>" : `${state === "rejected" ? "<rejected> " : ""}${inner(result, context)}`,
    ];
    return { head: prefix(value, "Promise"), braces: ["{", "}"], entries: [...entries, ...properties(value, context)] };
  }
  if (value instanceof TypedArray) {
    const entries = elements(value, context);
    return {
      head: prefix(value, tagOf.call(value), value.length),
      braces: ["[", "]"],
      entries: [...entries, ...properties(value, context, isIndex)],
      list: true,
    };
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    const bytes = new Uint8Array(value);
    const text = bytes.subarray(0, 50).toHex().replace(/(..)(?=.)/g, "$1 ");
    const more = bytes.length > 50 ? ` ... ${bytes.length - 50} more bytes` : "";
    return {
      head: prefix(value, "ArrayBuffer"),
      braces: ["{", "}"],
      entries: [`[Uint8Contents]: <${text}${more}>`, `byteLength: ${bytes.length}`],
    };
  }
  if (value instanceof WeakMap || value instanceof WeakSet) {
    return { head: `${className(value)} { <items unknown> }`, braces: [" {", "}"], entries: [] };
  }
  for (const Box of [String, Number, Boolean, Symbol, BigInt]) {
    if (!(value instanceof Box)) continue;
    const skip = Box === String ? (name) => isIndex(name) || name === "length" : undefined;
    const head = `[${Box.name}: ${primitive(value.valueOf(), context)}]`;
    return { head, braces: [" {", "}"], entries: properties(value, context, skip) };
  }
  if (value[Symbol.toStringTag] === "Module") {
    return { head: "[Module: null prototype] ", braces: ["{", "}"], entries: properties(value, context) };
  }
  const plain = className(value) === "Object" && value[Symbol.toStringTag] === undefined;
  const arguments_ = Object.prototype.toString.call(value) === "[object Arguments]";
  if (arguments_) {
    return { head: "[Arguments] ", braces: ["[", "]"], entries: elements(value, context), list: true };
  }
  return { head: plain ? "" : prefix(value, "Object"), braces: ["{", "}"], entries: properties(value, context) };
}

/** Numbers, short words: as many beside each other as Node would set. */
function columns(entries, context, values) {
  const more = values.length < entries.length ? entries.pop() : undefined;
  const lengths = entries.map((entry) => entry.length + 2);
  const longest = Math.max(...lengths);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const width = longest;
  if (width * 3 + context.indent < context.breakLength && (total / width > 5 || longest <= 8)) {
    const bias = Math.sqrt(width - total / entries.length);
    const wide = Math.max(width - 3 - bias, 1);
    const count = Math.min(
      Math.round(Math.sqrt(2.5 * wide * entries.length) / wide),
      Math.floor((context.breakLength - context.indent) / width),
      4 * context.compact,
      15,
    );
    if (count > 1) {
      const widths = Array.from({ length: count }, (_, column) =>
        Math.max(...lengths.filter((_, at) => at % count === column)),
      );
      const right = values.every((value) => typeof value === "number" || typeof value === "bigint");
      const lines = [];
      for (let row = 0; row < entries.length; row += count) {
        const end = Math.min(row + count, entries.length);
        let text = "";
        for (let at = row; at < end; at += 1) {
          const isLast = at + 1 === end;
          const cell = isLast ? entries[at] : `${entries[at]}, `;
          const room = widths[at - row] - (isLast ? 2 : 0);
          if (right) text += cell.padStart(room);
          else text += isLast ? cell : cell.padEnd(room);
        }
        lines.push(text);
      }
      entries = lines;
    }
  }
  if (more !== undefined) entries.push(more);
  return entries;
}

function assembled({ head, braces: [open, close], entries, list }, value, context) {
  const before = `${head}${open}`;
  if (entries.length === 0) {
    return open.startsWith(" ") ? head : `${before}${close}`;
  }
  let lines = entries;
  if (list && entries.length > COLUMNS_FROM) {
    lines = columns([...entries], context, Array.from(value).slice(0, context.maxArrayLength));
  }
  if (context.compact !== false && lines === entries) {
    const flat = lines.join(", ");
    const room = LINE - before.length + (head.includes("\n") ? -LINE : 0);
    const deep = context.depthBelow.get(value) ?? 0;
    const fits = flat.length + lines.length <= Math.min(room + before.length, context.breakLength - context.indent);
    if (deep < context.compact && fits && !flat.includes("\n")) return `${before} ${flat} ${close}`;
  }
  const indent = "  ";
  const body = lines.map((entry) => indent + entry.replaceAll("\n", `\n${indent}`)).join(",\n");
  return `${before}\n${body}\n${close}`;
}

/** Whether it is no longer than its name, so that it is shown at any depth. */
function isEmpty(value) {
  if (value instanceof Promise || value instanceof ArrayBuffer) return false;
  return (value.size ?? 0) === 0 && Object.keys(value).length === 0 && Object.getOwnPropertySymbols(value).length === 0;
}

function inner(value, context) {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) {
    return primitive(value, context);
  }
  if (context.customInspect) {
    const custom = value[CUSTOM];
    if (typeof custom === "function" && custom !== inspect) {
      const made = custom.call(value, context.depth - context.path.length, { ...context.options }, inspect);
      if (made !== value) return typeof made === "string" ? made : inner(made, context);
    }
  }
  if (context.path.includes(value)) {
    if (!context.circular.has(value)) context.circular.set(value, context.circular.size + 1);
    return `[Circular *${context.circular.get(value)}]`;
  }
  if (context.path.length > context.depth) {
    if (!isEmpty(value)) return `[${className(value) ?? "Object: null prototype"}]`;
  }
  context.path.push(value);
  context.indent += 2;
  const parts = shape(value, context);
  context.indent -= 2;
  context.path.pop();
  const parent = context.path.at(-1);
  const below = (context.depthBelow.get(value) ?? 0) + 1;
  if (parent !== undefined && parts.entries.length > 0) {
    context.depthBelow.set(parent, Math.max(below, context.depthBelow.get(parent) ?? 0));
  }
  const reference = context.circular.get(value);
  if (reference !== undefined) parts.head = `<ref *${reference}> ${parts.head}`;
  return assembled(parts, value, context);
}

function inspect(value, options = {}, depth) {
  let given = options;
  if (typeof options !== "object" || options === null) given = { showHidden: options, depth };
  const all = { ...DEFAULTS };
  for (const [name, set] of Object.entries(given)) if (set !== undefined) all[name] = set;
  if (all.depth === null) all.depth = Infinity;
  if (all.maxArrayLength === null) all.maxArrayLength = Infinity;
  if (all.maxStringLength === null) all.maxStringLength = Infinity;
  if (all.compact === true) all.compact = 3;
  return inner(value, {
    ...all,
    options: all,
    path: [],
    indent: 0,
    circular: new Map(),
    depthBelow: new Map(),
  });
}
inspect.custom = CUSTOM;
inspect.defaultOptions = DEFAULTS;
inspect.colors = {};
inspect.styles = {};

function asText(value) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return number(value);
  if (typeof value !== "object" || value === null) return String(value);
  const ownText = typeof value.toString === "function" && value.toString !== Object.prototype.toString && value.toString !== Error.prototype.toString;
  if (ownText && !Array.isArray(value) && !(value instanceof Date)) return String(value);
  return inspect(value, { depth: 0, compact: 3 });
}

function asJson(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (/circular/.test(error.message)) return "[Circular]";
    throw error;
  }
}

function asNumber(value, convert) {
  if (typeof value === "symbol") return "NaN";
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "object" ? "NaN" : number(convert(value));
}

function formatWithOptions(options, first, ...rest) {
  let at = 0;
  let text = "";
  if (typeof first === "string") {
    if (rest.length === 0) return first;
    text = first.replace(/%[sdifjoOc%]/g, (mark) => {
      if (mark === "%%") return "%";
      if (at >= rest.length) return mark;
      const value = rest[at];
      at += 1;
      switch (mark) {
        case "%s":
          return asText(value);
        case "%d":
          return asNumber(value, Number);
        case "%i":
          return asNumber(value, Number.parseInt);
        case "%f":
          return typeof value === "symbol" ? "NaN" : number(Number.parseFloat(value));
        case "%j":
          return asJson(value);
        case "%o":
          return inspect(value, { ...options, showHidden: true, depth: 4 });
        case "%O":
          return inspect(value, options);
        default:
          return "";
      }
    });
  } else {
    rest.unshift(first);
  }
  const words = rest
    .slice(at)
    .map((value) => (typeof value === "string" ? value : inspect(value, { compact: 3, ...options })));
  return (typeof first === "string" ? [text, ...words] : words).join(" ");
}

function format(...args) {
  return args.length === 0 ? "" : formatWithOptions({}, ...args);
}

/** A value as Node's errors about arguments describe it. */
function describe(value) {
  if (value == null) return `${value}`;
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "object") {
    const name = className(value);
    return name === null ? inspect(value, { depth: -1 }) : `an instance of ${name}`;
  }
  const text = inspect(value);
  return `type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`;
}

Object.assign(exports, { inspect, format, formatWithOptions, describe });
