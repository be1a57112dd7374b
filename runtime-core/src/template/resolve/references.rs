//! `Ref`, `Fn::GetAtt` and `Fn::Sub`.

use super::super::document::{At, Member, Node, NodeValue};
use super::super::log::Path;
use super::functions::{Made, Stop};
use super::{NeededKind, Pointer, Resolver, Value};

impl Resolver<'_> {
    pub(super) fn reference(&self, argument: &Node, at: At, path: &Path) -> Made {
        match argument.text() {
            Some(name) => self.named(name, at, path),
            None => Err("Ref is given a name".into()),
        }
    }

    /// `Name.Attribute`, or a list of the two.
    pub(super) fn attribute(&self, argument: &Node, at: At, path: &Path) -> Made {
        let wrong = "Fn::GetAtt is given a resource's name and an attribute";
        match &argument.value {
            NodeValue::List(items) => {
                let [name, attribute] = items.as_slice() else {
                    return Err(wrong.into());
                };
                let attribute = self.resolve(attribute, path);
                if let Value::Unknown(why) = attribute.value {
                    return Err(Stop::Unknown(why));
                }
                match (name.text(), attribute.text()) {
                    (Some(name), Some(attribute)) => self.of_resource(name, attribute, at, path),
                    _ => Err(wrong.into()),
                }
            }
            _ => match argument.text().and_then(|text| text.split_once('.')) {
                Some((name, attribute)) => self.of_resource(name, attribute, at, path),
                None => Err(wrong.into()),
            },
        }
    }

    /// `"text ${Name} ${Name.Attribute} ${!literal}"`, alone or with names of its own.
    pub(super) fn substitute(&self, argument: &Node, at: At, path: &Path) -> Made {
        let wrong = "Fn::Sub is given a text, or a text and a mapping";
        let (text, own): (&str, &[Member]) = match &argument.value {
            NodeValue::List(items) => match items.as_slice() {
                [text, own] => (text.text().ok_or(wrong)?, own.members().ok_or(wrong)?),
                _ => return Err(wrong.into()),
            },
            _ => (argument.text().ok_or(wrong)?, &[]),
        };
        let mut made = String::new();
        let mut rest = text;
        let mut whole = None;
        while let Some((before, after)) = rest.split_once("${") {
            made.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                made.push_str("${");
                rest = after;
                continue;
            };
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                made.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let name = name.trim();
            let value = match own.iter().find(|it| it.key == name) {
                Some(member) => self.resolve(&member.value, path).value,
                None => match name.split_once('.') {
                    Some((name, attribute)) => self.of_resource(name, attribute, at, path)?,
                    None => self.named(name, at, path)?,
                },
            };
            match (&value, value.text()) {
                (Value::Unknown(why), _) => return Err(Stop::Unknown(why.clone())),
                (_, Some(text)) => made.push_str(text),
                _ => return Err(format!("Fn::Sub has {} for {name}", value.kind()).into()),
            }
            whole = (before.is_empty() && rest.is_empty() && made == value.text().unwrap_or(""))
                .then_some(value);
        }
        made.push_str(rest);
        // `!Sub "${Queue.Arn}"` points at the queue as `!GetAtt Queue.Arn` does.
        match whole {
            Some(Value::Pointer(pointer)) if pointer.text == made => Ok(Value::Pointer(pointer)),
            _ => Ok(Value::Text(made)),
        }
    }

    fn named(&self, name: &str, at: At, path: &Path) -> Made {
        if let Some(value) = self.parameters.get(name) {
            return Ok(match value {
                Value::Unknown(_) => self.need(NeededKind::Parameter, name, at),
                value => value.clone(),
            });
        }
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            return self.pseudo(pseudo);
        }
        let text = self.physical(name, None, at, path)?;
        Ok(Value::Pointer(Pointer {
            logical: name.to_owned(),
            attribute: None,
            text,
        }))
    }

    fn of_resource(&self, name: &str, attribute: &str, at: At, path: &Path) -> Made {
        let text = self.physical(name, Some(attribute), at, path)?;
        Ok(Value::Pointer(Pointer {
            logical: name.to_owned(),
            attribute: Some(attribute.to_owned()),
            text,
        }))
    }

    /// Pseudo parameters (CloudFormation template reference, "Pseudo parameters reference").
    fn pseudo(&self, name: &str) -> Made {
        let inputs = self.inputs;
        Ok(Value::Text(match name {
            "NoValue" => return Ok(Value::Nothing),
            "NotificationARNs" => return Ok(Value::List(Vec::new())),
            "Region" => inputs.region.clone(),
            "AccountId" => inputs.account.clone(),
            "Partition" => self.partition().to_owned(),
            "StackName" => inputs.stack.clone(),
            "StackId" => self.arn(
                "cloudformation",
                &format!(
                    "stack/{}/{}",
                    inputs.stack,
                    super::names::stack_uuid(&inputs.stack)
                ),
            ),
            "URLSuffix" => self.domain().to_owned(),
            _ => {
                return Err(format!("there is no pseudo parameter AWS::{name}").into());
            }
        }))
    }
}
