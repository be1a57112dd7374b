//! Replays the fuzz target's seeds.

use std::fs;
use std::path::Path;

#[allow(unreachable_pub, reason = "it is public in the fuzz targets' crate")]
#[path = "../../fuzz/src/api.rs"]
mod api;

/// The names say whether a seed is accepted. Each is also cut at every character.
#[test]
fn seeds_are_answered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds-events/api");
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(api::api_holds(&text), name.starts_with("good-"), "{name}");
        for (cut, _) in text.char_indices() {
            api::api_holds(&text[..cut]);
            api::api_holds(&text[cut..]);
        }
        count += 1;
    }
    assert!(count >= 8, "{count}");
}
