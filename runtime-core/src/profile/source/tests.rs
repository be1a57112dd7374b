//! A hand-made interpreter: its memory, and what a recorder makes of the frames in it.

use super::*;
use crate::profile::{
    Encoding, Field, FrameKind, Is, Naming, Recording, Test, TextForm, TextPlace,
};
use proptest::prelude::*;

/// A frame has its caller at 0, its kind at 4 and its function at 8. A function has at 0 the address of
/// its name, at 4 that of its file, at 8 its line. A text has its length and its form in one word; its
/// units begin at 4.
fn layout() -> FrameLayout {
    let test = |field, is| Test {
        of: vec![],
        field,
        is,
    };
    let form = |form, encoding| TextForm {
        when: vec![test(
            Field {
                at: 0,
                shift: 30,
                mask: 3,
            },
            Is::OneOf(vec![form]),
        )],
        length: Field {
            at: 0,
            shift: 0,
            mask: 0x3fff_ffff,
        },
        data: 4,
        encoding,
    };
    FrameLayout {
        caller: 0,
        kinds: vec![FrameKind {
            when: vec![test(Field::word(4), Is::AtLeast(1))],
            function: vec![8],
            key: [vec![], vec![0], vec![8]],
            names: vec![Naming {
                when: vec![],
                text: TextPlace::At(vec![0]),
            }],
            renamed: BTreeMap::from([("top".to_owned(), "<top>".to_owned())]),
            unnamed: Some("<anonymous>".to_owned()),
            file: Some(TextPlace::At(vec![4])),
            line: Some(vec![8]),
        }],
        texts: vec![
            form(0, Encoding::Latin1),
            form(1, Encoding::Utf16),
            form(2, Encoding::Utf32),
        ],
    }
}

/// Writes the memory; gives addresses.
struct Writer(Vec<u8>);

impl Writer {
    fn new() -> Self {
        // Zero is no address.
        Writer(vec![0; 16])
    }

    fn words(&mut self, words: &[u32]) -> u32 {
        let at = self.0.len() as u32;
        self.0
            .extend(words.iter().flat_map(|word| word.to_le_bytes()));
        at
    }

    fn text(&mut self, text: &str, form: u32) -> u32 {
        let units: Vec<u32> = match form {
            1 => text.encode_utf16().map(u32::from).collect(),
            _ => text.chars().map(u32::from).collect(),
        };
        let at = self.words(&[units.len() as u32 | form << 30]);
        let size = [1, 2, 4][form as usize];
        let bytes = units
            .iter()
            .flat_map(|unit| unit.to_le_bytes()[..size].to_vec());
        let bytes: Vec<u8> = bytes.collect();
        self.0.extend(bytes);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        at
    }

    fn function(&mut self, name: &str) -> u32 {
        let (name, file) = (self.text(name, 0), self.text("/var/task/a.x", 0));
        self.words(&[name, file, 7])
    }

    fn frame(&mut self, caller: u32, function: u32) -> u32 {
        self.words(&[caller, 1, function])
    }

    /// One that is no call of a function.
    fn hidden(&mut self, caller: u32) -> u32 {
        self.words(&[caller, 0, 0])
    }
}

impl Memory for Writer {
    fn read(&self, at: u32, into: &mut [u8]) -> bool {
        self.0.as_slice().read(at, into)
    }
}

/// Each node: depth, name, calls, fuel.
fn lines(profile: &SourceProfile) -> Vec<String> {
    let nodes = profile.profile.nodes().iter().enumerate();
    let line = |(index, node): (usize, &crate::profile::ProfileNode)| {
        let above = profile
            .profile
            .path(crate::profile::NodeId(index as u32))
            .count()
            - 1;
        let name = profile.function(node.frame).map_or("?", |it| &it.name);
        format!("{}{name} ×{} {}", "  ".repeat(above), node.calls, node.fuel)
    };
    nodes.map(line).collect()
}

#[test]
fn frames_become_a_tree() {
    let mut memory = Writer::new();
    let functions = ["top", "f", "g"].map(|name| memory.function(name));
    let top = memory.frame(0, functions[0]);
    let f = memory.frame(top, functions[1]);
    let between = memory.hidden(f);
    let g = memory.frame(between, functions[2]);
    let again = memory.frame(g, functions[1]);
    let mut source = SourceRecorder::new(layout());
    source.begin(100);
    // The interpreter on its own until 95; a whole chain at once; a return over two frames.
    for (frame, fuel) in [(again, 95), (g, 85), (top, 80), (f, 70), (top, 60), (0, 55)] {
        source.framed(frame, fuel, &memory);
        source.catch_up(&memory);
    }
    let profile = source.take(50);
    assert_eq!(
        lines(&profile),
        [
            "interpreter ×0 10",
            "<top> ×1 15",
            "  f ×2 10",
            "    g ×1 5",
            "      f ×1 10",
        ]
    );
    assert_eq!(profile.profile.fuel(), 50);
    let function = profile.function(profile.profile.nodes()[1].frame).unwrap();
    assert_eq!(function.file.as_deref(), Some("/var/task/a.x"));
    assert_eq!(function.line, Some(7));
}

