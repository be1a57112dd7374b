// Runs the runtime's module in node's WASI: node wasi.mjs javascript.wasm FOLDER
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [module, folder] = process.argv.slice(2);
const own = new Set(["PATH", "HOME", "NODE_OPTIONS"]);
const wasi = new WASI({
  version: "preview1",
  args: ["javascript"],
  env: {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.has(name))),
    LAMBDA_TASK_ROOT: "/var/task",
    COLDSTART_RUNTIME_API: "/run/lambda",
  },
  preopens: { "/var/task": `${folder}/task`, "/tmp": `${folder}/tmp`, "/run/lambda": `${folder}/api` },
  returnOnExit: false,
});
const compiled = new WebAssembly.Module(readFileSync(module));
const instance = new WebAssembly.Instance(compiled, wasi.getImportObject());
try {
  wasi.start(instance);
} catch (error) {
  console.error(String(error?.stack ?? error));
  process.exit(134);
}
