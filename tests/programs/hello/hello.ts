// AssemblyScript's shim has streams, arguments, variables, clocks and random numbers; for files
// there is WASI itself.
import * as wasi from "@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1";

const ROOT: u32 = 3;
const cell = memory.data(64);

function must(what: string, error: u32): void {
  if (error != 0) {
    console.error(what + " failed with " + error.toString());
    process.exit(1);
  }
}

function open(path: string, oflags: u16, rights: u64): u32 {
  const name = String.UTF8.encode(path);
  must(path, wasi.path_open(ROOT, 0, changetype<usize>(name), name.byteLength, oflags, rights, 0, 0, cell));
  return load<u32>(cell);
}

function writeFile(path: string, text: string): void {
  const bytes = String.UTF8.encode(text);
  const file = open(path, wasi.oflags.CREAT, wasi.rights.FD_WRITE);
  store<u32>(cell, changetype<u32>(bytes));
  store<u32>(cell + 4, bytes.byteLength);
  must("writing", wasi.fd_write(file, cell, 1, cell + 8));
  must("closing", wasi.fd_close(file));
}

function readFile(path: string): string {
  const bytes = new ArrayBuffer(4096);
  const file = open(path, 0, wasi.rights.FD_READ);
  store<u32>(cell, changetype<u32>(bytes));
  store<u32>(cell + 4, bytes.byteLength);
  must("reading", wasi.fd_read(file, cell, 1, cell + 8));
  must("closing", wasi.fd_close(file));
  return String.UTF8.decode(bytes.slice(0, load<u32>(cell + 8)));
}

function names(path: string): string[] {
  const bytes = new ArrayBuffer(4096);
  const start = changetype<usize>(bytes);
  const folder = open(path, wasi.oflags.DIRECTORY, wasi.rights.FD_READDIR);
  must("listing", wasi.fd_readdir(folder, start, bytes.byteLength, 0, cell));
  const end = start + load<u32>(cell);
  const found: string[] = [];
  // An entry: next u64, inode u64, length of the name u32, type u32; then the name.
  for (let at = start; at < end; at += 24 + load<u32>(at + 16)) {
    const name = String.UTF8.decodeUnsafe(at + 24, load<u32>(at + 16));
    if (!name.startsWith(".")) found.push(name);
  }
  must("closing", wasi.fd_close(folder));
  return found.sort();
}

console.log("arguments: " + process.argv.slice(1).join(" "));
console.log("GREETING: " + process.env.get("GREETING"));
const event = new ArrayBuffer(4096);
console.log("stdin: " + String.UTF8.decode(event.slice(0, process.stdin.read(event))));

const folder = String.UTF8.encode("tmp/notes");
must("a folder", wasi.path_create_directory(ROOT, changetype<usize>(folder), folder.byteLength));
writeFile("tmp/notes/one.txt", "written and read\n");
process.stdout.write("file: " + readFile("tmp/notes/one.txt"));
console.log("folder: " + names("var/task").join(" "));

const begin = performance.now();
const goes = Date.now() > 1700000000000 && performance.now() - begin < 60000;
console.log("clock: " + (goes ? "goes" : "stands"));
const one = new Uint8Array(16);
const other = new Uint8Array(16);
crypto.getRandomValues(one);
crypto.getRandomValues(other);
console.log("random: " + (one.toString() != other.toString() ? "differs" : "the same"));
