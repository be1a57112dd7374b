//! A function's month -> usage -> money, in steps.

use super::check::{PlanFault, PlanPart};
use super::plan::{EstimatePlan, FunctionPlan, StreamPlan};
use super::price::{Section, Step};
use super::prices::EstimatePrices;
use super::words::{count, counted, gigabytes, grouped, milliseconds, size, time};
use crate::billing::{
    Bill, BillLine, BillQuantity, BillSubject, BilledInvocation, BilledSettings, FreeTier,
    GbSeconds, Gigabytes, LEAST_SNAPSHOT_CACHE, PriceBook, ProvisionedMeter, Standing, Usage,
    async_requests, bill,
};
use crate::units::{Moment, Money, Span};

/// A section for each function, and one for what the free tier takes off all of them.
pub(super) fn sections(
    plan: &EstimatePlan,
    prices: &EstimatePrices,
) -> Result<Vec<Section>, PlanFault> {
    let book = &prices.lambda;
    let (mut sections, mut before) = (Vec::new(), Usage::default());
    let mut streamed = 0_u128;
    for (place, function) in plan.functions.iter().enumerate() {
        let (usage, mut steps) = usage(plan, function, book);
        let marginal = bill(book, &usage, &before, FreeTier::Off);
        steps.extend(marginal.lines.iter().map(|line| priced(line, book)));
        before += usage;
        if let Some(stream) = function.streamed {
            let (bytes, step) = streaming(PlanPart::Function(place), stream, prices)?;
            streamed += bytes;
            steps.extend(step);
        }
        sections.push(Section::of(format!("function {}", function.name), steps));
    }
    if plan.free_tier == FreeTier::On {
        let whole = bill(book, &before, &Usage::default(), FreeTier::On);
        let steps = free_tier(&whole, streamed, prices);
        if !steps.is_empty() {
            sections.push(Section::of("free tier".to_owned(), steps));
        }
    }
    Ok(sections)
}

/// What a function uses in the month, and the steps that lead there.
fn usage(plan: &EstimatePlan, it: &FunctionPlan, book: &PriceBook) -> (Usage, Vec<Step>) {
    let mut steps = Vec::new();
    let mut usage = Usage::default();
    let provisioned = it.provisioned.map_or(0, |it| it.requests);
    let cold = it.cold_starts.requests;
    let warm = it.requests.saturating_sub(provisioned).saturating_sub(cold);
    let init = match plan.init_billed {
        true => it.cold_starts.init,
        false => Span::ZERO,
    };
    let runs = [
        ("warm starts", warm, Span::ZERO, it.duration, false),
        ("cold starts", cold, init, it.duration, false),
        (
            "on provisioned concurrency",
            provisioned,
            Span::ZERO,
            it.provisioned.map_or(Span::ZERO, |it| it.duration),
            true,
        ),
    ];
    for (what, requests, init, handler, on_provisioned) in runs {
        if requests == 0 {
            continue;
        }
        let each = BilledInvocation {
            settings: it.settings,
            init,
            restored: false,
            provisioned: on_provisioned,
            handler,
        };
        let used = each.usage(book).times(requests);
        usage += used;
        let billed = each.time().billed();
        let gb_seconds = GbSeconds::of(it.settings.memory, billed).times(requests);
        let of_init = match init {
            Span::ZERO => String::new(),
            init => format!(" ({} of INIT)", milliseconds(init)),
        };
        steps.push(Step::quantity(
            what,
            format!(
                "{} × {}{of_init} × {} = {} GB-s",
                counted(requests, "request"),
                milliseconds(billed),
                it.settings.memory,
                grouped(&gb_seconds.to_string()),
            ),
        ));
    }
    if !plan.init_billed && cold > 0 && it.cold_starts.init > Span::ZERO {
        let what = format!(
            "{} of {}",
            milliseconds(it.cold_starts.init),
            counted(cold, "cold start")
        );
        steps.push(Step::quantity(
            "INIT",
            format!("{what}: not billed before 2025-08-01"),
        ));
    }
    usage.requests = usage.requests.saturating_add(large_events(it, &mut steps));
    if let Some(provisioned) = it.provisioned {
        let meter = ProvisionedMeter::begin(Moment::START, provisioned.environments, it.settings);
        let end = Moment::from_nanos(provisioned.enabled.as_nanos());
        let capacity = meter.until(end);
        usage.provisioned_capacity = usage.provisioned_capacity + capacity;
        steps.push(Step::quantity(
            "provisioned concurrency",
            format!(
                "{} × {} × {} = {} GB-s (whole steps of 5 min)",
                counted(u64::from(provisioned.environments), "environment"),
                time(provisioned.enabled),
                it.settings.memory,
                grouped(&capacity.on(it.settings.architecture).to_string()),
            ),
        ));
    }
    if let Some(snap_start) = it.snap_start {
        let BilledSettings { memory, .. } = it.settings;
        let kept = snap_start.kept.max(LEAST_SNAPSHOT_CACHE);
        let cache = GbSeconds::of(memory, kept);
        let restores = Gigabytes::of(memory, snap_start.restores);
        usage.snapshot_cache = usage.snapshot_cache + cache;
        usage.snapshot_restores = usage.snapshot_restores + restores;
        steps.push(Step::quantity(
            "snapshot kept",
            format!(
                "{memory} × {} = {} GB-s (3 h at least)",
                time(kept),
                grouped(&cache.to_string())
            ),
        ));
        steps.push(Step::quantity(
            "snapshot restored",
            format!(
                "{} × {memory} = {} GB",
                counted(snap_start.restores, "restore"),
                grouped(&restores.to_string())
            ),
        ));
    }
    (usage, steps)
}

