//! `[lambda]`: a function that has the requests of a service as well. What a request asks for stands in `[requests]`.

use super::value::{Seconds, Time};
use crate::platform::{
    DEFAULT_ACCOUNT_CONCURRENCY, DEFAULT_IDLE_EXPIRY, DEFAULT_MEMORY, DEFAULT_TIMEOUT,
};
use crate::simulator::Distribution;
use crate::simulator::side_by_side::LambdaPlan;
use crate::timeline::Architecture;
use crate::units::{MemoryMb, Span};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LambdaModel {
    memory: Option<u32>,
    timeout: Option<Seconds>,
    architecture: Option<Architecture>,
    start: Option<Time>,
    init: Option<Time>,
    reserved_concurrency: Option<u32>,
    concurrency: Option<u32>,
    idle_expiry: Option<Seconds>,
}

impl LambdaModel {
    /// What it describes.
    pub(super) fn plan(self) -> LambdaPlan {
        let time = |it: Option<Time>| it.map_or(Distribution::Constant(Span::ZERO), |it| it.0);
        LambdaPlan {
            memory: self.memory.map_or(DEFAULT_MEMORY, MemoryMb::new),
            timeout: self.timeout.map_or(DEFAULT_TIMEOUT, |it| it.0),
            architecture: self.architecture.unwrap_or_default(),
            start: time(self.start),
            init: time(self.init),
            reserved_concurrency: self.reserved_concurrency,
            concurrency: self.concurrency.unwrap_or(DEFAULT_ACCOUNT_CONCURRENCY),
            idle_expiry: self.idle_expiry.map_or(DEFAULT_IDLE_EXPIRY, |it| it.0),
        }
    }
}
