//! AWS's own SDK against the page: what it does shows on the page, and the page does what it says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests"
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldstart_tests::{Page, Visit, eventually, uploads};
use serde_json::{Value, json};
use xtask::sdk::{Form, bundle};
use xtask::server::Options;

/// What every script has: a client, and errors as plain values.
const CLIENT: &str = "
const base = new URL('.', location.href).href;
const client = new sdk.LambdaClient({
  endpoint: `${base}aws/lambda`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  maxAttempts: 1,
});
const text = (bytes) => new TextDecoder().decode(bytes);
const failure = async (promise) => {
  try { await promise; return null; } catch (error) {
    return { name: error.name, status: error.$metadata?.httpStatusCode, message: error.message, reason: error.Reason };
  }
};
const bytes = (base64) => Uint8Array.from(atob(base64), (it) => it.charCodeAt(0));
const create = (name, zip) => client.send(new sdk.CreateFunctionCommand({
  FunctionName: name,
  Role: 'arn:aws:iam::123456789012:role/r',
  Runtime: 'provided.al2023',
  Handler: 'bootstrap',
  Code: { ZipFile: bytes(zip) },
}));
const invoke = (input) => client.send(new sdk.InvokeCommand({ FunctionName: 'mine', ...input }));
";

/// A page with the SDK on its window. Refused requests are errors on the console, so nobody looks at it.
fn with_sdk(test: impl FnOnce(&mut Page)) {
    let mut visit = Visit::changed(Options::default(), |_| {});
    let page = &mut visit.page;
    ready(page);
    test(page);
}

/// Waits until requests are taken, and gives the page the SDK.
fn ready(page: &Page) {
    page.playground_is_ready();
    page.wait_until("the page takes requests", || {
        let open = "return navigator.serviceWorker.controller !== null
          && document.querySelector('[data-testid=api-snippet]') !== null";
        page.script(open, &[]) == true
    });
    let sdk = bundle(Form::Script).expect("the SDK is bundled");
    let sdk = std::fs::read_to_string(sdk).expect("the bundle");
    page.script(&format!("{sdk};window.sdk = sdk"), &[]);
}

/// Runs a script that has [`CLIENT`]; what it returns.
fn run(page: &Page, body: &str, arguments: &[Value]) -> Value {
    let script = format!("const given = arguments; return (async () => {{ {CLIENT} {body} }})()");
    page.script(&script, arguments)
}

fn zip() -> Value {
    let module = uploads::assemble(uploads::ECHO);
    STANDARD
        .encode(uploads::zip(&[("bootstrap.wasm", &module)]))
        .into()
}

#[test]
fn a_function_is_created_invoked_changed_and_deleted() {
    with_sdk(|page| {
        let made = run(
            page,
            "const made = await create('mine', given[0]);
             await sdk.waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName: 'mine' });
             return made",
            &[zip()],
        );
        assert_eq!(made["FunctionName"], "mine");
        assert_eq!(made["State"], "Pending");
        page.wait_until("it is in the list", || {
            page.functions().contains(&"mine".to_owned())
        });

        let invoked = run(
            page,
            "const answer = await invoke({ Payload: '{\"a\":1}', LogType: 'Tail' });
             return {
               status: answer.StatusCode,
               version: answer.ExecutedVersion,
               payload: text(answer.Payload),
               log: atob(answer.LogResult),
               id: answer.$metadata.requestId,
             }",
            &[],
        );
        assert_eq!(invoked["status"], 200, "{invoked}");
        assert_eq!(invoked["payload"], "{\"a\":1}");
        assert_eq!(invoked["version"], "$LATEST");
        let log = invoked["log"].as_str().unwrap();
        let id = invoked["id"].as_str().unwrap();
        assert!(log.contains(&format!("REPORT RequestId: {id}\t")), "{log}");
        // The page shows the same invocation.
        eventually!(page, page.log().contains(id));

        let changed = run(
            page,
            "await client.send(new sdk.UpdateFunctionConfigurationCommand({ FunctionName: 'mine', MemorySize: 512 }));
             await client.send(new sdk.UpdateFunctionCodeCommand({ FunctionName: 'mine', ZipFile: bytes(given[0]) }));
             return client.send(new sdk.GetFunctionCommand({ FunctionName: 'mine' }))",
            &[zip()],
        );
        assert_eq!(changed["Configuration"]["MemorySize"], 512, "{changed}");
        page.select_function("mine");
        page.wait_until("the settings show it", || {
            page.value("#memory").as_deref() == Some("512")
        });

        // It outlives the tab.
        page.wait_until_saved("\"mine\"");
        page.reload();
        ready(page);
        eventually!(page, page.functions().contains(&"mine".to_owned()));
        let gone = run(
            page,
            "await client.send(new sdk.DeleteFunctionCommand({ FunctionName: 'mine' }));
             return failure(invoke({}))",
            &[],
        );
        assert_eq!(gone["name"], "ResourceNotFoundException", "{gone}");
        assert_eq!(gone["status"], 404);
        page.wait_until("it is gone", || {
            !page.functions().contains(&"mine".to_owned())
        });
    });
}

