//! What the session says of a function's versions, as plain values.

use crate::session::Reading;
use runtime_core::platform::{ProvisionedStatus, ProvisionedView};
use runtime_core::timeline::{AliasConfiguration, FunctionConfiguration, Qualifier};
use runtime_core::units::{AliasId, FunctionId, Version};

/// A function's versions, aliases and provisioned concurrency.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rows {
    pub(super) function: FunctionId,
    /// Whether publishing makes a new version.
    pub(super) unpublished: bool,
    /// The newest first.
    pub(super) versions: Vec<VersionRow>,
    pub(super) aliases: Vec<AliasRow>,
    pub(super) provisioned: Vec<ProvisionedRow>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct VersionRow {
    pub(super) version: Version,
    pub(super) text: String,
    /// Aliases that name it: it stays while there are some.
    pub(super) aliases: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct AliasRow {
    pub(super) id: AliasId,
    pub(super) configuration: AliasConfiguration,
    pub(super) text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ProvisionedRow {
    pub(super) qualifier: Qualifier,
    pub(super) name: String,
    pub(super) text: String,
}

pub(super) fn rows(reading: &Reading<'_>) -> Option<Rows> {
    let function = reading.selected_function()?;
    let platform = reading.platform();
    platform.configuration(function)?;
    let of_it = || platform.aliases().filter(|(_, it)| it.function == function);
    let naming = |version: Version| {
        let aliases = of_it().filter(|(_, alias)| {
            let second = alias.additional.is_some_and(|(it, _)| it == version);
            alias.version == version || second
        });
        let names: Vec<&str> = aliases.map(|(_, it)| it.name.as_str()).collect();
        names.join(", ")
    };
    let mut versions: Vec<VersionRow> = platform
        .versions(function)
        .map(|(version, configuration)| VersionRow {
            version,
            text: described(configuration),
            aliases: naming(version),
        })
        .collect();
    versions.reverse();
    let aliases = of_it().map(|(id, alias)| AliasRow {
        id,
        configuration: alias.clone(),
        text: routed(alias),
    });
    let provisioned = platform.provisioned(function).map(|it| ProvisionedRow {
        qualifier: it.qualifier,
        name: platform.qualifier_name(it.qualifier),
        text: provisioned_text(&it),
    });
    Some(Rows {
        function,
        unpublished: platform.has_unpublished(function),
        versions,
        aliases: aliases.collect(),
        provisioned: provisioned.collect(),
    })
}

fn described(configuration: &FunctionConfiguration) -> String {
    format!(
        "{} MB · {} · code {}",
        configuration.memory.get(),
        configuration.runtime.label(),
        configuration.package.0
    )
}

fn routed(alias: &AliasConfiguration) -> String {
    match alias.additional {
        None => format!("→ {}", alias.version),
        Some((second, weight)) => {
            let part = weight.percent();
            format!("→ {} {}%, {second} {part}%", alias.version, 100.0 - part)
        }
    }
}

fn provisioned_text(view: &ProvisionedView) -> String {
    let ProvisionedView {
        requested,
        allocated,
        available,
        ..
    } = view;
    match view.status {
        ProvisionedStatus::InProgress => {
            let there = match available {
                0 => "not available yet".to_owned(),
                _ => format!("{available} available"),
            };
            format!("{requested} requested, {allocated} allocated, {there}")
        }
        ProvisionedStatus::Ready => format!("{available} available"),
        ProvisionedStatus::Failed => {
            format!("{requested} requested, none available: an INIT phase failed")
        }
    }
}

/// What a request can name, with names for a choice: `$LATEST` first, then aliases, then versions, the
/// newest first.
pub(in crate::pages::playground) fn qualifiers(reading: &Reading<'_>) -> Vec<(Qualifier, String)> {
    let Some(function) = reading.selected_function() else {
        return Vec::new();
    };
    let platform = reading.platform();
    let mut all = vec![(Qualifier::LATEST, Version::Latest.to_string())];
    let aliases = platform.aliases().filter(|(_, it)| it.function == function);
    all.extend(aliases.map(|(id, alias)| (Qualifier::Alias(id), alias.name.clone())));
    let first_version = all.len();
    for (version, _) in platform.versions(function) {
        let choice = (Qualifier::Version(version), format!("version {version}"));
        all.insert(first_version, choice);
    }
    all
}
