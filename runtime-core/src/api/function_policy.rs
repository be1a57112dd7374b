//! Who else may invoke a function (Lambda API reference, AddPermission, RemovePermission, GetPolicy; messages and
//! conditions as LocalStack recorded them against AWS, `test_lambda_api.py::TestLambdaPermissions`). Functions,
//! versions and aliases have a policy each. A session has one account, and what is wired to a function on its map may
//! invoke it: policies are kept, and nobody asks them.

use super::Call;
use super::error::ApiError;
use super::fields::Fields;
use super::http::Response;
use super::name::Reference;
use super::policy::{Policy, Statement, is_account, pattern, principal, statement_id};
use super::versions::qualifier;
use super::world::{Step, World};
use crate::units::{FunctionId, RequestId, SessionSeed};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

const ACTION_PATTERN: &str = r"(lambda:[*]|lambda:[a-zA-Z]+|[*])";
const PRINCIPAL_PATTERN: &str = r"[^\s]+";

/// What a condition compares, by the request's field: operator and key.
const CONDITIONS: [(&str, &str, &str); 5] = [
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    (
        "EventSourceToken",
        "StringEquals",
        "lambda:EventSourceToken",
    ),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    (
        "FunctionUrlAuthType",
        "StringEquals",
        "lambda:FunctionUrlAuthType",
    ),
];

/// The policy of a function, a version or an alias.
pub(super) type FunctionPolicy = Policy<Permission>;

/// Whom a policy allows to do what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Permission {
    id: String,
    action: String,
    principal: String,
    /// By names of [`CONDITIONS`].
    conditions: Vec<(String, String)>,
}

/// Whose policy it is.
struct Subject {
    function: FunctionId,
    /// A version or an alias; empty for the function itself.
    qualifier: String,
    arn: String,
}

pub(super) fn add(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let statement = read(&fields)?;
    let (subject, mut policy) = found(call, world)?;
    policy.check_free(&statement.id)?;
    check_revision(fields.text("RevisionId")?, world, &subject, &policy)?;
    let added = policy.add(statement, &subject.arn)?;
    keep(world, &subject, policy);
    Ok(Step::Answer(Response::json(
        201,
        &json!({ "Statement": added }),
    )))
}

pub(super) fn remove(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let id = statement_id(call.part(1))?;
    let (subject, mut policy) = found(call, world)?;
    policy.check_any("No policy is associated with the given resource.")?;
    let revision = call.request.parameter("RevisionId");
    check_revision(revision.as_deref(), world, &subject, &policy)?;
    policy.remove(id)?;
    keep(world, &subject, policy);
    Ok(Step::Answer(Response::empty(204)))
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let (subject, policy) = found(call, world)?;
    policy.check_any("The resource you requested does not exist.")?;
    let body = json!({
        "Policy": policy.document(&subject.arn).to_string(),
        "RevisionId": revision_id(world, &subject, &policy),
    });
    Ok(Step::Answer(Response::json(200, &body)))
}

/// What the request names, with its policy.
fn found(call: &Call, world: &mut World<'_>) -> Result<(Subject, FunctionPolicy), ApiError> {
    let reference: Reference = call.function()?;
    if reference.qualifier.as_deref() == Some("$LATEST") {
        return Err(ApiError::invalid(
            "We currently do not support adding policies for $LATEST.",
        ));
    }
    let function = reference.function(world)?;
    // It has to be there.
    qualifier(&reference, function, world)?;
    let subject = Subject {
        function,
        arn: reference.arn(),
        qualifier: reference.qualifier.unwrap_or_default(),
    };
    let details = world.registry.details(function);
    let policy = details.policies.get(&subject.qualifier).cloned();
    Ok((subject, policy.unwrap_or_default()))
}

/// Whether somebody else changed the policy since the client looked.
fn check_revision(
    wanted: Option<&str>,
    world: &World<'_>,
    subject: &Subject,
    policy: &FunctionPolicy,
) -> Result<(), ApiError> {
    match wanted {
        Some(wanted) if wanted != revision_id(world, subject, policy) => {
            Err(ApiError::precondition("GetPolicy"))
        }
        _ => Ok(()),
    }
}

fn keep(world: &mut World<'_>, subject: &Subject, policy: FunctionPolicy) {
    let qualifier = subject.qualifier.clone();
    world.registry.change(subject.function, |details| {
        details.policies.insert(qualifier, policy);
    });
}

/// Tells one state of a policy from another.
fn revision_id(world: &World<'_>, subject: &Subject, policy: &FunctionPolicy) -> String {
    let number = (u64::from(subject.function.0) << 32) | u64::from(policy.changes());
    // Each qualifier has numbers of its own.
    let qualifier = subject.qualifier.bytes();
    let mixed = qualifier.fold(world.session.seed.0, |seed, byte| {
        seed.rotate_left(5) ^ u64::from(byte)
    });
    RequestId(number).uuid(SessionSeed(mixed.rotate_left(3)))
}

fn read(fields: &Fields) -> Result<Permission, ApiError> {
    let required = |name: &str| fields.required(name, fields.text(name)?);
    let id = statement_id(required("StatementId")?)?;
    let action = required("Action")?;
    if !is_action(action) {
        return Err(pattern(action, "action", ACTION_PATTERN));
    }
    let principal = required("Principal")?;
    if principal.is_empty() || principal.contains(char::is_whitespace) {
        return Err(pattern(principal, "principal", PRINCIPAL_PATTERN));
    }
    if !is_principal(principal) {
        return Err(ApiError::invalid(
            "The provided principal was invalid. Please check the principal and try again.",
        ));
    }
    let mut conditions = Vec::new();
    for (field, ..) in CONDITIONS {
        if let Some(value) = fields.text(field)? {
            conditions.push((field.to_owned(), value.to_owned()));
        }
    }
    Ok(Permission {
        id: id.to_owned(),
        action: action.to_owned(),
        principal: principal.to_owned(),
        conditions,
    })
}

fn is_action(text: &str) -> bool {
    let name = text.strip_prefix("lambda:").unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphabetic());
    text == "*" || name == "*" || is_name
}

fn is_service(text: &str) -> bool {
    text.ends_with(".amazonaws.com")
}

/// Everybody, a service, an account, or whoever an ARN of IAM or STS names.
fn is_principal(text: &str) -> bool {
    let is_arn = text.starts_with("arn:") && (text.contains(":iam::") || text.contains(":sts::"));
    text == "*" || is_service(text) || is_account(text) || is_arn
}

impl Statement for Permission {
    fn id(&self) -> &str {
        &self.id
    }

    fn document(&self, arn: &str) -> Value {
        let principal = match self.principal.as_str() {
            service if is_service(service) => json!({ "Service": service }),
            other => principal(other),
        };
        let mut document = json!({
            "Sid": self.id,
            "Effect": "Allow",
            "Principal": principal,
            "Action": self.action,
            "Resource": arn,
        });
        let mut conditions = Map::new();
        for (field, operator, key) in CONDITIONS {
            let given = self.conditions.iter().find(|(name, _)| name == field);
            if let Some((_, value)) = given {
                conditions.entry(operator).or_insert_with(|| json!({}))[key] = json!(value);
            }
        }
        if !conditions.is_empty() {
            document["Condition"] = Value::Object(conditions);
        }
        document
    }
}
