//! How an interpreter's frames lie in its memory: data that the build of a runtime writes, so that
//! nothing here knows of a language.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How to read, from the address of a frame in an interpreter's memory, which function of the program
/// it runs and who called it.
///
/// Numbers are offsets in bytes; addresses and numbers in memory have 32 bits, the lowest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameLayout {
    /// Where a frame has its caller's address; zero there is no caller.
    pub caller: u32,
    /// What there are of frames; the first kind that fits counts. A frame of no kind is none of a
    /// function of the program: what it does is its caller's.
    pub kinds: Vec<FrameKind>,
    /// The forms that a text can have; the first that fits counts.
    pub texts: Vec<TextForm>,
}

/// Frames that run functions of one sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameKind {
    /// What holds of the frame, all of it.
    pub when: Vec<Test>,
    /// From the frame to the function that it runs.
    pub function: Way,
    /// From there to what tells it from other functions. The same function need not have the same:
    /// then it is read more often.
    pub key: [Way; KEYS],
    /// Where its name may be; the first that is there counts.
    pub names: Vec<Naming>,
    /// Names that stand for something else, by what they stand for.
    pub renamed: BTreeMap<String, String>,
    /// What a function without a name is called; without that it is no function of the program.
    pub unnamed: Option<String>,
    /// From the function to the name of its file, where that is known.
    pub file: Option<TextPlace>,
    /// From the function to the number of its first line; the last step is to the number.
    pub line: Option<Way>,
}

/// What functions are told apart by.
pub const KEYS: usize = 3;

/// Where the name of a function is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Naming {
    /// What holds of the function, all of it, if it is there.
    pub when: Vec<Test>,
    /// From the function to the name.
    pub text: TextPlace,
}

/// From one address to another: at each step the address that lies so many bytes behind the last one.
pub type Way = Vec<u32>;

/// Where the address of a text lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextPlace {
    /// The way leads to the text.
    At(Way),
    /// Texts have numbers: a table has their addresses.
    Numbered {
        /// To the number; zero is no text.
        number: Way,
        /// To the table.
        table: Way,
    },
}

/// Some bits of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Where the word lies.
    pub at: u32,
    /// How many lower bits are something else.
    pub shift: u8,
    /// What is left of the rest.
    pub mask: u32,
}

/// Something that has to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Test {
    /// To what has the field.
    pub of: Way,
    /// The field.
    pub field: Field,
    /// What it is then.
    pub is: Is,
}

/// What a field can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Is {
    /// One of these.
    OneOf(Vec<u32>),
    /// This or more.
    AtLeast(u32),
}

/// One way in which texts are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextForm {
    /// What holds of the text, all of it.
    pub when: Vec<Test>,
    /// How many units it has.
    pub length: Field,
    /// Where the first unit lies.
    pub data: u32,
    /// What a unit is.
    pub encoding: Encoding,
}

/// The units of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// Bytes, the first 256 characters of Unicode.
    Latin1,
    /// Two bytes each.
    Utf16,
    /// Four bytes each.
    Utf32,
}

impl FrameLayout {
    /// As text, in which those pass it on who need not read it: hexadecimal digits of its postcard
    /// encoding.
    pub fn to_text(&self) -> String {
        // Fails only if memory is exhausted; then it is no layout.
        let bytes = postcard::to_stdvec(self).unwrap_or_default();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// From text; `None` for what is no layout.
    pub fn from_text(text: &str) -> Option<Self> {
        let digits = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes = digits.map(byte).collect::<Option<Vec<u8>>>()?;
        postcard::from_bytes(&bytes).ok()
    }
}

impl Field {
    /// A whole word.
    pub const fn word(at: u32) -> Self {
        Field {
            at,
            shift: 0,
            mask: u32::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_survives_its_text() {
        let layout = FrameLayout {
            caller: 4,
            kinds: vec![FrameKind {
                when: vec![Test {
                    of: vec![1, 2],
                    field: Field::word(300),
                    is: Is::AtLeast(7),
                }],
                function: vec![],
                key: [vec![], vec![3], vec![70_000]],
                names: vec![],
                renamed: BTreeMap::from([("a".to_owned(), "é".to_owned())]),
                unnamed: Some("?".to_owned()),
                file: None,
                line: None,
            }],
            texts: vec![],
        };
        let text = layout.to_text();
        assert_eq!(FrameLayout::from_text(&text), Some(layout));
        for nonsense in ["", "0", "zz", "é", &text[2..], "ff"] {
            assert_eq!(FrameLayout::from_text(nonsense), None, "{nonsense}");
        }
    }
}
