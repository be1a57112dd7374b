//! What policies of functions and of layer versions have in common (Lambda API reference, AddPermission and
//! AddLayerVersionPermission).

use super::error::ApiError;
use super::layer_name;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const STATEMENT_PATTERN: &str = "([a-zA-Z0-9-_]+)";
/// The longest id of a statement.
const MAX_STATEMENT_ID: usize = 100;
/// The longest policy, in bytes (Lambda quotas page, resource-based policy: 20 KB).
const MAX_POLICY: usize = 20_480;

/// The policy of a function, or of a layer version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policy<S> {
    /// How often it was changed, from which its revision id follows.
    changes: u32,
    /// In the order in which they were added.
    statements: Vec<S>,
}

/// What a policy allows to somebody.
pub(super) trait Statement {
    fn id(&self) -> &str;

    /// As IAM has it, for the resource with this ARN.
    fn document(&self, arn: &str) -> Value;
}

impl<S> Default for Policy<S> {
    fn default() -> Self {
        Policy {
            changes: 0,
            statements: Vec::new(),
        }
    }
}

impl<S: Statement> Policy<S> {
    pub(super) fn changes(&self) -> u32 {
        self.changes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// As IAM has it.
    pub(super) fn document(&self, arn: &str) -> Value {
        let statements = self.statements.iter().map(|it| it.document(arn));
        json!({
            "Version": "2012-10-17",
            "Id": "default",
            "Statement": statements.collect::<Value>(),
        })
    }

    /// Whether there is any statement: a policy whose last one was removed is none any more (model choice: that of
    /// layers is not published; that of functions is the same).
    pub(super) fn check_any(&self, message: &str) -> Result<(), ApiError> {
        match self.is_empty() {
            true => Err(ApiError::not_found(message)),
            false => Ok(()),
        }
    }

    /// Whether no statement has this id.
    pub(super) fn check_free(&self, id: &str) -> Result<(), ApiError> {
        match self.statements.iter().any(|it| it.id() == id) {
            true => Err(ApiError::conflict(format!(
                "The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing statement."
            ))),
            false => Ok(()),
        }
    }

    /// One statement more; it, as IAM has it.
    pub(super) fn add(&mut self, statement: S, arn: &str) -> Result<String, ApiError> {
        let added = statement.document(arn).to_string();
        self.statements.push(statement);
        self.changes = self.changes.saturating_add(1);
        match self.document(arn).to_string().len() {
            ..=MAX_POLICY => Ok(added),
            size => Err(ApiError::new(
                400,
                "PolicyLengthExceededException",
                format!("The final policy size ({size}) is bigger than the limit ({MAX_POLICY})."),
            )),
        }
    }

    /// One less.
    pub(super) fn remove(&mut self, id: &str) -> Result<(), ApiError> {
        let place = self.statements.iter().position(|it| it.id() == id);
        let place = place.ok_or_else(|| {
            ApiError::not_found(format!("Statement {id} is not found in resource policy."))
        })?;
        self.statements.remove(place);
        self.changes = self.changes.saturating_add(1);
        Ok(())
    }
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