#[test]
fn throttles_and_mistakes_are_errors_of_the_sdk() {
    with_sdk(|page| {
        let failures = run(
            page,
            "await create('mine', given[0]);
             await client.send(new sdk.PutFunctionConcurrencyCommand({ FunctionName: 'mine', ReservedConcurrentExecutions: 0 }));
             const throttled = await failure(invoke({}));
             await client.send(new sdk.DeleteFunctionConcurrencyCommand({ FunctionName: 'mine' }));
             const taken = await failure(create('mine', given[0]));
             const broken = await failure(create('other', btoa('no zip')));
             const event = await failure(invoke({ Payload: '{' }));
             const dry = await invoke({ InvocationType: 'DryRun' });
             const later = await invoke({ InvocationType: 'Event', Payload: '{}' });
             return { throttled, taken, broken, event, dry: dry.StatusCode, later: later.StatusCode }",
            &[zip()],
        );
        let throttled = &failures["throttled"];
        assert_eq!(throttled["name"], "TooManyRequestsException", "{failures}");
        assert_eq!(throttled["status"], 429);
        assert_eq!(
            throttled["reason"],
            "ReservedFunctionConcurrentInvocationLimitExceeded"
        );
        assert_eq!(failures["taken"]["name"], "ResourceConflictException");
        assert_eq!(failures["broken"]["name"], "InvalidParameterValueException");
        assert_eq!(failures["event"]["name"], "InvalidRequestContentException");
        assert_eq!(
            (&failures["dry"], &failures["later"]),
            (&json!(204), &json!(202))
        );
        page.wait_for_counts("both requests are on the page", |counts| {
            counts.throttled == 1 && counts.invoked() == 1
        });
    });
}

#[test]
fn lists_versions_and_streams_are_read_by_the_sdk() {
    with_sdk(|page| {
        let read = run(
            page,
            "for (const name of ['a', 'b', 'c', 'mine']) await create(name, given[0]);
             const names = [];
             for await (const page of sdk.paginateListFunctions({ client, pageSize: 2 }, {})) {
               names.push(page.Functions.map((it) => it.FunctionName));
             }
             await client.send(new sdk.PublishVersionCommand({ FunctionName: 'mine' }));
             await client.send(new sdk.CreateAliasCommand({ FunctionName: 'mine', Name: 'live', FunctionVersion: '1' }));
             const aliased = await invoke({ Qualifier: 'live', Payload: '[1]' });
             const stream = await client.send(new sdk.InvokeWithResponseStreamCommand({ FunctionName: 'mine', Payload: '[2]' }));
             const chunks = [];
             for await (const event of stream.EventStream) {
               chunks.push(event.PayloadChunk ? text(event.PayloadChunk.Payload) : 'end');
             }
             return { names, version: aliased.ExecutedVersion, chunks }",
            &[zip()],
        );
        let names = read["names"].as_array().unwrap();
        assert!(
            names.iter().all(|page| page.as_array().unwrap().len() <= 2),
            "{read}"
        );
        // The function of a first visit is one of them.
        let all: usize = names
            .iter()
            .map(|page| page.as_array().unwrap().len())
            .sum();
        assert_eq!(all, 5, "{read}");
        assert_eq!(read["version"], "1");
        assert_eq!(read["chunks"], json!(["[2]", "end"]));
    });
}

