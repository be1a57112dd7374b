//! Sign-up and sign-in, with functions that answer like this.

use super::*;
use crate::units::{Moment, PayloadId, RequestId, Span};
use serde_json::json;

const POOL: SourceId = SourceId(3);
const F: FunctionId = FunctionId(1);
pub(super) const PASSWORD: &str = "Correct-horse-7";

/// A pool whose functions all answer by one rule: what they got -> what they return, or their error.
pub(super) struct World {
    pub(super) pool: Pool,
    wires: Vec<(PoolTrigger, FunctionId)>,
    payloads: Payloads,
    happened: Vec<Happened>,
    answer: fn(Value) -> Result<Value, &'static str>,
    /// So many of the next calls are not answered in time.
    late: usize,
    /// Whether calls are refused for want of concurrency.
    throttled: bool,
    /// What functions were asked, each call a request with the number of its place.
    pub(super) asked: Vec<Value>,
    /// Now, in milliseconds of Unix time.
    pub(super) unix_millis: u64,
}

impl World {
    pub(super) fn new(
        wires: &[PoolTrigger],
        answer: fn(Value) -> Result<Value, &'static str>,
    ) -> Self {
        World {
            pool: Pool::default(),
            wires: wires.iter().map(|trigger| (*trigger, F)).collect(),
            payloads: Payloads::default(),
            happened: Vec::new(),
            answer,
            late: 0,
            throttled: false,
            asked: Vec::new(),
            unix_millis: 1_795_521_600_000,
        }
    }

    pub(super) fn ask(&mut self, request: PoolRequest) -> PoolResult {
        let session = SessionMeta::default();
        let wires = self.wires.clone();
        let mut operation = self
            .pool
            .begin(session, self.unix_millis, POOL, wires, request);
        let mut step = operation.next_step();
        loop {
            match step {
                Step::Invoke { function, event } => {
                    assert_eq!(function, F);
                    let request = RequestId(self.asked.len() as u64);
                    let event: Value = serde_json::from_str(&event).unwrap();
                    self.asked.push(event.clone());
                    if self.throttled {
                        step = operation.not_invoked(request, "TooManyRequestsException");
                        continue;
                    }
                    if self.late > 0 {
                        self.late -= 1;
                        step = operation.late(request);
                        continue;
                    }
                    let (answer, failed) = match (self.answer)(event) {
                        Ok(value) => (value, false),
                        Err(message) => {
                            (json!({"errorMessage": message, "errorType": "Error"}), true)
                        }
                    };
                    let answer = answer.to_string();
                    step = operation.answered(request, Some(answer.as_bytes()), failed);
                }
                Step::Done(record) => {
                    let result = record.result.clone();
                    let written = serde_json::to_vec(&Happening::PoolAsked(record)).unwrap();
                    assert!(!String::from_utf8_lossy(&written).contains(PASSWORD));
                    let happening: PayloadId = self.payloads.add(written);
                    let number = self.happened.len() as u64 + 1;
                    let at = Moment::from_nanos(number);
                    self.happened.push(Happened {
                        at,
                        number,
                        happening,
                    });
                    self.pool.catch_up(&self.happened, &self.payloads);
                    return result;
                }
            }
        }
    }

    pub(super) fn sign_up(&mut self, user: &str) -> PoolResult {
        self.ask(PoolRequest::SignUp {
            user: user.to_owned(),
            password: PASSWORD.to_owned(),
            email: "ada@example.com".to_owned(),
        })
    }

    pub(super) fn confirm(&mut self, user: &str, code: &str) -> PoolResult {
        self.ask(PoolRequest::Confirm {
            user: user.to_owned(),
            code: code.to_owned(),
        })
    }

    pub(super) fn sign_in(&mut self, user: &str, password: &str) -> PoolResult {
        self.ask(PoolRequest::SignIn {
            user: user.to_owned(),
            password: password.to_owned(),
        })
    }

    pub(super) fn code(&self, user: &str) -> String {
        self.pool.users()[user].code.clone()
    }

