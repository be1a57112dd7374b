//! Functions as rows: what the flame graph shows, to be sorted and read aloud.

use super::view::FlameView;
use crate::shapes::flame::{Kind, Usage, millis, short_name};
use crate::shapes::text::grouped;
use leptos::prelude::*;
use std::cmp::Reverse;

/// More rows than these are not listed; a search brings others.
const MOST_ROWS: usize = 100;

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Own,
    Total,
    Calls,
    Name,
}

const COLUMNS: [(Column, &str); 4] = [
    (Column::Own, "Own ms"),
    (Column::Total, "Total ms"),
    (Column::Calls, "Calls"),
    (Column::Name, "Function"),
];

/// One row, as it is compared and shown.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    usage: Usage,
    name: String,
    place: String,
    kind: Kind,
}

/// What each function used. A row's button selects the function in the graph.
#[component]
pub fn UsageTable(
    /// What is looked at.
    view: FlameView,
    /// Whether the source of a function (a face, by index) can be shown.
    #[prop(into)]
    has_source: Callback<usize, bool>,
    /// The source of a function shall be shown.
    #[prop(into)]
    on_source: Callback<usize>,
) -> impl IntoView {
    let sorted = RwSignal::new((Column::Own, true));
    let rows = view.flame.with_value(|flame| {
        let usage = flame.usage().into_iter();
        let rows = usage.filter_map(|usage| {
            let face = flame.faces.get(usage.face)?;
            // What only groups others has nothing of its own to say.
            let says = face.kind.is_function() || usage.own > 0;
            says.then(|| Row {
                usage,
                name: face.name.clone(),
                place: face.place.clone(),
                kind: face.kind,
            })
        });
        rows.collect::<Vec<_>>()
    });
    let whole = view.flame.with_value(|flame| flame.span());
    let rows = StoredValue::new(rows);
    let shown = Memo::new(move |_| {
        let found = view.found.get();
        let mut shown = rows.with_value(|rows| {
            let rows = rows.iter();
            let wanted = rows.filter(|row| found.as_ref().is_none_or(|it| it.has(row.usage.face)));
            wanted.cloned().collect::<Vec<_>>()
        });
        sort(&mut shown, sorted.get());
        let left_out = shown.len().saturating_sub(MOST_ROWS);
        shown.truncate(MOST_ROWS);
        (shown, left_out)
    });
    let head = COLUMNS.map(|(column, name)| {
        let order = move || match sorted.get() {
            (by, true) if by == column => "descending",
            (by, false) if by == column => "ascending",
            _ => "none",
        };
        let sort_by = move |_| {
            sorted.update(|(by, falling)| {
                *falling = if *by == column {
                    !*falling
                } else {
                    column != Column::Name
                };
                *by = column;
            });
        };
        view! {
            <th scope="col" aria-sort=order>
                <button type="button" class="table-sort" on:click=sort_by>{name}</button>
            </th>
        }
    });
    let body = move || {
        let (rows, _) = shown.get();
        rows.into_iter()
            .map(|row| {
                let place = place(&row, has_source, on_source);
                one(view, row, whole, place)
            })
            .collect_view()
    };
    let rest = move || {
        let (_, left_out) = shown.get();
        (left_out > 0).then(|| {
            format!("{left_out} more functions: search for them, or sort by another column.")
        })
    };
    view! {
        <div class="table-scroll flame-table" tabindex="0" role="region" aria-label="Functions and what they used">
            <table class="table">
                <thead><tr>{head.into_iter().collect_view()}</tr></thead>
                <tbody>{body}</tbody>
            </table>
            <p class="flame-rest muted">{rest}</p>
        </div>
    }
}

/// Where a function stands, to go there.
fn place(row: &Row, has_source: Callback<usize, bool>, on_source: Callback<usize>) -> AnyView {
    let face = row.usage.face;
    let place = row.place.clone();
    match has_source.run(face) {
        _ if place.is_empty() => ().into_any(),
        true => view! {
            <button
                type="button"
                class="flame-place truncate"
                data-testid="flame-place"
                title=format!("Show {place}")
                on:click=move |_| on_source.run(face)
            >
                {place.clone()}
            </button>
        }
        .into_any(),
        false => {
            view! { <span class="flame-place faint truncate" title=place.clone()>{place.clone()}</span> }
                .into_any()
        }
    }
}

fn one(view: FlameView, row: Row, whole: u64, place: AnyView) -> AnyView {
    let Row {
        usage, name, kind, ..
    } = row;
    let selected = move || view.selected.get() == Some(usage.face);
    let select = move |_| view.select((!selected()).then_some(usage.face));
    let bar = |nanos: u64| format!("{:.2}%", nanos as f64 / whole.max(1) as f64 * 100.0);
    let calls = match (kind.is_function(), usage.calls) {
        (false, _) => String::new(),
        (true, calls) => grouped(calls),
    };
    let short = short_name(&name).to_owned();
    // The path stands behind what is told apart by: rows are one line, and the name is seen first.
    let path = name.strip_suffix(short.as_str()).unwrap_or(&name);
    let path = path.trim_end_matches("::").trim_end_matches(".<locals>.");
    let path = path.to_owned();
    let key = match kind {
        Kind::Own => "key key-own",
        Kind::Library => "key key-library",
        Kind::Language => "key key-language",
        Kind::Init => "key key-init",
        Kind::Invocation => "key key-handler",
        Kind::Rounding => "key key-rounding",
        Kind::Whole | Kind::Waiting | Kind::Paused => "key key-none",
    };
    view! {
        <tr class:selected=selected>
            <td class="flame-own" style=("--share", bar(usage.own))>{millis(usage.own, whole)}</td>
            <td>{millis(usage.total, whole)}</td>
            <td>{calls}</td>
            <td>
                <button
                    type="button"
                    class="flame-pick truncate"
                    title=name.clone()
                    aria-label=name
                    aria-pressed=move || selected().to_string()
                    on:click=select
                >
                    <i class=key></i>
                    {short}
                    " "
                    <span class="faint">{path}</span>
                </button>
                {place}
            </td>
        </tr>
    }
    .into_any()
}

fn sort(rows: &mut [Row], (column, falling): (Column, bool)) {
    match column {
        Column::Own => rows.sort_by_key(|row| Reverse((row.usage.own, row.usage.total))),
        Column::Total => rows.sort_by_key(|row| Reverse((row.usage.total, row.usage.own))),
        Column::Calls => rows.sort_by_key(|row| Reverse((row.usage.calls, row.usage.own))),
        Column::Name => rows.sort_by(|a, b| b.name.cmp(&a.name)),
    }
    if !falling {
        rows.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(column: Column, falling: bool) -> Vec<String> {
        let row = |name: &str, calls, own, total| Row {
            usage: Usage {
                face: 0,
                calls,
                own,
                total,
            },
            name: name.to_owned(),
            place: String::new(),
            kind: Kind::Own,
        };
        let mut rows = [row("b", 1, 5, 9), row("c", 9, 1, 20), row("a", 4, 5, 5)];
        sort(&mut rows, (column, falling));
        rows.map(|row| row.name).to_vec()
    }

    #[test]
    fn rows_are_sorted_by_any_column_both_ways() {
        assert_eq!(names(Column::Own, true), ["b", "a", "c"]);
        assert_eq!(names(Column::Total, true), ["c", "b", "a"]);
        assert_eq!(names(Column::Calls, false), ["b", "a", "c"]);
        assert_eq!(names(Column::Name, false), ["a", "b", "c"]);
        assert_eq!(names(Column::Name, true), ["c", "b", "a"]);
    }
}