#[test]
fn a_layer_that_was_published_has_a_policy_and_is_offered() {
    with_sdk(|page| {
        let layer = STANDARD.encode(uploads::zip(&[("note.txt", b"note")]));
        let told = run(
            page,
            "const layer = { LayerName: 'notes', VersionNumber: 1 };
             await client.send(new sdk.PublishLayerVersionCommand({ LayerName: 'notes', Content: { ZipFile: bytes(given[0]) } }));
             const all = { ...layer, StatementId: 'all' };
             await client.send(new sdk.AddLayerVersionPermissionCommand({ ...all, Action: 'lambda:GetLayerVersion', Principal: '*' }));
             const { Policy, RevisionId } = await client.send(new sdk.GetLayerVersionPolicyCommand(layer));
             const remove = (RevisionId) => client.send(new sdk.RemoveLayerVersionPermissionCommand({ ...all, RevisionId }));
             const other = await failure(remove('other'));
             await remove(RevisionId);
             const gone = await failure(client.send(new sdk.GetLayerVersionPolicyCommand(layer)));
             return { policy: JSON.parse(Policy), other: other.name, gone: gone.name }",
            &[layer.into()],
        );
        assert_eq!(told["policy"]["Statement"][0]["Sid"], "all", "{told}");
        assert_eq!(told["other"], "PreconditionFailedException");
        assert_eq!(told["gone"], "ResourceNotFoundException");
        page.click("[data-testid=layers] summary");
        page.wait_until("the page offers it to its function", || {
            page.texts("[data-testid=layer-version] option")
                .first()
                .is_some_and(|it| it.starts_with("notes version 1"))
        });
        page.click("[data-testid=add-layer]");
        page.wait_until("the function has it", || {
            page.texts("[data-testid=layer] b") == ["notes"]
        });
    });
}

#[test]
fn a_function_url_is_served() {
    with_sdk(|page| {
        let served = run(
            page,
            "await create('mine', given[0]);
             const { FunctionUrl } = await client.send(new sdk.CreateFunctionUrlConfigCommand({ FunctionName: 'mine', AuthType: 'NONE' }));
             const response = await fetch(`${FunctionUrl}orders?x=1`, {
               method: 'POST', headers: { 'content-type': 'application/json' }, body: '{\"tea\":2}',
             });
             const none = await fetch(`${base}lambda-url/none/`);
             return { url: FunctionUrl, event: await response.json(), status: response.status, none: none.status }",
            &[zip()],
        );
        assert_eq!(served["status"], 200, "{served}");
        assert_eq!(served["none"], 403);
        // The echo answers with its event.
        let event = &served["event"];
        assert_eq!(
            event["requestContext"]["http"]["method"], "POST",
            "{served}"
        );
        assert_eq!(event["rawPath"], "/orders");
        assert_eq!(event["body"], "{\"tea\":2}");
        page.wait_until("the page shows the address", || {
            let shown =
                "return document.querySelector('[data-testid=function-urls] a')?.href ?? null";
            page.script(shown, &[]) == served["url"]
        });
    });
}

