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

#[cfg(test)]
mod tests {
    use super::*;

    fn image(memory: &[u8]) -> Image {
        let report = br#"{"globals": {"captured_global_1": -5, "other": 7}, "text": [16, 3]}"#;
        Image::new(memory.to_vec(), report).unwrap()
    }

    #[test]
    fn the_report_is_read() {
        let image = image(&[0; 65_536]);
        assert_eq!(image.global(1), Some(-5));
        assert_eq!(image.global(0), None);
        assert_eq!(image.text, Some((16, 3)));
        assert_eq!(image.pages(), 1);
    }

    #[test]
    fn a_command_has_no_text() {
        let report = br#"{"globals": {}, "text": null}"#;
        assert_eq!(Image::new(Vec::new(), report).unwrap().text, None);
        assert!(Image::new(Vec::new(), b"nonsense").is_err());
    }

    #[test]
    fn a_mailbox_is_found_if_there_is_one() {
        let mark = |at: &[usize]| {
            let mut memory = vec![0; 200];
            // Half a mark is none.
            memory[180..188].copy_from_slice(&MARK[..8]);
            for at in at {
                memory[*at..at + MARK.len()].copy_from_slice(MARK);
            }
            image(&memory).mailbox()
        };
        assert_eq!(mark(&[100]).unwrap(), 100);
        assert!(mark(&[]).unwrap_err().to_string().contains("no mailbox"));
        assert!(mark(&[8, 100]).unwrap_err().to_string().contains("several"));
    }

    #[test]
    fn words_are_little_endian_and_inside() {
        let image = image(&[1, 2, 3, 4, 5]);
        assert_eq!(image.word(1).unwrap(), 0x0504_0302);
        assert!(image.word(2).is_err());
        assert!(image.word(u32::MAX).is_err());
    }

    #[test]
    fn segments_hold_every_byte_that_is_not_zero() {
        let mut memory = vec![0; 4 * GAP];
        assert!(image(&memory).segments().is_empty());
        memory[3] = 1;
        memory[3 + GAP - 1] = 2;
        memory[3 + 2 * GAP] = 3;
        memory[4 * GAP - 1] = 4;
        let image = image(&memory);
        let segments = image.segments();
        let places: Vec<_> = segments
            .iter()
            .map(|(at, bytes)| (*at, bytes.len()))
            .collect();
        // Zeros are kept where the gap is short.
        let gap = GAP as u32;
        assert_eq!(places, [(3, GAP), (3 + 2 * gap, 1), (4 * gap - 1, 1)]);
        let mut again = vec![0; memory.len()];
        for (at, bytes) in segments {
            again[at as usize..][..bytes.len()].copy_from_slice(bytes);
        }
        assert_eq!(again, memory);
    }
}
