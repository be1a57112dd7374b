// The event loop: ticks, timers, immediates, and what nobody has caught. The engine calls it
// (src/engine.rs) and runs promise jobs itself.

let ticks = [];
/** Timers by the time they are due, earliest first. */
const timers = [];
let immediates = [];
/** Callbacks of this round: Node runs all timers that are due, then all immediates. */
let round = [];
/** Promises rejected without a handler since the last report, and why. */
let rejections = new Map();
/** Promises that were reported. */
const reported = new WeakSet();
let lastId = 0;
const MAX_DELAY = 0x7fff_ffff;

/** Calls a callback; what it throws ends the process, unless somebody listens. */
function guarded(callback, args) {
  try {
    callback(...args);
  } catch (error) {
    reportUncaught(error);
  }
}

function reportUncaught(error) {
  const { process } = globalThis;
  if (process.emit("uncaughtException", error, "uncaughtException")) return;
  native.write(2, `Uncaught ${require("internal/inspect").inspect(error)}\n`);
  native.exit(1);
}

function callable(callback, name = "callback") {
  if (typeof callback !== "function") {
    throw require("internal/errors").invalidArgument(name, "of type function", callback);
  }
}

class Timeout {
  constructor(callback, delay, args, repeats) {
    this.id = ++lastId;
    this.callback = callback;
    this.args = args;
    this.delay = delay >= 1 && delay <= MAX_DELAY ? Math.trunc(delay) : 1;
    this.repeats = repeats;
    this.active = true;
    this.holds = true;
    this.schedule();
  }

  schedule() {
    this.due = native.now() + this.delay;
    let at = timers.length;
    while (at > 0 && timers[at - 1].due > this.due) at -= 1;
    timers.splice(at, 0, this);
  }

  run() {
    if (!this.active) return;
    if (!this.repeats) this.active = false;
    guarded(this.callback, this.args);
    if (this.repeats && this.active) this.schedule();
  }

  close() {
    this.active = false;
    const at = timers.indexOf(this);
    if (at >= 0) timers.splice(at, 1);
    return this;
  }

  refresh() {
    if (!this.active) return this;
    this.close().active = true;
    this.schedule();
    return this;
  }

  ref() {
    this.holds = true;
    return this;
  }

  unref() {
    this.holds = false;
    return this;
  }

  hasRef() {
    return this.holds;
  }

  [Symbol.toPrimitive]() {
    return this.id;
  }

  [Symbol.dispose]() {
    this.close();
  }
}

class Immediate {
  constructor(callback, args) {
    this.callback = callback;
    this.args = args;
    this.active = true;
  }

  run() {
    if (!this.active) return;
    this.active = false;
    guarded(this.callback, this.args);
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  hasRef() {
    return true;
  }

  [Symbol.dispose]() {
    this.active = false;
  }
}

function setTimeout(callback, delay, ...args) {
  callable(callback);
  return new Timeout(callback, delay, args, false);
}

function setInterval(callback, delay, ...args) {
  callable(callback);
  return new Timeout(callback, delay, args, true);
}

function setImmediate(callback, ...args) {
  callable(callback);
  const immediate = new Immediate(callback, args);
  immediates.push(immediate);
  return immediate;
}

function clearTimeout(timer) {
  if (timer instanceof Timeout) timer.close();
  else if (timer != null) timers.find(({ id }) => id === Number(timer))?.close();
}

function clearImmediate(immediate) {
  if (immediate instanceof Immediate) immediate.active = false;
}

function nextTick(callback, ...args) {
  callable(callback);
  ticks.push({ callback, args });
}

const enginesQueue = globalThis.queueMicrotask;

function queueMicrotask(callback) {
  callable(callback);
  enginesQueue(() => guarded(callback, []));
}

/** Runs all ticks; whether there were any. */
exports.drainTicks = function drainTicks() {
  if (ticks.length === 0) return false;
  const now = ticks;
  ticks = [];
  for (const { callback, args } of now) guarded(callback, args);
  return true;
};

/** Runs one callback: 0. Otherwise the milliseconds until one is due, or -1 if none ever is. */
exports.nextCallback = function nextCallback() {
  if (round.length === 0) {
    const now = native.now();
    let due = 0;
    while (due < timers.length && timers[due].due <= now) due += 1;
    round = timers.splice(0, due).concat(immediates);
    immediates = [];
    if (round.length === 0) {
      if (!timers.some(({ holds }) => holds)) return -1;
      return Math.max(timers[0].due - native.now(), 0.001);
    }
  }
  round.shift().run();
  return 0;
};

/** Told by the engine of promises that have no handler when they are rejected, or get one later. */
exports.rejected = function rejected(promise, reason, handled) {
  if (!handled) {
    rejections.set(promise, reason);
  } else if (!rejections.delete(promise) && reported.has(promise)) {
    nextTick(() => globalThis.process.emit("rejectionHandled", promise));
  }
};

/** Reports rejections that still have no handler; whether there were any. */
exports.reportRejections = function reportRejections() {
  if (rejections.size === 0) return false;
  const unhandled = rejections;
  rejections = new Map();
  for (const [promise, reason] of unhandled) {
    reported.add(promise);
    if (!globalThis.process.emit("unhandledRejection", reason, promise)) reportUncaught(reason);
  }
  return true;
};

/** Called when nothing is left to wait for: the exit code, unless somebody has found more to do. */
exports.beforeExit = function beforeExit() {
  const { process } = globalThis;
  process.emit("beforeExit", process.exitCode ?? 0);
  if (immediates.length > 0 || timers.some(({ holds }) => holds) || ticks.length > 0) return null;
  process.emit("exit", process.exitCode ?? 0);
  return Number(process.exitCode ?? exports.codeIfPending()) & 0xff;
};

/** The exit code of a process that has nothing left to do but has not said so. */
exports.codeIfPending = () => 0;

Object.defineProperty(setTimeout, Symbol.for("nodejs.util.promisify.custom"), {
  get: () => require("timers/promises").setTimeout,
});
Object.defineProperty(setImmediate, Symbol.for("nodejs.util.promisify.custom"), {
  get: () => require("timers/promises").setImmediate,
});

exports.reportUncaught = reportUncaught;
exports.nextTick = nextTick;
exports.globals = {
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval: clearTimeout,
  clearImmediate,
  queueMicrotask,
};
