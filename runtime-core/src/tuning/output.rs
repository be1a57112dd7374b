//! What aws-lambda-power-tuning prints.

use super::{Strategy, Tuning, link};
use serde_json::{Value, json};

/// The output of its state machine (its `README-INPUT-OUTPUT.md`, "State Machine Output"), statistics included.
/// There is no state machine here, which would cost; what its invocations would cost on Lambda is what they are
/// modelled to.
pub fn output(tuning: &Tuning, strategy: Strategy) -> Value {
    let stats: Vec<Value> = tuning
        .points
        .iter()
        .map(|it| {
            json!({
                "averagePrice": it.cost.as_f64(),
                "averageDuration": it.duration.as_millis_f64(),
                "value": it.memory.get(),
            })
        })
        .collect();
    let cost: f64 = tuning.points.iter().map(|it| it.cost.as_f64()).sum();
    let best = tuning.best(strategy);
    json!({
        "results": {
            "power": best.map(|it| it.memory.get().to_string()),
            "cost": best.map(|it| it.cost.as_f64()),
            "duration": best.map(|it| it.duration.as_millis_f64()),
            "stateMachine": {
                "executionCost": 0,
                "lambdaCost": cost * tuning.samples as f64,
                "visualization": link(tuning),
            },
            "stats": stats,
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::{book, settings};
    use super::super::{PhaseWork, Sample, tune};
    use super::*;
    use crate::units::{MemoryMb, Span};

    #[test]
    fn fields_are_those_of_its_documentation() {
        let sample = Sample {
            handler: PhaseWork {
                cpu: Span::from_millis(10),
                waited: Span::ZERO,
            },
            ..Sample::default()
        };
        let sizes = [1_769, 3_538].map(MemoryMb::new);
        let it = tune(&[sample], &sizes, settings(), &book()).unwrap();
        let output = output(&it, Strategy::Cost);
        let results = &output["results"];
        assert_eq!(results["power"], "1769");
        assert_eq!(results["duration"], 10.0);
        // 10 ms at 1,769 MB.
        assert_eq!(results["cost"], 0.000_000_287_923_752_929_687_5);
        assert_eq!(results["stats"][1]["value"], 3_538);
        let link = results["stateMachine"]["visualization"].as_str().unwrap();
        assert!(
            link.starts_with("https://lambda-power-tuning.show/#6QbSDQ==;"),
            "{link}"
        );
    }
}
