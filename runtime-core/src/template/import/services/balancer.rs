//! Target groups, and the load balancer before them.

use super::super::{Found, Section};
use super::pieces::Pieces;
use super::write::{Text, quoted};

/// Of a sticky session's cookie, in seconds, unless the target group says so (ELB user guide, "Sticky sessions").
const A_DAY: u32 = 86_400;

/// What a service says of its load balancer.
pub(super) struct Balancer<'a> {
    pub(super) container: Option<String>,
    group: Option<&'a Found<'a>>,
    /// The load balancer whose listener sends requests there.
    pub(super) balancer: Option<&'a Found<'a>>,
}

impl<'a> Balancer<'a> {
    /// The first of a service's load balancers; nothing if it has none.
    pub(super) fn read(pieces: &Pieces<'a>, service: &Section<'a>) -> Option<Balancer<'a>> {
        let balancers = service.sections("LoadBalancers");
        if balancers.len() > 1 {
            let why = "Several target groups get the same requests here: only the first one is simulated.";
            service.change("LoadBalancers", why);
            balancers.iter().skip(1).for_each(Section::done_all);
        }
        let first = balancers.into_iter().next()?;
        first.done(&["ContainerPort"]);
        first.leave(
            &["AdvancedConfiguration"],
            "A second target group is the service's own here.",
        );
        let group = first.value("TargetGroupArn");
        let group = group.and_then(|it| pieces.at(it, "AWS::ElasticLoadBalancingV2::TargetGroup"));
        Some(Balancer {
            container: first.text("ContainerName"),
            balancer: group.and_then(|it| balancer_of(pieces, it)),
            group,
        })
    }

    /// The table, if a line of it is not what holds anyway.
    pub(super) fn write(&self, pieces: &Pieces<'a>, text: &mut Text) {
        text.table("balancer");
        let Some(group) = self.group else {
            text.remark("its target group is not in the template: defaults");
            return;
        };
        let section = pieces.section(group);
        section.done(&[
            "Name",
            "Port",
            "Protocol",
            "ProtocolVersion",
            "VpcId",
            "Tags",
            "Matcher",
            "IpAddressType",
            "HealthCheckPath",
            "HealthCheckPort",
            "HealthCheckProtocol",
            "HealthCheckEnabled",
        ]);
        if let Some(kind) = section.text("TargetType")
            && kind != "ip"
        {
            section.change("TargetType", "Targets of tasks on Fargate are of type ip.");
        }
        let from = group.logical;
        let seconds = |key| section.number::<u32>(key);
        text.maybe("interval", seconds("HealthCheckIntervalSeconds"), from);
        text.maybe("timeout", seconds("HealthCheckTimeoutSeconds"), from);
        text.maybe("healthy", seconds("HealthyThresholdCount"), from);
        text.maybe("unhealthy", seconds("UnhealthyThresholdCount"), from);
        let attributes = Attributes::read(&section, "TargetGroupAttributes");
        let seconds = |key| attributes.seconds(&section, key);
        text.maybe(
            "deregistration_delay",
            seconds("deregistration_delay.timeout_seconds"),
            from,
        );
        let slow_start = seconds("slow_start.duration_seconds").filter(|it| *it > 0);
        text.maybe("slow_start", slow_start, from);
        let algorithm = attributes.get("load_balancing.algorithm.type").map(quoted);
        text.maybe("algorithm", algorithm, from);
        if attributes.get("stickiness.enabled") == Some("true") {
            let duration = seconds("stickiness.lb_cookie.duration_seconds");
            text.line("sticky", duration.unwrap_or(A_DAY), from);
        }
        if let Some(balancer) = self.balancer {
            let section = pieces.section(balancer);
            section.done(&[
                "Name",
                "Scheme",
                "Subnets",
                "SubnetMappings",
                "SecurityGroups",
                "Tags",
                "IpAddressType",
            ]);
            if section.text("Type").is_some_and(|it| it != "application") {
                section.change("Type", "It is simulated as an Application Load Balancer.");
            }
            let attributes = Attributes::read(&section, "LoadBalancerAttributes");
            let idle = attributes.seconds(&section, "idle_timeout.timeout_seconds");
            text.maybe("idle_timeout", idle, balancer.logical);
        }
    }
}

fn balancer_of<'a>(pieces: &Pieces<'a>, group: &'a Found<'a>) -> Option<&'a Found<'a>> {
    let rules = pieces.of("AWS::ElasticLoadBalancingV2::ListenerRule");
    let mut listeners: Vec<&'a Found<'a>> = pieces
        .of("AWS::ElasticLoadBalancingV2::Listener")
        .filter(|it| points_at(it, group))
        .collect();
    for rule in rules.filter(|it| points_at(it, group)) {
        pieces.known(rule);
        let listener = rule.properties.get("ListenerArn");
        listeners
            .extend(listener.and_then(|it| pieces.at(it, "AWS::ElasticLoadBalancingV2::Listener")));
    }
    let mut balancer = None;
    for listener in listeners {
        pieces.known(listener);
        let value = listener.properties.get("LoadBalancerArn");
        let found = value.and_then(|it| pieces.at(it, "AWS::ElasticLoadBalancingV2::LoadBalancer"));
        balancer = balancer.or(found);
    }
    balancer
}

fn points_at(resource: &Found<'_>, other: &Found<'_>) -> bool {
    let mut pointers = Vec::new();
    resource.properties.pointers(&mut pointers);
    pointers.iter().any(|(logical, _)| logical == other.logical)
}

/// `[{ Key, Value }]`.
struct Attributes {
    key: &'static str,
    pairs: Vec<(String, String)>,
}

impl Attributes {
    fn read(section: &Section<'_>, key: &'static str) -> Attributes {
        let pairs = section.sections(key).into_iter();
        let pairs = pairs.filter_map(|it| Some((it.text("Key")?, it.text("Value")?)));
        Attributes {
            key,
            pairs: pairs.collect(),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let pair = self.pairs.iter().find(|(key, _)| key == name)?;
        Some(&pair.1)
    }

    fn seconds(&self, section: &Section<'_>, name: &str) -> Option<u32> {
        let text = self.get(name)?;
        let seconds = text.parse().ok();
        if seconds.is_none() {
            let why = format!("{name}: \"{text}\" is no number of seconds.");
            section.refuse(self.key, why);
        }
        seconds
    }
}
