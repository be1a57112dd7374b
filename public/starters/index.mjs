// Runs once, in the INIT phase of each new environment: what is costly belongs here.
console.log("A new environment starts");

// Lambda calls this with each event; what it returns, or what its promise becomes, is the response.
export const handler = async (event, context) => {
  // What is written to the console goes to the log.
  console.log("Request", context.awsRequestId, "with", JSON.stringify(event));
  return {
    statusCode: 200,
    body: JSON.stringify("Hello from Lambda!"),
  };
};
