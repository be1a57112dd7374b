//! What `main!` expands to calls of. Not for use by hand.
//!
//! ```text
//! mod      respond: event bytes -> handler -> response bytes or error bytes; InitResult
//! reactor  allocate, handle, initialize: the exports of a reactor
//! command  run: a command's main
//! ```

pub mod command;
pub mod reactor;

use crate::{Context, Error};
use serde::{Serialize, de::DeserializeOwned};

/// What an init function may return.
pub trait InitResult {
    /// The same as a `Result`.
    ///
    /// # Errors
    /// The init function's own.
    fn into_result(self) -> Result<(), Error>;
}

impl InitResult for () {
    fn into_result(self) -> Result<(), Error> {
        Ok(())
    }
}

impl<E: Into<Error>> InitResult for Result<(), E> {
    fn into_result(self) -> Result<(), Error> {
        self.map_err(Into::into)
    }
}

/// Calls the handler. The result is the response's JSON.
///
/// # Errors
/// The handler's own; an event that is not of its type; a response that does not serialize.
fn respond<Event, Response, E, Handler>(
    event: Vec<u8>,
    context: Context,
    handler: Handler,
) -> Result<Vec<u8>, Error>
where
    Event: DeserializeOwned,
    Response: Serialize,
    E: Into<Error>,
    Handler: Fn(Event, Context) -> Result<Response, E>,
{
    let parsed: Event =
        serde_json::from_slice(&event).map_err(|cause| Error::unreadable_event(&cause))?;
    // A large event need not lie in memory twice while the handler runs.
    drop(event);
    let response = handler(parsed, context).map_err(Into::into)?;
    Ok(serde_json::to_vec(&response)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Value, json};
    use std::collections::BTreeMap;

    #[derive(serde::Deserialize)]
    struct Order {
        item: String,
    }

    fn handler(order: Order, context: Context) -> Result<Value, Error> {
        if order.item.is_empty() {
            return Err(Error::new("NothingOrdered", "item is empty"));
        }
        Ok(json!({ "item": order.item, "request": context.request_id }))
    }

    fn answer(event: &str) -> Result<String, Error> {
        let context = Context {
            request_id: "r1".into(),
            ..Context::default()
        };
        respond(event.into(), context, handler).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn the_handler_sees_event_and_context() {
        assert_eq!(
            answer(r#"{"item":"tea","more":1}"#).unwrap(),
            r#"{"item":"tea","request":"r1"}"#
        );
    }

    #[test]
    fn the_handlers_error_is_passed_on() {
        assert_eq!(
            answer(r#"{"item":""}"#).unwrap_err(),
            Error::new("NothingOrdered", "item is empty")
        );
    }

    #[test]
    fn an_event_of_another_shape_is_an_error_in_serdes_words() {
        let error = answer("{}").unwrap_err();
        assert_eq!(error.error_type, "serde_json::error::Error");
        assert_eq!(
            error.error_message,
            "failed to deserialize the incoming data into the function's payload type: \
             missing field `item` at line 1 column 2"
        );
        assert!(answer("{").unwrap_err().error_message.contains("EOF"));
    }

    #[test]
    fn a_response_that_is_no_json_is_an_error() {
        let unserializable =
            |_: Value, _: Context| Ok::<_, Error>(BTreeMap::from([(vec![1_u8], 1)]));
        let error = respond(b"1".to_vec(), Context::default(), unserializable).unwrap_err();
        assert_eq!(error.error_message, "key must be a string");
    }

    #[test]
    fn init_may_fail_or_not() {
        assert_eq!(().into_result(), Ok(()));
        let failed: Result<(), Error> = Err(Error::new("A", "b"));
        assert_eq!(failed.into_result(), Err(Error::new("A", "b")));
    }
}
