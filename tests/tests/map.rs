//! The map of a session: its list says what the picture shows; time control; places that are kept.

use coldstart_tests::{Page, eventually, key, visit};

const STATIONS: &str = "[data-testid=map-list] tbody tr";

/// The rows of the map's list, cells apart by `|`.
fn stations(page: &Page) -> Vec<String> {
    let rows = page.script(
        "return [...document.querySelectorAll(arguments[0])]
             .map((row) => [...row.cells].map((cell) => cell.textContent).join('|'))",
        &[STATIONS.into()],
    );
    let rows = rows.as_array().cloned().unwrap_or_default();
    rows.iter()
        .filter_map(|row| row.as_str().map(str::to_owned))
        .collect()
}

fn list(page: &Page) {
    page.wait_until("the map", || page.has("[data-testid=map]"));
    page.click("[data-testid=map-as-list]");
    page.wait_until("its list", || page.has("[data-testid=map-list]"));
}

/// A key that the map hears.
fn press(page: &Page, key: &str, shift: bool) {
    page.script(
        "const map = document.querySelector('[data-testid=map]');
         map.focus();
         const [key, shiftKey] = arguments;
         map.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }));",
        &[key.into(), shift.into()],
    );
}

#[test]
fn what_is_called_and_what_tells_are_stations_with_counters() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        list(page);
        page.wait_until("callers and the function", || {
            stations(page)
                == [
                    "Invoke API|source|0|0|0|0|0|greeting, echo",
                    "greeting|function|0|0|0|0|0|",
                    "echo|function|0|0|0|0|0|",
                ]
        });
        page.invoke();
        page.wait_until("it was called and done", || {
            let rows = stations(page);
            rows.first()
                .is_some_and(|row| row.starts_with("Invoke API|source|0|0|1|0|0|"))
                && rows
                    .iter()
                    .any(|row| row.starts_with("echo|function|0|0|1|0|0|"))
        });

        // Fact by fact: back while the call is there, forward where the function is not.
        page.wait_until("the playhead is between the two", || {
            let rows = stations(page);
            let echo = rows.iter().find(|row| row.starts_with("echo|"));
            if echo.is_some_and(|row| row.starts_with("echo|function|0|0|0|0|0|")) {
                return true;
            }
            let button = match echo {
                Some(_) => "[data-testid=step-back]",
                None => "[data-testid=step-forward]",
            };
            // A click may come before the list has followed the last one: then the next goes back.
            if page.is_enabled(button) {
                page.click(button);
            }
            false
        });
    });
}

/// Puts the playhead at so many thousandths of the session.
fn scrub(page: &Page, part: u32) {
    page.script(
        "const slider = document.querySelector('[data-testid=scrub]');
         slider.value = arguments[0];
         slider.dispatchEvent(new Event('input', { bubbles: true }));",
        &[part.into()],
    );
}

fn clock(page: &Page) -> String {
    page.text("[data-testid=session-clock]").unwrap_or_default()
}

fn wait_for_button(page: &Page, label: &str) {
    page.wait_until(label, || {
        page.text("[data-testid=play]").as_deref() == Some(label)
    });
}

#[test]
fn what_happened_is_played_again() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        list(page);
        page.set_event("{\"do\": \"sleep\", \"millis\": 2500}");
        page.invoke();
        let has = |row: &str| stations(page).iter().any(|it| it.starts_with(row));
        page.wait_until("it was called and done", || {
            has("misbehave|function|0|0|1|0|0|")
        });
        let live = stations(page);

        // Shortly before the end the handler sleeps: on the map and in every other panel.
        scrub(page, 980);
        page.wait_until("the call is in flight", || {
            has("misbehave|function|0|1|0|0|0|")
        });
        page.wait_for_counts("its environment was started cold", |counts| {
            (counts.alive, counts.cold, counts.warm) == (1, 1, 0)
        });
        page.wait_until("the next facts end it", || {
            if page.is_enabled("[data-testid=step-forward]") {
                page.click("[data-testid=step-forward]");
            }
            has("misbehave|function|0|0|1|0|0|")
        });

        // From before everything, too slowly to come to the end.
        scrub(page, 0);
        page.wait_until("nothing is there yet", || stations(page).is_empty());
        page.wait_for_counts("no environment was started", |counts| {
            (counts.alive, counts.invoked()) == (0, 0)
        });
        page.choose("[data-testid=speed]", "0.1×");
        let begin = clock(page);
        wait_for_button(page, "Play");
        page.click("[data-testid=play]");
        wait_for_button(page, "Pause");
        page.wait_until("the clock goes on", || clock(page) != begin);
        page.click("[data-testid=play]");
        wait_for_button(page, "Play");
        eventually!(page, page.has("[data-testid=go-live]"));

        // And to the present.
        page.choose("[data-testid=speed]", "1000×");
        page.click("[data-testid=play]");
        wait_for_button(page, "Replay");
        page.wait_until("all is as it was", || stations(page) == live);
        eventually!(page, !page.has("[data-testid=go-live]"));
        page.wait_for_counts("the other panels as well", |counts| counts.cold == 1);
        page.expect_quiet_console();
    });
}

