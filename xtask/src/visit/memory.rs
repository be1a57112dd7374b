//! What a tab's process holds, as Linux counts it.

use std::fs;

/// The memory that only the largest renderer of the browser with this process id has, in bytes; `None`
/// where there is no `/proc` to read it from.
pub(super) fn of_largest_renderer(browser: u32) -> Option<u64> {
    let processes: Vec<Process> = fs::read_dir("/proc")
        .ok()?
        .flatten()
        .filter_map(|entry| Process::read(entry.file_name().to_str()?.parse().ok()?))
        .collect();
    let belongs = |process: &Process| {
        let mut id = process.id;
        // No chain of parents is longer than there are processes.
        for _ in 0..processes.len() {
            if id == browser {
                return true;
            }
            match processes.iter().find(|it| it.id == id) {
                Some(parent) => id = parent.parent,
                None => return false,
            }
        }
        false
    };
    let renderers = processes
        .iter()
        .filter(|it| it.is_renderer() && belongs(it));
    renderers.filter_map(Process::own_memory).max()
}

struct Process {
    id: u32,
    parent: u32,
}

impl Process {
    /// `None` once it has ended.
    fn read(id: u32) -> Option<Process> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        Some(Process {
            id,
            parent: parent(&stat)?,
        })
    }

    fn is_renderer(&self) -> bool {
        let line = fs::read(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        is_renderer(&line)
    }

    fn own_memory(&self) -> Option<u64> {
        own_memory(&fs::read_to_string(format!("/proc/{}/smaps_rollup", self.id)).ok()?)
    }
}

/// Chromium gives its processes titles, in which spaces are between the arguments instead of zeros.
fn is_renderer(line: &[u8]) -> bool {
    line.split(|byte| matches!(byte, 0 | b' '))
        .any(|argument| argument == b"--type=renderer")
}

/// The fourth field; the second is a name in brackets that may hold anything.
fn parent(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// The sum of what no other process has.
fn own_memory(rollup: &str) -> Option<u64> {
    let lines = rollup.lines().filter_map(|line| {
        let kilobytes = line.strip_prefix("Private_")?.split_once(':')?.1;
        let number = kilobytes.trim().strip_suffix(" kB")?;
        number.trim().parse::<u64>().ok()
    });
    let sum: u64 = lines.sum();
    (sum > 0).then_some(sum * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_writes_is_read() {
        assert_eq!(parent("17 (a (strange) name) S 4 17 17 0"), Some(4));
        assert_eq!(parent("17"), None);
        assert!(is_renderer(b"chromium --type=renderer --lang=en"));
        assert!(is_renderer(b"chromium\0--type=renderer\0"));
        assert!(!is_renderer(b"chromium\0--type=renderers\0"));
        let rollup = "00400000-7ffd ---p 00000000 00:00 0 [rollup]\nRss:  90 kB\n\
            Private_Clean:       12 kB\nPrivate_Dirty:       30 kB\nPrivate_Hugetlb: 0 kB\n";
        assert_eq!(own_memory(rollup), Some(42 * 1_024));
        assert_eq!(own_memory("Rss: 90 kB"), None);
    }
}
