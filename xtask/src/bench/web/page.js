// Runs in the built page itself: measures, and posts all rounds to the server. Our side and the
// peer take turns, so that whatever else the machine does meets both.
import { alternate, asEvent, text } from "./rounds.js";
import { invoke, report, rest, until, works } from "./site.js";

const EVENT = text.decode(asEvent(250));
const WARM = { rounds: 31, each: 100 };
const COLD_ROUNDS = 15;
// Long enough for spare workers to boot and for the page to be at rest.
const REST_MILLIS = 250;

const meta = (name) => document.querySelector(`meta[name=${name}]`).content;

// What runs inside a worker, without the page.
function inWorker() {
  const worker = new Worker("./bench/worker.js", { type: "module" });
  const addresses = { packageWorker: new URL(meta("package_worker"), location).href };
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(`worker.js: ${event.message}`));
    worker.postMessage(addresses);
  }).finally(() => worker.terminate());
}

// Dispatch to result in the timeline, against an empty message there and back.
async function throughThePage() {
  await until("deploying echo", () => window.coldstart.deploy("echo"));
  await until("echo", () => works("echo", EVENT));
  const worker = new Worker("./bench/ping.js");
  let arrived;
  worker.onmessage = () => arrived();
  const roundTrip = () =>
    new Promise((resolve) => {
      arrived = resolve;
      worker.postMessage(null);
    });
  await roundTrip();
  let payload;
  const rounds = await alternate(WARM, [
    async () => (payload = await invoke("echo", EVENT)),
    roundTrip,
  ]);
  worker.terminate();
  return { ...rounds, same: payload === EVENT };
}

// A request that finds no environment, against a worker that does only what is necessary.
async function coldStarts() {
  const event = `{"name":"Ada"}`;
  const greeting = (payload) => JSON.parse(payload).greeting;
  const module = new URL("./handlers/greeting.wasm", location).href;
  let last;
  const ours = async () => (last = await invoke("greeting", event));
  const bare = () => {
    const worker = new Worker("./bench/bare.js");
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(`bare.js: ${event.message}`));
      worker.postMessage({ module, event });
    }).finally(() => worker.terminate());
  };
  const recycle = async () => {
    // The pool of spare workers is filled when environments end.
    window.coldstart.recycle("echo");
    window.coldstart.recycle("greeting");
    await rest(REST_MILLIS);
  };
  const drain = async () => {
    await recycle();
    // Two requests at once take both spare workers.
    await Promise.all([invoke("echo", "{}"), invoke("echo", "{}")]);
    await rest(REST_MILLIS);
  };
  await ours();
  const same = greeting(last) === greeting(await bare());
  const rounds = { rounds: COLD_ROUNDS, each: 1 };
  const spare = await alternate(rounds, [ours, bare], recycle);
  const started = await alternate(rounds, [ours, bare], drain);
  return { spare: { ...spare, same }, started: { ...started, same } };
}

async function all() {
  await until("the page", () => window.coldstart && works("greeting", `{"name":"Ada"}`));
  const inside = await inWorker();
  const page = await throughThePage();
  const { spare, started } = await coldStarts();
  return { ...inside, page, spare, started };
}

await report(all);
