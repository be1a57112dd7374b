//! Tasks' month -> usage -> money, in steps; and what a savings plan takes off.

use super::check::{PlanFault, PlanPart};
use super::plan::{EstimatePlan, MONTH, SavingsPlan, TaskPlan};
use super::price::{Section, Step};
use super::prices::EstimatePrices;
use super::words::{count, counted, time};
use crate::billing::{
    BilledTask, FargateBillLine, FargatePrices, FargateSubject, Standing, TaskRate, bill_tasks,
};
use crate::timeline::{CapacityProvider, OperatingSystem};
use crate::units::{Money, Span};

/// Hours of a month.
const HOURS: usize = 730;
/// An hour in seconds.
const HOUR: u64 = 3_600;

/// A section for each group of tasks, and one for the savings plan.
pub(super) fn sections(
    plan: &EstimatePlan,
    prices: &EstimatePrices,
) -> Result<Vec<Section>, PlanFault> {
    let known = || {
        prices.fargate.as_ref().ok_or_else(|| {
            let part = match plan.tasks.is_empty() {
                true => PlanPart::SavingsPlan,
                false => PlanPart::Task(0),
            };
            let message = format!("no prices of Fargate are known in {}", prices.lambda.region);
            let hint = "Take another region, or leave tasks out.";
            PlanFault::new(part, "region", message, hint)
        })
    };
    if plan.tasks.is_empty() && plan.savings_plan.is_none() {
        return Ok(Vec::new());
    }
    let fargate = known()?;
    let tasks = plan.tasks.iter().map(|it| section(it, fargate));
    let mut sections: Vec<Section> = tasks.collect();
    if let Some(savings) = plan.savings_plan {
        sections.push(savings_section(savings, plan, fargate, prices)?);
    }
    Ok(sections)
}

fn section(it: &TaskPlan, prices: &FargatePrices) -> Section {
    let task = billed(it);
    let runs = u64::from(it.count) * u64::from(it.runs);
    let usage = task.usage(it.time).times(runs);
    let least = task.rate.least();
    let of_each = match it.time < least {
        true => format!("{} (billed as {})", time(it.time), time(least)),
        false => time(it.time),
    };
    let runs = match it.runs {
        1 => String::new(),
        runs => format!(" × {}", counted(u64::from(runs), "run")),
    };
    let tasks = counted(u64::from(it.count), "task");
    let mut steps = vec![Step::quantity(
        "tasks",
        format!("{tasks}{runs} × {of_each}, each {}", it.size),
    )];
    let bill = bill_tasks(prices, &usage);
    steps.extend(bill.lines.iter().map(|line| priced(line, prices)));
    Section::of(format!("tasks {}", it.name), steps)
}

fn billed(it: &TaskPlan) -> BilledTask {
    BilledTask {
        rate: match it.operating_system {
            OperatingSystem::Linux => TaskRate::Linux {
                architecture: it.architecture,
                provider: it.provider,
            },
            OperatingSystem::Windows => TaskRate::Windows,
        },
        size: it.size,
        storage: it.storage,
        public_ip: it.public_ip,
    }
}

fn priced(line: &FargateBillLine, prices: &FargatePrices) -> Step {
    Step {
        what: line.subject.to_string(),
        arithmetic: format!("{} × ${}", line.quantity, line.price),
        amount: Some(line.amount),
        standing: Some(standing(line.subject, prices)),
    }
}

fn standing(subject: FargateSubject, prices: &FargatePrices) -> Standing {
    let source = match subject {
        FargateSubject::Cpu { rate } => &prices.tasks(rate).cpu.source,
        FargateSubject::Memory { rate } => &prices.tasks(rate).memory.source,
        FargateSubject::WindowsLicence => &prices.windows_licence.source,
        FargateSubject::EphemeralStorage => &prices.ephemeral_storage.source,
        FargateSubject::PublicIpv4 => &prices.public_ipv4.source,
        FargateSubject::EksCluster => &prices.eks_cluster.source,
    };
    source.standing
}

