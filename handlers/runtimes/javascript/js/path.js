// node:path

const { invalidArgument } = require("internal/errors");

function check(value, name = "path") {
  if (typeof value !== "string") throw invalidArgument(name, "of type string", value);
}

/** The parts of a path without `.` and `..`; leading `..` stay where there is no root to stop at. */
function simplified(path, absolute) {
  const parts = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!absolute) parts.push("..");
  }
  return parts.join("/");
}

function normalize(path) {
  check(path);
  if (path === "") return ".";
  const absolute = path.startsWith("/");
  const text = simplified(path, absolute);
  const end = path.endsWith("/") && text !== "" ? "/" : "";
  if (text === "" && !absolute) return path.endsWith("/") ? "./" : ".";
  return `${absolute ? "/" : ""}${text}${end}`;
}

function join(...paths) {
  for (const path of paths) check(path);
  const text = paths.filter((path) => path !== "").join("/");
  return text === "" ? "." : normalize(text);
}

function resolve(...paths) {
  let text = "";
  for (const path of paths.reverse()) {
    check(path, "paths");
    if (path === "") continue;
    text = text === "" ? path : `${path}/${text}`;
    if (path.startsWith("/")) break;
  }
  if (!text.startsWith("/")) text = `${globalThis.process.cwd()}/${text}`;
  return `/${simplified(text, true)}`;
}

function withoutEnd(path) {
  return path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
}

function dirname(path) {
  check(path);
  const text = withoutEnd(path);
  const at = text.lastIndexOf("/");
  if (at < 0) return ".";
  return at === 0 ? "/" : withoutEnd(text.slice(0, at));
}

function basename(path, suffix) {
  check(path);
  const text = withoutEnd(path);
  const name = text.slice(text.lastIndexOf("/") + 1);
  if (suffix !== undefined) {
    check(suffix, "suffix");
    if (name !== suffix && name.endsWith(suffix)) return name.slice(0, name.length - suffix.length);
  }
  return name;
}

function extname(path) {
  const name = basename(path);
  const at = name.lastIndexOf(".");
  return at <= 0 || name === ".." ? "" : name.slice(at);
}

function relative(from, to) {
  const start = resolve(from).split("/").filter(Boolean);
  const end = resolve(to).split("/").filter(Boolean);
  let same = 0;
  while (same < start.length && same < end.length && start[same] === end[same]) same += 1;
  return [...start.slice(same).map(() => ".."), ...end.slice(same)].join("/");
}

function parse(path) {
  check(path);
  const root = path.startsWith("/") ? "/" : "";
  const base = basename(path);
  const ext = extname(path);
  const folder = dirname(path);
  const dir = folder === "." && !path.startsWith(".") ? "" : folder;
  return { root, dir, base, ext, name: base.slice(0, base.length - ext.length) };
}

function format({ root = "", dir, base, name = "", ext = "" }) {
  const file = base ?? `${name}${ext === "" || ext.startsWith(".") ? ext : `.${ext}`}`;
  if (!dir) return `${root}${file}`;
  return dir === root ? `${dir}${file}` : `${dir}/${file}`;
}

Object.assign(exports, {
  sep: "/",
  delimiter: ":",
  normalize,
  join,
  resolve,
  dirname,
  basename,
  extname,
  relative,
  parse,
  format,
  isAbsolute(path) {
    check(path);
    return path.startsWith("/");
  },
  toNamespacedPath: (path) => path,
});
exports.posix = exports;
