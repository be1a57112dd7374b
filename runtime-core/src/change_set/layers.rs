//! Layers. A layer whose files were not given along is left out, and functions do without it.

use super::code;
use super::data::NewLayer;
use super::plan::Planner;
use super::remark::RemarkKind;
use crate::template::{Origin, Source, SourceKind, StackFunction};

impl Planner<'_> {
    pub(super) fn layers(&mut self) {
        let stack = self.stack;
        for source in &stack.sources {
            let Source {
                logical_id,
                name,
                kind: SourceKind::Layer { content, about },
            } = source
            else {
                continue;
            };
            match code::content(content, &self.order.files) {
                Some(content) => self.set.layers.push(NewLayer {
                    logical_id: logical_id.clone(),
                    name: name.clone(),
                    about: about.clone(),
                    content,
                }),
                None => {
                    let why = format!(
                        "Nothing of it lies under /opt: no file that was given along is {content}."
                    );
                    self.remark(RemarkKind::Skipped, logical_id, why);
                }
            }
        }
    }

    /// A function's layers, as far as they are there.
    pub(super) fn layers_of(&mut self, function: &StackFunction) -> Vec<u32> {
        let mut places = Vec::new();
        for layer in &function.layers {
            let made = self.set.layers.iter().zip(0_u32..);
            let mut made = made.filter(|(it, _)| it.logical_id == layer.text());
            let place = made.next().map(|(_, place)| place);
            match (layer, place) {
                (Origin::Here(_), Some(place)) => places.push(place),
                _ => {
                    let why = format!(
                        "It does without its layer {}: put what the code needs of it into its package.",
                        layer.text()
                    );
                    self.remark(RemarkKind::Skipped, &function.logical_id, why);
                }
            }
        }
        places
    }
}
