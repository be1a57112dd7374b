//! Functions, queues and sources that forms choose among: their values, and the options of a list.

use crate::session::Reading;
use leptos::prelude::*;
use runtime_core::timeline::{Destination, FailureTarget, SourceKind};
use runtime_core::units::{FunctionId, QueueId, SourceId};

/// What can be chosen, and its name.
pub(in crate::pages::playground) type Choice = (Destination, String);

/// An option's value.
pub(in crate::pages::playground) fn value(destination: Destination) -> String {
    match destination {
        Destination::Queue(queue) => format!("queue {}", queue.0),
        Destination::Function(function) => format!("function {}", function.0),
        Destination::Source(source) => format!("source {}", source.0),
    }
}

pub(in crate::pages::playground) fn destination(value: &str) -> Option<Destination> {
    let (kind, id) = value.split_once(' ')?;
    let id = id.parse().ok()?;
    match kind {
        "queue" => Some(Destination::Queue(QueueId(id))),
        "function" => Some(Destination::Function(FunctionId(id))),
        "source" => Some(Destination::Source(SourceId(id))),
        _ => None,
    }
}

/// The function of a list that has functions only.
pub(in crate::pages::playground) fn function(value: &str) -> Option<FunctionId> {
    match destination(value)? {
        Destination::Function(function) => Some(function),
        Destination::Queue(_) | Destination::Source(_) => None,
    }
}

/// The queue of a list that has queues only.
pub(in crate::pages::playground) fn queue(value: &str) -> Option<QueueId> {
    match destination(value)? {
        Destination::Queue(queue) => Some(queue),
        Destination::Function(_) | Destination::Source(_) => None,
    }
}

/// What takes what was given up, of a list without functions.
pub(in crate::pages::playground) fn failure_target(value: &str) -> Option<FailureTarget> {
    match destination(value)? {
        Destination::Queue(queue) => Some(queue.into()),
        Destination::Source(source) => Some(source.into()),
        Destination::Function(_) => None,
    }
}

pub(in crate::pages::playground) fn functions(reading: &Reading<'_>) -> Vec<Choice> {
    let functions = reading.platform().functions();
    let functions = functions.map(|(id, it)| (Destination::Function(id), it.name.clone()));
    functions.collect()
}

/// Lambda sends records to standard queues only.
pub(in crate::pages::playground) fn standard_queues(reading: &Reading<'_>) -> Vec<Choice> {
    let queues = reading.platform().queues();
    let standard = queues.filter(|(_, queue)| !queue.is_fifo());
    let standard = standard.map(|(id, queue)| (Destination::Queue(id), queue.name.clone()));
    standard.collect()
}

/// Sources of these kinds, which forms name with what they are.
pub(in crate::pages::playground) fn sources(
    reading: &Reading<'_>,
    kinds: &[SourceKind],
) -> Vec<Choice> {
    let sources = reading.platform().sources();
    let fitting = sources.filter(|(_, source)| kinds.contains(&source.kind));
    let named = fitting.map(|(id, source)| {
        let name = format!("{} ({})", source.name, source.kind.name());
        (Destination::Source(id), name)
    });
    named.collect()
}

/// The options of a list. What is chosen and was deleted has one as well: the list would look as if
/// nothing were chosen, and to choose nothing would change nothing.
#[component]
pub(in crate::pages::playground) fn Destinations(
    choices: Memo<Vec<Choice>>,
    chosen: Signal<Option<Destination>>,
    /// Whether one must be chosen.
    #[prop(optional)]
    needed: bool,
) -> impl IntoView {
    let gone = Memo::new(move |_| {
        let chosen = chosen.get()?;
        let there = choices.with(|all| all.iter().any(|(it, _)| *it == chosen));
        (!there).then_some(chosen)
    });
    view! {
        <option value="" disabled=needed prop:selected=move || chosen.get().is_none()>
            {if needed { "choose" } else { "none" }}
        </option>
        {move || gone.get().map(|it| view! {
            <option value=value(it) prop:selected=true>"deleted: choose another"</option>
        })}
        <For each=move || choices.get() key=|(it, name)| (value(*it), name.clone()) children=move |(it, name)| view! {
            <option value=value(it) prop:selected=move || chosen.get() == Some(it)>{name}</option>
        } />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_come_back_from_their_values() {
        for it in [
            Destination::Queue(QueueId(3)),
            Destination::Function(FunctionId(12)),
            Destination::Source(SourceId(4)),
        ] {
            assert_eq!(destination(&value(it)), Some(it));
        }
        for nonsense in ["", "queue", "queue x", "bucket 1"] {
            assert_eq!(destination(nonsense), None);
        }
        assert_eq!(function("function 12"), Some(FunctionId(12)));
        assert_eq!(function("queue 3"), None);
        assert_eq!(queue("queue 3"), Some(QueueId(3)));
        assert_eq!(queue("source 3"), None);
        assert_eq!(failure_target("source 4"), Some(SourceId(4).into()));
        assert_eq!(failure_target("function 12"), None);
    }
}
