//! Command line and environment variables.

use super::Errno;
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::Process;

/// A list of strings as `args_get` and `environ_get` hand it over: one block of NUL-terminated
/// strings, and where each begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct StringBlock {
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

impl<S: AsRef<str>> FromIterator<S> for StringBlock {
    fn from_iter<I: IntoIterator<Item = S>>(strings: I) -> Self {
        let mut block = StringBlock::default();
        for string in strings {
            block.starts.push(block.bytes.len() as u32);
            block.bytes.extend_from_slice(string.as_ref().as_bytes());
            block.bytes.push(0);
        }
        block
    }
}

impl StringBlock {
    fn sizes(&self, memory: &GuestView<'_>, count: u32, size: u32) -> Result<(), Errno> {
        memory.write_u32(count, self.starts.len() as u32)?;
        memory.write_u32(size, self.bytes.len() as u32)?;
        Ok(())
    }

    fn get(&self, memory: &GuestView<'_>, pointers: u32, buffer: u32) -> Result<(), Errno> {
        let addresses: Vec<u8> = self
            .starts
            .iter()
            .flat_map(|start| buffer.wrapping_add(*start).to_le_bytes())
            .collect();
        memory.write(buffer, &self.bytes)?;
        memory.write(pointers, &addresses)?;
        Ok(())
    }
}

pub(super) fn args_sizes_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    count: u32,
    size: u32,
) -> Result<(), Errno> {
    process.arguments.sizes(memory, count, size)
}

pub(super) fn args_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    pointers: u32,
    buffer: u32,
) -> Result<(), Errno> {
    process.arguments.get(memory, pointers, buffer)
}

pub(super) fn environ_sizes_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    count: u32,
    size: u32,
) -> Result<(), Errno> {
    process.environ.sizes(memory, count, size)
}

pub(super) fn environ_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    pointers: u32,
    buffer: u32,
) -> Result<(), Errno> {
    process.environ.get(memory, pointers, buffer)
}
