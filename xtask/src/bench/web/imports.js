// The host functions of the module `coldstart` (handlers/ABI.md) in plain JavaScript, for the
// peers. A script without exports: classic workers and module workers both run it.
self.handlerContext = {
  requestId: "11111111-2222-4333-8444-555555555555",
  deadlineUnixMillis: 4102444800000,
  invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:bench",
};

self.handlerImports = (memory, variables) => {
  const json = (value) => {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    return (at, capacity) => {
      if (bytes.length <= capacity) new Uint8Array(memory().buffer).set(bytes, at);
      return bytes.length;
    };
  };
  return {
    context: json(self.handlerContext),
    variables: json(variables),
    now: () => BigInt(Date.now()) * 1_000_000n,
    sleep: () => {},
    log: () => {},
    random: (at, length) => crypto.getRandomValues(new Uint8Array(memory().buffer, at, length)),
  };
};
