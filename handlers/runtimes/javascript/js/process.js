// node:process

const EventEmitter = require("events");
const { nextTick } = require("internal/loop");

/** Values of `process.env` are always text. */
function environment() {
  const pairs = native.environment();
  const values = {};
  for (let at = 0; at < pairs.length; at += 2) values[pairs[at]] = pairs[at + 1];
  return new Proxy(values, {
    set(target, name, value) {
      target[name] = typeof name === "symbol" ? value : String(value);
      return true;
    },
    defineProperty(target, name, descriptor) {
      return Reflect.defineProperty(target, name, { ...descriptor, value: String(descriptor.value) });
    },
  });
}

function stream(fd, name) {
  const to = new EventEmitter();
  return Object.assign(to, {
    fd,
    isTTY: false,
    writable: true,
    columns: undefined,
    _type: name,
    write(chunk, encoding, callback) {
      if (typeof chunk === "string") native.write(fd, chunk.toWellFormed());
      else native.writeBytes(fd, require("internal/encoding").base64Of(chunk));
      const done = typeof encoding === "function" ? encoding : callback;
      if (done !== undefined) nextTick(done);
      return true;
    },
    end(chunk, ...more) {
      if (chunk !== undefined) to.write(chunk, ...more);
      return to;
    },
    cork() {},
    uncork() {},
  });
}

const process = new EventEmitter();
const env = environment();
let folder = env.LAMBDA_TASK_ROOT || "/var/task";

function hrtime(since) {
  const nanos = native.nanoseconds();
  let seconds = Math.floor(nanos / 1e9);
  let rest = nanos % 1e9;
  if (since !== undefined) {
    seconds -= since[0];
    rest -= since[1];
    if (rest < 0) {
      seconds -= 1;
      rest += 1e9;
    }
  }
  return [seconds, rest];
}
hrtime.bigint = () => BigInt(native.nanoseconds());

Object.assign(process, {
  title: "javascript",
  // The version of what runs, not of what it resembles.
  version: `v${native.quickjsVersion}`,
  versions: { quickjs: native.quickjsVersion, coldstart: "0.1.0" },
  release: { name: "quickjs" },
  arch: "wasm32",
  platform: "linux",
  pid: 1,
  ppid: 0,
  execPath: "/var/runtime/javascript.wasm",
  execArgv: [],
  argv: ["/var/runtime/javascript.wasm", "/var/runtime/index.mjs"],
  argv0: "javascript",
  env,
  exitCode: undefined,
  config: {},
  features: {},
  stdout: stream(1, "stdout"),
  stderr: stream(2, "stderr"),
  nextTick,
  hrtime,
  cwd: () => folder,
  chdir(path) {
    const { resolve } = require("path");
    const to = resolve(path);
    if (native.fileKind(to) !== 2) {
      throw require("internal/errors").coded(
        Error,
        "ENOENT",
        `ENOENT: no such file or directory, chdir '${folder}' -> '${path}'`,
      );
    }
    folder = to;
  },
  exit(code = process.exitCode ?? 0) {
    process.exitCode = code;
    process.emit("exit", Number(code));
    native.exit(Number(code) & 0xff);
  },
  abort() {
    native.exit(134);
  },
  umask: () => 0o22,
  uptime: () => native.now() / 1e3,
  getuid: () => 993,
  geteuid: () => 993,
  getgid: () => 990,
  getegid: () => 990,
  memoryUsage() {
    // QuickJS knows what it uses of that only by counting, which takes long.
    const rss = native.memoryBytes();
    return { rss, heapTotal: rss, heapUsed: rss, external: 0, arrayBuffers: 0 };
  },
  cpuUsage() {
    return { user: Math.round(native.now() * 1e3), system: 0 };
  },
  emitWarning(warning, type = "Warning") {
    const name = typeof warning === "object" ? warning.name : (type?.type ?? type);
    const text = typeof warning === "object" ? warning.message : warning;
    native.write(2, `(javascript) ${name}: ${text}\n`);
  },
  getBuiltinModule(name) {
    const { isBuiltin } = require("module");
    return isBuiltin(name) ? require(name.replace(/^node:/, "")) : undefined;
  },
});
process.memoryUsage.rss = () => process.memoryUsage().rss;
Object.defineProperty(process, Symbol.toStringTag, { value: "process", configurable: true });

module.exports = process;
