//! What happens at a source, and what those are told who are interested: events and messages.

use super::context;
use super::logs::RequestLog;
use super::objects::StorageClass;
use crate::events::input_template::{InputTemplate, InputTemplateError, Rule};
use crate::events::iot_sql::{IotRule, Message as Published};
use crate::events::json_path::JsonPath;
use crate::events::pattern::{Dialect, FilterPolicy, FilterPolicyScope, MessageAttribute, Pattern};
use crate::events::trigger::sns::{Attribute, Message, event as sns_event};
use crate::events::trigger::{Context, Fields, TriggerKind, build};
use crate::platform::{Input, Lineage, SourceEvent, refuse_json};
use crate::scribe::Desk;
use crate::scribe::pool::PoolRecord;
use crate::timeline::{
    Destination, InputTransformer, Interest, ObjectEvents, ScheduleConfiguration, ScheduleOwner,
    SourceConfiguration, SourceKind, TargetInput, Wire,
};
use crate::units::{ByteCount, Moment, PayloadId, SourceId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a target gets where its path leads to nothing in the event. EventBridge evaluates paths when an event
/// comes ("Event bus targets in Amazon EventBridge") and does not say what happens then: model choice.
const NOTHING_THERE: &str = "null";
/// The bus that an account has from the start.
const DEFAULT_BUS: &str = "default";

/// An input transformer as it is set, or what is wrong with it.
pub(super) fn read_template(
    transformer: &InputTransformer,
) -> Result<InputTemplate, InputTemplateError> {
    let paths = transformer.paths.iter();
    let paths = paths.map(|(name, path)| (name.as_str(), path.as_str()));
    InputTemplate::parse(paths, &transformer.template)
}

/// What happens at a source; its JSON is a payload of the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Happening {
    /// An object was put into a bucket.
    ObjectPut {
        /// Its key.
        key: String,
        /// Its size in bytes.
        size: u64,
        /// Of its contents, where they are known.
        #[serde(default)]
        e_tag: Option<String>,
        /// How it is stored.
        #[serde(default)]
        class: StorageClass,
        /// Its contents, of what Lambda has written: the bytes of others stay where they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// An object was deleted from a bucket.
    ObjectDeleted {
        /// Its key.
        key: String,
    },
    /// A message was published to a topic.
    Published {
        /// The message.
        message: String,
        /// For mails.
        subject: Option<String>,
        /// Texts, numbers and lists of them.
        attributes: Map<String, Value>,
    },
    /// An event was put on a bus.
    EventPut {
        /// Whose.
        source: String,
        /// Of which kind.
        detail_type: String,
        /// What it says.
        detail: Map<String, Value>,
        /// ARNs of what it is about.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        resources: Vec<String>,
    },
    /// Something was asked of a user pool, and is over.
    PoolAsked(Box<PoolRecord>),
    /// A message was published to an IoT topic.
    Telemetry {
        /// Without wildcards.
        topic: String,
        /// The message.
        payload: Value,
    },
    /// A client put a log event into a log group (PutLogEvents).
    LogPut {
        /// Its log stream.
        stream: String,
        /// The event.
        message: String,
    },
}

impl Desk<'_> {
    /// Writes what every interested target is told.
    pub(in crate::scribe) fn write_source_events(
        &mut self,
        at: Moment,
        (id, number): (SourceId, u64),
        happening: Option<PayloadId>,
        lineage: Lineage,
    ) -> Input {
        let happening = happening.map(|it| self.payloads.get(it));
        // What is no happening of this version is of a damaged file: it interests nobody.
        let happening = happening.and_then(|it| serde_json::from_slice(&it).ok());
        if let Some(Happening::LogPut { stream, message }) = happening {
            let lines = vec![(at, message)];
            let events = self.matching_log_events(at, (id, number), &RequestLog { stream, lines });
            return Input::SourceEventsWritten {
                source: id,
                events,
                lineage,
            };
        }
        let mut events = Vec::new();
        if let Some(source) = self.platform.source(id) {
            for (place, wire) in source.wires.iter().enumerate() {
                let told = Telling {
                    source,
                    wire,
                    place,
                    number,
                    context: context(self.session, at, number, id),
                };
                if let Some((text, attributes)) = told.tell(happening.as_ref()) {
                    events.push((wire.target, text, attributes));
                }
            }
        }
        let events = events.into_iter().map(|(target, text, attributes)| {
            let attributes = attributes.map(|it| it.to_string());
            let attributes_bytes = attributes.as_ref().map_or(0, String::len);
            SourceEvent {
                target,
                bytes: ByteCount::from(text.len() + attributes_bytes),
                // What a template makes may be no JSON.
                refused: match target {
                    Destination::Function(_) => refuse_json(text.as_bytes()),
                    Destination::Queue(_) | Destination::Source(_) => None,
                },
                event: self.payloads.add(text.into_bytes()),
                attributes: attributes.map(|it| self.payloads.add(it.into_bytes())),
            }
        });
        Input::SourceEventsWritten {
            source: id,
            events: events.collect(),
            lineage,
        }
    }
}

