//! Sign-in by challenges (`CUSTOM_AUTH`): functions say what is to be answered, and whether an answer is right.
//!
//! Cognito developer guide, "Custom authentication challenge Lambda triggers" with "Define", "Create" and
//! "Verify Auth challenge response Lambda trigger" (read 2026-11-30): DefineAuthChallenge gets all results so
//! far, in the order of time, and says that the sign-in has failed, that tokens are issued, or which challenge
//! is next; CreateAuthChallenge makes it, and VerifyAuthChallengeResponse gets the private part of it with
//! the answer. How often somebody may be wrong is DefineAuthChallenge's alone: Cognito's lockout "doesn't
//! apply to custom challenges" (repost.aws/questions/QUBlVxXSYwTCiCUHp8gNFZ3g, quoting "Lockout behavior for
//! failed sign-in attempts"). PreAuthentication is not called (aws-amplify/amplify-js#5318). A session is
//! used up by any answer (aws-samples/amazon-cognito-passwordless-email-auth#17).
//!
//! Model choices: the user is looked at before any function is asked, so that one who is not confirmed is
//! refused first; where a function both fails the sign-in and issues tokens, it has failed; what is neither, nor
//! a challenge that can come next, is unrecognizable; a client that is asked for its password proves that it
//! knows it at once, in the same request; a pool keeps the challenge that a user was set last.

use super::flow::{Operation, Stage};
use super::rules::{self, refused};
use super::{PoolRequest, PoolResult};
use crate::timeline::PoolTrigger;
use crate::units::Span;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How long a challenge can be answered: `AuthSessionValidity` of a new app client, three minutes (API
/// reference, CreateUserPoolClient).
pub const SESSION_VALIDITY: Span = Span::from_secs(180);

/// A challenge that functions make.
const CUSTOM: &str = "CUSTOM_CHALLENGE";
/// How a client begins that knows a password.
const SRP: &str = "SRP_A";
/// The challenge to prove it.
const PASSWORD: &str = "PASSWORD_VERIFIER";

/// What came of a challenge, as functions get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChallengeResult {
    /// `CUSTOM_CHALLENGE`, `SRP_A` or `PASSWORD_VERIFIER`.
    pub challenge_name: String,
    /// Whether it was passed.
    pub challenge_result: bool,
    /// What the function called it that made it.
    pub challenge_metadata: Option<String>,
}

/// A challenge that waits for its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    /// What the client has to hand back with the answer.
    pub session: String,
    /// When it was set, in Unix time: milliseconds.
    pub unix_millis: u64,
    /// What came of those before.
    pub results: Vec<ChallengeResult>,
    /// What the client is shown.
    pub public_parameters: Map<String, Value>,
    /// What only the function gets that verifies.
    pub private_parameters: Map<String, Value>,
    /// What the function called it that made it.
    pub metadata: Option<String>,
}

impl Challenge {
    /// Whether it is too late to answer it.
    pub fn is_expired(&self, unix_millis: u64) -> bool {
        unix_millis.saturating_sub(self.unix_millis) * 1_000_000 >= SESSION_VALIDITY.as_nanos()
    }
}

impl Operation {
    /// Why nobody can sign in by challenges.
    pub(super) fn refuses_challenges(&self) -> Option<PoolResult> {
        if self.function(PoolTrigger::DefineAuthChallenge).is_none() {
            return Some(not_configured());
        }
        let unconfirmed = self.known.as_ref().is_some_and(|it| !it.confirmed);
        unconfirmed.then(rules::unconfirmed)
    }

    /// Why an answer is not looked at.
    pub(super) fn refuses_answer(&self, answer: &str) -> Option<PoolResult> {
        // As PASSWORD and USERNAME are missed.
        let missing = (
            "InvalidParameterException",
            "Missing required parameter ANSWER",
        );
        let (error, message) = match &self.challenge {
            _ if answer.is_empty() => missing,
            None => ("NotAuthorizedException", "Invalid session for the user."),
            Some(challenge) if challenge.is_expired(self.context.unix_millis) => (
                "NotAuthorizedException",
                "Invalid session for the user, session is expired.",
            ),
            Some(_) => return None,
        };
        Some(refused(error, message))
    }

