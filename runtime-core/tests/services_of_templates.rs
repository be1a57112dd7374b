//! Templates with services of ECS: each comes to a scenario that can be run, and says what is not in it.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use runtime_core::simulator::fargate::{ServicePlan, watch_service};
use runtime_core::simulator::read_service;
use runtime_core::template::{Inputs, ServiceScenarios, service_scenarios};
use runtime_core::timeline::{Architecture, CapacityProvider, DeploymentStrategy, Route};
use runtime_core::units::Span;

const WEB: &str = include_str!("services_of_templates/web.yaml");
const GOLDEN: &str = "tests/services_of_templates/web.toml";

fn read(template: &str) -> ServiceScenarios {
    service_scenarios(template.as_bytes(), &Inputs::default()).unwrap()
}

fn plan(text: &str) -> ServicePlan {
    let file =
        read_service(text).unwrap_or_else(|error| panic!("{error}\n{}\n{text}", error.hint()));
    assert_eq!(file.plan.check(), [], "{text}");
    file.plan
}

/// The only service of a template, and what is said of it.
fn only(template: &str) -> (ServicePlan, String, Vec<String>) {
    let read = read(template);
    let [service] = &read.services[..] else {
        panic!("{} services", read.services.len());
    };
    let notices = read.notices.iter().map(ToString::to_string).collect();
    (plan(&service.text), service.text.clone(), notices)
}

#[test]
fn a_web_service_comes_to_a_scenario_whose_lines_name_their_resources() {
    let (plan, text, notices) = only(WEB);
    if std::env::var_os("COLDSTART_BLESS").is_some() {
        std::fs::write(GOLDEN, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(GOLDEN).unwrap());
    assert_eq!((plan.name.as_str(), plan.desired), ("web", 4));
    assert_eq!(plan.definition.architecture, Architecture::Arm64);
    assert_eq!(plan.definition.size.cpu.get(), 512);
    assert_eq!(plan.network.route, Route::Nat);
    assert_eq!((plan.network.zones, plan.network.prefix), (2, 26));
    assert_eq!(plan.balancer.check.interval, Span::from_secs(10));
    assert_eq!(plan.deployment.maximum_percent, 150);
    let scaling = plan.scaling.unwrap();
    assert_eq!(
        (scaling.minimum, scaling.maximum, scaling.policies.len()),
        (2, 20, 2)
    );
    let said = [
        "ContainerDefinitions: All containers of a task are simulated as one.",
        "skipped Table: AWS::DynamoDB::Table means nothing to the services here.",
        "skipped Role: Roles are taken to allow what tasks need.",
        "ContainerDefinitions[1].HealthCheck: Containers are taken to be healthy when their targets are.",
    ];
    for said in said {
        assert!(
            notices.iter().any(|it| it.contains(said)),
            "{said}: {notices:#?}"
        );
    }
    assert!(notices.iter().all(|it| it.starts_with("line ")));
    assert_eq!(notices.len(), said.len(), "{notices:#?}");
}

#[test]
fn parameters_and_conditions_decide() {
    let mut inputs = Inputs::default();
    inputs
        .parameters
        .insert("Stage".to_owned(), "test".to_owned());
    inputs
        .parameters
        .insert("Size".to_owned(), "1024".to_owned());
    let template = WEB.replace("Memory: 1 GB", "Memory: 2048");
    let read = service_scenarios(template.as_bytes(), &inputs).unwrap();
    let plan = plan(&read.services[0].text);
    assert_eq!((plan.desired, plan.definition.size.cpu.get()), (1, 1_024));
    let without = WEB.replace(", Default: 512", "");
    let read = self::read(&without);
    assert_eq!(read.needed[0].name, "Size");
}

/// Cluster, task and service with these properties, and resources beside them.
fn small(service: &str, beside: &str) -> String {
    format!(
        r#"{{ "Resources": {{
            "Cluster": {{ "Type": "AWS::ECS::Cluster", "Properties": {{
                "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],
                "DefaultCapacityProviderStrategy": [{{ "CapacityProvider": "FARGATE_SPOT", "Weight": 1 }}] }} }},
            "Task": {{ "Type": "AWS::ECS::TaskDefinition", "Properties": {{
                "Cpu": "1 vCPU", "Memory": "2 GB", "ContainerDefinitions": [{{ "Name": "a", "Image": "b" }}] }} }},
            "Service": {{ "Type": "AWS::ECS::Service", "Properties": {{
                "Cluster": {{ "Ref": "Cluster" }}, "TaskDefinition": {{ "Ref": "Task" }},
                "NetworkConfiguration": {{ "AwsvpcConfiguration": {{ "Subnets": ["subnet-1", "subnet-2"] }} }}
                {service} }} }}
            {beside}
        }} }}"#
    )
}

