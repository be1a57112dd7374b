//! An environment's side of the conversation with its host: the same in a Web Worker and in a
//! child process.

use crate::protocol::{FromEnvironment, ToEnvironment};
use crate::sandbox::{CompiledModule, Host, Sandbox, SandboxError};

/// What a worker or a child process is: it waits for [`ToEnvironment::Start`], then runs.
pub struct Environment<H> {
    state: State<H>,
}

enum State<H> {
    /// Nothing has started yet.
    Waiting(CompiledModule, H),
    Running(Box<Sandbox>),
    /// Our side failed; there is nothing left to talk to.
    Broken,
}

impl<H: Host> Environment<H> {
    /// An environment of this module. Where the host is on the other end of a channel, say
    /// [`FromEnvironment::Ready`] before the module is there.
    pub fn new(module: CompiledModule, host: H) -> Self {
        Environment {
            state: State::Waiting(module, host),
        }
    }

    /// Does what the message asks for and gives the answer, if it has one. Log and changes of
    /// `/tmp` go through the [`Host`] while this runs.
    pub fn on_message(&mut self, message: ToEnvironment) -> Option<FromEnvironment> {
        match (std::mem::replace(&mut self.state, State::Broken), message) {
            (State::Waiting(module, host), ToEnvironment::Start(settings)) => {
                match Sandbox::start(&settings, module, host) {
                    Ok(sandbox) => {
                        self.state = State::Running(Box::new(sandbox));
                        None
                    }
                    Err(error) => Some(broken(&error)),
                }
            }
            (State::Running(mut sandbox), message) => match run(&mut sandbox, message) {
                Ok(answer) => {
                    self.state = State::Running(sandbox);
                    answer
                }
                Err(error) => Some(broken(&error)),
            },
            (State::Waiting(..), _) => Some(out_of_turn("before Start")),
            (State::Broken, _) => Some(out_of_turn("to a broken environment")),
        }
    }
}

fn run(
    sandbox: &mut Sandbox,
    message: ToEnvironment,
) -> Result<Option<FromEnvironment>, SandboxError> {
    let done = match message {
        ToEnvironment::Start(_) => return Ok(Some(out_of_turn("a second Start"))),
        ToEnvironment::Init(phase) => sandbox.init(phase)?,
        ToEnvironment::Invoke(invocation) => sandbox.invoke(invocation)?,
    };
    Ok(done.map(FromEnvironment::Done))
}

fn broken(error: &SandboxError) -> FromEnvironment {
    FromEnvironment::Broken {
        message: error.to_string(),
    }
}

fn out_of_turn(what: &str) -> FromEnvironment {
    FromEnvironment::Broken {
        message: format!("a message came out of turn: {what}"),
    }
}
