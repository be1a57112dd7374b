//! What a text says of a service, field by field.

use super::change::changed;
use super::document::Document;
use super::field::{Field, MOST_POLICIES, PolicyField};
use super::load::{LoadPoint, ServiceLoad};
use super::place::Step;
use super::{FormNews, FormOrder, FormState, ServiceForm};
use crate::simulator::file::{load_of, read_any};
use crate::simulator::watched::Refusal;
use crate::simulator::{Arrivals, Curve};
use crate::units::Span;

/// A curve that repeats is drawn with so many straight lines (model choice).
const LINES: u64 = 240;

/// Changes a text, and reads it.
pub fn read_form(order: &FormOrder) -> FormNews {
    let (text, wrong) = match changed(&order.text, &order.changes) {
        Ok(text) => (text, None),
        Err(error) => {
            let refusal = Refusal {
                line: None,
                cause: error.to_string(),
                hint: error.hint(),
            };
            (order.text.clone(), Some(refusal))
        }
    };
    let read = read_any(&text, |_| Err("there are no files here".to_owned()));
    let refusal = read.err().map(|error| Refusal {
        line: error.line(),
        cause: error.to_string(),
        hint: error.hint(),
    });
    FormNews {
        form: state(&text),
        text,
        wrong,
        refusal,
    }
}

fn state(text: &str) -> FormState {
    match Document::parse(text) {
        None => FormState::NoToml,
        Some(document) if document.at(&[Step::Key("service")]).is_none() => FormState::NoService,
        Some(document) => FormState::Service(Box::new(form(&document))),
    }
}

fn form(document: &Document<'_>) -> ServiceForm {
    let policies = document.count(&[Step::Key("scaling"), Step::Key("policy")]);
    let tracks = |place| {
        let kind = [
            Step::Key("scaling"),
            Step::Key("policy"),
            Step::Place(place),
            Step::Key("kind"),
        ];
        document
            .plain(&kind)
            .is_none_or(|it| it == "target_tracking")
    };
    let of_policies = (0..policies.min(MOST_POLICIES))
        .flat_map(|place| PolicyField::ALL.map(|field| Field::Policy(place, field)));
    let fields = Field::ALL.into_iter().chain(of_policies);
    ServiceForm {
        values: fields
            .filter_map(|field| Some((field, value(document, field)?)))
            .collect(),
        tracking: (0..policies).map(tracks).collect(),
        queue: document.at(&[Step::Key("queue")]).is_some(),
        load: load_of(document.text).and_then(|(arrivals, length)| load(&arrivals, length)),
    }
}

/// What is written of a field.
pub(super) fn value(document: &Document<'_>, field: Field) -> Option<String> {
    match field.of_provider() {
        None => document.plain(&field.path()),
        Some((provider, key)) => document.plain(&share_path(document, field, provider, key)?),
    }
}

/// Where a share of a capacity provider stands, if its provider is there.
pub(super) fn share_path(
    document: &Document<'_>,
    field: Field,
    provider: &str,
    key: &'static str,
) -> Option<Vec<Step>> {
    let mut path = field.path();
    let all = document.count(&path);
    let is_its = |place: &usize| {
        let mut path = field.path();
        path.extend([Step::Place(*place), Step::Key("provider")]);
        document.plain(&path).as_deref() == Some(provider)
    };
    let place = (0..all).find(is_its)?;
    path.extend([Step::Place(place), Step::Key(key)]);
    Some(path)
}

/// From the start to the end.
fn load(arrivals: &Arrivals, length: Span) -> Option<ServiceLoad> {
    let both = |rate| {
        let point = |at| LoadPoint { at, rate };
        vec![point(Span::ZERO), point(length)]
    };
    let (points, by_chance) = match arrivals {
        Arrivals::Curve { curve, .. } => (drawn(curve, length), false),
        Arrivals::Bursts { bursts, .. } => (both(bursts.mean_rate()), true),
        Arrivals::Trace { .. } => return None,
    };
    Some(ServiceLoad {
        length,
        points,
        by_chance,
    })
}

fn drawn(curve: &Curve, length: Span) -> Vec<LoadPoint> {
    let points = curve.points.iter();
    let written = ServiceLoad {
        length,
        points: points.map(|&(at, rate)| LoadPoint { at, rate }).collect(),
        by_chance: false,
    };
    let point = |at, rate| LoadPoint { at, rate };
    let period = curve.points.last().map_or(Span::ZERO, |(at, _)| *at);
    if curve.repeats && period > Span::ZERO {
        let (whole, period) = (length.as_nanos(), period.as_nanos());
        let moments = (0..=LINES)
            .map(|line| (u128::from(whole) * u128::from(line) / u128::from(LINES)) as u64);
        let points = moments.map(|at| {
            let within = Span::from_nanos(at % period);
            point(Span::from_nanos(at), written.at(within))
        });
        return points.collect();
    }
    let mut all = vec![point(Span::ZERO, written.at(Span::ZERO))];
    all.extend(
        written
            .points
            .iter()
            .filter(|it| it.at < length && it.at > Span::ZERO),
    );
    all.push(point(length, written.at(length)));
    all
}
