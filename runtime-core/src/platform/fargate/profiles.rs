//! Which pods a Fargate profile takes (Amazon EKS user guide of 2024-12-18, "Define which Pods use Fargate when
//! launched").

use crate::timeline::{EksPods, Label, ProfileSelector};

/// "Each profile can have up to five selectors".
pub const MAX_SELECTORS: usize = 5;

/// Whether a profile takes the pods: "If a Pod matches any of the selectors in the Fargate profile, then that Pod is
/// scheduled on Fargate".
pub(super) fn takes(pods: &EksPods) -> bool {
    pods.profile.iter().any(|selector| matches(selector, pods))
}

/// The namespace, and all labels that the selector names.
fn matches(selector: &ProfileSelector, pods: &EksPods) -> bool {
    let has = |(key, value): &Label| {
        let mut labels = pods.labels.iter();
        labels.any(|(its_key, its_value)| is_like(key, its_key) && is_like(value, its_value))
    };
    is_like(&selector.namespace, &pods.namespace) && selector.labels.iter().all(has)
}

/// "`*` matches none, one, or multiple characters" and `?` one.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // Where the last `*` stands, and up to where it has taken the text.
    let mut star = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(it) if *it == '?' || text.get(read) == Some(it) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((place, taken)) = star else {
                    return false;
                };
                star = Some((place, taken + 1));
                (at, read) = (place + 1, taken + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|it| *it == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(of: &[(&str, &str)]) -> Vec<Label> {
        let owned = |(key, value): &(&str, &str)| (key.to_string(), value.to_string());
        of.iter().map(owned).collect()
    }

    #[test]
    fn a_pod_has_to_match_the_namespace_and_all_labels_of_one_selector() {
        type Selector<'a> = (&'a str, &'a [(&'a str, &'a str)]);
        let cases: &[(&[Selector<'_>], bool)] = &[
            (&[("prod", &[])], true),
            (&[("dev", &[])], false),
            (&[("prod", &[("app", "web")])], true),
            (&[("prod", &[("app", "web"), ("tier", "front")])], true),
            (&[("prod", &[("app", "web"), ("tier", "back")])], false),
            (&[("dev", &[]), ("prod", &[("app", "api")])], false),
            (&[("dev", &[]), ("prod", &[("app", "w*")])], true),
            (&[("p*", &[])], true),
            (&[("pro?", &[("*", "front")])], true),
            (&[("pro", &[])], false),
            (&[], false),
        ];
        for (selectors, taken) in cases {
            let selector = |(namespace, of): &Selector<'_>| ProfileSelector {
                namespace: namespace.to_string(),
                labels: labels(of),
            };
            let pods = EksPods {
                namespace: "prod".to_owned(),
                labels: labels(&[("app", "web"), ("tier", "front")]),
                profile: selectors.iter().map(selector).collect(),
            };
            assert_eq!(takes(&pods), *taken, "{selectors:?}");
        }
    }

    #[test]
    fn stars_are_any_text_and_question_marks_one_character() {
        for (pattern, text, like) in [
            ("*", "", true),
            ("?", "", false),
            ("a*c", "ac", true),
            ("a*c", "abcbc", true),
            ("a*c", "abcb", false),
            ("*-?", "prod-1", true),
            ("*-?", "prod-12", false),
            ("**x*", "yyxzz", true),
            ("prod", "product", false),
        ] {
            assert_eq!(is_like(pattern, text), like, "{pattern} {text}");
        }
    }
}
