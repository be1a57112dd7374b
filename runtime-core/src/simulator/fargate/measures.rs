//! The metrics that policies look at, and what is sampled for them.

use crate::timeline::{MetricSource, MetricStatistic, PredefinedMetric, Statistic, TrackedMetric};
use crate::units::{MetricId, Span};

/// A metric of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceMetric {
    /// Percent of the CPU, every minute.
    Cpu,
    /// Percent of the memory, every minute.
    Memory,
    /// Percent of the CPU, every 20 seconds.
    CpuHighResolution,
    /// Percent of the memory, every 20 seconds.
    MemoryHighResolution,
    /// Requests a minute and target.
    Requests,
    /// Messages that can be received, for each running task, every minute; without running tasks there is no
    /// datapoint. Metric math of Application Auto Scaling's own guide ("Create a target tracking scaling policy for
    /// Application Auto Scaling using metric math", example "Amazon SQS queue backlog per task", read 2026-11-30):
    /// "the approximate number of messages available for retrieval from the queue ... divide that number by the number
    /// of Amazon ECS tasks running in the service".
    BacklogPerTask,
    /// Messages that can be received, every minute.
    Backlog,
}

/// What is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Cpu,
    Memory,
    CpuHighResolution,
    MemoryHighResolution,
    Requests,
    MessagesVisible,
    RunningTasks,
    Errors,
}

impl ServiceMetric {
    /// As target tracking knows it.
    pub(super) const fn tracked(self) -> TrackedMetric {
        let kind = match self {
            ServiceMetric::Cpu => PredefinedMetric::ECSServiceAverageCPUUtilization,
            ServiceMetric::Memory => PredefinedMetric::ECSServiceAverageMemoryUtilization,
            ServiceMetric::CpuHighResolution => {
                PredefinedMetric::ECSServiceAverageCPUUtilizationHighResolution
            }
            ServiceMetric::MemoryHighResolution => {
                PredefinedMetric::ECSServiceAverageMemoryUtilizationHighResolution
            }
            ServiceMetric::Requests => PredefinedMetric::ALBRequestCountPerTarget,
            // The statistics are those of the guide's example.
            ServiceMetric::BacklogPerTask => {
                return TrackedMetric::Customized(MetricSource::Quotient {
                    dividend: Measure::MessagesVisible.statistic(Statistic::Sum),
                    divisor: Measure::RunningTasks.statistic(Statistic::Average),
                });
            }
            ServiceMetric::Backlog => {
                return TrackedMetric::Customized(MetricSource::Metric(
                    Measure::MessagesVisible.statistic(Statistic::Sum),
                ));
            }
        };
        let metric = self.first_measure().id();
        TrackedMetric::Predefined { kind, metric }
    }

    /// Where datapoints come from.
    pub(super) const fn source(self) -> MetricSource {
        self.tracked().source()
    }

    /// How much time a datapoint is of.
    pub(super) const fn period(self) -> Span {
        self.tracked().period()
    }

    const fn first_measure(self) -> Measure {
        match self {
            ServiceMetric::Cpu => Measure::Cpu,
            ServiceMetric::Memory => Measure::Memory,
            ServiceMetric::CpuHighResolution => Measure::CpuHighResolution,
            ServiceMetric::MemoryHighResolution => Measure::MemoryHighResolution,
            ServiceMetric::Requests => Measure::Requests,
            ServiceMetric::BacklogPerTask | ServiceMetric::Backlog => Measure::MessagesVisible,
        }
    }

    /// What it is made of.
    pub(super) fn measures(self) -> impl Iterator<Item = Measure> {
        let second = match self {
            ServiceMetric::BacklogPerTask => Some(Measure::RunningTasks),
            _ => None,
        };
        std::iter::once(self.first_measure()).chain(second)
    }

    /// Whether there is such a metric of tasks that take messages of a queue.
    pub(super) const fn is_of_queues(self) -> bool {
        !matches!(self, ServiceMetric::Requests)
    }

    /// Whether there is such a metric of tasks behind a load balancer.
    pub(super) const fn is_of_balancers(self) -> bool {
        !matches!(self, ServiceMetric::BacklogPerTask | ServiceMetric::Backlog)
    }

    /// In names of policies and alarms.
    pub(super) const fn policy_name(self) -> &'static str {
        match self {
            ServiceMetric::Cpu => "cpu",
            ServiceMetric::Memory => "memory",
            ServiceMetric::CpuHighResolution => "cpu-20s",
            ServiceMetric::MemoryHighResolution => "memory-20s",
            ServiceMetric::Requests => "requests",
            ServiceMetric::BacklogPerTask => "backlog-per-task",
            ServiceMetric::Backlog => "backlog",
        }
    }
}

impl Measure {
    /// Where its samples are.
    pub(super) const fn id(self) -> MetricId {
        MetricId(match self {
            Measure::Cpu => 1,
            Measure::Memory => 2,
            Measure::CpuHighResolution => 3,
            Measure::MemoryHighResolution => 4,
            Measure::Requests => 5,
            Measure::MessagesVisible => 6,
            Measure::RunningTasks => 7,
            Measure::Errors => 8,
        })
    }

    const fn statistic(self, statistic: Statistic) -> MetricStatistic {
        MetricStatistic {
            metric: self.id(),
            statistic,
        }
    }

    /// How much time a datapoint is of.
    pub(super) const fn period(self) -> Span {
        match self {
            Measure::CpuHighResolution | Measure::MemoryHighResolution => Span::from_secs(20),
            Measure::Cpu
            | Measure::Memory
            | Measure::Requests
            | Measure::MessagesVisible
            | Measure::RunningTasks
            | Measure::Errors => Span::from_secs(60),
        }
    }

    /// As CloudWatch names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Measure::Cpu | Measure::CpuHighResolution => "AWS/ECS CPUUtilization",
            Measure::Memory | Measure::MemoryHighResolution => "AWS/ECS MemoryUtilization",
            Measure::Requests => "AWS/ApplicationELB RequestCountPerTarget",
            Measure::MessagesVisible => "AWS/SQS ApproximateNumberOfMessagesVisible",
            Measure::RunningTasks => "ECS/ContainerInsights RunningTaskCount",
            Measure::Errors => "AWS/ApplicationELB HTTPCode_ELB_5XX_Count",
        }
    }
}
