//! What only the API knows of functions, packages and mappings: it changes nothing of how they run.

use super::function_policy::FunctionPolicy;
use super::layer_policy::LayerPolicy;
use super::shelf::{Content, Shelf};
use crate::sandbox::{Code, DeploymentPackage};
use crate::timeline::{
    CaughtUp, Entry, LayerAbout, LayerVersion, LifecycleEvent, Projection, Qualifier, QueueFact,
    Timeline, VersionFact,
};
use crate::units::{AliasId, FunctionId, MappingId, Moment, OrderedMap, PackageId, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cmp::Reverse;

/// The role of a function that was not made through the API, which always asks for one.
pub(crate) const DEFAULT_ROLE: &str = "arn:aws:iam::123456789012:role/coldstart";

/// Kept with the session, as plain data.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registry {
    functions: OrderedMap<FunctionId, Details>,
    /// SHA-256 digests in base64.
    digests: OrderedMap<PackageId, String>,
    mappings: OrderedMap<MappingId, OrderedMap<String, String>>,
    /// How mappings reach what they poll.
    #[serde(default)]
    access: OrderedMap<MappingId, Vec<Access>>,
    /// Not in sessions of before there were layers.
    #[serde(default)]
    layers: Shelf,
    /// When things were changed, by whomever.
    #[serde(skip)]
    changes: CaughtUp<Changes>,
}

/// By what is kept.
impl PartialEq for Registry {
    fn eq(&self, other: &Self) -> bool {
        let kept = |it: &Registry| {
            (
                it.functions.clone(),
                it.digests.clone(),
                it.mappings.clone(),
                it.access.clone(),
                it.layers.clone(),
            )
        };
        kept(self) == kept(other)
    }
}

/// What a function has besides its settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Details {
    pub(crate) description: String,
    pub(crate) role: String,
    pub(crate) tags: OrderedMap<String, String>,
    /// The identifier that was asked for, where what runs the code here has another.
    pub(crate) runtime: Option<String>,
    /// `TracingConfig.Mode` is `Active`.
    pub(crate) traced: bool,
    /// `PutFunctionEventInvokeConfig` was called, and when that was last.
    pub(crate) event_invoke: Option<Moment>,
    pub(crate) url: Option<UrlConfig>,
    /// By qualifier, the function's own by none. Not in sessions of before there were policies.
    #[serde(default)]
    pub(super) policies: OrderedMap<String, FunctionPolicy>,
}

/// A `SourceAccessConfiguration`: networks and credentials mean nothing here, and are shown as they were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Access {
    /// `Type`
    pub(crate) kind: String,
    /// `URI`
    pub(crate) uri: String,
}

/// A function URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UrlConfig {
    pub(crate) created: Moment,
    pub(crate) modified: Moment,
    /// From which its id follows.
    pub(crate) seed: u64,
    /// `AWS_IAM` rather than `NONE`.
    pub(crate) signed: bool,
    /// `RESPONSE_STREAM` rather than `BUFFERED`.
    pub(crate) streamed: bool,
    pub(crate) cors: Option<UrlCors>,
}

/// What browsers on other sites may ask of a function URL (Lambda API reference, Cors).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UrlCors {
    /// `AllowCredentials`
    pub credentials: Option<bool>,
    /// `AllowHeaders`
    pub headers: Option<Vec<String>>,
    /// `AllowMethods`
    pub methods: Option<Vec<String>>,
    /// `AllowOrigins`
    pub origins: Option<Vec<String>>,
    /// `ExposeHeaders`
    pub exposed: Option<Vec<String>>,
    /// `MaxAge`, in seconds.
    pub max_age: Option<u32>,
}

impl Default for Details {
    fn default() -> Self {
        Details {
            description: String::new(),
            role: DEFAULT_ROLE.to_owned(),
            tags: OrderedMap::new(),
            runtime: None,
            traced: false,
            event_invoke: None,
            url: None,
            policies: OrderedMap::new(),
        }
    }
}

impl Registry {
    /// What a template says of a function besides its settings. `runtime` is the identifier that it names.
    pub fn describe(&mut self, function: FunctionId, description: &str, runtime: &str) {
        self.change(function, |it| {
            it.description = description.to_owned();
            it.runtime = (!runtime.is_empty()).then(|| runtime.to_owned());
        });
    }

    /// What else a template says of a function: its tags, and whether X-Ray is told of every invocation.
    pub fn mark(&mut self, function: FunctionId, tags: OrderedMap<String, String>, traced: bool) {
        self.change(function, |it| {
            it.tags = tags;
            it.traced = traced;
        });
    }

    /// Another timeline begins, with the same functions.
    pub fn forget_timeline(&mut self) {
        self.changes = CaughtUp::default();
    }

    /// What is known of a function; what there is by default of one that the API did not make.
    pub(crate) fn details(&self, function: FunctionId) -> Details {
        self.functions.get(&function).cloned().unwrap_or_default()
    }

    pub(super) fn change(&mut self, function: FunctionId, change: impl FnOnce(&mut Details)) {
        change(self.functions.get_or_default(function));
    }

    pub(super) fn forget(&mut self, function: FunctionId) {
        self.functions.remove(&function);
    }

    /// Functions that have a URL.
    pub(super) fn urls(&self) -> impl Iterator<Item = (FunctionId, &UrlConfig)> {
        let functions = self.functions.iter();
        functions.filter_map(|(id, details)| Some((*id, details.url.as_ref()?)))
    }

    pub(crate) fn mapping_tags(&self, mapping: MappingId) -> OrderedMap<String, String> {
        self.mappings.get(&mapping).cloned().unwrap_or_default()
    }

    pub(super) fn change_mapping_tags(
        &mut self,
        mapping: MappingId,
        change: impl FnOnce(&mut OrderedMap<String, String>),
    ) {
        change(self.mappings.get_or_default(mapping));
    }

