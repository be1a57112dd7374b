//! A template whose service becomes the Fargate page's scenario.

use coldstart_tests::uploads::write;
use coldstart_tests::{Page, eventually, eventually_eq, key, visit};
use std::path::Path;

const TEXT: &str = "#fargate [data-testid=scenario-text]";
const PANEL: &str = "#fargate [data-testid=services-of-template]";
const SAID: &str = "#fargate [data-testid=services-said]";

/// Two services of one task; its size is asked for.
const SHOP: &str = "\
Parameters:
  Cpu: { Type: Number }
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: { Cpu: !Ref Cpu, Memory: '2048', ContainerDefinitions: [{ Name: a, Image: b }] }
  Shop:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      DesiredCount: 3
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [subnet-1, subnet-2] } }
  Admin:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      Colour: blue
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [subnet-1] } }
";

fn open(page: &Page) -> String {
    page.click("[data-testid=open-fargate]");
    page.wait_until("the text is there", || {
        page.value(TEXT).is_some_and(|it| !it.is_empty())
    });
    page.script(
        &format!("document.querySelector(\"{PANEL}\").open = true"),
        &[],
    );
    text(page)
}

fn text(page: &Page) -> String {
    page.value(TEXT).unwrap_or_default()
}

/// What was skipped or changed, also while the list is closed.
fn remarks(page: &Page) -> String {
    let script = format!(
        "return document.querySelector(\"{PANEL} [data-testid=template-remarks]\")?.textContent ?? ''"
    );
    let said = page.script(&script, &[]);
    said.as_str().unwrap_or_default().to_owned()
}

fn drop_file(page: &Page, file: &Path) {
    page.choose_file(&format!("{PANEL} input[type=file]"), file);
}

#[test]
fn a_service_of_a_template_is_taken_given_its_parameters_and_run() {
    visit(|page| {
        let before = open(page);
        drop_file(page, &write(page.folder(), "shop.yaml", SHOP));
        eventually_eq!(
            page,
            page.text(SAID),
            Some("shop.yaml has 2 services: take one.".to_owned())
        );
        // What is not understood is said, with its line.
        eventually!(
            page,
            remarks(page).contains("Admin.Properties.Colour"),
            "{}",
            remarks(page)
        );
        page.fill(&format!("{PANEL} #template-field-Cpu"), "1024");
        page.press(&[key::ENTER]);
        page.click(&format!("{PANEL} [data-testid=take-Shop]"));
        eventually!(page, text(page).contains("cpu = 1024 "), "{}", text(page));
        assert!(text(page).contains("desired = 3 "), "{}", text(page));
        // The form shows it, and another parameter changes it.
        eventually_eq!(
            page,
            page.value("#fargate [data-field='Desired']"),
            Some("3".to_owned())
        );
        page.fill(&format!("{PANEL} #template-field-Cpu"), "512");
        page.press(&[key::ENTER]);
        eventually!(page, text(page).contains("cpu = 512 "), "{}", text(page));
        page.click("#fargate [data-testid=run]");
        page.wait_until("it has ended", || {
            page.text("#fargate [data-testid=run-ended]")
                .is_some_and(|it| it.contains("requests a second, seed"))
        });
        // What stood there is not lost.
        page.click(&format!("{PANEL} [data-testid=services-back]"));
        eventually_eq!(page, text(page), before);
    });
}

#[test]
fn what_has_no_service_or_is_no_template_says_so_and_changes_nothing() {
    visit(|page| {
        let before = open(page);
        let fault = format!("{PANEL} [data-testid=services-fault]");
        let queue = "Resources: { Queue: { Type: 'AWS::SQS::Queue' } }";
        drop_file(page, &write(page.folder(), "queue.yaml", queue));
        eventually!(
            page,
            page.text(&fault)
                .is_some_and(|it| it.contains("no AWS::ECS::Service"))
        );
        drop_file(
            page,
            &write(page.folder(), "broken.yaml", "Resources:\n  A: [1, 2\n"),
        );
        eventually!(
            page,
            page.text(&fault)
                .is_some_and(|it| it.contains("line 3, column 1"))
        );
        assert_eq!(text(page), before);
    });
}
