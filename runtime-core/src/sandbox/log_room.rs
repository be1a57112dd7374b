//! How much an invocation may write to its log.

use std::borrow::Cow;

/// The most that is kept of the log of one invocation, or of one INIT phase, in bytes; each write
/// counts 26 more. Model choice: AWS takes all and bills it by its size, which a page
/// cannot hold. It is the size of one batch of CloudWatch Logs' PutLogEvents.
pub const MAX_LOG_BYTES: u64 = 1_048_576;

/// What a line of a batch counts beyond its own bytes.
const WRITE_BYTES: u64 = 26;

/// What is left of it.
pub(super) struct LogRoom {
    left: u64,
    /// Whether a write did not fit.
    full: bool,
    /// Whether the last byte that was kept is not the end of a line.
    inside_a_line: bool,
}

impl LogRoom {
    /// All of it.
    pub(super) const NEW: LogRoom = LogRoom {
        left: MAX_LOG_BYTES,
        full: false,
        inside_a_line: false,
    };

    /// How many bytes of a further write are worth copying: one more than fit, so that too many are
    /// seen to be too many.
    pub(super) fn wanted(&self) -> usize {
        match self.full {
            true => 0,
            false => self.left as usize + 1,
        }
    }

    /// What to hand on of a write. The first that does not fit ends with a line that says so;
    /// nothing comes after it.
    pub(super) fn keep<'a>(&mut self, text: &'a [u8]) -> Cow<'a, [u8]> {
        if self.full || text.is_empty() {
            return Cow::Borrowed(&[]);
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX);
        let fits = text.len() <= room;
        let kept = &text[..text.len().min(room)];
        self.left = self.left.saturating_sub(text.len() as u64 + WRITE_BYTES);
        if let Some(last) = kept.last() {
            self.inside_a_line = *last != b'\n';
        }
        if fits {
            return Cow::Borrowed(kept);
        }
        self.full = true;
        let mut text = kept.to_vec();
        if self.inside_a_line {
            text.push(b'\n');
        }
        text.extend_from_slice(
            format!(
                "log truncated: one invocation's log has at most {} KiB here, and the rest was dropped\n",
                MAX_LOG_BYTES / 1_024
            )
            .as_bytes(),
        );
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(room: &mut LogRoom, text: &str) -> String {
        String::from_utf8_lossy(&room.keep(text.as_bytes())).into_owned()
    }

    #[test]
    fn what_fits_is_kept_as_it_is() {
        let mut room = LogRoom::NEW;
        assert_eq!(kept(&mut room, "one\n"), "one\n");
        assert_eq!(kept(&mut room, ""), "");
        let rest = "x".repeat(MAX_LOG_BYTES as usize - 4 - WRITE_BYTES as usize);
        assert_eq!(kept(&mut room, &rest), rest);
        let last = kept(&mut room, "y");
        assert!(last.starts_with("\nlog truncated: "), "{last}");
        assert!(last.contains("1024 KiB"), "{last}");
        assert_eq!(room.wanted(), 0);
        assert_eq!(kept(&mut room, "z"), "");
    }

    #[test]
    fn a_write_that_is_too_long_is_cut() {
        let mut room = LogRoom::NEW;
        let text = kept(&mut room, &"x\n".repeat(MAX_LOG_BYTES as usize));
        let (start, end) = text.split_at(MAX_LOG_BYTES as usize);
        assert!(start.ends_with("x\nx\n") && end.starts_with("log truncated: "));
    }

    /// Writes without end end too, however short they are.
    #[test]
    fn each_write_counts() {
        let mut room = LogRoom::NEW;
        let writes = (0..).take_while(|_| kept(&mut room, "\n") == "\n").count();
        assert_eq!(writes as u64, MAX_LOG_BYTES.div_ceil(1 + WRITE_BYTES));
    }
}
