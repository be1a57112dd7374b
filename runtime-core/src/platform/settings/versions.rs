//! Aliases and provisioned concurrency, as AWS validates them.

use super::{MIN_UNRESERVED_CONCURRENCY, SettingError};
use crate::platform::Platform;
use crate::timeline::{AliasConfiguration, Qualifier, SnapStart, Weight, function_arn};
use crate::units::{AliasId, FunctionId, Version};
use std::fmt;

/// The longest name of an alias (Lambda API reference, CreateAlias).
pub const MAX_ALIAS_LENGTH: usize = 128;
/// The longest description (same page).
pub const MAX_DESCRIPTION_LENGTH: usize = 256;

/// What can be wrong with an alias or with provisioned concurrency. `Display` is worded as AWS words
/// it, [`VersionError::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionError {
    /// Empty, too long, a number, or characters other than letters, digits, `-` and `_`.
    AliasName {
        /// As given.
        name: String,
    },
    /// The function has an alias of this name.
    AliasTaken {
        /// Its ARN.
        arn: String,
    },
    /// More than 256 characters.
    Description {
        /// As given.
        description: String,
    },
    /// There is no such version.
    UnknownVersion {
        /// Its ARN.
        arn: String,
    },
    /// An alias with two versions names `$LATEST`.
    LatestIsRouted,
    /// Both versions of an alias are the same.
    SameVersion {
        /// Which.
        version: Version,
    },
    /// The second version gets nothing, or everything.
    Weight(Weight),
    /// Provisioned concurrency is for versions and aliases of versions.
    ProvisionedLatest,
    /// There is no such function, version or alias.
    UnknownQualifier,
    /// More than the function's reserved concurrency.
    AboveReserved {
        /// What is left of it.
        available: u32,
    },
    /// Too little would be left for functions without reserved concurrency.
    BelowUnreserved {
        /// The most that can be provisioned.
        available: u32,
        /// What must stay unreserved.
        minimum: u32,
    },
    /// The version has provisioned concurrency, so an alias of it can have none.
    VersionHasIt,
    /// An alias of the version has provisioned concurrency, so the version can have none.
    AliasHasIt,
    /// A function with snapshots has no provisioned concurrency.
    WithSnapStart,
    /// A version that an alias names cannot be deleted.
    VersionInUse {
        /// The aliases.
        aliases: Vec<String>,
    },
}

