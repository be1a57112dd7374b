//! One invocation down to its milliseconds.

use super::{Bill, FreeTier, GbSeconds, Gigabytes, PerArchitecture, PriceBook, Usage, bill};
use crate::timeline::{Architecture, Failure, FunctionConfiguration, Outcome, Start};
use crate::units::{MemoryMb, Money, Span};
use serde::{Deserialize, Serialize};

/// The settings of a function that its price depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilledSettings {
    /// The function's architecture.
    pub architecture: Architecture,
    /// The function's memory, not what it used of it.
    pub memory: MemoryMb,
    /// The function's ephemeral storage.
    pub ephemeral_storage: MemoryMb,
}

/// What of an invocation is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BilledInvocation {
    /// At which settings.
    pub settings: BilledSettings,
    /// The INIT phase of a cold start, or what is billed of a RESTORE phase; zero otherwise.
    pub init: Span,
    /// Its environment began from a snapshot, which is billed by the function's memory.
    pub restored: bool,
    /// Its environment is provisioned: its duration has a price of its own.
    pub provisioned: bool,
    /// REPORT's Duration. An init that had to be run again lies inside it.
    pub handler: Span,
}

/// The time that is billed: `init + handler + rounding` is a whole number of milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BilledTime {
    /// The INIT phase.
    pub init: Span,
    /// The invocation.
    pub handler: Span,
    /// What is missing to the next millisecond. Init and handler are rounded together, once.
    pub rounding: Span,
}

/// The bill of one invocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvocationBill {
    /// Where the billed milliseconds come from.
    pub time: BilledTime,
    /// Memory times billed time.
    pub compute: GbSeconds,
    /// Ephemeral storage above the included size times billed time.
    pub ephemeral_storage: GbSeconds,
    /// What one millisecond of compute costs at this memory, in the tier that the month has
    /// reached, before the free tier.
    pub per_millisecond: Money,
    /// The lines and the free tier's effect.
    pub bill: Bill,
    /// The same had it found a warm environment. Equal to `bill` where it did.
    pub warm: Bill,
    /// A thousand such invocations, cold starts included where this was one.
    pub per_thousand: Bill,
    /// A million such invocations.
    pub per_million: Bill,
}

impl From<&FunctionConfiguration> for BilledSettings {
    fn from(configuration: &FunctionConfiguration) -> Self {
        BilledSettings {
            architecture: configuration.architecture,
            memory: configuration.memory,
            ephemeral_storage: configuration.ephemeral_storage,
        }
    }
}

impl BilledSettings {
    /// What `requests` invocations with these settings and so much billed time together (whole
    /// milliseconds) add to a month's usage. The book says how much storage is included.
    pub fn usage(&self, book: &PriceBook, requests: u64, billed: Span) -> Usage {
        let compute = self.compute(billed);
        Usage {
            requests,
            x86_64: compute.x86_64,
            arm64: compute.arm64,
            ephemeral_storage: self.storage(book, billed),
            ..Usage::default()
        }
    }

    /// The same of so much billed time on provisioned concurrency, requests left aside.
    pub fn provisioned_usage(&self, book: &PriceBook, billed: Span) -> Usage {
        Usage {
            provisioned_duration: self.compute(billed),
            ephemeral_storage: self.storage(book, billed),
            ..Usage::default()
        }
    }

    fn compute(&self, billed: Span) -> PerArchitecture {
        PerArchitecture::only(self.architecture, GbSeconds::of(self.memory, billed))
    }

    fn storage(&self, book: &PriceBook, billed: Span) -> GbSeconds {
        let included = book.included_storage.value.get();
        let storage = self.ephemeral_storage.get().saturating_sub(included);
        GbSeconds::of(MemoryMb::new(storage), billed)
    }
}

