//! The captured memory and globals.

use super::prepare::GLOBAL_PREFIX;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;

/// The two halves of the text that a runtime's mailbox begins with when it is captured. They are
/// put together in its memory, so that the whole is nowhere else.
const MARK: &[u8] = b"captured-mailbox";
/// A gap of so many zeros begins a new data segment, bytes: a segment costs about 10 of its own,
/// and an engine some time.
const GAP: usize = 256;

/// The captured memory and globals.
pub struct Image {
    memory: Vec<u8>,
    globals: BTreeMap<u32, i64>,
    /// Where a text in the memory is, and its length in bytes.
    pub text: Option<(u32, u32)>,
}

impl Image {
    /// What `capture.mjs` wrote.
    ///
    /// # Errors
    /// If its report cannot be understood.
    pub fn new(memory: Vec<u8>, report: &[u8]) -> Result<Image> {
        let report: Value = serde_json::from_slice(report).context("the capture's report")?;
        let mut globals = BTreeMap::new();
        for (name, value) in report["globals"].as_object().into_iter().flatten() {
            let index = name.strip_prefix(GLOBAL_PREFIX).map(str::parse);
            if let (Some(Ok(index)), Some(value)) = (index, value.as_i64()) {
                globals.insert(index, value);
            }
        }
        let word = |index: usize| report["text"][index].as_u64()?.try_into().ok();
        Ok(Image {
            memory,
            globals,
            text: word(0).zip(word(1)),
        })
    }

    /// The memory's size in pages of 64 KiB.
    pub fn pages(&self) -> u64 {
        (self.memory.len() / 65_536) as u64
    }

    /// A global's value.
    pub fn global(&self, index: u32) -> Option<i64> {
        self.globals.get(&index).copied()
    }

    /// The mailbox's address.
    ///
    /// # Errors
    /// If the runtime has marked none, or several places look like one.
    pub fn mailbox(&self) -> Result<u32> {
        let mut at = 0;
        let mut places = std::iter::from_fn(|| {
            loop {
                let found = position(&self.memory, at, |byte| byte == MARK[0])?;
                at = found + 1;
                if self.memory[found..].starts_with(MARK) {
                    return Some(found);
                }
            }
        });
        match (places.next(), places.next()) {
            (Some(at), None) => Ok(at as u32),
            (None, _) => bail!("the runtime has no mailbox"),
            (Some(_), Some(_)) => bail!("several places look like the runtime's mailbox"),
        }
    }

    /// The word at an address.
    ///
    /// # Errors
    /// If it lies outside the memory.
    pub fn word(&self, address: u32) -> Result<u32> {
        let bytes = self.memory.get(address as usize..);
        let word = bytes.and_then(|bytes| bytes.first_chunk());
        word.map(|word| u32::from_le_bytes(*word))
            .with_context(|| format!("{address} is no address"))
    }

    /// What is not zero, as (address, bytes).
    pub fn segments(&self) -> Vec<(u32, &[u8])> {
        let mut segments = Vec::new();
        let mut at = 0;
        while let Some(start) = position(&self.memory, at, |byte| byte != 0) {
            // Ends where a long gap begins.
            let mut end = start;
            loop {
                end = position(&self.memory, end, |byte| byte == 0).unwrap_or(self.memory.len());
                match position(&self.memory, end, |byte| byte != 0) {
                    Some(next) if next - end < GAP => end = next,
                    _ => break,
                }
            }
            segments.push((start as u32, &self.memory[start..end]));
            at = end;
        }
        segments
    }
}

fn position(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.iter()
        .position(|byte| wanted(*byte))
        .map(|at| from + at)
}
