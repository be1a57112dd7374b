//! The map under a pointer: stations are dragged, the picture is zoomed, what is hovered tells its story, what is
//! clicked on is followed; and who has no pointer follows as well.
//!
//! The picture is a canvas: where things are on it is found by hovering, as a visitor would.
#![allow(clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use coldstart_tests::{Page, eventually, key, visit};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MAP: &str = "[data-testid=map]";
const TIP: &str = "[data-testid=map-tip]";

/// Hovers all over the map, so many pixels apart (across, down): the rectangles that tell a story, by its title. Edges
/// are found to the pixel, in ever smaller steps: each look is a picture drawn anew.
const PLACES: &str = "
const map = document.querySelector('[data-testid=map]');
map.scrollIntoView({ block: 'center', behavior: 'instant' });
const { left, top, width, height } = map.getBoundingClientRect();
const turn = () => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = done;
  port2.postMessage(0);
});
const point = (kind, x, y) => map.dispatchEvent(
  new PointerEvent(kind, { clientX: left + x, clientY: top + y, pointerId: 1, bubbles: true }));
const look = async (x, y) => {
  point('pointermove', x, y);
  await turn();
  return document.querySelector('[data-testid=map-tip] b')?.textContent;
};
// Where a story ends, from a place of it on.
const edge = async (title, x, y, dx, dy) => {
  for (const step of [16, 4, 1])
    while (x > 0 && y > 0 && x < width && y < height && await look(x + dx * step, y + dy * step) === title)
      [x, y] = [x + dx * step, y + dy * step];
  return dx === 0 ? y : x;
};
const [across, down] = arguments;
return (async () => {
  const found = {};
  for (let y = 2; y < height; y += down)
    for (let x = 2; x < width; x += across) {
      const title = await look(x, y);
      if (title) found[title] ??= [x, y];
    }
  for (const [title, [x, y]] of Object.entries(found))
    found[title] = [
      await edge(title, x, y, -1, 0), await edge(title, x, y, 1, 0),
      await edge(title, x, y, 0, -1), await edge(title, x, y, 0, 1),
    ];
  point('pointerleave', 0, 0);
  return found;
})()";

/// Where something is on the map, pixels from its corner.
#[derive(Clone, Copy, Debug)]
struct Spot {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Spot {
    fn width(&self) -> f64 {
        self.right - self.left
    }