impl BilledInvocation {
    /// What is billed of a finished invocation. `None` for one that the host interrupted, which is
    /// not an AWS outcome. Function errors and timeouts are billed like successes; refused
    /// requests never become invocations, so they cost nothing (AWS Lambda pricing page; metrics
    /// page on Throttles).
    ///
    /// Since 2025-08-01 the INIT phase is billed for every kind of function (AWS Compute Blog,
    /// "AWS Lambda standardizes billing for INIT Phase"). Whether an INIT phase that failed is
    /// billed too is not published: that only its second run, inside the invocation, is billed is a
    /// model choice.
    ///
    /// Of a RESTORE phase what comes after the snapshot was there is billed, rounded together with
    /// the handler: REPORT lines of such invocations say so ("Monitoring for Lambda SnapStart").
    pub fn finished(
        settings: BilledSettings,
        start: Start,
        outcome: Outcome,
        duration: Span,
    ) -> Option<Self> {
        if outcome == Outcome::Failed(Failure::Interrupted) {
            return None;
        }
        Some(BilledInvocation {
            settings,
            init: match start {
                Start::Cold { init } => init,
                Start::Restored { billed, .. } => billed,
                Start::Warm | Start::InitAgain => Span::ZERO,
            },
            restored: matches!(start, Start::Restored { .. }),
            provisioned: false,
            handler: duration,
        })
    }

    /// The same on provisioned concurrency, if it is.
    pub const fn on_provisioned(self, provisioned: bool) -> Self {
        BilledInvocation {
            provisioned,
            ..self
        }
    }

    /// REPORT's Billed Duration in milliseconds, as [`BilledInvocation::time`] tells it.
    pub fn billed_millis(&self) -> u64 {
        (self.init + self.handler).billed_millis()
    }

    /// The time that is billed.
    pub fn time(&self) -> BilledTime {
        let exact = self.init + self.handler;
        let billed = Span::from_millis(exact.billed_millis());
        BilledTime {
            init: self.init,
            handler: self.handler,
            rounding: billed.saturating_sub(exact),
        }
    }

    /// The same in a warm environment.
    pub fn warm(&self) -> BilledInvocation {
        BilledInvocation {
            init: Span::ZERO,
            restored: false,
            ..*self
        }
    }

    /// What it adds to a month's usage. The book says how much storage is included.
    pub fn usage(&self, book: &PriceBook) -> Usage {
        let billed = self.time().billed();
        let restores = u64::from(self.restored);
        let used = match self.provisioned {
            true => self.settings.provisioned_usage(book, billed),
            false => self.settings.usage(book, 0, billed),
        };
        Usage {
            requests: 1,
            snapshot_restores: Gigabytes::of(self.settings.memory, restores),
            ..used
        }
    }
}

impl BilledTime {
    /// REPORT's Billed Duration, a whole number of milliseconds.
    pub fn billed(&self) -> Span {
        self.init + self.handler + self.rounding
    }

    /// The same as a number of milliseconds.
    pub fn billed_millis(&self) -> u64 {
        self.billed().billed_millis()
    }
}

/// The bill of one invocation in a month in which `month_to_date` was used before.
pub fn bill_invocation(
    book: &PriceBook,
    invocation: &BilledInvocation,
    month_to_date: &Usage,
    free_tier: FreeTier,
) -> InvocationBill {
    let used = invocation.usage(book);
    let priced = |usage: Usage| bill(book, &usage, month_to_date, free_tier);
    let architecture = invocation.settings.architecture;
    let price = match invocation.provisioned {
        true => book.provisioned(architecture).duration.value,
        false => book.price_after(architecture, month_to_date.compute(architecture)),
    };
    InvocationBill {
        time: invocation.time(),
        compute: used.compute(architecture) + used.provisioned_duration.on(architecture),
        ephemeral_storage: used.ephemeral_storage,
        per_millisecond: GbSeconds::of(invocation.settings.memory, Span::from_millis(1)).at(price),
        bill: priced(used),
        warm: priced(invocation.warm().usage(book)),
        per_thousand: priced(used.times(1_000)),
        per_million: priced(used.times(1_000_000)),
    }
}
