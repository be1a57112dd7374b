//! What is done and what goes wrong.

use super::driver::{Due, SERVICE, Simulation, TARGET};
use super::plan::IncidentKind;
use super::sink::ServiceSink;
use super::station::Reach;
use crate::generator::Numbers;
use crate::platform::fargate::Input;
use crate::platform::scaling;
use crate::simulator::draws::Draws;
use crate::timeline::{CapacityProvider, Exit, TaskStatus};
use crate::units::{Moment, TaskId, ZoneId};

impl<S: ServiceSink> Simulation<'_, S> {
    pub(super) fn incident(&mut self, at: Moment, place: usize) {
        let Some(incident) = self.plan.incidents.get(place) else {
            return;
        };
        match incident.what {
            IncidentKind::Deployment { flaw, desired } => {
                let definition = self.fargate.next_task_definition();
                if let Some(flaw) = flaw {
                    self.flaws.insert(definition, flaw);
                }
                let register = Input::RegisterTaskDefinition {
                    definition,
                    configuration: Box::new(self.plan.definition.clone()),
                };
                self.tell(at, register);
                let mut service = self.plan.service();
                service.definition = definition;
                service.desired = desired;
                let update = Input::ConfigureService {
                    service: SERVICE,
                    configuration: Box::new(service),
                };
                self.tell(at, update);
                self.desired_set(at, desired);
            }
            IncidentKind::DesiredCount(desired) => {
                let service = SERVICE;
                self.tell(at, Input::SetDesiredCount { service, desired });
                self.desired_set(at, Some(desired));
            }
            IncidentKind::ZoneFailure { zone, lasts } => {
                self.change_zone(at, zone, false);
                self.put(at + lasts, Due::Over(place));
            }
            IncidentKind::SpotReclaim { share, lasts } => {
                self.change_spot(at, false);
                let spot = |task: TaskId| {
                    let station = self.stations.get(&task);
                    station.is_some_and(|it| it.provider == CapacityProvider::FargateSpot)
                };
                let mut tasks = self.some_tasks(at, "reclaims", share);
                tasks.retain(|task| spot(*task));
                for task in tasks {
                    self.tell(at, Input::Interrupt { task });
                }
                self.put(at + lasts, Due::Over(place));
            }
            IncidentKind::Crash { share } => {
                for task in self.some_tasks(at, "crashes", share) {
                    self.container_exited(at, task, Exit::Code(1));
                }
            }
            IncidentKind::SlowDependency { factor, lasts } => {
                self.slow.insert(place, factor);
                self.slow_flow(at);
                self.put(at + lasts, Due::Over(place));
            }
        }
    }

    /// What an incident has brought is over.
    pub(super) fn over(&mut self, at: Moment, place: usize) {
        match self.plan.incidents.get(place).map(|it| &it.what) {
            Some(IncidentKind::ZoneFailure { zone, .. }) => self.change_zone(at, *zone, true),
            Some(IncidentKind::SpotReclaim { .. }) => self.change_spot(at, true),
            Some(IncidentKind::SlowDependency { .. }) => {
                self.slow.remove(&place);
                self.slow_flow(at);
            }
            Some(
                IncidentKind::Deployment { .. }
                | IncidentKind::DesiredCount(_)
                | IncidentKind::Crash { .. },
            )
            | None => {}
        }
    }

    /// A share of the running tasks.
    fn some_tasks(&self, at: Moment, what: &str, share: f64) -> Vec<TaskId> {
        let numbers = Numbers::of(self.plan.seed, &format!("{what} at {}", at.as_nanos()));
        let running = self.fargate.tasks();
        let running = running.filter(|(_, status)| *status == TaskStatus::Running);
        let drawn = running.filter(move |(task, _)| {
            share >= 1.0 || Draws::of(numbers, task.0.into()).fraction() <= share
        });
        drawn.map(|(task, _)| task).collect()
    }

    fn desired_set(&mut self, at: Moment, desired: Option<u32>) {
        if let Some(desired) = desired {
            let target = TARGET;
            self.tell_scaling(at, scaling::Input::DesiredSet { target, desired });
        }
    }

    fn change_zone(&mut self, at: Moment, zone: u8, available: bool) {
        for (_, station) in self.stations.iter_mut() {
            if station.zone == zone {
                station.dark = !available;
                station.reach = match (available, station.booted) {
                    (false, _) => Reach::Gone,
                    (true, true) => Reach::Answers,
                    (true, false) => Reach::Refuses,
                };
            }
        }
        let tasks = self.stations.iter().filter(|(_, it)| it.zone == zone);
        let tasks: Vec<TaskId> = tasks.map(|(task, _)| *task).collect();
        if !available {
            for task in &tasks {
                match self.flows() {
                    true => self.cut_off_flow(at, *task),
                    false => self.cut_off(*task),
                }
                self.empty(at, *task);
            }
        }
        for task in &tasks {
            self.sort_task(at, *task);
        }
        let changed = Input::ChangeZone {
            zone: ZoneId(zone),
            available,
        };
        self.tell(at, changed);
        for task in tasks {
            self.tell_checks(task);
            self.sort_task(at, task);
            self.go_on(at);
            self.poll(at, task);
        }
    }

    fn change_spot(&mut self, at: Moment, available: bool) {
        let provider = CapacityProvider::FargateSpot;
        self.tell(
            at,
            Input::ChangeCapacity {
                provider,
                available,
            },
        );
    }
}
