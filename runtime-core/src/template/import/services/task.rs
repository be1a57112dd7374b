//! Task definitions: size, platform, and the container that answers.

use super::super::super::resolve::Resolved;
use super::super::{Found, Section};
use super::pieces::Pieces;

/// What a task definition says.
pub(super) struct Task {
    /// Its name in the template; empty if it is not in the template.
    pub(super) logical: String,
    pub(super) cpu: u32,
    /// MiB.
    pub(super) memory: u32,
    pub(super) windows: bool,
    pub(super) arm64: bool,
    pub(super) storage: Option<u32>,
    /// Where the container listens that the load balancer knows.
    pub(super) port: Option<u16>,
    /// Seconds.
    pub(super) stop_timeout: Option<u32>,
}

/// The smallest task, where the template does not say.
const SMALLEST: (u32, u32) = (256, 512);
/// What a container has that means nothing to a simulation, and needs no mention.
const OF_CONTAINERS: [&str; 13] = [
    "Name",
    "Image",
    "Essential",
    "Cpu",
    "Memory",
    "MemoryReservation",
    "Environment",
    "Secrets",
    "LogConfiguration",
    "Command",
    "EntryPoint",
    "ReadonlyRootFilesystem",
    "User",
];

impl Task {
    /// The task of a service; the smallest one if its definition is not in the template.
    pub(super) fn read<'a>(
        pieces: &Pieces<'a>,
        service: &Section<'a>,
        container: Option<&str>,
    ) -> Task {
        let value = service.value("TaskDefinition");
        let definition = value.and_then(|it| pieces.at(it, "AWS::ECS::TaskDefinition"));
        match definition {
            Some(definition) => of(pieces, definition, container),
            None => {
                let why =
                    "The task definition is not in this template: the smallest task stands for it.";
                service.change("TaskDefinition", why);
                Task {
                    logical: String::new(),
                    cpu: SMALLEST.0,
                    memory: SMALLEST.1,
                    windows: false,
                    arm64: false,
                    storage: None,
                    port: None,
                    stop_timeout: None,
                }
            }
        }
    }
}

fn of<'a>(pieces: &Pieces<'a>, definition: &'a Found<'a>, container: Option<&str>) -> Task {
    let section = pieces.section(definition);
    section.done(&["Family", "ExecutionRoleArn", "TaskRoleArn", "Tags"]);
    section.leave(
        &["Volumes", "PlacementConstraints"],
        "Nothing here stands for it.",
    );
    if let Some(mode) = section.text("NetworkMode")
        && mode != "awsvpc"
    {
        section.change("NetworkMode", "Tasks on Fargate have awsvpc.");
    }
    let compatible = section.texts("RequiresCompatibilities");
    if !compatible.is_empty() && compatible.iter().all(|it| it != "FARGATE") {
        let why = "It is for other machines: it is simulated as if it were for Fargate.";
        section.change("RequiresCompatibilities", why);
    }
    let size = |key, units: fn(&str) -> Option<u32>, smallest| match section.text(key) {
        None => {
            section.refuse(key, format!("Fargate needs it: {smallest} stands for it."));
            smallest
        }
        Some(text) => units(&text).unwrap_or_else(|| {
            section.refuse(
                key,
                format!("\"{text}\" is none: {smallest} stands for it."),
            );
            smallest
        }),
    };
    let cpu = size("Cpu", cpu_units, SMALLEST.0);
    let memory = size("Memory", mebibytes, SMALLEST.1);
    let platform = section.section("RuntimePlatform");
    let platform = |key| platform.as_ref().and_then(|it| it.text(key));
    let windows = platform("OperatingSystemFamily").is_some_and(|it| it.starts_with("WINDOWS"));
    let arm64 = platform("CpuArchitecture").is_some_and(|it| it == "ARM64");
    let storage = section.section("EphemeralStorage");
    let storage = storage.and_then(|it| it.number("SizeInGiB"));
    let containers = section.sections("ContainerDefinitions");
    let is_named =
        |it: &&Section<'a>| container.is_none_or(|name| it.text("Name").as_deref() == Some(name));
    let answers = containers.iter().find(is_named).or(containers.first());
    let port = answers.and_then(|it| port_of(it));
    let stop_timeout = answers.and_then(|it| it.number("StopTimeout"));
    if containers.len() > 1 {
        let why = "All containers of a task are simulated as one.";
        section.change("ContainerDefinitions", why);
    }
    for container in &containers {
        container.done(&OF_CONTAINERS);
        container.done(&["PortMappings", "StopTimeout"]);
        let why = "Containers are taken to be healthy when their targets are.";
        container.leave(
            &["HealthCheck", "DependsOn", "RestartPolicy", "StartTimeout"],
            why,
        );
    }
    Task {
        logical: definition.logical.to_owned(),
        cpu,
        memory,
        windows,
        arm64,
        storage,
        port,
        stop_timeout,
    }
}

fn port_of(container: &Section<'_>) -> Option<u16> {
    let mappings = container.items("PortMappings");
    let port = mappings
        .first()?
        .get("ContainerPort")
        .and_then(Resolved::text)?;
    port.parse().ok()
}

/// `1024`, or `1 vCPU` (ECS API reference, RegisterTaskDefinition).
fn cpu_units(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.to_ascii_lowercase().strip_suffix("vcpu") {
        None => text.parse().ok(),
        Some(vcpus) => whole(vcpus.trim().parse::<f64>().ok()? * 1_024.0),
    }
}

/// `2048`, or `2 GB`.
fn mebibytes(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.to_ascii_lowercase().strip_suffix("gb") {
        None => text.parse().ok(),
        Some(gigabytes) => whole(gigabytes.trim().parse::<f64>().ok()? * 1_024.0),
    }
}

fn whole(amount: f64) -> Option<u32> {
    let right = amount.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&amount);
    right.then_some(amount as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_ecs_reads_them() {
        assert_eq!(cpu_units("512"), Some(512));
        assert_eq!(cpu_units(".25 vCPU"), Some(256));
        assert_eq!(cpu_units("1vcpu"), Some(1_024));
        assert_eq!(cpu_units("one"), None);
        assert_eq!(cpu_units("NaN vCPU"), None);
        assert_eq!(mebibytes("0.5 GB"), Some(512));
        assert_eq!(mebibytes("3GB"), Some(3_072));
        assert_eq!(mebibytes("-1GB"), None);
        assert_eq!(mebibytes("inf GB"), None);
    }
}
