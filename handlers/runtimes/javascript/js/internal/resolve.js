// Where a module is: Node's algorithms for `require` and `import`.

const { coded } = require("internal/errors");

const FILE = 1;
const FOLDER = 2;
const BUILTINS = new Set(native.builtins);
/** What Node has and this runtime has not: worth a line in the log that says so. */
const MISSING = new Set(
  ("async_hooks child_process cluster dgram diagnostics_channel dns domain http http2 https inspector net " +
    "readline repl sqlite stream test tls tty v8 vm wasi worker_threads zlib").split(" "),
);
/**
 * Where layers have packages: NODE_PATH of AWS's runtimes ("Working with layers for Node.js Lambda functions"),
 * of the versions of Node that this runtime stands for.
 */
const LAYERS =
  "/opt/nodejs/node24/node_modules:/opt/nodejs/node22/node_modules:/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules";
const packages = new Map();

function isPath(specifier) {
  return /^(?:\.{1,2}(?:\/|$)|\/)/.test(specifier);
}

function folderOf(path) {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

function joined(folder, path) {
  return require("path").posix.resolve(folder, path);
}

/** `package.json` of a folder, or null. */
function packageIn(folder) {
  let found = packages.get(folder);
  if (found !== undefined) return found;
  const path = joined(folder, "package.json");
  found = null;
  if (native.fileKind(path) === FILE) {
    try {
      found = JSON.parse(native.readText(path));
    } catch (error) {
      throw coded(Error, "ERR_INVALID_PACKAGE_CONFIG", `Invalid package config ${path}.`, { cause: error });
    }
  }
  packages.set(folder, found);
  return found;
}

/** The nearest `package.json` at or above a folder, and its folder. */
function packageAround(folder) {
  for (let at = folder; ; at = folderOf(at)) {
    if (at.endsWith("/node_modules")) return null;
    const manifest = packageIn(at);
    if (manifest !== null) return { folder: at, manifest };
    if (at === "/") return null;
  }
}

/** `module`, `commonjs`, or undefined where no package says. */
function packageType(path) {
  const type = packageAround(folderOf(path))?.manifest.type;
  return type === "module" || type === "commonjs" ? type : undefined;
}

/** The built-in module that a specifier names, or undefined. */
function builtinName(specifier) {
  const name = specifier.startsWith("node:") ? specifier.slice(5) : specifier;
  if (BUILTINS.has(name)) return name;
  if (!MISSING.has(name.split("/")[0])) return undefined;
  native.write(
    2,
    `Node.js has a module '${name}', the runtime javascript (QuickJS) has not: its documentation lists those that it has.\n`,
  );
  return undefined;
}

function splitName(specifier) {
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  return [parts.slice(0, length).join("/"), ["." , ...parts.slice(length)].join("/")];
}

/** What a target of `exports` or `imports` means under conditions: a path, null, or undefined. */
function target(value, conditions, matched) {
  if (typeof value === "string") return value.replaceAll("*", () => matched);
  if (Array.isArray(value)) {
    for (const one of value) {
      const found = target(one, conditions, matched);
      if (found != null) return found;
    }
    return null;
  }
  if (value === null || typeof value !== "object") return null;
  for (const [condition, one] of Object.entries(value)) {
    if (condition !== "default" && !conditions.includes(condition)) continue;
    const found = target(one, conditions, matched);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The entry of a map of subpaths that a key matches: exactly, or by the longest pattern. */
function entryFor(key, map, conditions) {
  if (Object.hasOwn(map, key) && !key.includes("*")) return target(map[key], conditions, "");
  let best = null;
  for (const pattern of Object.keys(map)) {
    const [before, after, ...more] = pattern.split("*");
    if (after === undefined || more.length > 0) continue;
    if (!key.startsWith(before) || !key.endsWith(after) || key.length < pattern.length) continue;
    if (best === null || before.length > best.before.length) best = { pattern, before, after };
  }
  if (best === null) return undefined;
  const matched = key.slice(best.before.length, key.length - best.after.length);
  return target(map[best.pattern], conditions, matched);
}

function exported(folder, subpath, manifest, conditions) {
  const { exports: map } = manifest;
  const bySubpath = typeof map === "object" && map !== null && !Array.isArray(map) && Object.keys(map).some((key) => key.startsWith("."));
  const found = entryFor(subpath, bySubpath ? map : { ".": map }, conditions);
  if (typeof found === "string") return joined(folder, found);
  const path = joined(folder, "package.json");
  throw coded(
    Error,
    "ERR_PACKAGE_PATH_NOT_EXPORTED",
    subpath === "."
      ? `No "exports" main defined in ${path}`
      : `Package subpath '${subpath}' is not defined by "exports" in ${path}`,
  );
}

/** A file as `require` looks for it: as it is, with an extension, or in a folder. */
function asFileOrFolder(path) {
  if (!path.endsWith("/")) {
    for (const extension of ["", ".js", ".json", ".node"]) {
      if (native.fileKind(path + extension) === FILE) return path + extension;
    }
  }
  return native.fileKind(path) === FOLDER ? inFolder(path) : undefined;
}

function inFolder(folder) {
  const main = packageIn(folder)?.main;
  if (typeof main === "string") {
    const path = joined(folder, main);
    const found = asFileOrFolder(path) ?? asIndex(path);
    if (found !== undefined) return found;
  }
  return asIndex(folder);
}

function asIndex(folder) {
  return ["index.js", "index.json", "index.node"]
    .map((name) => joined(folder, name))
    .find((path) => native.fileKind(path) === FILE);
}

/** A package's own file for a subpath; undefined if it is not there. */
function inPackage(folder, subpath, conditions) {
  const manifest = packageIn(folder);
  if (manifest?.exports != null) return exported(folder, subpath, manifest, conditions);
  const path = joined(folder, subpath);
  if (conditions.includes("require")) return subpath === "." ? inFolder(folder) : asFileOrFolder(path);
  if (subpath === ".") return inFolder(folder);
  return native.fileKind(path) === FILE ? path : undefined;
}

/** A package in a folder of packages; undefined if it is not there. */
function among(packages, name, subpath, conditions) {
  const folder = joined(packages, name);
  if (native.fileKind(folder) === FOLDER) {
    const found = inPackage(folder, subpath, conditions);
    if (found !== undefined || !conditions.includes("require")) return found ?? { missing: joined(folder, subpath) };
  } else if (conditions.includes("require") && subpath === ".") {
    return asFileOrFolder(folder);
  }
  return undefined;
}

/**
 * Looks through `node_modules` from a folder upwards, then where layers have packages; undefined if the
 * package is not there. On Lambda, `import` looks there as `require` does.
 */
function inNodeModules(specifier, from, conditions) {
  const [name, subpath] = splitName(specifier);
  const own = packageAround(from);
  if (own !== null && own.manifest.name === name && own.manifest.exports != null) {
    return exported(own.folder, subpath, own.manifest, conditions);
  }
  for (let at = from; ; at = folderOf(at)) {
    if (!at.endsWith("/node_modules")) {
      const found = among(joined(at, "node_modules"), name, subpath, conditions);
      if (found !== undefined) return found;
    }
    if (at === "/") break;
  }
  for (const packages of (globalThis.process.env.NODE_PATH ?? LAYERS).split(":")) {
    const found = packages === "" ? undefined : among(packages, name, subpath, conditions);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `#name` of the package around a file. */
function internalImport(specifier, from, conditions) {
  const own = packageAround(from);
  const found = own?.manifest.imports && entryFor(specifier, own.manifest.imports, conditions);
  if (typeof found !== "string") {
    throw coded(
      TypeError,
      "ERR_PACKAGE_IMPORT_NOT_DEFINED",
      `Package import specifier "${specifier}" is not defined in package ${joined(own?.folder ?? "/", "package.json")}`,
    );
  }
  if (found.startsWith("./")) return joined(own.folder, found);
  return builtinName(found) ? `node:${builtinName(found)}` : inNodeModules(found, own.folder, conditions);
}

const REQUIRE = ["node", "require", "module-sync"];
const IMPORT = ["node", "import", "module-sync"];

/** The path that `require(specifier)` means in a folder, `node:name`, or undefined. */
function forRequire(specifier, folder) {
  const name = builtinName(specifier);
  if (name !== undefined) return `node:${name}`;
  if (specifier.startsWith("node:")) return unknownBuiltin(specifier);
  if (isPath(specifier)) {
    const ending = /(?:^|\/)\.{0,2}$/.test(specifier) ? "/" : "";
    return asFileOrFolder(joined(folder, specifier) + ending.slice(1)) ?? undefined;
  }
  const found = specifier.startsWith("#")
    ? internalImport(specifier, folder, REQUIRE)
    : inNodeModules(specifier, folder, REQUIRE);
  return typeof found === "string" && (found.startsWith("node:") || native.fileKind(found) === FILE) ? found : undefined;
}

function unknownBuiltin(specifier) {
  throw coded(Error, "ERR_UNKNOWN_BUILTIN_MODULE", `No such built-in module: ${specifier}`);
}

/** The path that `import specifier` means in a file, or `node:name`. */
function forImport(specifier, parent) {
  const name = builtinName(specifier);
  if (name !== undefined) return `node:${name}`;
  if (specifier.startsWith("node:")) return unknownBuiltin(specifier);
  const folder = folderOf(parent);
  let found;
  if (specifier.startsWith("file:")) found = decodeURIComponent(new URL(specifier).pathname);
  else if (isPath(specifier)) found = joined(folder, decodeURIComponent(specifier));
  else if (specifier.startsWith("#")) found = internalImport(specifier, folder, IMPORT);
  else if (/^[a-z][a-z\d+.-]+:/i.test(specifier)) throw unsupportedScheme(specifier);
  else found = inNodeModules(specifier, folder, IMPORT);
  const from = ` imported from ${parent}`;
  if (found === undefined) {
    throw coded(Error, "ERR_MODULE_NOT_FOUND", `Cannot find package '${splitName(specifier)[0]}'${from}`);
  }
  const path = found.missing ?? found;
  if (path.startsWith("node:")) return path;
  const kind = native.fileKind(path);
  if (kind === FOLDER) {
    throw coded(
      Error,
      "ERR_UNSUPPORTED_DIR_IMPORT",
      `Directory import '${path}' is not supported resolving ES modules${from}`,
    );
  }
  if (kind !== FILE) throw coded(Error, "ERR_MODULE_NOT_FOUND", `Cannot find module '${path}'${from}`);
  return path;
}

function unsupportedScheme(specifier) {
  const scheme = specifier.slice(0, specifier.indexOf(":") + 1);
  return coded(
    Error,
    "ERR_UNSUPPORTED_ESM_URL_SCHEME",
    `Only URLs with a scheme in: file, data, and node are supported by the default ESM loader. Received protocol '${scheme}'`,
  );
}

Object.assign(exports, { forRequire, forImport, packageType, packageAround, folderOf, isPath });
