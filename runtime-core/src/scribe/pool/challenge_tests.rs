//! Sign-in by challenges. Cognito developer guide, "Custom authentication challenge Lambda triggers" and the
//! pages below it (user-pool-lambda-define-auth-challenge, -create-auth-challenge,
//! -verify-auth-challenge-response; read 2026-11-30).

use super::tests::{PASSWORD, World, refusal, success};
use super::*;
use serde_json::json;

type Answer = fn(Value) -> Result<Value, &'static str>;

/// The three functions of the guide's examples in one, with three tries: a challenge follows until one is
/// answered, and the third wrong answer fails the sign-in.
fn three_tries(mut event: Value) -> Result<Value, &'static str> {
    let request = event["request"].clone();
    let session = request["session"].as_array().cloned().unwrap_or_default();
    let source = event["triggerSource"].clone();
    let response = &mut event["response"];
    if source == "DefineAuthChallenge_Authentication" {
        let passed = session
            .last()
            .is_some_and(|it| it["challengeResult"] == true);
        response["issueTokens"] = passed.into();
        response["failAuthentication"] = (!passed && session.len() >= 3).into();
        if !passed && session.len() < 3 {
            response["challengeName"] = "CUSTOM_CHALLENGE".into();
        }
    } else if source == "CreateAuthChallenge_Authentication" {
        response["publicChallengeParameters"] = json!({"captchaUrl": "url/123.jpg"});
        response["privateChallengeParameters"] = json!({"answer": "5"});
        response["challengeMetadata"] = "CAPTCHA_CHALLENGE".into();
    } else if source == "VerifyAuthChallengeResponse_Authentication" {
        let right = request["privateChallengeParameters"]["answer"] == request["challengeAnswer"];
        response["answerCorrect"] = right.into();
    }
    Ok(event)
}

const CHALLENGES: [PoolTrigger; 3] = [
    PoolTrigger::DefineAuthChallenge,
    PoolTrigger::CreateAuthChallenge,
    PoolTrigger::VerifyAuthChallengeResponse,
];

/// A pool with one user, who is confirmed.
fn with_ada(wires: &[PoolTrigger], answer: Answer) -> World {
    let mut world = World::new(wires, answer);
    success(world.sign_up("ada"));
    let code = world.code("ada");
    success(world.confirm("ada", &code));
    world.asked.clear();
    world
}

fn challenged(world: &mut World, user: &str) -> PoolResult {
    world.ask(PoolRequest::SignInByChallenge {
        user: user.to_owned(),
        password: None,
    })
}

fn answered(world: &mut World, user: &str, answer: &str) -> PoolResult {
    world.ask(PoolRequest::Answer {
        user: user.to_owned(),
        answer: answer.to_owned(),
    })
}

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

