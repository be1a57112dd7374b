//! When events come, as loads and services say it: at a rate, or as a trace has it.

use super::error::ValueError;
use super::model::SpacingModel;
use super::rate::RateModel;
use super::trace::trace;
use crate::simulator::Arrivals;

/// What is said of it.
pub(super) struct ArrivalsModel {
    /// Of a function; none where it is a service's.
    pub(super) load: Option<usize>,
    pub(super) rate: Option<RateModel>,
    pub(super) trace: Option<String>,
    pub(super) row: Option<String>,
    pub(super) spacing: SpacingModel,
}

impl ArrivalsModel {
    /// When events come. `open` gives the text of a trace by its name, or says why there is none.
    ///
    /// # Errors
    /// The field that is wrong, and why.
    pub(super) fn arrivals(
        self,
        open: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Arrivals, (&'static str, ValueError)> {
        let spacing = self.spacing.into();
        let given = match (self.rate, self.trace) {
            (Some(_), None) if self.row.is_some() => {
                return Err(("row", ValueError::RowWithoutTrace));
            }
            (Some(rate), None) => return Ok(rate.arrivals(spacing)),
            (None, Some(given)) => given,
            (rate, _) => {
                let (load, both) = (self.load, rate.is_some());
                let field = if both { "trace" } else { "rate" };
                return Err((field, ValueError::Arrivals { load, both }));
            }
        };
        // A trace of its own has lines; what has none is a file's name.
        let (text, file) = match given.contains('\n') {
            true => (given, None),
            false => match open(&given) {
                Ok(text) => (text, Some(given)),
                Err(cause) => return Err(("trace", ValueError::TraceFile { file: given, cause })),
            },
        };
        match trace(&text, self.row.as_deref()) {
            Ok(trace) => Ok(Arrivals::Trace { trace, spacing }),
            Err(error) => Err(("trace", ValueError::Trace { file, error })),
        }
    }
}
