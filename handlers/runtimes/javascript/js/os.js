// node:os

const BYTES_PER_MB = 1024 * 1024;
const memory = () => Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 128) * BYTES_PER_MB;

Object.assign(exports, {
  EOL: "\n",
  devNull: "/dev/null",
  tmpdir: () => process.env.TMPDIR || "/tmp",
  homedir: () => process.env.HOME || "/home/sbx_user1051",
  hostname: () => "localhost",
  platform: () => process.platform,
  type: () => "Linux",
  release: () => "wasi",
  version: () => "WASI preview 1",
  arch: () => process.arch,
  machine: () => process.arch,
  endianness: () => "LE",
  cpus: () => [{ model: "WebAssembly", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }],
  availableParallelism: () => 1,
  totalmem: memory,
  freemem: () => Math.max(memory() - process.memoryUsage().rss, 0),
  loadavg: () => [0, 0, 0],
  uptime: () => process.uptime(),
  networkInterfaces: () => ({}),
  userInfo: () => ({ uid: 993, gid: 990, username: "sbx_user1051", homedir: exports.homedir(), shell: null }),
  constants: { signals: {}, errno: {} },
});