#[test]
fn a_right_answer_signs_in() {
    let mut world = with_ada(&PoolTrigger::ALL, three_tries);
    let challenge = success(challenged(&mut world, "ada"));
    assert_eq!(challenge["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(
        challenge["ChallengeParameters"],
        json!({"captchaUrl": "url/123.jpg", "USERNAME": "ada"})
    );
    let session = &world.pool.challenges()["ada"].session;
    assert_eq!(challenge["Session"], session.as_str());
    // PreAuthentication is not asked; the private part never leaves the pool.
    assert_eq!(
        world.sources(),
        [
            "DefineAuthChallenge_Authentication",
            "CreateAuthChallenge_Authentication"
        ]
    );
    let attributes = &world.asked[0]["request"]["userAttributes"];
    assert_eq!(attributes["cognito:user_status"], "CONFIRMED");
    assert_eq!(
        world.asked[0]["request"],
        json!({"userAttributes": attributes, "session": [], "userNotFound": false})
    );
    assert_eq!(
        world.asked[1]["request"],
        json!({
            "userAttributes": attributes,
            "challengeName": "CUSTOM_CHALLENGE",
            "session": [],
            "userNotFound": false,
        })
    );

    let attributes = attributes.clone();
    world.asked.clear();
    let tokens = success(answered(&mut world, "ada", "5"));
    let claims = &tokens["AuthenticationResult"]["IdTokenClaims"];
    assert_eq!(claims["cognito:username"], "ada");
    assert_eq!(
        world.sources(),
        [
            "VerifyAuthChallengeResponse_Authentication",
            "DefineAuthChallenge_Authentication",
            "PostAuthentication_Authentication",
            "TokenGeneration_Authentication",
        ]
    );
    assert_eq!(
        world.asked[0]["request"],
        json!({
            "userAttributes": attributes,
            "privateChallengeParameters": {"answer": "5"},
            "challengeAnswer": "5",
            "userNotFound": false,
        })
    );
    assert_eq!(
        world.asked[1]["request"]["session"],
        json!([{
            "challengeName": "CUSTOM_CHALLENGE",
            "challengeResult": true,
            "challengeMetadata": "CAPTCHA_CHALLENGE",
        }])
    );
    assert!(world.pool.challenges().is_empty());
}

#[test]
fn the_third_wrong_answer_ends_the_sign_in() {
    let mut world = with_ada(&CHALLENGES, three_tries);
    let first = success(challenged(&mut world, "ada"));
    let second = success(answered(&mut world, "ada", "4"));
    assert_eq!(second["ChallengeName"], "CUSTOM_CHALLENGE");
    // Each challenge has a session of its own.
    assert_ne!(first["Session"], second["Session"]);
    success(answered(&mut world, "ada", "6"));
    assert_eq!(refusal(&answered(&mut world, "ada", "7")), WRONG);
    let last = world.asked.last().unwrap();
    let session = last["request"]["session"].as_array().unwrap();
    let results: Vec<&Value> = session.iter().map(|it| &it["challengeResult"]).collect();
    assert_eq!(results, [false, false, false]);
    // That was all: the right answer comes too late, and the next sign-in begins anew.
    let said = ("NotAuthorizedException", "Invalid session for the user.");
    assert_eq!(refusal(&answered(&mut world, "ada", "5")), said);
    success(challenged(&mut world, "ada"));
    assert_eq!(world.asked.last().unwrap()["request"]["session"], json!([]));
    success(answered(&mut world, "ada", "5"));
}

#[test]
fn a_challenge_can_be_answered_for_three_minutes() {
    assert_eq!(SESSION_VALIDITY.as_nanos(), 180_000_000_000);
    let mut world = with_ada(&CHALLENGES, three_tries);
    success(challenged(&mut world, "ada"));
    world.unix_millis += 179_999;
    success(answered(&mut world, "ada", "4"));
    // The next one counts from when it was set.
    world.unix_millis += 180_000;
    let said = (
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
    let calls = world.asked.len();
    assert_eq!(refusal(&answered(&mut world, "ada", "5")), said);
    assert_eq!(world.asked.len(), calls, "no function is asked");
}

#[test]
fn an_answer_that_is_missing_leaves_the_challenge() {
    let mut world = with_ada(&CHALLENGES, three_tries);
    success(challenged(&mut world, "ada"));
    let result = answered(&mut world, "ada", "");
    let said = (
        "InvalidParameterException",
        "Missing required parameter ANSWER",
    );
    assert_eq!(refusal(&result), said);
    success(answered(&mut world, "ada", "5"));
}

#[test]
fn a_session_is_used_up_by_a_function_that_fails() {
    let failing = |event: Value| match event["triggerSource"].as_str() {
        Some("VerifyAuthChallengeResponse_Authentication") => Err("no teapots"),
        _ => three_tries(event),
    };
    let mut world = with_ada(&CHALLENGES, failing);
    success(challenged(&mut world, "ada"));
    let said = (
        "UserLambdaValidationException",
        "VerifyAuthChallengeResponse failed with error no teapots.",
    );
    assert_eq!(refusal(&answered(&mut world, "ada", "5")), said);
    let said = ("NotAuthorizedException", "Invalid session for the user.");
    assert_eq!(refusal(&answered(&mut world, "ada", "5")), said);
}

/// The guide's example of DefineAuthChallenge: the password first, then one challenge.
fn password_first(mut event: Value) -> Result<Value, &'static str> {
    if event["triggerSource"] != "DefineAuthChallenge_Authentication" {
        return three_tries(event);
    }
    let session = event["request"]["session"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let last = session.last().cloned().unwrap_or_default();
    let is = |length: usize, name: &str| {
        session.len() == length && last["challengeName"] == name && last["challengeResult"] == true
    };
    let response = &mut event["response"];
    *response = json!({"issueTokens": false, "failAuthentication": false});
    if is(1, "SRP_A") {
        response["challengeName"] = "PASSWORD_VERIFIER".into();
    } else if is(2, "PASSWORD_VERIFIER") {
        response["challengeName"] = "CUSTOM_CHALLENGE".into();
    } else if is(3, "CUSTOM_CHALLENGE") {
        response["issueTokens"] = true.into();
    } else {
        response["failAuthentication"] = true.into();
    }
    Ok(event)
}

#[test]
fn functions_may_want_the_password_first() {
    let mut world = with_ada(&CHALLENGES, password_first);
    let mut begin = |password: Option<&str>| {
        world.ask(PoolRequest::SignInByChallenge {
            user: "ada".to_owned(),
            password: password.map(str::to_owned),
        })
    };
    assert_eq!(refusal(&begin(None)), WRONG);
    assert_eq!(refusal(&begin(Some("Wrong-horse-7"))), WRONG);
    success(begin(Some(PASSWORD)));
    success(answered(&mut world, "ada", "5"));
    let session = &world.asked.last().unwrap()["request"]["session"];
    let of_cognito = |name: &str| json!({"challengeName": name, "challengeResult": true, "challengeMetadata": null});
    assert_eq!(session[0], of_cognito("SRP_A"));
    assert_eq!(session[1], of_cognito("PASSWORD_VERIFIER"));
    assert_eq!(session[2]["challengeName"], "CUSTOM_CHALLENGE");
}

#[test]
fn nobody_is_told_who_is_in_the_pool() {
    // As app clients have it that keep that to themselves (PreventUserExistenceErrors).
    let mut world = with_ada(&CHALLENGES, three_tries);
    let challenge = success(challenged(&mut world, "eve"));
    assert_eq!(challenge["ChallengeName"], "CUSTOM_CHALLENGE");
    let request = &world.asked[0]["request"];
    assert_eq!(request["userNotFound"], true);
    assert_eq!(request["userAttributes"], json!({}));
    // A function that believes in somebody cannot make tokens of it.
    assert_eq!(refusal(&answered(&mut world, "eve", "5")), WRONG);

    success(world.sign_up("bob"));
    let result = challenged(&mut world, "bob");
    let said = ("UserNotConfirmedException", "User is not confirmed.");
    assert_eq!(refusal(&result), said);
}

#[test]
fn all_three_functions_are_needed() {
    let said = (
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
    );
    let [define, create, _] = CHALLENGES;
    let mut world = with_ada(&[], three_tries);
    assert_eq!(refusal(&challenged(&mut world, "ada")), said);
    let mut world = with_ada(&[define], three_tries);
    assert_eq!(refusal(&challenged(&mut world, "ada")), said);
    let mut world = with_ada(&[define, create], three_tries);
    success(challenged(&mut world, "ada"));
    assert_eq!(refusal(&answered(&mut world, "ada", "5")), said);
}

#[test]
fn what_functions_say_wrongly_is_unrecognizable() {
    let define: [Answer; 5] = [
        |event| Ok(json!({"response": {}, "request": event["request"]})),
        |_| Ok(json!({"response": {"challengeName": "SMS_MFA"}})),
        // Nobody began with a password.
        |_| Ok(json!({"response": {"challengeName": "PASSWORD_VERIFIER"}})),
        |_| Ok(json!({"response": {"challengeName": 5}})),
        |_| Ok(json!({"response": {"issueTokens": "yes"}})),
    ];
    let create: [Answer; 3] = [
        |event| made(event, json!({"publicChallengeParameters": {"number": 5}})),
        |event| made(event, json!({"privateChallengeParameters": "5"})),
        |event| made(event, json!({"challengeMetadata": ["CAPTCHA"]})),
    ];
    for answer in define.into_iter().chain(create) {
        let mut world = with_ada(&CHALLENGES, answer);
        let said = (
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        );
        assert_eq!(refusal(&challenged(&mut world, "ada")), said);
        assert!(world.pool.challenges().is_empty());
    }
    // A function that asks for the password again and again is not heard again and again.
    let again: Answer = |_| Ok(json!({"response": {"challengeName": "PASSWORD_VERIFIER"}}));
    let mut world = with_ada(&CHALLENGES, again);
    let result = world.ask(PoolRequest::SignInByChallenge {
        user: "ada".to_owned(),
        password: Some(PASSWORD.to_owned()),
    });
    assert_eq!(refusal(&result).0, "InvalidLambdaResponseException");
    assert_eq!(world.asked.len(), 2);
}

/// Says this of a challenge, and that one is next.
fn made(event: Value, response: Value) -> Result<Value, &'static str> {
    match event["triggerSource"].as_str() {
        Some("CreateAuthChallenge_Authentication") => Ok(json!({ "response": response })),
        _ => three_tries(event),
    }
}

#[test]
fn records_of_before_there_were_challenges_are_read() {
    let written = json!({
        "request": "SignUp", "user": "ada", "answers": [], "result": {"succeeded": {}}, "changed": null,
    });
    let record: PoolRecord = serde_json::from_value(written).unwrap();
    assert!(record.challenge.is_none());
}
