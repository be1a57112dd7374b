//! Numbers as people write them, and the fields that take them.

use crate::shapes::text::grouped;
use leptos::prelude::*;
use runtime_core::units::Span;

/// Reads a number: `3,000,000`, `3_000_000`, `3 000 000`, `3M`, `0.12`, `1e6`. Nothing, if it is none, is below
/// nothing, or has no end.
pub(super) fn number(text: &str) -> Option<f64> {
    let mut text: String = text
        .chars()
        .filter(|it| !matches!(it, ',' | '_' | ' ' | '\u{a0}'))
        .collect();
    let factor = match text.chars().last()?.to_ascii_lowercase() {
        'k' => 1e3,
        'm' => 1e6,
        'b' => 1e9,
        _ => 1.0,
    };
    if factor > 1.0 {
        text.pop();
    }
    let number = text.parse::<f64>().ok()? * factor;
    (number.is_finite() && number >= 0.0).then_some(number)
}

/// Reads a whole number that a `u64` holds.
pub(super) fn whole(text: &str) -> Result<u64, String> {
    match number(text) {
        Some(number) if number.fract() == 0.0 && number <= 1e18 => Ok(number as u64),
        _ => Err("a whole number, as 3,000,000 or 3M".to_owned()),
    }
}

/// The same, of what fits in 32 bits.
pub(super) fn small(text: &str) -> Result<u32, String> {
    u32::try_from(whole(text)?).map_err(|_| "a smaller number".to_owned())
}

/// Reads a time that is given in a unit of so many nanoseconds.
pub(super) fn time(text: &str, unit: f64) -> Result<Span, String> {
    match number(text) {
        Some(number) if number * unit < 1e17 => {
            Ok(Span::from_nanos((number * unit).round() as u64))
        }
        _ => Err("a time, as 120 or 0.5".to_owned()),
    }
}

/// A whole number as it is shown: `3,000,000`.
pub(super) fn shown(number: u64) -> String {
    grouped(number)
}

/// A time in a unit of so many nanoseconds, as it is shown: `120`, `0.25`.
pub(super) fn shown_time(time: Span, unit: u64) -> String {
    let (whole, rest) = (time.as_nanos() / unit, time.as_nanos() % unit);
    let decimals = (rest as f64 / unit as f64 * 1e6).round() as u64;
    match decimals {
        0 => grouped(whole),
        1_000_000 => grouped(whole + 1),
        some => {
            let text = format!("{}.{some:06}", grouped(whole));
            text.trim_end_matches('0').to_owned()
        }
    }
}

/// A number that is written into the plan as it is typed, as far as it is one. It is shown with its digits in groups
/// once the field is left.
#[component]
pub(super) fn NumberField(
    #[prop(into)] label: String,
    #[prop(optional)] unit: &'static str,
    #[prop(optional)] testid: &'static str,
    /// The number as it is shown.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what is typed, or says what it should be.
    #[prop(into)]
    take: Callback<String, Result<(), String>>,
) -> impl IntoView {
    let id = crate::widgets::fresh_id("cost");
    let typed = RwSignal::new(value.get_untracked());
    let wrong = RwSignal::new(None::<String>);
    let describes = format!("{id}-wrong");
    let error_id = describes.clone();
    let input = move |event| {
        let text = event_target_value(&event);
        wrong.set(take.run(text.clone()).err());
        typed.set(text);
    };
    let leave = move |_| {
        if wrong.with_untracked(Option::is_none) {
            typed.set(value.get_untracked());
        }
    };
    view! {
        <div class="cost-field">
            <label class="field-label" for=id.clone()>{label}</label>
            <span class="row">
                <input
                    id=id
                    class="input mono"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    spellcheck="false"
                    data-testid=testid
                    prop:value=move || typed.get()
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    aria-describedby=describes
                    on:input=input
                    on:change=leave
                />
                <span class="muted">{unit}</span>
            </span>
            <p class="field-error" id=error_id role="alert">
                {move || wrong.get().map(|it| format!("Not a number that can be billed: write {it}. The last one stays."))}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let cases = [
            ("3,000,000", Some(3e6)),
            ("3_000_000", Some(3e6)),
            ("3 000 000", Some(3e6)),
            ("3M", Some(3e6)),
            ("1.5k", Some(1_500.0)),
            ("2b", Some(2e9)),
            ("1e6", Some(1e6)),
            ("0.12", Some(0.12)),
            ("", None),
            ("k", None),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("1e999", None),
            ("ten", None),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text), expected, "{text}");
        }
        assert_eq!(whole("3M"), Ok(3_000_000));
        assert!(whole("0.5").is_err());
        assert!(small("5b").is_err());
        assert_eq!(time("0.5", 1e6), Ok(Span::from_nanos(500_000)));
        assert!(time("1e18", 1e9).is_err());
    }

    #[test]
    fn times_are_shown_in_their_unit() {
        assert_eq!(shown_time(Span::from_millis(120), 1_000_000), "120");
        assert_eq!(shown_time(Span::from_nanos(250_000), 1_000_000), "0.25");
        assert_eq!(shown_time(Span::from_secs(28_800), 3_600_000_000_000), "8");
        assert_eq!(
            shown_time(Span::from_secs(600), 3_600_000_000_000),
            "0.166667"
        );
    }
}
