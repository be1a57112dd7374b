//! Where dropped templates wait for the dialog that shows them.

use crate::browser::files::File;
use leptos::prelude::*;
use runtime_core::change_set::is_template;

/// Files of which one is a template.
#[derive(Clone, Copy)]
pub(in crate::pages::playground) struct TemplateDesk {
    files: RwSignal<Vec<File>, LocalStorage>,
}

impl TemplateDesk {
    /// Makes the one of this page; it is empty.
    pub(in crate::pages::playground) fn provide() {
        provide_context(TemplateDesk {
            files: RwSignal::new_local(Vec::new()),
        });
    }

    /// The one of this page.
    pub(in crate::pages::playground) fn here() -> Self {
        expect_context()
    }

    /// Takes files if one of them is a template; otherwise they come back.
    pub(in crate::pages::playground) fn take(self, files: Vec<File>) -> Option<Vec<File>> {
        if !files.iter().any(|file| is_template(&file.name())) {
            return Some(files);
        }
        self.files.set(files);
        None
    }

    /// Whether there is something to show.
    pub(in crate::pages::playground) fn is_open(self) -> bool {
        self.files.with(|files| !files.is_empty())
    }

    /// What lies here.
    pub(super) fn files(self) -> Vec<File> {
        self.files.get_untracked()
    }

    /// Nothing lies here any more.
    pub(super) fn close(self) {
        self.files.set(Vec::new());
    }
}
