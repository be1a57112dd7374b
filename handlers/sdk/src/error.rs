//! What the caller gets if the handler fails.

use serde::Serialize;
use std::any::type_name;
use std::fmt;

/// A handler's error: AWS's error payload, `{"errorType": .., "errorMessage": ..}`.
///
/// Every [`std::error::Error`] turns into one through `?`; its type's name becomes the error
/// type, as AWS's runtime for Rust does it. (So this type cannot be a `std::error::Error` itself.)
///
/// ```
/// # use coldstart_handler::Error;
/// fn half(text: &str) -> Result<u32, Error> {
///     let number: u32 = text.parse()?;
///     if number % 2 == 1 {
///         return Err(Error::new("OddNumber", format!("{number} has no half")));
///     }
///     Ok(number / 2)
/// }
/// assert_eq!(half("x").unwrap_err().error_type, "core::num::error::ParseIntError");
/// assert_eq!(half("3").unwrap_err().error_message, "3 has no half");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Error {
    /// What kind of error it is: a stable name that a caller can tell apart.
    pub error_type: String,
    /// What went wrong, for people.
    pub error_message: String,
}

impl Error {
    /// An error of a type that you name.
    pub fn new(error_type: impl Into<String>, error_message: impl Into<String>) -> Error {
        Error {
            error_type: error_type.into(),
            error_message: error_message.into(),
        }
    }

    /// The event is not of the type that the handler takes.
    pub(crate) fn unreadable_event(cause: &serde_json::Error) -> Error {
        Error::new(
            type_name::<serde_json::Error>(),
            // The words of AWS's runtime for Rust.
            format!(
                "failed to deserialize the incoming data into the function's payload type: {cause}"
            ),
        )
    }

    /// The error payload.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        // Two strings cannot fail to serialize; an empty payload would still be an error.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.error_message)
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Error {
        Error::new(type_name::<E>(), error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    enum Shop {
        Closed,
    }

    impl fmt::Display for Shop {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "closed on \"Sundays\"")
        }
    }

    impl std::error::Error for Shop {}

    #[test]
    fn an_error_is_named_after_its_type() {
        let error = Error::from(Shop::Closed);
        assert_eq!(error.error_type, "coldstart_handler::error::tests::Shop");
        assert_eq!(error.error_message, "closed on \"Sundays\"");
    }

    #[test]
    fn the_payload_is_awss() {
        assert_eq!(
            String::from_utf8(Error::new("A", "b \"c\"").to_json()).unwrap(),
            r#"{"errorType":"A","errorMessage":"b \"c\""}"#
        );
    }
}
