//! Where in a file something stands.

use crate::estimate::PlanPart;
use toml::de::{DeTable, DeValue};

/// The line of a field of a part, from 1; that of the part's table where the field is left out.
pub(super) fn line(text: &str, part: PlanPart, field: &str) -> Option<usize> {
    let file = DeTable::parse(text).ok()?;
    let of_array = |name: &str, place: usize| match file.get_ref().get(name)?.get_ref() {
        DeValue::Array(all) => {
            let element = all.get(place)?;
            let DeValue::Table(table) = element.get_ref() else {
                return None;
            };
            Some((table, Some(element.span().start)))
        }
        _ => None,
    };
    let (mut table, mut found) = match part {
        PlanPart::Whole => (file.get_ref(), None),
        PlanPart::Function(place) => of_array("function", place)?,
        PlanPart::Edge(place) => of_array("edge", place)?,
        PlanPart::Task(place) => of_array("task", place)?,
        PlanPart::Extra(place) => of_array("extra", place)?,
        PlanPart::SavingsPlan => {
            let (key, value) = file.get_ref().get_key_value("savings_plan")?;
            let DeValue::Table(table) = value.get_ref() else {
                return None;
            };
            (table, Some(key.span().start))
        }
    };
    for name in field.split('.') {
        let Some((key, value)) = table.get_key_value(name) else {
            break;
        };
        found = Some(key.span().start);
        match value.get_ref() {
            DeValue::Table(within) => table = within,
            _ => break,
        }
    }
    found.map(|start| line_of(text, start))
}

pub(super) fn line_of(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or(text);
    before.matches('\n').count() + 1
}
