//! The text of a template: block style, in the rules that YAML 1.1 and 1.2 share.

use super::node::Node;

impl Node {
    /// The whole as a document.
    pub(super) fn yaml(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out
    }

    /// Writes lines at this depth; a scalar alone is a line.
    fn write(&self, depth: usize, out: &mut String) {
        match self {
            Node::Map(members) if !members.is_empty() => {
                for (key, value) in members {
                    indent(depth, out);
                    member(key, value, depth, out);
                }
            }
            Node::List(items) if !items.is_empty() => {
                for item in items {
                    indent(depth, out);
                    out.push('-');
                    if !matches!(item, Node::List(items) if !items.is_empty()) {
                        out.push(' ');
                    }
                    match item {
                        // The first member stands behind the dash.
                        Node::Map(members) if !members.is_empty() => {
                            for (index, (key, value)) in members.iter().enumerate() {
                                if index > 0 {
                                    indent(depth + 1, out);
                                }
                                member(key, value, depth + 1, out);
                            }
                        }
                        Node::List(items) if !items.is_empty() => {
                            out.push('\n');
                            item.write(depth + 1, out);
                        }
                        scalar => line(scalar, out),
                    }
                }
            }
            scalar => line(scalar, out),
        }
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// The longest key that stands before its colon; YAML allows 1,024 characters.
const LONGEST_KEY: usize = 500;

fn member(key: &str, value: &Node, depth: usize, out: &mut String) {
    let long = key.len() > LONGEST_KEY;
    if long {
        out.push_str("? ");
    }
    scalar_text(key, out);
    if long {
        out.push('\n');
        indent(depth, out);
    }
    out.push(':');
    match value {
        Node::Map(members) if !members.is_empty() => {
            out.push('\n');
            value.write(depth + 1, out);
        }
        Node::List(items) if !items.is_empty() => {
            out.push('\n');
            value.write(depth + 1, out);
        }
        scalar => {
            out.push(' ');
            line(scalar, out);
        }
    }
}

/// A scalar, or something empty, to the end of its line.
fn line(node: &Node, out: &mut String) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Node::Number(number) => out.push_str(number),
        Node::Text(text) => scalar_text(text, out),
        Node::Call(name, argument) => {
            out.push('!');
            out.push_str(name);
            out.push(' ');
            scalar_text(argument, out);
        }
        Node::List(_) => out.push_str("[]"),
        Node::Map(_) => out.push_str("{}"),
    }
    out.push('\n');
}

/// Words that YAML 1.1 takes for something else.
const WORDS: [&str; 9] = ["y", "yes", "n", "no", "true", "false", "on", "off", "null"];

fn scalar_text(text: &str, out: &mut String) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:$ ".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let is_plain = begins
        && text.chars().all(plain)
        && !text.contains(": ")
        && !text.contains("  ")
        && !text.ends_with([':', ' '])
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        return out.push_str(text);
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Everything that is not printable in YAML, and what some take for the end of a line.
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                out.push_str(&format!("\\x{:02x}", u32::from(c)));
            }
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c if c > '\u{ffff}' => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "templates")]
    use proptest::prelude::*;
    #[cfg(feature = "templates")]
    use serde_json::Value as Json;
    use serde_json::json;

    #[test]
    fn a_document_is_in_block_style() {
        let tree = Node::map()
            .with("Type", "AWS::SQS::Queue")
            .with("Empty", Node::map())
            .with(
                "List",
                vec![
                    Node::map().with("a", true).with("b", vec!["x", "yes"]),
                    Node::List(vec![Node::from(1u32)]),
                    Node::attribute("Queue", "Arn"),
                ],
            )
            .with("Text", "a: b\n");
        assert_eq!(
            tree.yaml(),
            r#"Type: AWS::SQS::Queue
Empty: {}
List:
  - a: true
    b:
      - x
      - "yes"
  -
    - 1
  - !GetAtt Queue.Arn
Text: "a: b\n"
"#
        );
    }

    #[test]
    fn numbers_are_numbers_in_old_yaml_as_well() {
        for (json, yaml) in [
            (json!(1e300), "1.0e+300\n"),
            (json!(2.5e-9), "2.5e-9\n"),
            (json!(-3), "-3\n"),
            (json!(0.5), "0.5\n"),
        ] {
            assert_eq!(Node::json(&json).yaml(), yaml);
        }
    }

    #[cfg(feature = "templates")]
    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            any::<String>().prop_map(Json::from),
            "[ -~]{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
                prop::collection::btree_map("[ -~]{0,8}|\\PC{600}", inner, 0..5)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    #[cfg(feature = "templates")]
    fn read_back(node: &crate::template::document::Node) -> Json {
        use crate::template::document::NodeValue;
        match &node.value {
            NodeValue::Null => Json::Null,
            NodeValue::Bool(flag) => json!(flag),
            // serde_json reads the last digit of some numbers wrong.
            NodeValue::Number(number) => match number.parse::<i64>() {
                Ok(whole) => json!(whole),
                Err(_) => json!(number.parse::<f64>().unwrap()),
            },
            NodeValue::Text(text) => json!(text),
            NodeValue::List(items) => items.iter().map(read_back).collect(),
            NodeValue::Map(members) => {
                let members = members.iter();
                Json::Object(
                    members
                        .map(|it| (it.key.clone(), read_back(&it.value)))
                        .collect(),
                )
            }
            NodeValue::Call(function, _) => panic!("{function}"),
        }
    }

    #[cfg(feature = "templates")]
    proptest! {
        #[test]
        fn what_is_written_is_read(json in any_json()) {
            let tree = Node::map().with("all", Node::json(&json));
            let document = crate::template::document::Document::parse(tree.yaml().as_bytes()).unwrap();
            prop_assert_eq!(read_back(&document.root), json!({ "all": json }), "{}", tree.yaml());
        }
    }
}
