//! Any page: scripts, clicks, keys, and waiting for a state.

use crate::chromium::Chromium;
use fantoccini::Locator;
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fmt::Debug;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a state may take to come about, on a machine that compiles something else meanwhile.
const DEADLINE: Duration = Duration::from_secs(45);
/// Between two looks at a state.
const REST: Duration = Duration::from_millis(25);

/// Keys by their WebDriver code points.
pub mod key {
    /// Tab.
    pub const TAB: char = '\u{E004}';
    /// Enter.
    pub const ENTER: char = '\u{E007}';
    /// Shift, left.
    pub const SHIFT: char = '\u{E008}';
    /// Escape.
    pub const ESCAPE: char = '\u{E00C}';
    /// Control, left.
    pub const CONTROL: char = '\u{E009}';
    /// The space bar.
    pub const SPACE: char = '\u{E00D}';
    /// Arrow upwards.
    pub const UP: char = '\u{E013}';
    /// Arrow downwards.
    pub const DOWN: char = '\u{E015}';
    /// Arrow to the left.
    pub const LEFT: char = '\u{E012}';
    /// Arrow to the right.
    pub const RIGHT: char = '\u{E014}';
    /// Home.
    pub const HOME: char = '\u{E011}';
    /// End.
    pub const END: char = '\u{E010}';
    /// Delete.
    pub const DELETE: char = '\u{E017}';
}

/// A page in a browser of its own.
pub struct Page {
    pub(crate) chromium: Chromium,
}

/// A tab of a browser.
pub struct Tab(WindowHandle);

impl Page {
    pub(crate) fn new(chromium: Chromium) -> Self {
        Page { chromium }
    }

    /// Goes to an address.
    pub fn open(&self, url: &str) {
        self.chromium
            .ask(async |client| client.goto(url).await)
            .unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Opens another tab of the same browser and goes on there. Gives back the one before.
    pub fn another_tab(&self) -> Tab {
        let before = self.chromium.ask(async |client| {
            let before = client.window().await?;
            let tab = client.new_window(true).await?;
            client.switch_to_window(tab.handle).await?;
            Ok(before)
        });
        Tab(before.expect("another tab opens"))
    }

    /// Goes to a tab that is open; gives back the one before.
    pub fn go_to_tab(&self, tab: &Tab) -> Tab {
        let before = self.chromium.ask(async |client| {
            let before = client.window().await?;
            client.switch_to_window(tab.0.clone()).await?;
            Ok(before)
        });
        Tab(before.expect("the tab is still open"))
    }

    /// Loads the page again, as a visitor does with the browser's button.
    pub fn reload(&self) {
        self.chromium
            .ask(async |client| client.refresh().await)
            .expect("the page loads again");
    }

    /// Runs a function's body in the page; gives back what it returns.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.chromium
            .ask(async |client| client.execute(body, arguments.to_vec()).await)
            .unwrap_or_else(|error| panic!("{body}: {error}"))
    }

