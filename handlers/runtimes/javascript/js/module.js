// node:module

const { Module, requireIn } = require("internal/commonjs");
const { fileURLToPath } = require("url");

const isBuiltin = (name) => native.builtins.includes(name.replace(/^node:/, ""));

module.exports = Object.assign(Module, {
  Module,
  builtinModules: native.builtins,
  isBuiltin,
  createRequire(from) {
    const path = typeof from === "string" && from.startsWith("/") ? from : fileURLToPath(from);
    return requireIn(new Module(path, undefined));
  },
});
