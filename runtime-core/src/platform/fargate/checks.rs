//! What health checks say of tasks, as facts.

use super::Fargate;
use super::input::{Checked, Out, Timer};
use super::probe::Probe;
use crate::timeline::{FargateFact, Health};
use crate::units::{Moment, TaskId};

impl Fargate {
    pub(super) fn answering(
        &mut self,
        at: Moment,
        id: TaskId,
        checked: Checked,
        passes: bool,
        out: &mut Out,
    ) {
        let task = self.tasks.get_mut(&id);
        let probe = task
            .and_then(|task| task.state.containers())
            .and_then(|containers| containers.probe(checked));
        if let Some(probe) = probe {
            let before = probe.planned;
            probe.answer(at, passes);
            if probe.planned != before {
                set_timer(id, checked, probe, out);
            }
        }
    }

    pub(super) fn verdict(
        &mut self,
        at: Moment,
        id: TaskId,
        checked: Checked,
        planned: Moment,
        out: &mut Out,
    ) {
        let task = self.tasks.get_mut(&id);
        let Some(containers) = task.and_then(|task| task.state.containers()) else {
            return;
        };
        let before = containers.container_health();
        let Some(probe) = containers.probe(checked) else {
            return;
        };
        if probe.planned != Some(planned) || planned > at {
            return;
        }
        let verdict = probe.verdict(at);
        set_timer(id, checked, probe, out);
        let Some(health) = verdict else {
            return;
        };
        let after = containers.container_health();
        match checked {
            Checked::Target => out.fact(FargateFact::TargetChanged { task: id, health }),
            Checked::Container(_) if before != after => out.fact(FargateFact::HealthChanged {
                task: id,
                health: after.unwrap_or(Health::Unknown),
            }),
            Checked::Container(_) => {}
        }
        self.assess(at, id, out);
    }

    pub(super) fn plan_checks(&mut self, id: TaskId, out: &mut Out) {
        let task = self.tasks.get_mut(&id);
        if let Some(containers) = task.and_then(|task| task.state.containers()) {
            for (checked, probe) in &mut containers.probes {
                probe.plan();
                set_timer(id, *checked, probe, out);
            }
        }
    }

    pub(super) fn plan_check(&mut self, id: TaskId, checked: Checked, out: &mut Out) {
        let task = self.tasks.get_mut(&id);
        let probe = task
            .and_then(|task| task.state.containers())
            .and_then(|containers| containers.probe(checked));
        if let Some(probe) = probe {
            probe.plan();
            set_timer(id, checked, probe, out);
        }
    }
}

fn set_timer(task: TaskId, checked: Checked, probe: &Probe, out: &mut Out) {
    if let Some(planned) = probe.planned {
        let timer = Timer::Verdict {
            task,
            checked,
            planned,
        };
        out.timer(planned, timer);
    }
}
