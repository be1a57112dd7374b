//! What is wrong with an event before any function is asked (Lambda API reference, Invoke).

use crate::timeline::{MAX_ASYNC_EVENT_BYTES, MAX_EVENT_BYTES, Rejection};
use crate::units::ByteCount;

/// Where and why bytes are not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// In a few words.
    pub message: String,
}

/// Why an event is refused at the door; `None` if it is not.
pub fn refuse_event(event: &[u8]) -> Option<Rejection> {
    if event.len() as u64 > MAX_EVENT_BYTES {
        return Some(Rejection::RequestTooLarge(ByteCount::from(event.len())));
    }
    refuse_json(event)
}

/// The same for asynchronous invocation.
pub fn refuse_async_event(event: &[u8]) -> Option<Rejection> {
    if event.len() as u64 > MAX_ASYNC_EVENT_BYTES {
        let size = ByteCount::from(event.len());
        return Some(Rejection::AsyncRequestTooLarge(size));
    }
    refuse_json(event)
}

/// What is no JSON.
pub fn refuse_json(event: &[u8]) -> Option<Rejection> {
    json_error(event).map(|error| Rejection::InvalidJson {
        line: error.line,
        column: error.column,
    })
}

/// Where and why bytes are not JSON; `None` if they are. Values are looked at and not kept, so no
/// depth is too deep.
pub fn json_error(bytes: &[u8]) -> Option<JsonError> {
    let error = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).err()?;
    let text = error.to_string();
    // The place is said separately.
    let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
    // A word that a line break cuts short is reported at the start of the next line: the mistake
    // is at the end of the line before.
    let (line, column) = match (error.line(), error.column()) {
        (line @ 2.., 0) => {
            let before = bytes.split(|byte| *byte == b'\n').nth(line - 2);
            let before = String::from_utf8_lossy(before.unwrap_or_default());
            (line - 1, before.chars().count() + 1)
        }
        (line, column) => (line.max(1), column.max(1)),
    };
    let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    Some(JsonError {
        line: number(line),
        column: number(column),
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn errors_have_a_place() {
        let place = |text: &str| json_error(text.as_bytes()).map(|it| (it.line, it.column));
        assert_eq!(place("{\"a\": [1, 2.5e3, null]}"), None);
        assert_eq!(place("{\n  \"a\": tru\n}"), Some((2, 11)));
        assert_eq!(place(""), Some((1, 1)));
        assert!(place("{} {}").is_some());
    }

    #[test]
    fn events_are_refused_as_lambda_refuses_them() {
        assert_eq!(refuse_event(b"{}"), None);
        assert!(matches!(
            refuse_event(b"{"),
            Some(Rejection::InvalidJson { line: 1, .. })
        ));
        let large = vec![b' '; MAX_EVENT_BYTES as usize + 1];
        assert!(matches!(
            refuse_event(&large),
            Some(Rejection::RequestTooLarge(_))
        ));
    }

    #[test]
    fn no_depth_is_too_deep() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(json_error(deep.as_bytes()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_have_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(error) = json_error(&bytes) {
                prop_assert!(error.line >= 1 && error.column >= 1);
            }
        }
    }
}
