// Writes a style sheet without what only people need: `node minify.mjs IN OUT`.
import { buildSync } from "esbuild";

const [input, output] = process.argv.slice(2);
buildSync({ entryPoints: [input], outfile: output, minify: true, allowOverwrite: true, logLevel: "warning" });
