// ES modules: the engine asks where one is and what it holds (src/modules.rs).

const { coded } = require("internal/errors");
const { forImport, packageType, folderOf } = require("internal/resolve");

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** The path of a module; the name under which the engine knows it. */
exports.resolve = function resolve(specifier, parent) {
  // The runtime itself imports absolute paths from nowhere.
  if (!parent.startsWith("/")) return specifier;
  return forImport(specifier, parent);
};

/** What `import` can name of exports that were not made by `export`. */
function namesOf(value) {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return [];
  return Object.keys(value).filter((name) => name !== "default" && IDENTIFIER.test(name));
}

function reexported(value, meta = {}) {
  return { exports: value, names: namesOf(value), meta: { ...meta, exports: value } };
}

/** `{ source, meta }` of an ES module, or `{ names, meta }` of anything else. */
exports.load = function load(path, type) {
  if (path.startsWith("node:")) return reexported(require(path.slice(5)));
  if (path.endsWith(".json")) return jsonModule(path, type);
  const meta = metaOf(path);
  if (path.endsWith(".mjs") || (path.endsWith(".js") && packageType(path) === "module")) {
    return { source: native.readText(path), meta };
  }
  const commonjs = require("internal/commonjs");
  if (path.endsWith(".js") && packageType(path) === undefined) {
    const source = native.readText(path);
    if (commonjs.compile(path, source) === null) return { source, meta };
  }
  return reexported(commonjs.load(path, undefined));
};

function jsonModule(path, type) {
  if (type !== "json") {
    throw coded(
      TypeError,
      "ERR_IMPORT_ATTRIBUTE_MISSING",
      `Module "file://${path}" needs an import attribute of "type: json"`,
    );
  }
  const value = require("internal/commonjs").json(path);
  return { names: [], meta: { exports: value } };
}

function metaOf(path) {
  return {
    url: `file://${encodeURI(path)}`,
    filename: path,
    dirname: folderOf(path),
    resolve: (specifier) => {
      const found = forImport(specifier, path);
      return found.startsWith("node:") ? found : `file://${encodeURI(found)}`;
    },
  };
}
