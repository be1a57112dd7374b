//! What runs a function, and where its code is.

use super::super::model::Code;
use super::super::resolve::Value;
use super::super::runtimes::runtime;
use super::Section;
use crate::timeline::Runtime;

/// Reads `Runtime` and says what differs here.
pub(super) fn read_runtime(section: &Section<'_>) -> (String, Runtime) {
    let is_image = section
        .value("PackageType")
        .and_then(|value| value.text())
        .is_some_and(|kind| kind == "Image");
    let Some(id) = section.text("Runtime") else {
        if is_image {
            section.change(
                "PackageType",
                "A container image cannot run here: a stub handler stands for it.",
            );
        } else {
            section.refuse("Runtime", "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
        }
        return (String::new(), Runtime::Provided);
    };
    if let Some(why) = Runtime::retired(&id) {
        section.change("Runtime", why);
    }
    match runtime(&id) {
        Some(runtime) => {
            if runtime.id() != id {
                section.change("Runtime", format!("Here {} runs it.", runtime.label()));
            }
            (id, runtime)
        }
        None => {
            let why = format!("Nothing here runs {id}: a stub handler stands for the code.");
            section.change("Runtime", why);
            (id, Runtime::Provided)
        }
    }
}

/// Reads the code of a function of either kind. `runtime` is the template's.
pub(super) fn read(section: &Section<'_>, runtime: &str) -> Code {
    if let Some(text) = section.text("InlineCode") {
        return inline(section, "InlineCode", text, runtime);
    }
    if let Some(image) = section.text("ImageUri") {
        return Code::Image(image);
    }
    for key in ["CodeUri", "Code"] {
        let Some(value) = section.value(key) else {
            continue;
        };
        match &value.value {
            Value::Map(_) => {
                if let Some(code) = section.section(key).and_then(|it| of_mapping(&it, runtime)) {
                    return code;
                }
            }
            _ => match value.text() {
                Some(bucket) if bucket.starts_with("s3://") => {
                    return in_bucket(section, key, bucket.to_owned());
                }
                Some(path) => return Code::Path(path.to_owned()),
                None => section.refuse(
                    key,
                    format!("This is {}, and must be text.", value.value.kind()),
                ),
            },
        }
    }
    section.change(
        "",
        "The template names no code: a stub handler stands for it.",
    );
    Code::Stub
}

fn of_mapping(section: &Section<'_>, runtime: &str) -> Option<Code> {
    section.leave(
        &["SourceKMSKeyArn"],
        "Encryption at rest means nothing here.",
    );
    if let Some(text) = section.text("ZipFile") {
        return Some(inline(section, "ZipFile", text, runtime));
    }
    if let Some(image) = section.text("ImageUri") {
        return Some(Code::Image(image));
    }
    let bucket = section
        .text("S3Bucket")
        .or_else(|| section.text("Bucket"))?;
    let key = section.text("S3Key").or_else(|| section.text("Key"))?;
    let version = section
        .text("S3ObjectVersion")
        .or_else(|| section.text("Version"));
    if let Some(version) = version {
        let why = format!("The object's version {version} is not kept.");
        section.change("", why);
    }
    Some(in_bucket(section, "", format!("s3://{bucket}/{key}")))
}

fn in_bucket(section: &Section<'_>, key: &str, place: String) -> Code {
    let why = format!(
        "Only AWS can read {place}: a stub handler stands for the code until its files are given."
    );
    section.change(key, why);
    Code::Bucket(place)
}

/// "You can specify inline code for Node.js and Python only" (CloudFormation template reference,
/// AWS::Lambda::Function Code).
fn inline(section: &Section<'_>, key: &str, text: String, runtime: &str) -> Code {
    if !runtime.starts_with("nodejs") && !runtime.starts_with("python") {
        section.refuse(
            key,
            "ZipFile can only be used when Runtime is set to either of nodejs or python.",
        );
    }
    Code::Inline(text)
}
