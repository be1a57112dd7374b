// Calls of every kind, for what a profile makes of them.
import { leaf, twice } from "./lib.mjs";

function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

function* countdown(number) {
  while (number) yield number--;
}

class Cart {
  #total = 0;
  constructor(items) {
    this.items = items;
  }
  add(price) {
    this.#total += leaf(price);
    return this;
  }
  get total() {
    return this.#total;
  }
  static of(items) {
    return new Cart(items);
  }
}

const counter = () => {
  let count = 0;
  return () => ++count;
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function throws(depth) {
  if (depth) return throws(depth - 1);
  throw new Error("deep down");
}

async function later(number) {
  await pause(5);
  return leaf(number);
}

const größe = (text) => text.length;

export const handler = async (event) => {
  const cart = Cart.of([3, 1, 2]);
  cart.items.sort((a, b) => a - b).forEach((price) => cart.add(price));
  const next = counter();
  next();
  next();
  for (const number of countdown(2)) twice(leaf, number);
  try {
    throws(2);
  } catch {
    leaf(0);
  }
  fibonacci(4);
  const [first] = await Promise.all([later(1), later(2)]);
  const text = JSON.stringify(JSON.parse('{"a": [1, 2]}', function revive(key, value) { return value; }));
  return { first, total: cart.total, text, size: größe(text) };
};
