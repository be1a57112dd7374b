// CommonJS: `require` and its cache.

const { coded, invalidArgument } = require("internal/errors");
const { forRequire, packageType, folderOf } = require("internal/resolve");

/** Where AWS's own runtime requires the handler from; part of what its errors say. */
const RUNTIME_FILE = "/var/runtime/index.mjs";
const cache = Object.create(null);
let shims = 0;

class Module {
  constructor(id, parent) {
    this.id = id;
    this.path = folderOf(id);
    this.exports = {};
    this.filename = id;
    this.loaded = false;
    this.children = [];
    this.parent = parent;
  }

  require(specifier) {
    return load(resolved(specifier, this), this);
  }
}

/** The files that led to a module, nearest first. */
function requireStack(module) {
  const files = [];
  for (let at = module; at != null; at = at.parent) files.push(at.filename);
  if (files.at(-1) !== RUNTIME_FILE) files.push(RUNTIME_FILE);
  return files;
}

function notFound(specifier, stack) {
  const text = stack.map((file) => `\n- ${file}`).join("");
  return coded(Error, "MODULE_NOT_FOUND", `Cannot find module '${specifier}'\nRequire stack:${text}`, {
    requireStack: stack,
  });
}

function resolved(specifier, parent) {
  if (typeof specifier !== "string") throw invalidArgument("id", "of type string", specifier);
  if (specifier === "") {
    throw coded(TypeError, "ERR_INVALID_ARG_VALUE", "The argument 'id' must be a non-empty string. Received ''");
  }
  const path = forRequire(specifier, parent.path);
  if (path === undefined) throw notFound(specifier, requireStack(parent));
  return path;
}

function load(path, parent) {
  if (path.startsWith("node:")) return require(path.slice(5));
  const known = cache[path];
  if (known !== undefined) return known.exports;
  const module = new Module(path, parent);
  cache[path] = module;
  parent?.children?.push(module);
  try {
    run(module);
  } catch (error) {
    delete cache[path];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

function run(module) {
  const { filename } = module;
  if (filename.endsWith(".json")) {
    module.exports = json(filename);
  } else if (filename.endsWith(".node")) {
    throw coded(
      Error,
      "ERR_DLOPEN_FAILED",
      `${filename}: native extensions cannot be loaded, this runtime is WebAssembly; use a package that is plain JavaScript`,
    );
  } else if (filename.endsWith(".mjs") || (filename.endsWith(".js") && packageType(filename) === "module")) {
    module.exports = requireEsm(filename);
  } else {
    runScript(module);
  }
}

function json(path) {
  const text = native.readText(path).replace(/^\ufeff/, "");
  try {
    return JSON.parse(text);
  } catch (error) {
    error.message = `${path}: ${error.message}`;
    throw error;
  }
}

/** Whether a text that is no script may be an ES module. */
function looksLikeEsm(source) {
  return /^\s*(?:import\b\s*["'{*\w]|export\b\s*(?:[{*]|default\b|const\b|let\b|var\b|function\b|async\b|class\b)|(?:.*=\s*)?await\b)/m.test(source);
}

/** The function of a script, or null if it turns out to be an ES module that nobody declared. */
function compile(path, source) {
  const text = source.replace(/^#!.*/, "").replace(/^\ufeff/, "");
  try {
    return native.compileCommonJs(text, path);
  } catch (error) {
    const undeclared = path.endsWith(".js") && packageType(path) === undefined;
    if (error instanceof SyntaxError && undeclared && looksLikeEsm(text)) return null;
    throw error;
  }
}

function runScript(module) {
  const { filename } = module;
  const script = compile(filename, native.readText(filename));
  if (script === null) {
    module.exports = requireEsm(filename);
    return;
  }
  script.call(module.exports, module.exports, requireIn(module), module, filename, module.path);
}

/** `require` of an ES module: works if nothing in it waits. */
function requireEsm(path) {
  shims += 1;
  const [promise, meta] = native.evaluateNow(`node:require(${shims})`, path);
  promise.catch(() => {});
  const [state, reason] = native.stateOf(promise);
  if (state === "rejected") throw reason;
  if (state === "pending") {
    throw coded(
      Error,
      "ERR_REQUIRE_ASYNC_MODULE",
      `require() cannot be used on an ESM graph with top-level await. Use import() instead. Requiring ${path}`,
    );
  }
  const namespace = meta.it();
  return Object.hasOwn(namespace, "module.exports") ? namespace["module.exports"] : namespace;
}

/** The function `require` of a module. */
function requireIn(module) {
  const require = (specifier) => module.require(specifier);
  require.resolve = (specifier, options) => {
    for (const path of options?.paths ?? [module.path]) {
      const found = forRequire(specifier, path);
      if (found !== undefined) return found.startsWith("node:") ? specifier : found;
    }
    throw notFound(specifier, requireStack(module));
  };
  require.main = undefined;
  require.cache = cache;
  require.extensions = { ".js": run, ".json": run };
  return require;
}

Object.assign(exports, { Module, load, compile, json, notFound, requireIn, RUNTIME_FILE });
