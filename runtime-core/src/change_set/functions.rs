//! Functions.

use super::code;
use super::data::{NewFunction, NewUrl};
use super::plan::Planner;
use super::remark::RemarkKind;
use crate::platform::{Input, Setting, validate};
use crate::template::{Code, StackFunction, TriggerSource};
use crate::timeline::FunctionConfiguration;
use crate::units::FunctionId;

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
            let dead = asynchronous
                .dead_letter_queue
                .and_then(|it| self.failure_target(it));
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
            self.versions(function);
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
            version: None,
            version_description: function.version_description.clone().unwrap_or_default(),
            url: self.url(logical_id),
            tags: function.tags.clone().into_iter().collect(),
            traced: function.traced,
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

    fn url(&self, logical_id: &str) -> Option<NewUrl> {
        let mut triggers = self.stack.triggers.iter();
        triggers.find_map(|it| match &it.source {
            TriggerSource::FunctionUrl {
                auth,
                streamed,
                cors,
            } if it.function == logical_id => Some(NewUrl {
                signed: auth == "AWS_IAM",
                streamed: *streamed,
                cors: cors.clone(),
            }),
            _ => None,
        })
    }
}
