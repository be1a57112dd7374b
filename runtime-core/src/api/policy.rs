//! What policies of functions and of layer versions have in common (Lambda API reference, AddPermission and
//! AddLayerVersionPermission).

use super::error::ApiError;
use super::layer_name;
use serde_json::{Value, json};

const STATEMENT_PATTERN: &str = "([a-zA-Z0-9-_]+)";
/// The longest id of a statement.
const MAX_STATEMENT_ID: usize = 100;
/// The longest policy, in bytes (Lambda quotas page, resource-based policy: 20 KB).
const MAX_POLICY: usize = 20_480;

/// As IAM has a policy with these statements.
pub(super) fn document(statements: impl Iterator<Item = Value>) -> Value {
    json!({
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": statements.collect::<Value>(),
    })
}

/// The id of a statement.
pub(super) fn statement_id(id: &str) -> Result<&str, ApiError> {
    if id.chars().count() > MAX_STATEMENT_ID {
        let must = format!("have length less than or equal to {MAX_STATEMENT_ID}");
        return Err(ApiError::constraint(id, "statementId", must));
    }
    match layer_name::is_word(id) {
        true => Ok(id),
        false => Err(pattern(id, "statementId", STATEMENT_PATTERN)),
    }
}

/// That a value does not fit its pattern.
pub(super) fn pattern(value: &str, field: &str, pattern: &str) -> ApiError {
    let must = format!("satisfy regular expression pattern: {pattern}");
    ApiError::constraint(value, field, must)
}

/// That there is a statement of this id.
pub(super) fn taken(id: &str) -> ApiError {
    ApiError::conflict(format!(
        "The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing statement."
    ))
}

/// That there is none.
pub(super) fn missing(id: &str) -> ApiError {
    ApiError::not_found(format!("Statement {id} is not found in resource policy."))
}

/// Whether a policy is no longer than it may be.
pub(super) fn check_length(policy: &Value) -> Result<(), ApiError> {
    match policy.to_string().len() {
        ..=MAX_POLICY => Ok(()),
        size => Err(ApiError::new(
            400,
            "PolicyLengthExceededException",
            format!("The final policy size ({size}) is bigger than the limit ({MAX_POLICY})."),
        )),
    }
}

/// Whether it is the number of an account.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

/// Everybody, an account by its root, or whoever an ARN names.
pub(super) fn principal(text: &str) -> Value {
    match text {
        "*" => json!("*"),
        account if is_account(account) => json!({"AWS": format!("arn:aws:iam::{account}:root")}),
        root => json!({ "AWS": root }),
    }
}
