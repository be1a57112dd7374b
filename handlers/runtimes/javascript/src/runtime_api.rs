//! The Runtime API's files, as `handlers/RUNTIME_API.md` describes them.

use std::fs;
use std::io;
use std::path::PathBuf;

/// Where the files are if the environment does not say.
const DEFAULT_FOLDER: &str = "/run/lambda";

/// The folder of the Runtime API.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeApi {
    folder: PathBuf,
}

/// What reading `next` gives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Next {
    /// Names in lower case, and values.
    pub(crate) headers: Vec<(String, String)>,
    /// The event, as it came.
    pub(crate) event: String,
}

impl RuntimeApi {
    /// The folder that `COLDSTART_RUNTIME_API` names, or the usual one.
    pub(crate) fn from_environment() -> Self {
        let folder = std::env::var_os("COLDSTART_RUNTIME_API").filter(|folder| !folder.is_empty());
        Self {
            folder: folder.map_or_else(|| PathBuf::from(DEFAULT_FOLDER), PathBuf::from),
        }
    }

    /// Waits for the next event.
    pub(crate) fn next(&self) -> io::Result<Next> {
        parse_next(fs::read(self.folder.join("next"))?)
    }

    /// Ends the invocation with a result.
    pub(crate) fn respond(&self, payload: &str) -> io::Result<()> {
        fs::write(self.folder.join("response"), payload)
    }

    /// Ends the invocation with an error body.
    pub(crate) fn fail(&self, body: &str) -> io::Result<()> {
        fs::write(self.folder.join("error"), body)
    }

    /// Reports that INIT has failed.
    pub(crate) fn fail_init(&self, body: &str) -> io::Result<()> {
        fs::write(self.folder.join("init").join("error"), body)
    }
}

/// Splits what `next` gave into headers and event.
fn parse_next(bytes: Vec<u8>) -> io::Result<Next> {
    let malformed = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let text = String::from_utf8(bytes).map_err(|_| malformed("the event is not UTF-8"))?;
    let (head, event) = text
        .split_once("\n\n")
        .ok_or_else(|| malformed("`next` has no empty line after its headers"))?;
    let headers = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Next {
        headers,
        event: event.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_at_the_first_empty_line() {
        let next = parse_next(
            b"Lambda-Runtime-Aws-Request-Id: 8476\nContent-Length: 9\n\n{\"a\":\n\n1}".to_vec(),
        )
        .unwrap();
        assert_eq!(
            next.headers,
            [
                (
                    "lambda-runtime-aws-request-id".to_owned(),
                    "8476".to_owned()
                ),
                ("content-length".to_owned(), "9".to_owned()),
            ]
        );
        assert_eq!(next.event, "{\"a\":\n\n1}");
    }

    #[test]
    fn values_keep_their_colons() {
        let next = parse_next(b"A: arn:aws:lambda\n\nnull".to_vec()).unwrap();
        assert_eq!(
            next.headers,
            [("a".to_owned(), "arn:aws:lambda".to_owned())]
        );
    }

    #[test]
    fn what_is_not_the_api_is_refused() {
        assert!(parse_next(b"no empty line".to_vec()).is_err());
        assert!(parse_next(b"A: 1\n\n\xff".to_vec()).is_err());
    }
}
