//! Functions, their versions and aliases.

use super::code;
use super::data::{NewAlias, NewFunction, NewUrl, RemarkKind};
use super::plan::Planner;
use crate::platform::{Input, Setting, refuse_provisioned, validate, validate_alias};
use crate::template::{Alias, Code, StackFunction, TriggerSource};
use crate::timeline::{AliasConfiguration, FunctionConfiguration, Qualifier};
use crate::units::{AliasId, FunctionId, Version};

impl Planner<'_> {
    pub(super) fn functions(&mut self) {
        let stack = self.stack;
        for function in &stack.functions {
            self.add_function(function);
        }
        // Functions can be each other's destinations, so they come first.
        for function in &stack.functions {
            let asynchronous = function.configuration.asynchronous;
            let on_success = asynchronous.on_success.and_then(|it| self.destination(it));
            let on_failure = asynchronous.on_failure.and_then(|it| self.destination(it));
            let dead = asynchronous.dead_letter_queue.and_then(|it| self.queue(it));
            let mut made = self.set.functions.iter_mut();
            let Some(made) = made.find(|it| it.logical_id == function.logical_id) else {
                continue;
            };
            let own = &mut made.configuration.asynchronous;
            own.on_success = on_success;
            own.on_failure = on_failure;
            own.dead_letter_queue = dead;
            let again = Input::ConfigureFunction {
                function: made.id,
                configuration: Box::new(made.configuration.clone()),
            };
            self.make(again);
            self.aliases(function);
        }
    }

    fn add_function(&mut self, function: &StackFunction) {
        let logical_id = &function.logical_id;
        let wanted = &function.configuration.name;
        let name = self.free_function_name(wanted);
        let mut configuration = FunctionConfiguration {
            name: name.clone(),
            ..function.configuration.clone()
        };
        let own = &mut configuration.asynchronous;
        own.on_success = None;
        own.on_failure = None;
        own.dead_letter_queue = None;
        if !self.is_valid(&mut configuration, logical_id) {
            return;
        }
        let layers = self.layers_of(function);
        let id = self.next.function;
        self.next.function = FunctionId(id.0.saturating_add(1));
        self.make(Input::ConfigureFunction {
            function: id,
            configuration: Box::new(configuration.clone()),
        });
        let code = code::choices(function, &self.order.files);
        if let (Code::Path(path), Some(first)) = (&function.code, code.first())
            && first.is_stub()
        {
            let why = format!(
                "A stub handler stands for {path}: no file that was given along has its code."
            );
            self.remark(RemarkKind::Changed, logical_id, why);
        }
        if function.traced {
            let why = "Tracing: X-Ray is not sent anything from here.";
            self.remark(RemarkKind::Skipped, logical_id, why.to_owned());
        }
        if !function.tags.is_empty() {
            let why = "Its tags are not taken over: TagResource gives it some.";
            self.remark(RemarkKind::Skipped, logical_id, why.to_owned());
        }
        let url = self.url(logical_id);
        self.set.functions.push(NewFunction {
            id,
            logical_id: logical_id.clone(),
            taken: (name != *wanted).then(|| wanted.clone()),
            description: function.description.clone(),
            runtime: function.runtime.clone(),
            configuration,
            code,
            layers,
            aliases: Vec::new(),
            url,
        });
    }

    /// Whether the session would take it. What asks for more concurrency than there is left does without.
    fn is_valid(&mut self, configuration: &mut FunctionConfiguration, logical_id: &str) -> bool {
        let others = self.platform.functions().map(|(_, it)| it);
        let concurrency = self.platform.account_concurrency();
        let errors = validate(configuration, others, concurrency);
        let mut valid = true;
        for error in errors {
            if error.setting() == Setting::ReservedConcurrency {
                configuration.reserved_concurrency = None;
                let why = format!("It has no reserved concurrency here: {error}");
                self.remark(RemarkKind::Changed, logical_id, why);
            } else {
                valid = false;
                self.remark(RemarkKind::Refused, logical_id, error.to_string());
            }
        }
        valid
    }

    fn url(&mut self, logical_id: &str) -> Option<NewUrl> {
        let mut triggers = self.stack.triggers.iter();
        let (url, shared) = triggers.find_map(|it| match &it.source {
            TriggerSource::FunctionUrl {
                auth,
                streamed,
                cors,
            } if it.function == logical_id => {
                let url = NewUrl {
                    signed: auth == "AWS_IAM",
                    streamed: *streamed,
                };
                Some((url, cors.is_some()))
            }
            _ => None,
        })?;
        if shared {
            let why = "Its URL has no CORS settings here: UpdateFunctionUrlConfig gives it some.";
            self.remark(RemarkKind::Changed, logical_id, why.to_owned());
        }
        Some(url)
    }

    /// Aliases name the first version, which is published for them.
    fn aliases(&mut self, function: &StackFunction) {
        let logical_id = function.logical_id.clone();
        let Some((id, _)) = self.function_called(&logical_id) else {
            return;
        };
        let published = function.aliases.iter();
        let published = published.filter(|it| it.version.as_deref() != Some("$LATEST"));
        if published.count() > 0 {
            self.make(Input::PublishVersion {
                function: id,
                description: String::new(),
            });
        }
        for alias in &function.aliases {
            let Some(made) = self.alias(id, alias, &logical_id) else {
                continue;
            };
            let mut functions = self.set.functions.iter_mut();
            if let Some(function) = functions.find(|it| it.id == id) {
                function.aliases.push(made);
            }
        }
    }

    fn alias(&mut self, function: FunctionId, alias: &Alias, logical_id: &str) -> Option<NewAlias> {
        let version = match alias.version.as_deref() {
            Some("$LATEST") => Version::Latest,
            _ => Version::from(1),
        };
        if !alias.weights.is_empty() {
            let why = format!(
                "The alias {} sends all requests to its own version: a template's import publishes one version.",
                alias.name
            );
            self.remark(RemarkKind::Changed, logical_id, why);
        }
        let configuration = AliasConfiguration {
            function,
            name: alias.name.clone(),
            version,
            additional: None,
            description: String::new(),
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
        let provisioned = alias.provisioned.filter(|environments| {
            let qualifier = Qualifier::Alias(id);
            let refused = refuse_provisioned(&self.platform, function, qualifier, *environments);
            if let Some(error) = &refused {
                self.remark(RemarkKind::Refused, logical_id, error.to_string());
            }
            refused.is_none()
        });
        if let Some(environments) = provisioned {
            self.make(Input::Provision {
                function,
                qualifier: Qualifier::Alias(id),
                environments,
            });
        }
        Some(NewAlias {
            id,
            name: alias.name.clone(),
            version,
            provisioned,
        })
    }
}
