//! Subnets, the way to the registry, and security groups.

use super::super::super::resolve::Resolved;
use super::super::{Found, Section};
use super::pieces::Pieces;
use super::write::{Text, quoted};
use std::collections::BTreeSet;

const SUBNET: &str = "AWS::EC2::Subnet";
const GROUP: &str = "AWS::EC2::SecurityGroup";
/// Types whose being there is what matters of them.
const WAYS: [&str; 10] = [
    "AWS::EC2::VPC",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::EC2::NatGateway",
    "AWS::EC2::EIP",
    "AWS::EC2::RouteTable",
    "AWS::EC2::Route",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
    SUBNET,
];

/// What a service says of its network, and the groups that can be told from each other.
pub(super) struct Network<'a> {
    subnets: Vec<&'a Found<'a>>,
    /// How many it names, in the template or not.
    named: usize,
    public: bool,
    groups: Vec<&'a Found<'a>>,
    logical: &'a str,
}

impl<'a> Network<'a> {
    pub(super) fn read(
        pieces: &Pieces<'a>,
        service: &Section<'a>,
        logical: &'a str,
    ) -> Network<'a> {
        for kind in WAYS {
            pieces.of(kind).for_each(|it| pieces.known(it));
        }
        let outer = service.section("NetworkConfiguration");
        let vpc = outer
            .as_ref()
            .and_then(|it| it.section("AwsvpcConfiguration"));
        let Some(vpc) = vpc else {
            let why = "Tasks on Fargate need an AwsvpcConfiguration: defaults stand for it.";
            service.refuse("NetworkConfiguration", why);
            return Network {
                subnets: Vec::new(),
                named: 0,
                public: false,
                groups: Vec::new(),
                logical,
            };
        };
        let subnets = vpc.items("Subnets");
        let groups = vpc.items("SecurityGroups");
        let of = |items: &[&Resolved], kind| {
            let items = items.iter();
            items
                .filter_map(|it| pieces.at(it, kind))
                .collect::<Vec<_>>()
        };
        Network {
            named: subnets.len(),
            subnets: of(&subnets, SUBNET),
            public: vpc.text("AssignPublicIp").as_deref() == Some("ENABLED"),
            groups: of(&groups, GROUP),
            logical,
        }
    }

    pub(super) fn write(&self, pieces: &Pieces<'a>, text: &mut Text) {
        text.table("network");
        let subnets: Vec<&str> = self.subnets.iter().map(|it| it.logical).collect();
        let from = match subnets.is_empty() {
            true => format!("{}: its subnets are not in the template", self.logical),
            false => subnets.join(", "),
        };
        if self.named > 0 {
            text.line("zones", self.zones(), &from);
        }
        let prefixes = self.subnets.iter().filter_map(|it| prefix(it));
        // Of subnets that differ the one that is full first.
        text.maybe("prefix", prefixes.max(), &from);
        let (route, from) = self.route(pieces);
        text.line("route", quoted(route), from);
        if self.public {
            text.line("public_ip", true, self.logical);
        }
    }

    /// Availability Zones: as many as its subnets name, or one for each.
    fn zones(&self) -> usize {
        let named = self.subnets.iter();
        let named = named.filter_map(|it| it.properties.get("AvailabilityZone"));
        let named: BTreeSet<String> = named.map(|it| it.json().to_string()).collect();
        match named.len() {
            0 => self.named,
            zones => zones,
        }
    }

    /// How tasks reach the registry, and why that is so.
    fn route(&self, pieces: &Pieces<'a>) -> (&'static str, &'static str) {
        let endpoint = |wanted: &str| {
            let mut endpoints = pieces.of("AWS::EC2::VPCEndpoint");
            endpoints.any(|it| {
                let service = it.properties.get("ServiceName").and_then(Resolved::text);
                service.is_some_and(|service| service.ends_with(wanted))
            })
        };
        if self.public {
            ("internet_gateway", "its tasks have public addresses")
        } else if pieces.has("AWS::EC2::NatGateway") {
            ("nat", "the template has a NAT gateway")
        } else if endpoint(".ecr.dkr") && endpoint(".ecr.api") && endpoint(".s3") {
            ("endpoints", "the template has VPC endpoints of ECR and S3")
        } else if self.subnets.is_empty() {
            ("nat", "not in the template")
        } else {
            (
                "none",
                "no public addresses, no NAT gateway, no VPC endpoints of ECR and S3: images cannot be pulled",
            )
        }
    }

    /// Who may connect to whom, as far as groups of the template say so.
    pub(super) fn write_groups(
        &self,
        pieces: &Pieces<'a>,
        balancer: Option<&'a Found<'a>>,
        port: Option<u16>,
        text: &mut Text,
    ) {
        let balancers = balancer.and_then(|it| it.properties.get("SecurityGroups"));
        let balancers = balancers.and_then(Resolved::items).unwrap_or_default();
        let balancers: Vec<&'a Found<'a>> = balancers
            .iter()
            .filter_map(|it| pieces.at(it, GROUP))
            .collect();
        if port.is_none() && self.groups.is_empty() && balancers.is_empty() {
            return;
        }
        text.table("security_groups");
        text.maybe("port", port, "the container's port");
        let peers = Peers {
            balancer: &balancers,
            task: &self.groups,
        };
        for (name, groups) in [("balancer", &balancers), ("task", &self.groups)] {
            let from: Vec<&str> = groups.iter().map(|it| it.logical).collect();
            let from = from.join(", ");
            let (inbound, outbound) = rules(pieces, groups, &peers);
            let list = |rules: Vec<String>| {
                let rules: Vec<String> = rules.iter().map(|it| quoted(it)).collect();
                format!("[{}]", rules.join(", "))
            };
            if !groups.is_empty() {
                text.line(&format!("{name}.inbound"), list(inbound), &from);
            }
            text.maybe(&format!("{name}.outbound"), outbound.map(list), &from);
        }
    }
}

