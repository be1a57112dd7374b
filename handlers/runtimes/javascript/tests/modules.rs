//! Where modules are found, and what they hold.

mod harness;

use harness::Environment;
use serde_json::{Value, json};

/// Packages, the handler's name, and what it returns.
#[test]
fn modules_are_found_as_in_node() {
    type Row = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static str,
        Value,
    );
    let table: &[Row] = &[
        (
            "a folder",
            &[("src/app/index.mjs", "export const handler = async () => 1;")],
            "src/app/index.handler",
            json!(1),
        ),
        (
            "nested exports",
            &[(
                "index.mjs",
                "export const api = { v1: { get: async () => 2 } };",
            )],
            "index.api.v1.get",
            json!(2),
        ),
        (
            ".js is CommonJS",
            &[(
                "index.js",
                "exports.handler = async () => typeof module + __filename.slice(-9) + this;",
            )],
            "index.handler",
            json!("object/index.js[object Object]"),
        ),
        (
            ".js of a module package",
            &[
                ("package.json", r#"{"type":"module"}"#),
                ("index.js", "export const handler = async () => 3;"),
            ],
            "index.handler",
            json!(3),
        ),
        (
            ".js that nobody declared a module",
            &[
                (
                    "index.js",
                    "import { x } from './x.js'; export const handler = async () => x;",
                ),
                ("x.js", "export const x = 4;"),
            ],
            "index.handler",
            json!(4),
        ),
        (
            ".cjs in a module package",
            &[
                ("package.json", r#"{"type":"module"}"#),
                ("index.cjs", "module.exports.handler = async () => 5;"),
            ],
            "index.handler",
            json!(5),
        ),
        (
            ".js comes before .mjs",
            &[
                ("index.js", "exports.handler = async () => 'js';"),
                ("index.mjs", "export const handler = async () => 'mjs';"),
            ],
            "index.handler",
            json!("js"),
        ),
        (
            "a folder with index.js",
            &[("index/index.js", "exports.handler = async () => 6;")],
            "index.handler",
            json!("unreachable"),
        ),
        (
            "top-level await",
            &[(
                "index.mjs",
                "const v = await new Promise((done) => setTimeout(done, 1, 7)); export const handler = async () => v;",
            )],
            "index.handler",
            json!(7),
        ),
        (
            "relative imports",
            &[
                (
                    "index.mjs",
                    "import a, { b } from './lib/a.mjs'; export const handler = async () => a + b;",
                ),
                (
                    "lib/a.mjs",
                    "export { b } from '../b.mjs'; export default 'a';",
                ),
                ("b.mjs", "export const b = 'b';"),
            ],
            "index.handler",
            json!("ab"),
        ),
        (
            "cycles",
            &[
                (
                    "index.mjs",
                    "import { b } from './b.mjs'; export const a = () => 'a'; export const handler = async () => b();",
                ),
                (
                    "b.mjs",
                    "import { a } from './index.mjs'; export const b = () => a() + 'b';",
                ),
            ],
            "index.handler",
            json!("ab"),
        ),
        (
            "dynamic import",
            &[
                (
                    "index.mjs",
                    "export const handler = async () => (await import('./x.mjs')).default;",
                ),
                ("x.mjs", "export default 8;"),
            ],
            "index.handler",
            json!(8),
        ),
        (
            "dynamic import in CommonJS",
            &[
                (
                    "index.cjs",
                    "exports.handler = async () => (await import('./x.mjs')).default;",
                ),
                ("x.mjs", "export default 9;"),
            ],
            "index.handler",
            json!(9),
        ),
        (
            "JSON, imported",
            &[
                (
                    "index.mjs",
                    "import data from './d.json' with { type: 'json' }; export const handler = async () => data;",
                ),
                ("d.json", r#"{"a":[1]}"#),
            ],
            "index.handler",
            json!({"a": [1]}),
        ),
        (
            "JSON, required",
            &[
                (
                    "index.cjs",
                    "exports.handler = async () => require('./d').a;",
                ),
                ("d.json", r#"{"a":10}"#),
            ],
            "index.handler",
            json!(10),
        ),
        (
            "a folder, required",
            &[
                (
                    "index.cjs",
                    "exports.handler = async () => require('./lib') + require('./two');",
                ),
                ("lib/index.js", "module.exports = 11;"),
                ("two/package.json", r#"{"main":"./m"}"#),
                ("two/m.js", "module.exports = 1;"),
            ],
            "index.handler",
            json!(12),
        ),
        (
            "one instance",
            &[
                (
                    "index.cjs",
                    "require('./n').n += 1; exports.handler = async () => require('./n.js').n;",
                ),
                ("n.js", "exports.n = 1;"),
            ],
            "index.handler",
            json!(2),
        ),
        (
            "require cycles",
            &[
                (
                    "index.cjs",
                    "exports.early = 1; const b = require('./b'); exports.handler = async () => b.seen;",
                ),
                ("b.js", "exports.seen = require('./index.cjs').early;"),
            ],
            "index.handler",
            json!(1),
        ),
        (
            "CommonJS, imported",
            &[
                (
                    "index.mjs",
                    "import all, { one } from './c.cjs'; export const handler = async () => [all.one, one, all.class];",
                ),
                ("c.cjs", "exports.one = 1; exports.class = 'c';"),
            ],
            "index.handler",
            json!([1, 1, "c"]),
        ),
        (
            "a module, required",
            &[
                (
                    "index.cjs",
                    "const m = require('./m.mjs'); exports.handler = async () => [m.default, m.x];",
                ),
                ("m.mjs", "export default 'd'; export const x = 'x';"),
            ],
            "index.handler",
            json!(["d", "x"]),
        ),
        (
            "import.meta",
            &[
                (
                    "index.mjs",
                    "export const handler = async () => [import.meta.url.endsWith('/index.mjs'), import.meta.filename.startsWith(import.meta.dirname), import.meta.resolve('./x').slice(0, 8)];",
                ),
                ("x", ""),
            ],
            "index.handler",
            json!([true, true, "file:///"]),
        ),
        (
            "createRequire",
            &[
                (
                    "index.mjs",
                    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); export const handler = async () => require('./x.json');",
                ),
                ("x.json", "13"),
            ],
            "index.handler",
            json!(13),
        ),
        (
            "built-ins, imported",
            &[(
                "index.mjs",
                "import path, { join } from 'node:path'; import * as fs from 'fs'; import { setTimeout as sleep } from 'timers/promises'; export const handler = async () => { await sleep(1); return [join('a', 'b'), path.sep, typeof fs.readFileSync, typeof fs.default.promises]; };",
            )],
            "index.handler",
            json!(["a/b", "/", "function", "object"]),
        ),
        (
            "a package's main",
            &[
                (
                    "index.mjs",
                    "import x from 'x'; export const handler = async () => x;",
                ),
                ("node_modules/x/package.json", r#"{"main":"lib/m.js"}"#),
                ("node_modules/x/lib/m.js", "module.exports = 'main';"),
            ],
            "index.handler",
            json!("main"),
        ),
        (
            "a package's index",
            &[
                ("index.cjs", "exports.handler = async () => require('x');"),
                ("node_modules/x/index.js", "module.exports = 'index';"),
            ],
            "index.handler",
            json!("index"),
        ),
        (
            "a package's file",
            &[
                (
                    "index.cjs",
                    "exports.handler = async () => require('x/lib/a');",
                ),
                ("node_modules/x/package.json", "{}"),
                ("node_modules/x/lib/a.js", "module.exports = 'file';"),
            ],
            "index.handler",
            json!("file"),
        ),
        (
            "exports by condition",
            &[
                (
                    "index.mjs",
                    "import i from 'x'; import { createRequire } from 'module'; export const handler = async () => [i, createRequire(import.meta.url)('x')];",
                ),
                (
                    "node_modules/x/package.json",
                    r#"{"exports":{".":{"import":"./i.mjs","require":"./r.cjs"}}}"#,
                ),
                ("node_modules/x/i.mjs", "export default 'import';"),
                ("node_modules/x/r.cjs", "module.exports = 'require';"),
            ],
            "index.handler",
            json!(["import", "require"]),
        ),
        (
            "exports by pattern",
            &[
                (
                    "index.mjs",
                    "import a from 'x/f/a'; export const handler = async () => a;",
                ),
                (
                    "node_modules/x/package.json",
                    r#"{"exports":{"./f/*":"./src/*.mjs"}}"#,
                ),
                ("node_modules/x/src/a.mjs", "export default 'pattern';"),
            ],
            "index.handler",
            json!("pattern"),
        ),
        (
            "exports as text",
            &[
                (
                    "index.mjs",
                    "import a from '@s/x'; export const handler = async () => a;",
                ),
                ("node_modules/@s/x/package.json", r#"{"exports":"./a.mjs"}"#),
                ("node_modules/@s/x/a.mjs", "export default 'scoped';"),
            ],
            "index.handler",
            json!("scoped"),
        ),
        (
            "a package above",
            &[
                (
                    "src/index.mjs",
                    "import a from 'x'; export const handler = async () => a;",
                ),
                ("node_modules/x/index.js", "module.exports = 'above';"),
            ],
            "src/index.handler",
            json!("above"),
        ),
        (
            "imports",
            &[
                ("package.json", r##"{"imports":{"#lib/*":"./lib/*.mjs"}}"##),
                (
                    "index.mjs",
                    "import a from '#lib/a'; export const handler = async () => a;",
                ),
                ("lib/a.mjs", "export default 'imports';"),
            ],
            "index.handler",
            json!("imports"),
        ),
        (
            "code of what is not there",
            &[(
                "index.cjs",
                "exports.handler = async () => { try { require('./no'); } catch (e) { return [e.code, e.requireStack.length]; } };",
            )],
            "index.handler",
            json!(["MODULE_NOT_FOUND", 2]),
        ),
        (
            "code of what is not exported",
            &[
                (
                    "index.mjs",
                    "export const handler = async () => import('x/no').catch((e) => e.code);",
                ),
                (
                    "node_modules/x/package.json",
                    r#"{"exports":{".":"./a.mjs"}}"#,
                ),
            ],
            "index.handler",
            json!("ERR_PACKAGE_PATH_NOT_EXPORTED"),
        ),
        (
            "a native extension can be done without",
            &[
                (
                    "index.cjs",
                    "let fast; try { fast = require('./fast.node'); } catch { fast = 'slow'; } exports.handler = async () => fast;",
                ),
                ("fast.node", ""),
            ],
            "index.handler",
            json!("slow"),
        ),
        (
            "sloppy scripts",
            &[(
                "index.js",
                "undeclared = 14; exports.handler = async () => undeclared;",
            )],
            "index.handler",
            json!(14),
        ),
        (
            "a byte order mark and #!",
            &[(
                "index.cjs",
                "#!/usr/bin/env node\nexports.handler = async () => 15;",
            )],
            "index.handler",
            json!(15),
        ),
    ];
    for (what, files, handler, expected) in table {
        let mut environment = Environment::with(files, handler, &[]);
        if *expected == "unreachable" {
            // The handler's own file needs a name: folders are for what it requires.
            assert_eq!(
                environment.outcome().init_error()["errorType"],
                "Runtime.ImportModuleError",
                "{what}"
            );
            continue;
        }
        assert_eq!(
            environment.invoke(&json!({})).response(),
            *expected,
            "{what}"
        );
    }
}

#[test]
fn what_node_has_and_this_has_not_is_said_in_the_log() {
    let files = [("index.mjs", "import http from 'node:http';")];
    let mut environment = Environment::with(&files, "index.handler", &[]);
    environment.outcome().init_error();
    assert!(
        environment
            .log()
            .contains("Node.js has a module 'http', the runtime javascript (QuickJS) has not")
    );
}
