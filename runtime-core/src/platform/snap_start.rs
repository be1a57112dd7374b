//! SnapStart: a snapshot for each revision, and environments that begin from it (Lambda developer
//! guide, "Improving startup performance with Lambda SnapStart").
//!
//! Model choices: a revision counts as a published version. A version whose INIT fails or that cannot
//! be captured would never become active on AWS; here its requests start cold, so that the reason
//! shows. After a timeout or a crash the process is restored once more inside the next invocation.

use super::Platform;
use super::input::Out;
use super::lifecycle::InitEnd;
use super::owners::Sent;
use super::state::{Purpose, Snapshot};
use crate::timeline::{
    InitOutcome, LifecycleEvent, Rejection, ShutdownReason, SnapStart, Start, Uncapturable,
};
use crate::units::{ByteCount, EnvironmentId, FunctionId, Moment, Version};

impl Platform {
    /// A version is new or changed: its old snapshot is for nobody, and a new one may be wanted.
    pub(super) fn renew_snapshot(&mut self, id: FunctionId, version: Version, out: &mut Out) {
        self.drop_snapshot(id, version, out);
        let wanted = self.live(id).and_then(|it| it.edition(version));
        if wanted.is_none_or(|it| it.configuration.snap_start == SnapStart::None) {
            return;
        }
        let environment = self.create(id, version, Purpose::Capture, out);
        let function = self.functions.get_mut(&id);
        let edition = function.and_then(|it| it.edition_mut(version));
        if let (Some(environment), Some(edition)) = (environment, edition) {
            edition.snapshot = Snapshot::Pending(environment);
        }
    }

    /// A version is changed or deleted: its snapshot goes.
    pub(super) fn drop_snapshot(&mut self, id: FunctionId, version: Version, out: &mut Out) {
        let function = self.functions.get_mut(&id);
        let Some(edition) = function.and_then(|it| it.edition_mut(version)) else {
            return;
        };
        if std::mem::replace(&mut edition.snapshot, Snapshot::None) == Snapshot::Taken {
            out.fact(LifecycleEvent::SnapshotDeleted {
                function: id,
                version,
            });
        }
    }

    /// Takes the snapshots that the last tab has taken with it.
    pub(super) fn renew_snapshots(&mut self, out: &mut Out) {
        let functions: Vec<FunctionId> = self.functions.iter().map(|(id, _)| *id).collect();
        for function in functions {
            self.renew_snapshot(function, Version::Latest, out);
            let published: Vec<Version> = self.versions(function).map(|(it, _)| it).collect();
            for version in published {
                self.renew_snapshot(function, version, out);
            }
        }
    }

    /// The INIT phase of an environment is over that was made for a snapshot.
    pub(super) fn captured(
        &mut self,
        id: EnvironmentId,
        outcome: InitOutcome,
        snapshot: Option<Result<ByteCount, Uncapturable>>,
        out: &mut Out,
    ) {
        match (outcome, snapshot) {
            (InitOutcome::Succeeded, Some(Ok(size))) => {
                if let Some((function, version, revision)) = self.set_snapshot(id, Snapshot::Taken)
                {
                    out.fact(LifecycleEvent::SnapshotTaken {
                        environment: id,
                        function,
                        revision,
                        version,
                        size,
                    });
                }
            }
            (_, refused) => self.capture_failed(id, refused.and_then(Result::err), out),
        }
        self.shut_down(id, ShutdownReason::Captured, out);
    }

    /// There will be no snapshot from this environment.
    pub(super) fn capture_failed(
        &mut self,
        id: EnvironmentId,
        reason: Option<Uncapturable>,
        out: &mut Out,
    ) {
        if let Some((function, version, revision)) = self.set_snapshot(id, Snapshot::None) {
            out.fact(LifecycleEvent::SnapshotRefused {
                environment: id,
                function,
                revision,
                version,
                reason,
            });
        }
    }

    /// Whose snapshot the environment was made for, if it is still the one that is waited for.
    fn set_snapshot(
        &mut self,
        id: EnvironmentId,
        snapshot: Snapshot,
    ) -> Option<(FunctionId, Version, u32)> {
        let environment = self.environments.get(&id)?;
        let function = self.functions.get_mut(&environment.function)?;
        let edition = function.edition_mut(environment.version)?;
        if edition.snapshot != Snapshot::Pending(id) {
            return None;
        }
        edition.snapshot = snapshot;
        Some((
            environment.function,
            environment.version,
            environment.revision,
        ))
    }

    /// A RESTORE phase is over.
    pub(super) fn restored(
        &mut self,
        at: Moment,
        id: EnvironmentId,
        sent: Sent,
        end: InitEnd,
        out: &mut Out,
    ) {
        let InitEnd {
            outcome,
            duration,
            restoring,
            ..
        } = end;
        out.fact(LifecycleEvent::RestoreFinished {
            environment: id,
            outcome,
            restoring,
            duration,
        });
        let rejection = match outcome {
            InitOutcome::Succeeded => {
                let start = Start::Restored {
                    restore: duration,
                    billed: duration.saturating_sub(restoring),
                };
                self.invoke(at, id, sent, start, out);
                return;
            }
            InitOutcome::TimedOut => Rejection::SnapStartTimedOut,
            InitOutcome::Failed(_) => Rejection::SnapStartFailed,
        };
        self.reject(sent, rejection, out);
        self.release(id);
        self.shut_down(id, ShutdownReason::RestoreFailed, out);
    }
}
