//! A small Cognito user pool: sign-up, confirmation, sign-in, and the functions that it asks on the way.
//! What it does is a value that says what comes next; whoever holds it invokes the functions.
//!
//! ```text
//! mod        what is asked of a pool, what came of it, its users
//! flow       an operation step by step: which function is asked what, what its answer changes
//! challenge  sign-in by challenges that functions define, create and verify
//! tokens     what a user has who has signed in
//! rules      what Cognito refuses by itself
//! ```
//!
//! Cognito developer guide, "Customizing user pool workflows with Lambda triggers": a function has to
//! answer within five seconds, whatever its own timeout; one that has not is called again at once, three
//! times in all. The calls that were too late go on and are billed. Model choices: the default password
//! policy; wrong names and passwords are told apart by nobody (`PreventUserExistenceErrors`, as new app
//! clients have it); a call that was answered with an error or was throttled is not tried again; tokens are
//! claims without a signature; those of `challenge`.

mod challenge;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
mod challenge_tests;
mod flow;
mod rules;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
mod tests;
mod tokens;

pub use challenge::{Challenge, ChallengeResult, SESSION_VALIDITY};
pub use flow::{ANSWER_WAIT, Operation, Step};

use super::Happening;
use crate::timeline::{Happened, Payloads, PoolTrigger, SessionMeta};
use crate::units::{FunctionId, RequestId, SourceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// As the API calls an answer to a challenge.
const ANSWERED: &str = "RespondToAuthChallenge";

/// What a client asks of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PoolRequest {
    /// SignUp.
    SignUp {
        /// The user's name.
        user: String,
        /// Never kept as it is.
        password: String,
        /// Where the code goes.
        email: String,
    },
    /// ConfirmSignUp.
    Confirm {
        /// The user's name.
        user: String,
        /// Six digits.
        code: String,
    },
    /// InitiateAuth with USER_PASSWORD_AUTH.
    SignIn {
        /// The user's name.
        user: String,
        /// Compared with its digest.
        password: String,
    },
    /// InitiateAuth with CUSTOM_AUTH.
    SignInByChallenge {
        /// The user's name.
        user: String,
        /// With one, the client begins with SRP_A and then proves that it knows the password, if the
        /// functions want that.
        password: Option<String>,
    },
    /// RespondToAuthChallenge to the challenge that the user was set last, with its session.
    Answer {
        /// The user's name.
        user: String,
        /// What the function gets that verifies it.
        answer: String,
    },
}

impl PoolRequest {
    /// As the API calls it.
    pub const fn name(&self) -> &'static str {
        match self {
            PoolRequest::SignUp { .. } => "SignUp",
            PoolRequest::Confirm { .. } => "ConfirmSignUp",
            PoolRequest::SignIn { .. } | PoolRequest::SignInByChallenge { .. } => "InitiateAuth",
            PoolRequest::Answer { .. } => ANSWERED,
        }
    }

    /// Whom it is about.
    pub fn user(&self) -> &str {
        match self {
            PoolRequest::SignUp { user, .. }
            | PoolRequest::Confirm { user, .. }
            | PoolRequest::SignIn { user, .. }
            | PoolRequest::SignInByChallenge { user, .. }
            | PoolRequest::Answer { user, .. } => user,
        }
    }
}

/// A user of a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolUser {
    /// Whether the user may sign in.
    pub confirmed: bool,
    /// The address.
    pub email: String,
    /// Whether it was proved.
    pub email_verified: bool,
    /// The `sub` of the user's tokens.
    pub sub: String,
    /// What the mail says that nobody sends.
    pub code: String,
    /// SHA-256 of user and password.
    pub digest: String,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PoolResult {
    /// What the client gets.
    Succeeded(Value),
    /// The error that the client gets.
    Refused {
        /// As the API names it.
        error: String,
        /// What it says.
        message: String,
    },
}

/// What a function was asked, and what the pool did with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolAnswer {
    /// When.
    pub trigger: PoolTrigger,
    /// Which function.
    pub function: FunctionId,
    /// How often it was called, one after the other. Empty in sessions of before calls could be late.
    #[serde(default)]
    pub attempts: Vec<PoolAttempt>,
    /// The response that the pool went on with; the error of its own if it did not.
    pub result: PoolResult,
}

/// A call of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolAttempt {
    /// The request that it was.
    pub request: RequestId,
    /// The pool had stopped waiting for it before it was answered.
    pub late: bool,
}

/// Something that was asked of a pool, once it is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolRecord {
    /// As the API calls it.
    pub request: String,
    /// Whom it was about.
    pub user: String,
    /// Functions that were asked.
    pub answers: Vec<PoolAnswer>,
    /// What came of it.
    pub result: PoolResult,
    /// The user from now on, if something has changed.
    pub changed: Option<PoolUser>,
    /// The challenge that the user can answer from now on.
    #[serde(default)]
    pub challenge: Option<Challenge>,
}

/// A pool as it is after all that has happened. A fold that goes on where it stopped.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    read: usize,
    users: BTreeMap<String, PoolUser>,
    /// What was set last, by the name of who is to answer.
    challenges: BTreeMap<String, Challenge>,
    last: Vec<PoolRecord>,
}

/// Records that are kept to be shown.
const KEPT: usize = 6;

impl Pool {
    /// Goes on to the last of `happened`, all that happened at the pool so far; begins again if that is
    /// less than was read.
    pub fn catch_up(&mut self, happened: &[Happened], payloads: &Payloads) {
        if happened.len() < self.read {
            *self = Pool::default();
        }
        for happened in happened.iter().skip(self.read) {
            let read = serde_json::from_slice(&payloads.get(happened.happening));
            // What is no happening of this version is of a damaged file: it changes nothing.
            let Ok(Happening::PoolAsked(record)) = read else {
                continue;
            };
            if let Some(user) = &record.changed {
                self.users.insert(record.user.clone(), user.clone());
            }
            // Whatever comes of an answer, its session is used up.
            if record.request == ANSWERED {
                self.challenges.remove(&record.user);
            }
            if let Some(challenge) = &record.challenge {
                let user = record.user.clone();
                self.challenges.insert(user, challenge.clone());
            }
            self.last.insert(0, *record);
            self.last.truncate(KEPT);
        }
        self.read = happened.len();
    }

    /// All users by their names.
    pub fn users(&self) -> &BTreeMap<String, PoolUser> {
        &self.users
    }

    /// The challenges that nobody has answered, by the name of who is to.
    pub fn challenges(&self) -> &BTreeMap<String, Challenge> {
        &self.challenges
    }

    /// What was asked last, the newest first.
    pub fn last(&self) -> &[PoolRecord] {
        &self.last
    }

    /// Begins to do what a client asks.
    pub fn begin(
        &self,
        session: SessionMeta,
        unix_millis: u64,
        pool: SourceId,
        wires: Vec<(PoolTrigger, FunctionId)>,
        request: PoolRequest,
    ) -> Operation {
        let user = self.users.get(request.user()).cloned();
        let challenge = match &request {
            PoolRequest::Answer { user, .. } => self.challenges.get(user).cloned(),
            _ => None,
        };
        Operation::new(
            flow::context(session, unix_millis, pool),
            wires,
            request,
            user,
            challenge,
        )
    }
}
