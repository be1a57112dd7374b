//! A service: count, deployment, capacity providers; and the file that it comes to.

use super::super::super::model::ServiceScenario;
use super::super::{Found, Section};
use super::balancer::Balancer;
use super::network::Network;
use super::pieces::Pieces;
use super::scaling::Scaling;
use super::task::Task;
use super::write::{Text, quoted};

/// What a template does not say, and a scenario has to: each line has a remark (model choices).
const LENGTH: u32 = 3_600;
const WORK: &str = "lognormal:0.05,0.5";
/// The mean of that, in seconds.
const MEAN_WORK: f64 = 0.0567;
/// How busy the load keeps the tasks that there are at first.
const BUSY: f64 = 0.5;
const WAIT: &str = "exp:0.05";
/// Of a deployment that needs a bake time, in seconds.
const BAKE: u32 = 300;
/// What a new account may run On-Demand and on Spot (facts of quotas: Fargate's default).
const NEW_ACCOUNT: u32 = 6;

pub(super) fn read<'a>(pieces: &Pieces<'a>, found: &'a Found<'a>) -> ServiceScenario {
    let service = pieces.section(found);
    let logical = found.logical;
    let name = service
        .text("ServiceName")
        .unwrap_or_else(|| logical.to_owned());
    service.leave(
        &[
            "ServiceRegistries",
            "ServiceConnectConfiguration",
            "VolumeConfigurations",
            "VpcLatticeConfigurations",
        ],
        "Nothing here stands for it.",
    );
    service.done(&[
        "Tags",
        "PropagateTags",
        "EnableECSManagedTags",
        "EnableExecuteCommand",
        "PlatformVersion",
        "Role",
        "SchedulingStrategy",
        "ForceNewDeployment",
    ]);
    let balancer = Balancer::read(pieces, &service);
    let container = balancer.as_ref().and_then(|it| it.container.clone());
    let task = Task::read(pieces, &service, container.as_deref());
    let network = Network::read(pieces, &service, logical);
    let scaling = Scaling::read(pieces, found);
    let desired = service.number("DesiredCount").unwrap_or(1_u32);

    let mut text = Text::default();
    text.line("version", 1, "");
    text.line("name", quoted(&name), "");
    let about = format!(
        "{logical} of a template. What comes and how long it takes is not in the template: change it below."
    );
    text.line("about", quoted(&about), "");
    text.line("length", LENGTH, "seconds; not in the template");

    text.table("service");
    text.line("name", quoted(&name), logical);
    text.line("cpu", task.cpu, &task.logical);
    text.line("memory", task.memory, &task.logical);
    if task.windows {
        text.line("os", quoted("windows"), &task.logical);
    }
    if task.arm64 {
        text.line("architecture", quoted("arm64"), &task.logical);
    }
    text.maybe("ephemeral_storage", task.storage, &task.logical);
    text.line("desired", desired, logical);
    let grace = service.number::<u32>("HealthCheckGracePeriodSeconds");
    text.maybe("grace_period", grace, logical);
    if service.text("AvailabilityZoneRebalancing").as_deref() == Some("DISABLED") {
        text.line("rebalancing", false, logical);
    }
    let providers = providers(pieces, &service);
    let deployment = Deployment::read(&service);
    let most = scaling
        .as_ref()
        .map_or(desired, |it| it.maximum.max(desired));
    quotas(&mut text, &task, &deployment, most, &providers);
    if !providers.is_empty() {
        let items: Vec<String> = providers.iter().map(Provider::text).collect();
        text.line("strategy", format!("[{}]", items.join(", ")), logical);
    }
    deployment.write(&mut text, logical);
    network.write(pieces, &mut text);
    let before = balancer.as_ref().and_then(|it| it.balancer);
    network.write_groups(pieces, before, task.port, &mut text);

    text.table("task");
    text.remark("How large the image is and how long tasks take to start is not in the template: measured defaults hold.");
    text.maybe("stop_timeout", task.stop_timeout, &task.logical);

    match &balancer {
        Some(balancer) => balancer.write(pieces, &mut text),
        None => {
            let why = "It has no load balancer: it is simulated behind one. If it works off a queue, write [queue] instead of [balancer].";
            service.change("", why);
            text.table("balancer");
            text.remark("The service has none. If it works off a queue, write [queue] here.");
        }
    }

    text.table("requests");
    text.remark("Not in the template: what comes, and what each request asks for.");
    text.line(
        "rate",
        rate(&task, desired),
        "requests a second: they keep its first tasks half busy",
    );
    text.line("work", quoted(WORK), "seconds of one vCPU");
    text.line(
        "wait",
        quoted(WAIT),
        "seconds that it then waits for others",
    );

    if let Some(scaling) = &scaling {
        scaling.write(pieces, &mut text);
    }
    ServiceScenario {
        logical_id: logical.to_owned(),
        name,
        text: text.into_text(),
    }
}

