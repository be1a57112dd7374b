//! An operation step by step: which function is asked what, what its answer changes.

use super::rules::{self, refused};
use super::{
    Challenge, ChallengeResult, PoolAnswer, PoolAttempt, PoolRecord, PoolRequest, PoolResult,
    PoolUser,
};
use crate::events::trigger::{Context, Fields, TriggerKind, Verdict, build, judge};
use crate::timeline::{PoolTrigger, SessionMeta};
use crate::units::{FunctionId, RequestId, SourceId, Span};
use serde_json::{Value, json};

/// How long a pool waits for a function's answer. It cannot be changed.
pub const ANSWER_WAIT: Span = Span::from_secs(5);
/// After so many calls without an answer in time the pool gives up.
const TRIES: usize = 3;

/// What a client asked of a pool, as far as it is done.
#[derive(Clone, Debug)]
pub struct Operation {
    pub(super) context: Context,
    wires: Vec<(PoolTrigger, FunctionId)>,
    pub(super) request: PoolRequest,
    /// Whom the pool knew before.
    pub(super) known: Option<PoolUser>,
    changed: Option<PoolUser>,
    /// The challenge that the user has not answered.
    pub(super) challenge: Option<Challenge>,
    /// The challenge that this request answers.
    pub(super) answered: Option<Challenge>,
    /// What came of the challenges of this sign-in.
    pub(super) results: Vec<ChallengeResult>,
    pub(super) stage: Stage,
    /// What the function was asked whose answer is waited for.
    asked: Option<Asked>,
    answers: Vec<PoolAnswer>,
}

/// What a function was asked.
#[derive(Clone, Debug)]
struct Asked {
    trigger: PoolTrigger,
    function: FunctionId,
    /// The same in every attempt.
    event: String,
    attempts: Vec<PoolAttempt>,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Begin,
    /// A trigger is next.
    Ask(PoolTrigger),
    Over,
}

/// What is to be done for an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Invoke a function synchronously, and say what it answered with [`Operation::answered`]; or, if it
    /// has not within [`ANSWER_WAIT`], say that with [`Operation::late`].
    Invoke {
        /// Which.
        function: FunctionId,
        /// The event.
        event: String,
    },
    /// It is over.
    Done(Box<PoolRecord>),
}

/// A pool's ids follow from the session, events' own from the moment.
pub(super) fn context(session: SessionMeta, unix_millis: u64, pool: SourceId) -> Context {
    Context {
        unix_millis,
        seed: session.seed.0 ^ (u64::from(pool.0) << 40),
        ..Context::default()
    }
}

impl Operation {
    pub(super) fn new(
        context: Context,
        wires: Vec<(PoolTrigger, FunctionId)>,
        request: PoolRequest,
        known: Option<PoolUser>,
        challenge: Option<Challenge>,
    ) -> Self {
        Operation {
            context,
            wires,
            request,
            known,
            changed: None,
            challenge,
            answered: None,
            results: Vec::new(),
            stage: Stage::Begin,
            asked: None,
            answers: Vec::new(),
        }
    }

    /// Goes on until a function must be asked, or to the end.
    pub fn next_step(&mut self) -> Step {
        loop {
            let done = match self.stage {
                Stage::Begin => self.begin(),
                Stage::Ask(trigger) => match self.function(trigger) {
                    Some(function) => return self.ask(trigger, function),
                    None => self.after(trigger, &Value::Null),
                },
                Stage::Over => Some(refused("InternalErrorException", "The operation is over.")),
            };
            if let Some(result) = done {
                return self.end(result);
            }
        }
    }

    /// Which function is asked.
    pub(super) fn function(&self, trigger: PoolTrigger) -> Option<FunctionId> {
        let mut wires = self.wires.iter();
        let wire = wires.find(|(of, _)| *of == trigger);
        wire.map(|(_, function)| *function)
    }

    /// What the function that was asked has answered to this request; with a function error if it failed.
    pub fn answered(&mut self, request: RequestId, response: Option<&[u8]>, failed: bool) -> Step {
        let Some(asked) = self.asked.take() else {
            return self.next_step();
        };
        let event = asked.event.as_bytes();
        let reply = judge(TriggerKind::Cognito, event, response, failed);
        let trigger = asked.trigger;
        match reply.verdict {
            Verdict::Continued(response) => {
                let result = PoolResult::Succeeded(response.clone());
                self.answers.push(asked.answer(request, false, result));
                match self.after(trigger, &response) {
                    Some(result) => self.end(result),
                    None => self.next_step(),
                }
            }
            Verdict::Refused { error, message } => {
                let result = refused(error, message);
                self.answers
                    .push(asked.answer(request, false, result.clone()));
                self.end(result)
            }
            // Cognito's judge says nothing else.
            _ => self.end(refused("InternalErrorException", "No verdict.")),
        }
    }

