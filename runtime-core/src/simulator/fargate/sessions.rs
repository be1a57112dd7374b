//! Sticky sessions: which target a client's cookie names (Elastic Load Balancing guide for Application Load Balancers,
//! "Sticky sessions for your Application Load Balancer", duration-based stickiness, 2023).
//!
//! Model choice: a client has the cookie from the moment at which its request is routed, not from its response on.

use crate::units::{Moment, Span, TaskId};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// `stickiness.lb_cookie.duration_seconds`: "specify a value between 1 second and 7 days".
pub(super) const STICKINESS: RangeInclusive<Span> =
    Span::from_secs(1)..=Span::from_secs(7 * 86_400);

/// Who sends a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Client(pub(super) u32);

/// The cookies `AWSALB` that clients have.
#[derive(Debug)]
pub(super) struct Sessions {
    duration: Span,
    cookies: BTreeMap<Client, Cookie>,
}

#[derive(Clone, Copy, Debug)]
struct Cookie {
    target: TaskId,
    expires: Moment,
}

impl Sessions {
    pub(super) const fn new(duration: Span) -> Sessions {
        Sessions {
            duration,
            cookies: BTreeMap::new(),
        }
    }

    /// The target that a client's cookie names. "If a cookie expires, the session is no longer sticky".
    pub(super) fn target(&self, at: Moment, client: Client) -> Option<TaskId> {
        let cookie = self.cookies.get(&client)?;
        (at < cookie.expires).then_some(cookie.target)
    }

    /// A client's request went to a target: "the Application Load Balancer resets the expiry of the cookies it
    /// generates after every request", and "updates the cookie with information about the new target".
    pub(super) fn stick(&mut self, at: Moment, client: Client, target: TaskId) {
        let expires = at + self.duration;
        self.cookies.insert(client, Cookie { target, expires });
    }
}
