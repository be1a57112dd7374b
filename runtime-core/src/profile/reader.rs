//! Functions of a program, read from the memory of its interpreter. What lies there is the program's
//! own: nothing that it does may harm us.

use super::SourceFunction;
use super::layout::{Encoding, Field, FrameKind, FrameLayout, Is, KEYS, Test, TextPlace};

/// Longer names and files are cut.
const MAX_TEXT: u32 = 256;

/// The memory of a program, as far as it can be read.
pub trait Memory {
    /// Fills the buffer with what lies there; says whether it could.
    fn read(&self, at: u32, into: &mut [u8]) -> bool;

    /// The word that lies there, its lowest byte first.
    fn word(&self, at: u32) -> Option<u32> {
        let mut bytes = [0; 4];
        self.read(at, &mut bytes).then(|| u32::from_le_bytes(bytes))
    }
}

impl Memory for [u8] {
    fn read(&self, at: u32, into: &mut [u8]) -> bool {
        let there = self.get(at as usize..).and_then(|it| it.get(..into.len()));
        there.map(|there| into.copy_from_slice(there)).is_some()
    }
}

/// What a function is known by; the same function has the same again. An address alone could be
/// another function's that came later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Known {
    kind: u8,
    key: [u32; KEYS],
}

impl FrameLayout {
    /// The address of a frame's caller, if it has one.
    pub(super) fn caller_of(&self, frame: u32, memory: &(impl Memory + ?Sized)) -> Option<u32> {
        follow(frame, &[self.caller], memory).filter(|caller| *caller != 0)
    }

    /// What the function of a frame is known by, and its address.
    pub(super) fn known(
        &self,
        frame: u32,
        memory: &(impl Memory + ?Sized),
    ) -> Option<(Known, u32)> {
        let mut kinds = (0..).zip(&self.kinds);
        let (index, kind) = kinds.find(|(_, kind)| holds(frame, &kind.when, memory))?;
        let function = follow(frame, &kind.function, memory)?;
        let mut key = [0; KEYS];
        for (word, way) in key.iter_mut().zip(&kind.key) {
            *word = follow(function, way, memory)?;
        }
        Some((Known { kind: index, key }, function))
    }

    /// The function at an address that is known so.
    pub(super) fn function(
        &self,
        known: Known,
        function: u32,
        memory: &(impl Memory + ?Sized),
    ) -> Option<SourceFunction> {
        let kind = self.kinds.get(usize::from(known.kind))?;
        self.describe(kind, function, memory)
    }

    /// The function at an address, of frames of that kind.
    pub fn describe(
        &self,
        kind: &FrameKind,
        function: u32,
        memory: &(impl Memory + ?Sized),
    ) -> Option<SourceFunction> {
        let text = |place: &TextPlace| {
            let text = self.text(find(place, function, memory)?, memory)?;
            (!text.is_empty()).then_some(text)
        };
        let mut names = kind.names.iter();
        let name = names.find_map(|name| match holds(function, &name.when, memory) {
            true => text(&name.text),
            false => None,
        });
        let name = name.map(|name| kind.renamed.get(&name).cloned().unwrap_or(name));
        let line = kind.line.as_ref();
        Some(SourceFunction {
            name: name.or_else(|| kind.unnamed.clone())?,
            file: kind.file.as_ref().and_then(text),
            line: line
                .and_then(|line| follow(function, line, memory))
                .filter(|line| *line > 0),
        })
    }

    fn text(&self, at: u32, memory: &(impl Memory + ?Sized)) -> Option<String> {
        let mut forms = self.texts.iter();
        let form = forms.find(|form| holds(at, &form.when, memory))?;
        let length = field(at, form.length, memory)?;
        let kept = length.min(MAX_TEXT);
        let unit = match form.encoding {
            Encoding::Latin1 => 1,
            Encoding::Utf16 => 2,
            Encoding::Utf32 => 4,
        };
        let mut bytes = vec![0; (kept * unit) as usize];
        if !memory.read(at.checked_add(form.data)?, &mut bytes) {
            return None;
        }
        let mut text = decoded(&bytes, form.encoding);
        if length > kept {
            text.push('…');
        }
        Some(text)
    }
}

fn decoded(bytes: &[u8], encoding: Encoding) -> String {
    let clean = |character: char| match character.is_control() {
        true => char::REPLACEMENT_CHARACTER,
        false => character,
    };
    match encoding {
        Encoding::Latin1 => bytes.iter().map(|byte| clean(char::from(*byte))).collect(),
        Encoding::Utf16 => {
            let units = bytes.as_chunks::<2>().0.iter();
            let units = char::decode_utf16(units.map(|unit| u16::from_le_bytes(*unit)));
            units
                .map(|unit| clean(unit.unwrap_or(char::REPLACEMENT_CHARACTER)))
                .collect()
        }
        Encoding::Utf32 => {
            let units = bytes.as_chunks::<4>().0.iter();
            let units = units.map(|unit| char::from_u32(u32::from_le_bytes(*unit)));
            units
                .map(|unit| clean(unit.unwrap_or(char::REPLACEMENT_CHARACTER)))
                .collect()
        }
    }
}

fn follow(from: u32, way: &[u32], memory: &(impl Memory + ?Sized)) -> Option<u32> {
    way.iter()
        .try_fold(from, |at, offset| memory.word(at.checked_add(*offset)?))
}

fn find(place: &TextPlace, from: u32, memory: &(impl Memory + ?Sized)) -> Option<u32> {
    match place {
        TextPlace::At(way) => follow(from, way, memory),
        TextPlace::Numbered { number, table } => {
            let number = follow(from, number, memory).filter(|number| *number != 0)?;
            let table = follow(from, table, memory)?;
            memory.word(table.checked_add(number.checked_mul(4)?)?)
        }
    }
}

fn field(of: u32, field: Field, memory: &(impl Memory + ?Sized)) -> Option<u32> {
    let word = memory.word(of.checked_add(field.at)?)?;
    Some(word.checked_shr(field.shift.into()).unwrap_or(0) & field.mask)
}

fn holds(of: u32, tests: &[Test], memory: &(impl Memory + ?Sized)) -> bool {
    tests.iter().all(|test| {
        let value = follow(of, &test.of, memory).and_then(|of| field(of, test.field, memory));
        value.is_some_and(|value| match &test.is {
            Is::OneOf(all) => all.contains(&value),
            Is::AtLeast(least) => value >= *least,
        })
    })
}
