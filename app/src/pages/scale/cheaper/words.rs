//! The comparison in words and numbers.

use super::super::model::{Row, row, span};
use super::choices::{Choices, RATES, TIMES, Ways, each_second, seconds};
use crate::shapes::text::grouped;
use crate::widgets::BalanceMap;
use runtime_core::billing::BillQuantity;
use runtime_core::break_even::{Crossing, MOST_TASKS, MonthCosts, PriceFiles, month_costs};
use runtime_core::units::Money;

/// Columns and rows of the map.
const GRID: (usize, usize) = (60, 40);
/// Nothing against something: as far apart as a map shows.
const FARTHEST: f64 = 9.0;

/// A month's money: whole cents, and what is less than one is said so.
pub(super) fn dollars(money: Money) -> String {
    match money.decimal(2) {
        cents if cents == "0.00" && money != Money::ZERO => "less than $0.01".to_owned(),
        cents => format!("${}", thousands(&cents)),
    }
}

fn thousands(cents: &str) -> String {
    let parts = cents.split_once('.').and_then(|(whole, cents)| {
        let whole = whole.parse().ok()?;
        Some(format!("{}.{cents}", grouped(whole)))
    });
    parts.unwrap_or_else(|| cents.to_owned())
}

/// A rate with three places that count: `0.0125`, `4.51`, `1,230`.
pub(super) fn rate(each_second: f64) -> String {
    let places = 2.0 - each_second.max(1e-9).log10().floor();
    if places <= 0.0 {
        let scale = 10_f64.powf(places);
        return grouped(((each_second * scale).round() / scale) as u64);
    }
    let text = format!("{each_second:.*}", places as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Who is cheaper.
pub(super) fn verdict(costs: &MonthCosts) -> String {
    let (lambda, fargate) = (costs.on_lambda(), costs.on_fargate());
    let (lambda_words, fargate_words) = (dollars(lambda), dollars(fargate));
    match lambda.cmp(&fargate) {
        std::cmp::Ordering::Less => {
            format!("Lambda is cheaper: {lambda_words} a month, Fargate {fargate_words}.")
        }
        std::cmp::Ordering::Greater => {
            format!("Fargate is cheaper: {fargate_words} a month, Lambda {lambda_words}.")
        }
        std::cmp::Ordering::Equal => format!("Both cost {lambda_words} a month."),
    }
}

/// From when on the answer is another one.
pub(super) fn turning(crossing: Option<Crossing>) -> String {
    let Some(Crossing { first, for_good }) = crossing else {
        return format!(
            "For requests like these Lambda is cheaper however many there are, as far as the {} tasks of a service go.",
            grouped(MOST_TASKS)
        );
    };
    let of = |requests| rate(each_second(requests));
    match for_good {
        Some(for_good) if of(for_good) == of(first) => format!(
            "For requests like these Fargate is cheaper from {} a second on.",
            of(first)
        ),
        Some(for_good) => format!(
            "For requests like these Fargate is cheaper from {} a second on, and from {} for good: between them Lambda is cheaper again each time another task is needed.",
            of(first),
            of(for_good)
        ),
        None => format!(
            "For requests like these Fargate is first cheaper at {} a second; with each further task Lambda is cheaper again.",
            of(first)
        ),
    }
}

/// Lambda's month, step by step.
pub(super) fn lambda_rows(choices: &Choices, costs: &MonthCosts) -> Vec<Row> {
    let job = choices.job();
    let mut rows = vec![
        row(
            "A request",
            span(costs.lambda_duration),
            format!(
                "{} computing on a whole vCPU, {} waiting; {} MB have {} of a vCPU",
                span(job.cpu),
                span(job.wait),
                grouped(choices.ways.memory.into()),
                share_of_vcpu(choices.ways.memory)
            ),
        ),
        row("Requests", grouped(job.requests), "in 730 hours"),
    ];
    for line in &costs.lambda.lines {
        let (name, quantity) = match line.quantity {
            BillQuantity::Requests(count) => ("For requests", grouped(count)),
            BillQuantity::GbSeconds(amount) => (
                "For compute",
                format!("{} GB-s", thousands(&amount.decimal(2))),
            ),
            BillQuantity::Gigabytes(amount) => {
                ("For snapshots", format!("{} GB", amount.decimal(2)))
            }
        };
        let note = format!("{quantity} × ${}", line.price);
        rows.push(row(name, dollars(line.amount), note));
    }
    let free = costs.lambda.free_tier.amount();
    if free != Money::ZERO {
        rows.push(row(
            "Free tier",
            format!("-{}", dollars(Money::ZERO - free)),
            "",
        ));
    }
    rows.push(row("A month", dollars(costs.on_lambda()), ""));
    rows
}

fn share_of_vcpu(memory: u32) -> String {
    let whole = runtime_core::cpu::MEMORY_OF_A_VCPU.get();
    match memory >= whole {
        true => "all".to_owned(),
        false => format!("{:.0} %", f64::from(memory) * 100.0 / f64::from(whole)),
    }
}

/// Fargate's month, step by step.
pub(super) fn fargate_rows(choices: &Choices, costs: &MonthCosts) -> Vec<Row> {
    let ways = &choices.ways;
    let fargate = ways.fargate();
    let needed = match costs.tasks > ways.least {
        true => format!(
            "{} at {} % of their CPU, {} requests at once in each, at most",
            ways.size,
            ways.utilization,
            grouped(fargate.at_once)
        ),
        false => format!("{}; the least there shall be", ways.size),
    };
    let mut rows = vec![
        row(
            "A request",
            span(costs.fargate_duration),
            "in a task that does nothing else",
        ),
        row("Tasks", grouped(costs.tasks), needed),
    ];
    for line in &costs.fargate.lines {
        rows.push(row("For tasks", dollars(line.amount), line.to_string()));
    }
    if costs.load_balancer != Money::ZERO {
        rows.push(row(
            "Load balancer",
            dollars(costs.load_balancer),
            "its hours; capacity units (LCU) come on top",
        ));
    }
    rows.push(row("A month", dollars(costs.on_fargate()), ""));
    rows
}

/// One place in a sentence.
pub(super) fn place(ways: &Ways, prices: &PriceFiles, place: (f64, f64)) -> String {
    let job = ways.job(place.0, place.1);
    let costs = month_costs(prices, &job, &ways.lambda(), &ways.fargate());
    format!(
        "{} a second of {}: {}",
        rate(each_second(job.requests)),
        span(seconds(place.1)),
        verdict(&costs)
    )
}

/// Who is cheaper at every rate and time.
pub(super) fn map(ways: &Ways, prices: &PriceFiles) -> BalanceMap {
    let (lambda, fargate) = (ways.lambda(), ways.fargate());
    let costs = |rate, time| month_costs(prices, &ways.job(rate, time), &lambda, &fargate);
    let middle = |(from, to): (f64, f64), parts: usize, part: usize| {
        from + (to - from) * (part as f64 + 0.5) / parts as f64
    };
    let (columns, rows) = GRID;
    let cells = (0..rows).flat_map(|up| {
        (0..columns).map(move |across| (middle(RATES, columns, across), middle(TIMES, rows, up)))
    });
    let balance = |(rate, time): (f64, f64)| {
        let costs = costs(rate, time);
        let ratio = costs.on_fargate().as_f64() / costs.on_lambda().as_f64();
        match ratio.is_nan() {
            true => 0.0,
            false => ratio.log10().clamp(-FARTHEST, FARTHEST),
        }
    };
    let decades = |(from, to): (f64, f64)| (from as i32)..=(to as i32);
    let marked = |range, words: &dyn Fn(f64) -> String| {
        let marks = decades(range).map(|decade| (f64::from(decade), words(f64::from(decade))));
        marks.collect::<Vec<_>>()
    };
    let (rates, times) = (
        marked(RATES, &|it| rate(10_f64.powf(it))),
        marked(TIMES, &|it| span(seconds(it))),
    );
    let mut words = Vec::new();
    for (time, time_words) in &times {
        for (rate, rate_words) in &rates {
            let costs = costs(*rate, *time);
            let cheaper = match costs.on_lambda() <= costs.on_fargate() {
                true => "Lambda",
                false => "Fargate",
            };
            words.push(vec![
                time_words.clone(),
                rate_words.clone(),
                dollars(costs.on_lambda()),
                dollars(costs.on_fargate()),
                cheaper.to_owned(),
            ]);
        }
    }
    BalanceMap {
        across: RATES,
        up: TIMES,
        columns,
        cells: cells.map(balance).collect(),
        marks_across: rates,
        marks_up: times,
        rows: words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::break_even::crossing;

    fn prices() -> PriceFiles {
        let file = include_str!("../../../../../public/prices/lambda-us-east-1-2026-11-23.json");
        PriceFiles::parse(file).unwrap()
    }

    #[test]
    fn rates_have_three_places_that_count() {
        let words = [0.0125, 0.5, 4.5123, 99.96, 123.4, 1_234.6].map(rate);
        assert_eq!(words, ["0.0125", "0.5", "4.51", "100", "123", "1,230"]);
    }

    #[test]
    fn cents_are_not_nothing() {
        let dollar: Money =
            runtime_core::billing::Hours::of(runtime_core::units::Span::from_secs(36))
                .at("0.10".parse().unwrap());
        assert_eq!(dollars(dollar), "less than $0.01");
        assert_eq!(dollars(Money::ZERO), "$0.00");
    }

    #[test]
    fn the_map_agrees_with_the_comparison_and_has_both_colours() {
        let ways = Choices::default().ways;
        let map = map(&ways, &prices());
        assert_eq!(map.cells.len(), 60 * 40);
        let (cheap, dear) = (map.cells.first().copied(), map.cells.last().copied());
        assert!(cheap.is_some_and(|it| it > 1.0), "{cheap:?}");
        assert!(dear.is_some_and(|it| it < -0.3), "{dear:?}");
        assert_eq!(map.rows.len(), 30);
        let row = |row: usize| map.rows.get(row).and_then(|it| it.last().cloned());
        assert_eq!(row(0).as_deref(), Some("Lambda"));
        assert_eq!(row(29).as_deref(), Some("Fargate"));
    }

    #[test]
    fn rows_add_up_to_the_month() {
        let choices = Choices::default();
        let prices = prices();
        let (lambda, fargate) = (choices.ways.lambda(), choices.ways.fargate());
        let costs = month_costs(&prices, &choices.job(), &lambda, &fargate);
        let names = |rows: Vec<Row>| rows.into_iter().map(|it| it.name).collect::<Vec<_>>();
        assert_eq!(
            names(lambda_rows(&choices, &costs)),
            [
                "A request",
                "Requests",
                "For requests",
                "For compute",
                "A month"
            ]
        );
        assert_eq!(
            names(fargate_rows(&choices, &costs)),
            [
                "A request",
                "Tasks",
                "For tasks",
                "For tasks",
                "Load balancer",
                "A month"
            ]
        );
        let found = crossing(&prices, &choices.job(), &lambda, &fargate);
        assert!(turning(found).starts_with("For requests like these Fargate is cheaper from "));
        assert!(turning(None).contains("5,000 tasks"));
    }
}
