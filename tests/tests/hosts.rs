//! Any static host, any path, any screen, no mouse.

use coldstart_tests::{Page, eventually, key, uploads, visit, visit_hosted};
use serde_json::json;
use xtask::server::Options;

#[test]
fn a_plain_host_under_a_path_is_enough() {
    let options = Options {
        sub_path: "/a/b/".to_owned(),
        ..Options::plain_host()
    };
    visit_hosted(options, |page| {
        assert_eq!(page.script("return crossOriginIsolated", &[]), false);
        page.add_sample("Echo", "echo");
        let file = uploads::write(page.folder(), "mine.wat", uploads::ECHO);
        page.upload_as(&file, "mine");
        page.measure();
        assert!(page.invoke().status.starts_with("200 ·"));
        assert!(page.invoke().status.starts_with("200 ·"));
        let counts = page.counts();
        assert_eq!((counts.cold, counts.warm), (1, 1));
        page.open_tab("Report");
        page.wait_until("the page says so", || {
            page.text("[data-testid=detail]")
                .is_some_and(|text| text.contains("not cross-origin isolated"))
        });
        let outside = page.script(
            "return performance.getEntriesByType('resource').map(it => it.name)
               .filter(name => name.startsWith('http') && !name.startsWith(new URL('.', location.href).href))",
            &[],
        );
        assert_eq!(
            outside,
            json!([]),
            "everything comes from below the page's path"
        );
    });
}

#[test]
fn a_host_that_isolates_gives_the_finer_clock() {
    visit(|page| {
        assert_eq!(page.script("return crossOriginIsolated", &[]), true);
        page.measure();
        page.invoke();
        page.open_tab("Report");
        page.wait_until("the page says so", || {
            page.text("[data-testid=detail]")
                .is_some_and(|text| text.contains("(cross-origin isolated)"))
        });
    });
}

#[test]
fn the_keyboard_is_enough() {
    visit(|page| {
        let before = page.counts();
        // From the top of the page to Invoke, as Tab goes.
        let mut way = Vec::new();
        while page.script("return document.activeElement.dataset.testid ?? ''", &[]) != "invoke" {
            assert!(way.len() < 60, "Invoke cannot be reached: {way:?}");
            page.press(&[key::TAB]);
            way.push(page.script(
                "const it = document.activeElement;
                 return it.dataset.testid || it.id || it.ariaLabel || it.innerText.slice(0, 20) || it.tagName",
                &[],
            ));
        }
        assert_eq!(
            page.script(
                "const style = getComputedStyle(document.activeElement);
                 return document.activeElement.matches(':focus-visible')
                   && (style.outlineStyle !== 'none' || style.boxShadow !== 'none')",
                &[],
            ),
            true,
            "the focus can be seen"
        );
        page.press(&[key::ENTER]);
        let answer = page.wait_for_answer(before);
        assert!(answer.status.starts_with("200 ·"), "{answer:?}");

        // Between tabs the arrow keys go.
        page.script(
            "document.querySelector('[role=tab][aria-selected=true]').focus()",
            &[],
        );
        page.press(&[key::RIGHT, key::RIGHT]);
        page.wait_until("the report is in front", || {
            page.has("[data-testid=report]")
        });
    });
}

/// The brightness of the page's background, from 0 to 255.
fn brightness(page: &Page) -> f64 {
    let brightness = page.script(
        "const canvas = document.createElement('canvas').getContext('2d');
         canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
         canvas.fillRect(0, 0, 1, 1);
         const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
         return (r + g + b) / 3",
        &[],
    );
    brightness.as_f64().unwrap_or(f64::NAN)
}