#[test]
fn strategies_are_the_services_own_or_the_clusters() {
    let providers = |service: &str| {
        let (plan, ..) = only(&small(service, ""));
        let items = plan.strategy.iter();
        items
            .map(|it| (it.provider, it.base, it.weight))
            .collect::<Vec<_>>()
    };
    let spot = CapacityProvider::FargateSpot;
    assert_eq!(providers(""), [(spot, 0, 1)]);
    assert_eq!(providers(r#", "LaunchType": "FARGATE""#), []);
    let both = r#", "CapacityProviderStrategy": [
        { "CapacityProvider": "FARGATE", "Base": 2, "Weight": 1 },
        { "CapacityProvider": "FARGATE_SPOT", "Weight": 4 }]"#;
    assert_eq!(
        providers(both),
        [(CapacityProvider::Fargate, 2, 1), (spot, 0, 4)]
    );
}

#[test]
fn deployments_that_shift_traffic_keep_their_times() {
    let service = |strategy: &str| format!(r#", "DeploymentConfiguration": {{ {strategy} }}"#);
    let (plan, ..) = only(&small(&service(r#""Strategy": "BLUE_GREEN""#), ""));
    assert!(matches!(
        plan.deployment.strategy,
        DeploymentStrategy::BlueGreen
    ));
    let canary = r#""Strategy": "CANARY", "BakeTimeInMinutes": 7,
        "CanaryConfiguration": { "CanaryPercent": 12.5, "CanaryBakeTimeInMinutes": 3 }, "LifecycleHooks": [{}]"#;
    let (_, text, notices) = only(&small(&service(canary), ""));
    for line in [
        "bake_time = 420",
        "canary_percent = 12.5",
        "canary_bake_time = 180",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(
        notices
            .iter()
            .any(|it| it.contains("Lifecycle hooks are not simulated."))
    );
}

#[test]
fn steps_come_with_the_alarm_that_triggers_them() {
    let beside = r#", "Target": { "Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": {
            "ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1,
            "MaxCapacity": 9, "ResourceId": { "Fn::Join": ["/", ["service", { "Ref": "Cluster" },
                { "Fn::GetAtt": ["Service", "Name"] }]] },
            "SuspendedState": { "DynamicScalingInSuspended": true },
            "ScheduledActions": [{ "ScheduledActionName": "a", "Schedule": "cron(0 8 * * ? *)" }] } },
        "Out": { "Type": "AWS::ApplicationAutoScaling::ScalingPolicy", "Properties": {
            "PolicyName": "out", "PolicyType": "StepScaling", "ScalingTargetId": { "Ref": "Target" },
            "StepScalingPolicyConfiguration": { "AdjustmentType": "PercentChangeInCapacity", "Cooldown": 60,
                "MinAdjustmentMagnitude": 2, "MetricAggregationType": "Maximum", "StepAdjustments": [
                    { "MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 15, "ScalingAdjustment": 20 },
                    { "MetricIntervalLowerBound": 15, "ScalingAdjustment": 50 }] } } },
        "High": { "Type": "AWS::CloudWatch::Alarm", "Properties": {
            "Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Statistic": "Average", "Period": 60,
            "EvaluationPeriods": 3, "Threshold": 70, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching", "AlarmActions": [{ "Ref": "Out" }] } },
        "Forecast": { "Type": "AWS::ApplicationAutoScaling::ScalingPolicy", "Properties": {
            "PolicyName": "forecast", "PolicyType": "PredictiveScaling", "ScalingTargetId": { "Ref": "Target" } } }"#;
    let (plan, text, notices) = only(&small("", beside));
    let scaling = plan.scaling.unwrap();
    assert_eq!(scaling.policies.len(), 1, "{text}");
    assert!(text.contains("suspend = [\"scale_in\"]"), "{text}");
    assert!(
        text.contains("evaluation_periods = 3, missing = \"not_breaching\""),
        "{text}"
    );
    for said in [
        "ScheduledActions: A schedule has moments of a day",
        "Policies of this type are not simulated.",
    ] {
        assert!(
            notices.iter().any(|it| it.contains(said)),
            "{said}: {notices:#?}"
        );
    }
}

#[test]
fn a_network_without_a_way_out_is_told_apart() {
    let subnet =
        r#", "One": { "Type": "AWS::EC2::Subnet", "Properties": { "CidrBlock": "10.0.0.0/28" } }"#;
    let network = r#", "NetworkConfiguration": { "AwsvpcConfiguration": { "Subnets": [{ "Ref": "One" }]PUBLIC } }"#;
    let of = |public: &str, beside: &str| {
        let template = small(
            &network.replace("PUBLIC", public),
            &format!("{subnet}{beside}"),
        );
        // The first of two members of one name is left aside.
        let template = template.replacen(r#""NetworkConfiguration": { "AwsvpcConfiguration": { "Subnets": ["subnet-1", "subnet-2"] } }
                ,"#, "", 1);
        only(&template).0.network
    };
    assert_eq!(of("", "").route, Route::None);
    assert_eq!(of("", "").prefix, 28);
    let public = of(r#", "AssignPublicIp": "ENABLED""#, "");
    assert!(public.route == Route::InternetGateway && public.public_ip);
    let endpoint = |name: &str, service: &str| {
        format!(
            r#", "{name}": {{ "Type": "AWS::EC2::VPCEndpoint", "Properties": {{ "ServiceName": "com.amazonaws.us-east-1.{service}" }} }}"#
        )
    };
    let two = endpoint("Dkr", "ecr.dkr") + &endpoint("Api", "ecr.api");
    assert_eq!(of("", &two).route, Route::None);
    assert!(matches!(
        of("", &(two + &endpoint("S3", "s3"))).route,
        Route::Endpoints(_)
    ));
}

#[test]
fn what_is_wrong_is_said_and_the_rest_is_there() {
    let template = r#"
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Cpu: 300
      ContainerDefinitions: []
  Service:
    Type: AWS::ECS::Service
    Properties:
      LaunchType: EC2
      ServiceName: "two\nlines"
      TaskDefinition: !Ref Task
      Colour: blue
  Elsewhere:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: arn:aws:ecs:us-east-1:1:task-definition/other:3
"#;
    let read = read(template);
    let names: Vec<&str> = read
        .services
        .iter()
        .map(|it| it.logical_id.as_str())
        .collect();
    assert_eq!(names, ["Service", "Elsewhere"]);
    // A size that Fargate has not is in the text: whoever runs it is told the sizes that there are.
    let error = read_service(&read.services[0].text).unwrap_err();
    assert!(error.to_string().contains("300"), "{error}");
    plan(&read.services[1].text);
    let notices: Vec<String> = read.notices.iter().map(ToString::to_string).collect();
    for said in [
        "line 6: refused Task.Properties.Memory: Fargate needs it: 512 stands for it.",
        "line 14: skipped Service.Properties.Colour: This property is not understood here.",
        "Tasks on Fargate need an AwsvpcConfiguration",
        "It is simulated on Fargate.",
        "The task definition is not in this template",
    ] {
        assert!(
            notices.iter().any(|it| it.contains(said)),
            "{said}: {notices:#?}"
        );
    }
    let none = self::read("Resources: { Queue: { Type: AWS::SQS::Queue } }");
    assert!(none.services.is_empty());
    assert!(service_scenarios(b"just text", &Inputs::default()).is_err());
}

#[test]
fn what_a_template_comes_to_runs_and_is_half_busy() {
    let (mut plan, ..) = only(WEB);
    plan.length = Span::from_secs(600);
    let ended = watch_service(&plan, ("", ""), None, || Span::ZERO, |_| {});
    let headline = ended.headline;
    assert!(
        headline.requests > 5_000 && headline.answers.errors() == 0,
        "{headline:?}"
    );
    assert!((4..=8).contains(&headline.running.peak), "{headline:?}");
}

proptest! {
    /// Whatever lines a template has lost or has twice: nothing panics, and what comes of it is a scenario file that
    /// is refused with words or read.
    #[test]
    fn damaged_templates_come_to_files_or_to_words(
        lost in prop::collection::vec(0..140_usize, 0..12),
        twice in prop::collection::vec(0..140_usize, 0..4),
        word in "[a-z\"\\\\ {}\\[\\]:#\n.0-9-]{0,12}",
        place in 0..4_000_usize,
    ) {
        let lines = WEB.lines().enumerate();
        let mut damaged = String::new();
        for (number, line) in lines {
            let times = usize::from(!lost.contains(&number)) + usize::from(twice.contains(&number));
            for _ in 0..times {
                damaged.push_str(line);
                damaged.push('\n');
            }
        }
        let place = place.min(damaged.len());
        damaged.insert_str(place, &word);
        if let Ok(read) = service_scenarios(damaged.as_bytes(), &Inputs::default()) {
            for service in &read.services {
                if let Err(error) = read_service(&service.text) {
                    // It is about what the file says, never about how it is written.
                    let error = error.to_string();
                    prop_assert!(!error.contains("TOML") && !error.contains("expected"), "{error}\n{}", service.text);
                }
            }
        }
    }
}
