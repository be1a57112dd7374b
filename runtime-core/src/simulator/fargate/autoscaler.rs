//! The horizontal pod autoscaler of a simulated Deployment: what it knows of pods, every 15 seconds.

use super::driver::{Due, SERVICE, Simulation};
use super::eks::{EksPlan, PodMeasure};
use super::sink::ServiceSink;
use crate::platform::fargate::Input;
use crate::platform::scaling::{self, PodAutoscaler, PodReadiness, PodUsage, SYNC_PERIOD};
use crate::timeline::{FargateFact, Health, TaskStatus};
use crate::units::{MetricValue, Moment, PodAutoscalerId, TaskId};

/// What is known of a pod.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PodNotes {
    /// Its node has it.
    started: Option<Moment>,
    /// Since when its containers run, this time.
    running: Option<Moment>,
    /// Whether they have run before.
    ran: bool,
    ready: bool,
    since: Moment,
}

impl PodNotes {
    fn turn(&mut self, at: Moment, ready: bool) {
        if self.ready != ready {
            (self.ready, self.since) = (ready, at);
        }
    }
}

impl<S: ServiceSink> Simulation<'_, S> {
    /// The autoscaler is there as long as the Deployment.
    pub(super) fn begin_autoscaler(&mut self, at: Moment) {
        let eks = self.plan.eks.as_ref();
        let Some(autoscaler) = eks.and_then(|it| it.autoscaler.as_ref()) else {
            return;
        };
        let configuration = Box::new(autoscaler.configuration(&self.plan.name));
        let mut out = scaling::Out::default();
        let id = PodAutoscalerId(1);
        self.autoscaler = Some(PodAutoscaler::new(id, configuration, &mut out));
        self.told_by_autoscaler(at, out);
        self.put(at + SYNC_PERIOD, Due::Sync);
    }

    fn told_by_autoscaler(&mut self, at: Moment, out: scaling::Out) {
        for fact in &out.facts {
            self.sink.scaling(at, fact);
        }
        for effect in out.effects {
            if let scaling::Effect::SetReplicas { replicas, .. } = effect {
                let input = Input::SetDesiredCount {
                    service: SERVICE,
                    desired: replicas,
                };
                self.put(at, Due::Fargate(input));
            }
        }
    }

    /// It looks at its pods.
    pub(super) fn sync(&mut self, at: Moment) {
        self.put(at + SYNC_PERIOD, Due::Sync);
        let Some(mut autoscaler) = self.autoscaler.take() else {
            return;
        };
        let eks = self.plan.eks.as_ref().and_then(|it| it.autoscaler.as_ref());
        let metrics = eks.map_or(&[][..], |it| &it.metrics);
        let mut usages: Vec<PodUsage> = Vec::new();
        for (measure, _) in metrics {
            usages.push(match measure {
                PodMeasure::Cpu => self.cpu_of_pods(at),
                PodMeasure::RequestsPerSecond => self.requests_of_pods(at),
            });
        }
        self.since_sync = 0;
        let replicas = self.fargate.service(SERVICE).unwrap_or_default().desired;
        let mut out = scaling::Out::default();
        autoscaler.sync(at, replicas, &usages, &mut out);
        self.autoscaler = Some(autoscaler);
        self.told_by_autoscaler(at, out);
    }

    /// Pods that count, by whether they run; those that Fargate has not accepted are Pending too.
    fn pods(&self) -> (Vec<TaskId>, PodUsage) {
        let (mut running, mut usage) = (Vec::new(), PodUsage::default());
        for (task, status) in self.fargate.tasks() {
            let ran = self.stations.get(&task).is_some_and(|it| it.pod.ran);
            match status {
                TaskStatus::Running => running.push(task),
                // Its container has ended and starts again.
                TaskStatus::Pending | TaskStatus::Activating if ran => usage.missing += 1,
                TaskStatus::Provisioning | TaskStatus::Pending | TaskStatus::Activating => {
                    usage.unready += 1;
                }
                _ => {}
            }
        }
        let view = self.fargate.service(SERVICE).unwrap_or_default();
        usage.unready += view.desired.saturating_sub(view.running + view.pending);
        (running, usage)
    }

    /// Percent of what pods ask for, in the 15 seconds before (model choice: metrics-server, which measures as often,
    /// has just done so).
    fn cpu_of_pods(&mut self, at: Moment) -> PodUsage {
        let (running, mut usage) = self.pods();
        let share = self.plan.eks.as_ref().map_or(1.0, EksPlan::share_of_cpu);
        for task in running {
            let Some(station) = self.stations.get_mut(&task) else {
                continue;
            };
            let cpu = station.machine.take_utilization_of_pod(at, SYNC_PERIOD);
            let pod = station.pod;
            let readiness = PodReadiness {
                started: pod.started.unwrap_or(at),
                ready: pod.ready,
                since: pod.since,
            };
            if !measured(&pod, at) {
                usage.missing += 1;
            } else if readiness.is_set_aside(at, SYNC_PERIOD) {
                usage.unready += 1;
            } else {
                usage.ready += 1;
                let millionths = (cpu * share * 100.0 * 1e6).round() as i64;
                usage.sum = usage.sum + MetricValue::from_millionths(millionths);
            }
        }
        usage
    }

    /// Requests a second that have come to all of them.
    fn requests_of_pods(&self, at: Moment) -> PodUsage {
        let (running, mut usage) = self.pods();
        for task in running {
            let station = self.stations.get(&task);
            match station.is_some_and(|it| measured(&it.pod, at)) {
                true => usage.ready += 1,
                false => usage.missing += 1,
            }
        }
        let seconds = SYNC_PERIOD.as_nanos() / 1_000_000_000;
        usage.sum = MetricValue::ratio(self.since_sync, seconds).unwrap_or_default();
        usage
    }

    /// What a fact says of a pod.
    pub(super) fn note_pod(&mut self, at: Moment, fact: &FargateFact) {
        let (FargateFact::PullStarted { task }
        | FargateFact::TaskMoved { task, .. }
        | FargateFact::TargetChanged { task, .. }
        | FargateFact::TargetDraining { task }) = fact
        else {
            return;
        };
        let balanced = self.workers.is_none();
        let Some(pod) = self.stations.get_mut(task).map(|it| &mut it.pod) else {
            return;
        };
        match fact {
            FargateFact::PullStarted { .. } => {
                pod.started.get_or_insert(at);
                pod.since = at;
            }
            FargateFact::TaskMoved { to, .. } if *to == TaskStatus::Running => {
                (pod.running, pod.ran) = (Some(at), true);
                pod.turn(at, !balanced);
            }
            FargateFact::TaskMoved { .. } | FargateFact::TargetDraining { .. } => {
                pod.turn(at, false);
            }
            FargateFact::TargetChanged { health, .. } => {
                pod.turn(at, *health == Health::Healthy);
            }
            _ => {}
        }
    }
}

/// Whether it has run for long enough for a metric.
fn measured(pod: &PodNotes, at: Moment) -> bool {
    pod.running
        .is_some_and(|since| at.since(since) >= SYNC_PERIOD)
}
