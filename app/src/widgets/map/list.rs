//! The map in words: a table of stations, and a station as a sentence.

use super::Shared;
use crate::shapes::map::{Card, MapModel};
use crate::shapes::text::grouped;
use leptos::prelude::*;

/// What is told of a station's counters.
pub(super) const COUNTERS: [&str; 5] = ["waiting", "in flight", "done", "failed", "throttled"];

/// A station's counters in their order.
pub(super) fn counts(card: &Card) -> [u64; 5] {
    let ([waiting, flying], [done, failed, throttled]) = (card.now, card.past);
    [waiting, flying, done, failed, throttled]
}

/// A station, what it counts, where it leads, and whether what is followed was there.
pub(super) fn sentence(model: &MapModel, card: &Card) -> String {
    let counted = counts(card).into_iter().zip(COUNTERS);
    let counted: Vec<_> = counted
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{} {name}", grouped(count)))
        .collect();
    let counted = match counted.is_empty() {
        true => "nothing happened yet".to_owned(),
        false => counted.join(", "),
    };
    let ahead = match leads_to(model, card) {
        ahead if ahead.is_empty() => String::new(),
        ahead => format!(" Leads to {ahead}."),
    };
    let followed = match model.is_followed(card) {
        true => " What is followed was here.",
        false => "",
    };
    format!(
        "{}, {}: {counted}.{ahead}{followed}",
        card.title, card.about
    )
}

fn leads_to(model: &MapModel, card: &Card) -> String {
    let mut names: Vec<&str> = Vec::new();
    for edge in model.edges.iter().filter(|edge| edge.from == card.key) {
        let name = model.card(edge.to).map(|card| card.title.as_str());
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names.join(", ")
}

/// Stations as rows; those are current at which what is followed was.
pub(super) fn table(model: Shared) -> AnyView {
    let rows = move || {
        model.with(|model| {
            let row = |card: &Card| {
                let counts = counts(card).map(|count| view! { <td>{grouped(count)}</td> });
                view! {
                    <tr data-station=card.title.clone() aria-current=model.is_followed(card).then_some("true")>
                        <th scope="row">{card.title.clone()}</th>
                        <td>{card.about.clone()}</td>
                        {counts.into_iter().collect_view()}
                        <td>{leads_to(model, card)}</td>
                    </tr>
                }
            };
            model.cards.iter().map(row).collect_view()
        })
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Stations of the map" data-testid="map-list">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Station"</th><th scope="col">"What it is"</th><th scope="col">"Waiting"</th>
                        <th scope="col">"In flight"</th><th scope="col">"Done"</th><th scope="col">"Failed"</th>
                        <th scope="col">"Throttled"</th><th scope="col">"Leads to"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
