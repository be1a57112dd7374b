//! Uploads and samples: bytes -> inspected package -> function. The code is a part of the page: it
//! comes with the package worker, which it waits for.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::Core;
use super::command::Target;
use super::state::{DrawnEvent, Notice, SavedEvent, TestEvents};
use crate::browser::files;
use crate::browser::packages::Refusal;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use runtime_core::billing::PriceBook;
use runtime_core::platform::{
    DEFAULT_MEMORY, DEFAULT_TIMEOUT, Input, MAX_NAME_LENGTH, layers_error,
};
use runtime_core::sandbox::DeploymentPackage;
use runtime_core::timeline::{Architecture, ClockSetting, FunctionConfiguration, SnapStart};
use runtime_core::units::{ByteCount, FunctionId, MemoryMb, OrderedMap, PackageId, Span};
use serde::Deserialize;
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen_futures::spawn_local;

/// Where the site's own data lies, relative to the page.
const SAMPLE_INDEX: &str = "./handlers/index.json";
/// The price book, relative to the page.
pub const PRICES: &str = "./prices/lambda-us-east-1-2026-11-23.json";

/// An inspected deployment package.
#[derive(Clone, Debug)]
pub struct Package {
    /// As it was uploaded.
    pub file_name: String,
    /// What it is.
    pub content: DeploymentPackage,
}

impl Package {
    /// What a package is called that only stands for code that is missing.
    pub(super) const STUB: &'static str = "stub handler";

    /// Whether it only stands for code that is missing.
    pub fn is_stub(&self) -> bool {
        self.file_name == Self::STUB
    }

    /// What a package is called that is made of this one's files.
    pub(super) fn next_name(&self) -> String {
        match self.is_stub() {
            true => "edited handler".to_owned(),
            false => self.file_name.clone(),
        }
    }
}

/// A shipped sample.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sample {
    /// Also the name of the function that is made of it.
    pub name: String,
    /// In `handlers/`.
    pub file: String,
    /// In a few words.
    pub title: String,
    /// What to look at.
    pub summary: String,
    /// In MB.
    pub memory: MemoryMb,
    /// In seconds.
    pub timeout: u64,
    /// Environment variables that make the sample say more.
    #[serde(default)]
    pub environment: OrderedMap<String, String>,
    /// Its test events; the first one is in the editor at first.
    pub events: Vec<SampleEvent>,
    /// How its event is drawn, if it can be.
    #[serde(default)]
    pub drawing: Option<DrawnEvent>,
}

/// A test event of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SampleEvent {
    /// Its name.
    pub name: String,
    /// In `events/`.
    pub file: String,
}

/// What this part does.
enum Work {
    /// Loads prices and the list of samples.
    SiteData,
    /// Makes a function of a sample.
    Sample(usize),
    /// Makes a function of a file, or gives one new code or a layer.
    Upload(String, Vec<u8>, Target),
}

type Working = Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(deployment, wasm_split_path = ::leptos::wasm_split, fallible)]
fn working(core: Core, work: Work) -> Result<Working, SplitLoaderError> {
    Ok(Box::pin(async move {
        match work {
            Work::SiteData => core.load_lists().await,
            Work::Sample(index) => core.make_of_sample(index).await,
            Work::Upload(file_name, bytes, target) => {
                core.make_of_upload(file_name, bytes, target).await;
            }
        }
    }))
}

impl Core {
    /// Loads the lists that the site ships.
    pub(super) async fn load_site_data(&self) {
        self.work(Work::SiteData).await;
    }

    pub(super) fn deploy_sample(&self, index: usize) {
        let session = self.clone();
        spawn_local(async move { session.work(Work::Sample(index)).await });
    }

    pub(super) fn deploy(&self, file_name: String, bytes: Vec<u8>, target: Target) {
        let session = self.clone();
        spawn_local(async move { session.work(Work::Upload(file_name, bytes, target)).await });
    }

    async fn work(&self, work: Work) {
        match working(self.clone(), work).await {
            Ok(working) => working.await,
            Err(_) => self.notify(Notice::error(
                "The page's part for deployments could not be fetched.",
                "Check the connection and load the page again.",
            )),
        }
    }

