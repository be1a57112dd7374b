//! What devices do: everything that the sandbox itself makes or takes goes through here, except for
//! the Runtime API, whose files remember what was done with them (`api_files`). A further special
//! file is a further [`Device`] and a row in each of these functions.

use super::Errno;
use super::api_files::OpenApi;
use super::rights::Rights;
use super::slices::Slices;
use crate::sandbox::abi::fill_random;
use crate::sandbox::engine::GuestView;
use crate::sandbox::fs::Device;
use crate::sandbox::process::{Process, Stdout};

impl Device {
    /// The rights that mean something for it. Streams are pipes: no positions.
    pub(super) fn rights(self) -> Rights {
        match self {
            Device::Stdin => Rights::PIPE | Rights::FD_READ,
            Device::Stdout | Device::Stderr => Rights::PIPE | Rights::FD_WRITE,
            Device::Null | Device::Random => {
                let both = Rights::FD_READ | Rights::FD_WRITE;
                Rights::PIPE | both | Rights::FD_SEEK | Rights::FD_TELL
            }
            Device::Api(file) => OpenApi::rights(file),
        }
    }
}

/// Fills the slices; answers how many bytes went.
pub(super) fn read(
    process: &mut Process,
    memory: &GuestView<'_>,
    device: Device,
    slices: &Slices,
) -> Result<u32, Errno> {
    match device {
        Device::Stdin => {
            let left = process.stdin.get(process.stdin_at..).unwrap_or_default();
            let total = slices.scatter(memory, left)?;
            process.stdin_at += total as usize;
            Ok(total)
        }
        Device::Random => {
            for (start, len) in slices.iter() {
                fill_random(process, memory, start, len as u32)?;
            }
            Ok(slices.total())
        }
        Device::Null => Ok(0),
        Device::Stdout | Device::Stderr | Device::Api(_) => Err(Errno::BADF),
    }
}

/// Takes what the slices hold; answers how many bytes.
pub(super) fn write(
    process: &mut Process,
    memory: &GuestView<'_>,
    device: Device,
    slices: &Slices,
) -> Result<u32, Errno> {
    match (device, &mut process.stdout) {
        (Device::Stdin | Device::Api(_), _) => return Err(Errno::BADF),
        (Device::Null | Device::Random, _) => {}
        (Device::Stdout, Stdout::Response { bytes, written }) => {
            slices.gather(memory, bytes, Stdout::room(bytes))?;
            *written += u64::from(slices.total());
        }
        (Device::Stdout, Stdout::Log) | (Device::Stderr, _) => {
            let mut text = Vec::new();
            slices.gather(memory, &mut text, process.log_room.wanted())?;
            process.log(&text);
        }
    }
    Ok(slices.total())
}

/// How many bytes are there to be read, and whether there will never be more.
pub(super) fn readable(process: &Process, device: Device) -> (u64, bool) {
    match device {
        Device::Stdin => {
            let left = process.stdin.len().saturating_sub(process.stdin_at);
            (left as u64, left == 0)
        }
        Device::Null | Device::Random | Device::Stdout | Device::Stderr | Device::Api(_) => {
            (0, false)
        }
    }
}
