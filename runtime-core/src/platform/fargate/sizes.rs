//! The sizes that a task may have (Amazon ECS developer guide, "Task definition parameters": task size; Fargate
//! pricing page for 32 vCPU).

use crate::timeline::TaskSize;
use crate::units::{CpuUnits, MemoryMb};
use std::fmt;

/// The memory that tasks of one CPU size may have, in MiB.
struct Row {
    cpu: u32,
    memory: Memory,
}

enum Memory {
    These(&'static [u32]),
    Steps { from: u32, to: u32, step: u32 },
}

const GB: u32 = 1_024;

const fn steps(from: u32, to: u32, step: u32) -> Memory {
    Memory::Steps {
        from: from * GB,
        to: to * GB,
        step: step * GB,
    }
}

const TABLE: [Row; 8] = [
    Row {
        cpu: 256,
        memory: Memory::These(&[512, GB, 2 * GB]),
    },
    Row {
        cpu: 512,
        memory: steps(1, 4, 1),
    },
    Row {
        cpu: 1_024,
        memory: steps(2, 8, 1),
    },
    Row {
        cpu: 2_048,
        memory: steps(4, 16, 1),
    },
    Row {
        cpu: 4_096,
        memory: steps(8, 30, 1),
    },
    Row {
        cpu: 8_192,
        memory: steps(16, 60, 4),
    },
    Row {
        cpu: 16_384,
        memory: steps(32, 120, 8),
    },
    Row {
        cpu: 32_768,
        memory: Memory::These(&[60 * GB, 120 * GB, 244 * GB]),
    },
];

/// All sizes that a task may have, the smaller CPU first.
pub fn task_sizes() -> impl DoubleEndedIterator<Item = TaskSize> {
    TABLE.iter().flat_map(|row| {
        let (these, steps) = match row.memory {
            Memory::These(these) => (these, None),
            Memory::Steps { from, to, step } => (&[][..], Some((from, to, step))),
        };
        let (from, count, step) = steps.map_or((0, 0, 0), |(from, to, step)| {
            (from, (to - from) / step + 1, step)
        });
        let stepped = (0..count).map(move |number| from + number * step);
        let memory = these.iter().copied().chain(stepped);
        memory.map(|memory| TaskSize::new(row.cpu, memory))
    })
}

/// Whether a task may have this size.
pub fn is_task_size(size: TaskSize) -> bool {
    task_sizes().any(|valid| valid == size)
}

/// The smallest CPU size that has at least this much of both, and of it the least memory.
pub fn task_size_at_least(wanted: TaskSize) -> Option<TaskSize> {
    task_sizes().find(|size| size.cpu >= wanted.cpu && size.memory >= wanted.memory)
}

/// The largest CPU size that has at most this much of both, and of it the most memory.
pub fn task_size_at_most(wanted: TaskSize) -> Option<TaskSize> {
    task_sizes().rfind(|size| size.cpu <= wanted.cpu && size.memory <= wanted.memory)
}

/// Why a size is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SizeError {
    /// There is no such size.
    NoSuchSize(TaskSize),
    /// Not a count of CPU units and not one of vCPUs.
    Cpu(String),
    /// Not a count of MiB and not one of GB.
    Memory(String),
}

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SizeError::NoSuchSize(size) => write!(
                f,
                "No Fargate configuration exists for given values: {} CPU, {} memory.",
                size.cpu.get(),
                size.memory.get()
            ),
            SizeError::Cpu(text) => write!(f, "Invalid 'cpu' setting for task: {text}"),
            SizeError::Memory(text) => write!(f, "Invalid 'memory' setting for task: {text}"),
        }
    }
}

impl SizeError {
    /// What to do; of a size that is none, the nearest ones.
    pub fn hint(&self) -> String {
        match self {
            SizeError::NoSuchSize(size) => {
                match (task_size_at_most(*size), task_size_at_least(*size)) {
                    (Some(below), Some(above)) => {
                        format!("The nearest sizes are {below}, and {above}.")
                    }
                    (Some(nearest), None) => format!("The largest size below is {nearest}."),
                    (None, Some(nearest)) => format!("The smallest size above is {nearest}."),
                    (None, None) => "Choose a size of at least 0.25 vCPU and 512 MB.".into(),
                }
            }
            SizeError::Cpu(_) => {
                "Write CPU units, as 1024, or vCPUs, as \"1 vCPU\" or \".5 vCPU\".".into()
            }
            SizeError::Memory(_) => "Write MiB, as 3072, or GB, as \"3 GB\" or \"0.5GB\".".into(),
        }
    }
}

/// CPU as a task definition may write it: `1024`, `1 vCPU`, `.25 vCPU` (ECS API reference, Task: `cpu`).
pub fn read_cpu(text: &str) -> Result<CpuUnits, SizeError> {
    let units = read(text, "vcpu").ok_or_else(|| SizeError::Cpu(text.into()))?;
    Ok(CpuUnits::new(units))
}

