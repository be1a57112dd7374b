//! Validation of a function's settings, as AWS validates them.
//!
//! ```text
//! settings            validate: every setting against its limits
//! settings/layers     a function's layers: how many, which, how large
//! settings/error      SettingError: which setting, why, and what to do
//! settings/queues     queues, messages, mappings, asynchronous invocation
//! settings/queue_error  QueueError: what can be wrong with them
//! settings/versions   aliases and provisioned concurrency, and what can be wrong with them
//! settings/streams   streams, records, and the mappings that read them
//! settings/stream_error  StreamError: what can be wrong with them
//! settings/variables  reserved environment variables, and the whole environment of a handler
//! ```

mod error;
mod layers;
mod queue_error;
mod queues;
mod stream_error;
mod streams;
mod variables;
mod versions;

pub use error::{Setting, SettingError};
pub use layers::{MAX_LAYERS, layer_error, layers_error};
pub use queue_error::{QueueError, SentOn};
pub use queues::*;
pub use stream_error::StreamError;
pub use streams::*;
pub use variables::{
    RESERVED_VARIABLES, environment_variables, log_stream_name, reserved_variables,
};
pub use versions::*;

use crate::timeline::{FunctionConfiguration, SnapStart};
use crate::units::{MemoryMb, Span};
use std::ops::RangeInclusive;

/// The longest name of a function (Lambda quotas page).
pub const MAX_NAME_LENGTH: usize = 64;
/// The longest handler string (Lambda API reference, CreateFunction).
pub const MAX_HANDLER_LENGTH: usize = 128;
/// Memory that a function can have (Lambda quotas page).
pub const MEMORY: RangeInclusive<MemoryMb> = MemoryMb::new(128)..=MemoryMb::new(10_240);
/// The default memory of a function (Lambda quotas page).
pub const DEFAULT_MEMORY: MemoryMb = MemoryMb::new(128);
/// Timeouts that a function can have, in whole seconds (Lambda quotas page).
pub const TIMEOUT: RangeInclusive<Span> = Span::from_secs(1)..=Span::from_secs(900);
/// The default timeout of a function (Lambda API reference, CreateFunction).
pub const DEFAULT_TIMEOUT: Span = Span::from_secs(3);
/// Sizes that `/tmp` can have (Lambda quotas page); the smallest is the default.
pub const EPHEMERAL_STORAGE: RangeInclusive<MemoryMb> = MemoryMb::new(512)..=MemoryMb::new(10_240);
/// The most that a function's variables can take, in bytes, measured as the JSON object that AWS
/// stores: names, values, quotes, commas and braces ("Troubleshoot deployment issues in Lambda").
pub const MAX_VARIABLES_BYTES: usize = 4_096;
/// Account concurrency that cannot be reserved ("Configuring reserved concurrency").
pub const MIN_UNRESERVED_CONCURRENCY: u32 = 100;

/// Everything that is wrong with a function's settings; empty if they are valid. `others` are the
/// account's other functions, whose names and reserved concurrency are taken.
pub fn validate<'a>(
    configuration: &FunctionConfiguration,
    others: impl IntoIterator<Item = &'a FunctionConfiguration>,
    account_concurrency: u32,
) -> Vec<SettingError> {
    let mut errors = Vec::new();
    let mut taken: u32 = 0;
    let mut duplicate = false;
    for other in others {
        taken = taken.saturating_add(other.reserved_concurrency.unwrap_or(0));
        duplicate |= other.name == configuration.name;
    }
    let name = &configuration.name;
    errors.extend(name_error(name));
    if duplicate {
        errors.push(SettingError::NameTaken { name: name.clone() });
    }
    let handler = &configuration.handler;
    let spaced = handler.contains(char::is_whitespace);
    if handler.is_empty() || spaced || handler.chars().count() > MAX_HANDLER_LENGTH {
        errors.push(SettingError::Handler {
            handler: handler.clone(),
        });
    }
    if !MEMORY.contains(&configuration.memory) {
        errors.push(SettingError::Memory(configuration.memory));
    }
    let whole = configuration
        .timeout
        .as_nanos()
        .is_multiple_of(1_000_000_000);
    if !TIMEOUT.contains(&configuration.timeout) || !whole {
        errors.push(SettingError::Timeout(configuration.timeout));
    }
    if !EPHEMERAL_STORAGE.contains(&configuration.ephemeral_storage) {
        errors.push(SettingError::EphemeralStorage(
            configuration.ephemeral_storage,
        ));
    }
    // "Improving startup performance with Lambda SnapStart", limitations.
    if configuration.snap_start != SnapStart::None
        && configuration.ephemeral_storage > *EPHEMERAL_STORAGE.start()
    {
        errors.push(SettingError::SnapStartStorage(
            configuration.ephemeral_storage,
        ));
    }
    errors.extend(layers_error(configuration));
    errors.extend(variable_errors(configuration));
    if let Some(reserved) = configuration.reserved_concurrency {
        // Accounts with a small quota have a smaller minimum: all of it (messages of AWS that name
        // 10 and 50 as the minimum, for accounts of that size).
        let minimum = MIN_UNRESERVED_CONCURRENCY.min(account_concurrency);
        let available = account_concurrency
            .saturating_sub(minimum)
            .saturating_sub(taken);
        if reserved > available {
            errors.push(SettingError::ReservedConcurrency { available, minimum });
        }
    }
    errors
}

fn name_error(name: &str) -> Option<SettingError> {
    let length = name.chars().count();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if length == 0 {
        Some(SettingError::NameEmpty)
    } else if length > MAX_NAME_LENGTH {
        Some(SettingError::NameTooLong {
            name: name.to_owned(),
        })
    } else if !name.chars().all(allowed) {
        Some(SettingError::NamePattern {
            name: name.to_owned(),
        })
    } else {
        None
    }
}

fn variable_errors(configuration: &FunctionConfiguration) -> Vec<SettingError> {
    let keys = || configuration.variables.keys();
    let is_reserved = |key: &str| RESERVED_VARIABLES.contains(&key);
    let reserved: Vec<String> = keys().filter(|key| is_reserved(key)).cloned().collect();
    let mut errors: Vec<SettingError> = keys()
        .filter(|key| !is_reserved(key) && !is_variable_name(key))
        .map(|key| SettingError::VariableName { key: key.clone() })
        .collect();
    if !reserved.is_empty() {
        errors.push(SettingError::ReservedVariables { keys: reserved });
    }
    let measured = serde_json::to_string(&configuration.variables).unwrap_or_default();
    if measured.len() > MAX_VARIABLES_BYTES {
        errors.push(SettingError::VariablesTooLarge { measured });
    }
    errors
}

/// `[a-zA-Z]([a-zA-Z0-9_])+` (Lambda API reference, Environment).
fn is_variable_name(key: &str) -> bool {
    key.len() >= 2
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod queue_tests;
#[cfg(test)]
mod stream_tests;
#[cfg(test)]
mod tests;
