//! Where in the function's own files an error was: read from what a runtime says of it.
//!
//! Python: `  File "/var/task/app.py", line 3, in f`, and for a syntax error `(app.py, line 2)` at
//! the end of its message; Node.js and what follows it: `at f (/var/task/index.mjs:3:9)`; Ruby:
//! `/var/task/app.rb:3:in 'f'`.

use runtime_core::sandbox::inspect::SourcePlace;
use serde_json::Value;

/// Where a package's files lie.
const TASK: &str = "/var/task/";

/// An error and its way through the function's own files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trace {
    /// Its kind and message.
    pub(super) message: String,
    /// Innermost first, each place once.
    pub(super) places: Vec<SourcePlace>,
}

/// Reads the JSON of a failed invocation; `None` if it names no place in the function's files.
pub(super) fn trace(error: &[u8]) -> Option<Trace> {
    let error: Value = serde_json::from_slice(error).ok()?;
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    let (kind, message) = (text("errorType"), text("errorMessage"));
    let mut frames: Vec<&str> = ["stackTrace", "trace"]
        .iter()
        .filter_map(|name| error[*name].as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    // Python tells the outermost call first, the others the innermost.
    let is_python = |frame: &&str| frame.trim_start().starts_with("File \"");
    if frames.iter().any(is_python) {
        frames.reverse();
    }
    let mut places: Vec<SourcePlace> = Vec::new();
    let in_message = at_end_of(message);
    for place in in_message
        .into_iter()
        .chain(frames.into_iter().filter_map(in_frame))
    {
        let same = |it: &SourcePlace| it.file == place.file && it.line == place.line;
        if !places.iter().any(same) {
            places.push(place);
        }
    }
    (!places.is_empty()).then(|| Trace {
        message: [kind, message]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(": "),
        places,
    })
}

/// The place in one line of a stack trace.
fn in_frame(frame: &str) -> Option<SourcePlace> {
    let (_, rest) = frame.split_once(TASK)?;
    // Python puts the path between quotation marks, and nobody else does.
    if let Some((file, rest)) = rest.split_once('"') {
        let (_, rest) = rest.split_once("ine ")?;
        return place(file, number(rest)?, None);
    }
    let mut parts = rest.split(':');
    let file = parts.next()?;
    let line = number(parts.next()?)?;
    place(file, line, parts.next().and_then(number))
}

/// The place at the end of `invalid syntax (app.py, line 2)`.
fn at_end_of(message: &str) -> Option<SourcePlace> {
    let (_, last) = message.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let (file, line) = last.rsplit_once(", line ")?;
    place(file, line.parse().ok()?, None)
}

fn place(file: &str, line: u32, column: Option<u32>) -> Option<SourcePlace> {
    let is_place = line > 0 && !file.is_empty();
    is_place.then(|| SourcePlace {
        file: file.to_owned(),
        line,
        column: column.filter(|column| *column > 0),
    })
}

/// The number that a text begins with.
fn number(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text[..end.unwrap_or(text.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn places(error: &Value) -> Vec<String> {
        let found = trace(error.to_string().as_bytes());
        let places = found.map(|trace| trace.places).unwrap_or_default();
        let text = |it: &SourcePlace| {
            let column = it.column.map(|it| format!(":{it}")).unwrap_or_default();
            format!("{}:{}{column}", it.file, it.line)
        };
        places.iter().map(text).collect()
    }

    #[test]
    fn python_names_the_outermost_call_first() {
        let error = json!({
            "errorMessage": "Handler fails", "errorType": "Exception", "requestId": "x",
            "stackTrace": [
                "  File \"/var/task/app.py\", line 3, in handler\n    run(event)\n",
                "  File \"/usr/lib/json.py\", line 9, in loads\n",
                "  File \"/var/task/lib/util.py\", line 12, in run\n    raise Exception()\n",
            ],
        });
        assert_eq!(places(&error), ["lib/util.py:12", "app.py:3"]);
        let found = trace(error.to_string().as_bytes());
        assert_eq!(
            found.map(|it| it.message).as_deref(),
            Some("Exception: Handler fails")
        );
    }

    #[test]
    fn a_syntax_error_is_named_once() {
        let error = json!({
            "errorMessage": "Syntax error in module 'app': invalid syntax (app.py, line 2)",
            "errorType": "Runtime.UserCodeSyntaxError",
            "stackTrace": ["  File \"/var/task/app.py\" Line 2\n    def (\n"],
        });
        assert_eq!(places(&error), ["app.py:2"]);
    }

    #[test]
    fn javascript_names_columns() {
        let error = json!({
            "errorType": "TypeError", "errorMessage": "x is not a function",
            "trace": [
                "TypeError: x is not a function",
                "    at inner (/var/task/lib/a b.mjs:3:9)",
                "    at file:///var/task/index.mjs:10:3",
                "    at async Runtime.handleOnce (file:///var/runtime/index.mjs:1:1)",
                "    at handler (/var/task/index.mjs:12)",
            ],
        });
        assert_eq!(
            places(&error),
            ["lib/a b.mjs:3:9", "index.mjs:10:3", "index.mjs:12"]
        );
    }

    #[test]
    fn ruby_names_lines() {
        let error = json!({
            "errorType": "Function<RuntimeError>", "errorMessage": "no",
            "stackTrace": [
                "/var/task/app.rb:3:in 'Object#helper'",
                "/var/task/app.rb:7:in 'Object#lambda_handler'",
            ],
        });
        assert_eq!(places(&error), ["app.rb:3", "app.rb:7"]);
    }

    #[test]
    fn what_names_no_place_marks_nothing() {
        for error in [
            json!({}),
            json!([1]),
            json!({ "errorMessage": "Task timed out after 3.00 seconds" }),
            json!({ "errorMessage": "(app.py, line x)", "stackTrace": "app.py" }),
            json!({ "stackTrace": ["/var/task/", "/var/task/a.py", "/var/task/:3", "/var/task/a:0"] }),
            json!({ "stackTrace": [null, 7, "File \"/var/task/a.py\"", "/var/task/a:99999999999"] }),
        ] {
            assert_eq!(trace(error.to_string().as_bytes()), None, "{error}");
        }
        assert_eq!(trace(b"no json"), None);
    }
}
