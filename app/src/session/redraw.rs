//! When panels read the session again.

use super::Core;
use crate::browser::{clock, timer};
use leptos::prelude::*;
use runtime_core::units::Span;

/// The least time between two readings of what happens by itself. A burst of warm invocations
/// makes thousands of facts a second; reading and drawing at 20 frames a second is as live to the
/// eye, and leaves most of the page's thread to the burst.
const LIVE_PACE: Span = Span::from_millis(50);

/// What is asked for already, and when panels last read.
#[derive(Debug, Default)]
pub(super) struct Redraw {
    frame_asked: bool,
    pace_asked: bool,
    last: Span,
}

impl Core {
    /// The user changed something: panels read again before the next frame, however often this is
    /// said.
    pub(super) fn changed(&self) {
        let mut state = self.state.borrow_mut();
        if !state.redraw.frame_asked {
            state.redraw.frame_asked = true;
            let core = self.clone();
            timer::next_frame(move || {
                {
                    let redraw = &mut core.state.borrow_mut().redraw;
                    redraw.frame_asked = false;
                    redraw.last = clock::elapsed();
                }
                core.version.update(|version| *version += 1);
            });
        }
    }

    /// Something happened by itself: the same, at [`LIVE_PACE`].
    pub(super) fn happened(&self) {
        let wait = {
            let redraw = &mut self.state.borrow_mut().redraw;
            if redraw.frame_asked || redraw.pace_asked {
                return;
            }
            let wait = LIVE_PACE.saturating_sub(clock::elapsed().saturating_sub(redraw.last));
            redraw.pace_asked = wait > Span::ZERO;
            wait
        };
        if wait == Span::ZERO {
            return self.changed();
        }
        let core = self.clone();
        timer::after(wait, move || {
            core.state.borrow_mut().redraw.pace_asked = false;
            core.changed();
        });
    }
}