    pub(super) fn sources(&self) -> Vec<&str> {
        let asked = self.asked.iter();
        asked
            .map(|event| event["triggerSource"].as_str().unwrap())
            .collect()
    }
}

pub(super) fn refusal(result: &PoolResult) -> (&str, &str) {
    match result {
        PoolResult::Refused { error, message } => (error, message),
        PoolResult::Succeeded(value) => panic!("{value}"),
    }
}

pub(super) fn success(result: PoolResult) -> Value {
    match result {
        PoolResult::Succeeded(value) => value,
        PoolResult::Refused { error, message } => panic!("{error}: {message}"),
    }
}

#[test]
fn without_functions_a_user_signs_up_confirms_and_signs_in() {
    let mut world = World::new(&[], Ok);
    let answer = success(world.sign_up("ada"));
    assert_eq!(answer["UserConfirmed"], false);
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "a***@e***");
    let early = world.sign_in("ada", PASSWORD);
    assert_eq!(
        refusal(&early),
        ("UserNotConfirmedException", "User is not confirmed.")
    );
    let wrong = world.confirm("ada", "none");
    assert_eq!(refusal(&wrong).0, "CodeMismatchException");
    let code = world.code("ada");
    success(world.confirm("ada", &code));
    let again = world.confirm("ada", &code);
    assert_eq!(
        refusal(&again),
        (
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED"
        )
    );
    let tokens = success(world.sign_in("ada", PASSWORD));
    let claims = &tokens["AuthenticationResult"]["IdTokenClaims"];
    assert_eq!(claims["email"], "ada@example.com");
    assert_eq!(claims["email_verified"], true);
    for (user, password) in [("ada", "Wrong-horse-7"), ("eve", PASSWORD)] {
        let wrong = world.sign_in(user, password);
        let said = ("NotAuthorizedException", "Incorrect username or password.");
        assert_eq!(refusal(&wrong), said);
    }
    assert!(world.asked.is_empty());
}

#[test]
fn every_function_is_asked_in_its_turn() {
    let mut world = World::new(&PoolTrigger::ALL, Ok);
    success(world.sign_up("ada"));
    let code = world.code("ada");
    success(world.confirm("ada", &code));
    success(world.sign_in("ada", PASSWORD));
    assert_eq!(
        world.sources(),
        [
            "PreSignUp_SignUp",
            "PostConfirmation_ConfirmSignUp",
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication",
            "TokenGeneration_Authentication",
        ]
    );
    let [first, second, ..] = &world.asked[..] else {
        panic!("nothing was asked");
    };
    assert_eq!(
        first["request"]["userAttributes"],
        json!({"email": "ada@example.com"})
    );
    assert_eq!(first["userName"], "ada");
    assert_eq!(
        second["request"]["userAttributes"]["cognito:user_status"],
        "CONFIRMED"
    );
    // One pool, one client.
    assert_eq!(first["userPoolId"], second["userPoolId"]);
    assert_eq!(first["callerContext"], second["callerContext"]);
}

/// A throttle is the user's to see and is not tried again, unlike an answer that is late ("Customizing user pool
/// workflows with Lambda triggers": only that is retried). The error's name is Cognito's for what Lambda throws
/// (Cognito API reference, SignUp: UnexpectedLambdaException); its words are a model choice.
#[test]
fn a_throttle_is_the_clients_error() {
    let mut world = World::new(&PoolTrigger::ALL, Ok);
    world.throttled = true;
    let result = world.sign_up("ada");
    let message = "PreSignUp failed with error TooManyRequestsException.";
    assert_eq!(refusal(&result), ("UnexpectedLambdaException", message));
    assert_eq!(world.asked.len(), 1, "once only");
    assert_eq!(world.pool.users().len(), 0, "nobody has signed up");
    // What was done before the throttle stays done.
    world.throttled = false;
    success(world.sign_up("ada"));
    let code = world.code("ada");
    world.throttled = true;
    let result = world.confirm("ada", &code);
    let message = "PostConfirmation failed with error TooManyRequestsException.";
    assert_eq!(refusal(&result), ("UnexpectedLambdaException", message));
    world.throttled = false;
    success(world.sign_in("ada", PASSWORD));
}