#[test]
fn without_a_page_and_for_a_visitor_there_is_an_answer_that_says_why() {
    with_sdk(|page| {
        let base = page.script("return new URL('.', location.href).href", &[]);
        let base = base.as_str().unwrap().to_owned();
        // Something else of the same site, in the only tab.
        page.open(&format!("{base}handlers/index.json"));
        let settings = format!("{base}aws/lambda/2016-08-19/account-settings");
        let answer = page.script(
            "return fetch(arguments[0]).then(async (it) => ({
               status: it.status, name: it.headers.get('x-amzn-errortype'), body: await it.json(),
             }))",
            &[json!(settings)],
        );
        assert_eq!(answer["status"], 503, "{answer}");
        assert_eq!(answer["name"], "ServiceException");
        assert_eq!(
            answer["body"]["message"],
            "No Coldstart page is open: open one, and keep its tab open."
        );
        // Other sites can send a visitor here, so a visit does nothing.
        page.open(&settings);
        eventually!(
            page,
            page.read("body").contains("The Lambda API is no page")
        );
    });
}

/// What surrounds a function: each command is answered as the SDK reads it, and what was set is read back.
#[test]
fn what_is_set_up_around_a_function_is_read_back_by_the_sdk() {
    with_sdk(|page| {
        // A queue of the page's own: there is no API of SQS here.
        page.script(
            "[...document.querySelectorAll('.queues > .facts > summary')]
               .find((it) => it.textContent === 'New queue').click()",
            &[],
        );
        let form = ".queues > .facts [data-testid=queue-form] ";
        page.fill(&format!("{form}[data-testid=queue-name]"), "jobs");
        page.click(&format!("{form}[data-testid=save-queue]"));
        page.wait_until("the queue is there", || page.has("[data-queue=jobs]"));
        let read = run(
            page,
            "const send = (name, input) => client.send(new sdk[`${name}Command`]({ FunctionName: 'mine', ...input }));
             const made = await create('mine', given[0]);
             await sdk.waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName: 'mine' });
             await send('PublishVersion');
             await send('CreateAlias', { Name: 'live', FunctionVersion: '1' });
             const alias = await send('UpdateAlias', { Name: 'live', Description: 'what people use' });
             const provisioned = await send('PutProvisionedConcurrencyConfig', { Qualifier: 'live', ProvisionedConcurrentExecutions: 2 });
             const invoking = await send('PutFunctionEventInvokeConfig', { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 120 });
             await client.send(new sdk.TagResourceCommand({ Resource: made.FunctionArn, Tags: { team: 'shop' } }));
             const { Tags } = await client.send(new sdk.ListTagsCommand({ Resource: made.FunctionArn }));
             const mapping = await send('CreateEventSourceMapping', {
               EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:jobs', BatchSize: 5,
             });
             const early = await failure(client.send(new sdk.DeleteEventSourceMappingCommand({ UUID: mapping.UUID })));
             for (let state = mapping.State; state !== 'Enabled';) {
               await new Promise((resolve) => setTimeout(resolve, 250));
               state = (await client.send(new sdk.GetEventSourceMappingCommand({ UUID: mapping.UUID }))).State;
             }
             const { EventSourceMappings } = await send('ListEventSourceMappings');
             const account = await client.send(new sdk.GetAccountSettingsCommand({}));
             await client.send(new sdk.DeleteEventSourceMappingCommand({ UUID: mapping.UUID }));
             await send('DeleteProvisionedConcurrencyConfig', { Qualifier: 'live' });
             await send('DeleteAlias', { Name: 'live' });
             const gone = await failure(send('GetAlias', { Name: 'live' }));
             return {
               alias: alias.Description,
               provisioned: [provisioned.RequestedProvisionedConcurrentExecutions, provisioned.Status],
               invoking: [invoking.MaximumRetryAttempts, invoking.MaximumEventAgeInSeconds],
               tags: Tags,
               early: [mapping.State, early.name, early.status],
               batch: EventSourceMappings.map((it) => it.BatchSize),
               concurrency: account.AccountLimit.ConcurrentExecutions,
               gone: [gone.name, gone.status],
             }",
            &[zip()],
        );
        let expected = json!({
            "alias": "what people use",
            "provisioned": [2, "IN_PROGRESS"],
            "invoking": [1, 120],
            "tags": { "team": "shop" },
            "early": ["Creating", "ResourceInUseException", 400],
            "batch": [5],
            "concurrency": 1_000,
            "gone": ["ResourceNotFoundException", 404],
        });
        assert_eq!(read, expected);
    });
}

