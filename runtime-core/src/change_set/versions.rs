//! Versions and aliases. An import publishes one version of a function, the first.

use super::data::{NewAlias, NewVersion};
use super::plan::Planner;
use super::remark::RemarkKind;
use crate::platform::{Input, refuse_provisioned, validate_alias};
use crate::template::{Alias, StackFunction};
use crate::timeline::{AliasConfiguration, Qualifier};
use crate::units::{AliasId, FunctionId, Version};

const LATEST: &str = "$LATEST";

impl Planner<'_> {
    pub(super) fn versions(&mut self, function: &StackFunction) {
        let logical_id = &function.logical_id;
        let Some((id, _)) = self.function_called(logical_id) else {
            return;
        };
        let mut aliases = function.aliases.iter();
        let named = aliases.any(|it| it.version.as_deref() != Some(LATEST));
        if named || function.version.is_some() {
            self.make(Input::PublishVersion {
                function: id,
                description: function.version_description.clone().unwrap_or_default(),
            });
        }
        let version = function.version.map(|version| {
            let qualifier = Qualifier::Version(Version::from(NewVersion::FIRST));
            NewVersion {
                provisioned: self.provisioned(id, qualifier, version.provisioned, logical_id),
            }
        });
        let aliases = function.aliases.iter();
        let aliases: Vec<NewAlias> = aliases
            .filter_map(|alias| self.alias(id, alias, logical_id))
            .collect();
        let mut functions = self.set.functions.iter_mut();
        if let Some(function) = functions.find(|it| it.id == id) {
            function.version = version;
            function.aliases = aliases;
        }
    }

    fn alias(&mut self, function: FunctionId, alias: &Alias, logical_id: &str) -> Option<NewAlias> {
        let first = Version::from(NewVersion::FIRST);
        let version = match alias.version.as_deref() {
            Some(LATEST) => Version::Latest,
            _ => first,
        };
        let logical_id = alias.logical_id.as_deref().unwrap_or(logical_id);
        let name = &alias.name;
        let other = alias.version.as_deref().filter(|it| *it != LATEST);
        if let Some(other) = other.filter(|it| *it != first.to_string()) {
            let why = format!(
                "The alias {name} goes to version {first}, which an import publishes: version {other} is not there."
            );
            self.remark(RemarkKind::Changed, logical_id, why);
        }
        if !alias.weights.is_empty() {
            // Weights are between two versions, and both of them have to be there.
            let why = format!(
                "The alias {name} sends all requests to version {version}: an import publishes one version of a function. Publish another one and give it its weight."
            );
            self.remark(RemarkKind::Changed, logical_id, why);
        }
        let description = alias.description.clone().unwrap_or_default();
        let configuration = AliasConfiguration {
            function,
            name: alias.name.clone(),
            version,
            additional: None,
            description: description.clone(),
        };
        let id = self.next.alias;
        let errors = validate_alias(&configuration, None, &self.platform);
        for error in &errors {
            self.remark(RemarkKind::Refused, logical_id, error.to_string());
        }
        if !errors.is_empty() {
            return None;
        }
        self.next.alias = AliasId(id.0.saturating_add(1));
        self.make(Input::ConfigureAlias {
            alias: id,
            configuration: Box::new(configuration),
        });
        let qualifier = Qualifier::Alias(id);
        Some(NewAlias {
            id,
            name: alias.name.clone(),
            version,
            provisioned: self.provisioned(function, qualifier, alias.provisioned, logical_id),
            description,
        })
    }

    /// Provisioned concurrency, if Lambda would take it.
    fn provisioned(
        &mut self,
        function: FunctionId,
        qualifier: Qualifier,
        wanted: Option<u32>,
        logical_id: &str,
    ) -> Option<u32> {
        let environments = wanted?;
        if let Some(error) = refuse_provisioned(&self.platform, function, qualifier, environments) {
            self.remark(RemarkKind::Refused, logical_id, error.to_string());
            return None;
        }
        self.make(Input::Provision {
            function,
            qualifier,
            environments,
        });
        Some(environments)
    }
}