/// Requests that large events of asynchronous invocation count for beyond one each.
fn large_events(it: &FunctionPlan, steps: &mut Vec<Step>) -> u64 {
    let each = async_requests(it.event);
    if each == 1 {
        return 0;
    }
    let all = it.requests.saturating_mul(each);
    steps.push(Step::quantity(
        "large events",
        format!(
            "{} × {each} (one for 256 KB, one for each 64 KB more of {}) = {}",
            counted(it.requests, "event"),
            size(it.event),
            counted(all, "request"),
        ),
    ));
    all - it.requests
}

/// Bytes that are billed of streamed responses, and what they cost at list price.
fn streaming(
    part: PlanPart,
    stream: StreamPlan,
    prices: &EstimatePrices,
) -> Result<(u128, Option<Step>), PlanFault> {
    let Some(known) = &prices.other.streaming else {
        let message = format!("no price of streaming is known in {}", prices.lambda.region);
        let hint = "Leave [function.streamed] out, or take another region.";
        return Err(PlanFault::new(part, "streamed", message, hint));
    };
    let beyond = stream.size.get().saturating_sub(known.included.value.get());
    if beyond == 0 || stream.requests == 0 {
        return Ok((0, None));
    }
    let bytes = u128::from(beyond) * u128::from(stream.requests);
    let price = known.price.value;
    let step = Step {
        what: "streamed beyond 6 MB".to_owned(),
        arithmetic: format!(
            "{} × {} = {} GB × ${price}",
            counted(stream.requests, "response"),
            size(crate::units::ByteCount::new(beyond)),
            gigabytes(bytes),
        ),
        amount: Some(price.times_bytes(bytes)),
        standing: Some(known.price.source.standing),
    };
    Ok((bytes, Some(step)))
}

