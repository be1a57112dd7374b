//! Layers and their versions as requests name them (Lambda API reference, "LayerName" and
//! "LayerVersionArn").

use super::error::ApiError;
use super::name::{ACCOUNT, REGION};

/// The longest name or ARN of a layer.
const MAX_NAME: usize = 140;
const NAME_PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+";
const VERSION_PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)";

/// A version of a layer as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LayerReference {
    pub(super) name: String,
    pub(super) version: u32,
    /// It is of another account.
    pub(super) is_foreign: bool,
    /// It is in another region.
    pub(super) is_elsewhere: bool,
}

/// The name of a layer that a path names, or gives the ARN of.
pub(super) fn name(text: &str) -> Result<String, ApiError> {
    let refuse = |must: String| Err(ApiError::constraint(text, "layerName", must));
    if text.chars().count() > MAX_NAME {
        return refuse(format!("have length less than or equal to {MAX_NAME}"));
    }
    let name = match text.strip_prefix("arn:") {
        Some(arn) => parts(arn).and_then(|it| it.version.is_none().then_some(it.name)),
        None => Some(text),
    };
    match name.filter(|it| is_word(it)) {
        Some(name) => Ok(name.to_owned()),
        None => refuse(format!(
            "satisfy regular expression pattern: {NAME_PATTERN}"
        )),
    }
}

/// The number of a version in a path.
pub(super) fn number(text: &str) -> Result<u32, ApiError> {
    match text.parse::<i64>() {
        Ok(number) if number < 1 => Err(ApiError::invalid("Layer Version Cannot be less than 1.")),
        // There is no such version, as of any other that was not published.
        Ok(number) => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
        Err(_) => Err(ApiError::constraint(
            text,
            "versionNumber",
            "be a whole number",
        )),
    }
}

/// The version of an ARN, which a field holds.
pub(super) fn version(arn: &str, field: &str) -> Result<LayerReference, ApiError> {
    let parts = arn.strip_prefix("arn:").and_then(parts);
    let number = parts.as_ref().and_then(|it| it.version);
    match (parts, number) {
        (Some(parts), Some(number)) => Ok(LayerReference {
            name: parts.name.to_owned(),
            version: number,
            is_foreign: parts.account != ACCOUNT,
            is_elsewhere: parts.region != REGION,
        }),
        _ => Err(ApiError::constraint(
            arn,
            field,
            format_args!("satisfy regular expression pattern: {VERSION_PATTERN}"),
        )),
    }
}

struct Parts<'a> {
    region: &'a str,
    account: &'a str,
    name: &'a str,
    version: Option<u32>,
}

/// What follows `arn:` in the ARN of a layer or of one of its versions.
fn parts(arn: &str) -> Option<Parts<'_>> {
    let mut parts = arn.split(':');
    let partition = parts.next()?;
    let service = parts.next()?;
    let (region, account) = (parts.next()?, parts.next()?);
    let (kind, name) = (parts.next()?, parts.next()?);
    let version = match parts.next() {
        Some(number) if number.bytes().all(|it| it.is_ascii_digit()) => Some(number.parse().ok()?),
        Some(_) => return None,
        None => None,
    };
    let is_account = account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit());
    let is_layer = partition.starts_with("aws")
        && service == "lambda"
        && is_account
        && kind == "layer"
        && is_word(name)
        && parts.next().is_none();
    is_layer.then_some(Parts {
        region,
        account,
        name,
        version,
    })
}

pub(super) fn is_word(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !text.is_empty() && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:layer:tools";

    #[test]
    fn layers_are_named_by_name_or_arn() {
        assert_eq!(name("tools"), Ok("tools".to_owned()));
        assert_eq!(name(ARN), Ok("tools".to_owned()));
        let long = "x".repeat(141);
        let other = ARN.replace("layer", "function");
        let version = format!("{ARN}:1");
        for text in ["", "a b", "a:b", &long, &other, &version] {
            assert_eq!(
                name(text).map_err(|it| it.name),
                Err("ValidationException"),
                "{text}"
            );
        }
    }

    #[test]
    fn versions_are_named_by_arn() {
        let read = version(&format!("{ARN}:12"), "layers");
        let read = read.map(|it| (it.name, it.version, it.is_foreign, it.is_elsewhere));
        assert_eq!(read, Ok(("tools".to_owned(), 12, false, false)));
        let foreign = version(
            "arn:aws:lambda:eu-west-1:999999999999:layer:tools:1",
            "layers",
        );
        let foreign = foreign.map(|it| (it.is_foreign, it.is_elsewhere));
        assert_eq!(foreign, Ok((true, true)));
        for tail in ["", ":", ":x", ":1:2", ":99999999999"] {
            assert!(
                version(&format!("{ARN}{tail}"), "layers").is_err(),
                "{tail}"
            );
        }
    }

    #[test]
    fn numbers_begin_with_one() {
        assert_eq!(number("1"), Ok(1));
        assert_eq!(number("0").map_err(|it| it.status), Err(400));
        assert_eq!(number("one").map_err(|it| it.status), Err(400));
        assert_eq!(number("99999999999"), Ok(u32::MAX));
    }
}
