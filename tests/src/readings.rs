//! What the page's texts say, as numbers.

/// The line above the lanes: `2 alive · 1 cold · 3 warm · 0 throttled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Environments that exist.
    pub alive: u64,
    /// Cold starts so far.
    pub cold: u64,
    /// Warm starts so far.
    pub warm: u64,
    /// Requests refused for want of concurrency so far.
    pub throttled: u64,
}

impl Counts {
    /// Reads the line.
    pub fn parse(text: &str) -> Option<Self> {
        let count = |name: &str| {
            let part = text.split('·').find(|part| part.trim().ends_with(name))?;
            let number = part.trim().strip_suffix(name)?.trim().replace(',', "");
            number.parse().ok()
        };
        Some(Counts {
            alive: count("alive")?,
            cold: count("cold")?,
            warm: count("warm")?,
            throttled: count("throttled")?,
        })
    }

    /// Requests that reached a handler.
    pub fn invoked(&self) -> u64 {
        self.cold + self.warm
    }
}

/// A REPORT line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The request's UUID.
    pub request: String,
    /// In hundredths of a millisecond, as the line has them.
    pub duration_centimillis: u64,
    /// Billed Duration, milliseconds.
    pub billed_millis: u64,
    /// Memory Size, MB.
    pub memory: u64,
    /// Max Memory Used, MB.
    pub max_memory: u64,
    /// Init Duration in hundredths of a millisecond: only where a start was cold.
    pub init_centimillis: Option<u64>,
    /// Status, where it is not success.
    pub status: Option<String>,
    /// Error Type, where there is one.
    pub error_type: Option<String>,
}

impl Report {
    /// Reads the line.
    pub fn parse(line: &str) -> Option<Self> {
        let fields = line.trim().strip_prefix("REPORT RequestId: ")?;
        let mut fields = fields.split('\t').map(str::trim);
        let request = fields.next()?.to_owned();
        let fields: Vec<(&str, &str)> = fields.filter_map(|field| field.split_once(": ")).collect();
        let field = |name: &str| {
            fields
                .iter()
                .find(|(known, _)| *known == name)
                .map(|it| it.1)
        };
        let number = |name: &str, unit: &str| field(name)?.strip_suffix(unit)?.trim().parse().ok();
        let init = match field("Init Duration") {
            Some(text) => Some(hundredths(text.strip_suffix(" ms")?)?),
            None => None,
        };
        Some(Report {
            request,
            duration_centimillis: hundredths(field("Duration")?.strip_suffix(" ms")?)?,
            billed_millis: number("Billed Duration", "ms")?,
            memory: number("Memory Size", "MB")?,
            max_memory: number("Max Memory Used", "MB")?,
            init_centimillis: init,
            status: field("Status").map(str::to_owned),
            error_type: field("Error Type").map(str::to_owned),
        })
    }
}

fn hundredths(text: &str) -> Option<u64> {
    match text.split_once('.') {
        Some((whole, part)) if part.len() == 2 => {
            Some(whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()?)
        }
        Some(_) => None,
        None => Some(text.parse::<u64>().ok()? * 100),
    }
}

/// The number at the beginning of a text such as `61.40 ms` or `$0.000000416667`, exactly: in units
/// of 10⁻¹⁵.
pub fn exact(text: &str) -> Option<i128> {
    let (sign, text) = match text.trim().strip_prefix('−') {
        Some(rest) => (-1, rest),
        None => (1, text.trim()),
    };
    let text = text.trim_start_matches('$').replace(',', "");
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (whole, part) = text[..end].split_once('.').unwrap_or((&text[..end], ""));
    if part.len() > 15 {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let part: i128 = format!("{part:0<15}").parse().ok()?;
    Some(sign * (whole * 1_000_000_000_000_000 + part))
}

/// As [`exact`], where the page must have a number.
pub fn exactly(text: &str) -> i128 {
    exact(text).unwrap_or_else(|| panic!("{text:?} is no amount"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_lines_are_read() {
        let cold = "REPORT RequestId: 8f5\tDuration: 3.04 ms\tBilled Duration: 64 ms\tMemory Size: 128 MB\tMax Memory Used: 3 MB\tInit Duration: 60.50 ms\t\n";
        let report = Report::parse(cold).unwrap();
        assert_eq!(report.request, "8f5");
        assert_eq!(
            (report.duration_centimillis, report.billed_millis),
            (304, 64)
        );
        assert_eq!(report.init_centimillis, Some(6050));
        assert_eq!(report.status, None);
        let killed = "REPORT RequestId: 8f5\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\tMemory Size: 128 MB\tMax Memory Used: 3 MB\tStatus: timeout";
        assert_eq!(
            Report::parse(killed).unwrap().status.as_deref(),
            Some("timeout")
        );
        assert_eq!(Report::parse("START RequestId: 8f5"), None);
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(exact("61.40 ms"), Some(61_400_000_000_000_000));
        assert_eq!(exact("$0.000000000001"), Some(1_000));
        assert_eq!(exact("−$1,000.5"), Some(-1_000_500_000_000_000_000));
        assert_eq!(exact("ms"), None);
    }

    #[test]
    fn counts_are_read() {
        let counts = Counts::parse("2 alive · 1 cold · 1,003 warm · 0 throttled").unwrap();
        assert_eq!((counts.alive, counts.invoked()), (2, 1_004));
    }
}
