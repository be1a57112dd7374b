// What every hello of this folder does: arguments, a variable, stdin, a file, a folder, the clock,
// random numbers.
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("arguments: {}", arguments.join(" "));
    println!("GREETING: {}", std::env::var("GREETING").unwrap_or_default());
    let mut event = String::new();
    std::io::stdin().read_to_string(&mut event)?;
    println!("stdin: {event}");
    std::fs::create_dir("/tmp/notes")?;
    std::fs::write("/tmp/notes/one.txt", "written and read\n")?;
    print!("file: {}", std::fs::read_to_string("/tmp/notes/one.txt")?);
    let mut names = Vec::new();
    for entry in std::fs::read_dir("/var/task")? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    println!("folder: {}", names.join(" "));
    let (wall, begin) = (SystemTime::now().duration_since(UNIX_EPOCH), Instant::now());
    let goes = wall.is_ok_and(|since| since.as_secs() > 1_700_000_000) && begin.elapsed().as_secs() < 60;
    println!("clock: {}", if goes { "goes" } else { "stands" });
    // The keys of hash maps are where Rust's library draws random numbers.
    let drawn = [RandomState::new().hash_one(1), HashMap::<u8, u8>::new().hasher().hash_one(1)];
    println!("random: {}", if drawn[0] != drawn[1] { "differs" } else { "the same" });
    Ok(())
}
