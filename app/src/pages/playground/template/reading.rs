//! A template on its way through the worker, with what it is given.

use super::model::template_among;
use crate::browser::files::{self, File};
use crate::browser::templates::{TemplateReader, Unread};
use crate::session::{CodeRefusal, Execution, Session};
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::change_set::{Account, ChangeSet, CodeChoice, FieldKind, NewFunction, Order};
use runtime_core::sandbox::inspect::MAX_PACKAGE_BYTES;
use runtime_core::units::OrderedMap;
use std::rc::Rc;

/// A file with its name.
type Given = (String, Rc<[u8]>);

/// What of a template is known, and what it is given.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    session: Session,
    reader: StoredValue<TemplateReader<ChangeSet>, LocalStorage>,
    /// The template's name and bytes, once they are here.
    pub(super) template: RwSignal<Option<Given>, LocalStorage>,
    /// The other files.
    given: RwSignal<Vec<Given>, LocalStorage>,
    parameters: RwSignal<OrderedMap<String, String>>,
    imports: RwSignal<OrderedMap<String, String>>,
    /// Which code was chosen instead of what fits best, by logical ids.
    chosen: RwSignal<OrderedMap<String, CodeChoice>>,
    /// What the worker said last.
    pub(super) answer: RwSignal<Option<Result<ChangeSet, Unread>>>,
    /// Counts questions: only the answer to the last one is shown.
    asked: RwSignal<u32>,
    /// Why files or code could not be used.
    pub(super) refusals: RwSignal<Vec<CodeRefusal>>,
    /// Import was pressed.
    pub(super) busy: RwSignal<bool>,
}

impl Reading {
    pub(super) fn begin(session: Session, files: Vec<File>) -> Self {
        let reading = Reading {
            session,
            reader: StoredValue::new_local(TemplateReader::default()),
            template: RwSignal::new_local(None),
            given: RwSignal::new_local(Vec::new()),
            parameters: RwSignal::new(OrderedMap::new()),
            imports: RwSignal::new(OrderedMap::new()),
            chosen: RwSignal::new(OrderedMap::new()),
            answer: RwSignal::new(None),
            asked: RwSignal::new(0),
            refusals: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
        };
        let names: Vec<String> = files.iter().map(File::name).collect();
        let mut files = files;
        let template = template_among(&names).map(|place| files.remove(place));
        spawn_local(async move {
            if let Some(file) = template
                && let Some(template) = reading.bytes(&file).await
            {
                reading.template.try_set(Some(template));
            }
            reading.add(files).await;
        });
        reading
    }

    /// Takes further files, which may hold code.
    pub(super) async fn add(self, files: Vec<File>) {
        for file in files {
            if let Some(given) = self.bytes(&file).await {
                self.given.try_update(|all| {
                    all.retain(|(name, _)| *name != given.0);
                    all.push(given);
                });
            }
        }
        self.ask();
    }

    async fn bytes(self, file: &File) -> Option<Given> {
        let name = file.name();
        let refuse = |cause: String| {
            self.refusals.try_update(|all| {
                all.push(CodeRefusal {
                    logical_id: String::new(),
                    cause,
                    hint: "It is left out. Choose another.".to_owned(),
                });
            });
        };
        // Before it is read: a huge file need not be in memory to be refused.
        if file.size() > MAX_PACKAGE_BYTES as f64 {
            refuse(format!("{name} is larger than {MAX_PACKAGE_BYTES} bytes."));
            return None;
        }
        match files::read(file).await {
            Ok(bytes) => Some((name, bytes.into())),
            Err(reason) => {
                refuse(format!("{name} could not be read: {reason}."));
                None
            }
        }
    }

    /// Names of the files that may hold code.
    pub(super) fn names(self) -> Vec<String> {
        self.given
            .with(|all| all.iter().map(|(name, _)| name.clone()).collect())
    }

    /// What a field holds, if it was filled in.
    pub(super) fn value(self, kind: FieldKind, name: &str) -> Option<String> {
        self.values(kind).with(|all| all.get(name).cloned())
    }

    pub(super) fn fill_in(self, kind: FieldKind, name: &str, value: String) {
        self.values(kind).update(|all| match kind {
            // Nothing is exported under an empty text.
            FieldKind::Import if value.is_empty() => {
                all.remove(name);
            }
            _ => {
                all.insert(name.to_owned(), value);
            }
        });
        self.ask();
    }

    fn values(self, kind: FieldKind) -> RwSignal<OrderedMap<String, String>> {
        match kind {
            FieldKind::Parameter => self.parameters,
            FieldKind::Import => self.imports,
        }
    }

    /// Imports that were filled in are no longer asked for, and can still be changed.
    pub(super) fn filled_imports(self) -> Vec<String> {
        self.imports.with(|all| all.keys().cloned().collect())
    }

    /// Which of its choices a function's code is.
    pub(super) fn choice(self, function: &NewFunction) -> usize {
        let chosen = self
            .chosen
            .with(|all| all.get(&function.logical_id).cloned());
        let mut choices = function.code.iter();
        chosen
            .and_then(|chosen| choices.position(|it| *it == chosen))
            .unwrap_or_default()
    }

    pub(super) fn choose(self, function: &NewFunction, choice: usize) {
        if let Some(choice) = function.code.get(choice) {
            let logical_id = function.logical_id.clone();
            self.chosen
                .update(|all| drop(all.insert(logical_id, choice.clone())));
        }
    }

    /// `None` without a template, or if the dialog was closed meanwhile.
    fn order(self) -> Option<Order> {
        let template = self
            .template
            .try_with_untracked(|it| it.as_ref().map(|(_, bytes)| bytes.to_vec()))
            .flatten()?;
        let account = self
            .session
            .read_untracked(|reading| Account::of(reading.platform()));
        Some(Order {
            template,
            parameters: self.parameters.get_untracked(),
            imports: self.imports.get_untracked(),
            files: untrack(|| self.names()),
            account,
        })
    }

    /// Has the template read with what it is given now.
    fn ask(self) {
        let Some(order) = self.order() else {
            return;
        };
        let number = self.asked.get_untracked() + 1;
        self.asked.set(number);
        let reader = self.reader.get_value();
        spawn_local(async move {
            let answer = reader.read(order).await;
            // The dialog may be closed, or another question asked.
            if self.asked.try_get_untracked() == Some(number) {
                self.answer.set(Some(answer));
            }
        });
    }

    /// Reads the template once more, for the session as it is now, and executes what that changes.
    /// `done` is called when the session has it.
    pub(super) fn import(self, done: impl Fn() + 'static) {
        let Some(order) = self.order() else {
            return;
        };
        self.busy.set(true);
        self.refusals.set(Vec::new());
        let reader = self.reader.get_value();
        spawn_local(async move {
            let answer = reader.read(order).await;
            if let Ok(set) = &answer {
                // Whoever closes the dialog wants nothing made.
                let Some(given) = self.given.try_get_untracked() else {
                    return;
                };
                let given = given.iter().map(|(name, it)| (name.clone(), it.to_vec()));
                let execution = Execution {
                    code: set.functions.iter().map(|it| self.choice(it)).collect(),
                    set: set.clone(),
                    files: given.collect(),
                };
                match self.session.execute(execution).await {
                    Ok(()) => return done(),
                    Err(refusals) => drop(self.refusals.try_set(refusals)),
                }
            }
            self.answer.try_set(Some(answer));
            self.busy.try_set(false);
        });
    }
}
