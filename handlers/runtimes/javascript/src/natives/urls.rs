//! URLs as the WHATWG describes them.

use rquickjs::prelude::{Func, Opt};
use rquickjs::{Object, Result};
use url::{Url, quirks};

/// The properties of JavaScript's `URL`, in the order in which they are handed over.
type Parts = Vec<String>;

pub(crate) fn add(native: &Object<'_>) -> Result<()> {
    native.set("parseUrl", Func::from(parse))?;
    native.set("changeUrl", Func::from(change))
}

/// Nothing if it is not a URL.
fn parse(input: String, base: Opt<Option<String>>) -> Option<Parts> {
    let base = match base.0.flatten() {
        Some(base) => Some(Url::parse(&base).ok()?),
        None => None,
    };
    let url = Url::options().base_url(base.as_ref()).parse(&input).ok()?;
    Some(parts(&url))
}

/// The URL with another value of one property; unchanged where the value does not fit, and nothing
/// if `href` does not.
fn change(href: String, property: String, value: String) -> Option<Parts> {
    let mut url = Url::parse(&href).ok()?;
    match property.as_str() {
        "href" => quirks::set_href(&mut url, &value).ok()?,
        "hash" => quirks::set_hash(&mut url, &value),
        "pathname" => quirks::set_pathname(&mut url, &value),
        "search" => quirks::set_search(&mut url, &value),
        // The others are ignored where they do not fit, as in browsers and Node.
        "protocol" => drop(quirks::set_protocol(&mut url, &value)),
        "username" => drop(quirks::set_username(&mut url, &value)),
        "password" => drop(quirks::set_password(&mut url, &value)),
        "host" => drop(quirks::set_host(&mut url, &value)),
        "hostname" => drop(quirks::set_hostname(&mut url, &value)),
        "port" => drop(quirks::set_port(&mut url, &value)),
        _ => {}
    }
    Some(parts(&url))
}

fn parts(url: &Url) -> Parts {
    [
        quirks::href(url),
        &quirks::origin(url),
        quirks::protocol(url),
        quirks::username(url),
        quirks::password(url),
        quirks::host(url),
        quirks::hostname(url),
        quirks::port(url),
        quirks::pathname(url),
        quirks::search(url),
        quirks::hash(url),
    ]
    .map(str::to_owned)
    .to_vec()
}
