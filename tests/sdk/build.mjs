// Bundles AWS's SDK into one file: `node build.mjs OUTPUT iife|esm`. As a script it puts `sdk` into its
// scope.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const [outfile, format] = process.argv.slice(2);
await build({
  entryPoints: [fileURLToPath(new URL("sdk.mjs", import.meta.url))],
  outfile,
  format,
  globalName: format === "iife" ? "sdk" : undefined,
  bundle: true,
  minify: true,
  platform: "browser",
  logLevel: "warning",
});