/// One target that may be told of something.
struct Telling<'a> {
    source: &'a SourceConfiguration,
    wire: &'a Wire,
    place: usize,
    /// Of what happened: it counts up.
    number: u64,
    context: Context,
}

impl Telling<'_> {
    /// The event or the message's body, if the target is interested.
    fn tell(&self, happening: Option<&Happening>) -> Option<(String, Option<Value>)> {
        let event = match (&self.source.kind, happening) {
            (SourceKind::Schedule(schedule), _) => self.scheduled(schedule)?,
            (
                SourceKind::Bucket,
                Some(Happening::ObjectPut {
                    key, size, e_tag, ..
                }),
            ) => self.object(ObjectEvents::Created, key, Some((*size, e_tag.as_deref())))?,
            (SourceKind::Bucket, Some(Happening::ObjectDeleted { key })) => {
                self.object(ObjectEvents::Removed, key, None)?
            }
            (
                SourceKind::Topic,
                Some(Happening::Published {
                    message,
                    subject,
                    attributes,
                }),
            ) => self.notification(message, subject.clone(), attributes)?,
            (
                SourceKind::Bus,
                Some(Happening::EventPut {
                    source,
                    detail_type,
                    detail,
                    resources,
                }),
            ) => self.bus_event((source, detail_type), detail, resources)?,
            (SourceKind::Iot, Some(Happening::Telemetry { topic, payload })) => {
                self.telemetry(topic, payload)?
            }
            _ => return None,
        };
        Some((self.input(&event)?, None))
    }

    /// What the target gets of an event.
    fn input(&self, event: &Value) -> Option<String> {
        match &self.wire.input {
            TargetInput::Event => Some(event.to_string()),
            TargetInput::Constant(text) => Some(text.clone()),
            // Paths are checked before they are set: a damaged file's leads nowhere.
            TargetInput::Path(path) => {
                let path = JsonPath::parse(path).ok()?;
                let part = path.part(event);
                Some(part.map_or_else(|| NOTHING_THERE.to_owned(), Value::to_string))
            }
            TargetInput::Transformed(transformer) => {
                let template = read_template(transformer).ok()?;
                Some(template.write(event, &self.rule()))
            }
        }
    }

    /// Each target of a bus is a rule of its own. Model choice: rules are numbered as notifications of a bucket
    /// are.
    fn rule(&self) -> Rule {
        let bus = self.source.name.as_str();
        let name = format!("{bus}-{}", self.place + 1);
        // EventBridge user guide: only the default bus stands in no rule's ARN.
        let path = match bus {
            DEFAULT_BUS => format!("rule/{name}"),
            bus => format!("rule/{bus}/{name}"),
        };
        Rule {
            arn: self.context.arn("events", &path),
            name,
        }
    }

    fn scheduled(&self, schedule: &ScheduleConfiguration) -> Option<Value> {
        let name = self.source.name.as_str();
        let fields = match schedule.owner {
            ScheduleOwner::Rule => Fields::new().with("rule", name),
            ScheduleOwner::Scheduler => Fields::new().with("schedule", name),
        };
        let fields = match &schedule.input {
            Some(input) => fields.with("input", input.as_str()),
            None => fields,
        };
        let kind = match schedule.owner {
            ScheduleOwner::Rule => TriggerKind::EventBridgeSchedule,
            ScheduleOwner::Scheduler => TriggerKind::Scheduler,
        };
        build(kind, &fields, &self.context).ok()
    }

    fn object(
        &self,
        happened: ObjectEvents,
        key: &str,
        contents: Option<(u64, Option<&str>)>,
    ) -> Option<Value> {
        let Interest::Objects {
            events,
            prefix,
            suffix,
        } = &self.wire.interest
        else {
            return None;
        };
        if *events != happened || !key.starts_with(prefix) || !key.ends_with(suffix) {
            return None;
        }
        let name = match happened {
            ObjectEvents::Created => "ObjectCreated:Put",
            ObjectEvents::Removed => "ObjectRemoved:Delete",
        };
        let fields = Fields::new()
            .with("eventName", name)
            .with("bucket", self.source.name.as_str())
            .with("key", key)
            .with("size", contents.map_or(0, |it| it.0).to_string())
            .with(
                "configurationId",
                format!("{}-{}", self.source.name, self.place + 1),
            );
        let mut event = build(TriggerKind::S3, &fields, &self.context).ok()?;
        let object = event.pointer_mut("/Records/0/s3/object")?;
        object["sequencer"] = self.sequencer().into();
        if let Some((_, Some(e_tag))) = contents {
            object["eTag"] = e_tag.into();
        }
        Some(event)
    }

    /// Of two events of one key, the later has the greater sequencer (S3 user guide, "Event message
    /// structure"). As in that page's example its digits begin with the seconds since 1970; that those
    /// after them count is a model choice.
    fn sequencer(&self) -> String {
        let seconds = self.context.unix_millis / 1_000;
        let count = self.number & u64::from(u32::MAX);
        format!("00{seconds:08X}{count:08X}")
    }

    fn notification(
        &self,
        message: &str,
        subject: Option<String>,
        attributes: &Map<String, Value>,
    ) -> Option<Value> {
        let read = attributes.iter().filter_map(|(name, value)| {
            let attribute = match value {
                Value::String(text) => Attribute::String(text.clone()),
                Value::Number(number) => Attribute::Number(number.to_string()),
                Value::Array(_) => Attribute::StringArray(value.to_string()),
                _ => return None,
            };
            Some((name.clone(), attribute))
        });
        let attributes: BTreeMap<String, Attribute> = read.collect();
        if let Interest::Messages { policy, on_body } = &self.wire.interest {
            let scope = match on_body {
                true => FilterPolicyScope::MessageBody,
                false => FilterPolicyScope::MessageAttributes,
            };
            let policy = FilterPolicy::parse(policy, scope).ok()?;
            let known = attributes
                .iter()
                .map(|(name, it)| (name.clone(), compared(it)));
            if !policy.matches(message, &known.collect()) {
                return None;
            }
        }
        let topic = self.context.arn("sns", &self.source.name);
        let subscription = format!(
            "{topic}:{}",
            self.context.uuid(&format!("wire {}", self.place))
        );
        let published = Message {
            id: self.context.uuid("message"),
            message: message.to_owned(),
            subject,
            attributes,
            published_unix_millis: self.context.unix_millis,
            signature: self.context.opaque("signature", 256),
        };
        let mut event = sns_event(&subscription, &published);
        match self.wire.target {
            Destination::Function(_) => Some(event),
            Destination::Source(_) => None,
            // A queue gets the notification itself, with two of its names written differently
            // (SNS developer guide, "HTTP/HTTPS notification JSON format", which SQS gets too).
            Destination::Queue(_) => {
                let mut notification = event["Records"][0]["Sns"].take();
                if let Some(fields) = notification.as_object_mut() {
                    for (from, to) in [
                        ("SigningCertUrl", "SigningCertURL"),
                        ("UnsubscribeUrl", "UnsubscribeURL"),
                    ] {
                        if let Some(url) = fields.remove(from) {
                            fields.insert(to.to_owned(), url);
                        }
                    }
                    // What was not published is not there at all.
                    fields.retain(|_, value| !value.is_null() && *value != json!({}));
                }
                Some(notification)
            }
        }
    }

    fn bus_event(
        &self,
        (source, detail_type): (&str, &str),
        detail: &Map<String, Value>,
        resources: &[String],
    ) -> Option<Value> {
        let fields = Fields::new()
            .with("source", source)
            .with("detailType", detail_type)
            .with("detail", Value::Object(detail.clone()).to_string())
            .with("resources", resources.join("\n"));
        let event = build(TriggerKind::EventBridgeRule, &fields, &self.context).ok()?;
        if let Interest::Pattern(pattern) = &self.wire.interest {
            let pattern = Pattern::parse(pattern, Dialect::EventBridge).ok()?;
            if !pattern.matches(&event) {
                return None;
            }
        }
        Some(event)
    }

    fn telemetry(&self, topic: &str, payload: &Value) -> Option<Value> {
        let Interest::Sql(sql) = &self.wire.interest else {
            return None;
        };
        let rule = IotRule::parse(sql).ok()?;
        rule.output(&Published {
            topic,
            payload,
            client_id: None,
            timestamp_millis: i64::try_from(self.context.unix_millis).unwrap_or(i64::MAX),
        })
    }
}

/// An attribute as filter policies compare it.
fn compared(attribute: &Attribute) -> MessageAttribute {
    match attribute {
        Attribute::String(text) => MessageAttribute::String(text.clone()),
        Attribute::Number(digits) => MessageAttribute::Number(digits.clone()),
        Attribute::StringArray(array) => MessageAttribute::StringArray(array.clone()),
        Attribute::Binary(_) => MessageAttribute::Binary,
    }
}
