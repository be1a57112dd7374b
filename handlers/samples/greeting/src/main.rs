//! Greets whoever the event names.

use coldstart_handler::{Context, Error, log, var};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Guest {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Welcome {
    greeting: String,
    request_id: String,
}

fn handler(guest: Guest, context: Context) -> Result<Welcome, Error> {
    let name = guest.name.trim();
    if name.is_empty() {
        return Err(Error::new("NameMissing", "name must not be empty"));
    }
    // Set GREETING in the function's settings to change the word without a new build.
    let word = var("GREETING").unwrap_or_else(|| "Hello".into());
    log!("greeting {name} within {:?}", context.remaining());
    Ok(Welcome {
        greeting: format!("{word}, {name}!"),
        request_id: context.request_id,
    })
}

coldstart_handler::main!(handler);

#[cfg(test)]
mod tests {
    use super::*;

    fn greet(name: &str) -> Result<Welcome, Error> {
        handler(Guest { name: name.into() }, Context::default())
    }

    #[test]
    fn a_guest_is_greeted_by_name() {
        assert!(greet(" Ada ").is_ok_and(|welcome| welcome.greeting.ends_with(", Ada!")));
    }

    #[test]
    fn nobody_is_not_greeted() {
        assert!(greet(" ").is_err_and(|error| error.error_type == "NameMissing"));
    }
}
