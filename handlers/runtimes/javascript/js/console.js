// node:console, with the levels that AWS's runtime patches: one line of the log each.

const { inspect, format } = require("internal/inspect");

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const counts = new Map();
const began = new Map();
const environment = globalThis.process.env;
const json = environment.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON";
const lowest = Math.max(0, LEVELS.indexOf(environment.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()));

/** Where AWS's runtime keeps the request whose log this is. */
const REQUEST_ID = Symbol.for("aws.lambda.runtime.requestId");

/** Plain text is passed on without asking `util`. No arguments are one, as AWS's levels take them. */
function text([first, ...rest]) {
  return rest.length === 0 && typeof first === "string" ? first : format(first, ...rest);
}

function asText(level, args) {
  return `${new Date().toISOString()}\t${globalThis[REQUEST_ID]}\t${level}\t${text(args)}`;
}

function withErrors(_, value) {
  if (!(value instanceof Error)) return value;
  return {
    errorType: value.constructor?.name ?? "UnknownError",
    errorMessage: value.message,
    stackTrace: typeof value.stack === "string" ? value.stack.split("\n") : value.stack,
    ...value,
  };
}

function asJson(level, args) {
  const entry = { timestamp: new Date().toISOString(), level, requestId: globalThis[REQUEST_ID] };
  if (args.length === 1) {
    try {
      return JSON.stringify({ ...entry, message: args[0] }, withErrors);
    } catch {
      return JSON.stringify({ ...entry, message: format(args[0]) });
    }
  }
  entry.message = format(...args);
  const error = args.find((arg) => arg instanceof Error);
  if (error !== undefined) {
    entry.errorType = error.constructor?.name ?? "UnknownError";
    entry.errorMessage = error.message;
    entry.stackTrace = typeof error.stack === "string" ? error.stack.split("\n") : [];
  }
  return JSON.stringify(entry);
}

const line = json ? asJson : asText;

/** The function of a level. A message's line feeds become carriage returns: one entry is one line. */
function at(level) {
  if (LEVELS.indexOf(level) < lowest && level !== "FATAL") return () => {};
  return (...args) => {
    native.write(1, `${line(level, args).replaceAll("\n", "\r").toWellFormed()}\n`);
  };
}

const console = {
  trace: at("TRACE"),
  debug: at("DEBUG"),
  info: at("INFO"),
  warn: at("WARN"),
  error: at("ERROR"),
  fatal: at("FATAL"),
  assert(condition, ...args) {
    if (condition) return;
    if (typeof args[0] === "string") console.warn(`Assertion failed: ${args[0]}`, ...args.slice(1));
    else console.warn("Assertion failed", ...args);
  },
  count(label = "default") {
    counts.set(`${label}`, (counts.get(`${label}`) ?? 0) + 1);
    console.log(`${label}: ${counts.get(`${label}`)}`);
  },
  countReset(label = "default") {
    counts.delete(`${label}`);
  },
  dir(value, options) {
    native.write(1, `${inspect(value, { customInspect: false, ...options }).toWellFormed()}\n`);
  },
  dirxml(...args) {
    console.log(...args);
  },
  group(...args) {
    if (args.length > 0) console.log(...args);
  },
  groupCollapsed(...args) {
    console.group(...args);
  },
  groupEnd() {},
  table(rows) {
    console.log(rows);
  },
  time(label = "default") {
    began.set(`${label}`, native.now());
  },
  timeLog(label = "default", ...args) {
    if (!began.has(`${label}`)) return;
    console.log(`${label}: ${duration(native.now() - began.get(`${label}`))}`, ...args);
  },
  timeEnd(label = "default") {
    console.timeLog(label);
    began.delete(`${label}`);
  },
};
console.log = console.info;
console.Console = class Console {
  constructor() {
    return console;
  }
};

function duration(millis) {
  if (millis >= 1_000) return `${(millis / 1_000).toFixed(3)}s`;
  return `${Number(millis.toFixed(3))}ms`;
}

module.exports = console;
