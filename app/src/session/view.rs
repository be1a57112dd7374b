//! What panels read: projections of the timeline at the playhead, and the user's own things.

use super::api::Gateway;
use super::deployment::{Package, Sample};
use super::draft::Draft;
use super::generators::GeneratorState;
use super::profile::ProfileState;
use super::state::{DrawnEvent, Fetching, State, TestEvents};
use runtime_core::api::URL_PATH;
use runtime_core::billing::{FreeTier, PriceBook};
use runtime_core::change_set::KeptResource;
use runtime_core::platform::{Platform, Timer};
use runtime_core::projections::{Concurrency, Functions, InvocationRecord, Invocations};
use runtime_core::timeline::{
    CaughtUp, LayerVersion, Payloads, Projection, Runtime, SessionMeta, Timeline,
};
use runtime_core::units::{FunctionId, GeneratorId, Moment, PackageId, RequestId, Span};

/// The projections that the page shows: of the whole session, and of the session up to the
/// playhead while that is in the past.
#[derive(Default)]
pub struct View {
    live: Projections,
    past: Option<Box<Projections>>,
}

#[derive(Default)]
struct Projections {
    invocations: CaughtUp<Invocations>,
    concurrency: CaughtUp<Concurrency>,
    functions: CaughtUp<Functions>,
}

impl Projections {
    fn follow(&mut self, timeline: &Timeline, until: Option<Moment>) {
        fn follow<P: Projection + Default>(
            projection: &mut CaughtUp<P>,
            timeline: &Timeline,
            until: Option<Moment>,
        ) {
            match until {
                Some(moment) => projection.at(timeline, moment),
                None => projection.catch_up(timeline),
            };
        }
        follow(&mut self.invocations, timeline, until);
        follow(&mut self.concurrency, timeline, until);
        follow(&mut self.functions, timeline, until);
    }
}

/// A projection that one panel alone needs: what the page itself has to fetch knows nothing of it.
#[derive(Default)]
pub struct OwnProjection<P> {
    session: SessionMeta,
    caught_up: CaughtUp<P>,
}

impl<P: Projection + Default> OwnProjection<P> {
    /// Up to the playhead.
    pub fn of(&mut self, reading: &Reading<'_>) -> &P {
        self.until(reading, reading.playhead())
    }

    /// Of the whole session.
    pub fn whole(&mut self, reading: &Reading<'_>) -> &P {
        self.until(reading, None)
    }

    fn until(&mut self, reading: &Reading<'_>, until: Option<Moment>) -> &P {
        if self.session != reading.session() {
            (self.session, self.caught_up) = (reading.session(), CaughtUp::default());
        }
        let timeline = &reading.state.timeline;
        match until {
            Some(moment) => self.caught_up.at(timeline, moment),
            None => self.caught_up.catch_up(timeline),
        }
    }
}

impl View {
    pub(super) fn refresh(&mut self, timeline: &Timeline, playhead: Option<Moment>) {
        self.live.follow(timeline, None);
        match playhead {
            Some(_) => self.past.get_or_insert_default().follow(timeline, playhead),
            None => self.past = None,
        }
    }

    /// Another session begins: nothing of the old one counts.
    pub(super) fn forget(&mut self) {
        *self = View::default();
    }

    /// A request of the whole session.
    pub(super) fn record(&self, request: RequestId) -> Option<&InvocationRecord> {
        self.live.invocations.get().get(request)
    }

    fn shown(&self) -> &Projections {
        self.past.as_deref().unwrap_or(&self.live)
    }
}

/// One reading of the session.
pub struct Reading<'a> {
    view: &'a View,
    state: &'a mut State,
    /// The session clock.
    pub now: Moment,
}

impl<'a> Reading<'a> {
    pub(super) fn new(view: &'a View, state: &'a mut State, now: Moment) -> Self {
        Reading { view, state, now }
    }

    /// Requests up to the playhead.
    pub fn invocations(&self) -> &Invocations {
        self.view.shown().invocations.get()
    }

    /// Counts of the whole session.
    pub fn all_counts(&self) -> &Concurrency {
        self.view.live.concurrency.get()
    }

    /// Requests of the whole session.
    pub fn all_invocations(&self) -> &Invocations {
        self.view.live.invocations.get()
    }

    /// Counts up to the playhead.
    pub fn concurrency(&self) -> &Concurrency {
        self.view.shown().concurrency.get()
    }

    /// Functions at the playhead.
    pub fn functions(&self) -> &Functions {
        self.view.shown().functions.get()
    }

    /// The platform as it is now, whatever the playhead.
    pub fn platform(&self) -> &Platform {
        &self.state.platform
    }

    /// Whether the Lambda API can be reached.
    pub fn gateway(&self) -> &Gateway {
        &self.state.gateway
    }

    /// Functions that have a URL: their names and where they are served.
    pub fn function_urls(&self) -> Vec<(String, String)> {
        let State {
            registry,
            platform,
            gateway,
            ..
        } = &*self.state;
        match gateway {
            Gateway::Open(folder) => {
                let urls = format!("{folder}{URL_PATH}");
                registry.function_urls(platform, &urls)
            }
            Gateway::Opening | Gateway::Closed(_) => Vec::new(),
        }
    }