    async fn load_lists(&self) {
        match files::fetch(PRICES).await {
            Ok(bytes) => match PriceBook::parse(&String::from_utf8_lossy(&bytes)) {
                Ok(book) => self.state.borrow_mut().prices = Some(book),
                Err(error) => self.notify(Notice::error(
                    format!("The price file is damaged: {error}"),
                    "Bills are not shown. Load the page again.",
                )),
            },
            Err(reason) => self.notify(Notice::error(
                reason,
                "Bills are not shown. Load the page again.",
            )),
        }
        let index = files::fetch(SAMPLE_INDEX).await.and_then(|bytes| {
            serde_json::from_slice::<Vec<Sample>>(&bytes).map_err(|error| error.to_string())
        });
        match index {
            Ok(samples) => self.state.borrow_mut().samples = samples,
            Err(reason) => self.notify(Notice::error(
                format!("The list of samples could not be read: {reason}."),
                "Uploading your own handlers works.",
            )),
        }
        self.changed();
    }

    async fn make_of_sample(&self, index: usize) {
        let Some(sample) = self.state.borrow().samples.get(index).cloned() else {
            return;
        };
        let bytes = match files::fetch(&format!("./handlers/{}", sample.file)).await {
            Ok(bytes) => bytes,
            Err(reason) => return self.notify(Notice::error(reason, "Try again.")),
        };
        let mut saved = Vec::new();
        for event in &sample.events {
            match files::fetch(&format!("./events/{}", event.file)).await {
                Ok(bytes) => saved.push(SavedEvent {
                    name: event.name.clone(),
                    text: String::from_utf8_lossy(&bytes).trim_end().to_owned(),
                }),
                Err(reason) => self.notify(Notice::error(reason, "Try again.")),
            }
        }
        let Some((package, content)) = self.inspect(sample.file.clone(), bytes).await else {
            return;
        };
        let text = saved
            .first()
            .map_or("{}", |event| event.text.as_str())
            .to_owned();
        let mut configuration = self.new_configuration(&sample.name, package, &content);
        configuration.memory = sample.memory;
        configuration.timeout = Span::from_secs(sample.timeout);
        configuration.variables = sample.environment.clone();
        let events = TestEvents {
            text,
            saved,
            drawing: sample.drawing.clone(),
            ..TestEvents::default()
        };
        self.create(configuration, events);
    }

    async fn make_of_upload(&self, file_name: String, bytes: Vec<u8>, target: Target) {
        if let Target::Layer(function) = target {
            return self.add_layer(function, file_name, bytes).await;
        }
        let Some((package, content)) = self.inspect(file_name, bytes).await else {
            return;
        };
        match target {
            Target::Layer(_) => {}
            Target::Existing(function) => self.update_code(function, package, &content),
            Target::New(name) => {
                let configuration = self.new_configuration(&name, package, &content);
                let text = "{\n  \"key\": \"value\"\n}".to_owned();
                self.create(
                    configuration,
                    TestEvents {
                        text,
                        ..TestEvents::default()
                    },
                );
            }
        }
    }

    /// Gives a function other code; nothing happens if it was deleted meanwhile.
    pub(super) fn update_code(
        &self,
        function: FunctionId,
        package: PackageId,
        content: &DeploymentPackage,
    ) {
        let configuration = self
            .state
            .borrow()
            .platform
            .configuration(function)
            .cloned();
        let Some(mut configuration) = configuration.map(Box::new) else {
            return;
        };
        configuration.package = package;
        // Code for another runtime has another handler; the same runtime keeps its own.
        if configuration.runtime != content.runtime() {
            configuration.runtime = content.runtime();
            configuration.handler = content.handler().to_owned();
        }
        configuration.kind = content.kind();
        configuration.code_size = content.size;
        configuration.unzipped_size = content.unzipped_size();
        configuration.initial_memory = content.initial_memory();
        self.configure(function, configuration);
    }

    /// Changes a function, unless code and layers would be more than AWS lets it have.
    pub(super) fn configure(
        &self,
        function: FunctionId,
        configuration: Box<FunctionConfiguration>,
    ) {
        match layers_error(&configuration) {
            None => self.input(Input::ConfigureFunction {
                function,
                configuration,
            }),
            Some(error) => self.notify(Notice::error(error.to_string(), error.hint())),
        }
    }

