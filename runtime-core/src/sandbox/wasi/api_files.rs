//! The files of the Runtime API, as `handlers/RUNTIME_API.md` specifies them.

use super::Errno;
use super::descriptors::{Descriptor, Target};
use super::rights::Rights;
use super::slices::Slices;
use crate::sandbox::engine::GuestView;
use crate::sandbox::exchange::Body;
use crate::sandbox::fs::{ApiFile, NodeId};
use crate::sandbox::process::Process;

/// One opening of one of the files.
pub(super) struct OpenApi {
    pub(super) file: ApiFile,
    pub(super) node: NodeId,
    /// How much of the event was read; `None` before the first read, which is what waits.
    read: Option<u64>,
    body: Body,
}

impl OpenApi {
    pub(super) fn new(file: ApiFile, node: NodeId) -> Self {
        OpenApi {
            file,
            node,
            read: None,
            body: Body::default(),
        }
    }

    /// The rights that mean something for it. Going back to the start of `next` asks anew.
    pub(super) fn rights(file: ApiFile) -> Rights {
        match file {
            ApiFile::Next => Rights::PIPE | Rights::FD_READ | Rights::FD_SEEK,
            ApiFile::RestoreNext => Rights::PIPE | Rights::FD_READ,
            ApiFile::Response | ApiFile::Error | ApiFile::InitError | ApiFile::RestoreError => {
                Rights::PIPE | Rights::FD_WRITE
            }
        }
    }

    /// Seeks; only to the start of `next`.
    pub(super) fn seek(&mut self, whence: u32, offset: i64) -> Result<(), Errno> {
        match (self.file, whence, offset) {
            (ApiFile::Next, 0, 0) => {
                self.read = None;
                Ok(())
            }
            _ => Err(Errno::SPIPE),
        }
    }
}

/// Reads the event; the first read waits for it. `restore/next` has nothing to read: to ask is all.
pub(super) fn read(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    slices: &Slices,
) -> Result<u32, Errno> {
    let file = open(process, fd)?;
    if file.file == ApiFile::RestoreNext {
        process.exchange.ask_for_capture();
        return Ok(0);
    }
    let at = file.read;
    let at = match at {
        Some(at) => at,
        None => {
            process.next_event(memory.size())?;
            0
        }
    };
    let total = slices.scatter(memory, process.exchange.event(at))?;
    open(process, fd)?.read = Some(at + u64::from(total));
    Ok(total)
}

/// Writes to an answer.
pub(super) fn write(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    slices: &Slices,
) -> Result<u32, Errno> {
    let body = &mut open(process, fd)?.body;
    let (bytes, room) = body.room();
    slices.gather(memory, bytes, room)?;
    body.count(slices.total());
    Ok(slices.total())
}

/// A descriptor was closed: what was written is the answer.
pub(super) fn closed(process: &mut Process, descriptor: Descriptor) {
    if let Target::Api(open) = descriptor.target
        && let Some(init_error) = process.exchange.post(open.file, open.body)
    {
        process.host.init_error(init_error);
    }
}

fn open(process: &mut Process, fd: u32) -> Result<&mut OpenApi, Errno> {
    match &mut process.descriptors.get_mut(fd)?.target {
        Target::Api(open) => Ok(open),
        _ => Err(Errno::BADF),
    }
}