    pub(super) fn mapping_access(&self, mapping: MappingId) -> &[Access] {
        self.access.get(&mapping).map_or(&[], Vec::as_slice)
    }

    pub(super) fn set_mapping_access(&mut self, mapping: MappingId, access: Vec<Access>) {
        self.access.insert(mapping, access);
    }

    /// Publishes the next version of a layer.
    pub fn publish_layer(
        &mut self,
        name: &str,
        content: Content,
        about: LayerAbout,
        now: Moment,
    ) -> LayerVersion {
        self.layers.publish(name, content, about, now)
    }

    pub(super) fn delete_layer(&mut self, name: &str, version: u32) {
        self.layers.delete(name, version);
    }

    /// Who else may have a layer version.
    pub(super) fn layer_policy(&mut self, name: &str, version: u32) -> Option<&mut LayerPolicy> {
        self.layers.policy(name, version)
    }

    /// The layer versions that were published.
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.layers
    }

    /// The layer versions that functions can be given: by name, the newest of each first.
    pub fn layer_versions(&self) -> Vec<&LayerVersion> {
        let mut versions: Vec<_> = self.layers.all().map(|it| &it.layer).collect();
        versions.sort_by_key(|it| (&it.name, Reverse(it.version)));
        versions
    }

    /// The content of every layer version.
    pub fn layer_packages(&self) -> impl Iterator<Item = PackageId> {
        self.layers.all().map(|it| it.layer.package)
    }

    /// Remembers the digest of the zip file that a package came in.
    pub(super) fn digested(&mut self, package: PackageId, digest: String) {
        self.digests.insert(package, digest);
    }

    /// `CodeSha256` of a package, if it is known.
    pub(super) fn digest(&self, package: PackageId) -> Option<&str> {
        self.digests.get(&package).map(String::as_str)
    }

    /// Makes the digest known of a package that did not come through the API: there is no zip file,
    /// so it is that of its files, one after the other with their names and lengths.
    pub fn digest_package(&mut self, id: PackageId, package: &DeploymentPackage) {
        if self.digests.contains_key(&id) {
            return;
        }
        let mut hash = Sha256::new();
        let mut add = |name: &str, bytes: &[u8]| {
            for piece in [name.as_bytes(), bytes] {
                hash.update((piece.len() as u64).to_le_bytes());
                hash.update(piece);
            }
        };
        for (name, bytes) in package.files.iter() {
            add(name, bytes);
        }
        if let Code::Module(module) = &package.code {
            add("", &module.wasm);
        }
        self.digests.insert(id, STANDARD.encode(hash.finalize()));
    }

    /// Whether the package's digest still has to be made.
    pub fn lacks_digest(&self, package: PackageId) -> bool {
        !self.digests.contains_key(&package)
    }

    pub(super) fn catch_up(&mut self, timeline: &Timeline) {
        self.changes.catch_up(timeline);
    }

    /// When a function was changed last, and how often it was.
    pub(super) fn changed(&self, function: FunctionId) -> (Moment, u32) {
        let changed = self.changes.get().functions.get(&function);
        changed.copied().unwrap_or_default()
    }

    /// When a version was published, at which revision and with which description.
    pub(super) fn published(
        &self,
        function: FunctionId,
        version: Version,
    ) -> Option<&(Moment, u32, String)> {
        self.changes.get().versions.get(&(function, version))
    }

    /// How often an alias was changed.
    pub(super) fn alias_changes(&self, alias: AliasId) -> u32 {
        let changed = self.changes.get().aliases.get(&alias);
        changed.copied().unwrap_or_default()
    }

    /// When provisioned concurrency was asked for.
    pub(super) fn provisioned_at(&self, function: FunctionId, qualifier: Qualifier) -> Moment {
        let asked = self.changes.get().provisioned.get(&(function, qualifier));
        asked.copied().unwrap_or_default()
    }

    /// When a mapping was changed last.
    pub(super) fn mapping_changed(&self, mapping: MappingId) -> Moment {
        let changed = self.changes.get().mappings.get(&mapping);
        changed.copied().unwrap_or_default()
    }
}

/// The SHA-256 digest of a zip file in base64, as the API has it.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

/// When things were changed last.
#[derive(Clone, Debug, Default)]
struct Changes {
    functions: OrderedMap<FunctionId, (Moment, u32)>,
    mappings: OrderedMap<MappingId, Moment>,
    versions: OrderedMap<(FunctionId, Version), (Moment, u32, String)>,
    aliases: OrderedMap<AliasId, u32>,
    provisioned: OrderedMap<(FunctionId, Qualifier), Moment>,
}

impl Projection for Changes {
    fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            LifecycleEvent::FunctionConfigured {
                function, revision, ..
            } => {
                self.functions.insert(*function, (entry.at, *revision));
            }
            LifecycleEvent::Queue(QueueFact::MappingConfigured { mapping, .. }) => {
                self.mappings.insert(*mapping, entry.at);
            }
            LifecycleEvent::Version(fact) => self.follow(entry.at, fact),
            _ => {}
        }
    }
}

impl Changes {
    fn follow(&mut self, at: Moment, fact: &VersionFact) {
        match fact {
            VersionFact::VersionPublished {
                function,
                version,
                revision,
                description,
            } => {
                let published = (at, *revision, description.clone());
                self.versions.insert((*function, *version), published);
            }
            VersionFact::AliasConfigured { alias, .. } => {
                *self.aliases.get_or_default(*alias) += 1;
            }
            VersionFact::ProvisioningStarted {
                function,
                qualifier,
                ..
            } => {
                self.provisioned.insert((*function, *qualifier), at);
            }
            _ => {}
        }
    }
}
