// Begins everything: the modules that this runtime is made of, the globals, and the functions that
// the engine calls (src/engine.rs).
//
// Only what every handler needs is evaluated here. Everything else waits behind a getter: most
// handlers never touch URL, Buffer or crypto, and a cold start should not pay for them.

const modules = new Map();

/** A built-in module's exports, evaluated when it is first asked for. */
function builtin(name) {
  let module = modules.get(name);
  if (module === undefined) {
    module = { exports: {} };
    modules.set(name, module);
    native.compileBuiltin(name)(module.exports, builtin, module, native);
  }
  return module.exports;
}

/** Defines a global as Node does: writable, configurable, not enumerable. */
function define(name, value) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

/** Defines a global that is made when it is first read. */
function lazily(name, make) {
  Object.defineProperty(globalThis, name, {
    get() {
      const value = make();
      define(name, value);
      return value;
    },
    set(value) {
      define(name, value);
    },
    configurable: true,
  });
}

/** Globals that are exports of a module. */
function from(module, ...names) {
  for (const name of names) lazily(name, () => builtin(module)[name]);
}

builtin("internal/errors").installStacks();
const loop = builtin("internal/loop");
for (const name of Object.keys(loop.globals)) define(name, loop.globals[name]);
define("global", globalThis);
define("process", builtin("process"));
define("console", builtin("console"));

from("buffer", "Buffer", "Blob");
from("url", "URL", "URLSearchParams");
from("internal/encoding", "TextEncoder", "TextDecoder");
from("internal/event_target", "Event", "CustomEvent", "EventTarget", "AbortController", "AbortSignal");
from("internal/web_crypto", "crypto", "Crypto", "SubtleCrypto", "CryptoKey");
from("internal/clone", "structuredClone");
lazily("performance", () => builtin("perf_hooks").performance);
define("fetch", async function fetch(resource) {
  const error = new TypeError("fetch failed");
  error.cause = builtin("internal/errors").coded(
    Error,
    "ENETUNREACH",
    `There is no network here: ${String(resource?.url ?? resource)} cannot be reached. ` +
      "Coldstart runs functions in the browser, without connections to the outside.",
  );
  throw error;
});

const esm = builtin("internal/esm");
return {
  start: builtin("internal/lambda").start,
  resolve: esm.resolve,
  load: esm.load,
  drainTicks: loop.drainTicks,
  nextCallback: loop.nextCallback,
  reportRejections: loop.reportRejections,
  rejected: loop.rejected,
  beforeExit: loop.beforeExit,
};
