//! SnapStart in the page: INIT once, environments from its snapshot, and what that costs.
#![allow(clippy::panic, reason = "these are tests")]

use coldstart_tests::{Page, eventually, uploads, visit};

/// 30 ms of INIT; the handler counts from what INIT left, and the hook waits for 20 ms.
const COUNTS: &str = r#"(module
  (import "coldstart" "sleep" (func $sleep (param i64)))
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func $work (param $rounds i32)
    (loop $on (br_if $on (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1))))))
  (func (export "_initialize") (call $work (i32.const 20000000)) (global.set $count (i32.const 5)))
  (func (export "after_restore") (call $sleep (i64.const 20000000)))
  (func (export "allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "handle") (param i32 i32) (result i64)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store8 (i32.const 16) (i32.add (i32.const 48) (global.get $count)))
    (i64.const 0x1000000001)))
"#;

/// Imports once what takes a while; each environment draws its own number.
const PYTHON: &str = "\
import random
from snapshot_restore_py import register_after_restore

drawn = random.random()
own = None

@register_after_restore
def draw():
    global own
    own = int.from_bytes(open('/dev/urandom', 'rb', 0).read(4), 'big')
    print('drawn again')

def lambda_handler(event, context):
    return {'stale': drawn, 'own': own}
";

fn status(page: &Page) -> String {
    page.text("[data-testid=snapshot-status]")
        .unwrap_or_default()
}

fn snap_start(page: &Page, beginning: &str) -> String {
    page.choose("#snap-start", "PublishedVersions");
    page.apply();
    page.wait(beginning, || {
        Some(status(page)).filter(|it| it.starts_with(beginning))
    })
}

fn report_line(page: &Page) -> String {
    page.open_tab("Report");
    page.read("[data-testid=report]")
}

#[test]
fn environments_begin_with_what_init_left() {
    visit(|page| {
        let file = uploads::write(page.folder(), "counts.wat", COUNTS);
        page.upload_as(&file, "counts");
        page.configure("memory", "1769");
        let active = snap_start(page, "Active");
        assert!(
            active.contains("INIT took 30.00 ms, once. Not restored yet."),
            "{active}"
        );
        let log = page.script(
            "return document.querySelector('[data-testid=snapshot-log]').textContent",
            &[],
        );
        let log = log.as_str().unwrap_or_default();
        assert!(
            log.ends_with("INIT_REPORT Init Duration: 30.00 ms\n"),
            "{log}"
        );
        assert_eq!(page.invoke().body, "6");
        let log = page.log();
        let first_words = log.lines().filter_map(|line| line.split(' ').next());
        assert_eq!(
            first_words.collect::<Vec<_>>(),
            ["RESTORE_START", "RESTORE_REPORT", "START", "END", "REPORT"]
        );
        let report = report_line(page);
        // A few nanoseconds above the hook's 20 ms.
        assert!(
            report.contains("\tBilled Restore Duration: 21 ms\t"),
            "{report}"
        );
        assert!(!report.contains("Init Duration"), "{report}");
        eventually!(page, page.bill_row("restore, billed").starts_with("20.00"));
        eventually!(page, page.has(".ribbon-pill.lit.phase-restore"));
        let rows = page.bill_rows();
        let restored = rows
            .iter()
            .find(|(name, _)| name.starts_with("snapshots restored"));
        let (name, amount) = restored.unwrap_or_else(|| panic!("{rows:?}"));
        // 1,769 MB.
        assert!(name.contains("1.727539 GB × $0.0001397998"), "{name}");
        assert_eq!(amount, "$0.000241509615");
        assert_eq!(page.invoke().body, "7");
        page.click("[data-testid=recycle]");
        page.wait_for_counts("no environment", |counts| counts.alive == 0);
        let state = page.function_state("counts").unwrap_or_default();
        assert!(state.contains("the next start is restored"), "{state}");
        assert_eq!(page.invoke().body, "6");
        page.wait_until("it is counted", || {
            status(page).ends_with("Restored 2 times.")
        });
        // Three hours of the snapshot, and two restores.
        let total = page.read("[data-testid=snap-start-total]");
        assert_eq!(total, "$0.028554976");
    });
}

#[test]
fn python_begins_with_its_imports_and_its_hooks_run() {
    visit(|page| {
        let file = uploads::write(page.folder(), "lambda_function.py", PYTHON);
        page.upload_as(&file, "lambda_function");
        page.configure("timeout", "30");
        snap_start(page, "Active");
        let first = page.invoke().body;
        eventually!(
            page,
            page.log().contains("drawn again\nRESTORE_REPORT"),
            "{}",
            page.log()
        );
        page.click("[data-testid=recycle]");
        page.wait_for_counts("no environment", |counts| counts.alive == 0);
        let second = page.invoke().body;
        let line = |body: &str, field: &str| {
            let found = body.lines().find(|line| line.contains(field));
            found.unwrap_or_else(|| panic!("{body}")).to_owned()
        };
        // What INIT drew is in every copy: AWS warns of it.
        assert_eq!(line(&first, "stale"), line(&second, "stale"));
        assert_ne!(line(&first, "own"), line(&second, "own"));
        // A replay begins from the snapshot too.
        page.click("[data-testid=profile-ask]");
        page.wait_until("a profile", || page.has("[data-testid=profile] canvas"));
        // The tab takes the snapshot with it; the next one takes it again.
        page.wait_until_saved("lambda_function");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the snapshot is taken again", || {
            status(page).starts_with("Active")
        });
        let third = page.invoke().body;
        assert!(third.contains("\"own\""), "{third}");
        eventually!(page, report_line(page).contains("\tRestore Duration: "));
    });
}

#[test]
fn what_cannot_be_captured_says_why_and_starts_cold() {
    visit(|page| {
        let file = uploads::write(
            page.folder(),
            "index.mjs",
            "export const handler = async () => 'still here';",
        );
        page.upload_as(&file, "index");
        page.configure("timeout", "30");
        let refused = snap_start(page, "No snapshot");
        assert!(
            refused.contains("WebAssembly keeps their stack to itself"),
            "{refused}"
        );
        assert_eq!(page.invoke().body, "\"still here\"");
        eventually!(page, page.report().init_centimillis.is_some());
        // Not with more than 512 MB of /tmp, as on AWS.
        page.fill("#storage", "1024");
        let error = page.wait("it is refused", || page.text("#snap-start-error"));
        assert!(error.contains("greater than 512 MB"), "{error}");
    });
}

/// The hooks of the Rust SDK, and what AWS warns of: what INIT drew is the same everywhere.
#[test]
fn environments_from_one_snapshot_have_one_name() {
    visit(|page| {
        page.add_sample("Counter", "counter");
        let active = snap_start(page, "Active");
        assert!(active.ends_with("Not restored yet."), "{active}");
        page.burst(2, 0);
        page.wait_for_counts("both are done", |counts| counts.cold == 2);
        page.wait_until("the hook has run", || {
            page.log().contains("\nrestored: ") && page.log().contains("as in every environment")
        });
        let name = |body: String| {
            let line = body
                .lines()
                .find(|line| line.contains("\"environment\""))
                .map(str::to_owned);
            line.unwrap_or_else(|| panic!("{body}"))
        };
        let first = name(page.invoke().body);
        page.click("[data-testid=recycle]");
        page.wait_for_counts("no environment", |counts| counts.alive == 0);
        assert_eq!(name(page.invoke().body), first);
    });
}
