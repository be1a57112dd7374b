//! How functions are invoked asynchronously: destinations, dead-letter queues, retries.

use super::super::resolve::Resolved;
use super::builder::Builder;
use super::{Found, Section};
use crate::platform::{QueueError, validate_async};
use crate::timeline::{AsyncConfiguration, Destination, FailureTarget};
use crate::units::{FunctionId, Span};

impl Builder<'_> {
    pub(super) fn asynchronous(&mut self, found: &[Found<'_>]) {
        for resource in found {
            if resource.is_function() {
                let Some(id) = self.stack.function_id(resource.logical) else {
                    continue;
                };
                let mut settings = AsyncConfiguration::default();
                let mut places = Vec::new();
                for key in ["DeadLetterQueue", "DeadLetterConfig"] {
                    if let Some((value, path)) = resource.property(key) {
                        let section = Section::of(value, path, self.log);
                        self.dead_letters(&section, &mut settings);
                        places.push(section);
                    }
                }
                if let Some((value, path)) = resource.property("EventInvokeConfig") {
                    let section = Section::of(value, path, self.log);
                    self.invoke_config(&section, &mut settings);
                    places.push(section);
                }
                if let Some(section) = places.last() {
                    self.set_asynchronous(id, settings, section);
                }
            } else if resource.kind == "AWS::Lambda::EventInvokeConfig" {
                self.has_read(resource.logical);
                let section = resource.section(self.log);
                if section.text("Qualifier").is_some_and(|it| it != "$LATEST") {
                    section.change("Qualifier", "It is for the function as a whole here.");
                }
                let Some((id, _)) = self.target(&section, "FunctionName") else {
                    continue;
                };
                let settings = self.stack.function(id);
                let mut settings = settings
                    .map(|it| it.configuration.asynchronous)
                    .unwrap_or_default();
                self.invoke_config(&section, &mut settings);
                self.set_asynchronous(id, settings, &section);
            }
        }
    }

    fn set_asynchronous(
        &mut self,
        id: FunctionId,
        settings: AsyncConfiguration,
        section: &Section<'_>,
    ) {
        let errors = validate_async(&settings, &self.platform);
        for error in &errors {
            let key = match error {
                QueueError::EventAge(_) => "MaximumEventAgeInSeconds",
                QueueError::Retries(_) => "MaximumRetryAttempts",
                _ => "",
            };
            section.refuse(key, error.to_string());
        }
        if errors.is_empty()
            && let Some(function) = self.stack.functions.get_mut(id.0 as usize)
        {
            function.configuration.asynchronous = settings;
        }
    }

    fn dead_letters(&mut self, section: &Section<'_>, settings: &mut AsyncConfiguration) {
        section.done(&["Type"]);
        if let Some(target) = section.value("TargetArn") {
            match self.failure_target(target) {
                Some(target) => settings.dead_letter_queue = Some(target),
                None => section.skip(
                    "TargetArn",
                    "Dead letters go to queues and topics of this template only.",
                ),
            }
        }
    }

    fn invoke_config(&mut self, section: &Section<'_>, settings: &mut AsyncConfiguration) {
        if let Some(seconds) = section.number("MaximumEventAgeInSeconds") {
            settings.maximum_event_age = Span::from_secs(seconds);
        }
        if let Some(attempts) = section.number("MaximumRetryAttempts") {
            settings.maximum_retry_attempts = attempts;
        }
        let Some(destinations) = section.section("DestinationConfig") else {
            return;
        };
        for key in ["OnSuccess", "OnFailure"] {
            let Some(own) = destinations.section(key) else {
                continue;
            };
            own.done(&["Type"]);
            let Some(value) = own.value("Destination") else {
                own.skip(
                    "",
                    "Without a Destination SAM makes one: name what is in this template.",
                );
                continue;
            };
            let Some(destination) = self.destination(value) else {
                own.skip(
                    "Destination",
                    "Records go to queues, functions, topics, buses and buckets of this template only.",
                );
                continue;
            };
            match key {
                "OnSuccess" => settings.on_success = Some(destination),
                _ => settings.on_failure = Some(destination),
            }
        }
    }

    fn destination(&mut self, value: &Resolved) -> Option<Destination> {
        if let Some((id, _)) = self.function(value) {
            return Some(Destination::Function(id));
        }
        self.failure_target(value).map(Destination::from)
    }

    /// A queue, or a topic, bus or bucket: what of these takes what is validated with all settings.
    fn failure_target(&mut self, value: &Resolved) -> Option<FailureTarget> {
        let queue = self.queue(value).map(FailureTarget::from);
        queue.or_else(|| self.sink(value).map(FailureTarget::from))
    }
}
