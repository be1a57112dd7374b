//! What is no template, and where.

use runtime_core::template::document::{MAX_DEPTH, MAX_TEMPLATE_BYTES};
use runtime_core::template::{Inputs, import};

fn refusal(text: &str) -> String {
    let error = import(text.as_bytes(), &Inputs::default()).unwrap_err();
    assert!(!error.hint().is_empty());
    format!("{}: {}", error.at, error.fault)
}

#[test]
fn what_is_no_document_is_refused_at_its_place() {
    for (text, place) in [
        ("Resources:\n  A: [1, 2", "line 3"),
        ("Resources:\n  A: b\n C: d\n", "line 3"),
        ("{\"Resources\": {\"A\": ]}}", "line 1"),
        ("Resources: {A: 1, A: 2}", "line 1"),
        ("Resources:\n  A: *nobody\n", "line 2"),
    ] {
        let said = refusal(text);
        assert!(said.starts_with(place), "{text}: {said}");
    }
}

#[test]
fn what_is_no_template_is_refused() {
    for text in [
        "",
        "just a text",
        "- a\n- list\n",
        "[]",
        "42",
        "Description: nothing else\n",
    ] {
        refusal(text);
    }
}

#[test]
fn documents_have_bounds() {
    let deep = format!(
        "Resources: {}{}",
        "[".repeat(MAX_DEPTH + 1),
        "]".repeat(MAX_DEPTH + 1)
    );
    refusal(&deep);
    refusal(&format!("Description: {}", "x".repeat(MAX_TEMPLATE_BYTES)));
    // Each line stands for ten of the one before: a billion in the end.
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..9 {
        let before = vec![format!("*a{}", n - 1); 10].join(", ");
        bomb.push_str(&format!("a{n}: &a{n} [{before}]\n"));
    }
    bomb.push_str("Resources: *a8\n");
    refusal(&bomb);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    assert!(import(&[0xff, 0xfe, 0x00], &Inputs::default()).is_err());
}
