//! What the simulation worker has read of the text, and changes that are on their way to it.

use super::super::lab::Lab;
use super::sheet::Sheet;
use crate::browser::simulations::{self, FormReader};
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::simulator::{
    Field, FormChange, FormNews, FormOrder, FormState, Refusal, ServiceForm,
};
use std::sync::Arc;

/// What is read, and what is to be changed.
#[derive(Clone, Copy)]
pub(in crate::pages::scale) struct FormDesk {
    /// The service that was read last; nothing where the text describes none.
    pub(super) shown: RwSignal<Option<Arc<ServiceForm>>>,
    /// Whether the text cannot be read just now: what is shown is what it said before.
    pub(super) is_broken: RwSignal<bool>,
    /// What is wrong with the text.
    pub(super) fault: RwSignal<Option<Refusal>>,
    /// Why the last change was not made, and of which field.
    pub(in crate::pages::scale) wrong: RwSignal<Option<(Option<Field>, Refusal)>>,
    /// A load that is being drawn.
    pub(super) sheet: RwSignal<Option<Sheet>>,
    worker: StoredValue<Worker, LocalStorage>,
    /// Changes that the worker has not been told.
    waiting: StoredValue<Vec<FormChange>>,
    /// Whether the text is another than the worker has read.
    stale: StoredValue<bool>,
}

/// What reads.
#[derive(Default)]
enum Worker {
    /// Nobody has asked yet, or it broke.
    #[default]
    None,
    Coming,
    There {
        reader: FormReader,
        /// What it has been asked and has not answered.
        asked: Option<FormOrder>,
    },
}

impl FormDesk {
    pub(in crate::pages::scale) fn new() -> Self {
        FormDesk {
            shown: RwSignal::new(None),
            is_broken: RwSignal::new(false),
            fault: RwSignal::new(None),
            wrong: RwSignal::new(None),
            sheet: RwSignal::new(None),
            worker: StoredValue::new_local(Worker::None),
            waiting: StoredValue::new(Vec::new()),
            stale: StoredValue::new(false),
        }
    }

    /// Reads the form, and is told when it is another one.
    pub(super) fn with<T: Default>(self, read: impl FnOnce(&ServiceForm) -> T) -> T {
        self.shown
            .with(|shown| shown.as_deref().map(read))
            .unwrap_or_default()
    }
}

impl Lab {
    /// The text is another one, and not by the form.
    pub(in crate::pages::scale) fn read_text(self) {
        self.form.sheet.set(None);
        self.form.stale.set_value(true);
        self.tell();
    }

    /// A field was changed.
    pub(in crate::pages::scale) fn change(self, change: FormChange) {
        self.form.waiting.update_value(|it| it.push(change));
        self.tell();
    }

    /// Tells the worker what it does not know, if it has nothing to do.
    fn tell(self) {
        let form = self.form;
        let told = form.worker.try_update_value(|worker| match worker {
            Worker::None => {
                *worker = Worker::Coming;
                self.start();
                Ok(())
            }
            Worker::There {
                reader,
                asked: asked @ None,
            } => {
                let changes = form
                    .waiting
                    .try_update_value(std::mem::take)
                    .unwrap_or_default();
                if changes.is_empty() && !form.stale.get_value() {
                    return Ok(());
                }
                form.stale.set_value(false);
                let order = FormOrder {
                    text: self.text.get_untracked(),
                    changes,
                };
                *asked = Some(order.clone());
                reader.read(order)
            }
            Worker::Coming | Worker::There { .. } => Ok(()),
        });
        if let Some(Err(reason)) = told {
            self.hear_of_form(Err(reason));
        }
    }

    fn start(self) {
        spawn_local(async move {
            match simulations::forms(move |news| self.hear_of_form(news)).await {
                Ok(reader) => {
                    let there = Worker::There {
                        reader,
                        asked: None,
                    };
                    // The page may have been left meanwhile: then the worker ends here.
                    if self.form.worker.try_set_value(there).is_none() {
                        self.form.stale.try_set_value(true);
                        self.tell();
                    }
                }
                Err(reason) => self.hear_of_form(Err(reason)),
            }
        });
    }

    fn hear_of_form(self, news: Result<FormNews, String>) {
        let form = self.form;
        let asked = form.worker.try_update_value(|worker| match worker {
            Worker::There { asked, .. } => asked.take(),
            Worker::None | Worker::Coming => None,
        });
        // The page may have been left meanwhile.
        let Some(asked) = asked else {
            return;
        };
        match (news, asked) {
            (Ok(news), Some(asked)) => self.take(news, asked),
            (Ok(_), None) => (),
            (Err(reason), _) => {
                form.worker.set_value(Worker::None);
                form.wrong.set(Some((
                    None,
                    Refusal {
                        line: None,
                        cause: format!("the form failed: {reason}"),
                        hint: "Change the text, or load the page again.".to_owned(),
                    },
                )));
            }
        }
    }

    fn take(self, news: FormNews, asked: FormOrder) {
        let form = self.form;
        if self.text.with_untracked(|text| *text != asked.text) {
            // Somebody wrote meanwhile: the changes are made in what is written now.
            form.waiting.update_value(|waiting| {
                waiting.splice(0..0, asked.changes);
            });
            form.stale.set_value(true);
            return self.tell();
        }
        let changed = asked.changes.last().map(|change| match change {
            FormChange::Set(field, _) => Some(*field),
            FormChange::AddPolicy
            | FormChange::RemovePolicy(_)
            | FormChange::Load(_)
            | FormChange::Record(_)
            | FormChange::Measured(_) => None,
        });
        match (news.wrong, changed) {
            (Some(wrong), field) => form.wrong.set(Some((field.flatten(), wrong))),
            (None, _) => form.wrong.set(None),
        }
        if news.text != asked.text {
            self.put(news.text);
        }
        form.is_broken.set(news.form == FormState::NoToml);
        form.fault.set(news.refusal);
        match news.form {
            FormState::NoToml => (),
            FormState::NoService => form.shown.set(None),
            FormState::Service(it) => form.shown.set(Some(Arc::new(*it))),
        }
        self.tell();
    }
}
