//! Forms of the shipped scenarios and of texts that are written in other ways.

use super::*;
use crate::simulator::{AnyFile, read_any};
use crate::units::Span;
use proptest::prelude::*;

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

/// Nothing but what has to be there.
const SMALL: &str = "version = 1\nname = \"Small\"\nlength = 600\n\n[service]\nname = \"web\"\ncpu = 1024\nmemory = 2048\ndesired = 2\n\n[requests]\nrate = 5\nwork = 0.01\n";

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
fn a_missing_field_goes_to_the_end_of_its_table() {
    let rows = [
        (
            Field::AtOnce,
            "10",
            "work = 0.01\n",
            "work = 0.01\nat_once = 10\n",
        ),
        (
            Field::Os,
            "windows",
            "desired = 2\n",
            "desired = 2\nos = \"windows\"\n",
        ),
        (
            Field::Zones,
            "2",
            "desired = 2\n",
            "desired = 2\n\n[network]\nzones = 2\n",
        ),
        (
            Field::Boot,
            "exp:3",
            "desired = 2\n",
            "desired = 2\n\n[task]\nboot = \"exp:3\"\n",
        ),
        (
            Field::DeploymentStrategy,
            "blue_green",
            "desired = 2\n",
            "desired = 2\n\n[service.deployment]\nstrategy = \"blue_green\"\nbake_time = 300\n",
        ),
        (
            Field::Maximum,
            "9",
            "work = 0.01\n",
            "work = 0.01\n\n[scaling]\nmaximum = 9\nminimum = 2\n",
        ),
        (
            Field::SpotWeight,
            "4",
            "desired = 2\n",
            "desired = 2\nstrategy = [{ provider = \"FARGATE\", weight = 1 }, { provider = \"FARGATE_SPOT\", weight = 4 }]\n",
        ),
    ];
    for (field, value, before, after) in rows {
        assert_eq!(
            set(SMALL, field, value).unwrap(),
            SMALL.replace(before, after)
        );
        let windows = SMALL.replace('\n', "\r\n");
        let (before, after) = (before.replace('\n', "\r\n"), after.replace('\n', "\r\n"));
        assert_eq!(
            set(&windows, field, value).unwrap(),
            windows.replace(&before, &after)
        );
    }
}

#[test]
fn tables_are_found_however_they_are_written() {
    let rows = [
        (
            "task = { boot = 2 } # s\n",
            Field::Boot,
            "3",
            "task = { boot = 3 } # s\n",
        ),
        ("task = {}\n", Field::Boot, "3", "task = { boot = 3 }\n"),
        ("task.boot = 0x10\n", Field::Boot, "3", "task.boot = 3\n"),
        (
            "task = { end = 2 }\n",
            Field::Boot,
            "3",
            "task = { end = 2, boot = 3 }\n",
        ),
        (
            "network = { zones = 2, route = \"none\" }\n",
            Field::Zones,
            "",
            "network = { route = \"none\" }\n",
        ),
        (
            "network = { zones = 2, route = \"none\" }\n",
            Field::Route,
            "",
            "network = { zones = 2 }\n",
        ),
        (
            "[network]\nzones = 2 # of six\nroute = \"none\"\n",
            Field::Zones,
            "",
            "[network]\nroute = \"none\"\n",
        ),
        (
            "# bounds\n[[scaling.policy]]\nmetric = \"cpu\"\ntarget = 5\n",
            Field::Minimum,
            "1",
            "[scaling]\nminimum = 1\nmaximum = 8\n\n# bounds\n[[scaling.policy]]\nmetric = \"cpu\"\ntarget = 5\n",
        ),
        (
            "scaling = { minimum = 1, maximum = 2, policy = [{ metric = \"cpu\", target = 5 }] }\n",
            Field::Policy(0, PolicyField::Target),
            "6.5",
            "scaling = { minimum = 1, maximum = 2, policy = [{ metric = \"cpu\", target = 6.5 }] }\n",
        ),
    ];
    for (piece, field, value, wanted) in rows {
        // Keys of the root come before all headers.
        let whole = |piece: &str| match piece.contains('[') && !piece.starts_with("scaling") {
            true => format!("{SMALL}\n{piece}"),
            false => SMALL.replacen("length", &format!("{piece}length"), 1),
        };
        let text = whole(piece);
        let read = read_any(&text, |_| Err(String::new()));
        if !piece.contains("# bounds") {
            read.unwrap_or_else(|error| panic!("{text}\n{error}"));
        }
        assert_eq!(set(&text, field, value).unwrap(), whole(wanted));
    }
    // A root key that is a table does not swallow the header that follows it.
    let text = SMALL.replacen("length", "balancer = { interval = 10 }\nlength", 1);
    let new = set(&text, Field::Minimum, "1").unwrap();
    assert!(read_any(&new, |_| Err(String::new())).is_ok(), "{new}");
}