fn free_tier(whole: &Bill, streamed: u128, prices: &EstimatePrices) -> Vec<Step> {
    let effect = whole.free_tier;
    let mut steps = Vec::new();
    let free = |what: &str, arithmetic: String, amount: Money| Step {
        what: what.to_owned(),
        arithmetic,
        amount: Some(amount),
        standing: None,
    };
    if effect.requests > 0 {
        let words = counted(effect.requests, "request");
        steps.push(free(
            "requests",
            format!("{words} cost nothing"),
            effect.requests_amount,
        ));
    }
    if effect.compute > GbSeconds::ZERO {
        let words = grouped(&effect.compute.to_string());
        let words = format!("{words} GB-s cost nothing");
        steps.push(free("compute", words, effect.compute_amount));
    }
    if let Some(known) = &prices.other.streaming
        && streamed > 0
    {
        let bytes = streamed.min(u128::from(known.free.value.get()));
        let amount = Money::ZERO - known.price.value.times_bytes(bytes);
        let words = format!("{} GB cost nothing", gigabytes(bytes));
        steps.push(free("streamed", words, amount));
    }
    steps
}

/// A line of the bill as a step.
fn priced(line: &BillLine, book: &PriceBook) -> Step {
    let quantity = match line.quantity {
        BillQuantity::Requests(requests) => counted(requests, "request"),
        BillQuantity::GbSeconds(amount) => format!("{} GB-s", grouped(&amount.to_string())),
        BillQuantity::Gigabytes(amount) => format!("{} GB", grouped(&amount.to_string())),
    };
    Step {
        what: line.subject.to_string(),
        arithmetic: format!("{quantity} × ${}", line.price),
        amount: Some(line.amount),
        standing: Some(standing(line.subject, book)),
    }
}

/// How much weight the source of a line's price has.
fn standing(subject: BillSubject, book: &PriceBook) -> Standing {
    let source = match subject {
        BillSubject::Requests => &book.request.source,
        BillSubject::Compute { architecture, tier } => {
            let tiers = book.tiers(architecture);
            let tier = tiers
                .get((tier as usize).saturating_sub(1))
                .or(tiers.last());
            return tier.map_or(Standing::Assumed, |it| it.price.source.standing);
        }
        BillSubject::ProvisionedCapacity { architecture } => {
            &book.provisioned(architecture).capacity.source
        }
        BillSubject::ProvisionedDuration { architecture } => {
            &book.provisioned(architecture).duration.source
        }
        BillSubject::EphemeralStorage => &book.ephemeral_storage.source,
        BillSubject::SnapshotCache => &book.snapshot_cache.source,
        BillSubject::SnapshotRestores => &book.snapshot_restore.source,
    };
    source.standing
}

/// A section for each function of Lambda@Edge. They have no free tier (AWS Lambda pricing page).
pub(super) fn edge(
    plan: &EstimatePlan,
    prices: &EstimatePrices,
) -> Result<Vec<Section>, PlanFault> {
    let of = |(place, it): (usize, &super::EdgePlan)| {
        let (Some(request), Some(duration)) =
            (&prices.other.edge_request, &prices.other.edge_duration)
        else {
            let message = format!(
                "the file of {} has no prices of Lambda@Edge",
                prices.lambda.region
            );
            let hint = "They stand in the file of us-east-1, from where its functions come.";
            return Err(PlanFault::new(PlanPart::Edge(place), "edge", message, hint));
        };
        let used = GbSeconds::of(it.memory, it.duration).times(it.requests);
        let steps = vec![
            Step::quantity(
                "duration",
                format!(
                    "{} × {} × {} = {} GB-s",
                    counted(it.requests, "request"),
                    milliseconds(it.duration),
                    it.memory,
                    grouped(&used.to_string())
                ),
            ),
            Step {
                what: "requests".to_owned(),
                arithmetic: format!("{} × ${}", count(it.requests), request.value),
                amount: Some(request.value.times(it.requests)),
                standing: Some(request.source.standing),
            },
            Step {
                what: "compute".to_owned(),
                arithmetic: format!("{} GB-s × ${}", grouped(&used.to_string()), duration.value),
                amount: Some(used.at(duration.value)),
                standing: Some(duration.source.standing),
            },
        ];
        Ok(Section::of(format!("edge function {}", it.name), steps))
    };
    plan.edge.iter().enumerate().map(of).collect()
}