/// For each frame of a replay, until it comes to its end: how often the map was painted, and how many dots.
const PAINTINGS: &str = "
const find = (name) => document.querySelector(`[data-testid=${name}]`);
const map = find('map');
map.scrollIntoView({ block: 'center' });
const prototype = CanvasRenderingContext2D.prototype;
const { clearRect, arc } = prototype;
const frames = [];
let [paintings, dots] = [0, 0];
prototype.clearRect = function (...area) {
  if (this.canvas === map) paintings += 1;
  return clearRect.apply(this, area);
};
prototype.arc = function (...circle) {
  if (this.canvas === map) dots += 1;
  return arc.apply(this, circle);
};
find('play').click();
return (async () => {
  while (frames.length < 2 || find('play').textContent !== 'Replay') {
    [paintings, dots] = [0, 0];
    await new Promise((done) => requestAnimationFrame(done));
    // The page's own callbacks of this frame come after this one's.
    await new Promise((done) => setTimeout(done, 0));
    frames.push([paintings, dots]);
  }
  return frames;
})()
";

#[test]
fn what_moves_is_painted_once_in_a_frame() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.wait_until("the map", || page.has("[data-testid=map]"));
        page.set_event("{\"do\": \"sleep\", \"millis\": 1500}");
        page.invoke();
        wait_for_button(page, "Replay");
        let frames = page.script(PAINTINGS, &[]);
        let frames: Vec<(u64, u64)> = serde_json::from_value(frames).unwrap();
        // The request is on its way for half a second, there and back.
        let moving = frames.iter().filter(|(_, dots)| *dots > 0);
        assert!(moving.count() >= 10, "{frames:?}");
        // A frame of ours can end between two of the browser's; more than that piles up.
        let most = frames.iter().map(|(paintings, _)| *paintings).max();
        assert!(most.is_some_and(|most| most <= 2), "{frames:?}");
        page.expect_quiet_console();
    });
}

#[test]
fn the_clock_is_skipped_to_the_next_attempt() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.set_event("{\"do\": \"error\"}");
        page.choose("[data-testid=invocation-type]", "asynchronously");
        page.click("[data-testid=invoke]");
        for attempt in ["attempt 2 in", "attempt 3 in"] {
            page.wait_until(attempt, || {
                page.text("[data-testid=async-events]")
                    .is_some_and(|events| events.contains(attempt))
                    && page.is_enabled("[data-testid=skip-to-retry]")
            });
            page.click("[data-testid=skip-to-retry]");
        }
        page.wait_until("it was given up", || {
            page.text("[data-testid=async-events]")
                .is_some_and(|events| events.contains("given up: RetriesExhausted, 3 invocations"))
        });
        assert!(!page.is_enabled("[data-testid=skip-to-retry]"));
    });
}

