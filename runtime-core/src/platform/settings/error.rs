//! Which setting, why, and what to do.

use super::{
    EPHEMERAL_STORAGE, MAX_HANDLER_LENGTH, MAX_LAYERS, MAX_NAME_LENGTH, MAX_VARIABLES_BYTES,
    MEMORY, TIMEOUT,
};
use crate::timeline::MAX_UNZIPPED_BYTES;
use crate::units::{ByteCount, MemoryMb, Span};
use std::fmt;

/// A setting of a function, so that a form can show an error where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// The function's name.
    Name,
    /// Its handler string.
    Handler,
    /// Its memory.
    Memory,
    /// Its timeout.
    Timeout,
    /// The size of its `/tmp`.
    EphemeralStorage,
    /// Its layers.
    Layers,
    /// Its environment variables.
    Variables,
    /// Its reserved concurrency.
    ReservedConcurrency,
    /// Its snapshots.
    SnapStart,
    /// How it is invoked asynchronously: [`QueueError`](super::QueueError) says what is wrong.
    Asynchronous,
}

/// Why a setting is not valid. `Display` is worded as AWS words it, [`SettingError::hint`] says
/// what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingError {
    /// There is no name.
    NameEmpty,
    /// More than 64 characters.
    NameTooLong {
        /// As given.
        name: String,
    },
    /// Characters other than letters, digits, `-` and `_`.
    NamePattern {
        /// As given.
        name: String,
    },
    /// Another function has this name.
    NameTaken {
        /// As given.
        name: String,
    },
    /// Empty, longer than 128 characters, or with white space.
    Handler {
        /// As given.
        handler: String,
    },
    /// Not 128 to 10,240 MB.
    Memory(MemoryMb),
    /// Not 1 to 900 whole seconds.
    Timeout(Span),
    /// Not 512 to 10,240 MB.
    EphemeralStorage(MemoryMb),
    /// More than five layers.
    TooManyLayers,
    /// Two versions of the same layer.
    LayerTwice {
        /// ARN of the earlier one.
        first: String,
        /// ARN of the later one.
        second: String,
    },
    /// The layers alone are larger than 250 MB once they are unzipped.
    LayersTooLarge,
    /// Code and layers together are.
    UnzippedTooLarge(ByteCount),
    /// The name of a variable is not a letter followed by letters, digits and underscores.
    VariableName {
        /// As given.
        key: String,
    },
    /// Variables that Lambda sets itself.
    ReservedVariables {
        /// Which.
        keys: Vec<String>,
    },
    /// All variables together are larger than 4 KB.
    VariablesTooLarge {
        /// The JSON object whose length counts.
        measured: String,
    },
    /// A function with snapshots has a `/tmp` of 512 MB.
    SnapStartStorage(MemoryMb),
    /// Too little would be left for functions without reserved concurrency.
    ReservedConcurrency {
        /// The most that this function can reserve.
        available: u32,
        /// What must stay unreserved.
        minimum: u32,
    },
    /// Less than what is provisioned of the function.
    BelowProvisioned {
        /// Environments that are provisioned, of all versions and aliases.
        provisioned: u32,
    },
}

