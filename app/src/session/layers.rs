//! Layers: zip files that are dropped on a function, and those of a template.

use super::Core;
use super::deployment::free_name;
use super::import::Code;
use super::state::Notice;
use runtime_core::api::Content;
use runtime_core::change_set::CodeChoice;
use runtime_core::platform::layer_error;
use runtime_core::sandbox::PackageFiles;
use runtime_core::sandbox::inspect::PackageSource;
use runtime_core::timeline::{LayerAbout, LayerVersion};
use runtime_core::units::FunctionId;

impl Core {
    /// Publishes a layer version and gives it to a function, over those that it has; in the place of
    /// an earlier version of the same layer. Nothing is published that the function could not have.
    pub(super) async fn add_layer(&self, function: FunctionId, file_name: String, bytes: Vec<u8>) {
        let inspector = self.state.borrow().inspector.clone();
        let inspected = inspector.inspect_layer(file_name.clone(), bytes).await;
        let content = match inspected {
            Ok(content) => content,
            Err(refusal) => return self.refuse_file(&file_name, refusal),
        };
        let found = {
            let state = self.state.borrow();
            state.platform.configuration(function).cloned()
        };
        let Some(mut configuration) = found.map(Box::new) else {
            return;
        };
        let name = free_name(&file_name, &[]);
        if let Some(error) = layer_error(&configuration, &name, content.unzipped_size()) {
            return self.notify(Notice::error(error.to_string(), error.hint()));
        }
        let layer = self.publish_layer(&name, LayerAbout::default(), Code { file_name, content });
        configuration.put_layer(layer);
        self.configure(function, configuration);
    }

    /// Inspects a layer's content.
    pub(super) async fn layer(
        &self,
        choice: &CodeChoice,
        given: &[(String, Vec<u8>)],
    ) -> Result<Code, (String, String)> {
        let missing = || {
            let hint = "Choose its file again.".to_owned();
            ("Its content is not among the files.".to_owned(), hint)
        };
        let inspector = self.state.borrow().inspector.clone();
        let file = |place: u32| given.get(usize::try_from(place).ok()?);
        let (file_name, inspected) = match choice {
            CodeChoice::Archive(place) => {
                let (name, bytes) = file(*place).ok_or_else(missing)?;
                let inspected = inspector.inspect_layer(name.clone(), bytes.clone());
                (name.clone(), inspected.await)
            }
            CodeChoice::Folder(members) => {
                let mut files = PackageFiles::default();
                for (name, place) in members {
                    let (_, bytes) = file(*place).ok_or_else(missing)?;
                    files.insert(name, bytes.clone());
                }
                let inspected = inspector.inspect_files(files, PackageSource::Layer);
                (format!("{} files", members.len()), inspected.await)
            }
            CodeChoice::Inline(_) | CodeChoice::Stub(_) => return Err(missing()),
        };
        let content = inspected.map_err(|it| (format!("{file_name}: {}", it.cause), it.hint))?;
        Ok(Code { file_name, content })
    }

    /// Publishes the next version of a layer.
    pub(super) fn publish_layer(
        &self,
        name: &str,
        about: LayerAbout,
        Code { file_name, content }: Code,
    ) -> LayerVersion {
        let (code_size, unzipped_size) = (content.size, content.unzipped_size());
        let content = Content {
            package: self.keep_package(file_name, content),
            code_size,
            unzipped_size,
        };
        let mut state = self.state.borrow_mut();
        let now = state.now();
        state.registry.publish_layer(name, content, about, now)
    }
}