/// A request of another tab that the page had taken when it was loaded again.
#[test]
fn who_waits_for_a_page_that_is_loaded_again_is_told() {
    with_sdk(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.configure("timeout", "120");
        let folder = page.script("return new URL('.', location.href).href", &[]);
        let folder = folder.as_str().unwrap().to_owned();
        // Another tab asks for a loop that goes on until the function's timeout.
        let playground = page.another_tab();
        page.open(&format!("{folder}handlers/index.json"));
        page.script(
            "fetch(arguments[0], { method: 'POST', body: '{\"do\": \"loop\"}' }).then(async (it) => {
               window.told = `${it.status} ${await it.text()}`;
             });
             return true",
            &[json!(format!("{folder}aws/lambda/2015-03-31/functions/misbehave/invocations"))],
        );
        let other = page.go_to_tab(&playground);
        page.wait_for_counts("the handler is at work", |counts| counts.alive == 1);
        page.reload();
        page.go_to_tab(&other);
        let told = || page.script("return window.told ?? null", &[]);
        page.wait_until("who asked is told", || told().is_string());
        let told = told();
        let told = told.as_str().unwrap();
        assert!(told.starts_with("503 "), "{told}");
        assert!(
            told.contains("closed or loaded again before its answer"),
            "{told}"
        );
    });
}

/// Counts requests that come to the page as messages to it, by way of the browser. Those that come by the
/// page's port never show here.
const COUNT_MESSAGES: &str = "
window.byMessage = 0;
navigator.serviceWorker.addEventListener('message', ({ data }) => {
  if (data?.api) window.byMessage += 1;
});
return true
";

/// Invokes the function so often; the payloads, and how many of all requests came as messages.
fn invoke_often(page: &Page, first: u32, times: u32) -> Value {
    run(
        page,
        "const payloads = [];
         for (let n = given[0]; n < given[0] + given[1]; n += 1) {
           const answer = await invoke({ Payload: JSON.stringify(n) });
           payloads.push(JSON.parse(text(answer.Payload)));
         }
         return { payloads, byMessage: window.byMessage }",
        &[first.into(), times.into()],
    )
}

fn by_message(answers: &Value) -> u64 {
    answers["byMessage"].as_u64().unwrap()
}

#[test]
fn requests_come_by_the_pages_own_port_also_after_a_reload() {
    with_sdk(|page| {
        assert_eq!(page.script(COUNT_MESSAGES, &[]), true);
        run(page, "return create('mine', given[0])", &[zip()]);
        // The first request came as a message, and with it the script got the page's port, which the second
        // may have overtaken: if it had none, the others would be messages as well; if nobody heard at its other
        // end, they would be refused.
        let answers = invoke_often(page, 1, 5);
        assert_eq!(answers["payloads"], json!([1, 2, 3, 4, 5]), "{answers}");
        assert!((1..=2).contains(&by_message(&answers)), "{answers}");

        // In the middle of it all the page is another one, with a port of its own. The one that the script
        // has leads nowhere now.
        page.wait_until_saved("\"mine\"");
        page.reload();
        ready(page);
        assert_eq!(page.script(COUNT_MESSAGES, &[]), true);
        let answers = invoke_often(page, 6, 5);
        assert_eq!(answers["payloads"], json!([6, 7, 8, 9, 10]), "{answers}");
        assert!((1..=2).contains(&by_message(&answers)), "{answers}");
        page.wait_for_counts("they are on the page", |counts| counts.invoked() >= 5);
    });
}
