//! Everything a user can ask for.

use super::draft::Draft;
use runtime_core::timeline::FunctionConfiguration;
use runtime_core::units::{FunctionId, Moment, RequestId, Span};

/// Whose code a file becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A new function's, whose name is made of this one.
    New(String),
    /// That of this function.
    Existing(FunctionId),
}

/// What a user asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Invoke a function with an event, `count` times with `spacing` between.
    Invoke {
        /// Which.
        function: FunctionId,
        /// The event as it was typed.
        event: String,
        /// How often.
        count: u32,
        /// How far apart.
        spacing: Span,
    },
    /// Make a function of a sample.
    DeploySample(usize),
    /// Make a function of a file, or give an existing function new code.
    Deploy {
        /// The file's name.
        file_name: String,
        /// Its bytes.
        bytes: Vec<u8>,
        /// Whose code it becomes.
        target: Target,
    },
    /// Remember what was changed in a function's files; `None` discards it.
    EditCode {
        /// Which function.
        function: FunctionId,
        /// All changes.
        draft: Option<Draft>,
    },
    /// Give a function the code that its draft holds.
    DeployDraft(FunctionId),
    /// Change a function's settings; they were validated.
    Configure {
        /// Which.
        function: FunctionId,
        /// All settings.
        configuration: Box<FunctionConfiguration>,
    },
    /// Change the account's limits.
    ConfigureAccount {
        /// Account concurrency.
        concurrency: u32,
        /// Idle expiry.
        idle_expiry: Span,
    },
    /// Delete a function.
    Delete(FunctionId),
    /// Select a function.
    SelectFunction(FunctionId),
    /// Show a request; `None` follows the latest.
    SelectRequest(Option<RequestId>),
    /// Find out where the milliseconds of an invocation went; [`Reading::profile`] tells how far
    /// that is.
    ///
    /// [`Reading::profile`]: super::Reading::profile
    Profile(RequestId),
    /// Stop finding out.
    CancelProfile(RequestId),
    /// Move the playhead; `None` follows the session live.
    SetPlayhead(Option<Moment>),
    /// Move the session clock to the next thing that the platform waits for.
    SkipToNext,
    /// Throw environments away.
    Recycle(Option<FunctionId>),
    /// Remember the text of the event editor.
    EditEvent {
        /// Of which function.
        function: FunctionId,
        /// The text.
        text: String,
    },
    /// Save the editor's text under a name.
    SaveEvent {
        /// Of which function.
        function: FunctionId,
        /// The name; an existing one is replaced.
        name: String,
    },
    /// Delete a saved event.
    DeleteEvent {
        /// Of which function.
        function: FunctionId,
        /// Its name.
        name: String,
    },
    /// Apply the monthly free tier to bills, or not.
    SetFreeTier(bool),
    /// Forget the timeline; functions stay.
    ClearTimeline,
    /// Hand the whole workspace to the user as a file.
    Export,
    /// Replace the workspace by a file's.
    Import {
        /// The file.
        bytes: Vec<u8>,
    },
}
