//! The template worker: says what importing a template would change, and what its services come to. It is fetched when
//! the first template comes, and ends with its client.

use super::worker::{RunningWorker, WorkerAssets, WorkerEvent, WorkerProgram};
use futures_channel::oneshot;
use runtime_core::change_set::{
    ChangeSet, Order, ServicesOrder, TemplateFault, TemplateOrder, TemplateServices,
};
use runtime_core::protocol;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// What `<meta>` element says where the worker is.
const NAME: &str = "template_worker";

/// Why there is no change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The file is no template.
    Fault(TemplateFault),
    /// The worker failed.
    Broken(String),
}

type Answer<T> = Result<T, Unread>;

/// A client of the template worker, for answers of one kind.
pub struct TemplateReader<T> {
    shared: Rc<RefCell<Shared<T>>>,
}

struct Shared<T> {
    worker: Option<RunningWorker>,
    /// Answers come in the order of the questions.
    waiting: VecDeque<oneshot::Sender<Answer<T>>>,
}

impl<T> Clone for TemplateReader<T> {
    fn clone(&self) -> Self {
        TemplateReader {
            shared: Rc::clone(&self.shared),
        }
    }
}

impl<T> Default for TemplateReader<T> {
    fn default() -> Self {
        let shared = Shared {
            worker: None,
            waiting: VecDeque::new(),
        };
        TemplateReader {
            shared: Rc::new(RefCell::new(shared)),
        }
    }
}

impl TemplateReader<ChangeSet> {
    /// Says what importing a template would change.
    ///
    /// # Errors
    /// If it is none, or the worker failed.
    pub async fn read(&self, order: Order) -> Answer<ChangeSet> {
        self.ask(&TemplateOrder::ChangeSet(Box::new(order))).await
    }
}

impl TemplateReader<TemplateServices> {
    /// Reads the services of a template.
    ///
    /// # Errors
    /// If it is none, or the worker failed.
    pub async fn read(&self, order: ServicesOrder) -> Answer<TemplateServices> {
        self.ask(&TemplateOrder::Services(order)).await
    }
}

impl<T: DeserializeOwned + 'static> TemplateReader<T> {
    async fn ask(&self, order: &TemplateOrder) -> Answer<T> {
        self.start().await.map_err(Unread::Broken)?;
        let answer = {
            let mut shared = self.shared.borrow_mut();
            let (sender, answer) = oneshot::channel();
            let sent = match &shared.worker {
                Some(worker) => worker.send(&protocol::encode(order)),
                None => Err("it has stopped".to_owned()),
            };
            sent.map_err(Unread::Broken)?;
            shared.waiting.push_back(sender);
            answer
        };
        let gone = || Err(Unread::Broken("it gave no answer".to_owned()));
        answer.await.unwrap_or_else(|_| gone())
    }

    async fn start(&self) -> Result<(), String> {
        if self.shared.borrow().worker.is_some() {
            return Ok(());
        }
        let program = WorkerProgram::load(&WorkerAssets::find(NAME)?).await?;
        // Another question may have started it meanwhile.
        if self.shared.borrow().worker.is_none() {
            let shared = Rc::downgrade(&self.shared);
            let worker = program.start("templates", move |event| {
                if let Some(shared) = shared.upgrade() {
                    shared.borrow_mut().receive(event);
                }
            })?;
            self.shared.borrow_mut().worker = Some(worker);
        }
        Ok(())
    }
}

impl<T: DeserializeOwned> Shared<T> {
    fn receive(&mut self, event: WorkerEvent) {
        let message = match event {
            WorkerEvent::Message(bytes) => protocol::decode::<Result<T, TemplateFault>>(&bytes),
            WorkerEvent::Failed(reason) => return self.fail(&reason),
        };
        match message {
            Ok(answer) => {
                if let Some(sender) = self.waiting.pop_front() {
                    // Nobody waits for the answer any more: that is fine.
                    let _ = sender.send(answer.map_err(Unread::Fault));
                }
            }
            Err(error) => self.fail(&error.to_string()),
        }
    }

    /// Everybody who waits is told, and the next question starts a new worker.
    fn fail(&mut self, reason: &str) {
        self.worker = None;
        for sender in self.waiting.drain(..) {
            let _ = sender.send(Err(Unread::Broken(reason.to_owned())));
        }
    }
}
