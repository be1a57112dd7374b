//! Settings of queues and mappings while they are being edited: texts that may be nonsense.

use crate::session::{NewMessages, Reading};
use runtime_core::events::pattern::{DEFAULT_FILTERS, FilterCriteria, FilterSource};
use runtime_core::platform::{validate_mapping, validate_message, validate_queue};
use runtime_core::timeline::{
    MappingConfiguration, ProvisionedPollers, QueueConfiguration, Redrive,
};
use runtime_core::units::{FunctionId, MappingId, QueueId, Span};

/// What is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages::playground) struct Mistake {
    pub(in crate::pages::playground) cause: String,
    pub(in crate::pages::playground) hint: String,
}

impl Mistake {
    pub(in crate::pages::playground) fn new(
        cause: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Mistake {
            cause: cause.into(),
            hint: hint.into(),
        }
    }

    fn number(label: &str, text: &str) -> Self {
        Mistake {
            cause: format!("{label}: \"{}\" is not a whole number.", text.trim()),
            hint: "Type digits only.".to_owned(),
        }
    }
}

/// A queue's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueueDraft {
    pub(super) name: String,
    pub(super) visibility: String,
    pub(super) delay: String,
    pub(super) retention: String,
    pub(super) dead_letter_queue: Option<QueueId>,
    pub(super) receives: String,
    pub(super) content_based: bool,
}

impl QueueDraft {
    pub(super) fn of(configuration: &QueueConfiguration) -> Self {
        let redrive = configuration.redrive;
        QueueDraft {
            name: configuration.name.clone(),
            visibility: seconds(configuration.visibility_timeout),
            delay: seconds(configuration.delay),
            retention: seconds(configuration.retention),
            dead_letter_queue: redrive.map(|it| it.dead_letter_queue),
            receives: redrive.map_or_else(|| "5".to_owned(), |it| it.maximum_receives.to_string()),
            content_based: configuration.content_based_deduplication,
        }
    }

    /// What it means for the queue, or all that is wrong with it.
    pub(super) fn read(
        &self,
        queue: QueueId,
        reading: &Reading<'_>,
    ) -> Result<QueueConfiguration, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut span = |label, text: &str| {
            let read = whole(label, text).map(|it| Span::from_secs(u64::from(it)));
            read.map_err(|mistake| mistakes.push(mistake))
                .unwrap_or_default()
        };
        let mut configuration = QueueConfiguration {
            name: self.name.trim().to_owned(),
            visibility_timeout: span("Visibility timeout", &self.visibility),
            delay: span("Delay", &self.delay),
            retention: span("Retention", &self.retention),
            redrive: None,
            content_based_deduplication: self.content_based,
        };
        if let Some(dead_letter_queue) = self.dead_letter_queue {
            match whole("Maximum receives", &self.receives) {
                Ok(maximum_receives) => {
                    configuration.redrive = Some(Redrive {
                        dead_letter_queue,
                        maximum_receives,
                    });
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let errors = validate_queue(&configuration, queue, reading.platform());
        told(configuration, errors)
    }
}

/// A mapping's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MappingDraft {
    pub(super) function: Option<FunctionId>,
    pub(super) batch_size: String,
    pub(super) window: String,
    pub(super) concurrency: String,
    /// Both empty without provisioned mode.
    pub(super) minimum_pollers: String,
    pub(super) maximum_pollers: String,
    pub(super) report_failures: bool,
    /// A pattern a line.
    pub(super) filters: String,
}

impl MappingDraft {
    pub(super) fn new(function: Option<FunctionId>) -> Self {
        MappingDraft {
            function,
            batch_size: "10".to_owned(),
            window: "0".to_owned(),
            concurrency: String::new(),
            minimum_pollers: String::new(),
            maximum_pollers: String::new(),
            report_failures: false,
            filters: String::new(),
        }
    }

    pub(super) fn of(configuration: &MappingConfiguration) -> Self {
        let told = |number: Option<u32>| number.map_or_else(String::new, |it| it.to_string());
        let pollers = configuration.pollers();
        MappingDraft {
            function: Some(configuration.function),
            batch_size: configuration.batch_size.to_string(),
            window: seconds(configuration.window),
            concurrency: told(configuration.maximum_concurrency()),
            minimum_pollers: told(pollers.map(|it| it.minimum)),
            maximum_pollers: told(pollers.map(|it| it.maximum)),
            report_failures: configuration.report_failures,
            filters: configuration.filters.join("\n"),
        }
    }