impl VersionError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::AliasName { .. } => format!(
                "Use letters, digits, hyphens and underscores, at most {MAX_ALIAS_LENGTH}, and not \
                 only digits: that would be a version."
            ),
            Self::AliasTaken { .. } => "Choose another name, or change that alias.".to_owned(),
            Self::Description { .. } => {
                format!("Shorten it to {MAX_DESCRIPTION_LENGTH} characters.")
            }
            Self::UnknownVersion { .. } => {
                "Publish a version first, or choose one that is there.".to_owned()
            }
            Self::LatestIsRouted | Self::ProvisionedLatest => {
                "Publish a version and choose that.".to_owned()
            }
            Self::SameVersion { .. } => "Choose two different versions.".to_owned(),
            Self::Weight(_) => "Choose more than 0 and less than 100 %.".to_owned(),
            Self::UnknownQualifier => "Choose a version or an alias that is there.".to_owned(),
            Self::AboveReserved { available } => format!(
                "Provision {available} at most, or raise the function's reserved concurrency."
            ),
            Self::BelowUnreserved { available, minimum } => format!(
                "Provision {available} at most: {minimum} of the account's concurrency must stay \
                 unreserved."
            ),
            Self::VersionHasIt => "Remove the version's provisioned concurrency first.".to_owned(),
            Self::AliasHasIt => "Remove the alias's provisioned concurrency first.".to_owned(),
            Self::WithSnapStart => "Set SnapStart to None and publish a version.".to_owned(),
            Self::VersionInUse { .. } => {
                "Change or delete the aliases that name it first.".to_owned()
            }
        }
    }
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AliasName { name } => {
                let wanted = match name.chars().count() {
                    0 => "have length greater than or equal to 1".to_owned(),
                    length if length > MAX_ALIAS_LENGTH => {
                        format!("have length less than or equal to {MAX_ALIAS_LENGTH}")
                    }
                    _ => "satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)".into(),
                };
                let shown: String = name.chars().take(80).collect();
                write!(
                    f,
                    "1 validation error detected: Value '{shown}' at 'name' failed to satisfy constraint: Member must {wanted}"
                )
            }
            Self::AliasTaken { arn } => write!(f, "Alias already exists: {arn}"),
            Self::Description { .. } => write!(
                f,
                "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to {MAX_DESCRIPTION_LENGTH}"
            ),
            Self::UnknownVersion { arn } => write!(f, "Function not found: {arn}"),
            Self::LatestIsRouted => {
                f.write_str("$LATEST is not supported for an alias pointing to more than 1 version")
            }
            Self::SameVersion { version } => write!(
                f,
                "Invalid function version {version}. Function version {version} is already included in routing configuration."
            ),
            Self::Weight(weight) => write!(
                f,
                "Value '{}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: it must be above 0.0 and below 1.0",
                weight.fraction()
            ),
            Self::ProvisionedLatest => f.write_str(
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
            ),
            Self::UnknownQualifier => f.write_str("Function not found"),
            Self::AboveReserved { .. } => f.write_str(
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
            ),
            Self::BelowUnreserved { minimum, .. } => write!(
                f,
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{minimum}]."
            ),
            Self::VersionHasIt => f.write_str(
                "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
            ),
            Self::AliasHasIt => f.write_str("Version is pointed by a Provisioned Concurrency alias"),
            Self::WithSnapStart => f.write_str(
                "Provisioned Concurrency is not supported for a function that is configured with SnapStart.",
            ),
            Self::VersionInUse { aliases } => write!(
                f,
                "Version is referenced by alias: {}",
                aliases.join(", ")
            ),
        }
    }
}

/// Everything that is wrong with an alias; empty if it is valid. `alias` is its id if it is there
/// already ("Create an alias for a Lambda function"; Lambda API reference, AliasRoutingConfiguration).
pub fn validate_alias(
    configuration: &AliasConfiguration,
    alias: Option<AliasId>,
    platform: &Platform,
) -> Vec<VersionError> {
    let mut errors = Vec::new();
    let (function, name) = (configuration.function, &configuration.name);
    if !is_alias_name(name) {
        errors.push(VersionError::AliasName { name: name.clone() });
    }
    let owner = platform.configuration(function);
    let arn = |end: &dyn fmt::Display| {
        let name = owner.map_or("", |it| &it.name);
        format!("{}:{end}", function_arn(name))
    };
    let taken = platform.alias(function, name);
    if taken.is_some_and(|(other, _)| Some(other) != alias) {
        errors.push(VersionError::AliasTaken { arn: arn(name) });
    }
    if configuration.description.chars().count() > MAX_DESCRIPTION_LENGTH {
        errors.push(VersionError::Description {
            description: configuration.description.clone(),
        });
    }
    let additional = configuration.additional;
    let versions = [Some(configuration.version), additional.map(|(it, _)| it)];
    for version in versions.into_iter().flatten() {
        if platform.version(function, version).is_none() {
            errors.push(VersionError::UnknownVersion { arn: arn(&version) });
        }
    }
    if let Some((version, weight)) = additional {
        if version.is_latest() || configuration.version.is_latest() {
            errors.push(VersionError::LatestIsRouted);
        } else if version == configuration.version {
            errors.push(VersionError::SameVersion { version });
        }
        if weight == Weight::default() || weight >= Weight::WHOLE {
            errors.push(VersionError::Weight(weight));
        }
    }
    errors
}

