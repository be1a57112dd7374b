//! Security groups between the load balancer, tasks and a database (VPC user guide, "Security group rules": what is
//! not allowed is dropped; they are stateful, so answers need no rule).

use crate::units::Span;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// How long a task tries to connect to a database that drops what it sends: Linux sends a SYN seven times, waiting
/// for 1, 2, 4 … 64 seconds after each (kernel documentation, `tcp_syn_retries` = 6).
pub const CONNECT_TIMEOUT: Span = Span::from_secs(127);
/// Registries and AWS's own services listen there.
const HTTPS: u16 = 443;

/// Who has a security group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The load balancer.
    Balancer,
    /// The service's tasks.
    Task,
    /// What requests wait for.
    Database,
}

/// The other side of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// `0.0.0.0/0`.
    Anywhere,
    /// Whoever has this group.
    Group(Group),
}

/// Which way a rule goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Connections that others open.
    Inbound,
    /// Connections that it opens.
    Outbound,
}

/// What is allowed: ports, and the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Of TCP, at the side that is connected to.
    pub ports: RangeInclusive<u16>,
    /// Who may connect, or be connected to.
    pub peer: Peer,
}

/// The rules of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Who may connect.
    pub inbound: Vec<Rule>,
    /// What may be connected to.
    pub outbound: Vec<Rule>,
}

/// All groups of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroups {
    /// Where containers listen.
    pub port: u16,
    /// Where the database listens.
    pub database_port: u16,
    /// Of the load balancer; who may connect to it is not modelled.
    pub balancer: SecurityGroup,
    /// Of tasks.
    pub task: SecurityGroup,
    /// Of the database.
    pub database: SecurityGroup,
}

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongRule(String);

impl fmt::Display for WrongRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no rule: write ports, `from` or `to`, and `anywhere`, `balancer`, `task` or `database`, as in \
             `80 from balancer`, `8000-8080 from balancer` or `all to anywhere`",
            self.0
        )
    }
}

impl Rule {
    /// Every port of somebody.
    pub const fn all(peer: Peer) -> Rule {
        Rule {
            ports: 0..=u16::MAX,
            peer,
        }
    }

    /// One port of somebody.
    pub const fn port(port: u16, peer: Peer) -> Rule {
        Rule {
            ports: port..=port,
            peer,
        }
    }
}

/// A rule and its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectedRule {
    /// `from` is inbound, `to` is outbound.
    pub direction: Direction,
    /// What is allowed.
    pub rule: Rule,
}

impl FromStr for DirectedRule {
    type Err = WrongRule;

    fn from_str(text: &str) -> Result<Self, WrongRule> {
        let wrong = || WrongRule(text.to_owned());
        let [ports, way, peer] = <[&str; 3]>::try_from(text.split_whitespace().collect::<Vec<_>>())
            .map_err(|_| wrong())?;
        let direction = match way {
            "from" => Direction::Inbound,
            "to" => Direction::Outbound,
            _ => return Err(wrong()),
        };
        let peer = match peer {
            "anywhere" => Peer::Anywhere,
            "balancer" => Peer::Group(Group::Balancer),
            "task" => Peer::Group(Group::Task),
            "database" => Peer::Group(Group::Database),
            _ => return Err(wrong()),
        };
        let port = |text: &str| text.parse::<u16>().map_err(|_| wrong());
        let ports = match ports.split_once('-') {
            None if ports == "all" => 0..=u16::MAX,
            None => port(ports)?..=port(ports)?,
            Some((first, last)) => port(first)?..=port(last)?,
        };
        if ports.is_empty() {
            return Err(wrong());
        }
        let rule = Rule { ports, peer };
        Ok(DirectedRule { direction, rule })
    }
}

impl SecurityGroup {
    /// What a group that nobody wrote rules for allows, but for those who may connect (VPC user guide, "Default
    /// security groups": outbound rules allow all).
    pub fn accepting(inbound: Vec<Rule>) -> SecurityGroup {
        SecurityGroup {
            inbound,
            outbound: vec![Rule::all(Peer::Anywhere)],
        }
    }
}

impl SecurityGroups {
    /// Everything that a service needs is allowed, and no more than that comes in.
    pub fn open(port: u16, database_port: u16) -> SecurityGroups {
        let accepting = |port, group| vec![Rule::port(port, Peer::Group(group))];
        SecurityGroups {
            port,
            database_port,
            balancer: SecurityGroup::accepting(Vec::new()),
            task: SecurityGroup::accepting(accepting(port, Group::Balancer)),
            database: SecurityGroup::accepting(accepting(database_port, Group::Task)),
        }
    }

