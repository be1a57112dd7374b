//! Where and when an event is made, and the ids that follow from that.

use crate::units::{RequestId, SessionSeed, date, splitmix};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What an event says of its surroundings. The same context and fields give the same event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// As in `us-east-1`.
    pub region: String,
    /// Twelve digits.
    pub account: String,
    /// When the event happens, ms since 1970.
    pub unix_millis: u64,
    /// From which the event's ids follow.
    pub seed: u64,
}

impl Default for Context {
    /// The region of the bills, AWS's account of examples, noon of 2026-11-24 (UTC).
    fn default() -> Self {
        Context {
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            unix_millis: 1_795_521_600_000,
            seed: 1,
        }
    }
}

const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

impl Context {
    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        let Context {
            region, account, ..
        } = self;
        let partition = self.partition();
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// An ARN of IAM, which has no region.
    pub(crate) fn role(&self, name: &str) -> String {
        let partition = self.partition();
        format!("arn:{partition}:iam::{}:role/{name}", self.account)
    }

    /// The region's part of AWS (IAM user guide, "Identify AWS resources with ARNs").
    pub(super) fn partition(&self) -> &'static str {
        match &self.region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The end of host names.
    pub(super) fn domain(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "amazonaws.com.cn",
            _ => "amazonaws.com",
        }
    }

    /// A version 4 UUID that belongs to a name.
    pub(crate) fn uuid(&self, name: &str) -> String {
        RequestId(0).uuid(SessionSeed(self.stream(name)))
    }

    /// Lower-case hexadecimal digits.
    pub(crate) fn hex(&self, name: &str, length: usize) -> String {
        self.drawn(name, HEX, length)
    }

    /// Decimal digits.
    pub(crate) fn digits(&self, name: &str, length: usize) -> String {
        self.drawn(name, DIGITS, length)
    }

    /// Small letters and digits, as API ids are.
    pub(super) fn lower(&self, name: &str, length: usize) -> String {
        self.drawn(name, LOWER, length)
    }

    /// Capital letters and digits, as access keys are.
    pub(crate) fn upper(&self, name: &str, length: usize) -> String {
        self.drawn(name, UPPER, length)
    }

    /// The id of the function URL that an event is of.
    pub(crate) fn url_id(&self) -> String {
        self.lower("function-url", 32)
    }

    /// Bytes in base64.
    pub(crate) fn opaque(&self, name: &str, bytes: usize) -> String {
        let drawn: Vec<u8> = self.draws(name).map(|it| it as u8).take(bytes).collect();
        STANDARD.encode(drawn)
    }

    fn drawn(&self, name: &str, letters: &'static [u8], length: usize) -> String {
        self.draws(name)
            .map(|it| char::from(letters[(it >> 32) as usize % letters.len()]))
            .take(length)
            .collect()
    }

    fn draws(&self, name: &str) -> impl Iterator<Item = u64> {
        let stream = self.stream(name);
        (0u64..).map(move |index| splitmix(stream ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A seed for each name (FNV-1a), so that one id does not follow from another.
    fn stream(&self, name: &str) -> u64 {
        name.bytes()
            .fold(0xcbf2_9ce4_8422_2325 ^ splitmix(self.seed), |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
    }

    /// `2026-11-24T12:00:00.000Z`.
    pub(super) fn iso_millis(&self) -> String {
        iso_millis(self.unix_millis)
    }

    /// `2026-11-24T12:00:00Z`.
    pub(super) fn iso_seconds(&self) -> String {
        iso_seconds(self.unix_millis)
    }

    /// `24/Nov/2026:12:00:00 +0000`, the common log format's.
    pub(super) fn common_log_time(&self) -> String {
        let (year, month, day) = date(self.unix_millis / 86_400_000);
        let month = MONTHS[(month as usize + 11) % 12];
        let (hours, minutes, seconds) = time_of_day(self.unix_millis);
        format!("{day:02}/{month}/{year:04}:{hours:02}:{minutes:02}:{seconds:02} +0000")
    }
}

/// Months as HTTP and mail write them.
pub(super) const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `2026-11-24T12:00:00.000Z` of ms since 1970.
pub(crate) fn iso_millis(unix_millis: u64) -> String {
    let whole = iso_seconds(unix_millis);
    format!(
        "{}.{:03}Z",
        whole.trim_end_matches('Z'),
        unix_millis % 1_000
    )
}

/// `2026-11-24T12:00:00Z` of ms since 1970.
pub(crate) fn iso_seconds(unix_millis: u64) -> String {
    let (year, month, day) = date(unix_millis / 86_400_000);
    let (hours, minutes, seconds) = time_of_day(unix_millis);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z")
}

/// Hours, minutes and seconds of ms since 1970.
pub(super) fn time_of_day(unix_millis: u64) -> (u64, u64, u64) {
    let seconds = unix_millis / 1_000 % 86_400;
    (seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// The region that an ARN names, or nothing.
pub(super) fn region_of(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_aws_writes_them() {
        let context = Context {
            unix_millis: 1_587_481_701_067,
            ..Context::default()
        };
        assert_eq!(context.iso_millis(), "2020-04-21T15:08:21.067Z");
        assert_eq!(context.iso_seconds(), "2020-04-21T15:08:21Z");
        // From the fixture of an HTTP API request in the crate aws_lambda_events.
        assert_eq!(context.common_log_time(), "21/Apr/2020:15:08:21 +0000");
    }

    #[test]
    fn ids_follow_from_seed_and_name() {
        let context = Context::default();
        let other = Context {
            seed: 2,
            ..Context::default()
        };
        assert_eq!(context.uuid("a"), context.uuid("a"));
        assert_ne!(context.uuid("a"), context.uuid("b"));
        assert_ne!(context.uuid("a"), other.uuid("a"));
        assert_eq!(context.digits("a", 56).len(), 56);
        assert_eq!(&context.uuid("a")[14..15], "4");
    }

    #[test]
    fn partitions_follow_from_the_region() {
        let china = Context {
            region: "cn-north-1".to_owned(),
            ..Context::default()
        };
        assert_eq!(
            china.arn("sqs", "orders"),
            "arn:aws-cn:sqs:cn-north-1:123456789012:orders"
        );
        assert_eq!(china.domain(), "amazonaws.com.cn");
        assert_eq!(region_of(&china.arn("sqs", "orders")), "cn-north-1");
        assert_eq!(region_of("no arn"), "");
    }
}