#[test]
fn pre_sign_up_may_confirm_the_user_and_the_address() {
    let both = [PoolTrigger::PreSignUp, PoolTrigger::PostConfirmation];
    let mut world = World::new(&both, |mut event: Value| {
        if event["triggerSource"] == "PreSignUp_SignUp" {
            event["response"]["autoConfirmUser"] = true.into();
            event["response"]["autoVerifyEmail"] = true.into();
        }
        Ok(event)
    });
    let answer = success(world.sign_up("ada"));
    assert_eq!(answer["UserConfirmed"], true);
    assert!(answer.get("CodeDeliveryDetails").is_none());
    assert_eq!(
        world.sources(),
        ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    );
    assert!(world.pool.users()["ada"].email_verified);
    success(world.sign_in("ada", PASSWORD));
}

#[test]
fn what_a_function_answers_wrongly_is_cognitos_error() {
    let failing = |_: Value| Err("no teapots");
    let mut world = World::new(&[PoolTrigger::PreSignUp], failing);
    let result = world.sign_up("ada");
    assert_eq!(
        refusal(&result),
        (
            "UserLambdaValidationException",
            "PreSignUp failed with error no teapots."
        )
    );
    assert!(world.pool.users().is_empty());

    for answer in [
        (|_| Ok(json!("ok"))) as fn(Value) -> Result<Value, &'static str>,
        |_| Ok(Value::Null),
        |_| Ok(json!({"response": {"autoConfirmUser": "yes"}})),
    ] {
        let mut world = World::new(&[PoolTrigger::PreSignUp], answer);
        let result = world.sign_up("ada");
        assert_eq!(
            refusal(&result),
            (
                "InvalidLambdaResponseException",
                "Unrecognizable lambda output"
            )
        );
        assert!(world.pool.users().is_empty());
    }

    // A user stays confirmed, whatever the function says that is told of it.
    let mut world = World::new(&[PoolTrigger::PostConfirmation], failing);
    success(world.sign_up("ada"));
    let code = world.code("ada");
    let result = world.confirm("ada", &code);
    assert_eq!(refusal(&result).0, "UserLambdaValidationException");
    assert!(world.pool.users()["ada"].confirmed);

    let mut world = World::new(&[PoolTrigger::PreAuthentication], failing);
    success(world.sign_up("ada"));
    let result = world.sign_in("ada", PASSWORD);
    assert_eq!(
        refusal(&result).1,
        "PreAuthentication failed with error no teapots."
    );
}

/// The attempts of the function that was asked last, of what was asked last.
fn attempts(world: &World) -> Vec<(u64, bool)> {
    let answer = world.pool.last()[0].answers.last().unwrap();
    let attempts = answer.attempts.iter();
    attempts.map(|it| (it.request.0, it.late)).collect()
}

#[test]
fn a_function_is_asked_three_times_before_it_is_too_late() {
    assert_eq!(ANSWER_WAIT, Span::from_secs(5));
    let mut world = World::new(&[PoolTrigger::PreSignUp], Ok);
    world.late = 2;
    success(world.sign_up("ada"));
    assert_eq!(attempts(&world), [(0, true), (1, true), (2, false)]);
    // It is asked the same each time.
    assert_eq!(world.asked[0], world.asked[2]);
    success(world.sign_up("bob"));
    assert_eq!(attempts(&world), [(3, false)]);

    world.late = 3;
    let result = world.sign_up("eve");
    let said =
        "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.";
    assert_eq!(refusal(&result), ("UnexpectedLambdaException", said));
    assert_eq!(attempts(&world), [(4, true), (5, true), (6, true)]);
    assert_eq!(world.late, 0);
    assert!(!world.pool.users().contains_key("eve"));
}

