// Runs in the built page itself: measures, and posts all rounds to the server. Our side and the
// peer take turns, so that whatever else the machine does meets both.
import { alternate, asEvent, text } from "./rounds.js";

const EVENT = text.decode(asEvent(250));
const WARM = { rounds: 31, each: 100 };
const COLD_ROUNDS = 15;
// Long enough for spare workers to boot and for the page to be at rest.
const REST_MILLIS = 250;

const rest = (millis) => new Promise((done) => setTimeout(done, millis));
const meta = (name) => document.querySelector(`meta[name=${name}]`).content;

async function until(what, condition) {
  const begin = performance.now();
  while (!(await condition())) {
    if (performance.now() - begin > 30_000) throw new Error(`${what} took more than 30 s`);
    await rest(20);
  }
}

async function invoke(name, event) {
  const answer = await window.coldstart.invoke(name, event);
  if (answer.status !== 200 || answer.functionError) throw new Error(JSON.stringify(answer));
  return answer.payload;
}

const works = (name, event) =>
  invoke(name, event).then(() => true, () => false);

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
  const { warm, command, files } = await inWorker();
  const page = await throughThePage();
  const { spare, started } = await coldStarts();
  return { warm, page, command, files, spare, started };
}

const results = await all().catch((error) => ({ error: `${error.stack ?? error}` }));
await fetch("./bench/result", { method: "POST", body: JSON.stringify(results) });
