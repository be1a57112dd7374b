//! Versions and aliases, and which of them a request goes to (Lambda developer guide, "Manage Lambda
//! function versions", "Create an alias for a Lambda function", "Implement Lambda canary deployments
//! using a weighted alias").
//!
//! ```text
//! versions      publish, delete, aliases, routing
//! provisioned   provisioned concurrency: environments that are made before requests come
//! stage         how much of it there is, and how far it has come
//! resize        another amount of it: what there is stays, as far as it is wanted
//! reopen        both from a timeline
//! ```

mod provisioned;
mod reopen;
mod resize;
mod stage;

pub use provisioned::PROVISIONING_WAIT;
pub use stage::{ProvisionedStatus, ProvisionedView};

pub(super) use provisioned::Found;
pub(super) use stage::Provisioned;

use super::Platform;
use super::input::Out;
use super::state::Edition;
use crate::timeline::{
    AliasConfiguration, FunctionConfiguration, Qualifier, ShutdownReason, VersionFact,
};
use crate::units::{AliasId, FunctionId, Moment, OrderedMap, RequestId, Version, splitmix};
use std::num::NonZeroU32;

/// The account's aliases.
pub(super) type Aliases = OrderedMap<AliasId, Box<AliasConfiguration>>;

impl Platform {
    /// The published versions of a function with what they are set to, the oldest first.
    pub fn versions(
        &self,
        function: FunctionId,
    ) -> impl Iterator<Item = (Version, &FunctionConfiguration)> {
        let published = self.live(function).map(|it| it.published.iter());
        published
            .into_iter()
            .flatten()
            .map(|(number, it)| (Version::Published(*number), &*it.configuration))
    }

    /// What was said of a version when it was published; empty for `$LATEST`.
    pub fn version_description(&self, function: FunctionId, version: Version) -> &str {
        let edition = self.live(function).and_then(|it| it.edition(version));
        edition.map_or("", |it| &it.description)
    }

    /// What a version of a function is set to.
    pub fn version(
        &self,
        function: FunctionId,
        version: Version,
    ) -> Option<&FunctionConfiguration> {
        let edition = self.live(function)?.edition(version)?;
        Some(&edition.configuration)
    }

    /// All aliases with their settings, in order of creation.
    pub fn aliases(&self) -> impl Iterator<Item = (AliasId, &AliasConfiguration)> {
        self.aliases.iter().map(|(id, alias)| (*id, &**alias))
    }

    /// An alias of a function by its name.
    pub fn alias(
        &self,
        function: FunctionId,
        name: &str,
    ) -> Option<(AliasId, &AliasConfiguration)> {
        self.aliases()
            .find(|(_, alias)| alias.function == function && alias.name == name)
    }

    /// An id for an alias that is to be created.
    pub fn next_alias(&self) -> AliasId {
        AliasId(self.last_alias.saturating_add(1))
    }

    /// What `$LATEST`, a number or an alias's name stands for.
    pub fn qualifier(&self, function: FunctionId, text: &str) -> Option<Qualifier> {
        if let Some(version) = Version::parse(text) {
            let known = self.version(function, version).is_some();
            return known.then_some(Qualifier::Version(version));
        }
        let (alias, _) = self.alias(function, text)?;
        Some(Qualifier::Alias(alias))
    }

    /// Whether code or settings have changed since the last version was published.
    pub fn has_unpublished(&self, function: FunctionId) -> bool {
        self.live(function).is_some_and(|function| {
            let last = function.published.last_key_value();
            last.is_none_or(|(_, last)| last.replaced_by(function.settings()))
        })
    }

    /// A qualifier as it is written.
    pub fn qualifier_name(&self, qualifier: Qualifier) -> String {
        match qualifier {
            Qualifier::Version(version) => version.to_string(),
            Qualifier::Alias(alias) => self
                .aliases
                .get(&alias)
                .map_or_else(String::new, |it| it.name.clone()),
        }
    }

