//! What is measured: samples for Application Auto Scaling and for the sink.

use super::driver::{SAMPLING, SERVICE, Simulation};
use super::fluid::counts;
use super::measures::Measure;
use super::sink::{Sample, ServiceSink};
use crate::platform::scaling::{Input, Samples};
use crate::units::{MetricValue, Moment, Span, SubnetId, TaskId};

const MINUTE: u64 = Span::from_secs(60).as_nanos();

impl<S: ServiceSink> Simulation<'_, S> {
    /// Every 20 seconds. Of metrics of a minute that is several samples a datapoint ("one point a minute, from
    /// several samples": ECS developer guide of 2023-06-15, "Amazon ECS CloudWatch metrics").
    pub(super) fn sample(&mut self, at: Moment) {
        let mut sample = Sample::default();
        match self.flows() {
            true => {
                self.sample_flow(at, &mut sample);
                self.look_at_flow_checks(at);
            }
            false => {
                self.look_at_checks(at);
                self.sample_each(at, &mut sample);
            }
        }
        let subnets = (1..=u32::from(self.plan.network.zones)).map(SubnetId);
        let free = subnets.filter_map(|subnet| self.fargate.free_addresses(subnet));
        sample.free_addresses = free.sum();
        sample.queue = self.workers.as_mut().map(|it| it.sample(at));
        self.sampled(at, &sample);
        self.report_metrics(at, &sample);
        self.since_sample = 0;
    }

    /// Measures tasks one by one.
    fn sample_each(&mut self, at: Moment, sample: &mut Sample) {
        let running: Vec<TaskId> = self
            .fargate
            .tasks()
            .filter(|(_, status)| counts(*status))
            .map(|(task, _)| task)
            .collect();
        let (mut cpu, mut memory, mut count) = (0.0, 0.0, 0_u32);
        for task in running {
            let used = self.memory_of(task);
            if let Some(station) = self.stations.get_mut(&task) {
                cpu += station.machine.take_utilization(at, SAMPLING);
                memory += used as f64 / self.plan.memory().max(1) as f64;
                count += 1;
            }
        }
        for (_, station) in self.stations.iter() {
            sample.handled += station.machine.handled() as u64;
            sample.queued += station.machine.queued() as u64;
        }
        if count > 0 {
            sample.cpu = Some(cpu / f64::from(count));
            sample.memory = Some(memory / f64::from(count));
        }
    }

    fn report_metrics(&mut self, at: Moment, sample: &Sample) {
        // A service without tasks has no utilization, and no datapoint.
        let (cpu, memory) = (sample.cpu.map(percent), sample.memory.map(percent));
        let targets = (self.balancer.healthy() as u64).max(1);
        let requests = MetricValue::ratio(self.since_sample, targets);
        // SQS publishes once a minute ("Available CloudWatch metrics for Amazon SQS").
        let minute = (at + Span::from_nanos(1)).as_nanos().is_multiple_of(MINUTE);
        let queue = sample.queue.filter(|_| minute);
        let running = self.fargate.service(SERVICE).unwrap_or_default().running;
        let errors = std::mem::take(&mut self.errors_since_sample);
        let whole = |count: u64| MetricValue::whole(i64::try_from(count).unwrap_or(i64::MAX));
        for measure in self.plan.measures() {
            let value = match measure {
                Measure::Cpu | Measure::CpuHighResolution => cpu,
                Measure::Memory | Measure::MemoryHighResolution => memory,
                Measure::Requests => requests,
                Measure::MessagesVisible => queue.map(|it| whole(it.visible)),
                Measure::RunningTasks => Some(whole(running.into())),
                // "Reporting criteria: There is a nonzero value" (CloudWatch metrics of Application Load Balancers).
                Measure::Errors => (errors > 0).then(|| whole(errors)),
            };
            if let Some(value) = value {
                let (metric, samples) = (measure.id(), Samples::one(value));
                self.tell_scaling(at, Input::Sampled { metric, samples });
            }
        }
    }
}

/// A share as percent, in whole millionths.
fn percent(share: f64) -> MetricValue {
    MetricValue::from_millionths((share * 100.0 * 1e6).round() as i64)
}
