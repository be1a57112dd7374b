//! Security groups: `[security_groups]`.

use crate::simulator::fargate::{DirectedRule, Direction, Rule, SecurityGroup, SecurityGroups};
use serde::{Deserialize, Deserializer, de};

/// Unless the file says so, groups allow what a service needs.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SecurityModel {
    port: Option<u16>,
    database_port: Option<u16>,
    balancer: GroupModel,
    task: GroupModel,
    database: GroupModel,
}

/// A list that is left out is as it would be without the table.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GroupModel {
    #[serde(deserialize_with = "inbound")]
    inbound: Option<Vec<Rule>>,
    #[serde(deserialize_with = "outbound")]
    outbound: Option<Vec<Rule>>,
}

fn inbound<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Rule>>, D::Error> {
    rules(deserializer, Direction::Inbound)
}

fn outbound<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Rule>>, D::Error> {
    rules(deserializer, Direction::Outbound)
}

fn rules<'de, D: Deserializer<'de>>(
    deserializer: D,
    direction: Direction,
) -> Result<Option<Vec<Rule>>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let rules = texts.iter().map(|text| {
        let it: DirectedRule = text.parse().map_err(de::Error::custom)?;
        match (it.direction == direction, direction) {
            (true, _) => Ok(it.rule),
            (false, Direction::Inbound) => Err(de::Error::custom(format!(
                "{text:?} goes out: inbound rules say `from`"
            ))),
            (false, Direction::Outbound) => Err(de::Error::custom(format!(
                "{text:?} comes in: outbound rules say `to`"
            ))),
        }
    });
    rules.collect::<Result<_, _>>().map(Some)
}

impl GroupModel {
    fn group(self, default: SecurityGroup) -> SecurityGroup {
        SecurityGroup {
            inbound: self.inbound.unwrap_or(default.inbound),
            outbound: self.outbound.unwrap_or(default.outbound),
        }
    }
}

impl SecurityModel {
    pub(super) fn plan(self) -> SecurityGroups {
        let default = SecurityGroups::default();
        let port = self.port.unwrap_or(default.port);
        let database_port = self.database_port.unwrap_or(default.database_port);
        let open = SecurityGroups::open(port, database_port);
        SecurityGroups {
            balancer: self.balancer.group(open.balancer),
            task: self.task.group(open.task),
            database: self.database.group(open.database),
            ..open
        }
    }
}
