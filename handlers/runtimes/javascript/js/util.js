// node:util

const { inspect, format, formatWithOptions } = require("internal/inspect");
const { invalidArgument, coded } = require("internal/errors");

const PROMISIFY = Symbol.for("nodejs.util.promisify.custom");

function promisify(original) {
  if (typeof original !== "function") throw invalidArgument("original", "of type function", original);
  if (typeof original[PROMISIFY] === "function") return original[PROMISIFY];
  return Object.assign(function promisified(...args) {
    return new Promise((resolve, reject) => {
      original.call(this, ...args, (error, value) => (error ? reject(error) : resolve(value)));
    });
  }, original);
}
promisify.custom = PROMISIFY;

function callbackify(original) {
  if (typeof original !== "function") throw invalidArgument("original", "of type function", original);
  return function callbackified(...args) {
    const callback = args.pop();
    original.apply(this, args).then(
      (value) => process.nextTick(callback, null, value),
      (error) => process.nextTick(callback, error || coded(Error, "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value", { reason: error })),
    );
  };
}

function inherits(constructor, parent) {
  Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

const warned = new Set();

function deprecate(original, message, code = message) {
  return function deprecated(...args) {
    if (!warned.has(code)) {
      warned.add(code);
      process.emitWarning(message, "DeprecationWarning");
    }
    return new.target ? Reflect.construct(original, args, new.target) : original.apply(this, args);
  };
}

function debuglog(section) {
  const enabled = (process.env.NODE_DEBUG ?? "").toUpperCase().split(",").includes(section.toUpperCase());
  const log = (...args) => {
    if (enabled) native.write(2, `${section.toUpperCase()} 1: ${format(...args)}\n`);
  };
  return Object.assign(log, { enabled });
}

function stripVTControlCharacters(text) {
  return text.replace(/\u001b\[[\d;]*[A-Za-z]/g, "");
}

const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
const is = (Class) => (value) => value instanceof Class;
const functionKind = (...kinds) => (value) => typeof value === "function" && kinds.includes(tag(value));
const boxed = (Class) => (value) => typeof value === "object" && value instanceof Class;

const types = {
  isNativeError: (value) => Error.isError(value),
  isDate: is(Date),
  isRegExp: is(RegExp),
  isMap: is(Map),
  isSet: is(Set),
  isWeakMap: is(WeakMap),
  isWeakSet: is(WeakSet),
  isPromise: is(Promise),
  isArrayBuffer: is(ArrayBuffer),
  isSharedArrayBuffer: is(SharedArrayBuffer),
  isAnyArrayBuffer: (value) => value instanceof ArrayBuffer || value instanceof SharedArrayBuffer,
  isDataView: is(DataView),
  isArrayBufferView: ArrayBuffer.isView,
  isTypedArray: (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isUint8Array: is(Uint8Array),
  isAsyncFunction: functionKind("AsyncFunction", "AsyncGeneratorFunction"),
  isGeneratorFunction: functionKind("GeneratorFunction", "AsyncGeneratorFunction"),
  isGeneratorObject: (value) => tag(value) === "Generator",
  isMapIterator: (value) => tag(value) === "Map Iterator",
  isSetIterator: (value) => tag(value) === "Set Iterator",
  isModuleNamespaceObject: (value) => tag(value) === "Module",
  isArgumentsObject: (value) => tag(value) === "Arguments",
  isBoxedPrimitive: (value) => [String, Number, Boolean, Symbol, BigInt].some((Class) => boxed(Class)(value)),
  isStringObject: boxed(String),
  isNumberObject: boxed(Number),
  isBooleanObject: boxed(Boolean),
  isProxy: () => false,
};

Object.assign(exports, {
  inspect,
  format,
  formatWithOptions,
  promisify,
  callbackify,
  inherits,
  deprecate,
  debuglog,
  debug: debuglog,
  stripVTControlCharacters,
  types,
  isArray: Array.isArray,
  isDeepStrictEqual: (left, right) => require("internal/equal").isEqual(left, right, true),
  toUSVString: (text) => String(text).toWellFormed(),
  styleText: (_style, text) => text,
  get TextEncoder() {
    return globalThis.TextEncoder;
  },
  get TextDecoder() {
    return globalThis.TextDecoder;
  },
});
