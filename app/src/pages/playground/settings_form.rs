//! A function's settings while they are being edited: texts that may be nonsense, until they are
//! not.

use runtime_core::platform::{Platform, Setting, refuse_reserved, validate, validate_async};
use runtime_core::timeline::{
    Architecture, AsyncConfiguration, ClockSetting, Destination, FunctionConfiguration, Runtime,
    SnapStart,
};
use runtime_core::units::{FunctionId, MemoryMb, Span};

/// What the form holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) runtime: Runtime,
    pub(super) handler: String,
    pub(super) memory: String,
    pub(super) timeout: String,
    pub(super) architecture: Architecture,
    pub(super) storage: String,
    pub(super) variables: Vec<(String, String)>,
    pub(super) reserved: String,
    pub(super) clock: ClockSetting,
    pub(super) snap_start: SnapStart,
    pub(super) retries: String,
    pub(super) event_age: String,
    pub(super) on_success: Option<Destination>,
    pub(super) on_failure: Option<Destination>,
    pub(super) dead_letter_queue: Option<Destination>,
}

/// What is wrong with a field, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) setting: Setting,
    pub(super) cause: String,
    pub(super) hint: String,
}

impl Draft {
    pub(super) fn of(configuration: &FunctionConfiguration) -> Self {
        let variables = configuration.variables.iter();
        Draft {
            name: configuration.name.clone(),
            runtime: configuration.runtime,
            handler: configuration.handler.clone(),
            memory: configuration.memory.get().to_string(),
            timeout: (configuration.timeout.as_nanos() / 1_000_000_000).to_string(),
            architecture: configuration.architecture,
            storage: configuration.ephemeral_storage.get().to_string(),
            variables: variables
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            reserved: configuration
                .reserved_concurrency
                .map_or_else(String::new, |it| it.to_string()),
            clock: configuration.clock,
            snap_start: configuration.snap_start,
            retries: configuration
                .asynchronous
                .maximum_retry_attempts
                .to_string(),
            event_age: (configuration.asynchronous.maximum_event_age.as_nanos() / 1_000_000_000)
                .to_string(),
            on_success: configuration.asynchronous.on_success,
            on_failure: configuration.asynchronous.on_failure,
            dead_letter_queue: configuration
                .asynchronous
                .dead_letter_queue
                .map(Destination::from),
        }
    }

    /// Adds asynchronous invocation to what the rest of the draft means.
    pub(super) fn read_async(
        &self,
        read: Result<FunctionConfiguration, Vec<Mistake>>,
        platform: &Platform,
    ) -> Result<FunctionConfiguration, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let setting = Setting::Asynchronous;
        let retries = whole(&self.retries, setting, "retries", &mut mistakes);
        let age = whole(&self.event_age, setting, "seconds", &mut mistakes);
        let asynchronous = AsyncConfiguration {
            maximum_retry_attempts: retries.unwrap_or_default(),
            maximum_event_age: Span::from_secs(u64::from(age.unwrap_or_default())),
            on_success: self.on_success,
            on_failure: self.on_failure,
            dead_letter_queue: match self.dead_letter_queue {
                Some(Destination::Queue(queue)) => Some(queue.into()),
                Some(Destination::Source(source)) => Some(source.into()),
                Some(Destination::Function(_)) | None => None,
            },
        };
        if mistakes.is_empty() {
            let errors = validate_async(&asynchronous, platform);
            mistakes.extend(errors.iter().map(|error| Mistake {
                setting,
                cause: error.to_string(),
                hint: error.hint().to_owned(),
            }));
        }
        match read {
            Ok(configuration) if mistakes.is_empty() => Ok(FunctionConfiguration {
                asynchronous,
                ..configuration
            }),
            Ok(_) => Err(mistakes),
            Err(mut others) => {
                others.extend(mistakes);
                Err(others)
            }
        }
    }

    /// The configuration that the draft means, or everything that is wrong with it.
    pub(super) fn read(
        &self,
        base: &FunctionConfiguration,
        others: &[FunctionConfiguration],
        account_concurrency: u32,
    ) -> Result<FunctionConfiguration, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut configuration = base.clone();
        configuration.name = self.name.trim().to_owned();
        configuration.runtime = self.runtime;
        configuration.handler = self.handler.trim().to_owned();
        configuration.architecture = self.architecture;
        configuration.clock = self.clock;
        configuration.snap_start = self.snap_start;
        if let Some(memory) = whole(&self.memory, Setting::Memory, "MB", &mut mistakes) {
            configuration.memory = MemoryMb::new(memory);
        }
        if let Some(seconds) = whole(&self.timeout, Setting::Timeout, "seconds", &mut mistakes) {
            configuration.timeout = Span::from_secs(u64::from(seconds));
        }
        if let Some(storage) = whole(
            &self.storage,
            Setting::EphemeralStorage,
            "MB",
            &mut mistakes,
        ) {
            configuration.ephemeral_storage = MemoryMb::new(storage);
        }
        configuration.reserved_concurrency = match self.reserved.trim() {
            "" => None,
            text => whole(
                text,
                Setting::ReservedConcurrency,
                "requests",
                &mut mistakes,
            ),
        };
        configuration.variables.clear();
        for (key, value) in &self.variables {
            // A row that was added and not filled in is no variable.
            if key.is_empty() && value.is_empty() {
                continue;
            }
            if configuration
                .variables
                .insert(key.clone(), value.clone())
                .is_some()
            {
                mistakes.push(Mistake {
                    setting: Setting::Variables,
                    cause: format!("{key} is there twice."),
                    hint: "Remove one of them.".into(),
                });
            }
        }
        for error in validate(&configuration, others, account_concurrency) {
            let setting = error.setting();
            // A field that is no number has its message already.
            if !mistakes
                .iter()
                .any(|it| it.setting == setting && setting != Setting::Variables)
            {
                let (cause, hint) = (error.to_string(), error.hint());
                mistakes.push(Mistake {
                    setting,
                    cause,
                    hint,
                });
            }
        }
        if mistakes.is_empty() {
            Ok(configuration)
        } else {
            Err(mistakes)
        }
    }
}

