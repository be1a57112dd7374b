//! The editor's own script (`app/editor/editor.js`), as wasm-bindgen sees it.

use super::{Mark, Severity};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, Url};

#[wasm_bindgen]
extern "C" {
    /// JavaScript's own `import()`: it looks like a function, and that is what the glue writes.
    #[wasm_bindgen(js_name = import)]
    fn import_module(address: &str) -> Promise;

    /// The script's exports.
    #[derive(Clone, Debug)]
    pub(super) type Script;
    #[wasm_bindgen(method)]
    fn create(
        this: &Script,
        parent: &HtmlElement,
        label: &str,
        hint: &str,
        on_change: &Closure<dyn FnMut(String)>,
        on_save: &Closure<dyn FnMut()>,
    ) -> Handle;

    #[derive(Clone, Debug)]
    type Handle;
    #[wasm_bindgen(method, js_name = setDocument)]
    fn set_document(this: &Handle, text: &str, language: &str);
    #[wasm_bindgen(method, js_name = setMarks)]
    fn set_marks(this: &Handle, marks: &Array);
    #[wasm_bindgen(method, js_name = goTo)]
    fn go_to(this: &Handle, line: u32, column: u32);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

/// Fetches the script. A browser may remember that an address failed, so that each attempt has its
/// own.
pub(super) async fn load(address: &str, attempt: u32) -> Result<Script, JsValue> {
    let document = web_sys::window().and_then(|window| window.document());
    let base = document.and_then(|document| document.base_uri().ok().flatten());
    let url = Url::new_with_base(address, &base.unwrap_or_default())?;
    if attempt > 0 {
        url.set_search(&attempt.to_string());
    }
    let module = JsFuture::from(import_module(&url.href())).await?;
    Ok(module.unchecked_into())
}

/// An editor in the page. Dropping it takes it out.
pub(super) struct Editor {
    handle: Handle,
    _on_change: Closure<dyn FnMut(String)>,
    _on_save: Closure<dyn FnMut()>,
}

impl Editor {
    pub(super) fn new(
        script: &Script,
        parent: &HtmlElement,
        (label, hint): (&str, &str),
        on_change: impl FnMut(String) + 'static,
        on_save: impl FnMut() + 'static,
    ) -> Self {
        let on_change = Closure::new(on_change);
        let on_save = Closure::new(on_save);
        Editor {
            handle: script.create(parent, label, hint, &on_change, &on_save),
            _on_change: on_change,
            _on_save: on_save,
        }
    }

    /// Shows another text.
    pub(super) fn show(&self, text: &str, language: &str) {
        self.handle.set_document(text, language);
    }

    /// Marks these places, and no others.
    pub(super) fn mark(&self, marks: &[Mark]) {
        let marks: Array = marks.iter().map(plain).collect();
        self.handle.set_marks(&marks);
    }

    /// Puts the caret there; line and column from 1.
    pub(super) fn go_to(&self, line: u32, column: u32) {
        self.handle.go_to(line, column);
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.handle.destroy();
    }
}

fn plain(mark: &Mark) -> Array {
    let severity = match mark.severity {
        Severity::Error => "error",
        Severity::Info => "info",
    };
    Array::of4(
        &mark.line.into(),
        &mark.column.unwrap_or_default().into(),
        &mark.message.as_str().into(),
        &severity.into(),
    )
}
