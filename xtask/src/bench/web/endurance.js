// Ten thousand invocations of one function, one after the other, in one page; the function's name is
// in this script's address. Posts how long the longest took; and after the thousandth and after the
// last that it is time to look at the tab's memory. A page cannot do that itself: workers that wait
// for their next event answer nobody.
import { invoke, report, rest, until, works } from "./site.js";

const EVENT = `{"name":"Ada"}`;
const COUNT = 10_000;
const SETTLED = 1_000;
const NAME = new URL(import.meta.url).searchParams.get("function");

const post = (what) => fetch("./bench/result", { method: "POST", body: JSON.stringify(what) });

async function memoryIsLookedAt(invoked) {
  // Measuring collects the garbage of workers, too; those that wait for an event do not answer. Two
  // collections: what the first one finds may hold on to more.
  for (let n = 0; n < 2; n += 1) {
    globalThis.gc?.();
    await Promise.race([performance.measureUserAgentSpecificMemory?.(), rest(1_000)]);
  }
  await post({ memory: invoked });
}

async function endure() {
  await until("the page", () => window.coldstart && works("greeting", EVENT));
  if (NAME !== "greeting") await until(`deploying ${NAME}`, () => window.coldstart.deploy(NAME));
  await until(NAME, () => works(NAME, EVENT));
  // The page's parts and its spare workers come meanwhile.
  await rest(3_000);
  let longest = 0;
  for (let n = 1; n <= COUNT; n += 1) {
    const sent = performance.now();
    await invoke(NAME, EVENT);
    longest = Math.max(longest, performance.now() - sent);
    if (n === SETTLED || n === COUNT) await memoryIsLookedAt(n);
  }
  return { longest };
}

await report(endure);
