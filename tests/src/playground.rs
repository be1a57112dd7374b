//! The Playground in its own words.

use crate::page::{Page, key};
use crate::readings::{Counts, Report};
use serde_json::Value;
use std::path::Path;

/// What the caller of a function got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The line above the response.
    pub status: String,
    /// The response as it is shown.
    pub body: String,
}

const STATUS: &str = "[data-testid=response-status]";
const REPORT: &str = "[data-testid=report]";
const CODE: &str = "[data-testid=code-editor] .cm-content";
const EDITOR: &str = "textarea.editor-area";

/// Whether any record of any database of this site holds a text.
const DATABASE_HOLDS: &str = r#"
const promised = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
return (async () => {
  for (const { name } of await indexedDB.databases()) {
    const database = await promised(indexedDB.open(name));
    try {
      for (const store of database.objectStoreNames) {
        const records = await promised(database.transaction(store).objectStore(store).getAll());
        const texts = records.map(bytes => new TextDecoder().decode(bytes));
        if (texts.some(text => text.includes(arguments[0]))) return true;
      }
    } finally {
      database.close();
    }
  }
  return false;
})()"#;

impl Page {
    /// Waits until the page has started and a function can be invoked.
    pub fn playground_is_ready(&self) {
        self.wait_until("the playground is ready", || {
            self.is_enabled("[data-testid=invoke]") && self.counts_shown().is_some()
        });
    }

    fn counts_shown(&self) -> Option<Counts> {
        Counts::parse(&self.text("[data-testid=environment-counts]")?)
    }

    /// The counts above the lanes.
    pub fn counts(&self) -> Counts {
        self.wait("the counts are shown", || self.counts_shown())
    }

    /// Waits until the counts are as `wanted` says; gives them back.
    pub fn wait_for_counts(&self, what: &str, wanted: impl Fn(Counts) -> bool) -> Counts {
        self.wait(what, || {
            self.counts_shown().filter(|counts| wanted(*counts))
        })
    }

    /// Presses Invoke and waits for the end of that invocation.
    pub fn invoke(&self) -> Answer {
        let before = self.counts();
        self.open_tab("Response");
        self.click("[data-testid=invoke]");
        self.wait_for_answer(before)
    }

    /// Waits for the answer to a request that was sent after `before` was read.
    pub fn wait_for_answer(&self, before: Counts) -> Answer {
        self.open_tab("Response");
        self.wait("the invocation ends", || {
            let counts = self.counts_shown()?;
            let is_new = counts.invoked() + counts.throttled > before.invoked() + before.throttled;
            is_new.then(|| self.answer()).flatten()
        })
    }

    /// What the response tab shows, if the request has ended.
    pub fn answer(&self) -> Option<Answer> {
        Some(Answer {
            status: self.text(STATUS)?,
            body: self.text("[aria-label=Response]").unwrap_or_default(),
        })
    }

    /// Presses Invoke with an event that is refused at the door; gives back what the caller gets.
    pub fn invoke_refused(&self, status: &str) -> Answer {
        self.open_tab("Response");
        self.click("[data-testid=invoke]");
        self.wait(&format!("the request is refused with {status}"), || {
            self.answer()
                .filter(|answer| answer.status.starts_with(status))
        })
    }

    /// Sends `count` requests, `spacing` milliseconds apart.
    pub fn burst(&self, count: u32, spacing: u32) {
        self.fill("[data-testid=burst-count]", &count.to_string());
        self.fill("[data-testid=burst-spacing]", &spacing.to_string());
        self.click("[data-testid=burst]");
    }

    /// Brings a tab of the invocation to the front: `Response`, `Log` or `Report`.
    pub fn open_tab(&self, name: &str) {
        self.click_text("*[@data-testid='detail']//button[@role='tab']", name);
    }

    /// The REPORT line of the invocation that is shown.
    pub fn report(&self) -> Report {
        self.open_tab("Report");
        self.wait("there is a REPORT line", || {
            Report::parse(&self.text(REPORT)?)
        })
    }

    /// The log of the invocation that is shown.
    pub fn log(&self) -> String {
        self.open_tab("Log");
        self.wait("there is a log", || self.text("[aria-label=Log]"))
    }

    /// The rows of the bill, from top to bottom: name and amount.
    pub fn bill_rows(&self) -> Vec<(String, String)> {
        // One script: the rows are drawn anew while prices change.
        let rows = self.script(
            "const rows = [...document.querySelectorAll('[data-testid=bill] dl.rows:not(.session-sum) dt')];
             return rows.map(it => [it.innerText.trim(), it.nextElementSibling.innerText.trim()])",
            &[],
        );
        let rows = rows.as_array().cloned().unwrap_or_default();
        let cell = |row: &Value, index: usize| row[index].as_str().unwrap_or_default().to_owned();
        rows.iter()
            .map(|row| (cell(row, 0), cell(row, 1)))
            .collect()
    }

    /// The amount of the bill's row whose name begins so.
    pub fn bill_row(&self, name: &str) -> String {
        self.wait(&format!("the bill has a row {name:?}"), || {
            let mut rows = self.bill_rows().into_iter();
            rows.find(|row| row.0.starts_with(name)).map(|row| row.1)
        })
    }

    /// The names of the functions in the list.
    pub fn functions(&self) -> Vec<String> {
        self.texts("[data-testid=functions] .function-select b")
    }

