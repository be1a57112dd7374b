//! A field and its values as they are written.

use runtime_core::simulator::SweepField;

/// What functions may have, MB: the sizes that are tried first.
const MEMORIES: [f64; 6] = [128.0, 256.0, 512.0, 1_024.0, 1_769.0, 3_008.0];

/// One axis of a sweep.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct AxisDraft {
    /// Where the field is; empty for none.
    pub(super) path: String,
    /// Numbers, with commas between them.
    pub(super) values: String,
}

impl AxisDraft {
    /// As the order has it; `None` if no field is named.
    pub(super) fn text(&self) -> Option<String> {
        let path = self.path.trim();
        (!path.is_empty()).then(|| format!("{path}={}", self.values.trim()))
    }

    /// How many values are written.
    pub(super) fn count(&self) -> usize {
        match self.text() {
            None => 0,
            Some(_) => self.values.split(',').count(),
        }
    }

    /// A field, with values around the one that it has.
    pub(super) fn around(field: &SweepField) -> AxisDraft {
        let is_memory = field.path.ends_with(".memory") && field.path.starts_with("function");
        let whole = field.value.fract() == 0.0;
        let rounded = |value: f64| if whole { value.round() } else { value };
        let mut values: Vec<f64> = match (is_memory, field.value) {
            (true, _) => MEMORIES.to_vec(),
            (false, 0.0) => vec![0.0, 1.0, 2.0],
            (false, now) => [0.5, 0.75, 1.0, 1.5, 2.0]
                .map(|part| rounded(now * part))
                .to_vec(),
        };
        values.dedup();
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        AxisDraft {
            path: field.path.clone(),
            values: values.join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(path: &str, value: f64) -> String {
        let path = path.to_owned();
        AxisDraft::around(&SweepField { path, value }).values
    }

    #[test]
    fn values_lie_around_what_is_written() {
        assert_eq!(around("service.desired", 6.0), "3, 5, 6, 9, 12");
        assert_eq!(around("service.desired", 1.0), "1, 2");
        assert_eq!(around("load.0.rate", 2.5), "1.25, 1.875, 2.5, 3.75, 5");
        assert_eq!(around("function.0.errors", 0.0), "0, 1, 2");
        assert!(around("function.0.memory", 512.0).starts_with("128, 256"));
        assert_eq!(
            around("service.memory", 2_048.0),
            "1024, 1536, 2048, 3072, 4096"
        );
    }

    #[test]
    fn an_axis_without_a_field_is_none() {
        let mut draft = AxisDraft {
            path: " ".to_owned(),
            values: "1, 2".to_owned(),
        };
        assert_eq!((draft.text(), draft.count()), (None, 0));
        draft.path = "load.0.rate".to_owned();
        assert_eq!(draft.text().as_deref(), Some("load.0.rate=1, 2"));
        assert_eq!(draft.count(), 2);
    }
}
