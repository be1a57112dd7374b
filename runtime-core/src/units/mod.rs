//! Units and identities. No public function of this crate takes a bare number for time, memory,
//! money or identity.
//!
//! ```text
//! time    Moment (since the session began), Span
//! memory  MemoryMb (a function's setting), ByteCount
//! money   Money, UsdPerUnit: exact until they are shown
//! ids     FunctionId, EnvironmentId, RequestId, PayloadId, PackageId
//! ```

mod ids;
mod memory;
mod money;
mod time;

pub use ids::{EnvironmentId, FunctionId, PackageId, PayloadId, RequestId, SessionSeed};
pub use memory::{ByteCount, MemoryMb};
pub use money::{Money, ParseUsdError, UsdPerUnit};
pub use time::{Moment, Span};