#[test]
fn every_function_has_its_own_three_tries() {
    let both = [
        PoolTrigger::PreAuthentication,
        PoolTrigger::PostAuthentication,
    ];
    let mut world = World::new(&both, Ok);
    success(world.sign_up("ada"));
    let code = world.code("ada");
    success(world.confirm("ada", &code));
    world.late = 2;
    success(world.sign_in("ada", PASSWORD));
    let answers = &world.pool.last()[0].answers;
    let tries: Vec<usize> = answers.iter().map(|it| it.attempts.len()).collect();
    assert_eq!(tries, [3, 1]);
    // A confirmation stays one, whether anybody heard of it or not.
    let mut world = World::new(&[PoolTrigger::PostConfirmation], Ok);
    success(world.sign_up("ada"));
    let code = world.code("ada");
    world.late = 3;
    let result = world.confirm("ada", &code);
    assert_eq!(refusal(&result).0, "UnexpectedLambdaException");
    assert!(world.pool.users()["ada"].confirmed);
}

#[test]
fn records_of_before_there_were_attempts_are_read() {
    let written = json!({"trigger": "preSignUp", "function": 1, "result": {"succeeded": {}}});
    let answer: PoolAnswer = serde_json::from_value(written).unwrap();
    assert!(answer.attempts.is_empty());
}

#[test]
fn claims_can_be_overridden_but_not_whose_they_are() {
    let mut world = World::new(&[PoolTrigger::PreTokenGeneration], |mut event: Value| {
        event["response"]["claimsOverrideDetails"] = json!({
            "claimsToAddOrOverride": {"tea": "green", "sub": "somebody else"},
            "claimsToSuppress": ["email"],
            "groupOverrideDetails": {"groupsToOverride": ["drinkers"]},
        });
        Ok(event)
    });
    success(world.sign_up("ada"));
    let code = world.code("ada");
    success(world.confirm("ada", &code));
    let tokens = success(world.sign_in("ada", PASSWORD));
    let claims = &tokens["AuthenticationResult"]["IdTokenClaims"];
    assert_eq!(claims["tea"], "green");
    assert_eq!(claims["cognito:groups"], json!(["drinkers"]));
    assert_eq!(claims["sub"], world.pool.users()["ada"].sub);
    assert!(claims.get("email").is_none());
}

#[test]
fn what_cognito_refuses_by_itself() {
    let mut world = World::new(&PoolTrigger::ALL, Ok);
    for (password, said) in [
        ("short", "not long enough"),
        ("UPPERCASE-7", "lowercase"),
        ("lowercase-7", "uppercase"),
        ("No-numbers", "numeric"),
        ("NoSymbols7", "symbol"),
    ] {
        let result = world.ask(PoolRequest::SignUp {
            user: "ada".to_owned(),
            password: password.to_owned(),
            email: "ada@example.com".to_owned(),
        });
        let (error, message) = refusal(&result);
        assert_eq!(error, "InvalidPasswordException");
        assert!(message.contains(said), "{message}");
    }
    for (user, email) in [
        ("", "a@b.c"),
        ("a b", "a@b.c"),
        ("ada", "ada"),
        ("ada", "a@b@c.d"),
    ] {
        let result = world.ask(PoolRequest::SignUp {
            user: user.to_owned(),
            password: PASSWORD.to_owned(),
            email: email.to_owned(),
        });
        assert_eq!(refusal(&result).0, "InvalidParameterException");
    }
    let result = world.confirm("ada", "123456");
    assert_eq!(refusal(&result).0, "UserNotFoundException");
    // No function was asked for any of this; for a taken name it is.
    assert!(world.asked.is_empty());
    success(world.sign_up("ada"));
    let result = world.sign_up("ada");
    assert_eq!(
        refusal(&result),
        ("UsernameExistsException", "User already exists")
    );
    assert_eq!(world.asked.len(), 2);
    assert_eq!(world.pool.last().len(), KEPT);
}
