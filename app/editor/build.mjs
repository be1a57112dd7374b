// Bundles the editor: node app/editor/build.mjs OUTPUT [--minify]. `cargo xtask build` calls it.
import { buildSync } from "esbuild";
import { fileURLToPath } from "node:url";

const [output, flag] = process.argv.slice(2);
buildSync({
  entryPoints: [fileURLToPath(new URL("editor.js", import.meta.url))],
  outfile: output,
  bundle: true,
  format: "esm",
  // What has the WebAssembly features that the page needs has these.
  target: "es2022",
  minify: flag === "--minify",
  legalComments: "none",
  logLevel: "warning",
});
