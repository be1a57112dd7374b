//! What sends messages to queues: subscriptions, rules and schedules, the policies of the queues, and the
//! role of services that write in somebody's name.

use super::super::super::model::StackQueue;
use super::super::super::trigger::{StackDelivery, TriggerSource};
use super::super::node::Node;
use super::Writer;
use super::events::{IOT_SQL, flexible, with_input};
use crate::units::{OrderedMap, QueueId};

/// The role of Scheduler and IoT.
const ROLE: &str = "DeliveryRole";

/// What may write to a queue.
type Statements = OrderedMap<QueueId, Vec<Node>>;

impl Writer<'_> {
    pub(super) fn deliveries(&mut self) {
        let stack = self.stack;
        let mut statements = Statements::new();
        let mut in_a_name: OrderedMap<QueueId, Node> = OrderedMap::new();
        for delivery in &stack.deliveries {
            let queue = stack.queue(delivery.queue);
            let Some((queue, arn)) = queue.zip(self.queue_arn(delivery.queue)) else {
                continue;
            };
            if let Some((service, condition)) = self.delivery(delivery, queue, &arn) {
                let statement = allowed(service, arn.clone(), condition);
                let own = statements.get_or_default(delivery.queue);
                if !own.contains(&statement) {
                    own.push(statement);
                }
            } else if self.resources.iter().any(|(it, _)| *it == delivery.name) {
                in_a_name.insert(delivery.queue, arn);
            }
        }
        for (queue, statements) in statements.iter() {
            if let Some(queue) = stack.queue(*queue) {
                let properties = Node::map()
                    .with("Queues", vec![Node::reference(&queue.logical_id)])
                    .with("PolicyDocument", document(statements.clone()));
                let logical = policy_of(queue);
                self.resource(&logical, "AWS::SQS::QueuePolicy", Node::map(), properties);
            }
        }
        let queues: Vec<Node> = in_a_name.values().cloned().collect();
        if !queues.is_empty() {
            self.role(queues);
        }
    }

    /// Writes the resource that sends. Gives who has to be allowed to, and on which condition; `None` for
    /// what writes in the name of the role.
    fn delivery(
        &mut self,
        delivery: &StackDelivery,
        queue: &StackQueue,
        arn: &Node,
    ) -> Option<(&'static str, Node)> {
        let about = format!("{} of queue {}", delivery.name, queue.configuration.name);
        let logical = delivery.name.as_str();
        let mut here = Node::map();
        let own_name = delivery.source_name.as_deref();
        let target = |input: Option<&String>| {
            Node::map()
                .with("Id", "Queue")
                .with("Arn", arn.clone())
                .with_some("Input", input.cloned())
        };
        let by_rule = || {
            (
                "events.amazonaws.com",
                only(Node::attribute(logical, "Arn")),
            )
        };
        match &delivery.source {
            TriggerSource::S3 { .. } => {
                // The bucket cannot be pointed at: it comes after the policy.
                let account =
                    Node::map().with("aws:SourceAccount", Node::reference("AWS::AccountId"));
                let condition = Node::map().with("StringEquals", account);
                Some(("s3.amazonaws.com", condition))
            }
            TriggerSource::Sns {
                topic,
                filter_policy,
                filter_body,
            } => {
                let topic = self.origin(topic);
                let own = Node::map()
                    .with("Protocol", "sqs")
                    .with("TopicArn", topic.clone())
                    .with("Endpoint", arn.clone());
                let policy = filter_policy.as_deref();
                let properties = self.with_policy(own, &about, policy, *filter_body)?;
                self.resource(logical, "AWS::SNS::Subscription", here, properties);
                Some(("sns.amazonaws.com", only(topic)))
            }
            TriggerSource::EventBridge {
                bus,
                pattern,
                input,
                enabled,
            } => {
                let pattern = self.pattern(&about, pattern)?;
                let target = with_input(target(None), input);
                let properties = Node::map()
                    .with_some("EventBusName", bus.as_ref().map(|it| self.origin(it)))
                    .with("EventPattern", pattern)
                    .with("State", state(*enabled))
                    .with("Targets", vec![target]);
                self.resource(logical, "AWS::Events::Rule", here, properties);
                Some(by_rule())
            }
            TriggerSource::Schedule {
                expression,
                input,
                enabled,
            } => {
                let name = self.schedule_name(own_name, &mut here);
                let properties = Node::map()
                    .with_some("Name", name)
                    .with("ScheduleExpression", expression.as_str())
                    .with("State", state(*enabled))
                    .with("Targets", vec![target(input.as_ref())]);
                self.resource(logical, "AWS::Events::Rule", here, properties);
                Some(by_rule())
            }
            TriggerSource::Scheduler {
                expression,
                zone,
                window_minutes,
                start,
                end,
                input,
                enabled,
            } => {
                let name = self.schedule_name(own_name, &mut here);
                let exact = || Node::map().with("Mode", "OFF");
                let target = Node::map()
                    .with("Arn", arn.clone())
                    .with("RoleArn", Node::attribute(ROLE, "Arn"))
                    .with_some("Input", input.clone());
                let properties = Node::map()
                    .with_some("Name", name)
                    .with("ScheduleExpression", expression.as_str())
                    .with("ScheduleExpressionTimezone", zone.as_str())
                    .with(
                        "FlexibleTimeWindow",
                        window_minutes.map_or_else(exact, flexible),
                    )
                    .with_some("StartDate", start.clone())
                    .with_some("EndDate", end.clone())
                    .with("State", state(*enabled))
                    .with("Target", target);
                self.resource(logical, "AWS::Scheduler::Schedule", here, properties);
                None
            }
            TriggerSource::Iot { sql } => {
                let action = Node::map()
                    .with("QueueUrl", Node::reference(&queue.logical_id))
                    .with("RoleArn", Node::attribute(ROLE, "Arn"));
                let payload = Node::map()
                    .with("Sql", sql.as_str())
                    .with("AwsIotSqlVersion", IOT_SQL)
                    .with("Actions", vec![Node::map().with("Sqs", action)]);
                let here = here.with_some("Source", own_name);
                let properties = Node::map().with("TopicRulePayload", payload);
                self.resource(logical, "AWS::IoT::TopicRule", here, properties);
                None
            }
            _ => {
                self.remark(about, "It is left out: no session sends such messages.");
                None
            }
        }
    }

    fn role(&mut self, queues: Vec<Node>) {
        let services = Node::texts(["iot.amazonaws.com", "scheduler.amazonaws.com"]);
        let trust = Node::map()
            .with("Effect", "Allow")
            .with("Principal", Node::map().with("Service", services))
            .with("Action", "sts:AssumeRole");
        let send = Node::map()
            .with("Effect", "Allow")
            .with("Action", "sqs:SendMessage")
            .with("Resource", queues);
        let policy = Node::map()
            .with("PolicyName", "SendMessages")
            .with("PolicyDocument", document(vec![send]));
        let properties = Node::map()
            .with("AssumeRolePolicyDocument", document(vec![trust]))
            .with("Policies", vec![policy]);
        self.resource(ROLE, "AWS::IAM::Role", Node::map(), properties);
    }
}

/// The logical id of a queue's policy.
pub(super) fn policy_of(queue: &StackQueue) -> String {
    format!("{}Policy", queue.logical_id)
}

fn document(statements: Vec<Node>) -> Node {
    Node::map()
        .with("Version", "2012-10-17")
        .with("Statement", statements)
}

fn allowed(service: &str, queue: Node, condition: Node) -> Node {
    Node::map()
        .with("Effect", "Allow")
        .with("Principal", Node::map().with("Service", service))
        .with("Action", "sqs:SendMessage")
        .with("Resource", queue)
        .with("Condition", condition)
}

/// Only in the name of this resource.
fn only(source: Node) -> Node {
    Node::map().with("ArnEquals", Node::map().with("aws:SourceArn", source))
}

const fn state(enabled: bool) -> &'static str {
    match enabled {
        true => "ENABLED",
        false => "DISABLED",
    }
}