#[test]
fn the_theme_follows_the_system_until_it_is_chosen() {
    visit(|page| {
        let system = |scheme: &str| {
            let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
            page.devtools(
                "Emulation.setEmulatedMedia",
                json!({ "features": features }),
            );
        };
        system("light");
        page.wait_until("it is light", || brightness(page) > 200.0);
        system("dark");
        page.wait_until("it is dark as the system", || brightness(page) < 60.0);

        page.click("#theme");
        page.wait_until("it is light by choice", || brightness(page) > 200.0);
        page.reload();
        page.playground_is_ready();
        eventually!(
            page,
            brightness(page) > 200.0,
            "the choice outlives a reload"
        );
        system("light");
        page.click("#theme");
        page.wait_until("it is dark by choice", || brightness(page) < 60.0);
        page.reload();
        page.playground_is_ready();
        eventually!(page, brightness(page) < 60.0);
        page.click("#theme");
        page.wait_until("it follows the system again", || brightness(page) > 200.0);
    });
}

/// What reaches beyond the right edge of a screen of `width` pixels.
fn sideways(page: &Page, width: u32) -> serde_json::Value {
    page.script(
        "const width = arguments[0];
         const root = document.scrollingElement;
         if (root.scrollWidth <= width) return [];
         return [root.scrollWidth, ...[...document.querySelectorAll('body *')]
           .filter(it => it.getBoundingClientRect().right > width + 1)
           .map(it => it.tagName + '.' + it.className).slice(0, 10)]",
        &[json!(width)],
    )
}

/// Fails if Tab leads to a control that stays under the bar with Invoke.
fn focus_is_never_hidden(page: &Page) {
    page.fill("#timeout", "9");
    // The worst place for Apply: at the lower edge of the screen, where the bar is.
    page.script(
        "const above = [...document.querySelectorAll('.variables summary')].at(-1);
         above.focus({ preventScroll: true });
         const { bottom } = document.querySelector('[data-testid=apply]').getBoundingClientRect();
         scrollBy({ top: bottom - visualViewport.height + 4, behavior: 'instant' })",
        &[],
    );
    page.press(&[key::TAB]);
    page.wait_until("Apply has the focus and can be seen", || {
        focused(page) == ("apply".to_owned(), false)
    });
    page.click_text("button", "Discard");
}

/// The control that has the focus, and whether something else lies above its middle.
fn focused(page: &Page) -> (String, bool) {
    let focused = page.script(
        "const it = document.activeElement;
         const { left, top, width, height } = it.getBoundingClientRect();
         const above = document.elementFromPoint(left + width / 2, top + height / 2);
         return [it.dataset.testid || it.id || it.innerText, !it.contains(above)]",
        &[],
    );
    let name = focused[0].as_str().unwrap_or_default().to_owned();
    (name, focused[1] == true)
}

#[test]
fn a_phone_needs_no_sideways_scrolling() {
    const WIDTH: u32 = 390;
    visit(|page| {
        page.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": WIDTH, "height": 844, "deviceScaleFactor": 2, "mobile": true }),
        );
        page.reload();
        page.playground_is_ready();
        assert_eq!(sideways(page, WIDTH), json!([]), "at first");
        page.add_sample("Counter", "counter");
        page.configure("name", &"a-long-name-".repeat(5));
        focus_is_never_hidden(page);
        page.invoke();
        assert_eq!(sideways(page, WIDTH), json!([]), "with a response");
        page.report();
        assert_eq!(sideways(page, WIDTH), json!([]), "with a report");
        page.log();
        assert_eq!(sideways(page, WIDTH), json!([]), "with a log");
        page.burst(6, 0);
        page.wait_for_counts("the burst has arrived", |counts| counts.invoked() == 7);
        page.click_text("*[contains(@class, 'lanes-tools')]/button", "Table");
        page.click(".facts summary");
        page.click("[data-testid=async-settings] summary");
        page.click(".queues > .facts > summary");
        assert_eq!(sideways(page, WIDTH), json!([]), "with everything opened");
        page.upload(&uploads::write(page.folder(), "bad.wasm", "x".repeat(200)));
        page.wait_until("there is a notice", || !page.notices().is_empty());
        assert_eq!(sideways(page, WIDTH), json!([]), "with a notice");
    });
}
