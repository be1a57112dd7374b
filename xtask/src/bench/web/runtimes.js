// Managed runtimes in the built page. Loads the page again and again: each visit's first
// invocations are measured, beside the same interpreter in a worker that does only what is necessary.
// Posts everything at the last visit.
import { invoke, report, rest, until, works } from "./site.js";

const VISITS = 9;
const EVENT = `{"name":"Ada"}`;
const FUNCTIONS = ["hello-python", "hello-javascript", "hello-ruby"];
const KEPT = "coldstart.bench";
// In the worker: cold starts, and warm invocations after each.
const IN_WORKER = { rounds: 9, warm: 300 };

const micros = async (call) => {
  const begin = performance.now();
  const result = await call();
  return [(performance.now() - begin) * 1000, result];
};

// The interpreter as npm has it, from the browser's cache: fetched, compiled, run once.
function once() {
  const worker = new Worker("./bench/python.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(`python.js: ${event.message}`));
    worker.postMessage(EVENT);
  }).finally(() => worker.terminate());
}

function inWorker(name, file, handler) {
  const worker = new Worker("./bench/loop.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(`loop.js: ${event.message}`));
    worker.postMessage({ name, file, handler, event: EVENT, ...IN_WORKER });
  }).finally(() => worker.terminate());
}

const answers = (payload) => JSON.parse(payload).hello === "Ada";

async function firstVisit() {
  // A visitor who has never been here: everything is fetched and kept.
  for (const name of FUNCTIONS) {
    await until(`deploying ${name}`, () => window.coldstart.deploy(name));
    await until(name, () => works(name, EVENT));
  }
  await once();
  // What the page keeps is written when it goes.
  return { python: { ours: [], peer: [], same: true }, javascript: { ours: [], same: true } };
}

async function visit(kept) {
  const { python, javascript } = kept;
  await until("the functions", () => FUNCTIONS.every((name) => window.coldstart.recycle(name)));
  const [pythonTook, ours] = await micros(() => invoke("hello-python", EVENT));
  const [javascriptTook, script] = await micros(() => invoke("hello-javascript", EVENT));
  // The page comes to rest: the peer has the machine for itself.
  FUNCTIONS.forEach((name) => window.coldstart.recycle(name));
  await rest(500);
  const [peerTook, theirs] = await micros(once);
  python.ours.push(pythonTook);
  python.peer.push(peerTook);
  python.same = python.same && answers(ours) && answers(theirs);
  javascript.ours.push(javascriptTook);
  javascript.same = javascript.same && answers(script);
  return kept;
}

async function all() {
  await until("the page", () => window.coldstart);
  const stored = sessionStorage.getItem(KEPT);
  const kept = stored === null ? await firstVisit() : await visit(JSON.parse(stored));
  if (kept.python.ours.length < VISITS) {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    location.reload();
    return null;
  }
  const loops = {
    python: await inWorker("python3.12", "lambda_function.py", "lambda_function.lambda_handler"),
    javascript: await inWorker("javascript", "index.mjs", "index.handler"),
  };
  return { ...kept, loops };
}

await report(all);
