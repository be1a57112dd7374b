// Runs an interpreter until it has started, and writes down its memory and globals.
//
//   node capture.mjs PLAN.json
//
// Called by xtask (xtask/src/runtimes/capture), which says in PLAN.json what to run:
//   module        the interpreter, its globals exported
//   runtime       files of the host by their path below /var/runtime
//   args, env     of the process
//   run           {"command": true}, or {"ruby": "what to evaluate", "then": "what _start will"}
//   memory        where the memory goes
//   report        where the rest goes: {"globals": {name: value}, "text": [pointer, length]}
//
// The process sees one preopened directory, `/` as descriptor 3: the shipped module, too.

import { ConsoleStdout, Directory, Fd, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";
import { readFileSync, writeFileSync } from "node:fs";
import { folder } from "./files.mjs";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const print = new ConsoleStdout((bytes) => process.stderr.write(bytes));
const variables = Object.entries(plan.env).map(([name, value]) => `${name}=${value}`);
const wasi = new WASI(plan.args, variables, [new Fd(), print, print, root()], { debug: false });
const { instance } = await WebAssembly.instantiate(readFileSync(plan.module), {
  wasi_snapshot_preview1: { ...wasi.wasiImport, ...repeatable() },
});
const exports = instance.exports;
const text = plan.run.ruby === undefined ? command() : ruby(plan.run);

const globals = {};
for (const [name, value] of Object.entries(exports)) {
  if (value instanceof WebAssembly.Global) globals[name] = Number(value.value);
}
writeFileSync(plan.memory, new Uint8Array(exports.memory.buffer));
writeFileSync(plan.report, JSON.stringify({ globals, text }));

// A command that leaves with status 0 in the middle of its work is what is captured.
function command() {
  const status = wasi.start(instance);
  if (status !== 0) throw new Error(`it ended with status ${status} instead of being captured`);
  return null;
}

// Ruby's module is a reactor: calls go into it, and between them it is at rest.
function ruby({ ruby, then }) {
  wasi.initialize(instance);
  const pointers = plan.args.map((argument) => string(argument + "\0"));
  const list = exports.cabi_realloc(0, 0, 4, 8 * pointers.length);
  new Uint32Array(exports.memory.buffer, list, 2 * pointers.length).set(pointers.flat());
  exports["ruby-init: func(args: list<string>) -> ()"](list, pointers.length);
  const evaluate =
    exports["rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>"];
  const result = evaluate(...string(ruby));
  const status = new DataView(exports.memory.buffer).getInt32(result + 4, true);
  if (status !== 0) throw new Error(`evaluating ${ruby} ended with status ${status}`);
  return string(then);
}

// A string in the instance's memory: its pointer and its length in bytes.
function string(value) {
  const bytes = new TextEncoder().encode(value);
  const pointer = exports.cabi_realloc(0, 0, 1, bytes.length);
  new Uint8Array(exports.memory.buffer, pointer, bytes.length).set(bytes);
  return [pointer, bytes.length];
}

function root() {
  const runtime = Object.entries(plan.runtime).map(([path, file]) => [`var/runtime/${path}`, readFileSync(file)]);
  const empty = ["var/task", "tmp"].map((path) => [path, new Directory(new Map())]);
  return new PreopenDirectory("/", folder(Object.fromEntries([...runtime, ...empty])).contents);
}

// No clock and no randomness, so that two builds give the same module.
function repeatable() {
  let nanoseconds = 1_700_000_000_000_000_000n;
  return {
    clock_time_get(_clock, _precision, result) {
      nanoseconds += 1000n;
      new DataView(exports.memory.buffer).setBigUint64(result, nanoseconds, true);
      return 0;
    },
    random_get(pointer, length) {
      new Uint8Array(exports.memory.buffer, pointer, length).fill(0x5a);
      return 0;
    },
  };
}
