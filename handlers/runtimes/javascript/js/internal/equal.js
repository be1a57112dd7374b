// Whether two values hold the same: for `assert` and `util`.

/** Own enumerable properties; symbols count where classes do. */
function keys(value, strict) {
  const names = Object.keys(value);
  if (!strict) return names;
  return names.concat(
    Object.getOwnPropertySymbols(value).filter((symbol) =>
      Object.prototype.propertyIsEnumerable.call(value, symbol),
    ),
  );
}

function sameSet(left, right, strict, seen) {
  if (left.size !== right.size) return false;
  for (const one of left) {
    if (right.has(one)) continue;
    if (typeof one !== "object" || ![...right].some((other) => equal(one, other, strict, seen))) return false;
  }
  return true;
}

function sameMap(left, right, strict, seen) {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    if (right.has(key)) {
      if (!equal(value, right.get(key), strict, seen)) return false;
    } else if (![...right].some(([k, v]) => equal(key, k, strict, seen) && equal(value, v, strict, seen))) {
      return false;
    }
  }
  return true;
}

function sameBytes(left, right) {
  const [a, b] = [left, right].map((view) =>
    view instanceof ArrayBuffer ? new Uint8Array(view) : new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
  );
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function equal(left, right, strict, seen) {
  if (Object.is(left, right)) return true;
  const objects = [left, right].filter((value) => typeof value === "object" && value !== null).length;
  if (objects < 2) return !strict && objects === 0 && (left == right || (left !== left && right !== right));
  if (strict && Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  if (Object.prototype.toString.call(left) !== Object.prototype.toString.call(right)) return false;
  if (Array.isArray(left) !== Array.isArray(right) || (Array.isArray(left) && left.length !== right.length)) return false;
  if (seen.some(([a, b]) => a === left && b === right)) return true;
  const path = [...seen, [left, right]];
  if (left instanceof Date && !Object.is(left.getTime(), right.getTime())) return false;
  if (left instanceof RegExp && (String(left) !== String(right) || left.lastIndex !== right.lastIndex)) return false;
  if (left instanceof Error && (left.message !== right.message || left.name !== right.name)) return false;
  if (left instanceof Set && !sameSet(left, right, strict, path)) return false;
  if (left instanceof Map && !sameMap(left, right, strict, path)) return false;
  if (ArrayBuffer.isView(left) || left instanceof ArrayBuffer) return sameBytes(left, right);
  if ([String, Number, Boolean, BigInt, Symbol].some((Class) => left instanceof Class)) {
    if (!Object.is(left.valueOf(), right.valueOf())) return false;
  }
  const names = keys(left, strict);
  if (names.length !== keys(right, strict).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name], strict, path));
}

exports.isEqual = (left, right, strict) => equal(left, right, strict, []);
