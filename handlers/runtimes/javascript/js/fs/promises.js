// node:fs/promises: files answer at once, so each is a promise that is kept already.

const fs = require("fs");

for (const name of Object.keys(fs)) {
  if (!name.endsWith("Sync") || name === "existsSync") continue;
  const call = fs[name];
  exports[name.slice(0, -"Sync".length)] = async (...args) => call(...args);
}
exports.constants = fs.constants;
