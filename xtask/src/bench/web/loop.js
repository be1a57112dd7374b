// A managed runtime in the sandbox, with nothing between them: cold starts of its compiled module,
// and warm invocations.
import init, { runLoop } from "./bench_worker.js";

async function runtime(name) {
  const catalog = await (await fetch("../runtimes/index.json")).json();
  const image = catalog.find((image) => image.runtime === name);
  const packed = await fetch(`../runtimes/${image.module.file}`);
  const bytes = new Response(packed.body.pipeThrough(new DecompressionStream("gzip")));
  return { image, module: await WebAssembly.compile(await bytes.arrayBuffer()) };
}

async function measure({ name, file, handler, event, rounds, warm }) {
  await init();
  const { image, module } = await runtime(name);
  const folder = name.startsWith("python") ? "hello-python" : `hello-${name}`;
  const source = await fetch(`./samples/${folder}/${file}`);
  const bytes = new Uint8Array(await source.arrayBuffer());
  const encoded = new TextEncoder().encode(event);
  const taken = { cold: [], warm: [], same: true };
  for (let round = 0; round <= rounds; round += 1) {
    const times = runLoop(module, image.initialMemory, file, bytes, handler, encoded, warm);
    // In the first round the engine still compiles.
    if (round === 0) continue;
    taken.cold.push(times[0]);
    taken.warm.push(...times.slice(1));
  }
  return taken;
}

self.onmessage = ({ data }) =>
  measure(data)
    .catch((error) => ({ error: `${error.stack ?? error}` }))
    .then((taken) => self.postMessage(taken));
