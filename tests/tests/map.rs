//! The map of a session: its list says what the picture shows; time control; places that are kept.

use coldstart_tests::{Page, visit};

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

        // Fact by fact back: the call is on its way, then it is not there.
        let mut seen = Vec::new();
        for _ in 0..8 {
            // A quick session has fewer moments than that.
            if !page.is_enabled("[data-testid=step-back]") {
                break;
            }
            page.click("[data-testid=step-back]");
            seen.extend(
                stations(page)
                    .into_iter()
                    .filter(|row| row.starts_with("echo|")),
            );
        }
        assert!(
            seen.iter()
                .any(|row| row.starts_with("echo|function|0|0|0|0|0|")),
            "{seen:?}"
        );
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