    /// A function's name as the end of an ARN has it: with what a request named, if it did.
    pub fn invoked_name(&self, name: &str, named: Option<Qualifier>) -> String {
        match named {
            None => name.to_owned(),
            Some(named) => format!("{name}:{}", self.qualifier_name(named)),
        }
    }

    /// Which version a request goes to. Of an alias with two, the request's number decides: AWS draws
    /// at random, and the same session is to have the same requests in each.
    pub(super) fn version_of(
        &self,
        function: FunctionId,
        qualifier: Qualifier,
        request: RequestId,
    ) -> Option<Version> {
        let version = match qualifier {
            Qualifier::Version(version) => version,
            Qualifier::Alias(alias) => {
                let alias = self.aliases.get(&alias)?;
                if alias.function != function {
                    return None;
                }
                let drawn = splitmix(request.0) % 1_000_000;
                match alias.additional {
                    Some((version, weight)) if drawn < u64::from(weight.millionths()) => version,
                    _ => alias.version,
                }
            }
        };
        let edition = self.live(function)?.edition(version);
        edition.map(|_| version)
    }

    pub(super) fn publish(&mut self, id: FunctionId, description: String, out: &mut Out) {
        if !self.has_unpublished(id) {
            return;
        }
        let Some(function) = self.functions.get_mut(&id) else {
            return;
        };
        let Some(number) = function
            .last_version
            .checked_add(1)
            .and_then(NonZeroU32::new)
        else {
            return;
        };
        let (version, revision) = (Version::Published(number), function.revision);
        function.last_version = number.get();
        let configuration = function.latest.configuration.clone();
        let edition = Edition::published(configuration, revision, &description);
        function.published.insert(number, edition);
        out.fact(VersionFact::VersionPublished {
            function: id,
            version,
            revision,
            description,
        });
        self.renew_snapshot(id, version, out);
    }

    pub(super) fn delete_version(&mut self, id: FunctionId, version: Version, out: &mut Out) {
        let Version::Published(number) = version else {
            return;
        };
        let named = self.aliases.values().any(|alias| {
            let additional = alias.additional.is_some_and(|(it, _)| it == version);
            alias.function == id && (alias.version == version || additional)
        });
        let known = self
            .live(id)
            .is_some_and(|it| it.published.contains_key(&number));
        if named || !known {
            return;
        }
        self.deprovision(id, Qualifier::Version(version), out);
        self.drop_snapshot(id, version, out);
        if let Some(function) = self.functions.get_mut(&id) {
            function.published.remove(&number);
        }
        out.fact(VersionFact::VersionDeleted {
            function: id,
            version,
        });
        self.drain(Some(id), Some(version), ShutdownReason::Deleted, out);
    }

    pub(super) fn configure_alias(
        &mut self,
        at: Moment,
        id: AliasId,
        configuration: Box<AliasConfiguration>,
        out: &mut Out,
    ) {
        self.last_alias = self.last_alias.max(id.0);
        let (function, version) = (configuration.function, configuration.version);
        out.fact(VersionFact::AliasConfigured {
            alias: id,
            configuration: configuration.clone(),
        });
        let former = self.aliases.insert(id, configuration);
        if former.is_some_and(|former| former.version != version) {
            self.provision_anew(at, function, id, out);
        }
    }

    pub(super) fn delete_alias(&mut self, id: AliasId, out: &mut Out) {
        if let Some(alias) = self.aliases.remove(&id) {
            self.deprovision(alias.function, Qualifier::Alias(id), out);
            out.fact(VersionFact::AliasDeleted { alias: id });
        }
    }

    /// The function goes, and what belongs to it.
    pub(super) fn delete_versions(&mut self, id: FunctionId, out: &mut Out) {
        let of_it = self.aliases.iter().filter(|(_, it)| it.function == id);
        let aliases: Vec<AliasId> = of_it.map(|(alias, _)| *alias).collect();
        for alias in aliases {
            self.delete_alias(alias, out);
        }
        let versions: Vec<Version> = self.versions(id).map(|(version, _)| version).collect();
        for version in versions {
            self.delete_version(id, version, out);
        }
    }
}