fn rate(task: &Task, desired: u32) -> u64 {
    let vcpus = f64::from(task.cpu) / 1_024.0 * f64::from(desired);
    (vcpus * BUSY / MEAN_WORK).round().max(1.0) as u64
}

/// A part of a capacity provider strategy.
struct Provider {
    spot: bool,
    base: u32,
    weight: u32,
}

impl Provider {
    fn read(item: &Section<'_>) -> Option<Provider> {
        let name = item.text("CapacityProvider")?;
        let spot = match name.as_str() {
            "FARGATE" => false,
            "FARGATE_SPOT" => true,
            _ => {
                let why = "It is no capacity provider of Fargate: it is left out.";
                item.skip("CapacityProvider", why);
                item.done_all();
                return None;
            }
        };
        let number = |key| item.number(key).unwrap_or(0);
        Some(Provider {
            spot,
            base: number("Base"),
            weight: number("Weight"),
        })
    }

    fn text(&self) -> String {
        let name = if self.spot { "FARGATE_SPOT" } else { "FARGATE" };
        format!(
            "{{ provider = \"{name}\", base = {}, weight = {} }}",
            self.base, self.weight
        )
    }
}

/// The service's strategy, or its cluster's where it names neither one nor a launch type. None is FARGATE alone.
fn providers<'a>(pieces: &Pieces<'a>, service: &Section<'a>) -> Vec<Provider> {
    let own: Vec<Provider> = service
        .sections("CapacityProviderStrategy")
        .iter()
        .filter_map(Provider::read)
        .collect();
    let launch = service.text("LaunchType");
    if launch.as_deref().is_some_and(|it| it != "FARGATE") {
        service.change("LaunchType", "It is simulated on Fargate.");
    }
    let cluster = service.value("Cluster");
    let cluster = cluster.and_then(|it| pieces.at(it, "AWS::ECS::Cluster"));
    let Some(cluster) = cluster else {
        return own;
    };
    let section = pieces.section(cluster);
    section.done(&[
        "ClusterName",
        "CapacityProviders",
        "ClusterSettings",
        "Configuration",
        "Tags",
        "ServiceConnectDefaults",
    ]);
    let default = section.sections("DefaultCapacityProviderStrategy");
    let default = default.iter().filter_map(Provider::read).collect();
    match own.is_empty() && launch.is_none() {
        true => default,
        false => own,
    }
}

/// What a template does not say is how much the account may run: what it may need at most.
fn quotas(
    text: &mut Text,
    task: &Task,
    deployment: &Deployment,
    most: u32,
    providers: &[Provider],
) {
    let percent = deployment.maximum.unwrap_or(200).max(100);
    let units = u64::from(most) * u64::from(task.cpu) * u64::from(percent);
    let vcpus = units.div_ceil(100 * 1_024);
    let vcpus = u32::try_from(vcpus).unwrap_or(u32::MAX);
    if vcpus <= NEW_ACCOUNT {
        return;
    }
    let from = "the account's quota is not in the template: enough for all its tasks, and as many more in a deployment";
    if providers.is_empty() || providers.iter().any(|it| !it.spot) {
        text.line("on_demand_vcpus", vcpus, from);
    }
    if providers.iter().any(|it| it.spot) {
        text.line("spot_vcpus", vcpus, from);
    }
}

