//! Names of functions as requests give them: `name`, `ACCOUNT:function:name` or an ARN, each with a
//! qualifier or without (Lambda API reference, "FunctionName").

use super::error::ApiError;
use super::world::World;
use crate::timeline::function_arn;
use crate::units::FunctionId;

/// The region that the session is in.
pub(super) const REGION: &str = "us-east-1";
/// The account that the session is of: the one of AWS's own examples.
pub(super) const ACCOUNT: &str = "123456789012";
/// The longest name or ARN.
const MAX_REFERENCE: usize = 140;
const PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";

/// A function as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its name.
    pub(super) name: String,
    /// A version or an alias.
    pub(super) qualifier: Option<String>,
}

impl Reference {
    /// Reads a reference; a qualifier may also come apart from it.
    pub(super) fn read(text: &str, apart: Option<String>) -> Result<Reference, ApiError> {
        if text.chars().count() > MAX_REFERENCE {
            let must = format!("have length less than or equal to {MAX_REFERENCE}");
            return Err(ApiError::constraint(text, "functionName", must));
        }
        let pattern = || {
            ApiError::constraint(
                text,
                "functionName",
                format_args!("satisfy regular expression pattern: {PATTERN}"),
            )
        };
        let (region, account, rest) = match text.strip_prefix("arn:") {
            Some(arn) => {
                let mut parts = arn.splitn(5, ':');
                let mut next = || parts.next().unwrap_or_default();
                let (partition, service) = (next(), next());
                if !partition.starts_with("aws") || service != "lambda" {
                    return Err(pattern());
                }
                let (region, account, rest) = (next(), next(), next());
                let rest = rest.strip_prefix("function:").ok_or_else(pattern)?;
                (Some(region), Some(account), rest)
            }
            None => match text.split_once(":function:") {
                Some((account, rest)) => (None, Some(account), rest),
                None => (None, None, text.strip_prefix("function:").unwrap_or(text)),
            },
        };
        let (name, own) = match rest.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (rest, None),
        };
        let is_word = |text: &str| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            !text.is_empty() && text.chars().all(allowed)
        };
        let qualified = own.is_none_or(|it| it == "$LATEST" || is_word(it));
        let is_account = |it: &str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
        if !is_word(name) || !qualified || account.is_some_and(|it| !is_account(it)) {
            return Err(pattern());
        }
        if let Some(region) = region.filter(|region| *region != REGION) {
            return Err(ApiError::not_found(format!(
                "Functions from '{region}' are not reachable in this region ('{REGION}')"
            )));
        }
        // There are no other accounts, and so no permission to see their functions.
        if account.is_some_and(|account| account != ACCOUNT) {
            return Err(ApiError::new(
                403,
                "AccessDeniedException",
                format!(
                    "No function of another account can be reached: this is account {ACCOUNT}."
                ),
            ));
        }
        let qualifier = match (own, apart) {
            (Some(own), Some(apart)) if own != apart => {
                return Err(ApiError::invalid(
                    "The derived qualifier from the function name does not match the specified qualifier.",
                ));
            }
            (own, apart) => own.map(str::to_owned).or(apart),
        };
        if let Some(qualifier) = qualifier
            .as_deref()
            .filter(|it| *it != "$LATEST" && !is_word(it))
        {
            let must =
                r"satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";
            return Err(ApiError::constraint(qualifier, "qualifier", must));
        }
        Ok(Reference {
            name: name.to_owned(),
            qualifier,
        })
    }

    /// The ARN that it stands for.
    pub(super) fn arn(&self) -> String {
        let arn = function_arn(&self.name);
        match &self.qualifier {
            Some(qualifier) => format!("{arn}:{qualifier}"),
            None => arn,
        }
    }

    /// The function of this name.
    pub(super) fn function(&self, world: &World<'_>) -> Result<FunctionId, ApiError> {
        let mut functions = world.platform.functions();
        functions
            .find(|(_, configuration)| configuration.name == self.name)
            .map(|(id, _)| id)
            .ok_or_else(|| self.missing())
    }

    /// That there is no such function.
    pub(super) fn missing(&self) -> ApiError {
        ApiError::not_found(format!("Function not found: {}", self.arn()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_in_every_way() {
        let table = [
            ("echo", "echo", None),
            ("echo:7", "echo", Some("7")),
            ("echo:$LATEST", "echo", Some("$LATEST")),
            ("123456789012:function:echo", "echo", None),
            ("function:echo", "echo", None),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:echo",
                "echo",
                None,
            ),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:echo:live",
                "echo",
                Some("live"),
            ),
        ];
        for (text, name, qualifier) in table {
            let read = Reference::read(text, None).unwrap();
            assert_eq!(read.name, name, "{text}");
            assert_eq!(read.qualifier.as_deref(), qualifier, "{text}");
        }
    }

    #[test]
    fn other_names_are_refused() {
        let long = "x".repeat(141);
        let table = [
            ("", "ValidationException"),
            ("a b", "ValidationException"),
            ("echo:", "ValidationException"),
            ("echo:a:b", "ValidationException"),
            (
                "arn:aws:sqs:us-east-1:123456789012:queue",
                "ValidationException",
            ),
            (
                "arn:aws:lambda:us-east-1:12:function:echo",
                "ValidationException",
            ),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:echo",
                "ResourceNotFoundException",
            ),
            ("999999999999:function:echo", "AccessDeniedException"),
            (long.as_str(), "ValidationException"),
        ];
        for (text, name) in table {
            assert_eq!(
                Reference::read(text, None).unwrap_err().name,
                name,
                "{text}"
            );
        }
        let twice = Reference::read("echo:1", Some("2".to_owned())).unwrap_err();
        assert_eq!(twice.name, "InvalidParameterValueException");
        assert!(Reference::read("echo:1", Some("1".to_owned())).is_ok());
        assert!(Reference::read("echo", Some("a b".to_owned())).is_err());
    }
}