    /// What it means for the mapping, or all that is wrong with it.
    pub(super) fn read(
        &self,
        mapping: MappingId,
        queue: QueueId,
        reading: &Reading<'_>,
    ) -> Result<MappingConfiguration, Vec<Mistake>> {
        let Some(function) = self.function else {
            return Err(vec![Mistake {
                cause: "No function is chosen.".to_owned(),
                hint: "Make one first: the samples are a start.".to_owned(),
            }]);
        };
        let mut mistakes = Vec::new();
        let mut number = |label, text: &str| {
            let read = whole(label, text);
            read.map_err(|mistake| mistakes.push(mistake))
                .unwrap_or_default()
        };
        let before = reading.platform().mapping(mapping);
        let mut configuration = MappingConfiguration {
            enabled: before.is_none_or(|it| it.enabled),
            batch_size: number("Batch size", &self.batch_size),
            window: Span::from_secs(u64::from(number("Batch window", &self.window))),
            report_failures: self.report_failures,
            filters: self
                .filters
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            ..MappingConfiguration::between(queue, function)
        };
        let mut optional = |label, text: &str| match text.trim() {
            "" => None,
            text => Some(number(label, text)),
        };
        configuration.limit_concurrency(optional("Maximum concurrency", &self.concurrency));
        let minimum = optional("Minimum pollers", &self.minimum_pollers);
        let maximum = optional("Maximum pollers", &self.maximum_pollers);
        let usual = ProvisionedPollers::DEFAULT;
        configuration.provision_pollers(minimum.or(maximum).map(|_| ProvisionedPollers {
            minimum: minimum.unwrap_or(usual.minimum),
            maximum: maximum.unwrap_or(usual.maximum),
        }));
        let filters = &configuration.filters;
        if let Err(error) = FilterCriteria::parse(filters, FilterSource::Sqs, DEFAULT_FILTERS) {
            mistakes.push(Mistake {
                cause: error.to_string(),
                hint: error.error.hint(),
            });
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let errors = validate_mapping(&configuration, mapping, reading.platform());
        told(configuration, errors)
    }
}

/// Messages to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages::playground) struct SendDraft {
    pub(in crate::pages::playground) body: String,
    pub(in crate::pages::playground) count: String,
    pub(in crate::pages::playground) group: String,
    pub(in crate::pages::playground) deduplication: String,
}

impl Default for SendDraft {
    fn default() -> Self {
        SendDraft {
            body: "{\"order\": {n}}".to_owned(),
            count: "1".to_owned(),
            group: "customer-1".to_owned(),
            deduplication: "order-{n}".to_owned(),
        }
    }
}

impl SendDraft {
    /// What it means for the queue, or what is wrong with it.
    pub(in crate::pages::playground) fn read(
        &self,
        queue: QueueId,
        most: u32,
        reading: &Reading<'_>,
    ) -> Result<NewMessages, Mistake> {
        let count = whole("Messages", &self.count)?;
        if !(1..=most).contains(&count) {
            return Err(Mistake {
                cause: format!("{count} messages cannot be sent at once."),
                hint: format!("Type 1 to {most}."),
            });
        }
        let Some(configuration) = reading.platform().queue_configuration(queue) else {
            return Err(Mistake {
                cause: "There is no such queue.".to_owned(),
                hint: String::new(),
            });
        };
        let given = |text: &str| {
            let text = text.trim();
            (configuration.is_fifo() && !text.is_empty()).then(|| text.to_owned())
        };
        let group = given(&self.group);
        // Without an id of its own a message's body is one.
        let deduplication = given(&self.deduplication);
        let (body, own) = (&self.body, deduplication.as_deref());
        match validate_message(configuration, body, group.as_deref(), own) {
            Some(error) => Err(Mistake {
                cause: error.to_string(),
                hint: error.hint().to_owned(),
            }),
            None => Ok(NewMessages {
                queue,
                body: body.clone(),
                count,
                group: group.map(Into::into),
                deduplication: deduplication
                    .or_else(|| configuration.is_fifo().then(|| body.clone())),
            }),
        }
    }
}

fn told<T>(
    configuration: T,
    errors: Vec<runtime_core::platform::QueueError>,
) -> Result<T, Vec<Mistake>> {
    match errors.is_empty() {
        true => Ok(configuration),
        false => Err(errors
            .iter()
            .map(|error| Mistake {
                cause: error.to_string(),
                hint: error.hint().to_owned(),
            })
            .collect()),
    }
}

pub(in crate::pages::playground) fn seconds(span: Span) -> String {
    (span.as_nanos() / 1_000_000_000).to_string()
}

pub(in crate::pages::playground) fn whole(label: &str, text: &str) -> Result<u32, Mistake> {
    let number = text.trim().parse();
    number.map_err(|_| Mistake::number(label, text))
}
