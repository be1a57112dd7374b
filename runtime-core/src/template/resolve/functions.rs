//! The intrinsic functions on texts, lists and mappings (CloudFormation template reference,
//! "Intrinsic functions").

use super::super::document::{At, Node, NodeValue};
use super::super::log::Path;
use super::{NeededKind, Resolved, Resolver, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::Ipv4Addr;

/// A function's value.
pub(super) type Made = Result<Value, Stop>;

/// Why a function has no value.
pub(super) enum Stop {
    /// What is wrong, to go on from "Template error:".
    Wrong(String),
    /// Why an argument is not known, which was said where it was found.
    Unknown(String),
}

impl From<String> for Stop {
    fn from(why: String) -> Self {
        Stop::Wrong(why)
    }
}

impl From<&str> for Stop {
    fn from(why: &str) -> Self {
        Stop::Wrong(why.to_owned())
    }
}

/// Nothing, if all of the value is known.
fn known(value: &Resolved) -> Result<(), Stop> {
    value
        .unknown()
        .map_or(Ok(()), |why| Err(Stop::Unknown(why.to_owned())))
}

impl Resolver<'_> {
    pub(super) fn choose(&self, argument: &Node, path: &Path) -> Made {
        let NodeValue::List(items) = &argument.value else {
            return Err("Fn::If is given a list".into());
        };
        let [name, then, otherwise] = items.as_slice() else {
            return Err("Fn::If is given a condition and two values".into());
        };
        let Some(condition) = name.text() else {
            return Err("Fn::If begins with a condition's name".into());
        };
        Ok(match self.condition(condition, path, name) {
            Some(true) => self.resolve(then, path).value,
            Some(false) => self.resolve(otherwise, path).value,
            None => Value::Unknown(format!("the condition {condition} is not known")),
        })
    }

    pub(super) fn find_in_map(&self, argument: &Node, path: &Path) -> Made {
        let arguments = self.list("Fn::FindInMap", argument, path)?;
        let (keys, default) = match arguments.as_slice() {
            [map, first, second] => ([map, first, second], None),
            [map, first, second, options] => {
                ([map, first, second], options.get("DefaultValue").cloned())
            }
            _ => return Err("Fn::FindInMap is given a mapping's name and two keys".into()),
        };
        keys.into_iter().try_for_each(known)?;
        let [map, first, second] = keys.map(Resolved::text);
        let (Some(map), Some(first), Some(second)) = (map, first, second) else {
            return Err("Fn::FindInMap is given texts".into());
        };
        let named = self.sections.mappings.iter().find(|it| it.key == map);
        let found = named
            .and_then(|mapping| mapping.value.get(first))
            .and_then(|mapping| mapping.get(second));
        match (found, default) {
            (Some(node), _) => Ok(self.resolve(node, path).value),
            (None, Some(default)) => Ok(default.value),
            (None, None) if named.is_none() => Err(format!(
                "Mapping named '{map}' is not present in the 'Mappings' section of template"
            )
            .into()),
            (None, None) => {
                Err(format!("Unable to get mapping for {map}::{first}::{second}").into())
            }
        }
    }

    pub(super) fn import(&self, argument: &Node, at: At, path: &Path) -> Made {
        let name = self.resolve(argument, path);
        known(&name)?;
        let name = name.text().ok_or("Fn::ImportValue is given a name")?;
        Ok(match self.inputs.imports.get(name) {
            Some(value) => Value::Text(value.clone()),
            None => self.need(NeededKind::Import, name, at),
        })
    }

    pub(super) fn base64(&self, argument: &Node, path: &Path) -> Made {
        self.with_text("Fn::Base64", argument, path, |text| {
            Ok(Value::Text(STANDARD.encode(text)))
        })
    }

    pub(super) fn join(&self, argument: &Node, path: &Path) -> Made {
        let wrong = || "Fn::Join is given a delimiter and a list of texts".to_owned();
        let arguments = self.list("Fn::Join", argument, path)?;
        let [delimiter, parts] = arguments.as_slice() else {
            return Err(wrong().into());
        };
        known(delimiter)?;
        known(parts)?;
        let delimiter = delimiter.text().ok_or_else(wrong)?;
        let parts = parts.items().ok_or_else(wrong)?;
        let parts: Option<Vec<&str>> = parts.iter().map(Resolved::text).collect();
        Ok(Value::Text(parts.ok_or_else(wrong)?.join(delimiter)))
    }

    pub(super) fn split(&self, argument: &Node, path: &Path) -> Made {
        let wrong = || "Fn::Split is given a delimiter and a text".to_owned();
        let arguments = self.list("Fn::Split", argument, path)?;
        let [delimiter, text] = arguments.as_slice() else {
            return Err(wrong().into());
        };
        known(delimiter)?;
        known(text)?;
        let delimiter = delimiter
            .text()
            .filter(|it| !it.is_empty())
            .ok_or_else(wrong)?;
        let parts = text.text().ok_or_else(wrong)?.split(delimiter);
        let parts = parts.map(|part| Resolved {
            at: argument.at,
            value: Value::Text(part.to_owned()),
        });
        Ok(Value::List(parts.collect()))
    }

    pub(super) fn select(&self, argument: &Node, path: &Path) -> Made {
        let wrong = || "Fn::Select is given an index and a list".to_owned();
        let arguments = self.list("Fn::Select", argument, path)?;
        let [index, items] = arguments.as_slice() else {
            return Err(wrong().into());
        };
        // Another element may be what is not known.
        if let Value::Unknown(why) = &items.value {
            return Err(Stop::Unknown(why.clone()));
        }
        known(index)?;
        let index: usize = index
            .text()
            .and_then(|it| it.parse().ok())
            .ok_or_else(wrong)?;
        let items = items.items().ok_or_else(wrong)?;
        match items.get(index) {
            Some(item) => Ok(item.value.clone()),
            None => {
                Err(format!("Fn::Select cannot select nonexistent value at index {index}").into())
            }
        }
    }

    pub(super) fn length(&self, argument: &Node, path: &Path) -> Made {
        let items = self.list("Fn::Length", argument, path)?;
        Ok(Value::Number(items.len().to_string()))
    }

    pub(super) fn to_json(&self, argument: &Node, path: &Path) -> Made {
        let value = self.resolve(argument, path);
        known(&value)?;
        Ok(Value::Text(value.json().to_string()))
    }

    /// Availability Zones. Which an account sees is its own; three are a model choice.
    pub(super) fn zones(&self, argument: &Node, path: &Path) -> Made {
        self.with_text("Fn::GetAZs", argument, path, |region| {
            let region = match region {
                "" => self.inputs.region.as_str(),
                region => region,
            };
            let zones = ["a", "b", "c"].map(|zone| Resolved {
                at: argument.at,
                value: Value::Text(format!("{region}{zone}")),
            });
            Ok(Value::List(zones.into()))
        })
    }

    /// IPv4 blocks: as many as are asked for, each with so many bits for hosts.
    pub(super) fn cidr(&self, argument: &Node, path: &Path) -> Made {
        let wrong = || "Fn::Cidr is given a block, a count of 1 to 256 and host bits".to_owned();
        let arguments = self.list("Fn::Cidr", argument, path)?;
        arguments.iter().try_for_each(known)?;
        let texts: Vec<&str> = arguments.iter().filter_map(Resolved::text).collect();
        let (block, count, bits) = match texts.as_slice() {
            [block, count] => (block, count, "8"),
            [block, count, bits] => (block, count, *bits),
            _ => return Err(wrong().into()),
        };
        let (address, prefix) = block.split_once('/').ok_or_else(wrong)?;
        let address: Ipv4Addr = address.parse().map_err(|_| wrong())?;
        let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
        let count: u64 = count.parse().map_err(|_| wrong())?;
        let bits: u32 = bits.parse().map_err(|_| wrong())?;
        if !(1..=256).contains(&count) || prefix > 32 || !(1..=32).contains(&bits) {
            return Err(wrong().into());
        }
        let room = 1_u64 << (32 - prefix);
        let size = 1_u64 << bits;
        if size.saturating_mul(count) > room {
            return Err(
                format!("{block} has no room for {count} blocks of {bits} host bits").into(),
            );
        }
        let start = u64::from(u32::from(address)) & !(room - 1);
        let blocks = (0..count).map(|index| {
            let first = u32::try_from(start + index * size).unwrap_or(u32::MAX);
            Resolved {
                at: argument.at,
                value: Value::Text(format!("{}/{}", Ipv4Addr::from(first), 32 - bits)),
            }
        });
        Ok(Value::List(blocks.collect()))
    }

    /// The arguments of a function.
    fn list(&self, function: &str, argument: &Node, path: &Path) -> Result<Vec<Resolved>, Stop> {
        match self.resolve(argument, path).value {
            Value::List(items) => Ok(items),
            Value::Unknown(why) => Err(Stop::Unknown(why)),
            _ => Err(format!("{function} is given a list").into()),
        }
    }

    fn with_text(
        &self,
        function: &str,
        argument: &Node,
        path: &Path,
        make: impl FnOnce(&str) -> Made,
    ) -> Made {
        let value = self.resolve(argument, path);
        known(&value)?;
        match value.text() {
            Some(text) => make(text),
            None => Err(format!("{function} is given a text").into()),
        }
    }
}