/// Settings that were read, if they agree with what is provisioned.
pub(super) fn beside_provisioned(
    read: Result<FunctionConfiguration, Vec<Mistake>>,
    platform: &Platform,
    function: FunctionId,
) -> Result<FunctionConfiguration, Vec<Mistake>> {
    let read = read?;
    let reserved = read.reserved_concurrency;
    match reserved.and_then(|it| refuse_reserved(platform, function, it)) {
        Some(error) => Err(vec![Mistake {
            setting: error.setting(),
            cause: error.to_string(),
            hint: error.hint(),
        }]),
        None => Ok(read),
    }
}

fn whole(text: &str, setting: Setting, unit: &str, mistakes: &mut Vec<Mistake>) -> Option<u32> {
    let text = text.trim();
    let number = text.parse().ok();
    if number.is_none() {
        mistakes.push(Mistake {
            setting,
            cause: format!("\"{text}\" is not a whole number."),
            hint: format!("Type whole {unit}, digits only."),
        });
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::timeline::HandlerKind;
    use runtime_core::units::{ByteCount, PackageId};

    fn configuration() -> FunctionConfiguration {
        FunctionConfiguration {
            name: "f".into(),
            package: PackageId(1),
            runtime: Runtime::Python312,
            handler: "app.handler".into(),
            kind: HandlerKind::Reactor,
            code_size: ByteCount::new(10),
            unzipped_size: ByteCount::default(),
            layers: Vec::new(),
            initial_memory: ByteCount::new(65_536),
            memory: MemoryMb::new(128),
            timeout: Span::from_secs(3),
            architecture: Architecture::X86_64,
            ephemeral_storage: MemoryMb::new(512),
            variables: [("STAGE".to_owned(), "test".to_owned())].into(),
            reserved_concurrency: Some(5),
            clock: ClockSetting::default(),
            snap_start: SnapStart::None,
            asynchronous: Default::default(),
        }
    }

    #[test]
    fn a_draft_reads_back_as_what_it_was_made_of() {
        let configuration = configuration();
        assert_eq!(
            Draft::of(&configuration).read(&configuration, &[], 1_000),
            Ok(configuration.clone())
        );
    }

    #[test]
    fn nonsense_is_named_where_it_stands() {
        let configuration = configuration();
        let mut draft = Draft::of(&configuration);
        draft.memory = "lots".into();
        draft.timeout = "901".into();
        draft.storage = "1e3".into();
        draft.reserved = "-1".into();
        draft.name = "a b".into();
        draft.handler = "app handler".into();
        draft.variables = vec![
            ("AWS_REGION".into(), "moon".into()),
            ("A1".into(), "x".into()),
            ("A1".into(), "y".into()),
            (String::new(), String::new()),
        ];
        let mistakes = draft
            .read(&configuration, &[], 1_000)
            .err()
            .unwrap_or_default();
        let count = |setting| mistakes.iter().filter(|it| it.setting == setting).count();
        for setting in [
            Setting::Name,
            Setting::Handler,
            Setting::Memory,
            Setting::Timeout,
            Setting::EphemeralStorage,
            Setting::ReservedConcurrency,
        ] {
            assert_eq!(count(setting), 1, "{setting:?}: {mistakes:?}");
        }
        assert_eq!(count(Setting::Variables), 2, "{mistakes:?}");
    }
}
