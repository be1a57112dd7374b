//! Functions: settings, code, versions, aliases, URLs.

use super::super::super::model::{Alias, Code, StackFunction, StackVersion};
use super::super::super::runtimes::{on_aws, runtime};
use super::super::super::trigger::{StackTrigger, TriggerSource};
use super::{Gathering, seconds};
use crate::api::{DEFAULT_ROLE, Details, UrlConfig};
use crate::timeline::{
    AliasConfiguration, AsyncConfiguration, FunctionConfiguration, Qualifier, Runtime,
};
use crate::units::{AliasId, FunctionId, Version};
use std::collections::BTreeMap;

/// What an import calls a function's URL.
const URL: &str = "FunctionUrl";

impl Gathering<'_> {
    pub(super) fn functions(&mut self) {
        let session = self.session;
        for (id, configuration) in session.platform.functions() {
            let about = format!("function {}", configuration.name);
            let logical = self.names.free(&configuration.name, "Function");
            let details = session.registry.details(id);
            let folder = format!("code/{logical}/");
            let code = self.take_code(&about, configuration, &folder);
            let runtime = self.runtime(&about, configuration, &details);
            let layers = self.layers(&about, &configuration.layers);
            if details.role != DEFAULT_ROLE {
                let role = &details.role;
                let why = format!("Its role {role} is not taken along: SAM makes one for it.");
                self.remark(&about, why);
            }
            if configuration.timeout.as_nanos() % 1_000_000_000 != 0 {
                let why = format!(
                    "Timeouts are whole seconds on AWS: {}.",
                    seconds(configuration.timeout)
                );
                self.remark(&about, why);
            }
            let aliases = self.aliases(&about, id);
            let version = match aliases.iter().any(|it| it.version.is_none()) {
                true => None,
                false => self.version(id),
            };
            let newest = self.newest(id);
            let described = newest.map(|it| self.session.platform.version_description(id, it));
            let described = described.filter(|it| !it.is_empty()).map(str::to_owned);
            self.older_versions(&about, id, &aliases);
            let description = Some(details.description).filter(|it| !it.is_empty());
            self.stack.functions.push(StackFunction {
                logical_id: logical.clone(),
                description,
                runtime,
                configuration: FunctionConfiguration {
                    // Where records go is known when everything is (`destinations`).
                    asynchronous: AsyncConfiguration::default(),
                    // They are resources of the stack.
                    layers: Vec::new(),
                    ..configuration.clone()
                },
                code,
                layers,
                aliases,
                version,
                version_description: described,
                tags: details
                    .tags
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
                traced: details.traced,
            });
            if let Some(url) = details.url {
                self.stack.triggers.push(StackTrigger {
                    name: URL.to_owned(),
                    function: logical,
                    source: function_url(&url),
                    source_name: None,
                });
            }
        }
    }

    fn take_code(
        &mut self,
        about: &str,
        configuration: &FunctionConfiguration,
        folder: &str,
    ) -> Code {
        let Some(files) = self.session.packages.get(&configuration.package) else {
            self.remark(
                about,
                format!("Its code is not there: put it into {folder}."),
            );
            self.code.insert(
                &format!("{folder}MISSING.txt"),
                b"Put the function's code into this folder.\n".to_vec(),
            );
            return Code::Path(folder.to_owned());
        };
        for (name, bytes) in files.iter() {
            self.code.insert(&format!("{folder}{name}"), bytes.to_vec());
        }
        Code::Path(folder.to_owned())
    }

    /// The runtime that it was made with, if AWS still takes that.
    fn runtime(
        &mut self,
        about: &str,
        configuration: &FunctionConfiguration,
        details: &Details,
    ) -> String {
        let own = on_aws(configuration.runtime);
        if configuration.runtime == Runtime::JavaScript {
            self.remark(
                about,
                "QuickJS runs it here, Node.js on AWS: it has more of Node's modules, and other times.",
            );
        }
        let Some(asked) = details.runtime.as_deref().filter(|it| *it != own) else {
            return own.to_owned();
        };
        let fits = runtime(asked) == Some(configuration.runtime);
        // Our own `bootstrap` is built for the newest one.
        if fits && Runtime::retired(asked).is_none() && configuration.runtime != Runtime::Provided {
            return asked.to_owned();
        }
        let why = format!(
            "It was made for {asked}, which is not what runs it or is retired: {own} stands in its place."
        );
        self.remark(about, why);
        own.to_owned()
    }

    pub(super) fn destinations(&mut self) {
        let functions = self.session.platform.functions();
        for (place, (_, configuration)) in functions.enumerate() {
            let asynchronous = self.asynchronous(&configuration.asynchronous);
            if let Some(function) = self.stack.functions.get_mut(place) {
                function.configuration.asynchronous = asynchronous;
            }
        }
    }

    fn asynchronous(&self, settings: &AsyncConfiguration) -> AsyncConfiguration {
        AsyncConfiguration {
            on_success: settings.on_success.and_then(|it| self.destination(it)),
            on_failure: settings.on_failure.and_then(|it| self.destination(it)),
            dead_letter_queue: settings
                .dead_letter_queue
                .and_then(|it| self.failure_target(it)),
            ..*settings
        }
    }

    /// The version that is what a deployment publishes: the newest one, if nothing has changed since.
    fn newest(&self, function: FunctionId) -> Option<Version> {
        let platform = self.session.platform;
        let last = platform.versions(function).last();
        last.filter(|_| !platform.has_unpublished(function))
            .map(|(version, _)| version)
    }

    fn provisioned(&self, function: FunctionId, qualifier: Qualifier) -> Option<u32> {
        let mut provisioned = self.session.platform.provisioned(function);
        let own = provisioned.find(|it| it.qualifier == qualifier);
        own.map(|it| it.requested)
    }

    fn aliases(&mut self, about: &str, function: FunctionId) -> Vec<Alias> {
        let platform = self.session.platform;
        let newest = self.newest(function);
        let own: Vec<(AliasId, &AliasConfiguration)> = platform
            .aliases()
            .filter(|(_, alias)| alias.function == function)
            .collect();
        let mut aliases = Vec::new();
        for (id, alias) in own {
            let version = match alias.version {
                version if Some(version) == newest && alias.additional.is_none() => None,
                version => Some(version.to_string()),
            };
            if version.as_deref().is_some_and(|it| it != "$LATEST") || alias.additional.is_some() {
                let mut way = format!("version {}", alias.version);
                if let Some((other, weight)) = alias.additional {
                    way = format!("{way} and {} % to version {other}", weight.percent());
                }
                let why = format!(
                    "Its alias {} goes to {way}; a deployment publishes one version only, of the newest code, and the alias goes there.",
                    alias.name
                );
                self.remark(about, why);
            }
            let weights = alias.additional.iter();
            aliases.push(Alias {
                name: alias.name.clone(),
                version,
                weights: weights
                    .map(|(version, weight)| (version.to_string(), weight.fraction()))
                    .collect::<BTreeMap<_, _>>(),
                provisioned: self.provisioned(function, Qualifier::Alias(id)),
                description: Some(alias.description.clone()).filter(|it| !it.is_empty()),
                logical_id: None,
            });
        }
        aliases
    }

    /// The newest version, where no alias publishes it.
    fn version(&self, function: FunctionId) -> Option<StackVersion> {
        let newest = self.newest(function)?;
        Some(StackVersion {
            provisioned: self.provisioned(function, Qualifier::Version(newest)),
        })
    }

    /// What of versions no template can say.
    fn older_versions(&mut self, about: &str, function: FunctionId, aliases: &[Alias]) {
        let newest = self.newest(function);
        let by_alias = aliases.iter().any(|it| it.version.is_none());
        let versions: Vec<Version> = self
            .session
            .platform
            .versions(function)
            .map(|(version, _)| version)
            .collect();
        for version in versions {
            let is_newest = Some(version) == newest;
            if !is_newest {
                self.remark(
                    about,
                    format!(
                        "Its version {version} is left out: a template has the newest code only."
                    ),
                );
            }
            let provisioned = self.provisioned(function, Qualifier::Version(version));
            if provisioned.is_some() && (!is_newest || by_alias) {
                self.remark(
                    about,
                    format!("The provisioned concurrency of its version {version} is left out: give it to an alias."),
                );
            }
        }
    }
}

fn function_url(url: &UrlConfig) -> TriggerSource {
    TriggerSource::FunctionUrl {
        auth: match url.signed {
            true => "AWS_IAM",
            false => "NONE",
        }
        .to_owned(),
        streamed: url.streamed,
        cors: url.cors.clone(),
    }
}
