// node:timers

const { globals } = require("internal/loop");

for (const name of Object.keys(globals)) {
  if (name !== "queueMicrotask") exports[name] = globals[name];
}
Object.defineProperty(exports, "promises", { get: () => require("timers/promises"), enumerable: true });