    /// The request was refused before the function had it, a throttle for example.
    pub fn not_invoked(&mut self, request: RequestId, cause: &str) -> Step {
        let Some(asked) = self.asked.take() else {
            return self.next_step();
        };
        let message = format!("{} failed with error {cause}.", asked.trigger.name());
        let result = refused("UnexpectedLambdaException", message);
        self.answers
            .push(asked.answer(request, false, result.clone()));
        self.end(result)
    }

    /// The function has not answered this request within [`ANSWER_WAIT`]: it is asked the same once more,
    /// or that was the last try. What it answers later nobody hears.
    pub fn late(&mut self, request: RequestId) -> Step {
        let Some(mut asked) = self.asked.take() else {
            return self.next_step();
        };
        if asked.attempts.len() + 1 < TRIES {
            asked.attempts.push(PoolAttempt {
                request,
                late: true,
            });
            let step = Step::Invoke {
                function: asked.function,
                event: asked.event.clone(),
            };
            self.asked = Some(asked);
            return step;
        }
        // As users report it (furaiev/amazon-cognito-identity-dart-2#204, anomalyco/sst#1815).
        let message = format!(
            "{} invocation failed due to error Socket timeout while invoking Lambda function.",
            asked.trigger.name()
        );
        let result = refused("UnexpectedLambdaException", message);
        self.answers
            .push(asked.answer(request, true, result.clone()));
        self.end(result)
    }

    fn end(&mut self, result: PoolResult) -> Step {
        self.stage = Stage::Over;
        // A sign-up that was refused has left nothing; a confirmation stays one whatever the function
        // says that is told of it afterwards.
        let kept = matches!(result, PoolResult::Succeeded(_))
            || matches!(self.request, PoolRequest::Confirm { .. })
            || self
                .answers
                .last()
                .is_some_and(|it| it.trigger == PoolTrigger::PostConfirmation);
        Step::Done(Box::new(PoolRecord {
            request: self.request.name().to_owned(),
            user: self.request.user().to_owned(),
            answers: std::mem::take(&mut self.answers),
            result,
            changed: self.changed.take().filter(|_| kept),
            challenge: self.challenge.take(),
        }))
    }

    /// What is refused before any function is asked, or the first trigger.
    fn begin(&mut self) -> Option<PoolResult> {
        let (trouble, first) = match &self.request {
            PoolRequest::SignUp {
                user,
                password,
                email,
            } => {
                let trouble = rules::name(user).or_else(|| rules::password(password));
                (
                    trouble.or_else(|| rules::email(email)),
                    PoolTrigger::PreSignUp,
                )
            }
            PoolRequest::Confirm { user, code } => {
                let trouble = rules::name(user).or_else(|| self.code(code));
                (trouble, PoolTrigger::PostConfirmation)
            }
            PoolRequest::SignIn { user, .. } => (rules::name(user), PoolTrigger::PreAuthentication),
            PoolRequest::SignInByChallenge { user, .. } => (
                rules::name(user).or_else(|| self.refuses_challenges()),
                PoolTrigger::DefineAuthChallenge,
            ),
            PoolRequest::Answer { user, answer } => (
                rules::name(user).or_else(|| self.refuses_answer(answer)),
                PoolTrigger::VerifyAuthChallengeResponse,
            ),
        };
        if trouble.is_none() && first == PoolTrigger::PostConfirmation {
            self.changed = self.known.clone().map(|user| PoolUser {
                confirmed: true,
                email_verified: true,
                ..user
            });
        }
        if trouble.is_none() {
            self.begin_challenges();
        }
        self.stage = Stage::Ask(first);
        trouble
    }

    fn code(&self, code: &str) -> Option<PoolResult> {
        let Some(user) = &self.known else {
            let message = "Username/client id combination not found.";
            return Some(refused("UserNotFoundException", message));
        };
        if user.confirmed {
            let message = "User cannot be confirmed. Current status is CONFIRMED";
            return Some(refused("NotAuthorizedException", message));
        }
        let message = "Invalid verification code provided, please try again.";
        (user.code != code.trim()).then(|| refused("CodeMismatchException", message))
    }

    /// After a trigger's answer, or where no function is asked: the end, or what comes next.
    fn after(&mut self, trigger: PoolTrigger, response: &Value) -> Option<PoolResult> {
        match trigger {
            PoolTrigger::PreSignUp => self.sign_up(response),
            PoolTrigger::PostConfirmation => Some(PoolResult::Succeeded(match &self.request {
                PoolRequest::SignUp { .. } => self.signed_up(),
                _ => json!({}),
            })),
            PoolTrigger::PreAuthentication => self.authenticate(),
            PoolTrigger::PostAuthentication => {
                self.stage = Stage::Ask(PoolTrigger::PreTokenGeneration);
                None
            }
            PoolTrigger::PreTokenGeneration => Some(PoolResult::Succeeded(self.tokens(response))),
            PoolTrigger::DefineAuthChallenge => self.defined(response),
            PoolTrigger::CreateAuthChallenge => self.created(response),
            PoolTrigger::VerifyAuthChallengeResponse => self.verified(response),
        }
    }