    /// What is known of challenges before the first function is asked.
    pub(super) fn begin_challenges(&mut self) {
        match &self.request {
            PoolRequest::SignInByChallenge {
                password: Some(_), ..
            } => self.passed(SRP),
            PoolRequest::Answer { .. } => {
                self.answered = self.challenge.take();
                let answered = self.answered.as_ref();
                self.results = answered.map(|it| it.results.clone()).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// Of what Cognito itself asks.
    fn passed(&mut self, name: &str) {
        self.results.push(ChallengeResult {
            challenge_name: name.to_owned(),
            challenge_result: true,
            challenge_metadata: None,
        });
    }

    /// What functions are told of challenges in the request of their event.
    pub(super) fn add_challenge(&self, trigger: PoolTrigger, request: &mut Value) {
        match trigger {
            PoolTrigger::DefineAuthChallenge => request["session"] = json!(self.results),
            PoolTrigger::CreateAuthChallenge => {
                request["session"] = json!(self.results);
                request["challengeName"] = CUSTOM.into();
            }
            PoolTrigger::VerifyAuthChallengeResponse => {
                let answered = self.answered.as_ref();
                request["privateChallengeParameters"] =
                    json!(answered.map(|it| &it.private_parameters));
                if let PoolRequest::Answer { answer, .. } = &self.request {
                    request["challengeAnswer"] = answer.as_str().into();
                }
            }
            _ => return,
        }
        request["userNotFound"] = self.known.is_none().into();
    }

    /// DefineAuthChallenge has said what is next.
    pub(super) fn defined(&mut self, response: &Value) -> Option<PoolResult> {
        if response["failAuthentication"] == true {
            return Some(rules::wrong());
        }
        if response["issueTokens"] == true {
            // Of a user whom nobody knows there are no tokens, whatever the function says.
            self.stage = Stage::Ask(PoolTrigger::PostAuthentication);
            return self.known.is_none().then(rules::wrong);
        }
        match response["challengeName"].as_str() {
            Some(CUSTOM) => {
                self.stage = Stage::Ask(PoolTrigger::CreateAuthChallenge);
                let created = self.function(PoolTrigger::CreateAuthChallenge).is_some();
                (!created).then(not_configured)
            }
            Some(PASSWORD) => self.prove_password(),
            _ => Some(unrecognizable()),
        }
    }

    /// The client proves that it knows the password: only right after it has begun with one.
    fn prove_password(&mut self) -> Option<PoolResult> {
        let begun = self
            .results
            .last()
            .is_some_and(|it| it.challenge_name == SRP);
        let PoolRequest::SignInByChallenge {
            user,
            password: Some(password),
        } = &self.request
        else {
            return Some(unrecognizable());
        };
        if !begun {
            return Some(unrecognizable());
        }
        let digest = rules::digest(user, password);
        let known = self.known.as_ref();
        if known.is_none_or(|it| it.digest != digest) {
            return Some(rules::wrong());
        }
        self.passed(PASSWORD);
        self.stage = Stage::Ask(PoolTrigger::DefineAuthChallenge);
        None
    }

    /// CreateAuthChallenge has made a challenge, which the client gets without its private part.
    pub(super) fn created(&mut self, response: &Value) -> Option<PoolResult> {
        let parameters = |name: &str| response[name].as_object().cloned().unwrap_or_default();
        let user = self.request.user();
        let moment = self.context.unix_millis;
        let number = self.results.len();
        let challenge = Challenge {
            session: self
                .context
                .uuid(&format!("session {user} {moment} {number}")),
            unix_millis: moment,
            results: std::mem::take(&mut self.results),
            public_parameters: parameters("publicChallengeParameters"),
            private_parameters: parameters("privateChallengeParameters"),
            metadata: response["challengeMetadata"].as_str().map(str::to_owned),
        };
        let mut shown = challenge.public_parameters.clone();
        shown.insert("USERNAME".to_owned(), user.into());
        let answer = json!({
            "ChallengeName": CUSTOM,
            "Session": challenge.session,
            "ChallengeParameters": shown,
        });
        self.challenge = Some(challenge);
        Some(PoolResult::Succeeded(answer))
    }

    /// VerifyAuthChallengeResponse has said whether the answer is right; DefineAuthChallenge is asked next.
    pub(super) fn verified(&mut self, response: &Value) -> Option<PoolResult> {
        if self
            .function(PoolTrigger::VerifyAuthChallengeResponse)
            .is_none()
        {
            return Some(not_configured());
        }
        self.results.push(ChallengeResult {
            challenge_name: CUSTOM.to_owned(),
            challenge_result: response["answerCorrect"] == true,
            challenge_metadata: self.answered.take().and_then(|it| it.metadata),
        });
        self.stage = Stage::Ask(PoolTrigger::DefineAuthChallenge);
        let defined = self.function(PoolTrigger::DefineAuthChallenge).is_some();
        (!defined).then(not_configured)
    }
}

/// A function is missing that such a sign-in needs. As clients report it (aws-amplify/amplify-js#7401).
fn not_configured() -> PoolResult {
    let message = "Custom auth lambda trigger is not configured for the user pool.";
    refused("InvalidParameterException", message)
}

fn unrecognizable() -> PoolResult {
    refused(
        "InvalidLambdaResponseException",
        "Unrecognizable lambda output",
    )
}