fn is_alias_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty()
        && name.chars().count() <= MAX_ALIAS_LENGTH
        && name.chars().all(allowed)
        && !name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why so much provisioned concurrency cannot be had, if it cannot ("Configuring provisioned
/// concurrency for a function").
pub fn refuse_provisioned(
    platform: &Platform,
    function: FunctionId,
    qualifier: Qualifier,
    environments: u32,
) -> Option<VersionError> {
    let version = match qualifier {
        Qualifier::Version(version) => version,
        Qualifier::Alias(alias) => {
            let alias = platform.aliases().find(|(id, _)| *id == alias);
            match alias.filter(|(_, alias)| alias.function == function) {
                Some((_, alias)) => alias.version,
                None => return Some(VersionError::UnknownQualifier),
            }
        }
    };
    if version.is_latest() {
        return Some(VersionError::ProvisionedLatest);
    }
    let Some(configuration) = platform.version(function, version) else {
        return Some(VersionError::UnknownQualifier);
    };
    if configuration.snap_start != SnapStart::None {
        return Some(VersionError::WithSnapStart);
    }
    let mut elsewhere = 0_u32;
    for other in platform.provisioned(function) {
        if other.qualifier == qualifier {
            continue;
        }
        elsewhere = elsewhere.saturating_add(other.requested);
        if other.version == version {
            match (qualifier, other.qualifier) {
                (Qualifier::Alias(_), Qualifier::Version(_)) => {
                    return Some(VersionError::VersionHasIt);
                }
                (Qualifier::Version(_), Qualifier::Alias(_)) => {
                    return Some(VersionError::AliasHasIt);
                }
                _ => {}
            }
        }
    }
    let reserved = platform.configuration(function)?.reserved_concurrency;
    if let Some(reserved) = reserved {
        let available = reserved.saturating_sub(elsewhere);
        return (environments > available).then_some(VersionError::AboveReserved { available });
    }
    let own = platform.provisioned(function);
    let now = own
        .filter(|it| it.qualifier == qualifier)
        .map(|it| it.requested);
    let (_, unreserved) = platform.unreserved();
    let minimum = MIN_UNRESERVED_CONCURRENCY.min(platform.account_concurrency());
    let available = unreserved.saturating_add(now.sum()).saturating_sub(minimum);
    (environments > available).then_some(VersionError::BelowUnreserved { available, minimum })
}

/// Why so much concurrency cannot be reserved because of what is provisioned, if it cannot: "the amount of
/// provisioned concurrency cannot exceed the reserved concurrency", and what other functions have
/// provisioned without a reserve is set aside as well. [`validate`](super::validate) tells the rest.
pub fn refuse_reserved(
    platform: &Platform,
    function: FunctionId,
    reserved: u32,
) -> Option<SettingError> {
    let provisioned = |function| {
        let requested = platform.provisioned(function).map(|it| it.requested);
        requested.fold(0, u32::saturating_add)
    };
    let own = provisioned(function);
    if reserved < own {
        return Some(SettingError::BelowProvisioned { provisioned: own });
    }
    let account = platform.account_concurrency();
    let minimum = MIN_UNRESERVED_CONCURRENCY.min(account);
    let others = platform.functions().filter(|(id, _)| *id != function);
    let taken = others
        .map(|(id, other)| {
            other
                .reserved_concurrency
                .unwrap_or_else(|| provisioned(id))
        })
        .fold(0, u32::saturating_add);
    let available = account.saturating_sub(minimum).saturating_sub(taken);
    (reserved > available).then_some(SettingError::ReservedConcurrency { available, minimum })
}

/// Why a version cannot be deleted, if it cannot.
pub fn refuse_version_deletion(
    platform: &Platform,
    function: FunctionId,
    version: Version,
) -> Option<VersionError> {
    if version.is_latest() || platform.version(function, version).is_none() {
        return Some(VersionError::UnknownQualifier);
    }
    let naming = platform.aliases().filter(|(_, alias)| {
        let additional = alias.additional.is_some_and(|(it, _)| it == version);
        alias.function == function && (alias.version == version || additional)
    });
    let aliases: Vec<String> = naming.map(|(_, alias)| alias.name.clone()).collect();
    (!aliases.is_empty()).then_some(VersionError::VersionInUse { aliases })
}
