//! Versions and aliases. SAM publishes one version for `AutoPublishAlias`, whose other aliases point at it
//! as `Function.Version`; a deployment has no other version to name.

use super::super::super::model::{Alias, StackFunction};
use super::super::node::Node;
use super::Writer;
use super::function::provisioned;

/// What a function's versions and aliases come to.
pub(super) struct Aliases {
    /// `AutoPublishAlias`.
    pub(super) published: Option<String>,
    /// Its provisioned concurrency.
    pub(super) provisioned: Option<u32>,
    /// What the template cannot say of them, by their names.
    pub(super) here: Node,
    /// Logical ids, types and properties.
    pub(super) resources: Vec<(String, &'static str, Node)>,
}

const LATEST: &str = "$LATEST";

impl Writer<'_> {
    pub(super) fn aliases(&mut self, about: &str, function: &StackFunction) -> Aliases {
        let of_version = |it: &&Alias| it.version.as_deref() != Some(LATEST);
        let newest = function.aliases.iter().find(|it| it.version.is_none());
        let published = newest.or_else(|| function.aliases.iter().find(of_version));
        let mut aliases = Aliases {
            published: published.map(|it| it.name.clone()),
            provisioned: published.and_then(|it| it.provisioned),
            here: Node::map(),
            resources: Vec::new(),
        };
        let logical = &function.logical_id;
        for alias in &function.aliases {
            let is_published = published.is_some_and(|it| it.name == alias.name);
            let old = alias.version.clone().filter(|it| it != LATEST);
            let weights = alias.weights.iter();
            let weights = weights.map(|(version, share)| (version.clone(), Node::from(*share)));
            let described = alias.description.clone().filter(|_| is_published);
            if described.is_some() {
                let name = &alias.name;
                let why =
                    format!("The description of its alias {name} is left out: SAM writes its own.");
                self.remark(about, why);
            }
            let here = Node::map()
                .with_some("Version", old)
                .with_some(
                    "AdditionalVersionWeights",
                    Node::Map(weights.collect()).filled(),
                )
                .with_some("Description", described);
            if !here.is_empty() {
                aliases.here.add(&alias.name, here);
            }
            if is_published {
                continue;
            }
            let version = match of_version(&alias) {
                true => Node::attribute(logical, "Version.Version"),
                false => Node::text(LATEST),
            };
            let properties = Node::map()
                .with("FunctionName", Node::reference(logical))
                .with("Name", alias.name.as_str())
                .with_some("Description", alias.description.clone())
                .with("FunctionVersion", version)
                .with_some(
                    "ProvisionedConcurrencyConfig",
                    alias.provisioned.map(provisioned),
                );
            let number = aliases.resources.len() + 1;
            let own = format!("{logical}{number}Alias");
            aliases
                .resources
                .push((own, "AWS::Lambda::Alias", properties));
        }
        if let Some(version) = function.version.filter(|_| published.is_none()) {
            let properties = Node::map()
                .with("FunctionName", Node::reference(logical))
                .with_some("Description", function.version_description.clone())
                .with_some(
                    "ProvisionedConcurrencyConfig",
                    version.provisioned.map(provisioned),
                );
            let own = format!("{logical}NewestVersion");
            aliases
                .resources
                .push((own, "AWS::Lambda::Version", properties));
        }
        aliases
    }
}
