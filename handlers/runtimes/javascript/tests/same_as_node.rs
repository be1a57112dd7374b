//! Expressions that node on this machine and this runtime answer alike.
//!
//! Each is evaluated in both, and what `util.inspect` or `String` makes of it is compared. Where
//! QuickJS words its own errors differently, only their class and code are asked for.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod harness;

use harness::Environment;
use serde_json::{Value, json};
use std::process::Command;

/// Evaluates the expressions that the event lists; `await` and `require` work in them.
const EVALUATE: &str = r#"
const util = require("util");
const evaluate = async (sources) => {
  const answers = [];
  for (const source of sources) {
    try {
      const run = new Function("require", "util", `return (async () => (${source}))()`);
      const value = await run(require, util);
      answers.push(typeof value === "string" ? value : util.inspect(value));
    } catch (error) {
      answers.push(`${error?.name} ${error?.code ?? ""}`);
    }
  }
  return answers;
};
"#;

fn in_node(sources: &[&str]) -> Vec<String> {
    let program = format!(
        "{EVALUATE} evaluate({}).then((answers) => console.log(JSON.stringify(answers)));",
        json!(sources)
    );
    let output = Command::new("node")
        .args(["--no-warnings", "--input-type=commonjs", "-e", &program])
        .env("TZ", "UTC")
        .output()
        .expect("node is needed to compare with");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn compare(sources: &[&str]) {
    let files = [(
        "index.cjs",
        format!("{EVALUATE} exports.handler = evaluate;"),
    )];
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let mut environment = Environment::with(&files, "index.handler", &[("TZ", "UTC")]);
    let here: Value = environment.invoke(&json!(sources)).response();
    let mut different = Vec::new();
    for ((source, node), here) in sources
        .iter()
        .zip(in_node(sources))
        .zip(here.as_array().unwrap())
    {
        if here != node.as_str() {
            different.push(format!(
                "{source}\n  node: {node}\n  here: {}",
                here.as_str().unwrap()
            ));
        }
    }
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

#[test]
fn inspect_and_format() {
    compare(&[
        "1",
        "-0",
        "'a'",
        "[ 'it\\'s', 'a \"b\" \\'c\\'', 'line\\n' ]",
        "null",
        "undefined",
        "10n",
        "Symbol('s')",
        "true",
        "({})",
        "[]",
        "({ a: 1, 'b-c': 'x', [Symbol('s')]: null })",
        "[1, 2, 3]",
        "[1, , 3]",
        "[undefined, null]",
        "({ a: { b: { c: { d: 1 } } } })",
        "[[[[1]]]]",
        "({ f() {}, g: class A {}, h: class B extends Map {}, i: () => {} })",
        "new Map([[1, { a: 2 }], ['x', []]])",
        "new Set(['a', 1])",
        "new Date(0)",
        "new Date(NaN)",
        "/a+/gi",
        "new Error('x').message",
        "Object.create(null)",
        "Object.assign(Object.create(null), { a: 1 })",
        "new (class Foo { constructor() { this.a = 1; } })()",
        "new (class Foo extends Array {})(3)",
        "Promise.resolve(1).then(() => [Promise.resolve(4), new Promise(() => {})])",
        "new Uint8Array([1, 2, 3])",
        "new Float64Array(2)",
        "new ArrayBuffer(4)",
        "Buffer.from('hello')",
        "Buffer.alloc(60, 1)",
        "new String('x')",
        "new Number(3)",
        "Object(1n)",
        "[new Boolean(false)]",
        "(() => { const a = { n: 1 }; a.self = a; return a; })()",
        "(() => { const a = [1]; a.push({ a }); return a; })()",
        "({ get a() { return 1; }, set b(v) {}, get c() { return 1; }, set c(v) {} })",
        "Array.from({ length: 120 }, (_, i) => i)",
        "Array.from({ length: 27 }, (_, i) => 'word' + i)",
        "Array.from({ length: 7 }, (_, i) => i * 1000)",
        "Array.from({ length: 10 }, (_, i) => ({ i }))",
        "({ name: 'a'.repeat(30), other: 'b'.repeat(30), third: 'c'.repeat(30) })",
        "({ rows: [{ id: 1, name: 'Ada', tags: ['x', 'y'] }, { id: 2, name: 'Grace', tags: [] }] })",
        "({ a: 'multi\\nline', b: [['x'.repeat(40)], ['y'.repeat(40)]] })",
        "new WeakMap()",
        "globalThis.Math.max",
        "async () => {}",
        "function* gen() {}",
        "class {}",
        "Object.assign(() => {}, { a: 1 })",
        "new Proxy({ a: 1 }, {})",
        "process.versions === undefined",
        "util.inspect({ a: { b: { c: {} } } }, { depth: 0 })",
        "util.inspect('x'.repeat(5), { maxStringLength: 3 })",
        "util.inspect({ b: 1, a: 2 }, { sorted: true })",
        "util.inspect([1, 2, 3, 4], { maxArrayLength: 2 })",
        "util.inspect({ a: [1, 2, { b: 1 }] }, { compact: false })",
        "util.inspect(new Map([[{ a: 1 }, 1]]), { depth: 0 })",
        "util.inspect({ [util.inspect.custom]: (depth, options, inspect) => `made ${depth} ${typeof inspect}` })",
        "util.format('%s is %d years and %i, %f, %j %o %O %% %c.', 'Ada', 36.5, 36.9, '1.5', { a: 1 }, [1], { b: { c: {} } }, 'css')",
        "util.format('a', 'b', 3, { c: 4 }, ['d'])",
        "util.format(1, 'two', [3])",
        "util.format('%s %s', 'only')",
        "util.format('100%', 1)",
        "util.format('%s', null, undefined, 5n, Symbol('x'), -0)",
        "util.format('%s', { toString() { return 'own'; } })",
        "util.format('%s', { a: { b: { c: 1 } } })",
        "util.format('%d', '0x10')",
        "util.format()",
        "util.format('%s', [1, [2, [3]]])",
        "util.format('%s', class A {})",
        "util.format('%x', 1)",
        "util.format('%s', new Date(0))",
        "util.isDeepStrictEqual({ a: [1, new Set([{ b: 1 }])] }, { a: [1, new Set([{ b: 1 }])] })",
        "util.isDeepStrictEqual([1], ['1'])",
        "util.types.isPromise(Promise.resolve())",
        "util.types.isDate({})",
        "util.promisify((a, done) => done(null, a + 1))(1)",
        "util.promisify(setTimeout)(1, 'v')",
        "util.inspect(Object.assign(new Error('m'), { code: 'E' })).split('\\n')[0]",
    ]);
}

#[test]
fn buffers() {
    compare(&[
        "Buffer.from('héllo wörld €😀')",
        "Buffer.from('héllo €😀').toString('base64')",
        "Buffer.from('héllo').toString('hex')",
        "Buffer.from('aGk', 'base64').toString()",
        "Buffer.from('a-_b', 'base64url')",
        "Buffer.from('a-_b==!', 'base64').toString('base64url')",
        "Buffer.from('zz', 'hex')",
        "Buffer.from('abc', 'hex')",
        "Buffer.from('ÿĀ', 'latin1')",
        "Buffer.from('hé', 'utf16le')",
        "Buffer.from([1, 2, 256, -1])",
        "Buffer.from(new Uint16Array([1, 256]))",
        "Buffer.from(Buffer.from('x'))",
        "Buffer.from({ type: 'Buffer', data: [1] })",
        "Buffer.from(new String('boxed'))",
        "Buffer.from(null)",
        "Buffer.from(5)",
        "Buffer.alloc(5, 'ab')",
        "Buffer.alloc(-1)",
        "Buffer.allocUnsafe(3).length",
        "Buffer.concat([Buffer.from('a'), Buffer.from('bc')])",
        "Buffer.concat([Buffer.from('abc')], 2)",
        "Buffer.byteLength('€')",
        "Buffer.byteLength('YWI=', 'base64')",
        "Buffer.compare(Buffer.from('a'), Buffer.from('b'))",
        "Buffer.from('abc').equals(Buffer.from('abc'))",
        "Buffer.isBuffer(new Uint8Array(1))",
        "Buffer.isEncoding('UTF-8')",
        "Buffer.from('hello').subarray(1, 3)",
        "Buffer.from('hello').slice(-3).toString()",
        "(() => { const b = Buffer.from('hello'); b.subarray(0, 1)[0] = 74; return b.toString(); })()",
        "Buffer.from('hello hello').indexOf('llo', 4)",
        "Buffer.from('hello').lastIndexOf('l')",
        "Buffer.from('hello').includes('ell')",
        "Buffer.from('hello').indexOf(111)",
        "(() => { const b = Buffer.alloc(4); return [b.write('€uro'), b]; })()",
        "(() => { const b = Buffer.alloc(8); b.write('ab', 2, 'latin1'); return b; })()",
        "(() => { const b = Buffer.alloc(8); Buffer.from('abcdef').copy(b, 1, 2, 4); return b; })()",
        "(() => { const b = Buffer.alloc(8); b.writeUInt16BE(258); b.writeInt32LE(-2, 2); return [b, b.readUInt16BE(0), b.readInt32LE(2), b.readUInt8(7)]; })()",
        "(() => { const b = Buffer.alloc(8); b.writeDoubleBE(Math.PI); return [b, b.readDoubleBE(), b.readFloatLE(1)]; })()",
        "(() => { const b = Buffer.alloc(8); b.writeBigInt64LE(-5n); return [b, b.readBigUInt64LE()]; })()",
        "(() => { const b = Buffer.alloc(6); b.writeUIntBE(0x123456789a, 0, 5); return [b, b.readUIntBE(0, 5), b.readIntLE(0, 3)]; })()",
        "Buffer.alloc(2).readUInt32LE(0)",
        "Buffer.alloc(2).writeUInt8(256, 0)",
        "Buffer.alloc(2).readInt8(5)",
        "JSON.stringify(Buffer.from('hi'))",
        "Buffer.from('abcd').swap16().toString()",
        "Buffer.from([0xe2, 0x82]).toString()",
        "Buffer.from('hi').toString('nope')",
        "[...Buffer.from('hi').entries()]",
        "Buffer.from('abc').map((x) => x + 1).toString()",
        "Buffer.from('test') instanceof Uint8Array",
        "Buffer.from('x').constructor === Buffer",
        "Buffer.from('abc').readUintBE(0, 2)",
        "new (require('string_decoder').StringDecoder)('utf8').write(Buffer.from([0xe2, 0x82]))",
        "atob(btoa('hi'))",
        "new Blob(['a', Buffer.from('b')]).text()",
        "new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x41, 0xff]))",
        "new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]))",
        "new TextDecoder('utf-16le').decode(new Uint8Array([0x41, 0]))",
        "new TextEncoder().encode('€')",
        "new TextEncoder().encodeInto('a€b', new Uint8Array(4))",
        "(() => { const d = new TextDecoder(); return d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }) + d.decode(new Uint8Array([0xac])); })()",
    ]);
}

#[test]
fn hashes_and_random_values() {
    compare(&[
        "require('crypto').createHash('sha256').update('a').update(Buffer.from('b')).digest('hex')",
        "require('crypto').createHash('md5').update('').digest('base64')",
        "require('crypto').createHash('SHA1').update('x').digest()",
        "require('node:crypto').createHash('sha512').update('é').digest('hex').length",
        "require('crypto').createHmac('sha256', 'key').update('data').digest('hex')",
        "require('crypto').createHmac('sha1', Buffer.alloc(100, 1)).update('d').digest('base64url')",
        "require('crypto').createHash('nope')",
        "require('crypto').createHash('sha256').update(5)",
        "(() => { const h = require('crypto').createHash('md5'); h.digest(); return h.digest(); })()",
        "/^[\\da-f]{8}-[\\da-f]{4}-4[\\da-f]{3}-[89ab][\\da-f]{3}-[\\da-f]{12}$/.test(require('crypto').randomUUID())",
        "require('crypto').randomBytes(8).length",
        "(() => { const n = require('crypto').randomInt(5, 7); return n === 5 || n === 6; })()",
        "require('crypto').timingSafeEqual(Buffer.from('a'), Buffer.from('ab'))",
        "crypto.subtle.digest('SHA-256', new TextEncoder().encode('a')).then((b) => Buffer.from(b).toString('hex'))",
        "crypto.getRandomValues(new Uint8Array(4)).length",
        "crypto.randomUUID().length",
        "crypto.subtle.importKey('raw', Buffer.from('k'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']).then((k) => crypto.subtle.sign('HMAC', k, Buffer.from('d'))).then((b) => Buffer.from(b).toString('hex'))",
    ]);
}

#[test]
fn urls() {
    compare(&[
        "new URL('https://user:pa%20ss@example.org:8080/a/../b c?x=1&y=%20#frag')",
        "new URL('../x?y', 'https://e.org/a/b/c').href",
        "new URL('nope')",
        "URL.canParse('nope')",
        "(() => { const u = new URL('http://a.org/?q=1'); u.searchParams.append('r', 'a b&c'); u.hash = 'x'; u.port = '81'; u.pathname = '/ü'; return u.href; })()",
        "(() => { const u = new URL('http://a.org/?q=1'); const p = u.searchParams; u.search = '?z=2'; return p.get('z') + p.get('q'); })()",
        "[...new URLSearchParams('a=1&b=2&a=%203+4')]",
        "new URLSearchParams({ a: '1', b: 'é&' }).toString()",
        "new URLSearchParams([['a', 'b']]).has('a')",
        "new URLSearchParams('?a=1').get('b')",
        "(() => { const p = new URLSearchParams('c=1&a=2&b=3&a=1'); p.sort(); p.delete('c'); p.set('b', '9'); return [p.toString(), p.getAll('a'), p.size]; })()",
        "JSON.stringify({ u: new URL('file:///tmp/x y') })",
        "require('url').fileURLToPath('file:///tmp/a%20b')",
        "require('url').pathToFileURL('/tmp/a b#').href",
        "require('url').parse('https://u:p@h.org:81/p/a?q=1#h', true).query.q",
        "require('url').parse('/path?x=y').pathname",
        "require('url').format({ protocol: 'http', host: 'a.b', pathname: '/c', query: { d: 1 } })",
        "require('url').resolve('http://a.b/c/d', '../e')",
        "require('querystring').parse('a=1&b=2&a=3%20')",
        "require('querystring').stringify({ a: [1, 2], b: 'x y', c: null })",
    ]);
}

#[test]
fn paths_events_and_assertions() {
    compare(&[
        "require('path').join('/a', '..', 'b', './c/')",
        "require('path').resolve('/a/b', '../c')",
        "require('path').relative('/a/b/c', '/a/d')",
        "require('path').basename('/x/y.html', '.html')",
        "require('path').extname('.gitignore') + require('path').extname('a.b.c')",
        "require('path').dirname('/a/b/') + require('path').dirname('a')",
        "require('path').parse('/home/u/file.txt')",
        "require('path').normalize('/a//b/../../c/.')",
        "require('path').format({ dir: '/x', name: 'f', ext: 'js' })",
        "require('path').isAbsolute('a')",
        "require('path').join(5)",
        "require('path').posix.sep",
        "(() => { const E = require('events'); const e = new E(); const got = []; e.on('x', (a) => got.push(a)); e.once('x', () => got.push('once')); e.prependListener('x', () => got.push('first')); e.emit('x', 1); e.emit('x', 2); return [got, e.listenerCount('x'), e.eventNames(), e.emit('none')]; })()",
        "(() => { const { EventEmitter } = require('events'); class A extends EventEmitter {} return new A() instanceof EventEmitter; })()",
        "new (require('events'))().emit('error', new RangeError('x'))",
        "new (require('events'))().on('x', 1)",
        "(() => { const E = require('events'); function Old() { E.call(this); } require('util').inherits(Old, E); const o = new Old(); let n = 0; o.on('a', () => n++); o.emit('a'); return n; })()",
        "(() => { const E = require('events'); const e = new E(); setTimeout(() => e.emit('y', 1, 2), 1); return E.once(e, 'y'); })()",
        "require('assert').strictEqual(1, 2)",
        "require('assert')(0)",
        "require('assert').deepStrictEqual({ a: [1] }, { a: [1] })",
        "require('assert').deepStrictEqual({ a: 1 }, { a: '1' })",
        "require('assert').deepEqual({ a: 1 }, { a: '1' })",
        "require('assert').throws(() => { throw new TypeError('x'); }, TypeError)",
        "require('assert').throws(() => {})",
        "require('assert').rejects(Promise.reject(new Error('e')), /e/)",
        "require('assert').strict.equal(1, '1')",
        "require('assert').throws(() => { throw new Error('x'); }, { message: 'x' })",
        "require('assert').notStrictEqual(NaN, NaN)",
        "require('assert').match('abc', /x/)",
        "(() => { const t = new EventTarget(); const got = []; t.addEventListener('a', (e) => got.push(e.type, e.target === t), { once: true }); t.dispatchEvent(new Event('a')); t.dispatchEvent(new Event('a')); return got; })()",
        "(() => { const c = new AbortController(); let n = 0; c.signal.onabort = () => n++; c.abort(); c.abort(); return [n, c.signal.aborted, c.signal.reason.name]; })()",
        "AbortSignal.timeout(1).aborted",
        "AbortSignal.any([AbortSignal.abort('r')]).reason",
        "require('timers/promises').setTimeout(1, 'v')",
        "require('timers/promises').setTimeout(1000, 'v', { signal: AbortSignal.abort() })",
        "structuredClone({ a: new Date(0), m: new Map([[1, new Set([2])]]), r: /x/g, e: new RangeError('x').message, b: new Uint8Array([1, 2]), n: null, u: undefined, big: 1n })",
        "structuredClone(() => {})",
        "(() => { const a = {}; a.a = a; const b = structuredClone(a); return b.a === b && b !== a; })()",
        "structuredClone(new TypeError('t')) instanceof TypeError",
    ]);
}

/// The order of everything that waits.
#[test]
fn the_event_loop() {
    compare(&[
        "(async () => { const got = []; setTimeout(() => got.push('timeout'), 0); setImmediate(() => got.push('immediate')); process.nextTick(() => got.push('tick')); Promise.resolve().then(() => got.push('promise')); queueMicrotask(() => got.push('microtask')); got.push('sync'); await new Promise((done) => setTimeout(done, 10)); return got.filter((one) => !['timeout', 'immediate'].includes(one)); })()",
        "(async () => { const got = []; setTimeout(() => { got.push(1); Promise.resolve().then(() => got.push('p')); process.nextTick(() => got.push('t')); }, 1); setTimeout(() => got.push(2), 1); await new Promise((done) => setTimeout(done, 20)); return got; })()",
        "(async () => { const got = []; for (const ms of [15, 5, 10]) setTimeout(() => got.push(ms), ms); await new Promise((done) => setTimeout(done, 40)); return got; })()",
        "new Promise((done) => { let n = 0; const t = setInterval(() => { n += 1; if (n === 3) { clearInterval(t); done(n); } }, 1); })",
        "new Promise((done) => { const t = setTimeout(() => done('no'), 1); clearTimeout(t); const i = setImmediate(() => done('no')); clearImmediate(i); setTimeout(done, 5, 'yes'); })",
        "new Promise((done) => { const t = setTimeout(() => done('by number'), 1000); clearTimeout(+t); setTimeout(done, 5, 'cleared'); })",
        "setTimeout(5)",
        "queueMicrotask(null)",
        "typeof setTimeout(() => {}, 1).unref().ref().hasRef()",
        "(async () => { const got = []; process.nextTick((a) => { got.push(a); process.nextTick(() => got.push('inner')); }, 'outer'); await null; await null; await new Promise(setImmediate); return got; })()",
        "process.hrtime().length",
        "typeof process.hrtime.bigint()",
        "process.nextTick(1)",
        "(process.env.FOO = 5, typeof process.env.FOO)",
        "process.env.NOT_THERE",
        "delete process.env.FOO",
        "performance.now() > 0",
        "typeof performance.timeOrigin",
        "require('os').EOL",
        "new Date(2020, 0, 1).toISOString()",
    ]);
}

#[test]
fn files() {
    compare(&[
        "(() => { const fs = require('fs'); const d = fs.mkdtempSync(require('os').tmpdir() + '/a-'); const f = d + '/x.txt'; fs.writeFileSync(f, 'one'); fs.appendFileSync(f, ' two'); const got = [fs.readFileSync(f, 'utf8'), fs.readFileSync(f), fs.existsSync(f), fs.readdirSync(d), fs.statSync(f).size, fs.statSync(d).isDirectory(), fs.statSync(f).isFile()]; fs.renameSync(f, f + '2'); fs.copyFileSync(f + '2', f); fs.unlinkSync(f); got.push(fs.readdirSync(d)); fs.rmSync(d, { recursive: true }); got.push(fs.existsSync(d)); return got; })()",
        "(() => { const fs = require('node:fs'); const d = fs.mkdtempSync(require('os').tmpdir() + '/b-'); fs.mkdirSync(d + '/p/q/r', { recursive: true }); fs.writeFileSync(d + '/p/z', Buffer.from([1, 2, 255])); return [fs.readdirSync(d, { recursive: true }).sort(), fs.readFileSync(d + '/p/z'), fs.readdirSync(d + '/p', { withFileTypes: true }).map((e) => [e.name, e.isDirectory()])]; })()",
        "require('fs').readFileSync('/no/such/file')",
        "require('fs').readFileSync('/tmp')",
        "require('fs').mkdirSync('/tmp')",
        "require('fs').readdirSync('/no/such')",
        "require('fs').unlinkSync('/no/such')",
        "require('fs').statSync('/no/such', { throwIfNoEntry: false })",
        "require('fs').rmSync('/no/such', { force: true })",
        "require('fs').rmSync('/no/such')",
        "require('fs').writeFileSync('/no/such/x', 'y')",
        "(async () => { const fs = require('fs/promises'); const d = await fs.mkdtemp(require('os').tmpdir() + '/c-'); await fs.writeFile(d + '/x', 'hi'); return [await fs.readFile(d + '/x', { encoding: 'utf8' }), (await fs.stat(d + '/x')).size, await fs.access(d + '/y').catch((e) => e.code)]; })()",
        "new Promise((done) => require('fs').readFile('/no/such', (error) => done([error.code, error.errno, error.syscall, error.path, error.message])))",
        "require('fs').promises.readFile('/no/such')",
        "(() => { const fs = require('fs'); const d = fs.mkdtempSync(require('os').tmpdir() + '/d-'); fs.writeFileSync(d + '/x', 'old', { flag: 'wx' }); try { fs.writeFileSync(d + '/x', 'new', { flag: 'wx' }); } catch (e) { return e.code; } })()",
    ]);
}
