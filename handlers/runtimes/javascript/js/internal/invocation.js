// One invocation: the context object, and the three ways to answer.

const { runtimeError } = require("internal/handler");

/** What the invocation does when nothing is left to wait for. */
let whenIdle = () => {};

/** A header that holds JSON, or undefined. */
function parsed(header, name) {
  if (header === undefined) return undefined;
  try {
    return JSON.parse(header);
  } catch (error) {
    throw new Error(`Cannot parse ${name} as json: ${String(error)}`);
  }
}

function serialised(value) {
  try {
    return JSON.stringify(value === undefined ? null : value);
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

/** Whether it is an error in all but its class, as those of another realm are. */
function isError(value) {
  if (Error.isError(value)) return true;
  return ["name", "message", "stack"].every((key) => typeof value?.[key] === "string" && value[key] !== "");
}

/** The error body that AWS hands to the caller. */
function errorBody(error) {
  try {
    if (isError(error)) {
      return {
        errorType: error.name,
        errorMessage: error.message,
        trace: String(error.stack).split("\n"),
      };
    }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
  } catch {
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack",
    };
  }
}

/** Errors keep what JSON would leave out. */
function withDetails(_, value) {
  if (!(value instanceof Error)) return value;
  const all = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
  if (typeof value.stack === "string") all.stack = value.stack.split("\n");
  return all;
}

/** Writes an error to the log, as one line. */
function logError(title, error) {
  const logged = error instanceof Error ? error : new Error(error);
  if (globalThis.process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON") {
    console.error(logged);
    return;
  }
  let text;
  try {
    text = JSON.stringify(logged, withDetails);
  } catch {
    text = JSON.stringify(errorBody(error));
  }
  console.error(title, `\t${text}`);
}

/** What a process ends with that aborts, as Node does when its heap is full. */
const ABORTED = 134;

/** Ends the process where memory is used up, though the host has not: nothing can be relied on now. */
function endIfOutOfMemory(error) {
  if (!(error instanceof InternalError) || error.message !== "out of memory") return;
  native.write(2, "FATAL ERROR: JavaScript heap out of memory\n");
  native.exit(ABORTED);
}

function onlyFirst(answers) {
  let answered = false;
  for (const name of Object.keys(answers)) {
    const answer = answers[name];
    answers[name] = (...args) => {
      if (answered) return;
      answer(...args);
      answered = true;
    };
  }
  return answers;
}

/** `callback`, `succeed`, `fail` and `done`: the first of them to be called answers. */
function answersOf(goOn) {
  let waits = true;
  const succeedWith = (result) => {
    native.respond(serialised(result));
    goOn();
  };
  const failWith = (error) => {
    endIfOutOfMemory(error);
    logError("Invoke Error", error);
    native.fail(serialised(errorBody(error)));
    goOn();
  };
  const done = (error, result) => {
    whenIdle = () => {};
    if (error != null) failWith(error);
    else succeedWith(result);
  };
  const answers = onlyFirst({
    callback(error, result) {
      whenIdle = () => {};
      if (error != null) failWith(error);
      else if (!waits) succeedWith(result);
      else whenIdle = () => setImmediate(succeedWith, result);
    },
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? "handled"),
    done,
  });
  const { callback, ...deprecated } = answers;
  const context = {
    ...deprecated,
    get callbackWaitsForEmptyEventLoop() {
      return waits;
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waits = value;
    },
  };
  return { callback, context };
}

/** What AWS's documentation lists of the context object. */
function describe(context, headers) {
  const { env } = globalThis.process;
  const deadline = headers["lambda-runtime-deadline-ms"];
  return Object.assign(context, {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed(headers["lambda-runtime-client-context"], "ClientContext"),
    identity: parsed(headers["lambda-runtime-cognito-identity"], "CognitoIdentity"),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  });
}

const NEVER_SETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that " +
  "was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes";

/** An async handler whose promise stays open fails; any other has forgotten to answer: null. */
function answerForSilence(handler, goOn) {
  if (handler.constructor?.name === "AsyncFunction") {
    const error = runtimeError("NodeJsExit", NEVER_SETTLED);
    logError("Invoke Error", error);
    native.fail(serialised(errorBody(error)));
  } else {
    native.respond("null");
  }
  goOn();
}

/** Calls the handler with the next event. `goOn` is called once it has answered. */
function handle(handler, goOn) {
  const { headers, event } = native.next();
  globalThis[Symbol.for("aws.lambda.runtime.requestId")] = headers["lambda-runtime-aws-request-id"];
  const trace = headers["lambda-runtime-trace-id"];
  if (trace) globalThis.process.env._X_AMZN_TRACE_ID = trace;
  else delete globalThis.process.env._X_AMZN_TRACE_ID;
  const { callback, context } = answersOf(goOn);
  try {
    whenIdle = () => answerForSilence(handler, goOn);
    const result = handler(JSON.parse(event), describe(context, headers), callback);
    if (typeof result?.then === "function") {
      result.then(context.succeed, context.fail).catch(context.fail);
    }
  } catch (error) {
    callback(error);
  }
}

exports.handle = handle;
exports.endIfOutOfMemory = endIfOutOfMemory;
exports.errorBody = errorBody;
exports.logError = logError;
exports.idle = () => whenIdle();