    fn middle(&self) -> (f64, f64) {
        (
            (self.left + self.right) / 2.0,
            (self.top + self.bottom) / 2.0,
        )
    }
}

/// What stations, and what is as large, can be found by.
const COARSE: [u32; 2] = [24, 14];
/// What dots can be found by.
const FINE: [u32; 2] = [8, 9];

fn spots(page: &Page) -> BTreeMap<String, Spot> {
    spots_by(page, COARSE)
}

fn spots_by(page: &Page, [across, down]: [u32; 2]) -> BTreeMap<String, Spot> {
    let found = page.script(PLACES, &[across.into(), down.into()]);
    let found: BTreeMap<String, [f64; 4]> = serde_json::from_value(found).unwrap_or_default();
    let spots = found
        .into_iter()
        .map(|(title, [left, right, top, bottom])| {
            let spot = Spot {
                left,
                right,
                top,
                bottom,
            };
            (title, spot)
        });
    spots.collect()
}

fn spot(page: &Page, title: &str) -> Spot {
    spot_by(page, title, COARSE)
}

fn spot_by(page: &Page, title: &str, apart: [u32; 2]) -> Spot {
    let spots = spots_by(page, apart);
    let found = spots.iter().find(|(name, _)| name.starts_with(title));
    *found
        .unwrap_or_else(|| panic!("no {title} among {spots:?}"))
        .1
}

/// Where something waits on the map: a dot on its way tells its traveller's story as well, but is elsewhere soon.
fn waiting(page: &Page, title: &str) -> Spot {
    page.wait(&format!("{title} does not move"), || {
        let [before, now] = [0, 1].map(|_| spot_by(page, title, FINE));
        (near(before.left, now.left) && near(before.top, now.top)).then_some(now)
    })
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 3.0
}

/// The map's corner and size on screen.
fn frame(page: &Page) -> [f64; 4] {
    let frame = page.script(
        "const map = document.querySelector('[data-testid=map]');
         map.scrollIntoView({ block: 'center', behavior: 'instant' });
         const { left, top, width, height } = map.getBoundingClientRect();
         return [left, top, width, height]",
        &[],
    );
    serde_json::from_value(frame).unwrap_or_default()
}

/// What a mouse does at a place of the map.
fn mouse(page: &Page, (x, y): (f64, f64), kind: &str, more: &Value) {
    let [left, top, ..] = frame(page);
    let mut event = json!({ "type": kind, "x": left + x, "y": top + y, "pointerType": "mouse" });
    let fields = event.as_object_mut().into_iter();
    for (fields, more) in fields.zip(more.as_object()) {
        fields.extend(more.clone());
    }
    page.devtools("Input.dispatchMouseEvent", event);
}

fn click(page: &Page, at: (f64, f64)) {
    let button = json!({ "button": "left", "clickCount": 1 });
    mouse(page, at, "mouseMoved", &json!({}));
    mouse(page, at, "mousePressed", &button);
    mouse(page, at, "mouseReleased", &button);
}

fn wheel(page: &Page, at: (f64, f64), down: f64, control: bool) {
    let modifiers = if control { 2 } else { 0 };
    let turned = json!({ "deltaX": 0, "deltaY": down, "modifiers": modifiers });
    mouse(page, at, "mouseWheel", &turned);
}

fn tool(page: &Page, name: &str) {
    page.script(
        "[...document.querySelectorAll('.map .tool')]
             .find((it) => (it.ariaLabel ?? it.textContent.trim()) === arguments[0]).click()",
        &[name.into()],
    );
}

fn echo_ran(page: &Page) {
    page.add_sample("Echo", "echo");
    page.invoke();
    page.wait_until("the map", || page.has(MAP));
}

/// An event has failed once, and waits for its retry.
fn an_event_waits(page: &Page) {
    page.add_sample("Misbehave", "misbehave");
    page.set_event("{\"do\": \"error\"}");
    page.choose("[data-testid=invocation-type]", "asynchronously");
    page.click("[data-testid=invoke]");
    page.wait_until("the event waits", || {
        page.is_enabled("[data-testid=skip-to-retry]")
    });
}

#[test]
fn a_station_is_dragged_and_stays_where_it_was_put() {
    visit(|page| {
        echo_ran(page);
        let before = spots(page);
        let (x, y) = (before["echo"].middle().0, before["echo"].top + 8.0);
        let [_, _, width, _] = frame(page);
        page.drag(MAP, (x / width, y), ((x - 70.0) / width, y + 50.0));
        page.wait_until("it was moved", || {
            page.is_enabled("[data-testid=map-arrange]")
        });
        let after = spots(page);
        assert!(near(after["echo"].left, before["echo"].left - 70.0));
        assert!(near(after["echo"].top, before["echo"].top + 50.0));
        // What is looked at holds still under the pointer.
        for still in ["greeting", "Invoke API"] {
            assert!(near(after[still].left, before[still].left), "{after:?}");
            assert!(near(after[still].top, before[still].top), "{after:?}");
        }

        page.reload();
        page.playground_is_ready();
        page.wait_until("the map", || {
            page.has(MAP) && page.is_enabled("[data-testid=map-arrange]")
        });
        let again = spots(page);
        // Everything is in view again, at a zoom of its own.
        let zoom = again["greeting"].width() / after["greeting"].width();
        let away = |all: &BTreeMap<String, Spot>| {
            let (echo, greeting) = (all["echo"], all["greeting"]);
            (echo.left - greeting.left, echo.top - greeting.top)
        };
        let (was, is) = (away(&after), away(&again));
        assert!(
            near(was.0 * zoom, is.0) && near(was.1 * zoom, is.1),
            "{again:?}"
        );
        page.click("[data-testid=map-arrange]");
        eventually!(page, !page.is_enabled("[data-testid=map-arrange]"));
        let arranged = spots(page);
        assert!(
            near(arranged["echo"].left, arranged["greeting"].left),
            "{arranged:?}"
        );
        page.expect_quiet_console();
    });
}

#[test]
fn the_map_is_zoomed_by_wheel_fingers_keys_and_buttons() {
    visit(|page| {
        echo_ran(page);
        let all = spots(page);
        let greeting = all["greeting"];
        let fits = |what: &str| {
            let now = spot(page, "greeting");
            assert!(
                near(now.left, greeting.left) && near(now.width(), greeting.width()),
                "{what}: {now:?}"
            );
        };
        let grew = |what: &str, by: f64| {
            let now = spot(page, "greeting");
            assert!(
                near(now.width(), greeting.width() * by),
                "{what}: {now:?} of {greeting:?}"
            );
            now
        };
        tool(page, "Zoom in");
        grew("button", 1.4);
        tool(page, "Zoom out");
        fits("and back");

        // What is under the pointer stays there.
        let at = (greeting.left + greeting.width() / 4.0, greeting.top + 8.0);
        wheel(page, at, -20.0, true);
        let zoomed = page.wait("the wheel zooms", || {
            Some(spot(page, "greeting")).filter(|it| it.width() > greeting.width() + 20.0)
        });
        assert!(
            near((at.0 - zoomed.left) * 4.0, zoomed.width()),
            "{zoomed:?}"
        );
        tool(page, "All of it");
        fits("all of it");

        // Who scrolls through the page does not get stuck: only with the keyboard on it the wheel is the map's.
        page.script("document.activeElement.blur()", &[]);
        wheel(page, at, -100.0, false);
        fits("not asked");
        page.script(&format!("document.querySelector('{MAP}').focus()"), &[]);
        wheel(page, at, -150.0, false);
        page.wait_until("now the wheel zooms", || {
            spot(page, "greeting").width() > greeting.width() + 20.0
        });
        page.press(&['0']);
        fits("the key for all of it");
        page.press(&['+']);
        grew("key", 1.4);
        page.press(&['0']);

        // Two fingers, twice as far apart in the end.
        let [left, top, ..] = frame(page);
        let middle = (left + greeting.middle().0, top + greeting.middle().1);
        let touch = |kind: &str, apart: Option<f64>| {
            let point =
                |id: u32, away: f64| json!({ "x": middle.0 + away, "y": middle.1, "id": id });
            let points: Vec<Value> = apart
                .into_iter()
                .flat_map(|it| [point(1, -it), point(2, it)])
                .collect();
            page.devtools(
                "Input.dispatchTouchEvent",
                json!({ "type": kind, "touchPoints": points }),
            );
        };
        touch("touchStart", Some(40.0));
        for apart in [46.0, 54.0, 60.0] {
            touch("touchMove", Some(apart));
        }
        touch("touchEnd", None);
        grew("fingers", 1.5);
        assert!(
            !page.is_enabled("[data-testid=map-arrange]"),
            "no station was moved"
        );
        page.expect_quiet_console();
    });
}

/// Moves the mouse to what is found by `title`, until the story that is told is as expected: what came late may have
/// moved the map away from under a mouse that rests.
fn hover(page: &Page, title: &str, apart: [u32; 2], expected: impl Fn(&str) -> bool) -> String {
    page.wait(&format!("{title} tells its story"), || {
        let at = match apart {
            FINE => waiting(page, title),
            apart => spot_by(page, title, apart),
        };
        // A pointer that has not moved hovers nothing anew.
        mouse(page, (3.0, 3.0), "mouseMoved", &json!({}));
        mouse(page, at.middle(), "mouseMoved", &json!({}));
        let told = page.text(TIP)?.replace('\n', " ");
        (told.starts_with(title) && expected(&told)).then_some(told)
    })
}

#[test]
fn what_is_hovered_tells_its_story() {
    visit(|page| {
        an_event_waits(page);
        hover(page, "Invoke API", COARSE, |it| it.contains("waiting 0"));
        hover(page, "Environment", FINE, |it| it.contains("state frozen"));
        // The event tells its whole way, attempt by attempt.
        let attempts = |told: &str| told.matches("misbehave → misbehave, failed").count();
        let event = "Asynchronous event";
        let told = hover(page, event, FINE, |it| attempts(it) == 1);
        assert!(told.contains("Invoke API → misbehave"), "{told}");
        page.click("[data-testid=skip-to-retry]");
        page.wait_until("the second attempt failed", || {
            page.text("[data-testid=async-events]")
                .is_some_and(|it| it.contains("attempt 3 in"))
        });
        hover(page, event, FINE, |it| attempts(it) == 2);
        mouse(page, (3.0, 3.0), "mouseMoved", &json!({}));
        eventually!(page, !page.has(TIP));
        page.expect_quiet_console();
    });
}

/// Waits for a dot of another request than the one that is named, and hovers and clicks on it while it is on its way:
/// the story that is told then. The dot of an earlier request may still be on the map.
const CATCH_A_DOT: &str = "
const [id] = arguments;
const earlier = `Request ${id.slice(0, 4)}…${id.slice(-3)}`;
const map = document.querySelector('[data-testid=map]');
map.scrollIntoView({ block: 'center', behavior: 'instant' });
const { left, top } = map.getBoundingClientRect();
const prototype = CanvasRenderingContext2D.prototype;
const { arc } = prototype;
let dot = null;
prototype.arc = function (...circle) {
  if (this.canvas === map) dot = circle;
  return arc.apply(this, circle);
};
document.querySelector('[data-testid=invoke]').click();
return (async () => {
  const end = performance.now() + 20000;
  while (performance.now() < end) {
    dot = null;
    await new Promise((done) => requestAnimationFrame(done));
    await new Promise((done) => setTimeout(done, 0));
    if (dot === null) continue;
    const at = { clientX: left + dot[0], clientY: top + dot[1], pointerId: 1, bubbles: true };
    map.dispatchEvent(new PointerEvent('pointermove', at));
    await null;
    await null;
    const told = document.querySelector('[data-testid=map-tip]')?.textContent ?? '';
    if (!told.startsWith('Request') || told.startsWith(earlier)) continue;
    for (const kind of ['pointerdown', 'pointerup']) map.dispatchEvent(new PointerEvent(kind, at));
    prototype.arc = arc;
    return told;
  }
  return null;
})()";

/// The lines of the map, and how many of them are drawn as followed.
const LINES: &str = "
const map = document.querySelector('[data-testid=map]');
const context = document.createElement('canvas').getContext('2d');
context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim();
const accent = context.strokeStyle;
const prototype = CanvasRenderingContext2D.prototype;
const { bezierCurveTo, stroke, clearRect } = prototype;
let [lines, followed, curve] = [0, 0, false];
prototype.clearRect = function (...area) {
  if (this.canvas === map) [lines, followed] = [0, 0];
  return clearRect.apply(this, area);
};
prototype.bezierCurveTo = function (...to) {
  curve = this.canvas === map;
  return bezierCurveTo.apply(this, to);
};
prototype.stroke = function (...path) {
  if (curve) {
    lines += 1;
    if (this.strokeStyle === accent) followed += 1;
    curve = false;
  }
  return stroke.apply(this, path);
};
map.dispatchEvent(new PointerEvent('pointermove', { clientX: 0, clientY: 0, bubbles: true }));
return (async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  Object.assign(prototype, { bezierCurveTo, stroke, clearRect });
  map.dispatchEvent(new PointerEvent('pointerleave', { bubbles: true }));
  return [followed, lines];
})()";

