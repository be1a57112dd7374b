// The runtime's own program: loads the handler, then serves one invocation after the other.

const { load } = require("internal/handler");
const { handle, endIfOutOfMemory, errorBody, logError, idle } = require("internal/invocation");
const loop = require("internal/loop");

/** What AWS's runtime ends with when a handler's error reaches the top. */
const UNCAUGHT = 129;
const UNHANDLED = 128;
/** What Node ends with when a top-level `await` waits for nothing. */
const NEVER_SETTLED = 13;

/** Before the first event, errors end INIT; after it, the invocation. */
let began = false;

/** Reports an error that nobody has caught, and ends the process. */
function end(error, code) {
  const body = JSON.stringify(errorBody(error));
  try {
    if (began) native.fail(body);
    else native.failInit(body);
  } catch {
    // The invocation has its answer already.
  }
  native.exit(code);
}

class UnhandledPromiseRejection extends Error {
  constructor(reason, promise) {
    super(reason);
    this.reason = reason;
    this.promise = promise;
  }
}
UnhandledPromiseRejection.prototype.name = "Runtime.UnhandledPromiseRejection";

/** A new round of the loop begins with the next event. */
function goOn(handler) {
  setImmediate(() => {
    began = true;
    handle(handler, () => goOn(handler));
  });
}

/** AWS says this of callbacks under Node.js 22. */
function warnOfCallbacks(handler) {
  if (process.env.AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING !== undefined) return;
  if (handler.length !== 3 || handler.constructor?.name === "AsyncFunction") return;
  console.warn(
    "AWS Lambda plans to remove support for callback-based function handlers starting with Node.js 24. You will need to " +
      "update this function to use an async handler to use Node.js 24 or later. For more information and to provide " +
      "feedback on this change, see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/137. To " +
      "disable this warning, set the AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING environment variable.",
  );
}

exports.start = function start() {
  process.on("uncaughtException", (error) => {
    endIfOutOfMemory(error);
    logError("Uncaught Exception", error);
    end(error, UNCAUGHT);
  });
  process.on("unhandledRejection", (reason, promise) => {
    endIfOutOfMemory(reason);
    const error = new UnhandledPromiseRejection(reason, promise);
    logError("Unhandled Promise Rejection", error);
    end(error, UNHANDLED);
  });
  process.on("beforeExit", idle);
  loop.codeIfPending = () => (began ? 0 : NEVER_SETTLED);
  const root = process.env.LAMBDA_TASK_ROOT || "/var/task";
  load(root, process.env._HANDLER ?? "").then(
    (handler) => {
      warnOfCallbacks(handler);
      goOn(handler);
    },
    (error) => loop.reportUncaught(error),
  );
};
