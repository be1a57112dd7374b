//! The service at a moment: load balancer, Availability Zones, tasks as the machines that they are.

use super::model::{noun, phase_class, phase_of};
use super::panels::Seen;
use super::playhead::Playhead;
use crate::pages::scale::percent;
use crate::shapes::text::grouped;
use crate::shapes::ticks::short;
use leptos::prelude::*;
use runtime_core::simulator::fargate::{
    LanePhase, MOST_LANES, ServiceSoFar, ServiceStretch, Weights,
};
use runtime_core::timeline::CapacityProvider;
use runtime_core::units::Span;

/// A task that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Machine {
    number: u32,
    phase: LanePhase,
    /// Task or pod, and the phase in its words.
    words: (&'static str, &'static str),
    spot: bool,
    deployment: u32,
    /// Where deployments shift traffic: whether it is of a newer revision than others.
    green: bool,
}

/// What is there at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
struct Moment {
    zones: Vec<Vec<Machine>>,
    /// How many tasks of the run are not kept one by one, and so in no zone here.
    left_out: u64,
    /// Where deployments shift traffic: what the listener's rule says.
    weights: Option<Weights>,
    /// The deployments that have tasks, the oldest first.
    deployments: Vec<u32>,
    stretch: ServiceStretch,
    width: Span,
}

fn moment(it: &ServiceSoFar, at: u64) -> Moment {
    let mut zones = vec![Vec::new(); usize::from(it.service.zones)];
    let mut deployments = Vec::new();
    for lane in &it.tasks {
        let phase = lane.phase(Span::from_nanos(at));
        if let (Some(phase), Some(zone)) = (phase, zones.get_mut(usize::from(lane.zone))) {
            zone.push(Machine {
                number: lane.task.0,
                phase,
                words: (noun(it), phase_of(it, phase)),
                spot: lane.provider == CapacityProvider::FargateSpot,
                deployment: lane.deployment.0,
                green: false,
            });
            deployments.push(lane.deployment.0);
        }
    }
    deployments.sort_unstable();
    deployments.dedup();
    let weights = it.weights.iter().rfind(|it| it.since.as_nanos() <= at);
    let oldest = deployments.first().copied().filter(|_| weights.is_some());
    for machine in zones.iter_mut().flatten() {
        machine.green = oldest.is_some_and(|oldest| oldest < machine.deployment);
    }
    let width = it.series.width;
    let place = (at / width.as_nanos().max(1)) as usize;
    let stretches = &it.series.stretches;
    let stretch = stretches.get(place).or(stretches.last());
    Moment {
        zones,
        left_out: it.more_tasks,
        weights: weights.copied(),
        deployments,
        stretch: stretch.copied().unwrap_or_default(),
        width,
    }
}

#[component]
pub(super) fn ServicePicture(seen: Seen, playhead: Playhead) -> impl IntoView {
    let now = Memo::new(move |_| {
        let at = playhead.at();
        seen.with(|it| moment(it, at)).unwrap_or_default()
    });
    let service = Memo::new(move |_| seen.with(|it| it.service.clone()));
    let zones = move || {
        let zones = now.with(|it| it.zones.len());
        let addresses = service.with(|it| it.as_ref().map_or(0, |it| it.addresses));
        (0..zones)
            .map(|zone| view! { <Zone now zone addresses /> })
            .collect_view()
    };
    let words = move || {
        service.get().map(|it| {
            let way = match it.algorithm {
                Some(algorithm) => algorithm.replace('_', " "),
                None => "polls an SQS queue".to_owned(),
            };
            let size = match it.pods {
                None => it.size,
                Some(pods) => format!(
                    "pods of EKS with {}, paid as {}",
                    pods.requested, pods.provisioned
                ),
            };
            format!("{} · {size} · {} · {way}", it.name, it.platform)
        })
    };
    let before = move || {
        let is_queue = service.with(|it| it.as_ref().is_some_and(|it| it.algorithm.is_none()));
        if is_queue { "Queue" } else { "Load balancer" }
    };
    view! {
        <figure class="service-picture" aria-label="The service at this moment">
            <figcaption class="muted">{words}</figcaption>
            <div class="balancer" data-testid="balancer">
                <b>{before}</b>
                <span class="mono">{move || now.with(balancer_words)}</span>
            </div>
            {move || now.with(traffic_words).map(|words| view! {
                <p class="service-counts mono" data-testid="traffic">{words}</p>
            })}
            <p class="service-counts mono" data-testid="service-counts">{move || now.with(count_words)}</p>
            <div class="vpc">{zones}</div>
            {move || {
                let left_out = now.with(|it| it.left_out);
                (left_out > 0).then(|| view! {
                    <p class="field-note muted" data-testid="left-out">
                        {format!("Only the run's first {} tasks are drawn one by one; {} later ones are in the counts only.", grouped(MOST_LANES as u64), grouped(left_out))}
                    </p>
                })
            }}
            <Legend />
        </figure>
    }
}

