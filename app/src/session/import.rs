//! A change set is executed: what a template makes is made by the commands that the page's own controls
//! send. All code is inspected before the first of them, so that a refusal leaves the session as it is.
//!
//! Only the panel for templates calls this, so it comes with that part.

use super::deployment::Package;
use super::state::{Notice, TestEvents};
use super::{Command, Core, Session};
use leptos::prelude::GetValue;
use runtime_core::change_set::{Account, ChangeSet, CodeChoice, NewAlias, NewFunction, NewVersion};
use runtime_core::platform::{Input, layers_error};
use runtime_core::sandbox::inspect::PackageSource;
use runtime_core::sandbox::{DeploymentPackage, PackageFiles};
use runtime_core::timeline::{AliasConfiguration, LayerVersion, Qualifier};
use runtime_core::units::{FunctionId, Version};

/// What stands in the event editor of a new function.
const FIRST_EVENT: &str = "{\n  \"key\": \"value\"\n}";

/// What is to be executed.
pub struct Execution {
    /// The change set.
    pub set: ChangeSet,
    /// Which of its choices each function's code is, in the order of the functions.
    pub code: Vec<usize>,
    /// The files that were given along, with their names.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Why a function's code cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRefusal {
    /// The function's name in the template.
    pub logical_id: String,
    /// What is wrong.
    pub cause: String,
    /// What to do; may be empty.
    pub hint: String,
}

/// A function's code or a layer's content, inspected.
pub(super) struct Code {
    pub(super) file_name: String,
    pub(super) content: DeploymentPackage,
}

impl Session {
    /// Executes a change set.
    ///
    /// # Errors
    ///
    /// If code of a function cannot be used, or the session is no longer the one that the change set is
    /// for: nothing was changed then.
    pub async fn execute(self, execution: Execution) -> Result<(), Vec<CodeRefusal>> {
        let core = self.core.get_value();
        core.execute(execution).await
    }
}

