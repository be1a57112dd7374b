// node:timers/promises

/** A promise that a timer keeps, unless its signal is raised first. */
function kept(start, stop, value, { signal, ref = true } = {}) {
  return new Promise((resolve, reject) => {
    let timer;
    const abort = () => {
      stop(timer);
      const error = new Error("The operation was aborted", { cause: signal.reason });
      reject(Object.assign(error, { name: "AbortError", code: "ABORT_ERR" }));
    };
    if (signal?.aborted) {
      abort();
      return;
    }
    timer = start(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
    if (!ref) timer.unref();
    signal?.addEventListener("abort", abort, { once: true });
  });
}

const later = (delay, value, options) => kept((done) => setTimeout(done, delay), clearTimeout, value, options);
const soon = (value, options) => kept(setImmediate, clearImmediate, value, options);

async function* every(delay, value, options) {
  for (;;) yield await later(delay, value, options);
}

Object.assign(exports, {
  setTimeout: later,
  setImmediate: soon,
  setInterval: every,
  scheduler: { wait: (delay, options) => later(delay, undefined, options), yield: () => soon() },
});
