//! How large a pattern may be.

use super::dialect::Dialect;
use super::error::{PatternError, PatternFault};
use super::tree::{Branch, Clause, Fields, Test};
use std::collections::BTreeSet;

/// The longest event pattern in characters, by default; AWS raises it to 4,096 on request
/// (EventBridge, "Amazon EventBridge quotas").
const EVENT_BRIDGE_CHARACTERS: usize = 2_048;
/// The longest pattern of a filter in characters (Lambda API reference, "Filter").
const LAMBDA_CHARACTERS: usize = 4_096;
/// The largest filter policy in bytes (SNS, "Filter policy constraints"), as the rest.
const SNS_BYTES: usize = 256 * 1024;
const SNS_KEYS: usize = 5;
const SNS_COMBINATIONS: u64 = 150;
const SNS_WILDCARDS: usize = 3;
const SNS_WILDCARD_POINTS: u64 = 100;
/// The most combinations of `$or` (EventBridge, "Comparison operators for use in event
/// patterns").
const EVENT_BRIDGE_COMBINATIONS: u64 = 1_000;

/// Before parsing, so that nothing huge is looked into.
pub(super) fn length(text: &str, dialect: Dialect) -> Result<(), PatternError> {
    let (limit, length) = match dialect {
        Dialect::EventBridge => (EVENT_BRIDGE_CHARACTERS, text.chars().count()),
        Dialect::Lambda => (LAMBDA_CHARACTERS, text.chars().count()),
        Dialect::SnsAttributes | Dialect::SnsBody => (SNS_BYTES, text.len()),
    };
    if length <= limit {
        return Ok(());
    }
    let first_too_many = match dialect.is_sns() {
        true => limit,
        false => text.char_indices().nth(limit).map_or(0, |(at, _)| at),
    };
    let fault = PatternFault::TooLong { limit, length };
    Err(PatternError::new(text, first_too_many, fault))
}

/// After parsing.
pub(super) fn size(pattern: &Fields, dialect: Dialect) -> Result<(), PatternFault> {
    if !dialect.is_sns() {
        let count = combinations(pattern, 1, &|_, _| 1);
        let limit = EVENT_BRIDGE_COMBINATIONS;
        return match count > limit {
            true => Err(PatternFault::TooManyCombinations { limit, count }),
            false => Ok(()),
        };
    }
    let mut keys = BTreeSet::new();
    leaves(pattern, &mut Vec::new(), &mut |path, _| {
        keys.insert(path.to_vec());
    });
    let (limit, count) = (SNS_KEYS, keys.len());
    if count > limit {
        return Err(PatternFault::TooManyKeys { limit, count });
    }
    // Values times the level they are on; "AND/OR logic" adds the alternatives up.
    let count = combinations(pattern, 1, &|tests, level| {
        u64::try_from(tests.len()).map_or(u64::MAX, |values| values.saturating_mul(level))
    });
    let limit = SNS_COMBINATIONS;
    if count > limit {
        return Err(PatternFault::TooManyCombinations { limit, count });
    }
    wildcards(pattern)
}

fn combinations(pattern: &Fields, level: u64, leaf: &dyn Fn(&[Test], u64) -> u64) -> u64 {
    let clauses = pattern.clauses.iter().map(|clause| match clause {
        Clause::Field(_, Branch::Leaf(tests)) => leaf(tests, level),
        Clause::Field(_, Branch::Parts(parts)) => combinations(parts, level + 1, leaf),
        Clause::Or(alternatives) => alternatives
            .iter()
            .map(|alternative| combinations(alternative, level, leaf))
            .fold(0, u64::saturating_add),
    });
    clauses.fold(1, u64::saturating_mul)
}

fn leaves<'a>(
    pattern: &'a Fields,
    path: &mut Vec<&'a str>,
    found: &mut dyn FnMut(&[&'a str], &[Test]),
) {
    for clause in &pattern.clauses {
        match clause {
            Clause::Field(name, branch) => {
                path.push(name);
                match branch {
                    Branch::Leaf(tests) => found(path, tests),
                    Branch::Parts(parts) => leaves(parts, path, found),
                }
                path.pop();
            }
            Clause::Or(alternatives) => {
                for alternative in alternatives {
                    leaves(alternative, path, found);
                }
            }
        }
    }
}

/// "Wildcard pattern usage guidelines": a value with one asterisk has 1 point, with several 3
/// points, anything-but 1 point more; a field's points are multiplied by how many such values it
/// has. Policies without a wildcard have no points.
fn wildcards(pattern: &Fields) -> Result<(), PatternFault> {
    let (mut most, mut any, mut points) = (0, false, 0_u64);
    leaves(pattern, &mut Vec::new(), &mut |_, tests| {
        let (mut sum, mut patterns) = (0_u64, 0_u64);
        for test in tests {
            let (own, texts) = match test {
                Test::Wildcard(_) => (0, std::slice::from_ref(test)),
                Test::AnythingBut(excluded) => (1, excluded.as_slice()),
                _ => continue,
            };
            patterns += 1;
            sum += own;
            for text in texts {
                if let Test::Wildcard(wildcard) = text {
                    any = true;
                    most = most.max(wildcard.wildcards());
                    sum += match wildcard.wildcards() {
                        0 => 0,
                        1 => 1,
                        _ => 3,
                    };
                }
            }
        }
        points = points.saturating_add(sum.saturating_mul(patterns));
    });
    if most > SNS_WILDCARDS {
        let (limit, count) = (SNS_WILDCARDS, most);
        return Err(PatternFault::TooManyWildcards { limit, count });
    }
    if any && points > SNS_WILDCARD_POINTS {
        let limit = SNS_WILDCARD_POINTS;
        return Err(PatternFault::WildcardComplexity { limit, points });
    }
    Ok(())
}
