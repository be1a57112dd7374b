//! A command that does as little with an event as it can: what remains is what the host does.

use std::io::{self, Read, Write};

fn main() -> io::Result<()> {
    let mut event = Vec::new();
    io::stdin().read_to_end(&mut event)?;
    io::stdout().write_all(&event)
}
