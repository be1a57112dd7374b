//! Layers of functions, each version once.

use super::super::super::model::{Origin, Source, SourceKind};
use super::Gathering;
use crate::timeline::LayerVersion;

impl Gathering<'_> {
    /// A function's layers in their order.
    pub(super) fn layers(&mut self, about: &str, layers: &[LayerVersion]) -> Vec<Origin> {
        layers
            .iter()
            .map(|layer| Origin::Here(self.layer(about, layer)))
            .collect()
    }

    /// The logical id of a layer version, which is a resource from now on.
    fn layer(&mut self, about: &str, layer: &LayerVersion) -> String {
        let arn = layer.arn();
        if let Some(logical) = self.layers.get(&arn) {
            return logical.clone();
        }
        let logical = self.names.free(&layer.name, "Layer");
        let folder = format!("layers/{logical}/");
        match self.session.packages.get(&layer.package) {
            Some(files) => {
                for (name, bytes) in files.iter() {
                    self.code.insert(&format!("{folder}{name}"), bytes.to_vec());
                }
            }
            None => {
                let why = format!(
                    "The content of its layer {} is not there: put it into {folder}.",
                    layer.name
                );
                self.remark(about, why);
                self.code.insert(
                    &format!("{folder}MISSING.txt"),
                    b"Put the layer's content into this folder.\n".to_vec(),
                );
            }
        }
        let published = self.session.registry.shelf();
        let published = published.version(&layer.name, layer.version);
        if published.is_some_and(|it| it.is_shared()) {
            let why = format!(
                "Who else may have its layer {} is left out: add it as AWS::Lambda::LayerVersionPermission.",
                layer.name
            );
            self.remark(about, why);
        }
        self.stack.sources.push(Source {
            logical_id: logical.clone(),
            name: layer.name.clone(),
            kind: SourceKind::Layer {
                content: folder,
                about: published.map(|it| it.about.clone()).unwrap_or_default(),
            },
        });
        self.layers.insert(arn, logical.clone());
        logical
    }
}
