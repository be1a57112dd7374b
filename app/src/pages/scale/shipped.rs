//! The scenarios that come along, and what a visitor made of them.

use crate::browser::{files, kept};

/// File and name of a scenario, in `public/scenarios/`.
pub(in crate::pages) type Shipped = (&'static str, &'static str);

/// Those of functions, and of a function beside a service.
pub(super) const OF_FUNCTIONS: &[Shipped] = &[
    ("black-friday", "Black Friday"),
    ("retry-storm", "Retry storm"),
    ("queue-backlog", "Queue backlog"),
    ("async-outage", "Outage behind asynchronous events"),
    ("cold-start-tail", "Cold start tail"),
    (
        "provisioned-against-on-demand",
        "Provisioned against on-demand",
    ),
    ("noisy-batch-job", "Noisy batch job"),
    ("bursts", "Bursts"),
    ("lambda-against-fargate", "Lambda against Fargate"),
];

/// Those of services on Fargate.
pub(in crate::pages) const OF_SERVICES: &[Shipped] = &[
    ("black-friday-fargate", "Black Friday on Fargate"),
    ("alarm-lag", "Alarm lag"),
    ("rolling-deadlock", "Rolling deadlock"),
    ("spot-loss", "Spot loss"),
    ("zonal-failure", "Zonal failure"),
    ("ip-exhaustion", "IP exhaustion"),
    ("queue-backlog-fargate", "Queue backlog on Fargate"),
    ("a-day-at-scale", "A day at scale"),
    ("canary-saves-the-day", "Canary saves the day"),
    ("eks-rounding", "EKS rounding"),
];

/// The text that came along.
pub(super) async fn original(file: &str) -> Result<String, String> {
    let bytes = files::fetch(&format!("./scenarios/{file}.toml")).await?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

fn name(file: &str) -> String {
    format!("scenario {file}")
}

/// What a visitor made of it, if anything.
pub(super) fn edited(file: &str) -> Option<String> {
    kept::read(&name(file))
}

/// Keeps what a visitor made of it; nothing if it is the original again.
pub(super) fn keep(file: &str, text: &str, original: &str) {
    let text = if text == original { "" } else { text };
    kept::keep(&name(file), text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn all_that_come_along_are_offered_by_their_names() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/scenarios");
        let files = std::fs::read_dir(&folder).unwrap();
        let files = files.map(|it| it.unwrap().path());
        let is_scenario = |it: &std::path::PathBuf| it.extension().is_some_and(|it| it == "toml");
        let offered = OF_FUNCTIONS.len() + OF_SERVICES.len();
        assert_eq!(files.filter(is_scenario).count(), offered);
        for (file, name) in OF_FUNCTIONS.iter().chain(OF_SERVICES) {
            let text = std::fs::read_to_string(folder.join(format!("{file}.toml"))).unwrap();
            let line = format!("name = \"{name}\"\n");
            assert!(text.contains(&line), "{file}: {name}");
        }
    }
}