impl Core {
    async fn execute(&self, execution: Execution) -> Result<(), Vec<CodeRefusal>> {
        let (epoch, next) = {
            let state = self.state.borrow();
            (state.epoch, Account::of(&state.platform).next)
        };
        let (mut all, mut refusals) = (Vec::new(), Vec::new());
        for (place, function) in execution.set.functions.iter().enumerate() {
            let chosen = execution.code.get(place).copied().unwrap_or_default();
            let choice = function.code.get(chosen).or(function.code.first());
            match self.code(choice, &execution.files).await {
                Ok(code) => all.push(code),
                Err((cause, hint)) => refusals.push(CodeRefusal {
                    logical_id: function.logical_id.clone(),
                    cause,
                    hint,
                }),
            }
        }
        let mut layers = Vec::new();
        for layer in &execution.set.layers {
            match self.layer(&layer.content, &execution.files).await {
                Ok(content) => layers.push(content),
                Err((cause, hint)) => refusals.push(CodeRefusal {
                    logical_id: layer.logical_id.clone(),
                    cause,
                    hint,
                }),
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let unchanged = {
            let state = self.state.borrow();
            state.epoch == epoch && Account::of(&state.platform).next == next
        };
        if !unchanged {
            return Err(vec![CodeRefusal {
                logical_id: String::new(),
                cause: "The session was changed meanwhile.".to_owned(),
                hint: "Import again: nothing of the template was made.".to_owned(),
            }]);
        }
        self.make(execution.set, all, layers);
        Ok(())
    }

    /// Inspects a function's code.
    async fn code(
        &self,
        choice: Option<&CodeChoice>,
        given: &[(String, Vec<u8>)],
    ) -> Result<Code, (String, String)> {
        let missing = || {
            let hint = "Choose its file again.".to_owned();
            ("Its code is not among the files.".to_owned(), hint)
        };
        let inspector = self.state.borrow().inspector.clone();
        let file = |place: u32| given.get(usize::try_from(place).ok()?);
        let mut files = PackageFiles::default();
        let file_name = match choice.ok_or_else(missing)? {
            CodeChoice::Archive(place) => {
                let (name, bytes) = file(*place).ok_or_else(missing)?;
                let inspected = inspector.inspect(name.clone(), bytes.clone()).await;
                let content = inspected.map_err(|it| (format!("{name}: {}", it.cause), it.hint))?;
                return Ok(Code {
                    file_name: name.clone(),
                    content,
                });
            }
            CodeChoice::Folder(members) => {
                for (name, place) in members {
                    let (_, bytes) = file(*place).ok_or_else(missing)?;
                    files.insert(name, bytes.clone());
                }
                match members.as_slice() {
                    [(name, _)] => name.clone(),
                    members => format!("{} files", members.len()),
                }
            }
            CodeChoice::Inline(texts) => {
                add(&mut files, texts);
                "code of the template".to_owned()
            }
            CodeChoice::Stub(texts) => {
                add(&mut files, texts);
                Package::STUB.to_owned()
            }
        };
        let source = match files.names().count() {
            1 if files.names().all(|name| name.ends_with(".wat")) => PackageSource::Wat,
            1 => PackageSource::File,
            _ => PackageSource::Zip,
        };
        let inspected = inspector.inspect_files(files, source).await;
        let content = inspected.map_err(|it| (it.cause, it.hint))?;
        Ok(Code { file_name, content })
    }

    fn make(&self, set: ChangeSet, code: Vec<Code>, layers: Vec<Code>) {
        let layers = set.layers.iter().zip(layers);
        let layers: Vec<LayerVersion> = layers
            .map(|(layer, content)| self.publish_layer(&layer.name, layer.about.clone(), content))
            .collect();
        for queue in set.queues.iter().cloned() {
            self.dispatch(Command::ConfigureQueue {
                queue: queue.id,
                configuration: Box::new(queue.configuration),
            });
        }
        let first = set.functions.first().map(|it| it.id);
        let stubs = code.iter().filter(|it| it.file_name == Package::STUB);
        let stubs = stubs.count();
        for (function, code) in set.functions.iter().zip(code) {
            self.make_function(function, code, &layers);
        }
        for stream in set.streams {
            self.input(Input::ConfigureStream {
                stream: stream.id,
                configuration: Box::new(stream.configuration),
            });
        }
        for mapping in set.mappings {
            self.dispatch(Command::ConfigureMapping {
                mapping: mapping.id,
                configuration: Box::new(mapping.configuration),
            });
        }
        for source in set.sources {
            self.dispatch(Command::ConfigureSource {
                source: source.id,
                configuration: Box::new(source.configuration),
            });
        }
        for function in &set.functions {
            self.publish(function);
        }
        {
            let mut state = self.state.borrow_mut();
            for kept in set.kept {
                // The same template once more keeps nothing twice.
                if !state.kept.contains(&kept) {
                    state.kept.push(kept);
                }
            }
            if first.is_some() {
                state.selected_function = first;
                state.selected_request = None;
            }
        }
        self.load_program();
        self.changed();
        self.save_soon();
        let hint = match stubs {
            0 => String::new(),
            1 => "The code of one function is a stub: upload it in its Settings.".to_owned(),
            stubs => {
                format!("The code of {stubs} functions is a stub: upload it in their Settings.")
            }
        };
        let text = match set.functions.len() {
            1 => "One function was imported.".to_owned(),
            count => format!("{count} functions were imported."),
        };
        self.notify(Notice::info(text, hint));
    }

    fn make_function(&self, function: &NewFunction, code: Code, layers: &[LayerVersion]) {
        let Code { file_name, content } = code;
        let mut configuration = Box::new(function.configuration.clone());
        configuration.kind = content.kind();
        configuration.code_size = content.size;
        configuration.unzipped_size = content.unzipped_size();
        configuration.initial_memory = content.initial_memory();
        let own = function.layers.iter();
        let own = own.filter_map(|place| layers.get(usize::try_from(*place).ok()?));
        configuration.layers = own.cloned().collect();
        if let Some(error) = layers_error(&configuration) {
            // It is of use without them.
            configuration.layers.clear();
            let text = format!("{} has no layers: {error}", configuration.name);
            self.notify(Notice::error(text, error.hint()));
        }
        // The template's own handler string stays, unless its code is for another runtime.
        if configuration.runtime != content.runtime() {
            configuration.runtime = content.runtime();
            configuration.handler = content.handler().to_owned();
        }
        configuration.package = self.keep_package(file_name, content);
        let id = function.id;
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let events = TestEvents {
                text: FIRST_EVENT.to_owned(),
                ..TestEvents::default()
            };
            state.events.insert(id, events);
            let description = function.description.as_deref().unwrap_or_default();
            state.registry.describe(id, description, &function.runtime);
            let tags = function.tags.clone();
            state.registry.mark(id, tags, function.traced);
            if let Some(url) = &function.url {
                let (session, now) = (state.meta, state.now());
                let settings = (url.signed, url.streamed);
                let cors = url.cors.clone();
                state.registry.give_url(id, settings, cors, session, now);
            }
        }
        self.dispatch(Command::Configure {
            function: id,
            configuration,
        });
    }

    /// Publishes the version that aliases name, and provisions what is asked for.
    fn publish(&self, function: &NewFunction) {
        if function.is_published() {
            self.dispatch(Command::PublishVersion {
                function: function.id,
                description: function.version_description.clone(),
            });
        }
        if let Some(environments) = function.version.and_then(|it| it.provisioned) {
            self.dispatch(Command::Provision {
                function: function.id,
                qualifier: Qualifier::Version(Version::from(NewVersion::FIRST)),
                environments,
            });
        }
        for alias in &function.aliases {
            self.alias(function.id, alias);
        }
    }

    fn alias(&self, function: FunctionId, alias: &NewAlias) {
        self.dispatch(Command::ConfigureAlias {
            alias: alias.id,
            configuration: Box::new(AliasConfiguration {
                function,
                name: alias.name.clone(),
                version: alias.version,
                additional: None,
                description: alias.description.clone(),
            }),
        });
        if let Some(environments) = alias.provisioned {
            self.dispatch(Command::Provision {
                function,
                qualifier: Qualifier::Alias(alias.id),
                environments,
            });
        }
    }
}

fn add(files: &mut PackageFiles, texts: &[(String, String)]) {
    for (name, text) in texts {
        files.insert(name, text.clone().into_bytes());
    }
}
