//! Parameters and imports as a form, and remarks with their lines.

use super::data::{Field, FieldKind};
use super::remark::{Remark, RemarkKind};
use crate::template::document::{Document, NodeValue};
use crate::template::{Needed, NeededKind, Notice, NoticeKind, Parameter};
use std::collections::BTreeMap;

/// What notices say they are about where it is a parameter.
const PARAMETERS: &str = "Parameters";

/// Parameters, what is asked for, and what is said of it.
pub(super) fn of(parameters: &[Parameter], needed: &[Needed], notices: &[Notice]) -> Vec<Field> {
    let parameters = parameters.iter();
    let mut fields: Vec<Field> = parameters
        .map(|it| parameter(it, needed, notices))
        .collect();
    let imports = needed.iter().filter(|it| it.kind == NeededKind::Import);
    fields.extend(imports.map(|import| Field {
        kind: FieldKind::Import,
        name: import.name.clone(),
        description: Some("What another stack exports under this name.".to_owned()),
        fault: Some("Fill it in, or what depends on it is left out.".to_owned()),
        line: import.at.line,
        ..Field::default()
    }));
    fields
}

fn parameter(parameter: &Parameter, needed: &[Needed], notices: &[Notice]) -> Field {
    let name = &parameter.name;
    let refused = |notice: &&Notice| {
        notice.kind == NoticeKind::Refused
            && notice.logical_id == PARAMETERS
            && notice.path == *name
    };
    let refusal = notices.iter().find(refused);
    let needed = needed
        .iter()
        .find(|it| it.kind == NeededKind::Parameter && it.name == *name);
    let fault = match (refusal, &parameter.value) {
        (Some(refusal), _) => Some(refusal.message.clone()),
        (None, None) => Some("Fill it in: it has no default.".to_owned()),
        (None, Some(_)) => None,
    };
    Field {
        kind: FieldKind::Parameter,
        name: name.clone(),
        of_type: parameter.kind.clone(),
        description: parameter.description.clone(),
        allowed: parameter.allowed_values.clone(),
        constraints: constraints(parameter),
        no_echo: parameter.no_echo,
        default: parameter.default.clone(),
        fault,
        line: refusal.map_or_else(
            || needed.map(|it| it.at.line).unwrap_or_default(),
            |it| it.at.line,
        ),
    }
}

fn constraints(parameter: &Parameter) -> Vec<String> {
    let range = |least: Option<f64>, most: Option<f64>, unit: &str| match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    };
    let pattern = parameter.allowed_pattern.as_ref();
    let length = range(parameter.min_length, parameter.max_length, " characters");
    let value = range(parameter.min_value, parameter.max_value, "");
    let pattern = pattern.map(|it| format!("matches {it}"));
    [value, length, pattern].into_iter().flatten().collect()
}

/// All that was said of the template, except what stands at a field.
pub(super) fn remarks(notices: &[Notice]) -> impl Iterator<Item = Remark> {
    notices.iter().map(|notice| Remark {
        line: notice.at.line,
        column: notice.at.column,
        kind: match notice.kind {
            NoticeKind::Refused => RemarkKind::Refused,
            NoticeKind::Skipped => RemarkKind::Skipped,
            NoticeKind::Changed => RemarkKind::Changed,
        },
        about: match notice.path.is_empty() {
            true => notice.logical_id.clone(),
            false => format!("{}.{}", notice.logical_id, notice.path),
        },
        message: notice.message.clone(),
    })
}

/// Where resources begin, by their logical ids.
pub(super) fn lines(template: &[u8]) -> BTreeMap<String, (u32, u32)> {
    let document = Document::parse(template).ok();
    let root = document.as_ref().and_then(|it| it.root.members());
    let mut root = root.unwrap_or_default().iter();
    let Some(resources) = root.find(|it| it.key == "Resources") else {
        return BTreeMap::new();
    };
    match &resources.value.value {
        NodeValue::Map(members) => members
            .iter()
            .map(|it| (it.key.clone(), (it.at.line, it.at.column)))
            .collect(),
        _ => BTreeMap::new(),
    }
}
