//! Layers: a session that has some, and what an export and an import make of them.

use super::round::{function, imported};
use super::sessions::{self, Staged};
use runtime_core::api::Content;
use runtime_core::sandbox::PackageFiles;
use runtime_core::template::SourceKind;
use runtime_core::timeline::*;
use runtime_core::units::*;

fn about() -> LayerAbout {
    LayerAbout {
        description: "Shared tools".to_owned(),
        license: "MIT".to_owned(),
        runtimes: vec!["python3.12".to_owned()],
        architectures: vec!["x86_64".to_owned()],
    }
}

/// Two functions, which share a version of one layer.
pub(super) fn layers() -> Staged {
    let mut staged = Staged::default();
    let mut publish = |name: &str, package: u32, about: LayerAbout| {
        let mut files = PackageFiles::default();
        files.insert("python/tool.py", b"NAME = 'tool'\n".to_vec());
        staged.packages.insert(PackageId(package), files);
        let content = Content {
            package: PackageId(package),
            code_size: ByteCount::new(9),
            unzipped_size: ByteCount::new(9),
        };
        let registry = &mut staged.registry;
        registry.publish_layer(name, content, about, Moment::START)
    };
    let tools = publish("tools", 8, about());
    let more = publish("more", 9, LayerAbout::default());
    for (id, name, layers) in [
        (1, "first", vec![tools.clone(), more]),
        (2, "second", vec![tools]),
    ] {
        let function = sessions::function(name, id, Runtime::Python312);
        staged.function(id, FunctionConfiguration { layers, ..function });
    }
    staged
}

#[test]
fn layers_come_back_with_their_content() {
    let session = layers();
    let export = session.export().unwrap();
    for file in ["ToolsLayer/python/tool.py", "MoreLayer/python/tool.py"] {
        let content = export.files.get(&format!("layers/{file}"));
        assert_eq!(content, Some(b"NAME = 'tool'\n".as_slice()), "{file}");
    }
    let stack = imported(&session).stack;
    let layers = |name| -> Vec<String> {
        let layers = function(&stack, name).layers.iter();
        layers.map(|it| it.text().to_owned()).collect()
    };
    assert_eq!(layers("first"), ["ToolsLayer", "MoreLayer"]);
    assert_eq!(layers("second"), ["ToolsLayer"]);
    assert_eq!(stack.sources, export.stack.sources);
    assert_eq!(
        stack.sources[0].kind,
        SourceKind::Layer {
            content: "layers/ToolsLayer/".to_owned(),
            about: about(),
        }
    );
}

#[test]
fn content_that_is_missing_has_its_place() {
    let mut session = layers();
    session.packages.remove(&PackageId(9));
    let export = session.export().unwrap();
    assert!(export.files.get("layers/MoreLayer/MISSING.txt").is_some());
    let said = export.remarks.first().map(ToString::to_string);
    assert_eq!(
        said.as_deref(),
        Some(
            "function first: The content of its layer more is not there: put it into layers/MoreLayer/."
        )
    );
}

#[test]
fn policies_are_left_out_and_said_so() {
    let mut session = layers();
    let mut registry = serde_json::to_value(&session.registry).unwrap();
    let statements = registry
        .pointer_mut("/layers/tools/versions/1/policy/statements")
        .unwrap();
    *statements = serde_json::json!([{"id": "s1", "principal": "*", "organization": null}]);
    session.registry = serde_json::from_value(registry).unwrap();
    // Once, though two functions have it.
    let remarks = session.export().unwrap().remarks;
    let said: Vec<String> = remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "function first: Who else may have its layer tools is left out: add it as AWS::Lambda::LayerVersionPermission."
        ]
    );
}
