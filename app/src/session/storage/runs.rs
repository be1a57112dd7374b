//! Payloads as records: a run of them in one, because a browser takes as long for a record of a few
//! bytes as for one of a megabyte, and a busy session makes thousands of payloads a second.
//!
//! A run's key is the id of its first payload. Each payload is its length, four bytes with the lowest
//! first, and its bytes.

/// A run that is longer than this is complete.
const RUN_BYTES: usize = 1 << 20;

/// Runs of the payloads from this id on: keys and bytes.
pub(super) fn packed<'a>(
    first: usize,
    payloads: impl Iterator<Item = &'a [u8]>,
) -> Vec<(u32, Vec<u8>)> {
    let mut runs: Vec<(u32, Vec<u8>)> = Vec::new();
    for (id, payload) in (first as u32..).zip(payloads) {
        // No payload is larger than the events and responses that Lambda takes.
        let length = payload.len() as u32;
        let run = match runs.last_mut() {
            Some((_, run)) if run.len() < RUN_BYTES => run,
            _ => {
                runs.push((id, Vec::new()));
                match runs.last_mut() {
                    Some((_, run)) => run,
                    None => continue,
                }
            }
        };
        run.extend(length.to_le_bytes());
        run.extend(payload);
    }
    runs
}

/// The payloads of runs in order, and how many runs were damaged. What is missing is empty, so that
/// what follows keeps its ids.
pub(super) fn unpacked(runs: &[(u32, Vec<u8>)]) -> (Vec<Vec<u8>>, usize) {
    let mut payloads: Vec<Vec<u8>> = Vec::new();
    let mut damaged = 0;
    let mut keys = runs.iter().skip(1).map(|(key, _)| *key as usize);
    for (_, run) in runs {
        let mut rest = run.as_slice();
        while let Some((payload, after)) = next(rest) {
            payloads.push(payload.to_vec());
            rest = after;
        }
        let whole = match keys.next() {
            Some(following) => {
                let whole = payloads.len() == following;
                // A key far beyond what is here is damage as well, and no reason to fill memory.
                if following.abs_diff(payloads.len()) <= RUN_BYTES {
                    payloads.resize(following, Vec::new());
                }
                whole
            }
            None => true,
        };
        damaged += usize::from(!whole || !rest.is_empty());
    }
    (payloads, damaged)
}

/// The first payload, and what is after it.
fn next(run: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = run.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(count: usize, length: usize) -> Vec<Vec<u8>> {
        (0..count).map(|n| vec![n as u8; length + n % 3]).collect()
    }

    #[test]
    fn payloads_come_back_in_order_however_they_were_saved() {
        let all = some(100, 7);
        let mut runs = Vec::new();
        for (from, to) in [(0, 1), (1, 1), (1, 60), (60, 100)] {
            runs.extend(packed(from, all[from..to].iter().map(Vec::as_slice)));
        }
        assert_eq!(runs.len(), 3, "nothing makes no run");
        assert_eq!(unpacked(&runs), (all, 0));
        assert_eq!(unpacked(&[]), (Vec::new(), 0));
    }

    #[test]
    fn long_payloads_make_several_runs() {
        let all = some(5, RUN_BYTES / 2);
        let runs = packed(0, all.iter().map(Vec::as_slice));
        let keys: Vec<u32> = runs.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, [0, 2, 4]);
        assert_eq!(unpacked(&runs), (all, 0));
    }

    #[test]
    fn damage_moves_nothing_that_follows_it() {
        let all = some(6, 4);
        let slices = |from, to| all[from..to].iter().map(Vec::as_slice);
        let mut runs = packed(0, slices(0, 3));
        runs.extend(packed(3, slices(3, 6)));
        runs[0].1.truncate(11);
        let (payloads, damaged) = unpacked(&runs);
        assert_eq!(damaged, 1);
        assert_eq!(payloads[0], all[0]);
        assert_eq!(payloads[1], [0_u8; 0]);
        assert_eq!(payloads[3..], all[3..]);

        runs[1].0 = u32::MAX;
        runs[1].1[0] = 0xff;
        let (payloads, damaged) = unpacked(&runs);
        assert_eq!((payloads.len(), damaged), (1, 2));
    }
}
