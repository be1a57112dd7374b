//! What is asked of user pools, function by function. All of this is of the part that shows them.

use super::view::{OwnProjection, Reading};
use super::{Core, Session};
use leptos::prelude::GetValue;
use runtime_core::platform::Input;
use runtime_core::projections::{Sources, Stage};
use runtime_core::scribe::Happening;
use runtime_core::scribe::pool::{ANSWER_WAIT, Operation, Pool, PoolRequest, Step};
use runtime_core::timeline::{Destination, Interest, Outcome, SessionMeta};
use runtime_core::units::{Moment, OrderedMap, RequestId, SourceId};
use std::any::Any;

/// Pools as far as they were read: what is asked of one need not read all that happened before.
#[derive(Default)]
struct Known {
    session: SessionMeta,
    sources: OwnProjection<Sources>,
    pools: OrderedMap<SourceId, Pool>,
}

impl Known {
    /// Begins what is asked; `None` if the pool is gone.
    fn begin(
        &mut self,
        reading: &Reading<'_>,
        id: SourceId,
        request: PoolRequest,
    ) -> Option<Operation> {
        if self.session != reading.session() {
            (self.session, self.pools) = (reading.session(), OrderedMap::new());
        }
        let configuration = reading.platform().source(id)?;
        let wires = configuration.wires.iter();
        let wires = wires.filter_map(|wire| match (&wire.interest, wire.target) {
            (Interest::Trigger(trigger), Destination::Function(function)) => {
                Some((*trigger, function))
            }
            _ => None,
        });
        let mut pool = self.pools.remove(&id).unwrap_or_default();
        let mut records = self.sources.whole(reading).iter();
        if let Some((_, record)) = records.find(|(known, _)| *known == id) {
            pool.catch_up(&record.happenings, reading.payloads());
        }
        let millis = reading.session().unix_nanos(reading.now) / 1_000_000;
        let operation = pool.begin(reading.session(), millis, id, wires.collect(), request);
        self.pools.insert(id, pool);
        Some(operation)
    }
}

/// Something that is asked of a pool and not over.
struct Asking {
    core: Core,
    pool: SourceId,
    operation: Operation,
    /// Whoever asked wants to know when this is dropped. A session that ends drops whoever waits for an answer.
    _held: Box<dyn Any>,
}

impl Asking {
    /// Does what comes next at this moment, until the operation is over.
    fn go_on(self, at: Moment, step: Step) {
        let core = self.core.clone();
        match step {
            Step::Invoke { function, event } => {
                let then = move |at, request| {
                    let mut asking = self;
                    let step = asking.answer(request);
                    asking.go_on(at, step);
                };
                core.invoke_within((at, ANSWER_WAIT), function, event.as_bytes(), then);
            }
            Step::Done(record) => {
                // A record is names, texts and JSON: it can be written.
                let happening =
                    serde_json::to_vec(&Happening::PoolAsked(record)).unwrap_or_default();
                let source = self.pool;
                let happening = core.state.borrow_mut().payloads.add(happening);
                core.input(Input::Happen { source, happening });
            }
        }
    }

    /// What the function answered, if it has.
    fn answer(&mut self, request: RequestId) -> Step {
        let operation = &mut self.operation;
        self.core.read_now(|reading| {
            let stage = reading.all_invocations().get(request).map(|it| it.stage);
            match stage {
                Some(Stage::Finished(end)) => {
                    let response = end.response.map(|it| reading.payloads().get(it));
                    let failed = !matches!(end.outcome, Outcome::Succeeded);
                    operation.answered(request, response.as_deref(), failed)
                }
                Some(Stage::Rejected { rejection, .. }) => {
                    operation.not_invoked(request, rejection.exception())
                }
                _ => operation.late(request),
            }
        })
    }
}

impl Core {
    /// A client asks something of a pool at a moment. `false` if the pool is gone.
    pub(super) fn ask_pool(
        &self,
        at: Moment,
        pool: SourceId,
        request: PoolRequest,
        held: Box<dyn Any>,
    ) -> bool {
        let kept = self.state.borrow_mut().pools.take();
        let kept = kept.and_then(|it| it.downcast::<Known>().ok());
        let mut known = kept.unwrap_or_default();
        let operation = {
            let (mut state, view) = (self.state.borrow_mut(), self.view.borrow());
            known.begin(&Reading::new(&view, &mut state, at), pool, request)
        };
        self.state.borrow_mut().pools = Some(known);
        let Some(mut operation) = operation else {
            return false;
        };
        let step = operation.next_step();
        let asking = Asking {
            core: self.clone(),
            pool,
            operation,
            _held: held,
        };
        asking.go_on(at, step);
        true
    }
}

impl Session {
    /// A client asks something of a pool now; `held` is dropped when that is over. `false` if the pool is gone.
    pub fn ask_pool(self, pool: SourceId, request: PoolRequest, held: impl Any) -> bool {
        let core = self.core.get_value();
        let now = {
            let mut state = core.state.borrow_mut();
            // Who asks wants to see it.
            state.playhead = None;
            state.now()
        };
        core.ask_pool(now, pool, request, Box::new(held))
    }
}
