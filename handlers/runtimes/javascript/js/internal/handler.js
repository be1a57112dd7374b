// Finds the function that `_HANDLER` names, as AWS's Node.js runtime does.

const { packageAround } = require("internal/resolve");
const commonjs = require("internal/commonjs");
const path = require("path");

const FILE = 1;

/** An error of the runtime's own: its name is its type. */
function runtimeError(type, message) {
  const error = new Error(message);
  Object.defineProperty(error, "name", { value: `Runtime.${type}`, configurable: true, writable: true });
  return error;
}

/** `src/index.handler` is file `src/index`, export `handler`; `index.a.b` is export `b` of `a`. */
function split(name) {
  if (name.includes("..")) {
    throw runtimeError(
      "MalformedHandlerName",
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const last = path.basename(name);
  const found = /^([^.]*)\.(.*)$/.exec(last);
  if (found === null) throw runtimeError("MalformedHandlerName", "Bad handler");
  return { folder: name.slice(0, name.indexOf(last)), module: found[1], exported: found[2] };
}

/** The exports of the handler's module, looked for in AWS's order. */
async function moduleOf(root, folder, module) {
  const base = path.resolve(root, folder, module);
  const exists = (extension) => native.fileKind(base + extension) === FILE;
  const asModule = packageAround(path.dirname(base))?.manifest.type === "module";
  if (exists("")) return commonjs.load(base, undefined);
  if (exists(".js")) {
    return asModule ? native.import(`${base}.js`) : commonjs.load(`${base}.js`, undefined);
  }
  if (exists(".mjs")) return native.import(`${base}.mjs`);
  if (exists(".cjs")) return commonjs.load(`${base}.cjs`, undefined);
  for (const from of [root, path.resolve(root, folder)]) {
    const found = require("internal/resolve").forRequire(module, from);
    if (found !== undefined) return commonjs.load(found, undefined);
  }
  throw commonjs.notFound(module, [commonjs.RUNTIME_FILE]);
}

/** An error of the runtime's own around another; it shows where in the package that happened. */
function around(type, error) {
  const outer = runtimeError(type, String(error));
  // AWS's runtime shows its own frames instead, which help nobody.
  const frames = String(error.stack).split("\n").filter((line) => line.startsWith("    at "));
  const stack = [`${outer.name}: ${outer.message}`, ...frames].join("\n");
  Object.defineProperty(outer, "stack", { value: stack, configurable: true, writable: true });
  return outer;
}

/** AWS's name for what has gone wrong. */
function wrapped(error) {
  if (error instanceof SyntaxError) return around("UserCodeSyntaxError", error);
  if (error?.code === "MODULE_NOT_FOUND") return around("ImportModuleError", error);
  return error;
}

/** The handler that a name means. */
async function load(root, name) {
  const { folder, module, exported } = split(name);
  let at;
  try {
    at = await moduleOf(root, folder, module);
  } catch (error) {
    throw wrapped(error);
  }
  for (const key of exported.split(".")) at = at && at[key];
  if (!at) throw runtimeError("HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof at !== "function") throw runtimeError("HandlerNotFound", `${name} is not a function`);
  return at;
}

exports.load = load;
exports.runtimeError = runtimeError;