    /// The layer versions that were published, by name, the newest of each first.
    pub fn layer_versions(&self) -> Vec<&LayerVersion> {
        self.state.registry.layer_versions()
    }

    /// Resources of templates that are kept as they are.
    pub fn kept(&self) -> &[KeptResource] {
        &self.state.kept
    }

    /// Bytes by id.
    pub fn payloads(&self) -> &Payloads {
        &self.state.payloads
    }

    /// Seed and wall clock.
    pub fn session(&self) -> SessionMeta {
        self.state.meta
    }

    /// Where the playhead is; `None` follows the session.
    pub fn playhead(&self) -> Option<Moment> {
        self.state.playhead
    }

    /// The moment that is shown.
    pub fn shown(&self) -> Moment {
        self.state.playhead.unwrap_or(self.now)
    }

    /// The moment of the next fact after the one that is shown, or of the last before it.
    pub fn step(&self, forward: bool) -> Option<Moment> {
        let timeline = &self.state.timeline;
        let shown = self.shown();
        let entry = match forward {
            true => timeline.entries().get(timeline.position(shown)),
            false => {
                let before = timeline.entries().partition_point(|it| it.at < shown);
                before
                    .checked_sub(1)
                    .and_then(|it| timeline.entries().get(it))
            }
        };
        entry.map(|entry| entry.at)
    }

    /// How many facts there are up to the playhead.
    pub fn facts(&self) -> usize {
        match self.state.playhead {
            Some(moment) => self.state.timeline.position(moment),
            None => self.all_facts(),
        }
    }

    /// How many facts the session has.
    pub fn all_facts(&self) -> usize {
        self.state.timeline.entries().len()
    }

    /// The moment of the session's last fact.
    pub fn end(&self) -> Moment {
        self.state.timeline.end()
    }

    /// The prices, once they are loaded.
    pub fn prices(&self) -> Option<&PriceBook> {
        self.state.prices.as_ref()
    }

    /// Whether bills take the free tier into account.
    pub fn free_tier(&self) -> FreeTier {
        if self.state.free_tier {
            FreeTier::On
        } else {
            FreeTier::Off
        }
    }

    /// The selected function.
    pub fn selected_function(&self) -> Option<FunctionId> {
        self.state.selected_function
    }

    /// The request that is shown in detail: the selected one, or else the latest.
    pub fn shown_request(&self) -> Option<&InvocationRecord> {
        let invocations = self.invocations();
        match self.state.selected_request {
            Some(request) => invocations.get(request),
            None => invocations.iter().next_back(),
        }
    }

    /// The request that the user selected.
    pub fn selected_request(&self) -> Option<RequestId> {
        self.state.selected_request
    }

    /// Shipped samples.
    pub fn samples(&self) -> &[Sample] {
        &self.state.samples
    }

    /// A deployment package.
    pub fn package(&self, package: PackageId) -> Option<&Package> {
        self.state.packages.get(&package)
    }

    /// The event editor's text and saved events.
    pub fn test_events(&self, function: FunctionId) -> &TestEvents {
        static NONE: TestEvents = TestEvents {
            text: String::new(),
            saved: Vec::new(),
            drawing: None,
            tasks: Vec::new(),
        };
        self.state.events.get(&function).unwrap_or(&NONE)
    }

    /// How a function's event is drawn, if it can be.
    pub fn drawn_event(&self, function: FunctionId) -> Option<&DrawnEvent> {
        self.state.events.get(&function)?.drawing.as_ref()
    }

    /// What was changed in a function's files and not deployed yet.
    pub fn draft(&self, function: FunctionId) -> Option<&Draft> {
        self.state.drafts.get(&function)
    }

    /// Where a request's profile is.
    pub fn profile(&self, request: RequestId) -> ProfileState {
        let known = self.state.profiles.get(&request);
        known.cloned().unwrap_or_default()
    }

    /// Generators, in order of creation.
    pub fn generators(&self) -> impl Iterator<Item = (GeneratorId, &GeneratorState)> {
        self.state.generators.iter()
    }

    /// So many events a minute send the generators that run, without this one.
    pub fn generated_besides(&self, generator: GeneratorId) -> u64 {
        self.state.generators.per_minute_besides(generator)
    }

    /// Managed runtimes on their way here.
    pub fn fetching(&self) -> Vec<(Runtime, Fetching)> {
        let fetching = self.state.fetching.iter();
        fetching.map(|(runtime, it)| (*runtime, *it)).collect()
    }

    /// How many workers run environments, how many environments wait for one, and the bound.
    pub fn workers(&self) -> (usize, usize, usize) {
        let fleet = &self.state.fleet;
        (fleet.placed(), fleet.waiting(), fleet.limit)
    }

    /// How far away the next thing is that the platform waits for, and which, if the clock may be
    /// skipped.
    pub fn next_skip(&mut self) -> Option<(Span, Option<Timer>)> {
        self.state.next_skip(self.now)
    }

    /// How far away the next attempt is of something that failed or was throttled, if the clock may
    /// be skipped.
    pub fn next_retry(&self) -> Option<Span> {
        self.state.next_retry(self.now)
    }

    /// Whether a handler is at work or an environment starts.
    pub fn busy(&self) -> bool {
        self.state.platform.is_busy()
    }
}
