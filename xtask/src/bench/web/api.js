// Runs in the built page itself: AWS's SDK invokes a warm function through the service worker, against
// a fetch that the service worker answers at once, with nothing.
import { InvokeCommand, LambdaClient } from "./sdk.js";
import { alternate, asEvent, text } from "./rounds.js";
import { report, until, works } from "./site.js";

const EVENT = text.decode(asEvent(250));
const ROUNDS = { rounds: 31, each: 20 };

async function throughTheApi() {
  await until("the page", () => window.coldstart && works("greeting", `{"name":"Ada"}`));
  await until("the service worker", () => navigator.serviceWorker.controller);
  await until("deploying echo", () => window.coldstart.deploy("echo"));
  await until("echo", () => works("echo", EVENT));
  const client = new LambdaClient({
    endpoint: new URL("aws/lambda", document.baseURI).href,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  let payload;
  const invoke = async () => {
    const answer = await client.send(new InvokeCommand({ FunctionName: "echo", Payload: EVENT }));
    payload = text.decode(answer.Payload);
  };
  const empty = async () => {
    const response = await fetch("./bench/empty");
    if (response.status !== 204) throw new Error(`the empty fetch: status ${response.status}`);
  };
  await until("the API", () => invoke().then(() => true, () => false));
  await empty();
  const rounds = await alternate(ROUNDS, [invoke, empty]);
  return { sdk: { ...rounds, same: payload === EVENT } };
}

await report(throughTheApi);
