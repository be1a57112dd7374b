//! Labels and units of fields, and what a group of them comes to.

use crate::shapes::text::grouped;
use runtime_core::platform::fargate::task_sizes;
use runtime_core::simulator::{Field, PolicyField, ServiceForm};
use runtime_core::units::CpuUnits;

/// What stands beside a field.
pub(super) struct Words {
    pub(super) label: &'static str,
    pub(super) unit: &'static str,
    /// As a sentence.
    pub(super) hint: &'static str,
}

pub(super) const fn words(field: Field) -> Words {
    let (label, unit, hint) = match field {
        Field::Name => ("Name", "", "As ECS allows it."),
        Field::Cpu => ("CPU", "", "Of a task. Memory goes with it."),
        Field::Memory => ("Memory", "", "Of a task: what Fargate offers with its CPU."),
        Field::Os => ("Operating system", "", "Windows has 1 to 4 vCPU."),
        Field::Architecture => ("Architecture", "", "ARM64 is for Linux only."),
        Field::Desired => ("Desired count", "tasks", "At first; scaling changes it."),
        Field::GracePeriod => (
            "Grace period",
            "s",
            "For how long failed checks of a new task count for nothing.",
        ),
        Field::OnDemandVcpus => (
            "On-Demand quota",
            "vCPU",
            "Of the account; new ones have 6.",
        ),
        Field::SpotVcpus => ("Spot quota", "vCPU", "Of the account; new ones have 6."),
        Field::DeploymentStrategy => (
            "Strategy",
            "",
            "How a revision follows another. All but rolling need twice the tasks.",
        ),
        Field::BakeTime => (
            "Bake time",
            "s",
            "For how long both revisions run after all traffic has shifted: whole minutes. Not of rolling updates.",
        ),
        Field::MinimumHealthyPercent => (
            "Minimum healthy",
            "%",
            "Of the desired count, rounded up: as many stay healthy in a rolling update.",
        ),
        Field::MaximumPercent => (
            "Maximum",
            "%",
            "Of the desired count, rounded down: so many run at most in a rolling update.",
        ),
        Field::CircuitBreaker => (
            "Circuit breaker",
            "",
            "Whether a rolling update fails when its tasks do, and is rolled back.",
        ),
        Field::FargateBase => (
            "FARGATE, base",
            "tasks",
            "So many On-Demand before weights count.",
        ),
        Field::FargateWeight => (
            "FARGATE, weight",
            "",
            "Its share of the other tasks. Alone without a strategy.",
        ),
        Field::SpotBase => (
            "FARGATE_SPOT, base",
            "tasks",
            "Only one of both can have a base.",
        ),
        Field::SpotWeight => (
            "FARGATE_SPOT, weight",
            "",
            "Its share of the other tasks. None without a strategy.",
        ),
        Field::Zones => ("Availability Zones", "", "A subnet in each, 1 to 6."),
        Field::Route => (
            "Way to the registry",
            "",
            "Without one, images cannot be pulled.",
        ),
        Field::PublicIp => (
            "Public IP for each task",
            "",
            "Needed with an internet gateway; billed.",
        ),
        Field::Boot => (
            "Boot",
            "s",
            "From the containers' start until requests are answered.",
        ),
        Field::Work => (
            "Work",
            "s",
            "Of one whole vCPU, for each request. exp:0.05 is drawn around a mean.",
        ),
        Field::Wait => ("Wait", "s", "What a request then waits for others."),
        Field::AtOnce => (
            "At once",
            "requests",
            "So many a task handles at a time; others queue in it.",
        ),
        Field::Minimum => (
            "Minimum",
            "tasks",
            "Scaling goes no lower. With it scaling has a maximum.",
        ),
        Field::Maximum => (
            "Maximum",
            "tasks",
            "Scaling goes no higher. With it scaling has a minimum.",
        ),
        Field::Policy(_, PolicyField::Metric) => ("Metric", "", "What is kept near its target."),
        Field::Policy(_, PolicyField::Target) => (
            "Target",
            "",
            "Percent of CPU or memory, requests a minute and task, or messages.",
        ),
        Field::Policy(_, PolicyField::ScaleOutCooldown) => (
            "Scale-out cooldown",
            "s",
            "For so long after scaling out, only more than that counts.",
        ),
        Field::Policy(_, PolicyField::ScaleInCooldown) => (
            "Scale-in cooldown",
            "s",
            "For so long after scaling in, nothing scales in again.",
        ),
        Field::Policy(_, PolicyField::DisableScaleIn) => {
            ("Disable scale-in", "", "It only scales out.")
        }
    };
    Words { label, unit, hint }
}

/// A value of a list in words.
pub(super) fn choice_words(field: Field, value: &str) -> String {
    let words = match (field, value) {
        (Field::Cpu, _) => return number(value).map_or(value.to_owned(), cpu_words),
        (Field::Memory, _) => return number(value).map_or(value.to_owned(), memory_words),
        (Field::Os, "linux") => "Linux",
        (Field::Os, "windows") => "Windows",
        (Field::DeploymentStrategy, "rolling") => "Rolling",
        (Field::DeploymentStrategy, "blue_green") => "Blue/green",
        (Field::DeploymentStrategy, "linear") => "Linear",
        (Field::DeploymentStrategy, "canary") => "Canary",
        (Field::CircuitBreaker, "off") => "Off",
        (Field::CircuitBreaker, "on") => "On",
        (Field::CircuitBreaker, "rollback") => "On, with rollback",
        (Field::Route, "nat") => "NAT gateway",
        (Field::Route, "internet_gateway") => "Internet gateway",
        (Field::Route, "endpoints") => "VPC endpoints",
        (Field::Route, "none") => "None",
        (Field::PublicIp | Field::Policy(_, PolicyField::DisableScaleIn), "false") => "off",
        (Field::Policy(_, PolicyField::Metric), metric) => metric_words(metric),
        (_, other) => other,
    };
    words.to_owned()
}