    /// That the name is taken is found out after the function was asked
    /// (amazon-archives/amazon-cognito-auth-js#207).
    fn sign_up(&mut self, response: &Value) -> Option<PoolResult> {
        let PoolRequest::SignUp {
            user,
            password,
            email,
        } = &self.request
        else {
            return None;
        };
        if self.known.is_some() {
            return Some(refused("UsernameExistsException", "User already exists"));
        }
        let says = |flag: &str| response[flag] == true;
        let confirmed = says("autoConfirmUser");
        self.changed = Some(PoolUser {
            confirmed,
            email: email.clone(),
            email_verified: says("autoVerifyEmail"),
            sub: self.context.uuid(&format!("sub {user}")),
            code: self.context.digits(&format!("code {user}"), 6),
            digest: rules::digest(user, password),
        });
        if confirmed {
            self.stage = Stage::Ask(PoolTrigger::PostConfirmation);
            return None;
        }
        Some(PoolResult::Succeeded(self.signed_up()))
    }

    fn signed_up(&self) -> Value {
        let Some(user) = &self.changed else {
            return json!({});
        };
        let mut answer = json!({"UserConfirmed": user.confirmed, "UserSub": user.sub});
        if !user.confirmed {
            let (name, host) = user.email.split_once('@').unwrap_or_default();
            let first = |it: &str| it.chars().next().map(String::from).unwrap_or_default();
            answer["CodeDeliveryDetails"] = json!({
                "AttributeName": "email",
                "DeliveryMedium": "EMAIL",
                "Destination": format!("{}***@{}***", first(name), first(host)),
            });
        }
        answer
    }

    fn authenticate(&mut self) -> Option<PoolResult> {
        let PoolRequest::SignIn { user, password } = &self.request else {
            return None;
        };
        let digest = rules::digest(user, password);
        match &self.known {
            Some(known) if known.digest == digest && known.confirmed => {
                self.stage = Stage::Ask(PoolTrigger::PostAuthentication);
                None
            }
            Some(known) if known.digest == digest => Some(rules::unconfirmed()),
            _ => Some(rules::wrong()),
        }
    }

    fn ask(&mut self, trigger: PoolTrigger, function: FunctionId) -> Step {
        let user = self.changed.as_ref().or(self.known.as_ref());
        let attributes = match (&self.request, trigger, user) {
            (PoolRequest::SignUp { email, .. }, PoolTrigger::PreSignUp, _) => {
                json!({ "email": email })
            }
            (_, _, Some(user)) => json!({
                "sub": user.sub,
                "email_verified": user.email_verified.to_string(),
                "cognito:user_status": if user.confirmed { "CONFIRMED" } else { "UNCONFIRMED" },
                "email": user.email,
            }),
            (_, _, None) => json!({}),
        };
        let fields = Fields::new()
            .with("triggerSource", source(trigger))
            .with("userName", self.request.user())
            .with("userAttributes", attributes.to_string());
        // The form takes any name that is not empty, which was checked.
        let mut event = build(TriggerKind::Cognito, &fields, &self.context).unwrap_or_default();
        if trigger == PoolTrigger::PreAuthentication {
            event["request"]["userNotFound"] = self.known.is_none().into();
        }
        self.add_challenge(trigger, &mut event["request"]);
        let event = event.to_string();
        self.asked = Some(Asked {
            trigger,
            function,
            event: event.clone(),
            attempts: Vec::new(),
        });
        Step::Invoke { function, event }
    }
}

impl Asked {
    /// What came of it, with the last attempt.
    fn answer(mut self, request: RequestId, late: bool, result: PoolResult) -> PoolAnswer {
        self.attempts.push(PoolAttempt { request, late });
        PoolAnswer {
            trigger: self.trigger,
            function: self.function,
            attempts: self.attempts,
            result,
        }
    }
}

const fn source(trigger: PoolTrigger) -> &'static str {
    match trigger {
        PoolTrigger::PreSignUp => "PreSignUp_SignUp",
        PoolTrigger::PostConfirmation => "PostConfirmation_ConfirmSignUp",
        PoolTrigger::PreAuthentication => "PreAuthentication_Authentication",
        PoolTrigger::PostAuthentication => "PostAuthentication_Authentication",
        PoolTrigger::PreTokenGeneration => "TokenGeneration_Authentication",
        PoolTrigger::DefineAuthChallenge => "DefineAuthChallenge_Authentication",
        PoolTrigger::CreateAuthChallenge => "CreateAuthChallenge_Authentication",
        PoolTrigger::VerifyAuthChallengeResponse => "VerifyAuthChallengeResponse_Authentication",
    }
}
