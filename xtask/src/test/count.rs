//! Tests counted from the output of nextest and of libtest (which wasm-bindgen's runner and
//! documentation tests imitate).

use std::fmt;
use std::ops::AddAssign;

/// How many tests did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: u64,
    pub(super) failed: u64,
    /// Marked as ignored in the source.
    pub(super) skipped: u64,
}

impl Count {
    /// One check that passed or did not.
    pub(super) fn one(passed: bool) -> Count {
        Count {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            skipped: 0,
        }
    }

    fn add(&mut self, number: u64, word: &str) {
        match word {
            "passed" => self.passed += number,
            // nextest's words for tests that did not end well
            "failed" | "timed out" | "exec failed" | "errored" => self.failed += number,
            "skipped" | "ignored" => self.skipped += number,
            _ => {}
        }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// Who ran the tests, and so how its summary reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runner {
    /// One summary. Shows the output of failed tests, each with a summary of libtest's own, which
    /// must not be counted again.
    Nextest,
    /// One summary a binary.
    Libtest,
}

/// All summaries of this runner in the output, added up.
pub(super) fn count(runner: Runner, output: &str) -> Count {
    let mut count = Count::default();
    for line in output.lines() {
        let line = without_colours(line);
        match runner {
            Runner::Nextest => {
                if let Some((_, parts)) = nextest_summary(&line) {
                    add_parts(&mut count, parts, ',');
                }
            }
            Runner::Libtest => {
                if let Some(parts) = line.strip_prefix("test result: ") {
                    // "ok. 3 passed; 0 failed; ..."
                    let parts = parts.split_once(". ").map_or(parts, |(_, parts)| parts);
                    add_parts(&mut count, parts, ';');
                }
            }
        }
    }
    count
}

/// `Summary [ 0.1s] 3 tests run: 2 passed (1 slow), 1 failed, 0 skipped`
fn nextest_summary(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix("Summary [")?;
    rest.split_once(" tests run: ")
        .or_else(|| rest.split_once(" test run: "))
}

fn add_parts(count: &mut Count, parts: &str, separator: char) {
    for part in without_remarks(parts).split(separator) {
        if let Some((number, word)) = part.trim().split_once(' ')
            && let Ok(number) = number.parse()
        {
            count.add(number, word.trim());
        }
    }
}

/// Without what stands in round brackets.
fn without_remarks(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Without terminal escapes, in case colours are forced on.
fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(passed: u64, failed: u64, skipped: u64) -> Count {
        Count {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn nextest_output() {
        let output = "        PASS [   0.005s] a b\n------------\n     \
            Summary [   0.005s] 3 tests run: 2 passed, 1 failed, 4 skipped\n        FAIL [ 0.1s] a c\n";
        assert_eq!(count(Runner::Nextest, output), counted(2, 1, 4));
        let output = "     Summary [  61.2s] 1 test run: 1 passed (1 slow), 0 skipped";
        assert_eq!(count(Runner::Nextest, output), counted(1, 0, 0));
        let output = "  Summary [ 9.0s] 6/9 tests run: 3 passed (1 slow, 1 flaky), 1 failed, 1 timed out, 1 exec failed, 2 skipped";
        assert_eq!(count(Runner::Nextest, output), counted(3, 3, 2));
    }

    #[test]
    fn libtest_output() {
        let output = "running 3 tests\n\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out; finished in 1.50s\n";
        assert_eq!(count(Runner::Libtest, output), counted(4, 2, 1));
    }

    #[test]
    fn colours_do_not_hide_counts() {
        let output = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.005s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(count(Runner::Nextest, output), counted(3, 0, 0));
    }

    #[test]
    fn what_tests_print_is_not_counted() {
        let printed =
            "5 passed; 3 failed\nnote: 2 tests run: 9 passed\n    test result: ok. 1 passed\n";
        assert_eq!(count(Runner::Nextest, printed), Count::default());
        assert_eq!(count(Runner::Libtest, printed), Count::default());
    }

    #[test]
    fn a_failed_test_is_counted_once() {
        let output = "        FAIL [   0.320s] (1/2) app a\n  stdout ---\n\n    running 1 test\n    \
            test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 9 filtered out\n\n     \
            Summary [   0.4s] 2 tests run: 1 passed, 1 failed, 0 skipped\n";
        assert_eq!(count(Runner::Nextest, output), counted(1, 1, 0));
    }

    #[test]
    fn the_closing_line() {
        assert_eq!(counted(12, 0, 0).to_string(), "12 passed, 0 failed");
        assert_eq!(
            counted(12, 1, 2).to_string(),
            "12 passed, 1 failed, 2 skipped"
        );
        let mut sum = Count::one(true);
        sum += Count::one(false);
        assert_eq!(sum, counted(1, 1, 0));
    }
}
