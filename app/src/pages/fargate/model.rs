//! What a service came to, as rows and lines; words and colours of phases.

use crate::pages::scale::{Row, level, percent, percentiles, row};
use crate::shapes::text::grouped;
use crate::shapes::ticks::short;
use crate::widgets::RunSeries;
use runtime_core::simulator::fargate::{LanePhase, ServiceSoFar, ServiceStretch};
use runtime_core::units::Span;

/// The CSS class of a phase's colour.
pub(super) const fn phase_class(phase: LanePhase) -> &'static str {
    match phase {
        LanePhase::Provisioning | LanePhase::Pending | LanePhase::Activating => "phase-starts",
        LanePhase::Running => "phase-runs",
        LanePhase::Healthy => "phase-healthy",
        LanePhase::Unhealthy => "phase-unhealthy",
        LanePhase::Deactivating => "phase-drains",
        LanePhase::Stopping | LanePhase::Deprovisioning | LanePhase::Stopped => "phase-stops",
    }
}

/// A phase in ECS's words.
pub(super) const fn phase_words(phase: LanePhase) -> &'static str {
    match phase {
        LanePhase::Provisioning => "PROVISIONING",
        LanePhase::Pending => "PENDING",
        LanePhase::Activating => "ACTIVATING",
        LanePhase::Running => "RUNNING",
        LanePhase::Healthy => "RUNNING, healthy",
        LanePhase::Unhealthy => "RUNNING, unhealthy",
        LanePhase::Deactivating => "DEACTIVATING",
        LanePhase::Stopping => "STOPPING",
        LanePhase::Deprovisioning => "DEPROVISIONING",
        LanePhase::Stopped => "STOPPED",
    }
}

/// `1:02:03`, `0:07`: hours if there are any, minutes, seconds.
pub(super) fn time(nanos: u64) -> String {
    let seconds = nanos / 1_000_000_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        hours => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// What a task is called: on EKS it is a pod.
pub(super) fn noun(it: &ServiceSoFar) -> &'static str {
    match it.service.pods {
        None => "task",
        Some(_) => "pod",
    }
}

/// A pod's phase as Kubernetes shows it, with what it is of a task.
pub(super) fn phase_of(it: &ServiceSoFar, phase: LanePhase) -> &'static str {
    if it.service.pods.is_none() {
        return phase_words(phase);
    }
    match phase {
        LanePhase::Provisioning => "Pending: its node is made",
        LanePhase::Pending => "Pending: image, containers",
        LanePhase::Activating => "Pending: its target is registered",
        LanePhase::Running | LanePhase::Unhealthy => "Running, not ready",
        LanePhase::Healthy => "Running, ready",
        LanePhase::Deactivating | LanePhase::Stopping => "Terminating",
        LanePhase::Deprovisioning => "Terminating: its node goes",
        LanePhase::Stopped => "deleted",
    }
}

/// The figures.
pub(super) fn rows(it: &ServiceSoFar) -> Vec<Row> {
    let figures = &it.headline;
    let noun = noun(it);
    let answers = figures.answers;
    let mut rows = vec![
        row("Requests", grouped(figures.requests), ""),
        row(
            "Served",
            grouped(answers.served),
            share(answers.served, answers.all()),
        ),
    ];
    let counted = [
        (
            "502 Bad Gateway",
            answers.bad_gateway,
            "the task refused or closed the connection",
        ),
        (
            "503 Unavailable",
            answers.unavailable,
            "the target group had no targets",
        ),
        (
            "504 Timeout",
            answers.timeout,
            "no connection in ten seconds, or no response in the idle timeout",
        ),
        ("Sent again", figures.again, "by clients"),
        ("Not finished", figures.unfinished, "so far"),
    ];
    let there = counted.into_iter().filter(|(_, count, _)| *count > 0);
    rows.extend(there.map(|(name, count, note)| row(name, grouped(count), note)));
    if let Some(latency) = figures.latency {
        let (value, note) = percentiles(latency);
        rows.push(row("Latency", value, note));
    }
    let (value, note) = level(figures.running);
    let name = |task, pod| match it.service.pods {
        None => task,
        Some(_) => pod,
    };
    rows.push(row(name("Running tasks", "Running pods"), value, note));
    rows.push(row(
        name("Desired count", "Replicas"),
        format!(
            "raised {} times, lowered {} times",
            figures.scale_outs, figures.scale_ins
        ),
        format!("at most {}", figures.most_desired),
    ));
    let failed = match figures.failed {
        0 => String::new(),
        failed => format!("{} stopped because something was wrong", grouped(failed)),
    };
    rows.push(row(
        name("Tasks started", "Pods started"),
        grouped(figures.started),
        failed,
    ));
    if let Some(pods) = &it.service.pods {
        rows.push(row(
            "CapacityProvisioned",
            pods.provisioned.clone(),
            format!("paid for; its container may use {}", pods.requested),
        ));
    }
    if let Some(cpu) = figures.cpu {
        rows.push(row(
            "CPU",
            format!("{} on average", percent(cpu)),
            format!("{} idle and paid for", percent(1.0 - cpu)),
        ));
    }
    if figures.most_queued > 0 {
        rows.push(row(
            name("Queued in tasks", "Queued in pods"),
            format!("at most {}", grouped(figures.most_queued)),
            "",
        ));
    }
    if let Some(queue) = figures.queue {
        rows.push(row(
            "Backlog",
            format!("at most {} messages", grouped(queue.most_visible)),
            format!(
                "the oldest was there for {}",
                short(queue.oldest.as_nanos())
            ),
        ));
        let counted = [
            (
                "Visible again",
                queue.returned,
                "no task had deleted them in time",
            ),
            (
                "Handled in vain",
                queue.in_vain,
                "another task had received them since",
            ),
            ("Expired", queue.expired, "after the retention period"),
        ];
        let there = counted.into_iter().filter(|(_, count, _)| *count > 0);
        rows.extend(there.map(|(name, count, note)| row(name, grouped(count), note)));
    }
    let cost = &it.cost;
    rows.push(row(
        "Cost",
        format!("${}", cost.total),
        format!(
            "list prices of {}; of {noun}s since they were created, up to five minutes before the start; without \
             the load balancer",
            cost.source
        ),
    ));
    let lines = cost.lines.iter();
    rows.extend(lines.map(|(what, dollars)| row("", format!("${dollars}"), what.clone())));
    rows
}

