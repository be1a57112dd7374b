// Errors: stack traces as V8 words them, and Node's codes.

/** A line of QuickJS's trace that lies in this runtime, or in no file at all. */
const OWN_FRAME = /\((?:node:[^)]*|native)\)$|^    at node:/;

/** `Name: message`, or what of it there is. */
function headline(error) {
  const name = error.name === undefined ? "Error" : String(error.name);
  const message = error.message === undefined ? "" : String(error.message);
  const code = typeof error.code === "string" && NODE_CODE.test(error.code) ? ` [${error.code}]` : "";
  const title = name + (name.startsWith("Runtime.") ? "" : code);
  if (title === "") return message;
  return message === "" ? title : `${title}: ${message}`;
}

/** The codes that Node puts into its traces. */
const NODE_CODE = /^ERR_[A-Z_]+$/;

/** The frames of a trace that are the handler's, one a line. */
function ownersFrames(trace) {
  return trace
    .split("\n")
    .filter((line) => line !== "" && !OWN_FRAME.test(line))
    .map(withoutWrapper);
}

/** The column on the first line of a CommonJS module, which begins with a wrapper. */
const FIRST_LINE = /^(.*\.c?js):1:(\d+)(\)?)$/;

function withoutWrapper(line) {
  const found = FIRST_LINE.exec(line);
  if (found === null) return line;
  const column = Number(found[2]) - native.commonjsHead;
  return column < 1 ? line : `${found[1]}:1:${column}${found[3]}`;
}

/**
 * `error.stack` begins with its headline, as everywhere but in QuickJS. It is put together when it
 * is read: most errors are caught, and nobody looks.
 */
function installStacks() {
  const own = Object.getOwnPropertyDescriptor(Error.prototype, "stack");
  const finished = new WeakMap();
  Object.defineProperty(Error.prototype, "stack", {
    get() {
      let stack = finished.get(this);
      if (stack !== undefined) return stack;
      const trace = own.get.call(this);
      // Other than text is what a `prepareStackTrace` has made; none is left by a full stack.
      if (typeof trace !== "string" && trace !== null) return trace;
      stack = [headline(this), ...ownersFrames(trace ?? "")].join("\n");
      finished.set(this, stack);
      return stack;
    },
    set: own.set,
    configurable: true,
  });
  const capture = Error.captureStackTrace;
  Error.captureStackTrace = function captureStackTrace(target, above) {
    capture(target, above ?? captureStackTrace);
    const { stack } = target;
    if (typeof stack !== "string" || typeof Error.prepareStackTrace === "function") return;
    Object.defineProperty(target, "stack", {
      value: [headline(target), ...ownersFrames(stack)].join("\n"),
      writable: true,
      configurable: true,
    });
  };
}

/** An error with one of Node's codes. */
function coded(Class, code, message, properties) {
  const error = new Class(message);
  error.code = code;
  return Object.assign(error, properties);
}

/** Node's complaint about an argument. */
function invalidArgument(name, expected, actual) {
  const { describe } = require("internal/inspect");
  return coded(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    `The "${name}" argument must be ${expected}. Received ${describe(actual)}`,
  );
}

exports.installStacks = installStacks;
exports.headline = headline;
exports.coded = coded;
exports.invalidArgument = invalidArgument;