#[test]
fn what_cannot_be_taken_apart_stays_as_it_is() {
    let dotted = SMALL.replacen("length", "network.prefix = 20\nlength", 1);
    assert_eq!(set(&dotted, Field::Zones, "2"), Err(ChangeError::Entangled));
    let apart = format!(
        "{}\n[requests.rate.ramp]\nfrom = 1\nto = 2\nover = 3\n",
        SMALL.replace("rate = 5\n", "")
    );
    let points = vec![LoadPoint {
        at: Span::ZERO,
        rate: 1.0,
    }];
    assert_eq!(
        changed(&apart, &[FormChange::Load(points)]),
        Err(ChangeError::Entangled)
    );
    assert_eq!(set("a = = 1", Field::Zones, "2"), Err(ChangeError::NoToml));
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
fn policies_come_and_go() {
    let one = changed(SMALL, &[FormChange::AddPolicy]).unwrap();
    assert_eq!(
        one,
        format!(
            "{SMALL}\n[scaling]\nmaximum = 8\nminimum = 2\n\n[[scaling.policy]]\nmetric = \"cpu\"\ntarget = 60\n"
        )
    );
    assert!(read_any(&one, |_| Err(String::new())).is_ok());
    let memory = Field::Policy(1, PolicyField::Metric);
    let changes = [
        FormChange::AddPolicy,
        FormChange::Set(memory, "memory".to_owned()),
    ];
    let two = changed(&one, &changes).unwrap();
    assert_eq!(read(&two).tracking, [true, true]);
    assert_eq!(read(&two).value(memory), "memory");
    assert_eq!(changed(&two, &[FormChange::RemovePolicy(1)]).unwrap(), one);
    let none = changed(&one, &[FormChange::RemovePolicy(0)]).unwrap();
    assert!(read(&none).tracking.is_empty());
    assert_eq!(
        changed(&none, &[FormChange::RemovePolicy(0)]),
        Err(ChangeError::Entangled)
    );
    let incident = format!("{one}\n[[incident]]\nat = 1\nwhat = {{ deployment = {{}} }}\n");
    let two = changed(&incident, &[FormChange::AddPolicy]).unwrap();
    assert!(
        two.ends_with("[[incident]]\nat = 1\nwhat = { deployment = {} }\n"),
        "{two}"
    );
    assert_eq!(
        changed(&two, &[FormChange::RemovePolicy(1)]).unwrap(),
        incident
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

fn points(all: &[(u64, f64)]) -> Vec<LoadPoint> {
    let point = |&(at, rate): &(u64, f64)| LoadPoint {
        at: Span::from_secs(at),
        rate,
    };
    all.iter().map(point).collect()
}

#[test]
fn a_load_is_read_from_its_start_to_its_end() {
    let rows: [(&str, &[(u64, f64)]); 4] = [
        ("5", &[(0, 5.0), (600, 5.0)]),
        (
            "{ steps = [[0, 1], [60, 9]] }",
            &[(0, 1.0), (60, 1.0), (60, 9.0), (600, 9.0)],
        ),
        (
            "{ points = [[60, 1], [1200, 20]] }",
            &[(0, 1.0), (60, 1.0), (600, 10.0)],
        ),
        (
            "{ bursts = [{ rate = 2, stay = 30 }, { rate = 8, stay = 10 }] }",
            &[(0, 3.5), (600, 3.5)],
        ),
    ];
    for (rate, wanted) in rows {
        let load = read(&SMALL.replace("rate = 5", &format!("rate = {rate}")))
            .load
            .unwrap();
        assert_eq!(load.by_chance, rate.contains("bursts"));
        assert_eq!(load.points, points(wanted), "{rate}");
    }
    let day = "rate = { day = { mean = 10, swing = 0.5, period = 300 } }";
    let load = read(&SMALL.replace("rate = 5", day)).load.unwrap();
    assert_eq!(load.points.len(), 241);
    for (at, rate) in [(0, 5.0), (150, 15.0), (300, 5.0), (450, 15.0)] {
        assert!((load.at(Span::from_secs(at)) - rate).abs() < 1e-9, "{at}");
    }
}

#[test]
fn what_is_drawn_has_no_more_points_than_it_needs() {
    let rows: [(&[(u64, f64)], &str); 6] = [
        (&[], "{ points = [] }"),
        (&[(0, 0.0), (10, 0.0), (20, 0.0)], "{ points = [[0, 0]] }"),
        (
            &[(0, 10.0), (10, 20.0), (20, 30.0)],
            "{ points = [[0, 10], [20, 30]] }",
        ),
        (
            &[(0, 10.0), (10, 20.0), (20, 20.0), (30, 20.0)],
            "{ points = [[0, 10], [10, 20]] }",
        ),
        (
            &[(0, 1.23456), (10, 123.456), (20, 0.0)],
            "{ points = [[0, 1.23], [10, 123], [20, 0]] }",
        ),
        (
            &[(0, 0.0123), (7, 1234.5)],
            "{ points = [[0, 0.012], [7, 1235]] }",
        ),
    ];
    for (drawn, wanted) in rows {
        assert_eq!(drawn_as_text(&points(drawn)), wanted);
    }
    let (_, text) = shipped()
        .into_iter()
        .find(|(file, _)| file.contains("alarm-lag"))
        .unwrap();
    let drawn = points(&[(0, 10.0), (600, 90.0), (1200, 10.0)]);
    let new = changed(&text, &[FormChange::Load(drawn)]).unwrap();
    let line = "rate = { points = [[0, 10], [600, 90], [1200, 10]] } # requests a second, from their moment on";
    assert_eq!(difference(&text, &new).1, [line]);
    assert!(read_any(&new, |_| Err(String::new())).is_ok());
}

#[test]
fn orders_and_news_travel() {
    let order = FormOrder {
        text: SMALL.to_owned(),
        changes: vec![
            FormChange::Set(Field::Zones, "2".to_owned()),
            FormChange::AddPolicy,
            FormChange::Load(points(&[(0, 1.0)])),
        ],
    };
    let news = read_form(&order);
    let order = SimulationOrder::Form(order);
    let there = crate::protocol::decode::<SimulationOrder>(&crate::protocol::encode(&order));
    assert_eq!(there.unwrap(), order);
    let back = crate::protocol::decode::<FormNews>(&crate::protocol::encode(&news));
    assert_eq!(back.unwrap(), news);
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

    #[test]
    fn what_is_left_out_of_a_drawing_is_on_its_lines(
        rates in proptest::collection::vec(0.0..500.0_f64, 2..60),
    ) {
        let drawn: Vec<LoadPoint> = rates
            .iter()
            .enumerate()
            .map(|(place, rate)| LoadPoint { at: Span::from_secs(place as u64), rate: *rate })
            .collect();
        let kept = ServiceLoad {
            length: Span::from_secs(60),
            points: simplified(&drawn),
            by_chance: false,
        };
        let highest = rates.iter().fold(0.0_f64, |most, it| most.max(*it));
        for it in &drawn {
            prop_assert!((kept.at(it.at) - it.rate).abs() <= highest * 0.004 + 1e-9);
        }
    }
}
