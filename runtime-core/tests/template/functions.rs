//! What intrinsic functions, parameters and conditions come to (CloudFormation template reference,
//! "Intrinsic function reference").

use crate::{read, said};
use runtime_core::template::{Imported, Inputs, import};

const HEAD: &str = r#"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: dev }
  Zones: { Type: CommaDelimitedList, Default: "a,b,c" }
  Number: { Type: Number, Default: 7 }
Mappings:
  Sizes:
    dev: { memory: 128, name: small }
    prod: { memory: 1024, name: large }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Both: !And [!Condition IsDev, !Equals [!Ref Number, "7"]]
  Either: !Or [!Condition IsProd, !Condition Both]
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders } }
  Table: { Type: AWS::DynamoDB::Table, Condition: IsProd, Properties: {} }
  Other: { Type: AWS::Serverless::Function, Properties: { FunctionName: g, Runtime: python3.12, Handler: a.b, InlineCode: pass } }
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      InlineCode: "pass"
      FunctionName: f
      Environment:
        Variables:
          VALUE: "#;

fn with(expression: &str) -> Imported {
    read(&format!("{HEAD}{expression}\n"))
}

/// What an expression comes to as an environment variable.
fn value(expression: &str) -> Option<String> {
    let imported = with(expression);
    let function = imported
        .stack
        .functions
        .iter()
        .find(|it| it.logical_id == "F")?;
    function.configuration.variables.get("VALUE").cloned()
}

#[test]
fn functions_come_to_their_values() {
    let table = [
        ("!Ref Stage", "dev"),
        ("!Ref Number", "7"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref Other", "g"),
        (
            "!Ref Queue",
            "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
        ),
        (
            "!GetAtt Queue.Arn",
            "arn:aws:sqs:us-east-1:123456789012:orders",
        ),
        ("!GetAtt Queue.QueueName", "orders"),
        (
            "{ 'Fn::GetAtt': [Other, Arn] }",
            "arn:aws:lambda:us-east-1:123456789012:function:g",
        ),
        ("!Sub 'x-${Stage}-${AWS::Region}'", "x-dev-us-east-1"),
        ("!Sub 'x-${!Literal}'", "x-${Literal}"),
        ("!Sub ['${A}-${Stage}', { A: !Ref Number }]", "7-dev"),
        (
            "!Sub '${Queue.Arn}'",
            "arn:aws:sqs:us-east-1:123456789012:orders",
        ),
        ("!Join ['-', [a, !Ref Stage, c]]", "a-dev-c"),
        ("!Join ['+', !Ref Zones]", "a+b+c"),
        ("!Select [1, !Ref Zones]", "b"),
        ("!Select [0, !Split ['|', 'x|y']]", "x"),
        ("!FindInMap [Sizes, !Ref Stage, name]", "small"),
        ("!If [IsProd, yes-it-is, no-it-is-not]", "no-it-is-not"),
        ("!If [Either, one, other]", "one"),
        ("!Base64 hello", "aGVsbG8="),
        ("plain", "plain"),
        ("true", "true"),
        ("1.50", "1.50"),
    ];
    for (expression, wanted) in table {
        assert_eq!(value(expression).as_deref(), Some(wanted), "{expression}");
    }
}

#[test]
fn what_cannot_be_worked_out_is_said_with_its_line() {
    let table = [
        ("!Ref Nobody", "Unresolved resource dependencies [Nobody]"),
        ("!GetAtt Nobody.Arn", "Nobody"),
        ("!Sub '${Nobody}'", "Nobody"),
        ("!Select [9, !Ref Zones]", "9"),
        ("!FindInMap [Sizes, test, name]", "test"),
        ("!If [Nothing, a, b]", "Nothing"),
        ("!Teapot x", "Teapot"),
    ];
    let line = HEAD.lines().count() as u32;
    for (expression, word) in table {
        let imported = with(expression);
        assert_eq!(value(expression), None, "{expression}");
        let about = imported.notices.iter().find(|it| it.message.contains(word));
        let about = about.unwrap_or_else(|| panic!("{expression}: {:?}", said(&imported)));
        assert_eq!(about.at.line, line, "{expression}: {about}");
    }
}

#[test]
fn what_only_aws_knows_is_said_to_be_a_stand_in() {
    let imported = with("!GetAtt Queue.Colour");
    let about = said(&imported).join("\n");
    assert!(about.contains("Only AWS knows Queue.Colour"), "{about}");
}

#[test]
fn what_points_at_itself_is_a_circle() {
    let about = said(&with("!Ref F")).join("\n");
    assert!(
        about.contains("Circular dependency between resources: [F]"),
        "{about}"
    );
}

#[test]
fn parameters_decide_conditions() {
    let text = format!("{HEAD}!If [IsProd, large, small]\n");
    let inputs = Inputs {
        parameters: [("Stage".to_owned(), "prod".to_owned())].into(),
        ..Inputs::default()
    };
    let prod = import(text.as_bytes(), &inputs).unwrap();
    let function = &prod
        .stack
        .functions
        .iter()
        .find(|it| it.logical_id == "F")
        .unwrap()
        .configuration;
    assert_eq!(
        function.variables.get("VALUE").map(String::as_str),
        Some("large")
    );
    // The table's condition holds now.
    assert_eq!(prod.stack.sources.len(), 1);
    assert_eq!(read(&text).stack.sources.len(), 0);
}

#[test]
fn parameters_are_checked_as_the_service_checks_them() {
    let refused = |declared: &str, given: Option<&str>| {
        let text = format!(
            "Parameters:\n  P: {declared}\nResources:\n  Q: {{ Type: AWS::SQS::Queue, Properties: {{}} }}\n"
        );
        let parameters = given.map(|it| ("P".to_owned(), it.to_owned()));
        let inputs = Inputs {
            parameters: parameters.into_iter().collect(),
            ..Inputs::default()
        };
        let imported = import(text.as_bytes(), &inputs).unwrap();
        let about = imported
            .notices
            .iter()
            .filter(|it| it.logical_id == "Parameters");
        about
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let table = [
        ("{ Type: Number, Default: 5, MaxValue: 4 }", None),
        ("{ Type: Number }", Some("five")),
        ("{ Type: String, AllowedValues: [a, b] }", Some("c")),
        ("{ Type: String, AllowedPattern: '[a-z]+' }", Some("A")),
        ("{ Type: String, MinLength: 2 }", Some("a")),
        ("{ Type: String, MaxLength: 2 }", Some("abc")),
    ];
    for (declared, given) in table {
        let said = refused(declared, given);
        assert!(
            said.starts_with("line 2: refused Parameters.P"),
            "{declared}: {said}"
        );
    }
    for (declared, given) in [
        ("{ Type: Number, Default: 5, MaxValue: 5 }", None),
        ("{ Type: String, AllowedValues: [a, b] }", Some("b")),
        ("{ Type: String, AllowedPattern: '[a-z]+' }", Some("abc")),
    ] {
        assert_eq!(refused(declared, given), "", "{declared}");
    }
}

#[test]
fn globals_are_merged_into_functions() {
    let imported = read(
        "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    MemorySize: 512
    Environment: { Variables: { AA: global, BB: global } }
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      InlineCode: pass
      Timeout: 9
      Environment: { Variables: { BB: own } }
",
    );
    let settings = &imported.stack.functions[0].configuration;
    assert_eq!(settings.memory.get(), 512);
    assert_eq!(settings.timeout.as_nanos(), 9_000_000_000);
    let variable = |name| settings.variables.get(name).map(String::as_str);
    assert_eq!(
        (variable("AA"), variable("BB")),
        (Some("global"), Some("own"))
    );
}
