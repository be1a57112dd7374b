// node:fs: what is done at once, its promises (fs/promises), and callbacks around those.

const { Buffer } = require("buffer");
const { coded, invalidArgument } = require("internal/errors");
const { base64Of } = require("internal/encoding");

const [FILE, FOLDER, LINK] = [1, 2, 3];

/** An absolute path, of text, bytes or a file URL. */
function pathOf(path) {
  const text = path instanceof URL ? require("url").fileURLToPath(path) : Buffer.isBuffer(path) ? path.toString() : path;
  if (typeof text !== "string") {
    throw invalidArgument("path", "of type string or an instance of Buffer or URL", path);
  }
  return require("path").resolve(text);
}

function optionsOf(options) {
  return typeof options === "string" ? { encoding: options } : (options ?? {});
}

class Stats {
  constructor([kind, size, mtimeMs, atimeMs, birthtimeMs]) {
    Object.defineProperty(this, "kind", { value: kind });
    Object.assign(this, {
      dev: 0,
      mode: { [FILE]: 0o100_644, [FOLDER]: 0o40_755, [LINK]: 0o120_777 }[kind],
      nlink: 1,
      uid: 993,
      gid: 990,
      size,
      blksize: 4096,
      blocks: Math.ceil(size / 512),
      atimeMs,
      mtimeMs,
      ctimeMs: mtimeMs,
      birthtimeMs,
      atime: new Date(atimeMs),
      mtime: new Date(mtimeMs),
      ctime: new Date(mtimeMs),
      birthtime: new Date(birthtimeMs),
    });
  }

  isFile() {
    return this.kind === FILE;
  }

  isDirectory() {
    return this.kind === FOLDER;
  }

  isSymbolicLink() {
    return this.kind === LINK;
  }

  isFIFO() {
    return false;
  }

  isSocket() {
    return false;
  }

  isBlockDevice() {
    return false;
  }

  isCharacterDevice() {
    return false;
  }
}

class Dirent extends Stats {
  constructor(name, parentPath, kind) {
    super([kind, 0, 0, 0, 0]);
    for (const key of Object.keys(this)) delete this[key];
    Object.assign(this, { name, parentPath, path: parentPath });
  }
}

function readFileSync(path, options) {
  const { encoding } = optionsOf(options);
  if (encoding === "utf8" || encoding === "utf-8") return native.readText(pathOf(path));
  const buffer = Buffer.from(native.readFile(pathOf(path)).buffer);
  return encoding == null || encoding === "buffer" ? buffer : buffer.toString(encoding);
}

function writeFileSync(path, data, options, flag = optionsOf(options).flag ?? "w") {
  const { encoding } = optionsOf(options);
  if (typeof data === "string" && (encoding == null || /^utf-?8$/i.test(encoding))) {
    native.writeText(pathOf(path), data.toWellFormed(), flag);
  } else {
    native.writeFile(pathOf(path), base64Of(typeof data === "string" ? Buffer.from(data, encoding) : data), flag);
  }
}

function entriesOf(path) {
  const flat = native.readFolder(path);
  const entries = [];
  for (let at = 0; at < flat.length; at += 2) entries.push(new Dirent(flat[at], path, Number(flat[at + 1])));
  return entries;
}

function readdirSync(path, options) {
  const { withFileTypes = false, recursive = false } = optionsOf(options);
  const root = pathOf(path);
  const all = [];
  const visit = (folder) => {
    for (const entry of entriesOf(folder)) {
      const below = `${folder}/${entry.name}`;
      all.push(withFileTypes ? entry : below.slice(root.length + 1));
      if (recursive && entry.isDirectory()) visit(below);
    }
  };
  visit(root);
  return all;
}

/** Nothing instead of an error, where the caller asked for that. */
function stat(path, options, follow) {
  try {
    return new Stats(native.stat(pathOf(path), follow));
  } catch (error) {
    if (options?.throwIfNoEntry === false && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function mkdirSync(path, options) {
  const { recursive = false } = typeof options === "object" && options !== null ? options : {};
  const folder = pathOf(path);
  if (!recursive) {
    native.makeFolder(folder);
    return undefined;
  }
  const { dirname } = require("path");
  let first;
  for (let at = folder; native.fileKind(at) === 0; at = dirname(at)) first = at;
  native.makeFolders(folder);
  return first;
}

function rmSync(path, { recursive = false, force = false } = {}) {
  const at = pathOf(path);
  const kind = stat(at, { throwIfNoEntry: !force }, false);
  if (kind === undefined) return;
  if (!kind.isDirectory()) native.removeFile(at);
  else if (recursive) native.removeTree(at);
  else throw coded(Error, "ERR_FS_EISDIR", `Path is a directory: rm returned EISDIR (is a directory) ${at}`, { path: at });
}

function mkdtempSync(prefix) {
  const letters = Array.from(native.random(6), (byte) => "abcdefghijklmnopqrstuvwxyz"[byte % 26]).join("");
  const folder = pathOf(`${prefix}${letters}`);
  native.makeFolder(folder);
  return folder;
}

const sync = {
  readFile: readFileSync,
  writeFile: (path, data, options) => writeFileSync(path, data, options),
  appendFile: (path, data, options) => writeFileSync(path, data, options, "a"),
  readdir: readdirSync,
  stat: (path, options) => stat(path, options, true),
  lstat: (path, options) => stat(path, options, false),
  mkdir: mkdirSync,
  mkdtemp: mkdtempSync,
  rmdir: (path) => native.removeFolder(pathOf(path)),
  rm: rmSync,
  unlink: (path) => native.removeFile(pathOf(path)),
  rename: (from, to) => native.rename(pathOf(from), pathOf(to)),
  copyFile: (from, to) => native.copyFile(pathOf(from), pathOf(to)),
  truncate: (path, length = 0) => native.truncate(pathOf(path), length),
  realpath: (path) => native.realPath(pathOf(path)),
  readlink: (path) => native.readLink(pathOf(path)),
  access(path) {
    native.stat(pathOf(path), true);
  },
  chmod: () => {},
  utimes: () => {},
};

for (const [name, call] of Object.entries(sync)) {
  exports[`${name}Sync`] = call;
  exports[name] = (...args) => {
    const callback = args.pop();
    if (typeof callback !== "function") throw invalidArgument("cb", "of type function", callback);
    let result;
    try {
      result = [null, call(...args)];
    } catch (error) {
      result = [error];
    }
    setImmediate(callback, ...result);
  };
}

Object.assign(exports, {
  existsSync(path) {
    try {
      return native.fileKind(pathOf(path)) !== 0;
    } catch {
      return false;
    }
  },
  exists: (path, callback) => setImmediate(callback, exports.existsSync(path)),
  constants: { F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4, COPYFILE_EXCL: 1 },
  F_OK: 0,
  X_OK: 1,
  W_OK: 2,
  R_OK: 4,
  Stats,
  Dirent,
});
Object.defineProperty(exports, "promises", { get: () => require("fs/promises"), enumerable: true });
