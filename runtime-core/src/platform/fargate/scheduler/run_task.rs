//! Tasks of no service (ECS API reference, RunTask): the limits are the same, but nobody tries again.

use super::super::Fargate;
use super::super::input::{Out, RunTask};
use super::super::lifecycle::Order;
use crate::timeline::{FargateFact, RunTaskRefusal, TaskGroup};
use crate::units::Moment;

/// Tasks of a RunTask call (ECS API reference, RunTask: `count`).
pub const MAX_RUN_TASK: u32 = 10;

impl Fargate {
    /// RunTask: what cannot be started now is refused, not kept.
    pub(in super::super) fn run_task(&mut self, at: Moment, order: RunTask, out: &mut Out) {
        let mut refused = |count, refusal| {
            out.fact(FargateFact::RunTaskRefused {
                definition: order.definition,
                count,
                refusal,
            });
        };
        if order.count == 0 || order.count > MAX_RUN_TASK {
            refused(order.count, RunTaskRefusal::Count);
            return;
        }
        if self.calls.take(at).is_err() {
            refused(order.count, RunTaskRefusal::Throttled);
            return;
        }
        for done in 0..order.count {
            let refusal = self.run_one(at, &order, out);
            if let Err(refusal) = refusal {
                out.fact(FargateFact::RunTaskRefused {
                    definition: order.definition,
                    count: order.count - done,
                    refusal,
                });
                return;
            }
        }
    }

    fn run_one(
        &mut self,
        at: Moment,
        order: &RunTask,
        out: &mut Out,
    ) -> Result<(), RunTaskRefusal> {
        if !self.definitions.contains_key(&order.definition) {
            return Err(RunTaskRefusal::Unusable);
        }
        if !self.capacity(order.provider).available {
            return Err(RunTaskRefusal::NoCapacity);
        }
        self.check_quota(order.definition, order.provider)
            .map_err(|_| RunTaskRefusal::VcpuLimit)?;
        if self.provisioning >= self.account.provisioning {
            return Err(RunTaskRefusal::Throttled);
        }
        let in_zone = |zone| self.standalone.get(&zone).copied().unwrap_or(0);
        let subnet = self
            .place(&order.network.subnets, in_zone)
            .ok_or(RunTaskRefusal::Unusable)?;
        let bucket = &mut self.capacity_mut(order.provider).bucket;
        bucket.take(at).map_err(|_| RunTaskRefusal::Throttled)?;
        let task = Order {
            definition: order.definition,
            group: TaskGroup::Standalone,
            provider: order.provider,
            network: &order.network,
            subnet,
        };
        self.create(at, &task, out)
            .ok_or(RunTaskRefusal::Unusable)?;
        Ok(())
    }
}
