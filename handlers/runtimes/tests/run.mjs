// Runs a runtime's cases.
//
//   node run.mjs MODULE.wasm CASES_FOLDER [NAME...]
//
// NAMEs choose cases. README.md describes the files.

import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { runCase } from "./environment.mjs";
import { differences } from "./matching.mjs";

const [modulePath, folder, ...names] = process.argv.slice(2);
const module = await WebAssembly.compile(readFileSync(modulePath));
const variables = JSON.parse(readFileSync(join(import.meta.dirname, "variables.json"), "utf8"));
let passed = 0;
let failed = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
  for (const test of JSON.parse(readFileSync(join(folder, file), "utf8"))) {
    const name = `${basename(file, ".json")}: ${test.name}`;
    if (names.length && !names.some((wanted) => name.includes(wanted))) continue;
    const happened = runCase(module, test, variables);
    const found = differences(test, happened);
    if (found.length) {
      failed += 1;
      console.log(`FAILED ${name}`);
      for (const line of found) console.log(`    ${line}`);
    } else {
      passed += 1;
      const times = [happened.init, ...happened.invocations].map((phase) => phase.milliseconds.toFixed(1));
      console.log(`ok ${name} (${times.join(", ")} ms)`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
