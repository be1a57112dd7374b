//! What it costs.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use support::{field, invoke};

#[test]
fn the_bill_is_for_what_report_says() {
    let run = invoke(
        "moods.wat",
        &[
            "--event-json",
            "\"sleep\"",
            "--times",
            "2",
            "--memory",
            "1769",
            "--json",
        ],
    );
    let document = run.json();
    let mut billed_in_all = 0;
    for request in document["requests"].as_array().unwrap() {
        let report = request["report"].as_str().unwrap();
        let billed: u64 = field(report, "Billed Duration: ", " ms").parse().unwrap();
        billed_in_all += billed;
        assert_eq!(request["billedDurationMs"], billed);
        assert!((300..2_000).contains(&billed), "{billed}");
        let bill = &request["bill"];
        let parts: f64 = ["initMs", "handlerMs", "roundingMs"]
            .iter()
            .map(|part| bill[part].as_f64().unwrap())
            .sum();
        assert!((parts - billed as f64).abs() < 1e-6, "{parts} {billed}");
        // Exact decimals: 1,769 MB for so many ms at 0.0000166667 dollars for a GB-second.
        let amount = 1_769 * u128::from(billed) * 166_667;
        let expected = amount * 10u128.pow(13) / 1_024_000;
        let compute = bill["lines"][1]["amount"].as_str().unwrap();
        assert_eq!(pico_pico(compute), expected);
        assert_eq!(bill["lines"][0]["amount"], "0.0000002");
    }
    let gb_seconds = document["usage"]["x86_64"].as_str().unwrap();
    assert_eq!(
        pico_pico(gb_seconds),
        1_769 * u128::from(billed_in_all) * 10u128.pow(23) / 1_024_000
    );
    assert_eq!(document["usage"]["requests"], 2);
}

/// A decimal text as a whole number of units in the 23rd place.
fn pico_pico(text: &str) -> u128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<23}").parse().unwrap()
}

#[test]
fn the_free_tier_takes_a_small_bill_to_nothing() {
    let run = invoke(
        "moods.wat",
        &["--event-json", "\"count\"", "--free-tier", "--json"],
    );
    let document = run.json();
    assert_eq!(document["bill"]["total"], "0");
    assert_eq!(document["bill"]["freeTier"]["requests"], 1);
    assert_eq!(document["prices"]["freeTier"], "on");
}
