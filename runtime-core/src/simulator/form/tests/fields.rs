//! What is read, set and refused.

use super::*;
use crate::simulator::{AnyFile, read_any};
use proptest::prelude::*;

fn fields(form: &ServiceForm) -> Vec<Field> {
    let places = (0..form.tracking.len()).filter(|it| form.tracking[*it]);
    let policies =
        places.flat_map(|place| PolicyField::ALL.map(|field| Field::Policy(place, field)));
    Field::ALL.into_iter().chain(policies).collect()
}

/// Another value than any that is shipped.
fn another(field: Field, before: &str) -> String {
    match field.kind() {
        FieldKind::Text => "another".to_owned(),
        FieldKind::Whole if field == Field::Cpu => "512".to_owned(),
        FieldKind::Whole => "3333".to_owned(),
        FieldKind::Number => "17.5".to_owned(),
        FieldKind::Time => "exp:0.777".to_owned(),
        FieldKind::Switch => (before != "true").to_string(),
        FieldKind::Choice(all) => all.iter().find(|it| **it != before).unwrap().to_string(),
    }
}

#[test]
fn what_is_written_back_unchanged_leaves_every_byte() {
    for (file, text) in shipped() {
        let form = read(&text);
        assert!(form.values.len() >= 6, "{file}");
        for (field, value) in &form.values {
            assert_eq!(
                set(&text, *field, value).as_ref(),
                Ok(&text),
                "{file} {field:?}"
            );
        }
        assert!(form.load.is_some(), "{file}");
    }
}

