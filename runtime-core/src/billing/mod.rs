//! What a session costs, to the letter of the published price list.
//!
//! ```text
//! price_book        PriceBook: the figures of one region at one date, each with its source
//! other_prices      OtherPrices: what only estimates are billed: streams, the edge, savings plans, other services
//! price_book_parse  a dated JSON file -> PriceBook
//! price_field       ... field by field, for Lambda's figures and for Fargate's
//! price_book_error  ... or what is wrong with it and what to do
//! quantity          GbSeconds and Usage: exact amounts of what is billed, additive
//! bill              Bill and BillLine: usage on top of a month's earlier usage -> money
//! invocation        BilledInvocation and InvocationBill: one invocation down to its milliseconds
//! provisioned       ProvisionedMeter: for how long provisioned concurrency is billed
//! ledger/           Ledger: everything that was billed one by one, in groups that add up, and as CSV
//! charge            Charge: what a fact ends that is billed
//! session           SessionUsage: a projection that folds usage by function; prices come later
//! fargate/          what tasks cost: their prices, usage and bill, and the fold over their facts
//! ```
//!
//! Two steps, always: facts become [`Usage`], which can be added in any order; a [`PriceBook`]
//! turns usage into a [`Bill`]. A change of prices therefore needs no new look at the facts.
//! All arithmetic is exact; amounts are rounded when they are shown.

mod bill;
mod charge;
mod fargate;
mod invocation;
mod ledger;
mod other_prices;
mod price_book;
mod price_book_error;
mod price_book_parse;
mod price_field;
mod provisioned;
mod quantity;
mod session;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod session_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod worked_examples;

pub use bill::{Bill, BillLine, BillQuantity, BillSubject, FreeTier, FreeTierEffect, bill, month};
pub use fargate::{
    BilledTask, ComputeUsage, FargateBill, FargateBillLine, FargatePrices, FargateQuantity,
    FargateSubject, FargateUsage, GbHours, Hours, LEAST_LINUX, LEAST_WINDOWS, SpotPrices,
    TaskMeter, TaskPrices, TaskRate, VcpuHours, bill_tasks,
};
pub use invocation::{
    BilledInvocation, BilledSettings, BilledTime, InvocationBill, bill_invocation,
};
pub use ledger::{
    By, Came, Group, Key, Ledger, LedgerEntry, OutcomeKind, Phases, Selection, StartKind,
};
pub use other_prices::{Extra, ExtraUnit, OtherPrices, SavingsTerm, StreamingPrices};
pub use price_book::{Figure, PriceBook, ProvisionedPrices, Source, Standing, Tier};
pub use price_book_error::{PriceBookError, TierProblem};
pub use provisioned::{PROVISIONED_STEP, ProvisionedMeter};
pub use quantity::{GbSeconds, Gigabytes, PerArchitecture, Usage};
pub use session::{LEAST_SNAPSHOT_CACHE, SessionUsage, async_requests};
