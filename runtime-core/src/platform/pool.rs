//! The unreserved pool's numbers, counted once and kept: each request on demand asks for them, and there
//! may be many functions.

use super::Platform;
use super::state::Function;
use crate::timeline::Qualifier;

/// What of the account's concurrency is in use and what is set aside.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pool {
    /// Requests on demand of functions without reserved concurrency, and what is reserved or
    /// provisioned; nothing where settings have changed since they were counted.
    counted: Option<(u32, u32)>,
}

impl Pool {
    /// A request holds concurrency of the function from now on.
    pub(super) fn hold(&mut self, function: &mut Function) {
        function.in_flight += 1;
        if let Some((used, _)) = &mut self.counted
            && function.is_unreserved()
        {
            *used += 1;
        }
    }

    /// A request of the function no longer holds concurrency: the function's, or what is provisioned for
    /// this.
    pub(super) fn release(&mut self, function: &mut Function, provisioned: Option<Qualifier>) {
        let before = function.in_flight;
        function.release(provisioned);
        if let Some((used, _)) = &mut self.counted
            && function.is_unreserved()
        {
            *used = used.saturating_sub(before - function.in_flight);
        }
    }

    /// Settings are about to change, or requests to count for another share: it is counted anew.
    pub(super) fn forget(&mut self) {
        self.counted = None;
    }
}

impl Platform {
    /// The unreserved pool: how much of it is in use, and its size. Provisioned concurrency of
    /// functions without reserved concurrency is taken from it.
    pub fn unreserved(&self) -> (u32, u32) {
        let (used, reserved) = self.pool.counted.unwrap_or_else(|| self.count_pool());
        (used, self.concurrency.saturating_sub(reserved))
    }

    /// The same, for a request: what was counted for it is kept.
    pub(super) fn pool_now(&mut self) -> (u32, u32) {
        if self.pool.counted.is_none() {
            self.pool.counted = Some(self.count_pool());
        }
        debug_assert_eq!(self.pool.counted, Some(self.count_pool()));
        self.unreserved()
    }

    fn count_pool(&self) -> (u32, u32) {
        let (mut used, mut reserved) = (0, 0);
        for function in self.functions.values() {
            match function.settings().reserved_concurrency {
                Some(share) if !function.deleted => {
                    reserved = u32::saturating_add(reserved, share);
                }
                _ => {
                    used += function.in_flight;
                    reserved = u32::saturating_add(reserved, function.provisioned_total());
                }
            }
        }
        (used, reserved)
    }
}
