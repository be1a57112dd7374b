//! The Lambda API and function URLs: requests from the service worker, carried out on this session
//! with what the page's own controls do. The code that knows the API is a part, which comes with the
//! first request.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::command::InvocationType;
use super::state::TestEvents;
use super::{Core, State};
use crate::browser::gateway::{self, Question};
use futures_channel::oneshot;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use runtime_core::api::{
    self, ApiError, Invoke, Refused, Response, Step, URL_PATH, Upload, UploadKind, World,
};
use runtime_core::platform::Input;
use runtime_core::sandbox::DeploymentPackage;
use runtime_core::units::{PackageId, RequestId};
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen_futures::spawn_local;

/// Whether the Lambda API can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Gateway {
    /// The page is not ready yet.
    #[default]
    Opening,
    /// It can, below the page's own folder, whose address this is, without a slash at its end.
    Open(String),
    /// It cannot, and why.
    Closed(String),
}

type Answering = Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(api, wasm_split_path = ::leptos::wasm_split, fallible)]
fn answering(core: Core, question: Question) -> Result<Answering, SplitLoaderError> {
    Ok(Box::pin(async move {
        let response = core.respond(&question).await;
        question.answer(&response);
    }))
}

impl Core {
    /// Takes requests from now on, if this browser lets them come.
    pub(super) async fn open_gateway(&self) {
        let core = self.clone();
        let opened = gateway::open(move |question| {
            let core = core.clone();
            spawn_local(async move {
                match answering(core, question.clone()).await {
                    Ok(answering) => answering.await,
                    // It was taken already: nobody else answers.
                    Err(_) => question.answer(&unfetched()),
                }
            });
        });
        let gateway = match opened.await {
            Ok(()) => Gateway::Open(gateway::folder()),
            Err(reason) => Gateway::Closed(reason),
        };
        self.state.borrow_mut().gateway = gateway;
        self.changed();
    }

    async fn respond(&self, question: &Question) -> Response {
        let request = question.request();
        let mut step = self.with_world(|world| api::begin(request, world));
        loop {
            step = match step {
                Step::Answer(response) => {
                    // What only the API knows may have changed.
                    self.happened();
                    self.save_soon();
                    return response;
                }
                Step::Change(inputs, then) => {
                    for input in inputs {
                        self.carry_out_input(input);
                    }
                    Step::Answer(self.with_world(then))
                }
                Step::Inspect(upload, then) => {
                    let inspected = self.inspect_upload(upload).await;
                    let inspected = inspected.as_ref().map(|(id, package)| (*id, package));
                    self.with_world(|world| then(world, inspected.map_err(Clone::clone)))
                }
                Step::Invoke(invoke, then) => match self.invoke_and_wait(invoke).await {
                    Some(request) => Step::Answer(self.with_record(request, then)),
                    None => Step::Answer(gone()),
                },
                Step::InvokeAsync(
                    Invoke {
                        function,
                        qualifier,
                        event,
                    },
                    then,
                ) => {
                    let request = self.send((function, qualifier), InvocationType::Event, &event);
                    self.go_on();
                    Step::Answer(self.with_world(|world| then(world, request)))
                }
            };
        }
    }

    /// The same as the page's controls do.
    fn carry_out_input(&self, input: Input) {
        match input {
            Input::DeleteFunction { function } => self.delete(function),
            Input::ConfigureFunction { function, .. } => {
                let is_new = self
                    .state
                    .borrow()
                    .platform
                    .configuration(function)
                    .is_none();
                if is_new {
                    self.state.borrow_mut().greet(function);
                }
                self.input(input);
                if is_new {
                    // The first environment will need it.
                    self.load_program();
                }
            }
            input => self.input(input),
        }
    }

    async fn inspect_upload(
        &self,
        upload: Upload,
    ) -> Result<(PackageId, DeploymentPackage), Refused> {
        let inspector = self.state.borrow().inspector.clone();
        let Upload {
            file_name,
            bytes,
            kind,
        } = upload;
        let inspected = match kind {
            UploadKind::Code => inspector.inspect(file_name.clone(), bytes).await,
            UploadKind::Layer => inspector.inspect_layer(file_name.clone(), bytes).await,
        };
        match inspected {
            Ok(package) => Ok((self.keep_package(file_name, package.clone()), package)),
            Err(refusal) => Err(Refused {
                cause: refusal.cause,
                hint: refusal.hint,
            }),
        }
    }

    /// `None` if the session was replaced by another meanwhile.
    async fn invoke_and_wait(&self, invoke: Invoke) -> Option<RequestId> {
        let Invoke {
            function,
            qualifier,
            event,
        } = invoke;
        let (sender, ended) = oneshot::channel();
        self.invoke_once((function, qualifier), &event, move |request| {
            // Nobody waits any more: that is fine.
            let _ = sender.send(request);
        });
        ended.await.ok()
    }

    fn with_world<T>(&self, then: impl FnOnce(&mut World<'_>) -> T) -> T {
        let mut state = self.state.borrow_mut();
        state.in_world(then)
    }

    fn with_record(&self, request: RequestId, then: api::Ended) -> Response {
        let mut state = self.state.borrow_mut();
        let mut view = self.view.borrow_mut();
        view.refresh(&state.timeline, state.playhead);
        match view.record(request) {
            Some(record) => state.in_world(|world| then(world, record)),
            None => gone(),
        }
    }
}

impl State {
    fn in_world<T>(&mut self, then: impl FnOnce(&mut World<'_>) -> T) -> T {
        let Gateway::Open(folder) = &self.gateway else {
            // Requests come only once it is open, or a moment before that is known.
            return self.in_world_at(&format!("{}{URL_PATH}", gateway::folder()), then);
        };
        let urls = format!("{folder}{URL_PATH}");
        self.in_world_at(&urls, then)
    }

    fn in_world_at<T>(&mut self, urls: &str, then: impl FnOnce(&mut World<'_>) -> T) -> T {
        let now = self.now();
        let functions = self.platform.functions();
        let packages = functions.map(|(_, configuration)| configuration.package);
        let packages: Vec<PackageId> = packages.chain(self.registry.layer_packages()).collect();
        for id in packages {
            if self.registry.lacks_digest(id)
                && let Some(package) = self.packages.get(&id)
            {
                self.registry.digest_package(id, &package.content);
            }
        }
        then(&mut World {
            platform: &self.platform,
            registry: &mut self.registry,
            timeline: &self.timeline,
            payloads: &self.payloads,
            session: self.meta,
            now,
            urls,
        })
    }

    /// A new function has an event in its editor, and is shown if there is no other.
    fn greet(&mut self, function: runtime_core::units::FunctionId) {
        let events = TestEvents {
            text: "{\n  \"key\": \"value\"\n}".to_owned(),
            ..TestEvents::default()
        };
        self.events.insert(function, events);
        self.selected_function.get_or_insert(function);
    }
}

/// The answer while the code that knows better cannot be had.
fn unfetched() -> Response {
    let message =
        "The page could not fetch its part for the Lambda API: check the connection and try again.";
    Response {
        status: 503,
        headers: [
            ("Content-Type", "application/json"),
            ("x-amzn-ErrorType", "ServiceException"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        body: format!("{{\"Type\":\"Service\",\"message\":\"{message}\"}}").into_bytes(),
    }
}

fn gone() -> Response {
    let message = "The session was replaced by another in the middle of the request.";
    ApiError::service(message).response()
}
