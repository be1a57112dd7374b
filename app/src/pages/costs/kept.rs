//! The plan as this browser keeps it, and as a link: the bytes of its fields, in an alphabet for addresses.

use super::FRAGMENT;
use crate::browser::{kept, route};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use runtime_core::estimate::EstimatePlan;
use runtime_core::protocol;

/// Where it is kept.
const NAME: &str = "coldstart.costs";
/// What stands before the bytes: another form of them would have another.
const VERSION: &str = "1.";
/// More is no plan that anybody described.
const MOST: usize = 64 * 1_024;

/// The plan of the address, or else the one that was kept.
pub(super) fn find() -> Option<EstimatePlan> {
    take_address().or_else(|| read(&kept::read(NAME)?))
}

/// The plan that the address has, after the page's name. It is taken out of the address: what is changed from now on
/// is kept, and a reload must not bring the old one back.
pub(super) fn take_address() -> Option<EstimatePlan> {
    let fragment = route::fragment();
    let plan = read(fragment.strip_prefix(FRAGMENT)?.strip_prefix('/')?)?;
    route::replace(&format!("#{FRAGMENT}"));
    Some(plan)
}

/// Keeps the plan for the next visit.
pub(super) fn keep(plan: &EstimatePlan) {
    kept::keep(NAME, &write(plan));
}

/// What an address that has the plan ends with.
pub(super) fn fragment(plan: &EstimatePlan) -> String {
    format!("#{FRAGMENT}/{}", write(plan))
}

fn write(plan: &EstimatePlan) -> String {
    let bytes = protocol::encode(plan);
    format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Nothing, if the text has no plan or one that cannot be billed: it may come from anywhere.
fn read(text: &str) -> Option<EstimatePlan> {
    let text = text.strip_prefix(VERSION)?;
    if text.len() > MOST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let plan: EstimatePlan = protocol::decode(&bytes).ok()?;
    plan.check().is_empty().then_some(plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::costs::desk::example;
    use proptest::prelude::*;

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let plan = example();
        assert_eq!(read(&write(&plan)), Some(plan));
    }

    #[test]
    fn a_plan_that_cannot_be_billed_is_none() {
        let mut plan = example();
        plan.functions[0].settings.memory = runtime_core::units::MemoryMb::new(1);
        assert_eq!(read(&write(&plan)), None);
    }

    proptest! {
        #[test]
        fn whatever_an_address_says_is_a_plan_or_none(text in ".{0,300}", bytes: Vec<u8>) {
            let _ = read(&text);
            let _ = read(&format!("{VERSION}{text}"));
            if let Some(plan) = read(&format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes))) {
                prop_assert!(plan.check().is_empty());
            }
        }
    }
}