#[test]
fn a_field_that_is_set_says_so_and_nothing_else_changes() {
    for (file, text) in shipped() {
        let form = read(&text);
        for field in fields(&form) {
            let before = form.value(field);
            let value = another(field, before);
            let new = set(&text, field, &value)
                .unwrap_or_else(|error| panic!("{file} {field:?}: {error}"));
            let read = read(&new);
            assert_eq!(read.value(field), value, "{file} {field:?}\n{new}");
            let companions = [Field::Cpu, Field::Memory, Field::DeploymentStrategy];
            if companions.contains(&field) {
                continue;
            }
            let (gone, came) = difference(&text, &new);
            match form.values.contains_key(&field) {
                true => {
                    assert_eq!((gone.len(), came.len()), (1, 1), "{file} {field:?}");
                    let comment = |line: &str| line.split_once('#').map(|(_, it)| it.to_owned());
                    assert_eq!(comment(gone[0]), comment(came[0]));
                    assert_eq!(set(&new, field, before).as_ref(), Ok(&text), "and back");
                }
                // A field of a provider is added within a line.
                false if gone.is_empty() => assert!(came.len() <= 4, "{file} {field:?} {came:?}"),
                false => assert!(field.of_provider().is_some(), "{file} {field:?} {gone:?}"),
            }
            for other in fields(&form) {
                let bounds = [Field::Minimum, Field::Maximum];
                let shares = |it: Field| it.of_provider().is_some();
                if other != field
                    && !(bounds.contains(&field) && bounds.contains(&other))
                    && !(shares(field) && shares(other))
                {
                    assert_eq!(
                        read.value(other),
                        form.value(other),
                        "{file} {field:?} {other:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn defaults_are_those_of_the_file() {
    let plan = |text: &str| match read_any(text, |_| Err(String::new())) {
        Ok(AnyFile::Service(file)) => file.plan,
        other => panic!("{text}\n{other:?}"),
    };
    let without = plan(SMALL);
    let mut checked = 0;
    for field in Field::ALL {
        let Some(default) = field.default() else {
            continue;
        };
        let text = set(SMALL, field, default).unwrap();
        assert_ne!(text, SMALL, "{field:?}");
        assert_eq!(plan(&text), without, "{field:?}");
        assert_eq!(
            set(&text, field, ""),
            set(&set(&text, field, default).unwrap(), field, "")
        );
        checked += 1;
    }
    assert!(checked >= 14);
}

#[test]
fn values_that_cannot_be_are_refused_and_nothing_is_lost() {
    let rows = [
        (Field::Desired, "-1"),
        (Field::Desired, "1.5"),
        (Field::Work, "soon"),
        (Field::Work, "exp:"),
        (Field::GracePeriod, "NaN"),
        (Field::Route, "moon"),
        (Field::PublicIp, "yes"),
    ];
    for (field, value) in rows {
        let order = FormOrder {
            text: SMALL.to_owned(),
            changes: vec![FormChange::Set(field, value.to_owned())],
        };
        let news = read_form(&order);
        assert_eq!(news.text, SMALL);
        assert!(
            news.wrong.is_some_and(|it| it.cause.contains(value)),
            "{field:?}"
        );
        assert_eq!(news.refusal, None);
    }
    assert_eq!(set(SMALL, Field::Desired, " "), Err(ChangeError::Needed));
}

#[test]
fn sizes_are_those_of_fargate() {
    let cpu_and_memory = |text: &str| {
        let form = read(text);
        (
            form.value(Field::Cpu).to_owned(),
            form.value(Field::Memory).to_owned(),
        )
    };
    // Fargate, task sizes: 256 CPU units have 512 to 2,048 MiB, 4,096 have 8 to 30 GB, 16,384 from 32 GB on.
    for (cpu, memory) in [
        ("256", "2048"),
        ("4096", "8192"),
        ("16384", "32768"),
        ("512", "2048"),
    ] {
        let text = set(SMALL, Field::Cpu, cpu).unwrap();
        assert_eq!(cpu_and_memory(&text), (cpu.to_owned(), memory.to_owned()));
        assert!(read_any(&text, |_| Err(String::new())).is_ok(), "{cpu}");
    }
    // No size of Fargate's: it is written, and what is wrong with it is said with the nearest ones.
    let order = FormOrder {
        text: SMALL.to_owned(),
        changes: vec![FormChange::Set(Field::Cpu, "1000".to_owned())],
    };
    let refusal = read_form(&order).refusal.unwrap();
    assert_eq!(refusal.line, Some(5));
    assert!(
        refusal.hint.contains("The nearest sizes are"),
        "{refusal:?}"
    );
}

#[test]
fn a_strategy_takes_its_fields_with_it() {
    let (_, canary) = shipped()
        .into_iter()
        .find(|(file, _)| file.contains("canary"))
        .unwrap();
    for strategy in ["rolling", "blue_green", "linear", "canary"] {
        let text = set(&canary, Field::DeploymentStrategy, strategy).unwrap();
        let read = read_any(&text, |_| Err(String::new()));
        assert!(read.is_ok(), "{strategy}: {read:?}\n{text}");
        assert_eq!(text.contains("canary_percent"), strategy == "canary");
    }
    assert_eq!(
        set(&canary, Field::DeploymentStrategy, "canary").unwrap(),
        canary
    );
}

#[test]
fn a_text_without_a_service_has_no_form() {
    let state = |text: &str| {
        let order = FormOrder {
            text: text.to_owned(),
            changes: Vec::new(),
        };
        let news = read_form(&order);
        assert_eq!(news.text, text);
        (news.form, news.refusal.and_then(|it| it.line))
    };
    assert_eq!(
        state("version = 1\nname = \n"),
        (FormState::NoToml, Some(2))
    );
    let functions = "version = 1\nname = \"a\"\nlength = 1\n";
    assert_eq!(state(functions).0, FormState::NoService);
}

proptest! {
    #[test]
    fn any_name_is_written_and_read(name in "[^ \t\r\n]\\PC{0,20}[^ \t\r\n]") {
        let name = name.trim();
        let text = set(SMALL, Field::Name, name).unwrap();
        let form = read(&text);
        prop_assert_eq!(form.value(Field::Name), name);
        prop_assert_eq!(form.value(Field::Cpu), "1024");
    }

    #[test]
    fn any_changes_leave_a_text_that_can_be_read(
        changes in proptest::collection::vec((0..Field::ALL.len(), 0..5_000_u32), 1..12),
        shipped_one in 0..10_usize,
    ) {
        let (_, mut text) = shipped().swap_remove(shipped_one);
        for (place, number) in changes {
            let field = Field::ALL[place];
            let value = match field.kind() {
                FieldKind::Choice(all) => all[number as usize % all.len()].to_owned(),
                FieldKind::Switch => (number % 2 == 0).to_string(),
                _ => number.to_string(),
            };
            text = set(&text, field, &value).unwrap();
            let form = read(&text);
            prop_assert_eq!(form.value(field), value);
        }
    }
}