impl SettingError {
    /// Which setting it is about.
    pub const fn setting(&self) -> Setting {
        match self {
            Self::NameEmpty
            | Self::NameTooLong { .. }
            | Self::NamePattern { .. }
            | Self::NameTaken { .. } => Setting::Name,
            Self::Handler { .. } => Setting::Handler,
            Self::Memory(_) => Setting::Memory,
            Self::Timeout(_) => Setting::Timeout,
            Self::EphemeralStorage(_) => Setting::EphemeralStorage,
            Self::TooManyLayers
            | Self::LayerTwice { .. }
            | Self::LayersTooLarge
            | Self::UnzippedTooLarge(_) => Setting::Layers,
            Self::VariableName { .. }
            | Self::ReservedVariables { .. }
            | Self::VariablesTooLarge { .. } => Setting::Variables,
            Self::ReservedConcurrency { .. } | Self::BelowProvisioned { .. } => {
                Setting::ReservedConcurrency
            }
            Self::SnapStartStorage(_) => Setting::SnapStart,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NameEmpty => "Give the function a name.".to_owned(),
            Self::NameTooLong { name } => format!(
                "Shorten the name by {} characters.",
                name.chars().count().saturating_sub(MAX_NAME_LENGTH)
            ),
            Self::NamePattern { .. } => {
                "Use letters, digits, hyphens and underscores only.".to_owned()
            }
            Self::NameTaken { .. } => "Choose another name, or change that function.".to_owned(),
            Self::Handler { .. } => format!(
                "Use `file.function` without spaces, at most {MAX_HANDLER_LENGTH} characters."
            ),
            Self::Memory(_) => "Choose 128 to 10,240 MB, in steps of 1 MB.".to_owned(),
            Self::Timeout(_) => "Choose 1 to 900 whole seconds (15 minutes).".to_owned(),
            Self::EphemeralStorage(_) => "Choose 512 to 10,240 MB, in steps of 1 MB.".to_owned(),
            Self::TooManyLayers => {
                "Remove a layer, or put two of them into one zip file.".to_owned()
            }
            Self::LayerTwice { .. } => "Remove one of the two.".to_owned(),
            Self::LayersTooLarge | Self::UnzippedTooLarge(_) => {
                "Leave out what the code does not need, or remove a layer.".to_owned()
            }
            Self::VariableName { .. } => "Begin with a letter, go on with letters, digits and \
                underscores; at least two characters."
                .to_owned(),
            Self::ReservedVariables { keys } => format!(
                "Rename {}: Lambda sets {} itself.",
                keys.join(", "),
                if keys.len() == 1 { "it" } else { "them" }
            ),
            Self::VariablesTooLarge { measured } => format!(
                "Names and values together take {} of {MAX_VARIABLES_BYTES} bytes, quotes and \
                 commas included. Put large values into the deployment package or the event.",
                measured.len()
            ),
            Self::SnapStartStorage(_) => {
                "Set ephemeral storage to 512 MB, or SnapStart to None.".to_owned()
            }
            Self::ReservedConcurrency { available, minimum } => format!(
                "Reserve {available} at most: {minimum} of the account's concurrency must stay \
                 unreserved, and other functions may hold some of the rest."
            ),
            Self::BelowProvisioned { provisioned } => {
                format!("Reserve {provisioned} or more, or remove provisioned concurrency first.")
            }
        }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameEmpty => constraint(
                f,
                "",
                "functionName",
                "have length greater than or equal to 1",
            ),
            Self::NameTooLong { name } => constraint(
                f,
                shortened(name, 80),
                "functionName",
                format_args!("have length less than or equal to {MAX_NAME_LENGTH}"),
            ),
            Self::NamePattern { name } => constraint(
                f,
                name,
                "functionName",
                "satisfy regular expression pattern: [a-zA-Z0-9-_]+",
            ),
            Self::NameTaken { name } => write!(f, "Function already exist: {name}"),
            Self::Handler { handler } if handler.chars().count() > MAX_HANDLER_LENGTH => {
                constraint(
                    f,
                    shortened(handler, 80),
                    "handler",
                    format_args!("have length less than or equal to {MAX_HANDLER_LENGTH}"),
                )
            }
            Self::Handler { handler } => constraint(
                f,
                handler,
                "handler",
                r"satisfy regular expression pattern: [^\s]+",
            ),
            Self::Memory(memory) => {
                let (least, most) = (MEMORY.start().get(), MEMORY.end().get());
                range(
                    f,
                    memory.get(),
                    "memorySize",
                    memory.get() < least,
                    least,
                    most,
                )
            }
            Self::Timeout(timeout) => {
                let seconds = Seconds(*timeout);
                if TIMEOUT.contains(timeout) {
                    return constraint(f, seconds, "timeout", "be a whole number of seconds");
                }
                range(f, seconds, "timeout", timeout < TIMEOUT.start(), 1, 900)
            }
            Self::EphemeralStorage(size) => {
                let (least, most) = (
                    EPHEMERAL_STORAGE.start().get(),
                    EPHEMERAL_STORAGE.end().get(),
                );
                range(
                    f,
                    size.get(),
                    "ephemeralStorage.size",
                    size.get() < least,
                    least,
                    most,
                )
            }
            Self::TooManyLayers => write!(f, "Cannot reference more than {MAX_LAYERS} layers."),
            Self::LayerTwice { first, second } => write!(
                f,
                "Two different versions of the same layer are not allowed to be referenced in the same function. {first} and {second} are versions of the same layer."
            ),
            Self::LayersTooLarge => write!(
                f,
                "Layers consume more than the available size of {MAX_UNZIPPED_BYTES} bytes"
            ),
            Self::UnzippedTooLarge(size) => write!(
                f,
                "Function code combined with layers exceeds the maximum allowed size of {MAX_UNZIPPED_BYTES} bytes. The actual size is {} bytes.",
                size.get()
            ),
            Self::VariableName { key } => constraint(
                f,
                shortened(key, 80),
                "environment.variables",
                "satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+",
            ),
            Self::ReservedVariables { keys } => write!(
                f,
                "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {}",
                keys.join(", ")
            ),
            Self::VariablesTooLarge { measured } => write!(
                f,
                "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {}",
                shortened(measured, 80)
            ),
            Self::SnapStartStorage(size) => write!(
                f,
                "SnapStart does not support ephemeral storage greater than 512 MB; the function has {} MB.",
                size.get()
            ),
            Self::ReservedConcurrency { minimum, .. } => write!(
                f,
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{minimum}]."
            ),
            // From memory: no public source with AWS's words was found.
            Self::BelowProvisioned { provisioned } => write!(
                f,
                "ReservedConcurrentExecutions should not be lower than function's total provisioned concurrency [{provisioned}]."
            ),
        }
    }
}

impl std::error::Error for SettingError {}

/// Seconds as they were given: `900.5`.
struct Seconds(Span);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        let text = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

fn range(
    f: &mut fmt::Formatter<'_>,
    value: impl fmt::Display,
    field: &str,
    too_small: bool,
    least: u32,
    most: u32,
) -> fmt::Result {
    if too_small {
        let bound = format!("have value greater than or equal to {least}");
        constraint(f, value, field, bound)
    } else {
        let bound = format!("have value less than or equal to {most}");
        constraint(f, value, field, bound)
    }
}

/// The wording of the Lambda API's validation.
fn constraint(
    f: &mut fmt::Formatter<'_>,
    value: impl fmt::Display,
    field: &str,
    must: impl fmt::Display,
) -> fmt::Result {
    write!(
        f,
        "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must {must}"
    )
}

fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
