//! What a service comes to: counts, levels, percentiles, and the same over time, in constant memory.

use super::driver::SAMPLING;
use super::plan::LEAD;
use super::sink::{Answer, Sample};
use crate::platform::fargate::ServiceView;
use crate::simulator::{Histogram, LevelFigures, Percentiles, STRETCHES};
use crate::units::{Moment, Span};
use serde::{Deserialize, Serialize};

/// The figures of a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceHeadline {
    /// Requests that came to the load balancer.
    pub requests: u64,
    /// Those of them that a client had sent before.
    pub again: u64,
    /// Responses by their kind.
    pub answers: Answers,
    /// Requests that had no response yet.
    pub unfinished: u64,
    /// From a request's arrival to its response, of those that were served.
    pub latency: Option<Percentiles>,
    /// RUNNING tasks.
    pub running: LevelFigures,
    /// The highest desired count.
    pub most_desired: u32,
    /// The share of their vCPUs that running tasks used, on average.
    pub cpu: Option<f64>,
    /// The most requests that waited in tasks for their turn, as sampled.
    pub most_queued: u64,
    /// Tasks that were started, those before the start included.
    pub started: u64,
    /// Tasks that never ran, or that ended because something was wrong.
    pub failed: u64,
    /// How often the desired count was raised.
    pub scale_outs: u64,
    /// How often it was lowered.
    pub scale_ins: u64,
    /// Of a service that works off a queue: its messages. They are the requests then, and latencies begin when a
    /// message is sent.
    pub queue: Option<QueueFigures>,
}

/// The figures of a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueFigures {
    /// The most messages that could be received, as sampled.
    pub most_visible: u64,
    /// How old the oldest message was at most that was not deleted, as sampled.
    pub oldest: Span,
    /// How often a message could be received again, because its task had not deleted it in time.
    pub returned: u64,
    /// How often a task was done with a message that another one had received since.
    pub in_vain: u64,
    /// Messages that were not handled within the retention period.
    pub expired: u64,
}

/// Responses by their kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// 200.
    pub served: u64,
    /// 502.
    pub bad_gateway: u64,
    /// 503.
    pub unavailable: u64,
    /// 504.
    pub timeout: u64,
}

impl Answers {
    fn count(&mut self, answer: Answer, count: u64) {
        match answer {
            Answer::Served => self.served += count,
            Answer::BadGateway => self.bad_gateway += count,
            Answer::Unavailable => self.unavailable += count,
            Answer::Timeout => self.timeout += count,
        }
    }

    /// All that is no success.
    pub fn errors(&self) -> u64 {
        self.bad_gateway + self.unavailable + self.timeout
    }

    /// All of them.
    pub fn all(&self) -> u64 {
        self.served + self.errors()
    }
}

/// A service in one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceStretch {
    /// Requests that came.
    pub requests: u64,
    /// Responses.
    pub answers: Answers,
    /// Of what was served: the time that half of it, and 99 in a hundred, did not exceed.
    pub latency: Option<(Span, Span)>,
    /// Tasks that were wanted, at its end.
    pub desired: u32,
    /// RUNNING tasks, at its end.
    pub running: u32,
    /// Those that count as healthy.
    pub healthy: u32,
    /// Tasks that start.
    pub pending: u32,
    /// The last sample's share of vCPUs.
    pub cpu: Option<f64>,
    /// The last sample's share of memory.
    pub memory: Option<f64>,
    /// The most requests that waited in tasks, as sampled.
    pub queued: u64,
    /// Addresses that are left, as sampled last.
    pub free_addresses: u32,
    /// The most messages that could be received, as sampled.
    pub backlog: u64,
    /// How old the oldest message was at most that was not deleted, as sampled.
    pub oldest: Span,
}

/// A service over time, as far as it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceSeries {
    /// How long each stretch is; the last one may be cut short by the end.
    pub width: Span,
    /// From the start on.
    pub stretches: Vec<ServiceStretch>,
}

/// Counts a run and cuts it into stretches.
#[derive(Clone, Debug)]
pub struct ServiceFigures {
    headline: ServiceHeadline,
    latencies: Histogram,
    view: ServiceView,
    /// Since when the view is what it is.
    since: Moment,
    /// Running tasks times nanoseconds.
    area: u128,
    cpu: (f64, u64),
    series: ServiceSeries,
    end: Moment,
    /// When the stretch that is counted ends.
    next: Moment,
    now: ServiceStretch,
    stretch_latencies: Histogram,
}

const START: Moment = Moment::from_nanos(LEAD.as_nanos());

