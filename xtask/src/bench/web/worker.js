// The sandbox against plain JavaScript and against the WASI shim, with nothing between them: the
// same modules, compiled once, in the same worker.
import {
  ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI,
} from "./shim/index.js";
import init, { Bench, inspected, inspectMessage, prepared, prepareMessage } from "./bench_worker.js";
import "./imports.js";
import { alternateLoops, asEvent, sameBytes } from "./rounds.js";

const WARM = { rounds: 60, each: 2_000 };
const COMMANDS = { rounds: 60, each: 50 };
const LARGE = { rounds: 20, each: 4 };
const FILES = { rounds: 60, each: 10 };
const WARM_UP = 20;

const VARIABLES = {
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
  AWS_LAMBDA_FUNCTION_NAME: "bench",
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_REGION: "us-east-1",
  LANG: "en_US.UTF-8",
  TZ: ":UTC",
  _HANDLER: "handler",
};

const load = async (address) => new Uint8Array(await (await fetch(address)).arrayBuffer());

// The page's own package worker prepares modules, so that what is measured is what is served.
async function packageWorker(address) {
  const worker = new Worker(`${address}.js`);
  const answers = [];
  const answered = [];
  worker.onmessage = ({ data }) => {
    const waiting = answered.shift();
    if (waiting) waiting(data);
    else answers.push(data);
  };
  const answer = () =>
    answers.length > 0
      ? Promise.resolve(answers.shift())
      : new Promise((resolve) => answered.push(resolve));
  worker.postMessage(await WebAssembly.compile(await load(`${address}.wasm`)));
  await answer();
  return async (message) => {
    worker.postMessage(message);
    return new Uint8Array(await answer());
  };
}

async function prepare(ask, address) {
  const message = inspectMessage(address.split("/").pop(), await load(address));
  const module = inspected(await ask(message));
  const wasm = prepared(await ask(prepareMessage(module)));
  return { module, compiled: await WebAssembly.compile(wasm) };
}

function sandbox({ module, compiled }, event) {
  const { requestId, deadlineUnixMillis, invokedFunctionArn } = self.handlerContext;
  const bench = new Bench(module, compiled, VARIABLES, event);
  bench.describe(requestId, deadlineUnixMillis, invokedFunctionArn);
  return bench;
}

function compare(counts, ours, peer) {
  // Both are compiled by the engine's better compiler before anything is measured.
  const results = { ours: [], peer: [] };
  alternateLoops({ ...counts, rounds: WARM_UP }, [ours, peer]);
  Object.assign(results, alternateLoops(counts, [ours, peer]));
  return { ...results, same: sameBytes(ours(1), peer(1)) };
}

function reactor(echo) {
  const event = asEvent(250);
  const bench = sandbox(echo, event);
  const { memory, allocate, handle } = new WebAssembly.Instance(echo.compiled, {}).exports;
  const plain = (count) => {
    let response;
    for (let n = 0; n < count; n += 1) {
      const at = allocate(event.length);
      new Uint8Array(memory.buffer, at, event.length).set(event);
      const packed = handle(at, event.length);
      const [start, length] = [Number(packed >> 32n), Number(packed & 0x7fffffffn)];
      response = new Uint8Array(memory.buffer).slice(start, start + length);
    }
    return response;
  };
  return compare(WARM, (count) => bench.run(count), plain);
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// What a command with this event writes to stdout under the shim, in a fresh instance each time.
function shim({ compiled }, event, preopened) {
  const variables = Object.entries(VARIABLES).map(([name, value]) => `${name}=${value}`);
  return (count) => {
    let written;
    for (let n = 0; n < count; n += 1) {
      written = [];
      const wasi = new WASI(["bootstrap"], variables, [
        new OpenFile(new File(event)),
        new ConsoleStdout((bytes) => written.push(bytes.slice())),
        new ConsoleStdout(() => {}),
        preopened(),
      ]);
      let instance;
      const coldstart = self.handlerImports(() => instance.exports.memory, VARIABLES);
      const imports = { wasi_snapshot_preview1: wasi.wasiImport, coldstart };
      instance = new WebAssembly.Instance(compiled, imports);
      wasi.start(instance);
    }
    return joined(written);
  };
}

function command(echo, counts, length) {
  const event = asEvent(length);
  const bench = sandbox(echo, event);
  const peer = shim(echo, event, () => new PreopenDirectory("/tmp", new Map()));
  return compare(counts, (count) => bench.run(count), peer);
}

// The tree outlives the instances on both sides.
function files(program) {
  const event = new Uint8Array();
  const bench = sandbox(program, event);
  const tree = new Map([["tmp", new Directory(new Map())]]);
  const peer = shim(program, event, () => new PreopenDirectory("/", tree));
  return compare(FILES, (count) => bench.run(count), peer);
}

self.onmessage = async ({ data }) => {
  try {
    await init();
    const ask = await packageWorker(data.packageWorker);
    const warm = reactor(await prepare(ask, "../handlers/echo.wat"));
    const echo = await prepare(ask, "./echo.wasm");
    self.postMessage({
      warm,
      command: command(echo, COMMANDS, 256),
      large: command(echo, LARGE, 1 << 20),
      files: files(await prepare(ask, "./files.wat")),
    });
  } catch (error) {
    self.postMessage({ error: `${error.stack ?? error}` });
  }
};