/// "Savings Plans … apply to … Fargate usage" hour by hour: what an hour's On-Demand usage would cost at the plan's
/// prices is paid from the hour's commitment; what is beyond it costs On-Demand prices; what is left of it is lost
/// (Savings Plans user guide, "How Savings Plans apply to your usage"). CPU and memory of On-Demand tasks are
/// covered, Spot, storage and addresses are not: that Windows is not covered either is a model choice.
fn savings_section(
    savings: SavingsPlan,
    plan: &EstimatePlan,
    prices: &FargatePrices,
    all: &EstimatePrices,
) -> Result<Section, PlanFault> {
    let Some(percent) = all.other.savings_plans.get(&savings.term) else {
        let message = format!("no prices of this plan are known in {}", all.lambda.region);
        let hint = "Take another term or region.";
        return Err(PlanFault::new(PlanPart::SavingsPlan, "term", message, hint));
    };
    // What one hour's commitment pays of On-Demand usage.
    let paid_for = savings.commitment.times(1).share(100, percent.value);
    let by_hour = hours(plan, prices);
    let covered: Money = by_hour.iter().map(|hour| (*hour).min(paid_for)).sum();
    let used = by_hour.iter().filter(|hour| **hour >= paid_for).count();
    let commitment = savings.commitment.times(HOURS as u64);
    let steps = vec![
        Step {
            what: "On-Demand usage that it pays for".to_owned(),
            arithmetic: format!(
                "at most ${} of each hour (${} at {} % of On-Demand); fully used in {} of {HOURS} hours",
                paid_for.decimal(6),
                savings.commitment,
                percent.value,
                count(used as u64),
            ),
            amount: Some(Money::ZERO - covered),
            standing: Some(percent.source.standing),
        },
        Step {
            what: "commitment".to_owned(),
            arithmetic: format!("{HOURS} h × ${}", savings.commitment),
            amount: Some(commitment),
            standing: None,
        },
    ];
    Ok(Section::of(
        format!("savings plan, {}", savings.term),
        steps,
    ))
}

/// What CPU and memory of On-Demand tasks cost in each hour of the month.
fn hours(plan: &EstimatePlan, prices: &FargatePrices) -> Vec<Money> {
    let mut hours = vec![Money::ZERO; HOURS];
    for it in &plan.tasks {
        let task = billed(it);
        let covered = matches!(
            task.rate,
            TaskRate::Linux {
                provider: CapacityProvider::Fargate,
                ..
            }
        );
        if !covered {
            continue;
        }
        let bare = BilledTask {
            storage: crate::timeline::INCLUDED_STORAGE,
            public_ip: false,
            ..task
        };
        // A whole hour's price, so that what an hour has of it is a share of seconds.
        let hour = bill_tasks(prices, &bare.usage(Span::from_secs(HOUR)));
        let hour = hour.total().times(u64::from(it.count));
        let billed = it.time.max(task.rate.least());
        let seconds = busy(it.runs, billed.as_nanos().div_ceil(1_000_000_000));
        for (sum, seconds) in hours.iter_mut().zip(seconds) {
            *sum += hour.share(seconds, HOUR);
        }
    }
    hours
}

/// For how many seconds runs are under way in each hour of the month, counted once for each that is. They begin
/// evenly; what is over at the month's end goes on at its beginning.
fn busy(runs: u32, length: u64) -> Vec<u64> {
    let month = MONTH.as_nanos() / 1_000_000_000;
    let mut seconds = vec![0_u64; HOURS];
    // Hours in which a run is under way all the time, as differences from one hour to the next.
    let mut changes = vec![0_i64; HOURS + 1];
    let whole_months = length / month;
    let rest = length % month;
    for run in 0..u64::from(runs) {
        let begin = month * run / u64::from(runs);
        let end = begin + rest;
        for (from, to) in [(begin, end.min(month)), (0, end.saturating_sub(month))] {
            if to <= from {
                continue;
            }
            let (first, last) = ((from / HOUR) as usize, (to / HOUR) as usize);
            if first == last {
                seconds[first] += to - from;
                continue;
            }
            seconds[first] += (first as u64 + 1) * HOUR - from;
            if last < HOURS {
                seconds[last] += to - last as u64 * HOUR;
            }
            changes[first + 1] += 1;
            changes[last] -= 1;
        }
    }
    let mut under_way = 0_i64;
    for (hour, change) in seconds.iter_mut().zip(&changes) {
        under_way += change;
        *hour += under_way.unsigned_abs() * HOUR + whole_months * u64::from(runs) * HOUR;
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_run_fills_the_hours_that_it_touches() {
        let one = busy(1, 5_400);
        assert_eq!(one[..3], [3_600, 1_800, 0]);
        // Two: the second begins in the middle of the month, and a month's length is all of it.
        let two = busy(2, 3_600);
        assert_eq!((two[0], two[1], two[365], two[366]), (3_600, 0, 3_600, 0));
        let always = busy(1, 730 * 3_600);
        assert!(always.iter().all(|it| *it == 3_600));
    }

    proptest! {
        #[test]
        fn no_second_is_lost(runs in 0_u32..5_000, length in 0_u64..3_000_000) {
            let all: u64 = busy(runs, length).iter().sum();
            prop_assert_eq!(all, u64::from(runs) * length);
        }
    }
}
