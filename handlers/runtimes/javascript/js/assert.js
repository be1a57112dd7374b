// node:assert

const { inspect } = require("internal/inspect");
const { isEqual } = require("internal/equal");

class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message);
    this.generatedMessage = message === undefined;
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
  }
}
Object.defineProperty(AssertionError.prototype, "name", { value: "AssertionError", writable: true });

function fail(given, message, details) {
  if (given instanceof Error) throw given;
  const error = new AssertionError({ ...details, message: given ?? message });
  error.generatedMessage = given === undefined;
  throw error;
}

function ok(value, message) {
  if (!value) {
    fail(message, "The expression evaluated to a falsy value", { actual: value, expected: true, operator: "==" });
  }
}

/** The names that assert's messages give to its comparisons. */
const WORDS = {
  strictEqual: "Expected values to be strictly equal:",
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  deepEqual: "Expected values to be loosely deep-equal:",
  equal: "Expected values to be loosely equal:",
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notEqual: 'Expected "actual" to be loosely unequal to:',
};

function comparison(operator, holds) {
  return (actual, expected, message) => {
    if (holds(actual, expected)) return;
    const values = operator.startsWith("not") ? inspect(expected) : `${inspect(actual)} !== ${inspect(expected)}`;
    fail(message, `${WORDS[operator]}\n\n${values}\n`, { actual, expected, operator });
  };
}

const loosely = (left, right) => left == right || (left !== left && right !== right);
const not = (holds) => (left, right) => !holds(left, right);
const deeply = (left, right) => isEqual(left, right, false);
const strictly = (left, right) => isEqual(left, right, true);

/** Whether an error is as `assert.throws` expects it. */
function expected(error, wanted, message) {
  if (wanted === undefined) return;
  if (wanted instanceof RegExp) {
    if (wanted.test(String(error))) return;
  } else if (typeof wanted === "function") {
    if (wanted.prototype !== undefined && error instanceof wanted) return;
    if (wanted.prototype instanceof Error || wanted === Error) throw error;
    if (wanted.call({}, error) === true) return;
  } else if (
    Object.entries(wanted).every(([key, value]) =>
      value instanceof RegExp && typeof error[key] === "string" ? value.test(error[key]) : isEqual(error[key], value, true),
    )
  ) {
    return;
  }
  fail(message, `The error is not as expected: ${inspect(error)}`, { actual: error, expected: wanted, operator: "throws" });
}

function throws(block, ...rest) {
  const [wanted, message] = typeof rest[0] === "string" ? [undefined, rest[0]] : rest;
  let thrown;
  try {
    block();
  } catch (error) {
    thrown = { error };
  }
  if (thrown === undefined) fail(message, "Missing expected exception.", { operator: "throws" });
  expected(thrown.error, wanted, message);
}

async function rejects(block, ...rest) {
  const [wanted, message] = typeof rest[0] === "string" ? [undefined, rest[0]] : rest;
  let thrown;
  try {
    await (typeof block === "function" ? block() : block);
  } catch (error) {
    thrown = { error };
  }
  if (thrown === undefined) fail(message, "Missing expected rejection.", { operator: "rejects" });
  expected(thrown.error, wanted, message);
}

function assert(value, message) {
  ok(value, message);
}

const strict = {
  AssertionError,
  ok,
  equal: comparison("strictEqual", Object.is),
  notEqual: comparison("notStrictEqual", not(Object.is)),
  deepEqual: comparison("deepStrictEqual", strictly),
  notDeepEqual: comparison("notDeepStrictEqual", not(strictly)),
  strictEqual: comparison("strictEqual", Object.is),
  notStrictEqual: comparison("notStrictEqual", not(Object.is)),
  deepStrictEqual: comparison("deepStrictEqual", strictly),
  notDeepStrictEqual: comparison("notDeepStrictEqual", not(strictly)),
  fail: (message) => fail(message, "Failed", { operator: "fail" }),
  ifError(value) {
    if (value != null) throw value instanceof Error ? value : new AssertionError({ message: `ifError got unwanted exception: ${inspect(value)}`, actual: value, operator: "ifError" });
  },
  match: (text, pattern, message) => {
    if (!pattern.test(text)) fail(message, `The input did not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`, { actual: text, expected: pattern, operator: "match" });
  },
  doesNotMatch: (text, pattern, message) => {
    if (pattern.test(text)) fail(message, `The input was expected to not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`, { actual: text, expected: pattern, operator: "doesNotMatch" });
  },
  throws,
  rejects,
  doesNotThrow: (block) => void block(),
  doesNotReject: async (block) => void (await (typeof block === "function" ? block() : block)),
};

module.exports = Object.assign(assert, strict, {
  equal: comparison("equal", loosely),
  notEqual: comparison("notEqual", not(loosely)),
  deepEqual: comparison("deepEqual", deeply),
  notDeepEqual: comparison("notDeepEqual", not(deeply)),
});
assert.strict = Object.assign((value, message) => ok(value, message), strict);
assert.strict.strict = assert.strict;
