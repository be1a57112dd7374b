//! Where things go in a text, however it is written.

use super::*;
use crate::simulator::read_any;

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
