//! Forms of the shipped scenarios and of texts that are written in other ways.
//!
//! ```text
//! mod     texts, and what is different between two of them
//! fields  what is read, set and refused
//! texts   where things go in a text, however it is written
//! load    loads that are read and drawn
//! ```

mod fields;
mod load;
mod texts;

use super::*;
fn shipped() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../public/scenarios");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path());
    let texts = files.filter(|it| it.extension().is_some_and(|it| it == "toml"));
    let mut texts: Vec<_> = texts
        .map(|it| {
            (
                it.display().to_string(),
                std::fs::read_to_string(&it).unwrap(),
            )
        })
        .filter(|(_, text)| text.contains("\n[service]"))
        .collect();
    texts.sort();
    assert!(texts.len() >= 10);
    texts
}

fn read(text: &str) -> ServiceForm {
    let order = FormOrder {
        text: text.to_owned(),
        changes: Vec::new(),
    };
    match read_form(&order).form {
        FormState::Service(form) => *form,
        other => panic!("{other:?}\n{text}"),
    }
}

fn set(text: &str, field: Field, value: &str) -> Result<String, ChangeError> {
    changed(text, &[FormChange::Set(field, value.to_owned())])
}

/// Lines that are in the one text only, and lines that are in the other only.
fn difference<'a>(one: &'a str, other: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let only = |these: &'a str, those: &'a str| {
        let mut those: Vec<&str> = those.lines().collect();
        let mut only = Vec::new();
        for line in these.lines() {
            match those.iter().position(|it| *it == line) {
                Some(place) => drop(those.remove(place)),
                None => only.push(line),
            }
        }
        only
    };
    (only(one, other), only(other, one))
}

/// Nothing but what has to be there.
const SMALL: &str = "version = 1\nname = \"Small\"\nlength = 600\n\n[service]\nname = \"web\"\ncpu = 1024\nmemory = 2048\ndesired = 2\n\n[requests]\nrate = 5\nwork = 0.01\n";

fn points(all: &[(u64, f64)]) -> Vec<LoadPoint> {
    let point = |&(at, rate): &(u64, f64)| LoadPoint {
        at: Span::from_secs(at),
        rate,
    };
    all.iter().map(point).collect()
}