    fn group(&self, group: Group) -> &SecurityGroup {
        match group {
            Group::Balancer => &self.balancer,
            Group::Task => &self.task,
            Group::Database => &self.database,
        }
    }

    /// Whether a connection comes about: one side lets it out, the other side lets it in.
    fn connects(&self, from: Group, to: Group, port: u16) -> bool {
        let allows = |rules: &[Rule], other| {
            let peers = [Peer::Anywhere, Peer::Group(other)];
            let mut rules = rules.iter();
            rules.any(|it| it.ports.contains(&port) && peers.contains(&it.peer))
        };
        allows(&self.group(from).outbound, to) && allows(&self.group(to).inbound, from)
    }

    /// Whether the load balancer's requests and checks come to tasks.
    pub fn balancer_reaches_task(&self) -> bool {
        self.connects(Group::Balancer, Group::Task, self.port)
    }

    /// Whether tasks may connect to registries and AWS's own services, through whatever there is.
    pub fn task_reaches_services(&self) -> bool {
        let mut rules = self.task.outbound.iter();
        rules.any(|it| it.ports.contains(&HTTPS) && it.peer == Peer::Anywhere)
    }

    /// Whether nothing is dropped that a service needs.
    pub fn all_open(&self) -> bool {
        self.balancer_reaches_task() && self.task_reaches_services() && self.task_reaches_database()
    }

    /// Whether tasks come to the database.
    pub fn task_reaches_database(&self) -> bool {
        self.connects(Group::Task, Group::Database, self.database_port)
    }
}

impl Default for SecurityGroups {
    /// Port 80, and PostgreSQL's.
    fn default() -> Self {
        SecurityGroups::open(super::set_up::PORT, 5_432)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Rule {
        text.parse::<DirectedRule>().unwrap().rule
    }

    #[test]
    fn rules_are_read() {
        for (text, direction, expected) in [
            (
                "80 from balancer",
                Direction::Inbound,
                Rule::port(80, Peer::Group(Group::Balancer)),
            ),
            (
                " all  to anywhere",
                Direction::Outbound,
                Rule::all(Peer::Anywhere),
            ),
            (
                "8000-8080 from task",
                Direction::Inbound,
                Rule {
                    ports: 8_000..=8_080,
                    peer: Peer::Group(Group::Task),
                },
            ),
        ] {
            let read: DirectedRule = text.parse().unwrap();
            assert_eq!((read.direction, read.rule), (direction, expected), "{text}");
        }
        for text in [
            "",
            "80",
            "80 balancer",
            "80 from nobody",
            "http from balancer",
            "70000 from task",
            "90-80 from task",
            "80 from task and more",
        ] {
            let error = text.parse::<DirectedRule>().unwrap_err().to_string();
            assert!(
                error.contains("as in `80 from balancer`"),
                "{text}: {error}"
            );
        }
    }

    /// VPC user guide, "Security group rules": a connection needs a rule at both sides, for its port.
    #[test]
    fn both_sides_have_to_allow_a_connection() {
        type Change = fn(&mut SecurityGroups);
        let table: [(Change, [bool; 3]); 9] = [
            (|_| (), [true, true, true]),
            (|it| it.task.inbound.clear(), [false, true, true]),
            (
                |it| it.task.inbound = vec![rule("80 from balancer")],
                [false, true, true],
            ),
            (
                |it| it.task.inbound = vec![rule("8080 from database")],
                [false, true, true],
            ),
            (
                |it| it.task.inbound = vec![rule("8000-9000 from anywhere")],
                [true, true, true],
            ),
            (|it| it.balancer.outbound.clear(), [false, true, true]),
            (
                |it| it.task.outbound = vec![rule("443 to anywhere")],
                [true, true, false],
            ),
            (
                |it| it.task.outbound = vec![rule("5432 to database")],
                [true, false, true],
            ),
            (|it| it.database.inbound.clear(), [true, true, false]),
        ];
        for (row, (change, expected)) in table.into_iter().enumerate() {
            let mut groups = SecurityGroups::open(8_080, 5_432);
            change(&mut groups);
            let reached = [
                groups.balancer_reaches_task(),
                groups.task_reaches_services(),
                groups.task_reaches_database(),
            ];
            assert_eq!(reached, expected, "row {row}");
        }
    }
}
