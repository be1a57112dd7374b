//! Texts with placeholders: what they say, and where they are refused.

use super::*;
use proptest::prelude::*;

const OCCASION: Occasion = Occasion {
    number: 7,
    // 2026-11-24T12:00:00.042Z
    unix_millis: 1_795_521_600_042,
};

fn written(text: &str) -> String {
    let template = Template::parse(text);
    template.map_or_else(
        |it| it.to_string(),
        |it| it.write(Seed(1), "body", OCCASION),
    )
}

#[test]
fn placeholders_stand_for_the_event() {
    for (text, expected) in [
        ("", ""),
        ("plain {\"a\": {\"b\": 1}}", "plain {\"a\": {\"b\": 1}}"),
        ("{\"order\": {n}}", "{\"order\": 7}"),
        ("{\"order\": {{n}}}", "{\"order\": 7}"),
        ("{{ n }}-{{n}}", "7-7"),
        ("at {{now}}", "at 2026-11-24T12:00:00.042Z"),
        ("{{millis}}", "1795521600042"),
        ("{{int 5 5}}", "5"),
        ("{{pick ä}}", "ä"),
        ("{{{{n}}", "{{n}}"),
        ("}} {x}", "}} {x}"),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (text, expected) in [
        ("{{n", "line 1, column 1: the placeholder is not closed"),
        (
            "ab{{ }}",
            "line 1, column 6: there is no placeholder between the braces",
        ),
        (
            "a\nü {{ name }}",
            "line 2, column 6: there is no placeholder \"name\"",
        ),
        ("{{n 1}}", "line 1, column 3: \"n\" takes no values"),
        (
            "{{int 1}}",
            "line 1, column 3: \"int\" takes two whole numbers",
        ),
        (
            "{{int 1 b}}",
            "line 1, column 3: \"int\" takes two whole numbers",
        ),
        (
            "{{int 2 1}}",
            "line 1, column 3: the first number is larger than the second",
        ),
        (
            "{{pick}}",
            "line 1, column 3: \"pick\" takes words to choose from",
        ),
    ] {
        assert_eq!(written(text), expected);
        let hint = Template::parse(text).map_err(|error| error.hint());
        assert!(hint.is_err_and(|hint| hint.contains("{{") || hint.contains("}}")));
    }
}

#[test]
fn values_differ_from_event_to_event_and_are_the_same_again() {
    let template = Template::parse("{{uuid}} {{uuid}} {{int 1 1000000}} {{pick a b c}}").unwrap();
    let of = |number| {
        let occasion = Occasion { number, ..OCCASION };
        template.write(Seed(3), "body", occasion)
    };
    let mut seen = std::collections::BTreeSet::new();
    for number in 1..1_000 {
        let text = of(number);
        assert_eq!(text, of(number));
        let mut words = text.split(' ').map(str::to_owned);
        for id in words.by_ref().take(2) {
            assert_eq!((id.len(), id.as_bytes()[14]), (36, b'4'));
            assert!(seen.insert(id));
        }
        let number: u32 = words.next().unwrap().parse().unwrap();
        assert!((1..=1_000_000).contains(&number));
        assert!(["a", "b", "c"].contains(&words.next().unwrap().as_str()));
    }
    let first = Occasion {
        number: 1,
        ..OCCASION
    };
    assert_ne!(of(1), template.write(Seed(4), "body", first));
    assert_ne!(of(1), template.write(Seed(3), "first", first));
}

#[test]
fn the_widest_numbers_fit() {
    let text = format!("{{{{int {} {}}}}}", i64::MIN, i64::MAX);
    assert!(written(&text).parse::<i64>().is_ok());
}

proptest! {
    #[test]
    fn nothing_panics_and_places_are_in_the_text(text in "[{}a-z0-9 ü\n]{0,40}", number: u64) {
        match Template::parse(&text) {
            Ok(template) => {
                let occasion = Occasion { number, unix_millis: number };
                template.write(Seed(0), "body", occasion);
            }
            Err(error) => prop_assert!(error.place.offset <= text.len()),
        }
    }

    #[test]
    fn what_has_no_placeholder_stays(text in "[}a-z0-9 :\"\n]{0,40}") {
        prop_assert_eq!(written(&text), text);
    }
}
