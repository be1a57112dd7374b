//! Where a generator's events can go, and what they have to say there. What is sent is read as if it had been
//! typed into the forms for one.

use crate::pages::playground::queues::drafts::{Mistake, SendDraft};
use crate::pages::playground::sources::drafts::HappenDraft;
use crate::pages::playground::streams::puts::{Doing, ItemDraft, PutDraft};
use crate::session::{Command, InvocationType, Reading, Sent};
use runtime_core::generator::{Target, Texts};
use runtime_core::scribe::pool::PoolRequest;
use runtime_core::timeline::{Qualifier, SourceKind, StreamKind};
use runtime_core::units::Span;

/// What the fields for a target's texts are called; a target that has no such text has no field.
pub(super) type Labels = [Option<&'static str>; 3];

/// All that events can be sent to, with its name. A function is invoked synchronously here.
pub(super) fn all(reading: &Reading<'_>) -> Vec<(Target, String)> {
    let platform = reading.platform();
    let mut all = Vec::new();
    for (function, _) in platform.functions() {
        let aliases = platform.aliases().filter(|(_, it)| it.function == function);
        let named = aliases.map(|(id, _)| Qualifier::Alias(id));
        let versions = platform.versions(function);
        let versions = versions.map(|(version, _)| Qualifier::Version(version));
        for qualifier in [Qualifier::LATEST].into_iter().chain(named).chain(versions) {
            all.push(Target::Function {
                function,
                qualifier,
                asynchronous: false,
            });
        }
    }
    all.extend(platform.queues().map(|(id, _)| Target::Queue(id)));
    all.extend(platform.streams().map(|(id, _)| Target::Stream(id)));
    let sources = platform.sources();
    // Schedules happen by themselves, which the form says.
    let told = sources.filter(|(_, it)| !is_schedule(&it.kind));
    all.extend(told.map(|(id, _)| Target::Source(id)));
    let named = all.into_iter().map(|it| (it, name(reading, it)));
    named.collect()
}

/// Whether there is something that happens without a generator.
pub(super) fn has_schedules(reading: &Reading<'_>) -> bool {
    reading
        .platform()
        .sources()
        .any(|(_, it)| is_schedule(&it.kind))
}

fn is_schedule(kind: &SourceKind) -> bool {
    matches!(kind, SourceKind::Schedule(_))
}

/// A target's name.
pub(super) fn name(reading: &Reading<'_>, target: Target) -> String {
    let platform = reading.platform();
    let name = match target {
        Target::Function {
            function,
            qualifier,
            asynchronous,
        } => platform.configuration(function).map(|it| {
            let named = Some(qualifier).filter(|it| !it.is_latest());
            let name = platform.invoked_name(&it.name, named);
            match asynchronous {
                true => format!("{name}, asynchronously"),
                false => name,
            }
        }),
        Target::Queue(queue) => {
            let queue = platform.queue_configuration(queue);
            queue.map(|it| format!("queue {}", it.name))
        }
        Target::Stream(stream) => platform.stream_configuration(stream).map(|it| {
            let kind = match it.kind {
                StreamKind::Kinesis(_) => "stream",
                StreamKind::Table(_) => "table",
                StreamKind::Topic(_) => "Kafka topic",
                StreamKind::Broker(_) => "broker's queue",
            };
            format!("{kind} {}", it.name)
        }),
        Target::Source(source) => {
            let source = platform.source(source);
            source.map(|it| format!("{} {}", it.kind.name(), it.name))
        }
    };
    name.unwrap_or_else(|| "something that was deleted".to_owned())
}

/// What the fields for a target's texts are called.
pub(super) fn labels(reading: &Reading<'_>, target: Target) -> Labels {
    let platform = reading.platform();
    match target {
        Target::Function { .. } => [None, None, Some("Event, JSON")],
        Target::Queue(queue) => match platform.queue_configuration(queue) {
            Some(it) if it.is_fifo() => [
                Some("Message group"),
                Some("Deduplication id"),
                Some("Message"),
            ],
            _ => [None, None, Some("Message")],
        },
        Target::Stream(stream) => match platform.stream_configuration(stream).map(|it| it.kind) {
            Some(StreamKind::Table(_)) => [None, None, Some("Item, JSON")],
            Some(StreamKind::Broker(_)) => [None, None, Some("Message")],
            _ => [Some("Partition key"), None, Some("Data")],
        },
        Target::Source(source) => match platform.source(source).map(|it| &it.kind) {
            Some(SourceKind::Bucket) => [Some("Key"), Some("Size, bytes"), None],
            Some(SourceKind::Topic) => [Some("Subject"), Some("Attributes, JSON"), Some("Message")],
            Some(SourceKind::Iot) => [Some("Topic"), None, Some("Message, JSON")],
            Some(SourceKind::LogGroup(_)) => [Some("Log stream"), None, Some("Message")],
            Some(SourceKind::UserPool) => [
                Some("User name (of NAME@example.com)"),
                Some("Password"),
                Some("SignUp or InitiateAuth"),
            ],
            _ => [Some("Source"), Some("Detail type"), Some("Detail, JSON")],
        },
    }
}

/// Texts to begin with: what the forms for one begin with, and of a function what its event editor holds.
pub(super) fn first_texts(reading: &Reading<'_>, target: Target) -> Texts {
    let platform = reading.platform();
    let of = |first: String, second: String, body: String| Texts {
        first,
        second,
        body,
    };
    match target {
        Target::Function { function, .. } => Texts {
            body: reading.test_events(function).text.clone(),
            ..Texts::default()
        },
        Target::Queue(_) => {
            let draft = SendDraft::default();
            of(draft.group, draft.deduplication, draft.body)
        }
        Target::Stream(stream) => {
            let configuration = platform.stream_configuration(stream);
            match configuration.and_then(|it| it.table.as_ref()) {
                Some(key) => Texts {
                    body: ItemDraft::of(key).item,
                    ..Texts::default()
                },
                None => {
                    let draft = PutDraft::default();
                    of(draft.key, String::new(), draft.data)
                }
            }
        }
        Target::Source(source) => {
            let draft = platform.source(source).map(|it| HappenDraft::of(&it.kind));
            draft.map_or_else(Texts::default, |it| of(it.first, it.second, it.body))
        }
    }
}

/// What one event asks for, or what is wrong with it and what to do: what the forms for one make of the same
/// texts.
pub(super) fn written(
    reading: &Reading<'_>,
    target: Target,
    texts: &Texts,
) -> Result<Sent, Mistake> {
    let platform = reading.platform();
    if let Target::Source(pool) = target
        && platform
            .source(pool)
            .is_some_and(|it| it.kind == SourceKind::UserPool)
    {
        let request = pool_request(texts)?;
        return Ok(Sent::Asked { pool, request });
    }
    command(reading, target, texts).map(Sent::Command)
}

/// What is asked of a user pool: one word says what.
fn pool_request(texts: &Texts) -> Result<PoolRequest, Mistake> {
    let user = texts.first.trim().to_owned();
    let password = texts.second.clone();
    match texts.body.trim() {
        "SignUp" => Ok(PoolRequest::SignUp {
            email: match user.contains('@') {
                true => user.clone(),
                false => format!("{user}@example.com"),
            },
            user,
            password,
        }),
        "InitiateAuth" => Ok(PoolRequest::SignIn { user, password }),
        other => Err(Mistake::new(
            format!("User pools are asked nothing called \"{other}\" here."),
            "Write SignUp or InitiateAuth, or {{pick SignUp InitiateAuth}}.",
        )),
    }
}

fn command(reading: &Reading<'_>, target: Target, texts: &Texts) -> Result<Command, Mistake> {
    let platform = reading.platform();
    let Texts {
        first,
        second,
        body,
    } = texts.clone();
    let one = || "1".to_owned();
    match target {
        Target::Function {
            function,
            qualifier,
            asynchronous,
        } => {
            platform.configuration(function).ok_or_else(gone)?;
            Ok(Command::Invoke {
                function,
                event: body,
                qualifier,
                invocation_type: match asynchronous {
                    true => InvocationType::Event,
                    false => InvocationType::RequestResponse,
                },
                count: 1,
                spacing: Span::ZERO,
            })
        }
        Target::Queue(queue) => {
            let draft = SendDraft {
                body,
                count: one(),
                group: first,
                deduplication: second,
            };
            let messages = draft.read(queue, 1, reading)?;
            Ok(Command::SendMessages(messages))
        }
        Target::Stream(stream) => {
            let configuration = platform.stream_configuration(stream).ok_or_else(gone)?;
            if configuration.table.is_some() {
                let draft = ItemDraft {
                    item: body,
                    remove: String::new(),
                    count: one(),
                };
                let changes = draft.read(Doing::Put, stream, reading)?;
                let table = stream;
                return Ok(Command::ChangeItems { table, changes });
            }
            let draft = PutDraft {
                key: first,
                data: body,
                count: one(),
            };
            let records = draft.read(stream, reading)?;
            Ok(Command::PutRecords { stream, records })
        }
        Target::Source(source) => {
            let kind = &platform.source(source).ok_or_else(gone)?.kind;
            let draft = HappenDraft {
                first,
                second,
                body,
                ..HappenDraft::of(kind)
            };
            let happening = draft.read(kind)?;
            // A happening is names, texts and JSON that was read: it can be written.
            let happening = serde_json::to_vec(&happening).unwrap_or_default();
            Ok(Command::Happen { source, happening })
        }
    }
}

fn gone() -> Mistake {
    Mistake {
        cause: "What it sends to is not there any more.".to_owned(),
        hint: "Choose another target.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_says_what_is_asked_of_a_pool() {
        let read = |first: &str, body: &str| {
            pool_request(&Texts {
                first: first.to_owned(),
                second: "Correct-horse-7".to_owned(),
                body: body.to_owned(),
            })
        };
        let sign_up = |user: &str, email: &str| PoolRequest::SignUp {
            user: user.to_owned(),
            password: "Correct-horse-7".to_owned(),
            email: email.to_owned(),
        };
        let plain = read(" ada ", "SignUp");
        assert_eq!(plain, Ok(sign_up("ada", "ada@example.com")));
        let address = read("ada@tea.example", "SignUp");
        assert_eq!(address, Ok(sign_up("ada@tea.example", "ada@tea.example")));
        let sign_in = PoolRequest::SignIn {
            user: "ada".to_owned(),
            password: "Correct-horse-7".to_owned(),
        };
        assert_eq!(read("ada", "InitiateAuth\n"), Ok(sign_in));
        assert!(read("ada", "Confirm").is_err_and(|it| it.cause.contains("Confirm")));
    }
}
