//! Versions, aliases and provisioned concurrency (Lambda developer guide, "Manage Lambda function
//! versions", "Create an alias for a Lambda function", "Configuring provisioned concurrency").

use crate::units::{AliasId, FunctionId, RequestId, Version};
use serde::{Deserialize, Serialize};

/// What a request names besides the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Qualifier {
    /// A version; `$LATEST` if nothing is named.
    Version(Version),
    /// An alias.
    Alias(AliasId),
}

impl Default for Qualifier {
    fn default() -> Self {
        Qualifier::LATEST
    }
}

impl Qualifier {
    /// What is meant where nothing is named.
    pub const LATEST: Qualifier = Qualifier::Version(Version::Latest);

    /// Whether it is `$LATEST`.
    pub fn is_latest(&self) -> bool {
        *self == Qualifier::LATEST
    }
}

/// Which of a function's environments one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Of which version.
    pub version: Version,
    /// Whether it is provisioned.
    pub provisioned: bool,
}

/// A part of an alias's requests, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weight(u32);

impl Weight {
    /// All requests.
    pub const WHOLE: Weight = Weight(1_000_000);

    /// From AWS's number between 0.0 and 1.0; `None` for others.
    pub fn from_fraction(fraction: f64) -> Option<Weight> {
        // Within the bounds the product fits, and is no NaN.
        (0.0..=1.0)
            .contains(&fraction)
            .then(|| Weight((fraction * 1e6).round() as u32))
    }

    /// AWS's number between 0.0 and 1.0.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 1e6
    }

    /// In percent.
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 1e4
    }

    /// In millionths.
    pub const fn millionths(self) -> u32 {
        self.0
    }
}

/// What an alias is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AliasConfiguration {
    /// The function that it belongs to.
    pub function: FunctionId,
    /// Unique among the function's aliases; 1 to 128 letters, digits, `-` and `_`, no number.
    pub name: String,
    /// Where requests go.
    pub version: Version,
    /// A second version that gets a part of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional: Option<(Version, Weight)>,
    /// At most 256 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// What happened to versions and aliases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum VersionFact {
    /// `$LATEST` was published: code and settings of this revision do not change any more under
    /// this version.
    VersionPublished {
        /// Of which function.
        function: FunctionId,
        /// New.
        version: Version,
        /// The function's revision then.
        revision: u32,
        /// As given.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        description: String,
    },
    /// A version was deleted.
    VersionDeleted {
        /// Of which function.
        function: FunctionId,
        /// Which.
        version: Version,
    },
    /// An alias was created or changed.
    AliasConfigured {
        /// Which.
        alias: AliasId,
        /// What it is set to from now on.
        configuration: Box<AliasConfiguration>,
    },
    /// An alias was deleted.
    AliasDeleted {
        /// Which.
        alias: AliasId,
    },
    /// A request named a version or an alias: it goes to this version.
    RequestRouted {
        /// Which.
        request: RequestId,
        /// Where to.
        version: Version,
        /// By which alias, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<AliasId>,
    },
    /// Provisioned concurrency was asked for; environments are made after a while.
    ProvisioningStarted {
        /// Of which function.
        function: FunctionId,
        /// For which of its versions, or for the version of which alias.
        qualifier: Qualifier,
        /// How many environments.
        environments: u32,
    },
    /// All its environments are there; requests find them from now on.
    ProvisioningFinished {
        /// Of which function.
        function: FunctionId,
        /// For what it was asked for.
        qualifier: Qualifier,
    },
    /// An environment's INIT phase failed: there is no provisioned concurrency.
    ProvisioningFailed {
        /// Of which function.
        function: FunctionId,
        /// For what it was asked for.
        qualifier: Qualifier,
    },
    /// Provisioned concurrency was given up.
    ProvisioningDeleted {
        /// Of which function.
        function: FunctionId,
        /// For what it was asked for.
        qualifier: Qualifier,
    },
    /// All provisioned environments were at work, or had taken ten requests a second each: the
    /// request goes to an environment on demand.
    RequestSpilledOver {
        /// Which.
        request: RequestId,
    },
}