/// Memory as a task definition may write it: `3072`, `3 GB`, `0.5GB` (ECS API reference, Task: `memory`).
pub fn read_memory(text: &str) -> Result<MemoryMb, SizeError> {
    let mebibytes = read(text, "gb").ok_or_else(|| SizeError::Memory(text.into()))?;
    Ok(MemoryMb::new(mebibytes))
}

/// A whole number, or a decimal one of what is 1,024 of the unit.
fn read(text: &str, large: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    let Some(number) = text.strip_suffix(large) else {
        return digits(&text)?.parse().ok();
    };
    let number = number.trim();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let whole: u64 = match whole {
        "" => 0,
        whole => digits(whole)?.parse().ok()?,
    };
    let fraction = match fraction {
        "" => 0,
        fraction => {
            let scale = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
            let parts = digits(fraction)?.parse::<u64>().ok()?.checked_mul(1_024)?;
            // What is no whole unit is no size either.
            (parts % scale == 0).then_some(parts / scale)?
        }
    };
    let units = whole.checked_mul(1_024)?.checked_add(fraction)?;
    u32::try_from(units).ok()
}

fn digits(text: &str) -> Option<&str> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn there_are_seventy_seven() {
        // Computed from the steps of each row.
        let counts = [3, 4, 7, 13, 23, 12, 12, 3];
        for (row, count) in TABLE.iter().zip(counts) {
            let sizes = task_sizes().filter(|size| size.cpu.get() == row.cpu);
            assert_eq!(sizes.count(), count, "{} CPU units", row.cpu);
        }
        assert_eq!(task_sizes().count(), 77);
        let sizes: Vec<_> = task_sizes().collect();
        assert!(sizes.is_sorted());
        for size in [
            (256, 512),
            (1_024, 8_192),
            (4_096, 30_720),
            (8_192, 61_440),
            (16_384, 122_880),
            (32_768, 249_856),
        ] {
            assert!(is_task_size(TaskSize::new(size.0, size.1)), "{size:?}");
        }
        for size in [(256, 3_072), (1_024, 1_024), (8_192, 17_408), (0, 0)] {
            assert!(!is_task_size(TaskSize::new(size.0, size.1)), "{size:?}");
        }
    }

    #[test]
    fn what_is_no_size_names_the_nearest() {
        let hint = |cpu, memory| SizeError::NoSuchSize(TaskSize::new(cpu, memory)).hint();
        assert_eq!(
            hint(256, 4_096),
            "The nearest sizes are 0.25 vCPU and 2 GB, and 0.5 vCPU and 4 GB."
        );
        assert_eq!(
            hint(8_192, 17_000),
            "The nearest sizes are 8 vCPU and 16 GB, and 8 vCPU and 20 GB."
        );
        assert_eq!(
            hint(100, 100),
            "The smallest size above is 0.25 vCPU and 512 MB."
        );
        assert_eq!(
            hint(65_536, 500_000),
            "The largest size below is 32 vCPU and 244 GB."
        );
        let error = SizeError::NoSuchSize(TaskSize::new(256, 4_096));
        assert_eq!(
            error.to_string(),
            "No Fargate configuration exists for given values: 256 CPU, 4096 memory."
        );
    }

    #[test]
    fn both_spellings_become_integers() {
        // botocore 1.43.11, ECS API model: Task.cpu, Task.memory.
        for (text, units) in [
            ("1024", 1_024),
            ("1 vCPU", 1_024),
            ("1vcpu", 1_024),
            (".25 vCPU", 256),
            ("0.5 vCPU", 512),
            ("32 vCPU", 32_768),
        ] {
            assert_eq!(read_cpu(text), Ok(CpuUnits::new(units)), "{text}");
        }
        for (text, mebibytes) in [
            ("3072", 3_072),
            ("3 GB", 3_072),
            ("0.5GB", 512),
            ("244 gb", 249_856),
        ] {
            assert_eq!(read_memory(text), Ok(MemoryMb::new(mebibytes)), "{text}");
        }
        for text in [
            "", "x", "-1", "1.5", "vCPU", ". vCPU", "0.3 vCPU", "1e3", "1 GB",
        ] {
            assert_eq!(read_cpu(text), Err(SizeError::Cpu(text.into())));
        }
        for text in ["", "3 MB", "1/2 GB", "99999999999 GB", "+5"] {
            assert_eq!(read_memory(text), Err(SizeError::Memory(text.into())));
        }
    }

    proptest! {
        #[test]
        fn the_nearest_are_sizes_on_either_side(cpu in 0..70_000_u32, memory in 0..300_000_u32) {
            let wanted = TaskSize::new(cpu, memory);
            if let Some(above) = task_size_at_least(wanted) {
                prop_assert!(is_task_size(above) && above.cpu >= wanted.cpu && above.memory >= wanted.memory);
            }
            if let Some(below) = task_size_at_most(wanted) {
                prop_assert!(is_task_size(below) && below.cpu <= wanted.cpu && below.memory <= wanted.memory);
            }
            prop_assert_eq!(
                is_task_size(wanted),
                task_size_at_least(wanted) == Some(wanted) && task_size_at_most(wanted) == Some(wanted)
            );
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,12}") {
            let _ = (read_cpu(&text), read_memory(&text));
        }
    }
}