fn balancer_words(it: &Moment) -> String {
    let seconds = it.width.as_nanos() as f64 / 1e9;
    let rate = it.stretch.requests as f64 / seconds.max(1e-9);
    let mut words = match rate {
        few if few < 10.0 => format!("{few:.1} requests a second"),
        many => format!("{} requests a second", grouped(many.round() as u64)),
    };
    let answers = it.stretch.answers;
    for (name, count) in [
        ("502", answers.bad_gateway),
        ("503", answers.unavailable),
        ("504", answers.timeout),
    ] {
        if count > 0 {
            words += &format!(" · {name}: {}", grouped(count));
        }
    }
    if let Some((half, most)) = it.stretch.latency {
        words += &format!(
            " · half in {}, 99 % in {}",
            short(half.as_nanos()),
            short(most.as_nanos())
        );
    }
    words
}

/// `95 % of traffic to deployment 1 (blue) · 5 % to deployment 2 (green)`.
fn traffic_words(it: &Moment) -> Option<String> {
    let weights = it.weights?;
    let of = weights.deployment.0;
    let colour = |deployment: u32| match it.deployments.first() {
        Some(first) if *first < deployment => "green",
        _ => "blue",
    };
    let mut words = format!(
        "{} of traffic to deployment {of} ({})",
        weights.share,
        colour(of)
    );
    let other = it.deployments.iter().find(|other| **other != of);
    if let Some(other) = other {
        words += &format!(
            " · {} to deployment {other} ({})",
            weights.share.rest(),
            colour(*other)
        );
    }
    Some(words)
}

fn count_words(it: &Moment) -> String {
    let stretch = &it.stretch;
    let mut words = format!(
        "desired {} · running {} · healthy {} · starting {}",
        stretch.desired, stretch.running, stretch.healthy, stretch.pending
    );
    if let Some(cpu) = stretch.cpu {
        words += &format!(" · CPU {}", percent(cpu));
    }
    if let Some(memory) = stretch.memory.filter(|it| *it > 0.0) {
        words += &format!(" · memory {}", percent(memory));
    }
    if stretch.backlog > 0 {
        words += &format!(
            " · {} in the queue, the oldest for {}",
            grouped(stretch.backlog),
            short(stretch.oldest.as_nanos())
        );
    }
    if stretch.queued > 0 {
        words += &format!(" · {} queue in tasks", grouped(stretch.queued));
    }
    words
}

#[component]
fn Zone(now: Memo<Moment>, zone: usize, addresses: u32) -> impl IntoView {
    let machines =
        Memo::new(move |_| now.with(|it| it.zones.get(zone).cloned().unwrap_or_default()));
    let free = move || {
        // Of tasks that are not kept nobody knows where they are.
        if now.with(|it| it.left_out > 0) {
            return format!("{} addresses", grouped(addresses.into()));
        }
        let taken = machines.with(Vec::len);
        format!(
            "{} of {addresses} addresses free",
            addresses.saturating_sub(taken as u32)
        )
    };
    let machine = |it: Machine| {
        let spot = if it.spot { ", Spot" } else { "" };
        let revision = if it.green { ", green" } else { "" };
        let words = format!(
            "{} {}: {}{spot}{revision}",
            it.words.0, it.number, it.words.1
        );
        let said = words.clone();
        view! {
            <li class=format!("machine {}", phase_class(it.phase)) class:spot=it.spot class:green=it.green title=words>
                <span class="visually-hidden">{said}</span>
            </li>
        }
    };
    view! {
        <section class="zone" aria-label=format!("Zone {zone}")>
            <h3>"Zone "{zone}</h3>
            <p class="muted">{free}</p>
            <ul class="machines" data-testid="machines">
                {move || machines.get().into_iter().map(machine).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Legend() -> impl IntoView {
    let all = [
        (LanePhase::Pending, "starts"),
        (LanePhase::Running, "runs"),
        (LanePhase::Healthy, "healthy"),
        (LanePhase::Unhealthy, "unhealthy"),
        (LanePhase::Deactivating, "drains"),
        (LanePhase::Stopping, "stops"),
    ];
    let items = all.map(|(phase, words)| {
        view! { <li><span class=format!("machine {}", phase_class(phase))></span>{words}</li> }
    });
    view! {
        <ul class="legend machine-legend">
            {items.collect_view()}
            <li><span class="machine spot phase-healthy"></span>"Spot"</li>
            <li><span class="machine green phase-healthy"></span>"new revision, where traffic shifts"</li>
        </ul>
    }
}