/// How many lines are drawn as followed, and how many there are.
fn lines(page: &Page) -> (u64, u64) {
    serde_json::from_value(page.script(LINES, &[])).unwrap_or_default()
}

/// The id that the lifecycle panel shows.
fn shown(page: &Page) -> String {
    page.text(".lifecycle .panel-head .mono")
        .unwrap_or_default()
}

#[test]
fn a_dot_on_its_way_tells_its_story_and_is_followed() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.invoke();
        let first = page.report().request;
        page.wait_until("the map", || page.has(MAP));
        let told = page.script(CATCH_A_DOT, &[first.as_str().into()]);
        let told = told.as_str().unwrap_or_default();
        assert!(told.contains("Invoke API → echo"), "{told}");
        page.wait_until("the second request is shown", || {
            page.report().request != first
        });
        // Its way, and not that to the other function.
        page.wait_until("its line is drawn as followed", || lines(page) == (1, 2));
        // A click on nothing follows nothing.
        click(page, (3.0, 3.0));
        page.wait_until("no line is", || lines(page) == (0, 2));
        page.expect_quiet_console();
    });
}

#[test]
fn one_event_is_followed_through_every_attempt() {
    visit(|page| {
        page.invoke();
        an_event_waits(page);
        // Something else is selected meanwhile.
        page.choose("[data-testid=invocation-type]", "synchronously");
        page.select_function("greeting");
        page.invoke();
        let event = waiting(page, "Asynchronous event").middle();
        click(page, event);
        // Into the internal queue, from there to the function; nothing of what the other function did.
        page.wait_until("its lines are drawn as followed", || {
            lines(page).0 == 2 && lines(page).1 > 2
        });
        let id = shown(page);
        for attempt in ["attempt 3 in", "given up: RetriesExhausted, 3 invocations"] {
            page.click("[data-testid=skip-to-retry]");
            page.wait_until(attempt, || {
                page.text("[data-testid=async-events]")
                    .is_some_and(|it| it.contains(attempt))
            });
            assert_eq!(lines(page).0, 2);
            assert_eq!(shown(page), id, "all attempts have one id");
        }
        // Escape lets go of it.
        page.script(&format!("document.querySelector('{MAP}').focus()"), &[]);
        page.press(&[key::ESCAPE]);
        page.wait_until("nothing is followed", || lines(page).0 == 0);
        page.expect_quiet_console();
    });
}
