//! A visitor who asked for less motion: nothing moves by itself, and nothing is missing.

use coldstart_tests::{Page, eventually, eventually_eq, visit};
use serde_json::json;

/// Invokes, and counts the dots that are painted on the map until the list has it and two seconds of frames after.
const DOTS: &str = "
const map = document.querySelector('[data-testid=map]');
map.scrollIntoView({ block: 'center', behavior: 'instant' });
const prototype = CanvasRenderingContext2D.prototype;
const { arc } = prototype;
let dots = 0;
prototype.arc = function (...circle) {
  if (this.canvas === map) dots += 1;
  return arc.apply(this, circle);
};
document.querySelector('[data-testid=invoke]').click();
return (async () => {
  for (let frame = 0; frame < 120; frame += 1) await new Promise((done) => requestAnimationFrame(done));
  prototype.arc = arc;
  return dots;
})()";

/// What the style sheets animate at the moment for longer than an eye sees.
const ANIMATED: &str = "
return document.getAnimations()
    .filter((it) => it.effect.getComputedTiming().activeDuration > 20)
    .map((it) => it.effect.target.className)";

fn prefer(page: &Page, motion: &str) {
    let features = json!([{ "name": "prefers-reduced-motion", "value": motion }]);
    page.devtools(
        "Emulation.setEmulatedMedia",
        json!({ "features": features }),
    );
    page.reload();
    page.playground_is_ready();
    page.wait_until("the map", || page.has("[data-testid=map]"));
}

/// The map's list: station and how often it was done there.
fn done(page: &Page) -> Vec<String> {
    let rows = page.script(
        "return [...document.querySelectorAll('[data-testid=map-list] tbody tr')]
             .map((row) => `${row.cells[0].textContent} ${row.cells[4].textContent}`)",
        &[],
    );
    let rows = rows.as_array().cloned().unwrap_or_default();
    let text = |row: &serde_json::Value| row.as_str().map(str::to_owned);
    rows.iter().filter_map(text).collect()
}

#[test]
fn who_wants_no_motion_sees_none_and_misses_nothing() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.wait_until_saved("echo");
        // With motion there are dots, and the list is asked for.
        prefer(page, "no-preference");
        eventually!(page, !page.has("[data-testid=map-list]"));
        let moving = page.script(DOTS, &[]);
        assert!(moving.as_u64().is_some_and(|dots| dots > 0), "{moving}");
        page.wait_for_counts("it ran", |counts| counts.invoked() == 1);
        page.wait_until_saved("InvocationFinished");

        prefer(page, "reduce");
        page.wait_until("the list is there unasked", || {
            page.has("[data-testid=map-list]")
        });
        let before = page.wait("the session is back", || {
            Some(done(page)).filter(|rows| rows.iter().any(|row| row == "echo 1"))
        });
        assert!(before.iter().any(|row| row == "Invoke API 1"), "{before:?}");
        assert_eq!(page.script(DOTS, &[]), 0, "no dot moves");
        eventually!(page, done(page).iter().any(|row| row == "echo 2"));
        assert_eq!(page.script(ANIMATED, &[]), json!([]));
        // The ribbon's dot is left out as well; its steps are all there.
        let dot = page.script(
            "const dot = document.querySelector('.ribbon-dot');
             return dot === null || getComputedStyle(dot).display === 'none'",
            &[],
        );
        assert_eq!(dot, true);
        page.open_tab("Response");
        eventually!(
            page,
            page.answer().is_some_and(|it| it.status.starts_with("200"))
        );
        // Time can be stepped through as ever: what is there changes at once.
        page.click("[data-testid=step-back]");
        eventually!(page, page.has("[data-testid=go-live]"));
        page.click("[data-testid=go-live]");
        eventually_eq!(page, page.has("[data-testid=go-live]"), false);
        // And the list can be put away.
        page.click("[data-testid=map-as-list]");
        eventually!(page, !page.has("[data-testid=map-list]"));
        page.expect_quiet_console();
    });
}