#[test]
fn an_event_that_waits_for_its_retry_goes_on_while_the_past_is_looked_at() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        list(page);
        page.set_event("{\"do\": \"error\"}");
        page.choose("[data-testid=invocation-type]", "asynchronously");
        page.click("[data-testid=invoke]");
        let events = || page.text("[data-testid=async-events]").unwrap_or_default();
        page.wait_until("the first attempt failed", || {
            events().contains("function error: attempt 2 in")
        });
        // From before everything on, fact by fact, to the middle of the attempt.
        scrub(page, 0);
        page.wait_until("there was no event yet", || !events().contains("attempt"));
        let step = |what: &str, words: &str| {
            page.wait_until(what, || {
                let there = events().contains(words);
                if !there && page.is_enabled("[data-testid=step-forward]") {
                    page.click("[data-testid=step-forward]");
                }
                there
            });
        };
        step("the attempt is under way again", "attempt 1 under way");
        eventually!(page, page.has("[data-testid=go-live]"));
        assert!(clock(page).starts_with("at"), "{}", clock(page));
        // The present has gone on: its retry can be skipped to from here, and is what is looked at then.
        page.click("[data-testid=skip-to-retry]");
        page.wait_until("the second attempt failed", || {
            events().contains("function error: attempt 3 in")
        });
        eventually!(page, !page.has("[data-testid=go-live]"));
        // In the past the event waits for as long as it waited then.
        scrub(page, 500);
        page.wait_until("half of the first wait is over", || {
            events().contains("function error: attempt 2 in")
        });
        // The third attempt comes by itself, while somebody steps through the first.
        page.choose("[data-testid=speed]", "1000×");
        page.wait_until("it was given up meanwhile", || {
            !page.is_enabled("[data-testid=skip-to-retry]")
        });
        assert!(
            events().contains("function error: attempt 2 in"),
            "what is looked at stays: {}",
            events()
        );
        page.click("[data-testid=go-live]");
        page.wait_until("the present is told", || {
            events().contains("given up: RetriesExhausted, 3 invocations")
        });
        page.expect_quiet_console();
    });
}

#[test]
fn requests_are_followed_with_the_keyboard_and_their_story_is_heard() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.invoke();
        page.set_event("{\"second\": true}");
        page.invoke();
        let heard = || page.text("[data-testid=map-heard]").unwrap_or_default();
        press(page, "n", false);
        page.wait_until("the first is told", || !heard().is_empty());
        let first = heard();
        press(page, "n", false);
        page.wait_until("the next is told", || {
            !heard().is_empty() && heard() != first
        });
        press(page, "p", false);
        page.wait_until("the first again", || heard() == first);
        press(page, "Escape", false);
        page.wait_until("nothing is followed", || heard().is_empty());
        page.expect_quiet_console();
    });
}

#[test]
fn a_station_that_was_moved_stays_where_it_is() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.invoke();
        page.wait_until("the map", || page.has("[data-testid=map]"));
        assert!(
            !page.is_enabled("[data-testid=map-arrange]"),
            "nothing was moved"
        );
        press(page, "ArrowRight", false);
        page.wait_until("a station is told", || {
            page.text("[data-testid=map-heard]")
                .is_some_and(|text| !text.is_empty())
        });
        press(page, "ArrowDown", true);
        page.wait_until("it was moved", || {
            page.is_enabled("[data-testid=map-arrange]")
        });
        page.reload();
        page.playground_is_ready();
        page.wait_until("it is still there", || {
            page.has("[data-testid=map]") && page.is_enabled("[data-testid=map-arrange]")
        });
        page.click("[data-testid=map-arrange]");
        page.wait_until("all stand as they are laid out", || {
            !page.is_enabled("[data-testid=map-arrange]")
        });
    });
}

/// A request that is chosen with the keyboard is followed on the map: by those who hear it and in its list.
#[test]
fn what_is_followed_can_be_heard_and_read() {
    visit(|page| {
        page.invoke();
        page.add_sample("Echo", "echo");
        page.invoke();
        list(page);
        let followed = || page.texts("[data-testid=map-list] tr[aria-current=true] th");
        assert!(followed().is_empty(), "nothing is chosen yet");
        page.click_text("button", "Whole session");
        page.script("document.querySelector('.lanes canvas').focus()", &[]);
        page.press(&[key::RIGHT, key::RIGHT, key::ENTER]);
        page.wait_until("the stations of the first request", || {
            followed() == ["Invoke API", "greeting"]
        });
        let heard = || page.text("[data-testid=map-heard]").unwrap_or_default();
        press(page, "ArrowRight", false);
        page.wait_until("the first station is told", || {
            heard().starts_with("Invoke API, source")
                && heard().ends_with("What is followed was here.")
        });
        press(page, "Escape", false);
        page.wait_until("nothing is followed", || followed().is_empty());
        page.expect_quiet_console();
    });
}
