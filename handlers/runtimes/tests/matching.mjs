// What a case expects against what happened.

import { requestId } from "./environment.mjs";

const PLACEHOLDERS = {
  "<any>": "[^]*?",
  "<number>": "\\d+",
  "<time>": "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3,6}Z",
  "<uuid>": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
};
const REST = "...";

/** What is different, as lines; empty if nothing is. */
export function differences(test, happened) {
  const found = [];
  const expected = test.invocations ?? [];
  compareBody(found, "init error", test.init_error, happened.init["init/error"], null);
  compareLog(found, "init log", test.init_log, happened.init.log, null);
  if (happened.trap && !test.trap) found.push(`it trapped: ${happened.trap.stack}`);
  if (test.trap && !happened.trap) found.push("it did not trap");
  if ((test.exit ?? null) !== happened.exit) {
    found.push(`exit status ${happened.exit}, not ${test.exit ?? null}`);
  }
  if (happened.invocations.length !== expected.length && happened.exit === null && !test.trap) {
    found.push(`${happened.invocations.length} invocations, not ${expected.length}`);
  }
  happened.invocations.forEach((invocation, index) => {
    const wanted = expected[index];
    const id = requestId(index + 1);
    const where = (what) => `invocation ${index + 1}, ${what}`;
    compareBody(found, where("response"), wanted.response, invocation.response, id);
    compareBody(found, where("error"), wanted.error, invocation.error, id);
    if (wanted.response_text !== undefined && wanted.response_text !== String(invocation.response)) {
      found.push(`${where("response")}: ${invocation.response}, not ${wanted.response_text}`);
    }
    compareLog(found, where("log"), wanted.log, invocation.log, id);
  });
  return found;
}

function compareBody(found, where, wanted, bytes, id) {
  if (where.endsWith("response") && wanted === undefined) return;
  if (wanted === undefined && bytes === undefined) return;
  if (bytes === undefined) return void found.push(`${where}: none`);
  let body;
  try {
    body = JSON.parse(bytes);
  } catch {
    return void found.push(`${where}: not JSON: ${bytes}`);
  }
  if (wanted === undefined || !matches(wanted, body, id)) {
    found.push(`${where}: ${JSON.stringify(body)}\n      not ${JSON.stringify(wanted)}`);
  }
}

function matches(wanted, value, id) {
  if (typeof wanted === "string") return typeof value === "string" && pattern(wanted, id).test(value);
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return false;
    const open = wanted.at(-1) === REST;
    const items = open ? wanted.slice(0, -1) : wanted;
    if (open ? value.length < items.length : value.length !== items.length) return false;
    return items.every((item, index) => matches(item, value[index], id));
  }
  if (wanted !== null && typeof wanted === "object") {
    const keys = Object.keys(wanted);
    if (value === null || typeof value !== "object") return false;
    if (keys.length !== Object.keys(value).length) return false;
    return keys.every((key) => key in value && matches(wanted[key], value[key], id));
  }
  return wanted === value;
}

function compareLog(found, where, wanted, log, id) {
  const lines = log.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const source = (wanted ?? []).map((line) => (line === REST ? "(?:[^\\n]*\\n)*?" : source_of(line, id) + "\\n"));
  if (!new RegExp(`^${source.join("")}$`).test(lines.map((line) => line + "\n").join(""))) {
    const show = (list) => list.map((line) => "\n      " + JSON.stringify(line)).join("");
    found.push(`${where}:${show(lines)}\n    not${show(wanted ?? [])}`);
  }
}

function pattern(text, id) {
  return new RegExp(`^${source_of(text, id)}$`);
}

function source_of(text, id) {
  return text
    .split(/(<\w+>)/)
    .map((part) => (part === "<id>" ? id : (PLACEHOLDERS[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))))
    .join("");
}