/// The length of a subnet's prefix.
fn prefix(subnet: &Found<'_>) -> Option<u8> {
    let block = subnet
        .properties
        .get("CidrBlock")
        .and_then(Resolved::text)?;
    block.rsplit_once('/')?.1.parse().ok()
}

struct Peers<'p, 'a> {
    balancer: &'p [&'a Found<'a>],
    task: &'p [&'a Found<'a>],
}

/// What groups let in and, where they say so, out. Without a word all may go out.
fn rules<'a>(
    pieces: &Pieces<'a>,
    groups: &[&'a Found<'a>],
    peers: &Peers<'_, 'a>,
) -> (Vec<String>, Option<Vec<String>>) {
    let (mut inbound, mut outbound) = (Vec::new(), None::<Vec<String>>);
    let is_one = |value: Option<&Resolved>| {
        let found = value.and_then(|it| pieces.at(it, GROUP));
        found.is_some_and(|found| groups.iter().any(|it| it.logical == found.logical))
    };
    for group in groups {
        let section = pieces.section(group);
        section.done(&["GroupDescription", "GroupName", "VpcId", "Tags"]);
        for rule in section.sections("SecurityGroupIngress") {
            inbound.extend(rule_of(
                pieces,
                &rule,
                ("from", "SourceSecurityGroupId"),
                peers,
            ));
        }
        if section.has("SecurityGroupEgress") {
            let rules = section.sections("SecurityGroupEgress");
            let rules = rules
                .iter()
                .filter_map(|it| rule_of(pieces, it, ("to", "DestinationSecurityGroupId"), peers));
            outbound.get_or_insert_default().extend(rules);
        }
    }
    for resource in pieces.of("AWS::EC2::SecurityGroupIngress") {
        if is_one(resource.properties.get("GroupId")) {
            let rule = pieces.section(resource);
            rule.done(&["GroupId"]);
            inbound.extend(rule_of(
                pieces,
                &rule,
                ("from", "SourceSecurityGroupId"),
                peers,
            ));
        }
    }
    for resource in pieces.of("AWS::EC2::SecurityGroupEgress") {
        if is_one(resource.properties.get("GroupId")) {
            let rule = pieces.section(resource);
            rule.done(&["GroupId"]);
            let rule = rule_of(pieces, &rule, ("to", "DestinationSecurityGroupId"), peers);
            outbound.get_or_insert_default().extend(rule);
        }
    }
    (inbound, outbound)
}

/// A rule in the words of scenarios.
fn rule_of(
    pieces: &Pieces<'_>,
    rule: &Section<'_>,
    (direction, other): (&str, &str),
    peers: &Peers<'_, '_>,
) -> Option<String> {
    rule.done(&["Description", "SourceSecurityGroupOwnerId"]);
    let protocol = rule.text("IpProtocol").unwrap_or_default();
    let ports = match (
        protocol.as_str(),
        rule.number("FromPort"),
        rule.number("ToPort"),
    ) {
        ("-1", _, _) => "all".to_owned(),
        ("tcp" | "6", Some(0_u16), Some(u16::MAX)) => "all".to_owned(),
        ("tcp" | "6", Some(from), Some(to)) if from == to => from.to_string(),
        ("tcp" | "6", Some(from), Some(to)) => format!("{from}-{to}"),
        _ => {
            rule.skip("", "Only rules for TCP mean something here.");
            rule.done_all();
            return None;
        }
    };
    let group = rule.value(other).and_then(|it| pieces.at(it, GROUP));
    let is_in = |groups: &[&Found<'_>]| {
        group.is_some_and(|group| groups.iter().any(|it| it.logical == group.logical))
    };
    let ranges = ["CidrIp", "CidrIpv6"].map(|key| rule.text(key));
    let peer = match ranges.iter().flatten().next() {
        Some(range) if range == "0.0.0.0/0" || range == "::/0" => "anywhere",
        Some(_) => {
            let why = "Addresses are not told from each other here: it is taken as anywhere.";
            rule.change("CidrIp", why);
            "anywhere"
        }
        None if is_in(peers.balancer) => "balancer",
        None if is_in(peers.task) => "task",
        None => {
            rule.skip("", "It is about somebody who is not simulated here.");
            rule.done_all();
            return None;
        }
    };
    Some(format!("{ports} {direction} {peer}"))
}