    /// Keeps a package under a new number.
    pub(super) fn keep_package(&self, file_name: String, content: DeploymentPackage) -> PackageId {
        let mut state = self.state.borrow_mut();
        let last = state.packages.last_key_value().map_or(0, |(id, _)| id.0);
        let id = PackageId(last + 1);
        state.packages.insert(id, Package { file_name, content });
        id
    }

    /// Inspects bytes and keeps them as a package; a refusal becomes a notice.
    async fn inspect(
        &self,
        file_name: String,
        bytes: Vec<u8>,
    ) -> Option<(PackageId, DeploymentPackage)> {
        let inspector = self.state.borrow().inspector.clone();
        match inspector.inspect(file_name.clone(), bytes).await {
            Ok(content) => Some((self.keep_package(file_name, content.clone()), content)),
            Err(refusal) => {
                self.refuse_file(&file_name, refusal);
                None
            }
        }
    }

    pub(super) fn refuse_file(&self, file_name: &str, refusal: Refusal) {
        let text = format!("{file_name}: {}", refusal.cause);
        self.notify(Notice::error(text, refusal.hint));
    }

    fn new_configuration(
        &self,
        wanted: &str,
        package: PackageId,
        content: &DeploymentPackage,
    ) -> FunctionConfiguration {
        let state = self.state.borrow();
        let taken: Vec<&str> = state
            .platform
            .functions()
            .map(|(_, it)| it.name.as_str())
            .collect();
        FunctionConfiguration {
            name: free_name(wanted, &taken),
            package,
            runtime: content.runtime(),
            handler: content.handler().to_owned(),
            kind: content.kind(),
            code_size: content.size,
            unzipped_size: content.unzipped_size(),
            layers: Vec::new(),
            initial_memory: content.initial_memory(),
            memory: DEFAULT_MEMORY.max(megabytes(content.initial_memory())),
            timeout: DEFAULT_TIMEOUT,
            architecture: Architecture::default(),
            ephemeral_storage: MemoryMb::new(512),
            snap_start: SnapStart::None,
            asynchronous: Default::default(),
            variables: Default::default(),
            reserved_concurrency: None,
            clock: ClockSetting::default(),
        }
    }

    fn create(&self, configuration: FunctionConfiguration, events: TestEvents) {
        let function = {
            let mut state = self.state.borrow_mut();
            let function = state.platform.next_function();
            state.events.insert(function, events);
            state.selected_function = Some(function);
            state.selected_request = None;
            function
        };
        let configuration = Box::new(configuration);
        self.input(Input::ConfigureFunction {
            function,
            configuration,
        });
        // The first environment will need it: fetch it before anybody waits.
        self.load_program();
    }
}

/// The smallest setting that holds so many bytes.
fn megabytes(bytes: ByteCount) -> MemoryMb {
    MemoryMb::new(
        u32::try_from(bytes.megabytes_ceil())
            .unwrap_or(u32::MAX)
            .min(10_240),
    )
}

/// A function name made of a file's name that nobody has yet.
pub(super) fn free_name(wanted: &str, taken: &[&str]) -> String {
    let stem = wanted.rsplit(['/', '\\']).next().unwrap_or(wanted);
    let stem = stem.split('.').next().unwrap_or(stem);
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut name: String = stem
        .chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .take(MAX_NAME_LENGTH - 4)
        .collect();
    if name.trim_matches('-').is_empty() {
        name = "function".to_owned();
    }
    if !taken.contains(&name.as_str()) {
        return name;
    }
    let mut number = 2;
    loop {
        let candidate = format!("{name}-{number}");
        if !taken.contains(&candidate.as_str()) {
            return candidate;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_file_names() {
        assert_eq!(free_name("my handler.wasm", &[]), "my-handler");
        assert_eq!(free_name("a/b/c.tar.zip", &[]), "c");
        assert_eq!(free_name("ünï.wasm", &[]), "-n-");
        assert_eq!(free_name(".wasm", &[]), "function");
        assert_eq!(free_name("echo.wat", &["echo", "echo-2"]), "echo-3");
        assert!(free_name(&"x".repeat(200), &[]).len() <= MAX_NAME_LENGTH);
    }
}