/// How a revision follows another.
struct Deployment {
    minimum: Option<u32>,
    maximum: Option<u32>,
    breaker: Option<&'static str>,
    /// What it is called, and its lines.
    shift: Option<(&'static str, Vec<(&'static str, String)>)>,
}

impl Deployment {
    fn read(service: &Section<'_>) -> Deployment {
        let controller = service.section("DeploymentController");
        if let Some(controller) = controller
            && controller.text("Type").is_some_and(|it| it != "ECS")
        {
            let why = "Only deployments by ECS itself are simulated: a rolling one stands for it.";
            controller.change("Type", why);
        }
        let mut read = Deployment {
            minimum: None,
            maximum: None,
            breaker: None,
            shift: None,
        };
        let Some(settings) = service.section("DeploymentConfiguration") else {
            return read;
        };
        read.minimum = settings.number("MinimumHealthyPercent");
        read.maximum = settings.number("MaximumPercent");
        if let Some(breaker) = settings.section("DeploymentCircuitBreaker") {
            breaker.leave(
                &["ThresholdConfiguration", "ResetOnHealthyTask"],
                "AWS's default thresholds hold here.",
            );
            let is_on = |key| breaker.flag(key).unwrap_or(false);
            read.breaker = match (is_on("Enable"), is_on("Rollback")) {
                (true, true) => Some("rollback"),
                (true, false) => Some("on"),
                (false, _) => None,
            };
        }
        settings.leave(
            &["Alarms"],
            "Which alarm fails a deployment is not taken over: write `alarm` below [service.deployment].",
        );
        settings.leave(&["LifecycleHooks"], "Lifecycle hooks are not simulated.");
        read.shift = shift(&settings);
        read
    }

    fn write(&self, text: &mut Text, from: &str) {
        text.maybe("minimum_healthy_percent", self.minimum, from);
        text.maybe("maximum_percent", self.maximum, from);
        text.maybe("circuit_breaker", self.breaker.map(quoted), from);
        if let Some((strategy, lines)) = &self.shift {
            text.table("service.deployment");
            text.line("strategy", quoted(strategy), from);
            for (key, value) in lines {
                text.line(key, value, from);
            }
        }
    }
}

/// Deployments that shift traffic.
fn shift(settings: &Section<'_>) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    let strategy = settings.text("Strategy");
    let minutes = |section: &Section<'_>, key: &str| {
        section
            .number::<u32>(key)
            .map(|it| it.saturating_mul(60).to_string())
    };
    let bake = minutes(settings, "BakeTimeInMinutes");
    let linear = settings.section("LinearConfiguration");
    let canary = settings.section("CanaryConfiguration");
    let (name, part, fields) = match strategy.as_deref() {
        None | Some("ROLLING") => return None,
        Some("BLUE_GREEN") => ("blue_green", None, ["", "", "", ""]),
        Some("LINEAR") => (
            "linear",
            linear,
            [
                "StepPercent",
                "step_percent",
                "StepBakeTimeInMinutes",
                "step_bake_time",
            ],
        ),
        Some("CANARY") => (
            "canary",
            canary,
            [
                "CanaryPercent",
                "canary_percent",
                "CanaryBakeTimeInMinutes",
                "canary_bake_time",
            ],
        ),
        Some(_) => {
            settings.skip(
                "Strategy",
                "It is none of ECS's: a rolling deployment stands for it.",
            );
            return None;
        }
    };
    let mut lines = vec![("bake_time", bake.unwrap_or_else(|| BAKE.to_string()))];
    let [percent_key, percent_field, time_key, time_field] = fields;
    if let Some(part) = part {
        let percent = part.number::<f64>(percent_key).filter(|it| it.is_finite());
        lines.extend(percent.map(|it| (percent_field, it.to_string())));
        lines.extend(minutes(&part, time_key).map(|it| (time_field, it)));
    }
    Some((name, lines))
}
