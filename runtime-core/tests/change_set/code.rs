//! Where functions' code comes from.

use crate::{changed_by, sam};
use runtime_core::change_set::{ChangeSet, CodeChoice, Order};

/// The choices of the template's only function, of these files.
fn choices(resource: &str, files: &[&str]) -> Vec<CodeChoice> {
    let set = changed_by(&Order {
        template: sam(resource).into_bytes(),
        files: files.iter().map(|it| (*it).to_owned()).collect(),
        ..Order::default()
    });
    set.functions.first().unwrap().code.clone()
}

const PYTHON: &str = "  Hello:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.12, Handler: app.run, CodeUri: ./hello_world/ }
";

fn is_stub(choice: &CodeChoice) -> bool {
    choice.is_stub()
}

#[test]
fn files_are_found_by_their_place_and_by_their_names() {
    let folder = |members: &[(&str, u32)]| {
        let members = members.iter();
        CodeChoice::Folder(members.map(|(it, at)| ((*it).to_owned(), *at)).collect())
    };
    let first = |files: &[&str]| choices(PYTHON, files).into_iter().next().unwrap();
    assert_eq!(first(&["app.py"]), folder(&[("app.py", 0)]));
    assert_eq!(
        first(&["notes.txt", "app.py", "helper.py"]),
        folder(&[("notes.txt", 0), ("app.py", 1), ("helper.py", 2)])
    );
    assert_eq!(
        first(&["other/app.py", "hello_world/app.py", "hello_world/lib/x.py"]),
        folder(&[("app.py", 1), ("lib/x.py", 2)])
    );
    assert_eq!(first(&["a.zip", "hello-world.zip"]), CodeChoice::Archive(1));
    assert_eq!(first(&["Hello.zip"]), CodeChoice::Archive(0));
    assert!(is_stub(&first(&[])));
    // What fits nothing is offered, and not taken.
    let some = choices(PYTHON, &["a.zip", "main.py"]);
    assert!(is_stub(some.first().unwrap()));
    assert_eq!(some.get(1), Some(&CodeChoice::Archive(0)));
    assert_eq!(some.len(), 2);
}

const LAYERS: &str = "  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.run
      CodeUri: hello/
      Layers: [!Ref Tools, 'arn:aws:lambda:us-east-1:999999999999:layer:other:1', !Ref More]
  Tools:
    Type: AWS::Serverless::LayerVersion
    Properties: { LayerName: tools, ContentUri: layers/tools/, Description: Tools, CompatibleRuntimes: [python3.12] }
  More: { Type: AWS::Lambda::LayerVersion, Properties: { Content: layers/more.zip } }
";

#[test]
fn layers_are_found_by_their_place() {
    let with = |files: &[&str]| -> ChangeSet {
        changed_by(&Order {
            template: sam(LAYERS).into_bytes(),
            files: files.iter().map(|it| (*it).to_owned()).collect(),
            ..Order::default()
        })
    };
    let content = |set: &ChangeSet| -> Vec<(String, CodeChoice)> {
        let layers = set.layers.iter();
        layers
            .map(|it| (it.name.clone(), it.content.clone()))
            .collect()
    };
    let set = with(&[
        "hello/app.py",
        "layers/tools/python/a.py",
        "layers/more.zip",
    ]);
    let folder = CodeChoice::Folder(vec![("python/a.py".to_owned(), 1)]);
    assert_eq!(
        content(&set),
        [
            ("tools".to_owned(), folder),
            ("More".to_owned(), CodeChoice::Archive(2))
        ]
    );
    assert_eq!(set.layers[0].about.description, "Tools");
    assert_eq!(set.layers[0].about.runtimes, ["python3.12"]);
    assert_eq!(set.functions[0].layers, [0, 1]);
    let left: Vec<&str> = set.remarks.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        left,
        [
            "It does without its layer arn:aws:lambda:us-east-1:999999999999:layer:other:1: put what the code needs of it into its package."
        ]
    );
    // The folder as an archive, from wherever; what is missing is left out.
    let set = with(&["app.py", "tools.zip"]);
    assert_eq!(
        content(&set),
        [("tools".to_owned(), CodeChoice::Archive(1))]
    );
    assert_eq!(set.functions[0].layers, [0]);
    assert_eq!(with(&["app.py"]).layers, []);
}

#[test]
fn code_of_the_template_comes_first() {
    let inline = "  A:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Code: { ZipFile: 'exports.handler = async () => 1;' }
";
    let all = choices(inline, &["a.zip", "index.mjs"]);
    let expected = vec![(
        "index.js".to_owned(),
        "exports.handler = async () => 1;".to_owned(),
    )];
    assert_eq!(all.first(), Some(&CodeChoice::Inline(expected)));
    assert_eq!(all.get(1), Some(&CodeChoice::Archive(0)));
    assert!(is_stub(all.last().unwrap()));
}

#[test]
fn every_runtime_has_a_stub() {
    for (runtime, handler, file) in [
        ("python3.13", "app.run", "app.py"),
        ("nodejs22.x", "src/app.run", "src/app.mjs"),
        ("ruby3.4", "app.run", "app.rb"),
        ("provided.al2023", "bootstrap", "stub.wat"),
        ("java21", "demo.Main::handle", "stub.wat"),
    ] {
        let text = format!(
            "  A:\n    Type: AWS::Serverless::Function\n    Properties: {{ Runtime: {runtime}, Handler: \"{handler}\", CodeUri: s3://a/b }}\n"
        );
        let all = choices(&text, &[]);
        match all.as_slice() {
            [CodeChoice::Stub(files)] => {
                assert_eq!(files.first().map(|(name, _)| name.as_str()), Some(file));
            }
            other => panic!("{runtime}: {other:?}"),
        }
    }
}

#[test]
#[cfg(feature = "inspect")]
fn stubs_can_be_deployed() {
    use runtime_core::sandbox::inspect::PackageSource;
    use runtime_core::sandbox::{PackageFiles, inspect_files};
    use runtime_core::timeline::Runtime;
    for (runtime, handler, runs_on) in [
        ("python3.13", "src/app.run", Runtime::Python312),
        ("nodejs22.x", "index.handler", Runtime::JavaScript),
        ("ruby3.4", "app.App.run", Runtime::Ruby34),
        ("provided.al2023", "bootstrap", Runtime::Provided),
    ] {
        let text = format!(
            "  A:\n    Type: AWS::Serverless::Function\n    Properties: {{ Runtime: {runtime}, Handler: {handler}, CodeUri: x/ }}\n"
        );
        let mut files = PackageFiles::default();
        for choice in choices(&text, &[]) {
            if let CodeChoice::Stub(texts) = choice {
                for (name, text) in texts {
                    files.insert(&name, text.into_bytes());
                }
            }
        }
        let package = inspect_files(files, PackageSource::Zip).unwrap();
        assert_eq!(package.runtime(), runs_on);
    }
}
