// An execution environment for one case: files in memory, the Runtime API's files and a log.
//
// All events of a case are known beforehand, so nothing has to wait: where a real environment
// would be frozen for good, the program is ended by an exception.

import {
  ConsoleStdout,
  Directory,
  Fd,
  Inode,
  PreopenDirectory,
  WASI,
  wasi as WASI_DEFINITIONS,
} from "@bjorn3/browser_wasi_shim";
import { folder } from "../files.mjs";

const {
  ERRNO_BUSY,
  ERRNO_PERM,
  ERRNO_SPIPE,
  ERRNO_SUCCESS,
  FILETYPE_CHARACTER_DEVICE,
  Fdstat,
  Filestat,
  SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME,
} = WASI_DEFINITIONS;

class Frozen extends Error {}

/** Runs a case; gives what the program did in INIT and in each invocation, and how it ended. */
export function runCase(module, test, variables) {
  return new Environment(module, test, variables).run();
}

class Environment {
  #phases = [newPhase()];
  #since = performance.now();

  constructor(module, test, variables) {
    this.invocations = test.invocations ?? [];
    this.waiting = false;
    const opt = Object.assign({}, ...(test.layers ?? []));
    const files = { ...under("opt", opt), ...under("var/task", test.files), ...under("run/lambda", this.#api()) };
    const root = folder(files);
    root.contents.set("tmp", new Directory(new Map()));
    const log = () => new ConsoleStdout((bytes) => this.#phase.log.push(bytes.slice()));
    const environment = { ...variables, _HANDLER: test.handler, ...test.environment };
    const descriptors = [new Fd(), log(), log(), new PreopenDirectory("/", root.contents)];
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    this.wasi = new WASI(["runtime"], lines, descriptors, { debug: false });
    this.instance = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: { ...this.wasi.wasiImport, poll_oneoff: this.#poll.bind(this) },
    });
  }

  run() {
    let exit = null;
    let trap = null;
    try {
      exit = this.wasi.start(this.instance);
      this.#endPhase();
    } catch (error) {
      if (!(error instanceof Frozen)) trap = error;
    }
    for (const phase of this.#phases) phase.log = Buffer.concat(phase.log).toString();
    return { init: this.#phases[0], invocations: this.#phases.slice(1), exit, trap };
  }

  get #phase() {
    return this.#phases.at(-1);
  }

  #endPhase() {
    const now = performance.now();
    this.#phase.milliseconds = now - this.#since;
    this.#since = now;
  }

  #beginInvocation() {
    const index = this.#phases.length - 1;
    this.#endPhase();
    if (index >= this.invocations.length) throw new Frozen();
    this.#phases.push(newPhase());
    this.waiting = true;
    this.#since = performance.now();
    return requestBytes(this.invocations[index], requestId(index + 1));
  }

  // The shim looks for the flag "until then" at the wrong place and takes every timeout as "for".
  #poll(subscriptions, ...rest) {
    const memory = new DataView(this.instance.exports.memory.buffer);
    const [timeoutAt, flagsAt] = [subscriptions + 24, subscriptions + 40];
    if (memory.getUint16(flagsAt, true) & SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) {
      const now = BigInt(Math.round(performance.now() * 1e6));
      const until = memory.getBigUint64(timeoutAt, true);
      memory.setBigUint64(timeoutAt, until > now ? until - now : 0n, true);
    }
    return this.wasi.wasiImport.poll_oneoff(subscriptions, ...rest);
  }

  // The Runtime API: handlers/RUNTIME_API.md.
  #api() {
    const next = () => {
      let rest = null;
      return new ApiDescriptor({
        fd_read: (size) => {
          if (rest === null && this.waiting) return { ret: ERRNO_BUSY, data: new Uint8Array() };
          rest ??= this.#beginInvocation();
          const data = rest.subarray(0, size);
          rest = rest.subarray(size);
          return { ret: ERRNO_SUCCESS, data };
        },
        fd_seek: (offset) => {
          if (offset !== 0n) return { ret: ERRNO_SPIPE, offset: 0n };
          rest = null;
          return { ret: ERRNO_SUCCESS, offset: 0n };
        },
      });
    };
    const answer = (name) => () => {
      if (name !== "init/error" && !this.waiting) return null;
      const parts = [];
      return new ApiDescriptor({
        fd_write: (bytes) => {
          parts.push(bytes.slice());
          return { ret: ERRNO_SUCCESS, nwritten: bytes.length };
        },
        fd_close: () => {
          this.#phase[name] = Buffer.concat(parts);
          this.waiting = false;
          return ERRNO_SUCCESS;
        },
      });
    };
    return {
      next: new ApiFile(next),
      response: new ApiFile(answer("response")),
      error: new ApiFile(answer("error")),
      "init/error": new ApiFile(answer("init/error")),
    };
  }
}

/** A file that is opened by a function; null is "not now". */
class ApiFile extends Inode {
  constructor(open) {
    super();
    this.open = open;
  }
  path_open() {
    const opened = this.open();
    return opened ? { ret: ERRNO_SUCCESS, fd_obj: opened } : { ret: ERRNO_PERM, fd_obj: null };
  }
  stat() {
    return new Filestat(this.ino, FILETYPE_CHARACTER_DEVICE, 0n);
  }
}

class ApiDescriptor extends Fd {
  constructor(calls) {
    super();
    Object.assign(this, calls);
  }
  fd_fdstat_get() {
    return { ret: ERRNO_SUCCESS, fdstat: new Fdstat(FILETYPE_CHARACTER_DEVICE, 0) };
  }
  fd_filestat_get() {
    return { ret: ERRNO_SUCCESS, filestat: new Filestat(0n, FILETYPE_CHARACTER_DEVICE, 0n) };
  }
  fd_fdstat_set_flags() {
    return ERRNO_SUCCESS;
  }
  fd_seek() {
    return { ret: ERRNO_SPIPE, offset: 0n };
  }
}

function newPhase() {
  return { log: [], milliseconds: 0 };
}

function under(path, files) {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${path}/${name}`, content]));
}

/** The id of a case's first, second, ... request. */
export function requestId(number) {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

function requestBytes(invocation, id) {
  const event = Buffer.from(invocation.event_text ?? JSON.stringify(invocation.event ?? {}));
  const headers = {
    "Lambda-Runtime-Aws-Request-Id": id,
    "Lambda-Runtime-Deadline-Ms": Date.now() + (invocation.timeout_ms ?? 3000),
    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:test",
    "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
    "Content-Type": "application/json",
    "Content-Length": event.length,
    ...invocation.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return Buffer.concat([Buffer.from(lines.join("") + "\n"), event]);
}
