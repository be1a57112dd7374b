// Runs in the built page itself: plays a session whose map has 30 stations and some 500 dots, and
// measures how long the page works for each frame: from the frame's first callback, over everything
// that the page does in it, style, layout and paint, to the first task after it.
import { report, rest, until } from "./site.js";

const WARM_UP_MILLIS = 2_000;
const COUNTED_MILLIS = 1_000;
const MEASURED_MILLIS = 5_000;

const find = (name) => document.querySelector(`[data-testid=${name}]`);
const frame = () => new Promise((done) => requestAnimationFrame(done));

async function take(file) {
  const workspace = await (await fetch(file)).blob();
  const files = new DataTransfer();
  files.items.add(new File([workspace], "map.json", { type: "application/json" }));
  const input = find("import");
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// Dots are circles: the picture is asked for them, before anything is measured.
async function dots() {
  const prototype = CanvasRenderingContext2D.prototype;
  const arc = prototype.arc;
  const counts = [];
  let count = 0;
  prototype.arc = function (...circle) {
    if (this.canvas === find("map")) count += 1;
    return arc.apply(this, circle);
  };
  const end = performance.now() + COUNTED_MILLIS;
  while (performance.now() < end) {
    count = 0;
    await frame();
    // The page's callbacks of this frame come after this one's.
    await rest(0);
    counts.push(count);
  }
  prototype.arc = arc;
  return counts.filter((it) => it > 0);
}

// The work of each frame and the time from frame to frame, ms.
function frames() {
  const after = new MessageChannel();
  const works = [];
  const gaps = [];
  let began;
  let before;
  let done;
  const finished = new Promise((resolve) => (done = resolve));
  after.port1.onmessage = () => works.push(performance.now() - began);
  const end = performance.now() + MEASURED_MILLIS;
  // Asked for in the callback of the frame before, so this comes first.
  const next = (at) => {
    began = performance.now();
    if (before !== undefined) gaps.push(at - before);
    before = at;
    if (began > end) return done();
    after.port2.postMessage(null);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  return finished.then(() => ({ works, gaps }));
}

async function map() {
  await until("the page", () => window.coldstart && find("import") && find("map"));
  await take("./bench/map.json");
  await until("the stations", () => find("map-summary")?.textContent.startsWith("30 stations"));
  find("map").scrollIntoView({ block: "center" });
  find("play").click();
  await rest(WARM_UP_MILLIS);
  const shown = await dots();
  const measured = await frames();
  return { dots: shown, ...measured };
}

await report(map);
