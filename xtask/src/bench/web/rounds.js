// What the page and its workers share.

export const text = {
  decode: (bytes) => new TextDecoder().decode(bytes),
  encode: (string) => new TextEncoder().encode(string),
};

// A JSON event of so many bytes.
export function asEvent(length) {
  const json = (filler) => JSON.stringify({ list: [1, 2, 3], filler });
  return text.encode(json("x".repeat(length - json("").length)));
}

export const sameBytes = (a, b) =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

// Microseconds that one call of ours and of the peer took, one number a round. `before` is not
// measured.
export async function alternate({ rounds, each }, [ours, peer], before = async () => {}) {
  const taken = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round += 1) {
    // Who begins changes too: the first may find a colder cache.
    const order = [["ours", ours], ["peer", peer]];
    if (round % 2 === 1) order.reverse();
    for (const [name, call] of order) {
      if (name === "ours") await before();
      const begin = performance.now();
      for (let n = 0; n < each; n += 1) await call();
      taken[name].push(((performance.now() - begin) * 1000) / each);
    }
  }
  return taken;
}

// The same without promises between the calls: each function repeats itself.
export function alternateLoops({ rounds, each }, [ours, peer]) {
  const taken = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = [["ours", ours], ["peer", peer]];
    if (round % 2 === 1) order.reverse();
    for (const [name, loop] of order) {
      const begin = performance.now();
      loop(each);
      taken[name].push(((performance.now() - begin) * 1000) / each);
    }
  }
  return taken;
}