fn metric_words(metric: &str) -> &str {
    match metric {
        "cpu" => "CPU, %",
        "memory" => "Memory, %",
        "cpu_20s" => "CPU of 20 s, %",
        "memory_20s" => "Memory of 20 s, %",
        "requests" => "Requests per target",
        "backlog_per_task" => "Backlog per task",
        "backlog" => "Backlog",
        other => other,
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

fn cpu_words(cpu: u32) -> String {
    CpuUnits::new(cpu).to_string()
}

fn memory_words(memory: u32) -> String {
    match memory % 1_024 {
        0 if memory > 0 => format!("{} GB", memory / 1_024),
        _ => format!("{} MB", grouped(memory.into())),
    }
}

/// All CPU sizes of tasks.
pub(super) fn cpus() -> Vec<String> {
    let mut all: Vec<u32> = task_sizes().map(|size| size.cpu.get()).collect();
    all.dedup();
    all.iter().map(ToString::to_string).collect()
}

/// The memory that tasks of a CPU size may have; all sizes of memory, if it is none.
pub(super) fn memories_of(cpu: &str) -> Vec<String> {
    let cpu = number(cpu);
    let its = task_sizes().filter(|size| Some(size.cpu.get()) == cpu);
    let mut all: Vec<u32> = its.map(|size| size.memory.get()).collect();
    if all.is_empty() {
        all = task_sizes().map(|size| size.memory.get()).collect();
        all.sort_unstable();
        all.dedup();
    }
    all.iter().map(ToString::to_string).collect()
}

pub(super) fn service(it: &ServiceForm) -> String {
    let of = |field| choice_words(field, it.value(field));
    let desired = it.value(Field::Desired);
    let tasks = if desired == "1" { "task" } else { "tasks" };
    format!(
        "{desired} {tasks} of {}, {}",
        of(Field::Cpu),
        of(Field::Memory)
    )
}

pub(super) fn tasks(it: &ServiceForm) -> String {
    format!(
        "work {} s, wait {} s",
        it.value(Field::Work),
        it.value(Field::Wait)
    )
}

pub(super) fn scaling(it: &ServiceForm) -> String {
    let (minimum, maximum) = (it.value(Field::Minimum), it.value(Field::Maximum));
    let policies = match it.tracking.as_slice() {
        [true] => {
            let value = |field| it.value(Field::Policy(0, field));
            format!(
                "{} {}",
                value(PolicyField::Metric),
                value(PolicyField::Target)
            )
        }
        [] => "no policy".to_owned(),
        all => format!("{} policies", all.len()),
    };
    match maximum.is_empty() {
        true => "off".to_owned(),
        false => format!("{minimum} to {maximum}, {policies}"),
    }
}

pub(super) fn deployment(it: &ServiceForm) -> String {
    choice_words(
        Field::DeploymentStrategy,
        it.value(Field::DeploymentStrategy),
    )
    .to_lowercase()
}

pub(super) fn capacity(it: &ServiceForm) -> String {
    let weight = |field| it.value(field).parse::<f64>().unwrap_or(0.0);
    let of = |base, share| weight(base) > 0.0 || weight(share) > 0.0;
    let spot = of(Field::SpotBase, Field::SpotWeight);
    match (spot, of(Field::FargateBase, Field::FargateWeight)) {
        (false, _) => "On-Demand",
        (true, true) => "On-Demand and Spot",
        (true, false) => "Spot",
    }
    .to_owned()
}

pub(super) fn network(it: &ServiceForm) -> String {
    let zones = it.value(Field::Zones);
    let route = choice_words(Field::Route, it.value(Field::Route));
    let unit = if zones == "1" { "zone" } else { "zones" };
    format!("{zones} {unit}, {route}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sizes_of_fargate_are_offered() {
        assert_eq!(cpus().len(), 8);
        assert_eq!(memories_of("256"), ["512", "1024", "2048"]);
        assert_eq!(memories_of("8192").len(), 12);
        assert!(memories_of("1000").len() > 30);
        let pairs: usize = cpus().iter().map(|cpu| memories_of(cpu).len()).sum();
        assert_eq!(pairs, 77);
    }

    #[test]
    fn groups_say_what_is_in_them() {
        let mut form = ServiceForm::default();
        assert_eq!(scaling(&form), "off");
        assert_eq!(capacity(&form), "On-Demand");
        let values = [
            (Field::Cpu, "512"),
            (Field::Memory, "1024"),
            (Field::Desired, "1"),
            (Field::Minimum, "2"),
            (Field::Maximum, "9"),
            (Field::SpotWeight, "4"),
            (Field::Policy(0, PolicyField::Metric), "cpu"),
            (Field::Policy(0, PolicyField::Target), "60"),
        ];
        form.values = values.map(|(field, it)| (field, it.to_owned())).into();
        form.tracking = vec![true];
        assert_eq!(service(&form), "1 task of 0.5 vCPU, 1 GB");
        assert_eq!(scaling(&form), "2 to 9, cpu 60");
        assert_eq!(capacity(&form), "Spot");
        assert_eq!(network(&form), "3 zones, NAT gateway");
    }
}
