//! Where a function's code can come from.

use super::data::CodeChoice;
use super::stub;
use crate::template::{Code, StackFunction};
use crate::timeline::Runtime;

/// The file that holds code which is written in the template (CloudFormation template reference,
/// AWS::Lambda::Function Code: "CloudFormation places it in a file named index").
const INLINE: &str = "index";
/// The ending of archives.
const ARCHIVE: &str = ".zip";
/// What can be a package of its own.
const PACKAGES: [&str; 4] = [ARCHIVE, ".jar", ".wasm", ".wat"];

/// How well a given file fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is there.
    Possible,
    /// It has what the function needs, wherever that is.
    Likely,
    /// It is called like the function.
    Named,
    /// It lies where the template says.
    Exact,
}

/// All of them, the one that fits best first.
pub(super) fn choices(function: &StackFunction, files: &[String]) -> Vec<CodeChoice> {
    let configuration = &function.configuration;
    let runtime = configuration.runtime;
    let mut given: Vec<(Fit, CodeChoice)> = Vec::new();
    for (place, file) in files.iter().enumerate() {
        let Ok(place) = u32::try_from(place) else {
            break;
        };
        if PACKAGES.iter().any(|ending| file.ends_with(ending)) {
            given.push((package(function, file), CodeChoice::Archive(place)));
        }
    }
    given.extend(folder(function, runtime, files));
    // Those that come first are preferred among equals.
    given.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    let mut choices: Vec<CodeChoice> = Vec::new();
    let unsure = given.iter().position(|(fit, _)| *fit == Fit::Possible);
    let unsure = given.split_off(unsure.unwrap_or(given.len()));
    if let Code::Inline(text) = &function.code {
        let ending = match runtime {
            Runtime::JavaScript => "js",
            Runtime::Ruby34 => "rb",
            _ => "py",
        };
        let file = format!("{INLINE}.{ending}");
        choices.push(CodeChoice::Inline(vec![(file, text.clone())]));
    }
    choices.extend(given.into_iter().map(|(_, choice)| choice));
    let stub = stub::files(runtime, &configuration.handler, &function.logical_id);
    choices.push(CodeChoice::Stub(stub));
    choices.extend(unsure.into_iter().map(|(_, choice)| choice));
    choices
}

/// The archive or the folder that a template means with a path; `None` if it was not given.
pub(super) fn content(path: &str, files: &[String]) -> Option<CodeChoice> {
    let uri = clean(path);
    let places = || files.iter().zip(0_u32..);
    let lies_there = |file: &str| file == uri || file.ends_with(&format!("/{uri}"));
    let mut archives = places().filter(|(name, _)| name.ends_with(ARCHIVE));
    if let Some((_, place)) = archives.find(|(name, _)| lies_there(&clean(name))) {
        return Some(CodeChoice::Archive(place));
    }
    let inside = |name: &String| {
        let name = clean(name);
        let inner = name.strip_prefix(&format!("{uri}/"))?;
        Some(inner.to_owned())
    };
    let members: Vec<(String, u32)> = places()
        .filter_map(|(name, place)| Some((inside(name)?, place)))
        .collect();
    if !uri.is_empty() && !members.is_empty() {
        return Some(CodeChoice::Folder(members));
    }
    // An archive that is called like the folder, as a build makes it.
    let mut archives = places().filter(|(name, _)| name.ends_with(ARCHIVE));
    let called = archives.find(|(name, _)| !uri.is_empty() && stem(name) == stem(&uri));
    called.map(|(_, place)| CodeChoice::Archive(place))
}

/// `src/orders/` and `./src/orders` are one folder.
fn clean(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches("./").trim_end_matches('/');
    match path {
        "." => String::new(),
        path => path.to_owned(),
    }
}

/// Where the template says that the code is.
fn uri(function: &StackFunction) -> String {
    match &function.code {
        Code::Path(path) | Code::Bucket(path) => clean(path),
        Code::Inline(_) | Code::Image(_) | Code::Stub => String::new(),
    }
}

/// The last part of a path, without its ending.
fn stem(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or(path);
    let stem = last.split('.').next().unwrap_or(last);
    // `hello_world` and `hello-world` are meant as one name.
    stem.to_ascii_lowercase().replace('_', "-")
}

fn package(function: &StackFunction, file: &str) -> Fit {
    let (file, uri) = (clean(file), uri(function));
    let lies_there = !uri.is_empty() && (file == uri || file.ends_with(&format!("/{uri}")));
    let own = stem(&file);
    let is_called = |name: &str| !name.is_empty() && stem(name) == own;
    if lies_there {
        Fit::Exact
    } else if is_called(&uri)
        || is_called(&function.logical_id)
        || is_called(&function.configuration.name)
    {
        Fit::Named
    } else {
        Fit::Possible
    }
}

/// The source files of a folder, if the handler's file is among them.
fn folder(
    function: &StackFunction,
    runtime: Runtime,
    files: &[String],
) -> Option<(Fit, CodeChoice)> {
    let endings: &[&str] = match runtime {
        Runtime::Provided => return None,
        Runtime::Python312 => &["py"],
        Runtime::JavaScript => &["mjs", "js", "cjs"],
        Runtime::Ruby34 => &["rb"],
    };
    let handler = &function.configuration.handler;
    let name_at = handler.rfind('/').map_or(0, |slash| slash + 1);
    let file = handler
        .get(name_at..)
        .and_then(|name| name.find('.'))
        .and_then(|dot| handler.get(..name_at + dot))?;
    let uri = uri(function);
    let inside = |name: &str| -> Option<String> {
        let name = clean(name);
        match uri.is_empty() {
            true => Some(name),
            false => name.strip_prefix(&format!("{uri}/")).map(str::to_owned),
        }
    };
    let loose = |name: &str| !PACKAGES.iter().any(|ending| name.ends_with(ending));
    let gather = |named: &dyn Fn(&str) -> Option<String>| -> Vec<(String, u32)> {
        let places = files.iter().zip(0_u32..);
        places
            .filter(|(name, _)| loose(name))
            .filter_map(|(name, place)| Some((named(name)?, place)))
            .collect()
    };
    let has_handler = |found: &[(String, u32)]| {
        endings.iter().any(|ending| {
            let wanted = format!("{file}.{ending}");
            found.iter().any(|(name, _)| *name == wanted)
        })
    };
    let exact = gather(&inside);
    if has_handler(&exact) {
        let has_folders = !uri.is_empty();
        let fit = if has_folders { Fit::Exact } else { Fit::Likely };
        return Some((fit, CodeChoice::Folder(exact)));
    }
    // Files that were dropped one by one have lost their folders.
    let flat = gather(&|name| (!name.contains('/')).then(|| name.to_owned()));
    has_handler(&flat).then_some((Fit::Likely, CodeChoice::Folder(flat)))
}
