export function leaf(value) {
  return value;
}

export const twice = (call, value) => call(value) + call(value);
