//! Token buckets: what may be launched at once, and how much more after that (Amazon ECS developer guide, "AWS
//! Fargate throttling quotas").

use crate::units::{Moment, Span};

/// One token, in tokens a minute times nanoseconds.
const TOKEN: u64 = 60_000_000_000;

/// Tokens that come back all the time, up to a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    burst: u32,
    a_minute: u32,
    left: u64,
    at: Moment,
}

impl Bucket {
    /// A full one.
    pub(super) fn new(burst: u32, a_minute: u32) -> Self {
        Bucket {
            burst,
            a_minute,
            left: u64::from(burst).saturating_mul(TOKEN),
            at: Moment::START,
        }
    }

    /// The same tokens, within other limits from now on.
    pub(super) fn limit(&mut self, now: Moment, burst: u32, a_minute: u32) {
        self.refill(now);
        (self.burst, self.a_minute) = (burst, a_minute);
        self.refill(now);
    }

    /// Takes a token, or says when there will be one; `None` for never.
    pub(super) fn take(&mut self, now: Moment) -> Result<(), Option<Moment>> {
        let free = self.look(now);
        if free.is_ok() {
            self.left -= TOKEN;
        }
        free
    }

    /// Whether there is a token, or when there will be one.
    pub(super) fn look(&mut self, now: Moment) -> Result<(), Option<Moment>> {
        self.refill(now);
        let Some(missing) = TOKEN.checked_sub(self.left).filter(|it| *it > 0) else {
            return Ok(());
        };
        let never = self.a_minute == 0 || self.burst == 0;
        Err((!never).then(|| now + Span::from_nanos(missing.div_ceil(u64::from(self.a_minute)))))
    }

    fn refill(&mut self, now: Moment) {
        let passed = now.since(self.at).as_nanos();
        let gained = passed.saturating_mul(u64::from(self.a_minute));
        let full = u64::from(self.burst).saturating_mul(TOKEN);
        self.left = self.left.saturating_add(gained).min(full);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::START + Span::from_millis(millis)
    }

    /// When the last of so many launches is let in.
    fn admitted(mut bucket: Bucket, launches: u32) -> Moment {
        let mut now = Moment::START;
        for _ in 0..launches {
            while let Err(next) = bucket.take(now) {
                now = next.unwrap();
            }
        }
        now
    }

    #[test]
    fn many_launches_take_their_time() {
        // Amazon ECS developer guide of 2023-06-15, "AWS Fargate throttling quotas": 100 at once and 20 a second,
        // so n launches need (n - 100) / 20 seconds (computed).
        for (launches, seconds) in [(100, 0), (500, 20), (1_000, 45), (3_500, 170)] {
            let bucket = Bucket::new(100, 20 * 60);
            assert_eq!(admitted(bucket, launches), at(seconds * 1_000));
        }
    }

    #[test]
    fn it_is_refilled_all_the_time_and_never_beyond_its_size() {
        let mut bucket = Bucket::new(10, 60);
        let mut taken = |now| std::iter::from_fn(|| bucket.take(now).is_ok().then_some(())).count();
        assert_eq!(taken(at(0)), 10);
        assert_eq!(taken(at(999)), 0);
        assert_eq!(taken(at(1_000)), 1);
        assert_eq!(taken(at(3_500)), 2);
        assert_eq!(taken(at(3_600_000)), 10);
    }

    #[test]
    fn nothing_comes_of_no_rate() {
        assert_eq!(Bucket::new(0, 60).take(at(0)), Err(None));
        let mut bucket = Bucket::new(1, 0);
        assert_eq!(bucket.take(at(0)), Ok(()));
        assert_eq!(bucket.take(at(1)), Err(None));
        bucket.limit(at(1), 1, 60);
        assert_eq!(bucket.take(at(1)), Err(Some(at(1_001))));
    }
}
