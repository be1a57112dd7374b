//! The browser's own time zones: it brings the database along and keeps it up to date.

use js_sys::{Array, Date, Function, Object, Reflect};
use runtime_core::events::schedule::UnixSeconds;
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};

/// The furthest from 1970 that JavaScript's dates reach, in seconds.
const FURTHEST: i64 = 8_640_000_000_000;

thread_local! {
    /// To make one takes longer than to ask it: clocks of zones that were asked for, by name.
    static CLOCKS: RefCell<BTreeMap<String, Option<Function>>> = const { RefCell::new(BTreeMap::new()) };
}

/// How far a zone's clocks are ahead of UTC, in seconds; `None` if the browser has no such zone.
pub fn offset(name: &str, at: UnixSeconds) -> Option<i64> {
    if at.0.abs() > FURTHEST {
        return None;
    }
    let clock = CLOCKS.with_borrow_mut(|clocks| match clocks.get(name) {
        Some(known) => known.clone(),
        None => {
            let clock = clock(name).ok();
            clocks.insert(name.to_owned(), clock.clone());
            clock
        }
    })?;
    let date = Date::new(&JsValue::from_f64(at.0 as f64 * 1_000.0));
    let shown = clock.call1(&JsValue::NULL, &date).ok()?.as_string()?;
    Some(seconds(&shown)? - at.0)
}

/// The names of the zones that the browser has.
pub fn names() -> Vec<String> {
    let known = || -> Result<Array, JsValue> {
        let intl = intl()?;
        let names: Function = Reflect::get(&intl, &"supportedValuesOf".into())?.dyn_into()?;
        names.call1(&intl, &"timeZone".into())?.dyn_into()
    };
    let names = known().unwrap_or_default();
    let mut names: Vec<String> = names.iter().filter_map(|it| it.as_string()).collect();
    // Not every browser lists it.
    if !names.iter().any(|name| name == "UTC") {
        names.push("UTC".to_owned());
    }
    names
}

fn intl() -> Result<JsValue, JsValue> {
    Reflect::get(&js_sys::global(), &"Intl".into())
}

/// What writes a date as the zone's clocks show it. js-sys's own constructor cannot fail, and this one
/// does for zones that there are not.
fn clock(name: &str) -> Result<Function, JsValue> {
    let options = Object::new();
    let numeric = ["year", "month", "day", "hour", "minute", "second"].map(|it| (it, "numeric"));
    for (option, value) in numeric
        .into_iter()
        .chain([("hourCycle", "h23"), ("timeZone", name)])
    {
        Reflect::set(&options, &option.into(), &value.into())?;
    }
    let constructor: Function = Reflect::get(&intl()?, &"DateTimeFormat".into())?.dyn_into()?;
    let format = Reflect::construct(&constructor, &Array::of2(&"en-US".into(), &options))?;
    Reflect::get(&format, &"format".into())?.dyn_into()
}

/// `11/1/2026, 01:30:00` as seconds since 1970, were it UTC.
fn seconds(shown: &str) -> Option<i64> {
    let numbers = shown.split(|it: char| !it.is_ascii_digit());
    let numbers = numbers.filter(|it| !it.is_empty());
    let numbers: Vec<&str> = numbers.collect();
    let [month, day, year, hour, minute, second] = <[&str; 6]>::try_from(numbers).ok()?;
    let utc = format!("{year:0>4}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}Z");
    let millis = Date::parse(&utc);
    millis.is_finite().then_some((millis / 1_000.0) as i64)
}