/// An interpreter announces a frame before it has written all of it, and a function that calls
/// nothing returns before anybody looks.
#[test]
fn a_frame_is_looked_at_late() {
    let mut memory = Writer::new();
    let functions = ["top", "leaf"].map(|name| memory.function(name));
    let top = memory.frame(0, functions[0]);
    let leaf = memory.frame(0, 0);
    let mut source = SourceRecorder::new(layout());
    source.begin(100);
    source.framed(top, 100, &memory);
    source.framed(leaf, 90, &memory);
    assert!(source.is_behind());
    memory.0[leaf as usize..][..4].copy_from_slice(&top.to_le_bytes());
    memory.0[leaf as usize + 8..][..4].copy_from_slice(&functions[1].to_le_bytes());
    source.framed(top, 70, &memory);
    assert_eq!(lines(&source.take(65)), ["<top> ×1 15", "  leaf ×1 20"]);
    // What runs goes on; nothing is lost of what the next phase does.
    source.framed(leaf, 60, &memory);
    source.framed(top, 50, &memory);
    assert_eq!(lines(&source.take(50)), ["<top> ×0 5", "  leaf ×1 10"]);
    source.left(40);
    assert_eq!(lines(&source.take(35)), ["<top> ×0 10", "interpreter ×0 5"]);
}

#[test]
fn names_are_read_in_every_form() {
    let mut memory = Writer::new();
    let long = "n".repeat(1_000);
    let names = [
        ("größe", 0, "größe"),
        ("名前😀", 1, "名前😀"),
        ("名前😀", 2, "名前😀"),
        ("", 0, "<anonymous>"),
        ("a\nb", 0, "a\u{fffd}b"),
        (&long, 0, &format!("{}…", "n".repeat(256))),
    ];
    let places = names.map(|(name, form, _)| {
        let name = memory.text(name, form);
        memory.words(&[name, 0, 0])
    });
    let layout = layout();
    for (place, (_, _, shown)) in places.into_iter().zip(names) {
        let function = layout.describe(&layout.kinds[0], place, &memory).unwrap();
        assert_eq!(function.name, shown);
        assert_eq!((function.file, function.line), (None, None));
    }
}

/// What comes at the address of another function has its own name.
#[test]
fn an_address_that_is_used_again_is_another_function() {
    let mut memory = Writer::new();
    let (first, other) = (memory.function("first"), memory.text("other", 0));
    let frame = memory.frame(0, first);
    let mut source = SourceRecorder::new(layout());
    source.begin(10);
    for name in [None, Some(other)] {
        if let Some(name) = name {
            memory.0[first as usize..][..4].copy_from_slice(&name.to_le_bytes());
        }
        source.framed(frame, 5, &memory);
        source.catch_up(&memory);
        source.framed(0, 5, &memory);
        source.catch_up(&memory);
    }
    let names: Vec<_> = source.functions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, [INTERPRETER_NAME, "first", "other"]);
}

#[test]
fn chains_without_an_end_are_cut() {
    let mut memory = Writer::new();
    let function = memory.function("f");
    let first = memory.frame(0, function);
    let second = memory.frame(first, function);
    memory.0[first as usize..][..4].copy_from_slice(&second.to_le_bytes());
    let mut source = SourceRecorder::new(layout());
    source.begin(10);
    source.framed(second, 9, &memory);
    source.catch_up(&memory);
    assert!(source.stack.len() <= MAX_FRAMES);
    assert_eq!(source.take(1).profile.fuel(), 9);
}

#[test]
fn files_tell_whose_a_function_is() {
    let origin = |file: Option<&str>| {
        let function = SourceFunction {
            name: "f".to_owned(),
            file: file.map(str::to_owned),
            line: None,
        };
        function.origin()
    };
    for (file, expected) in [
        ("/var/task/a.py", Origin::Own),
        ("/opt/python/b.py", Origin::Own),
        ("/var/runtime/bootstrap.py", Origin::Language),
        ("node:internal/loop", Origin::Language),
        ("<frozen importlib._bootstrap>", Origin::Language),
        ("/usr/lib/json/encoder.py", Origin::Library),
        ("<string>", Origin::Library),
    ] {
        assert_eq!(origin(Some(file)), expected, "{file}");
    }
    assert_eq!(origin(None), Origin::Language);
}

proptest! {
    /// Whatever lies in memory, and whatever is said to be a frame: no panic, no end of time, and no
    /// fuel is lost.
    #[test]
    fn garbage_does_no_harm(
        words in prop::collection::vec(prop_oneof![0_u32..200, any::<u32>()], 0..60),
        frames in prop::collection::vec(prop_oneof![0_u32..240, any::<u32>()], 0..40),
    ) {
        let mut memory = Writer(Vec::new());
        memory.words(&words);
        let mut recording = Recording::of_interpreter(&layout().to_text());
        recording.begin(1_000);
        recording.enter(1, 1_000);
        let mut fuel = 1_000;
        for (index, frame) in frames.iter().enumerate() {
            fuel -= 7;
            recording.framed(*frame, fuel, &memory);
            if index % 3 == 0 {
                recording.catch_up(&memory);
            }
        }
        let (calls, source) = recording.take(0);
        prop_assert_eq!(calls.fuel(), 1_000);
        prop_assert_eq!(source.map(|it| it.profile.fuel()), Some(1_000));
    }
}
