// Writes a style sheet or a module without what only people need: `node minify.mjs IN OUT`.
import { buildSync } from "esbuild";

const [input, output] = process.argv.slice(2);
const module = input.endsWith(".js") ? { format: "esm", target: "es2022" } : {};
buildSync({
  entryPoints: [input],
  outfile: output,
  minify: true,
  allowOverwrite: true,
  logLevel: "warning",
  ...module,
});
