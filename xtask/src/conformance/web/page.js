// Runs each program in a worker of its own, as the page of visitors starts workers, and posts what
// the worker said: messages, each with its length in front. The messages themselves are made and
// read by xtask.
const bytes = async (address) => {
  const response = await fetch(address);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
};

const post = (body) => fetch("./answer", { method: "POST", body });

// Messages of a program from its start to its last, or to the end of our patience.
function run(script, program, wasm, [start, invoke], plan) {
  const worker = new Worker(script);
  const said = [];
  return new Promise((resolve, reject) => {
    setTimeout(resolve, plan.patienceMillis);
    worker.onerror = (event) => reject(new Error(event.message || "the worker broke"));
    worker.onmessage = ({ data }) => {
      // The first message says that the worker listens.
      if (said.length === 0) {
        worker.postMessage([start, wasm]);
        worker.postMessage(invoke);
      }
      said.push(new Uint32Array([data.length]), data);
      if (plan.last.includes(data[0])) resolve();
    };
    worker.postMessage(program);
  }).then(() => said, (error) => [`error:${error.message}`]).finally(() => worker.terminate());
}

async function one(index, worker, plan) {
  const messages = [await bytes(`./${index}.start`), await bytes(`./${index}.invoke`)];
  if (messages.includes(null)) return [];
  try {
    const wasm = await WebAssembly.compile(await bytes(`./${index}.wasm`));
    return await run(worker.script, worker.program, wasm, messages, plan);
  } catch (error) {
    return [`error:${error.message}`];
  }
}

try {
  const plan = await (await fetch("./plan.json")).json();
  const program = await WebAssembly.compile(await bytes(`${plan.worker}.wasm`));
  const worker = { script: `${plan.worker}.js`, program };
  for (let index = 0; index < plan.programs; index += 1) {
    await post(new Blob(await one(index, worker, plan)));
  }
} catch (error) {
  await post(`error:${error.message}`);
}