    /// Sends a command of the DevTools protocol.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.chromium.devtools(command, parameters)
    }

    /// A folder of this test's browser only. Downloads arrive in its folder `downloads`.
    pub fn folder(&self) -> &Path {
        self.chromium.folder()
    }

    /// Waits for a file that the page offered, and reads it.
    pub fn downloaded(&self, name: &str) -> Vec<u8> {
        let file = self.folder().join("downloads").join(name);
        // Chromium keeps the name with an empty file, writes under another one, and renames that
        // when it is whole.
        self.wait(&format!("{name} was downloaded"), || {
            std::fs::read(&file).ok().filter(|bytes| !bytes.is_empty())
        })
    }

    /// Waits until `state` is something. Fails with a picture of what the page said instead.
    pub fn wait<T>(&self, what: &str, state: impl Fn() -> Option<T>) -> T {
        self.wait_or(state, || what.to_owned())
    }

    fn wait_or<T>(&self, state: impl Fn() -> Option<T>, what: impl Fn() -> String) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(found) = state() {
                return found;
            }
            if Instant::now() > deadline {
                let text = self.text("body").unwrap_or_default();
                let console = self.chromium.console();
                let what = what();
                panic!("waited in vain: {what}\nconsole: {console:#?}\nthe page says:\n{text}");
            }
            // Made inside the runtime: a timer needs one.
            self.chromium.rest(async { tokio::time::sleep(REST).await });
        }
    }

    /// Waits until `state` holds.
    pub fn wait_until(&self, what: &str, state: impl Fn() -> bool) {
        self.wait(what, || state().then_some(()));
    }

    /// Waits until what `read` reads is `expected`: what [`crate::eventually_eq`] does.
    pub fn wait_until_equal<Read: PartialEq<Expected> + Debug, Expected: Debug>(
        &self,
        what: &str,
        read: impl Fn() -> Read,
        expected: &Expected,
    ) {
        let last = RefCell::new(None);
        self.wait_or(
            || {
                let read = read();
                let is_equal = read == *expected;
                last.replace(Some(read));
                is_equal.then_some(())
            },
            || format!("{what} is {expected:?}; it is {:?}", last.borrow()),
        );
    }

    /// The visible text of the first element that `css` finds.
    pub fn text(&self, css: &str) -> Option<String> {
        self.property(css, "innerText")
    }

    /// The visible text of the first element that `css` finds, once there is one.
    pub fn read(&self, css: &str) -> String {
        self.wait(&format!("{css} is there"), || self.text(css))
    }

    /// The visible texts of all elements that `css` finds.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let texts = self.script(
            "return [...document.querySelectorAll(arguments[0])].map(it => it.innerText)",
            &[json!(css)],
        );
        let texts = texts.as_array().cloned().unwrap_or_default();
        texts
            .iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    }

    /// What stands in a text field.
    pub fn value(&self, css: &str) -> Option<String> {
        self.property(css, "value")
    }

    fn property(&self, css: &str, name: &str) -> Option<String> {
        self.script(
            "return document.querySelector(arguments[0])?.[arguments[1]] ?? null",
            &[json!(css), json!(name)],
        )
        .as_str()
        .map(str::to_owned)
    }

    /// Whether `css` finds anything.
    pub fn has(&self, css: &str) -> bool {
        self.script(
            "return document.querySelector(arguments[0]) !== null",
            &[json!(css)],
        ) == json!(true)
    }

    /// Whether the control that `css` finds can be used.
    pub fn is_enabled(&self, css: &str) -> bool {
        self.script(
            "const it = document.querySelector(arguments[0]); return it !== null && !it.matches(':disabled')",
            &[json!(css)],
        ) == json!(true)
    }

    /// Clicks, once the control is there and can be used.
    pub fn click(&self, css: &str) {
        self.wait_until(&format!("{css} can be clicked"), || self.is_enabled(css));
        self.on(css, click);
    }

    /// Clicks the first element of this kind with this text.
    pub fn click_text(&self, kind: &str, text: &str) {
        let path = format!("//{kind}[normalize-space()={text:?}]");
        self.wait(&format!("{text:?} can be clicked"), || {
            self.chromium
                .ask(async |client| click(&client.find(Locator::XPath(&path)).await?).await)
                .ok()
        });
    }

    /// Replaces what stands in a text field, by typing.
    pub fn fill(&self, css: &str, text: &str) {
        self.wait_until(&format!("{css} can be filled in"), || self.is_enabled(css));
        let all = format!("{}a{}", key::CONTROL, '\u{E000}');
        self.on(css, async |element| {
            element.send_keys(&all).await?;
            element.send_keys(&key::DELETE.to_string()).await?;
            element.send_keys(text).await
        });
    }

    /// Replaces what stands in a text field at once, as pasting does: for texts of megabytes.
    pub fn paste(&self, css: &str, text: &str) {
        self.script(
            "const [css, text] = arguments; const it = document.querySelector(css);
             const kind = it instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
             Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(it, text);
             it.dispatchEvent(new Event('input', { bubbles: true }))",
            &[json!(css), json!(text)],
        );
    }

    /// Chooses an entry of a list by its text.
    pub fn choose(&self, css: &str, text: &str) {
        self.wait_until(&format!("{css} can be chosen from"), || {
            self.is_enabled(css)
        });
        self.on(css, async |element| element.select_by_label(text).await);
    }

    /// Moves the slider of an id, as a person who drags it.
    pub fn slide(&self, id: &str, value: f64) {
        self.script(
            "const slider = document.getElementById(arguments[0]);
             slider.value = arguments[1];
             slider.dispatchEvent(new Event('input', { bubbles: true }));",
            &[id.into(), value.into()],
        );
    }

    /// Drags with the mouse inside an element: places are a part of its width and pixels from its
    /// top.
    pub fn drag(&self, css: &str, from: (f64, f64), to: (f64, f64)) {
        let corner = self.script(
            "const it = document.querySelector(arguments[0]);
             it.scrollIntoView({ block: 'center', behavior: 'instant' });
             const { left, top, width } = it.getBoundingClientRect();
             return [left, top, width]",
            &[json!(css)],
        );
        let number = |index: usize| corner[index].as_f64().unwrap_or_default();
        let (left, top, width) = (number(0), number(1), number(2));
        let go = |(part, down): (f64, f64)| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(100)),
            x: left + part * width,
            y: top + down,
        };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(go(from))
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(go(to))
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        self.chromium
            .ask(async |client| client.perform_actions(mouse).await)
            .expect("the mouse is dragged");
    }

    /// Draws on an element with the mouse, a stroke for each slice: places are parts of its width and
    /// of its height.
    pub fn draw(&self, css: &str, strokes: &[&[(f64, f64)]]) {
        let sheet = self.script(
            "const it = document.querySelector(arguments[0]);
             it.scrollIntoView({ block: 'center', behavior: 'instant' });
             const { left, top, width, height } = it.getBoundingClientRect();
             return [left, top, width, height]",
            &[json!(css)],
        );
        let number = |index: usize| sheet[index].as_f64().unwrap_or_default();
        let go = |&(across, down): &(f64, f64)| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(10)),
            x: number(0) + across * number(2),
            y: number(1) + down * number(3),
        };
        let mut mouse = MouseActions::new("mouse".to_owned());
        for stroke in strokes {
            let Some((first, rest)) = stroke.split_first() else {
                continue;
            };
            mouse = mouse.then(go(first)).then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            });
            mouse = rest.iter().fold(mouse, |mouse, at| mouse.then(go(at)));
            mouse = mouse.then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        }
        self.chromium
            .ask(async |client| client.perform_actions(mouse).await)
            .expect("the mouse draws");
    }

    /// Gives a file to a file input, as the browser's dialog would.
    pub fn choose_file(&self, css: &str, file: &Path) {
        self.wait_until(&format!("{css} takes files"), || self.has(css));
        let path = file.to_str().expect("a path in UTF-8").to_owned();
        self.on(css, async |element| element.send_keys(&path).await);
    }

    /// Presses keys one after the other, wherever the focus is.
    pub fn press(&self, keys: &[char]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for &value in keys {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.chromium
            .ask(async |client| client.perform_actions(actions).await)
            .expect("keys are pressed");
    }

    /// Holds all keys but the last down while that one is pressed.
    pub fn shortcut(&self, keys: &[char]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for &value in keys {
            actions = actions.then(KeyAction::Down { value });
        }
        for &value in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value });
        }
        self.chromium
            .ask(async |client| client.perform_actions(actions).await)
            .expect("keys are pressed");
    }

    /// Fails if the console holds an error, a violated policy included.
    pub fn expect_quiet_console(&self) {
        let lines = self.chromium.console();
        let errors: Vec<_> = lines
            .iter()
            .filter(|(level, _)| level == "SEVERE")
            .collect();
        assert!(errors.is_empty(), "the console holds errors: {errors:#?}");
    }

    fn on<T>(&self, css: &str, act: impl AsyncFn(&Element) -> Result<T, CmdError>) -> T {
        let done = self.chromium.ask(async |client| {
            let element = client.find(Locator::Css(css)).await?;
            act(&element).await
        });
        done.unwrap_or_else(|error| panic!("{css}: {error}"))
    }
}

/// Clicks an element in the middle of the screen: at its edge a bar may lie above it.
async fn click(element: &Element) -> Result<(), CmdError> {
    let client = element.clone().client();
    let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
    client.execute(scroll, vec![json!(element)]).await?;
    element.click().await
}
