//! Log groups of functions, and user pools.

use super::plan::Planner;
use super::remark::RemarkKind;
use super::wires::Told;
use crate::template::Origin;
use crate::timeline::{Interest, PoolTrigger, SourceKind};
use crate::units::FunctionId;

/// What names of functions' log groups begin with (Lambda developer guide, "Sending Lambda function logs to
/// CloudWatch Logs").
const LOG_GROUPS: &str = "/aws/lambda/";

impl Planner<'_> {
    /// Has a function's log group tell its target. Of others nobody writes here: those are shown.
    pub(super) fn log_events(&mut self, group: &Origin, pattern: &str, told: &Told<'_>) {
        let logger = self.logger(group);
        let own = logger.and_then(|it| self.platform.configuration(it));
        let Some((function, own)) = logger.zip(own) else {
            return;
        };
        let name = format!("{LOG_GROUPS}{}", own.name);
        let place = self.shared(&name, SourceKind::LogGroup(function));
        let interest = match pattern.is_empty() {
            true => Interest::Everything,
            false => Interest::LogEvents(pattern.to_owned()),
        };
        self.wire(place, interest, told);
    }

    /// The function whose log group it is: one of the template, or one that is there already.
    pub(super) fn logger(&self, group: &Origin) -> Option<FunctionId> {
        let group = match group {
            Origin::Here(logical_id) => {
                let mut sources = self.stack.sources.iter();
                &sources.find(|it| it.logical_id == *logical_id)?.name
            }
            Origin::Elsewhere(name) => name,
        };
        let name = group.strip_prefix(LOG_GROUPS)?;
        let mut functions = self.stack.functions.iter();
        if let Some(function) = functions.find(|it| it.configuration.name == name) {
            return self.function_called(&function.logical_id).map(|(id, _)| id);
        }
        let mut functions = self.platform.functions();
        functions.find(|(_, it)| it.name == name).map(|(id, _)| id)
    }

    /// Has a user pool ask its target.
    pub(super) fn pool_triggers(&mut self, pool: &Origin, events: &[String], told: &Told<'_>) {
        let place = self.origin(pool, SourceKind::UserPool);
        for event in events {
            let mut known = PoolTrigger::ALL.into_iter();
            match known.find(|it| it.name() == event) {
                Some(trigger) => self.wire(place, Interest::Trigger(trigger), told),
                None => {
                    let why = format!(
                        "User pools ask nobody for {event} here: make its events in the Event panel."
                    );
                    self.remark(RemarkKind::Skipped, told.about, why);
                }
            }
        }
    }
}