    /// The name of the selected function.
    pub fn selected_function(&self) -> Option<String> {
        self.text("[data-testid=functions] [aria-current=true] b")
    }

    /// Selects a function of the list.
    pub fn select_function(&self, name: &str) {
        self.click_text("*[@data-testid='functions']//button/b", name);
        self.wait_until(&format!("{name} is selected"), || {
            self.selected_function().as_deref() == Some(name)
        });
    }

    /// Makes a function of a sample and selects it. `title` is the sample's, `name` the function's.
    pub fn add_sample(&self, title: &str, name: &str) {
        if !self.has("[data-testid=samples][open]") {
            self.click("[data-testid=samples] summary");
        }
        self.click_text("*[@data-testid='samples']//button/b", title);
        self.wait_until(&format!("{name} is deployed"), || {
            self.selected_function().as_deref() == Some(name)
        });
    }

    /// Chooses a deployment package from disk.
    pub fn upload(&self, file: &Path) {
        self.choose_file(".functions .drop-zone input[type=file]", file);
    }

    /// Chooses a deployment package and waits until the function made of it is selected.
    pub fn upload_as(&self, file: &Path, name: &str) {
        self.upload(file);
        self.wait_until(&format!("{} becomes {name}", file.display()), || {
            self.selected_function().as_deref() == Some(name)
        });
    }

    /// Types an event.
    pub fn set_event(&self, text: &str) {
        self.fill(EDITOR, text);
    }

    /// Puts a long event into the editor at once.
    pub fn paste_event(&self, text: &str) {
        self.paste(EDITOR, text);
    }

    /// The event in the editor.
    pub fn event(&self) -> String {
        self.value(EDITOR).unwrap_or_default()
    }

    /// Opens the code panel and waits for its content.
    pub fn open_code(&self) {
        if !self.has("[data-testid=open-code][aria-expanded=true]") {
            self.click("[data-testid=open-code]");
        }
        self.wait_until("code is shown", || {
            self.has(CODE) || self.has("[data-testid=no-editor]")
        });
    }

    /// Waits until there is a text in the code editor.
    pub fn wait_for_code(&self) {
        self.wait_until("the editor has a text", || {
            self.has(CODE) && !self.code().trim().is_empty()
        });
    }

    /// The lines of the code editor that are on screen or near it.
    pub fn code(&self) -> String {
        let lines = self.script(
            "return [...document.querySelectorAll('.cm-content .cm-line')].map(it => it.textContent).join('\\n')",
            &[],
        );
        lines.as_str().unwrap_or_default().to_owned()
    }

    /// Replaces the text of the code editor, by pasting.
    pub fn set_code(&self, text: &str) {
        self.script(
            "const it = document.querySelector('.cm-content');
             it.focus();
             document.getSelection().selectAllChildren(it);",
            &[],
        );
        self.shortcut(&[key::CONTROL, 'a']);
        self.script(
            "const clipboardData = new DataTransfer();
             clipboardData.setData('text/plain', arguments[0]);
             const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
             document.querySelector('.cm-content').dispatchEvent(paste)",
            &[text.into()],
        );
        self.wait_until("the text is in the editor", || {
            self.code().trim_end() == text.trim_end()
        });
    }

    /// What the code panel says of its draft; empty if there is none.
    pub fn code_status(&self) -> String {
        self.read("[data-testid=code-status]").trim().to_owned()
    }

    /// Fills in one setting and applies it.
    pub fn configure(&self, field: &str, value: &str) {
        self.fill(&format!("#{field}"), value);
        self.apply();
    }

    /// Durations come from this browser's clock from now on.
    pub fn measure(&self) {
        self.choose("#clock", "measured");
        self.apply();
    }

    /// Applies the settings and waits until they are taken.
    pub fn apply(&self) {
        self.click("[data-testid=apply]");
        self.wait_until("the settings are applied", || {
            !self.is_enabled("[data-testid=apply]")
        });
    }

    /// The notices, newest last: cause and hint in one text.
    pub fn notices(&self) -> Vec<String> {
        self.texts(".notices .notice-body")
    }

    /// What the list says of a function's environments.
    pub fn function_state(&self, name: &str) -> Option<String> {
        let rows = self.texts("[data-testid=functions] .function-select");
        rows.into_iter()
            .find(|row| row.lines().next() == Some(name))
    }

    /// Opens the workspace menu and clicks one of its entries.
    pub fn workspace(&self, entry: &str) {
        if !self.has("[data-testid=workspace-menu][open]") {
            self.click("[data-testid=workspace-menu] summary");
        }
        self.click(entry);
    }

    /// Waits until the browser's database holds this text. A save writes everything that changed
    /// or nothing: where the last change is, the earlier ones are.
    pub fn wait_until_saved(&self, text: &str) {
        self.wait_until(&format!("{text:?} is saved"), || {
            self.script(DATABASE_HOLDS, &[text.into()]) == true
        });
    }

    /// Waits for a notice that holds these words; gives back all of it and dismisses it.
    pub fn take_notice(&self, words: &str) -> String {
        let notice = self.wait(&format!("there is a notice {words:?}"), || {
            self.notices()
                .into_iter()
                .find(|notice| notice.contains(words))
        });
        let count = self.notices().len();
        self.click(".notices .icon-button");
        self.wait_until("the notice is gone", || self.notices().len() < count);
        notice
    }
}
