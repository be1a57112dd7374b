// The least that a cold start can be: a worker fetches, compiles and instantiates a handler
// module of the reactor kind and calls it once.
importScripts("./imports.js");

self.onmessage = async ({ data: { module, event } }) => {
  let memory;
  // From the browser's cache after the first time, so that no network is measured.
  const response = fetch(module, { cache: "force-cache" });
  const coldstart = handlerImports(() => memory, {});
  const { instance } = await WebAssembly.instantiateStreaming(response, { coldstart });
  const { exports } = instance;
  memory = exports.memory;
  exports._initialize();
  const bytes = new TextEncoder().encode(event);
  const at = exports.allocate(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, at);
  const packed = exports.handle(at, bytes.length);
  const [start, length] = [Number(packed >> 32n), Number(packed & 0x7fffffffn)];
  self.postMessage(new TextDecoder().decode(new Uint8Array(memory.buffer, start, length)));
};
