//! What stands for code that is missing: a handler that returns 200 with its event.

use crate::timeline::Runtime;

/// What the module of a stub is called where the template's runtime brings its own program.
const MODULE: &str = "stub.wat";

/// The files of a stub for a handler string, in the runtime's language.
pub(super) fn files(runtime: Runtime, handler: &str, logical_id: &str) -> Vec<(String, String)> {
    if runtime == Runtime::Provided {
        return vec![(MODULE.to_owned(), WASM.to_owned())];
    }
    let (path, function) = parts(runtime, handler);
    let about =
        format!("Stands for the code of {logical_id} until that is uploaded: returns its event.");
    let (ending, text, comment) = match runtime {
        Runtime::Ruby34 => ("rb", ruby(&about, &function), "#"),
        Runtime::JavaScript => ("mjs", javascript(&about, &function), "//"),
        _ => ("py", python(&about, &function), "#"),
    };
    let mut files = vec![(format!("{path}.{ending}"), text)];
    // Which runtime a package is for is told by its files at the top.
    if path.contains('/') {
        files.push((format!("stub.{ending}"), format!("{comment} {about}\n")));
    }
    files
}

/// The file without its ending, and the function: `src/app.lambda_handler`. What could be no file of a
/// package, and no name of a function, is replaced by the runtime's usual ones.
fn parts(runtime: Runtime, handler: &str) -> (String, String) {
    let usual = runtime.default_handler();
    let split = |text: &str| {
        let at = text.rfind('/').map_or(0, |slash| slash + 1);
        let dot = text.get(at..)?.find('.')? + at;
        let (path, function) = (text.get(..dot)?, text.get(dot + 1..)?);
        let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_path = path
            .split('/')
            .all(|part| !part.is_empty() && part.chars().all(|c| name(c) || c == '-'));
        let mut names = function.split('.');
        let is_function = names.all(|it| {
            !it.is_empty() && it.chars().all(name) && !it.starts_with(|c: char| c.is_ascii_digit())
        });
        (is_path && is_function).then(|| (path.to_owned(), function.to_owned()))
    };
    split(handler).or_else(|| split(usual)).unwrap_or_default()
}

fn python(about: &str, function: &str) -> String {
    // Python's handlers are functions of a module.
    let function = function.rsplit('.').next().unwrap_or(function);
    format!(
        "# {about}\nimport json\n\n\ndef {function}(event, context):\n    return {{\"statusCode\": 200, \"body\": json.dumps(event)}}\n"
    )
}

fn javascript(about: &str, function: &str) -> String {
    let function = function.rsplit('.').next().unwrap_or(function);
    format!(
        "// {about}\nexport const {function} = async (event) => ({{\n  statusCode: 200,\n  body: JSON.stringify(event),\n}});\n"
    )
}

fn ruby(about: &str, function: &str) -> String {
    // `Module::Class.method` is written with dots or colons.
    let mut names: Vec<&str> = function.split('.').collect();
    let method = names.pop().unwrap_or(function);
    let body = "{ statusCode: 200, body: JSON.generate(event) }";
    let text = match names.is_empty() {
        true => format!("def {method}(event:, context:)\n  {body}\nend\n"),
        false => {
            let class = names.join("::");
            format!(
                "class {class}\n  def self.{method}(event:, context:)\n    {body}\n  end\nend\n"
            )
        }
    };
    format!("# {about}\nrequire \"json\"\n\n{text}")
}

const WASM: &str = r#";; Stands for code that is missing until that is uploaded: returns its event.
(module
  (memory (export "memory") 2)

  ;; What stands before the event in the response.
  (data (i32.const 16) "{\"statusCode\":200,\"body\":\"")

  ;; Makes room for up to a number of bytes at page 1.
  (func $room (param $bytes i32)
    (local $missing i32)
    (local.set $missing
      (i32.sub
        (i32.add (i32.const 1)
          (i32.shr_u (i32.add (local.get $bytes) (i32.const 65535)) (i32.const 16)))
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (if (i32.eq (memory.grow (local.get $missing)) (i32.const -1))
          (then unreachable)))))

  ;; The event lies behind what may be its text with a backslash before every byte.
  (func (export "allocate") (param $length i32) (result i32)
    (call $room (i32.add (i32.mul (local.get $length) (i32.const 3)) (i32.const 64)))
    (i32.add (i32.const 65600) (i32.mul (local.get $length) (i32.const 2))))

  (func (export "handle") (param $event i32) (param $length i32) (result i64)
    (local $end i32) (local $out i32) (local $byte i32)
    (local.set $end (i32.add (local.get $event) (local.get $length)))
    (memory.copy (i32.const 65536) (i32.const 16) (i32.const 26))
    (local.set $out (i32.const 65562))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $event) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $event)))
        ;; Line ends and tabs between the parts of the event are spaces in a text.
        (if (i32.lt_u (local.get $byte) (i32.const 32))
          (then (local.set $byte (i32.const 32))))
        ;; A quote or a backslash has a backslash before it.
        (if (i32.or
              (i32.eq (local.get $byte) (i32.const 34))
              (i32.eq (local.get $byte) (i32.const 92)))
          (then
            (i32.store8 (local.get $out) (i32.const 92))
            (local.set $out (i32.add (local.get $out) (i32.const 1)))))
        (i32.store8 (local.get $out) (local.get $byte))
        (local.set $out (i32.add (local.get $out) (i32.const 1)))
        (local.set $event (i32.add (local.get $event) (i32.const 1)))
        (br $next)))
    (i32.store16 (local.get $out) (i32.const 0x7d22))
    (i64.or
      (i64.shl (i64.const 65536) (i64.const 32))
      (i64.extend_i32_u (i32.sub (i32.add (local.get $out) (i32.const 2)) (i32.const 65536))))))
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_has_the_file_and_the_function_of_the_handler() {
        let first = |runtime, handler: &str| {
            let files = files(runtime, handler, "Orders");
            files.into_iter().next().unwrap_or_default()
        };
        let (name, text) = first(Runtime::Python312, "app.lambda_handler");
        assert_eq!(name, "app.py");
        assert!(
            text.contains("def lambda_handler(event, context):"),
            "{text}"
        );
        let (name, text) = first(Runtime::JavaScript, "src/api/index.get");
        assert_eq!(name, "src/api/index.mjs");
        assert!(text.contains("export const get ="), "{text}");
        let (name, text) = first(Runtime::Ruby34, "shop.Orders.take");
        assert_eq!(name, "shop.rb");
        assert!(text.contains("class Orders\n  def self.take("), "{text}");
        for odd in [
            "", "app", "../app.x", "a b.c", "app.1x", "app.", ".x", "a//b.c",
        ] {
            assert_eq!(
                first(Runtime::Python312, odd).0,
                "lambda_function.py",
                "{odd}"
            );
        }
        assert_eq!(files(Runtime::Python312, "src/app.x", "It").len(), 2);
    }
}
