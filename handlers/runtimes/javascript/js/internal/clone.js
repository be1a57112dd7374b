// structuredClone

const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const TypedArray = Object.getPrototypeOf(Uint8Array);
const BOXES = [String, Number, Boolean, BigInt];

function notCloneable(value) {
  const text = typeof value === "symbol" ? value.toString() : typeof value === "function" ? String(value) : `#<${value.constructor?.name ?? "Object"}>`;
  return new DOMException(`${text} could not be cloned.`, "DataCloneError");
}

function clone(value, seen) {
  if (typeof value === "function" || typeof value === "symbol") throw notCloneable(value);
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (copy) => {
    seen.set(value, copy);
    return copy;
  };
  if (Array.isArray(value)) {
    const copy = keep([]);
    copy.length = value.length;
    return properties(value, copy, seen);
  }
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (BOXES.some((Box) => value instanceof Box)) return keep(Object(value.valueOf()));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (value instanceof TypedArray || value instanceof DataView) {
    const buffer = clone(value.buffer, seen);
    const Class = value instanceof DataView ? DataView : globalThis[value[Symbol.toStringTag]];
    return keep(new Class(buffer, value.byteOffset, value instanceof DataView ? value.byteLength : value.length));
  }
  if (value instanceof Map) {
    const copy = keep(new Map());
    for (const [key, one] of [...value]) copy.set(clone(key, seen), clone(one, seen));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    for (const one of [...value]) copy.add(clone(one, seen));
    return copy;
  }
  if (value instanceof Error) {
    const Class = ERRORS[value.name] ?? Error;
    const copy = keep(new Class(value.message));
    Object.defineProperty(copy, "stack", { value: value.stack, writable: true, configurable: true });
    if (Object.hasOwn(value, "cause")) copy.cause = clone(value.cause, seen);
    return copy;
  }
  if ([Promise, WeakMap, WeakSet, WeakRef].some((Class) => value instanceof Class)) throw notCloneable(value);
  return properties(value, keep({}), seen);
}

function properties(value, copy, seen) {
  for (const key of Object.keys(value)) copy[key] = clone(value[key], seen);
  return copy;
}

exports.structuredClone = function structuredClone(value, options) {
  if (arguments.length === 0) throw new TypeError("The \"value\" argument must be specified");
  const copy = clone(value, new Map());
  for (const buffer of options?.transfer ?? []) buffer.transfer?.();
  return copy;
};
