//! What Cognito refuses by itself, in its own words as its API reference and reports have them.

use super::PoolResult;
use sha2::{Digest, Sha256};

/// A client's error.
pub(super) fn refused(error: &str, message: impl Into<String>) -> PoolResult {
    PoolResult::Refused {
        error: error.to_owned(),
        message: message.into(),
    }
}

/// A name or a password that is not right, or a challenge that was failed.
pub(super) fn wrong() -> PoolResult {
    refused("NotAuthorizedException", "Incorrect username or password.")
}

/// Somebody who has not proved the address.
pub(super) fn unconfirmed() -> PoolResult {
    refused("UserNotConfirmedException", "User is not confirmed.")
}

/// A name: 1 to 128 characters without white space (API reference, SignUp: `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`).
pub(super) fn name(user: &str) -> Option<PoolResult> {
    let failed = |rule: &str| {
        let message = format!(
            "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must {rule}"
        );
        Some(refused("InvalidParameterException", message))
    };
    match user {
        "" => failed("have length greater than or equal to 1"),
        user if user.chars().count() > 128 => failed("have length less than or equal to 128"),
        user if user.contains(|it: char| it.is_whitespace() || it.is_control()) => {
            failed("satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+")
        }
        _ => None,
    }
}

/// The default policy: eight characters, a capital and a small letter, a digit and a symbol.
pub(super) fn password(password: &str) -> Option<PoolResult> {
    let symbol = |it: char| it.is_ascii_punctuation() || it == ' ';
    let missing = match password {
        it if it.chars().count() < 8 => "Password not long enough",
        it if !it.contains(|it: char| it.is_ascii_lowercase()) => {
            "Password must have lowercase characters"
        }
        it if !it.contains(|it: char| it.is_ascii_uppercase()) => {
            "Password must have uppercase characters"
        }
        it if !it.contains(|it: char| it.is_ascii_digit()) => {
            "Password must have numeric characters"
        }
        it if !it.contains(symbol) => "Password must have symbol characters",
        _ => return None,
    };
    let message = format!("Password did not conform with policy: {missing}");
    Some(refused("InvalidPasswordException", message))
}

pub(super) fn email(email: &str) -> Option<PoolResult> {
    let parts = email.split_once('@');
    let valid = parts.is_some_and(|(name, host)| {
        let plain =
            |it: &str| !it.is_empty() && !it.contains(|c: char| c.is_whitespace() || c == '@');
        plain(name)
            && plain(host)
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
    });
    (!valid).then(|| refused("InvalidParameterException", "Invalid email address format."))
}

/// What is kept of a password.
pub(super) fn digest(user: &str, password: &str) -> String {
    let digest = Sha256::digest(format!("{user}\n{password}").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
