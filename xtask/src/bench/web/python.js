// The least that a Python cold start can be without a snapshot: the interpreter as npm has it, under
// the WASI shim, from the browser's cache.
import { ConsoleStdout, File, OpenFile, WASI } from "./shim/index.js";

const PROGRAM = "import json, sys; print(json.dumps({'hello': json.load(sys.stdin)['name']}))";

self.onmessage = async ({ data: event }) => {
  try {
    const written = [];
    const wasi = new WASI(["python", "-c", PROGRAM], [], [
      new OpenFile(new File(new TextEncoder().encode(event))),
      new ConsoleStdout((bytes) => written.push(...bytes)),
      new ConsoleStdout(() => {}),
    ]);
    const response = fetch("./python.wasm", { cache: "force-cache" });
    const imports = { wasi_snapshot_preview1: wasi.wasiImport };
    const { instance } = await WebAssembly.instantiateStreaming(response, imports);
    wasi.start(instance);
    self.postMessage(new TextDecoder().decode(Uint8Array.from(written)));
  } catch (error) {
    self.postMessage({ error: `${error.stack ?? error}` });
  }
};
