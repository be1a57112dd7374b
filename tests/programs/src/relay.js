// Passes messages between a test and environment workers, as bytes in base64. One at a time.

// A mailbox: app/src/browser/mailbox.rs.
const WORDS = 4;
const [FULL, LENGTH, WAITING] = [0, 1, 2];
const MAILBOX_BYTES = WORDS * 4 + 6 * 1024 * 1024 + 64 * 1024;

const address = document.querySelector("meta[name=environment_worker]").content;
const program = WebAssembly.compileStreaming(fetch(`${address}.wasm`));
const modules = new Map();

let worker, words, bytes, said, arrived;

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function base64Of(bytes) {
  let text = "";
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

async function compiled(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const body = address.endsWith(".gz")
    ? response.body.pipeThrough(new DecompressionStream("gzip"))
    : response.body;
  return WebAssembly.compile(await new Response(body).arrayBuffer());
}

function hear(message) {
  said.push(message);
  arrived?.();
}

globalThis.relay = {
  async start(message, address) {
    if (!modules.has(address)) modules.set(address, await compiled(address));
    const memory = new SharedArrayBuffer(MAILBOX_BYTES);
    words = new Int32Array(memory, 0, WORDS);
    bytes = new Uint8Array(memory, WORDS * 4);
    said = [];
    worker = new Worker(`${document.querySelector("meta[name=environment_worker]").content}.js`);
    worker.postMessage(await program);
    const ready = new Promise((resolve) => {
      worker.onmessage = () => {
        worker.onmessage = ({ data }) => hear(base64Of(data));
        resolve();
      };
    });
    worker.onerror = (event) => hear(`error:${event.message}`);
    await ready;
    worker.postMessage([bytesOf(message), modules.get(address), memory]);
  },

  send(message) {
    worker.postMessage(bytesOf(message));
  },

  leave(message) {
    const event = bytesOf(message);
    bytes.set(event);
    Atomics.store(words, LENGTH, event.length);
    Atomics.store(words, FULL, 1);
    Atomics.notify(words, FULL);
    // It does not wait yet: it is told to look.
    if (Atomics.load(words, WAITING) !== 1) worker.postMessage(0);
  },

  async next() {
    if (said.length === 0) await new Promise((resolve) => (arrived = resolve));
    return said.splice(0);
  },

  stop() {
    worker.terminate();
  },
};