fn share(part: u64, of: u64) -> String {
    match of {
        0 => String::new(),
        of => percent(part as f64 / of as f64),
    }
}

type Value = fn(&ServiceStretch) -> u64;

fn lines(it: &ServiceSoFar, values: &[Value]) -> RunSeries {
    let stretches = &it.series.stretches;
    let line = |value: &Value| {
        let drawn = |stretch: &ServiceStretch| u32::try_from(value(stretch)).unwrap_or(u32::MAX);
        stretches.iter().map(drawn).collect()
    };
    RunSeries {
        length: it.length.as_nanos(),
        width: it.series.width.as_nanos(),
        lines: values.iter().map(line).collect(),
    }
}

/// What came, what was served, what failed.
pub(super) fn load(it: &ServiceSoFar) -> RunSeries {
    lines(
        it,
        &[
            |it| it.requests,
            |it| it.answers.served,
            |it| it.answers.errors(),
        ],
    )
}

/// Tasks that are wanted, run, and are healthy.
pub(super) fn tasks(it: &ServiceSoFar) -> RunSeries {
    lines(
        it,
        &[
            |it| it.desired.into(),
            |it| it.running.into(),
            |it| it.healthy.into(),
        ],
    )
}

/// Percent of memory and CPU.
pub(super) fn utilization(it: &ServiceSoFar) -> RunSeries {
    let percent = |share: Option<f64>| (share.unwrap_or(0.0) * 100.0).round() as u64;
    let values: [&dyn Fn(&ServiceStretch) -> u64; 2] =
        [&|it| percent(it.memory), &|it| percent(it.cpu)];
    let stretches = &it.series.stretches;
    let line = |value: &&dyn Fn(&ServiceStretch) -> u64| {
        stretches.iter().map(|it| value(it) as u32).collect()
    };
    RunSeries {
        lines: values.iter().map(line).collect(),
        ..lines(it, &[])
    }
}

/// Requests that waited in tasks, or messages that waited for them.
pub(super) fn queue(it: &ServiceSoFar) -> RunSeries {
    lines(it, &[|it| it.queued + it.backlog])
}

/// What 99 in a hundred, and half, of what was served did not exceed: whole milliseconds.
pub(super) fn latencies(it: &ServiceSoFar) -> RunSeries {
    fn millis(it: Span) -> u64 {
        it.as_nanos().div_ceil(1_000_000)
    }
    lines(
        it,
        &[
            |it| it.latency.map_or(0, |(_, most)| millis(most)),
            |it| it.latency.map_or(0, |(half, _)| millis(half)),
        ],
    )
}

/// How long a phase lasted, in words.
pub(super) fn lasted(from: Span, to: Span) -> String {
    short(to.saturating_sub(from).as_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_hours_only_if_there_are_any() {
        let secs = |it: u64| time(it * 1_000_000_000);
        assert_eq!(
            [secs(7), secs(60), secs(3_723)],
            ["0:07", "1:00", "1:02:03"]
        );
    }
}