impl ServiceFigures {
    /// Nothing yet, of a run of this length.
    pub fn of(length: Span) -> Self {
        let width = Span::from_nanos(length.as_nanos().div_ceil(STRETCHES).max(1));
        ServiceFigures {
            headline: ServiceHeadline::default(),
            latencies: Histogram::default(),
            view: ServiceView::default(),
            since: Moment::START,
            area: 0,
            cpu: (0.0, 0),
            series: ServiceSeries {
                width,
                stretches: Vec::new(),
            },
            end: START + length,
            next: (START + width).min(START + length),
            now: ServiceStretch::default(),
            stretch_latencies: Histogram::default(),
        }
    }

    /// Nothing more happens before this moment: stretches that ended until then are cut off.
    #[inline]
    pub fn reach(&mut self, at: Moment) {
        while at >= self.next {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let ended = std::mem::take(&mut self.stretch_latencies);
        let view = &self.view;
        let stretch = ServiceStretch {
            latency: ended.quantile(500).zip(ended.quantile(990)),
            desired: view.desired,
            running: view.running,
            healthy: view.healthy,
            pending: view.pending,
            ..self.now
        };
        self.series.stretches.push(stretch);
        // What was sampled stays until it is sampled again.
        self.now = ServiceStretch {
            cpu: stretch.cpu,
            memory: stretch.memory,
            free_addresses: stretch.free_addresses,
            ..ServiceStretch::default()
        };
        self.next = match self.next < self.end {
            true => (self.next + self.series.width).min(self.end),
            false => Moment::from_nanos(u64::MAX),
        };
    }

    pub(in crate::simulator) fn changed(&mut self, at: Moment, view: &ServiceView) {
        self.go_on_to(at);
        let (before, now) = (self.view.desired, view.desired);
        if at > START && before != now {
            match now > before {
                true => self.headline.scale_outs += 1,
                false => self.headline.scale_ins += 1,
            }
        }
        if at >= START {
            let running = &mut self.headline.running;
            running.peak = running.peak.max(view.running.into());
        }
        self.headline.most_desired = self.headline.most_desired.max(now);
        self.view = *view;
    }

    fn go_on_to(&mut self, at: Moment) {
        let from = self.since.max(START);
        let span = at.since(from).as_nanos();
        self.area += u128::from(self.view.running) * u128::from(span);
        self.since = at;
    }

    #[inline]
    pub(in crate::simulator) fn arrived(&mut self, again: bool, count: u64) {
        self.headline.requests += count;
        self.headline.again += u64::from(again) * count;
        self.now.requests += count;
    }

    #[inline]
    pub(in crate::simulator) fn answered(&mut self, answer: Answer, latency: Span, count: u64) {
        self.headline.answers.count(answer, count);
        self.now.answers.count(answer, count);
        if answer == Answer::Served {
            self.latencies.record_many(latency, count);
            self.stretch_latencies.record_many(latency, count);
        }
    }

    pub(in crate::simulator) fn sampled(&mut self, at: Moment, sample: &Sample) {
        if at + SAMPLING < START {
            return;
        }
        if let Some(cpu) = sample.cpu
            && at > START
        {
            self.cpu = (self.cpu.0 + cpu, self.cpu.1 + 1);
        }
        self.headline.most_queued = self.headline.most_queued.max(sample.queued);
        let now = &mut self.now;
        (now.cpu, now.memory) = (sample.cpu, sample.memory);
        now.queued = now.queued.max(sample.queued);
        now.free_addresses = sample.free_addresses;
        if let Some(sample) = sample.queue {
            now.backlog = now.backlog.max(sample.visible);
            now.oldest = now.oldest.max(sample.oldest);
            let queue = self.headline.queue.get_or_insert_default();
            *queue = QueueFigures {
                most_visible: queue.most_visible.max(sample.visible),
                oldest: queue.oldest.max(sample.oldest),
                returned: sample.returned,
                in_vain: sample.in_vain,
                expired: sample.expired,
            };
        }
    }

    pub(in crate::simulator) fn task_started(&mut self) {
        self.headline.started += 1;
    }

    pub(super) fn task_failed(&mut self) {
        self.headline.failed += 1;
    }

    /// Over time.
    pub fn series(&self) -> &ServiceSeries {
        &self.series
    }

    /// What it has come to at a moment.
    pub fn headline(&self, at: Moment) -> ServiceHeadline {
        let at = at.min(self.end);
        let rest = at.since(self.since.max(START)).as_nanos();
        let area = self.area + u128::from(self.view.running) * u128::from(rest);
        let span = at.since(START).as_nanos();
        let mut headline = self.headline;
        let expired = headline.queue.map_or(0, |it| it.expired);
        let ended = headline.answers.all() + expired;
        headline.unfinished = headline.requests.saturating_sub(ended);
        headline.latency = Percentiles::of(&self.latencies);
        headline.running.mean = area as f64 / (span as f64).max(1.0);
        headline.running.peak = headline.running.peak.max(self.view.running.into());
        headline.cpu = (self.cpu.1 > 0).then(|| self.cpu.0 / self.cpu.1 as f64);
        headline
    }
}
