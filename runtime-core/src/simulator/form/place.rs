//! Where fields stand in a file, and how their values are written.

use super::field::{Field, FieldKind, PolicyField};
use super::load::number_text;
use crate::simulator::Distribution;

/// A step on the way to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a table.
    Key(&'static str),
    /// Into an array.
    Place(usize),
}

impl PolicyField {
    const fn key(self) -> &'static str {
        match self {
            PolicyField::Metric => "metric",
            PolicyField::Target => "target",
            PolicyField::ScaleOutCooldown => "scale_out_cooldown",
            PolicyField::ScaleInCooldown => "scale_in_cooldown",
            PolicyField::DisableScaleIn => "disable_scale_in",
        }
    }
}

impl Field {
    /// Which capacity provider it is of, and its key there.
    pub(super) const fn of_provider(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Field::FargateBase => ("FARGATE", "base"),
            Field::FargateWeight => ("FARGATE", "weight"),
            Field::SpotBase => ("FARGATE_SPOT", "base"),
            Field::SpotWeight => ("FARGATE_SPOT", "weight"),
            _ => return None,
        })
    }

    /// Where it stands. For a share of a capacity provider it is where all of them are.
    pub(super) fn path(self) -> Vec<Step> {
        let within = |table, key| vec![Step::Key(table), Step::Key(key)];
        match self {
            Field::Name => within("service", "name"),
            Field::Cpu => within("service", "cpu"),
            Field::Memory => within("service", "memory"),
            Field::Os => within("service", "os"),
            Field::Architecture => within("service", "architecture"),
            Field::Desired => within("service", "desired"),
            Field::GracePeriod => within("service", "grace_period"),
            Field::OnDemandVcpus => within("service", "on_demand_vcpus"),
            Field::SpotVcpus => within("service", "spot_vcpus"),
            Field::DeploymentStrategy => deployment("strategy"),
            Field::BakeTime => deployment("bake_time"),
            Field::MinimumHealthyPercent => within("service", "minimum_healthy_percent"),
            Field::MaximumPercent => within("service", "maximum_percent"),
            Field::CircuitBreaker => within("service", "circuit_breaker"),
            Field::FargateBase | Field::FargateWeight | Field::SpotBase | Field::SpotWeight => {
                within("service", "strategy")
            }
            Field::Zones => within("network", "zones"),
            Field::Route => within("network", "route"),
            Field::PublicIp => within("network", "public_ip"),
            Field::Boot => within("task", "boot"),
            Field::Work => within("requests", "work"),
            Field::Wait => within("requests", "wait"),
            Field::AtOnce => within("requests", "at_once"),
            Field::Minimum => within("scaling", "minimum"),
            Field::Maximum => within("scaling", "maximum"),
            Field::Policy(place, field) => vec![
                Step::Key("scaling"),
                Step::Key("policy"),
                Step::Place(place),
                Step::Key(field.key()),
            ],
        }
    }
}

/// Where a field of `[service.deployment]` stands.
pub(super) fn deployment(key: &'static str) -> Vec<Step> {
    vec![
        Step::Key("service"),
        Step::Key("deployment"),
        Step::Key(key),
    ]
}

impl FieldKind {
    /// A value as TOML; `None` if it is none of this kind.
    pub(super) fn toml(self, value: &str) -> Option<String> {
        match self {
            FieldKind::Text => Some(quoted(value)),
            FieldKind::Choice(all) => all.contains(&value).then(|| quoted(value)),
            FieldKind::Whole => value.parse::<u32>().ok().map(|it| it.to_string()),
            FieldKind::Number => number(value),
            FieldKind::Switch => value.parse::<bool>().ok().map(|it| it.to_string()),
            FieldKind::Time => {
                value.parse::<Distribution>().ok()?;
                Some(number(value).unwrap_or_else(|| quoted(value)))
            }
        }
    }
}

fn number(value: &str) -> Option<String> {
    let number = value.parse::<f64>().ok().filter(|it| it.is_finite())?;
    Some(number_text(number))
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
