// Loops as JavaScript benchmarks have them; the last value is a checksum of all results.
(() => {
  const results = [];

  function nbody(steps) {
    const bodies = [
      { x: 0, y: 0, z: 0, vx: 0, vy: 0, vz: 0, mass: 39.4 },
      { x: 4.8, y: -1.1, z: -0.1, vx: 0.6, vy: 2.8, vz: -0.02, mass: 0.037 },
      { x: 8.3, y: 4.1, z: -0.4, vx: -1.0, vy: 1.8, vz: 0.008, mass: 0.011 },
      { x: 12.8, y: -15.1, z: -0.2, vx: 1.0, vy: 0.8, vz: -0.01, mass: 0.0017 },
      { x: 15.3, y: -25.9, z: 0.1, vx: 0.9, vy: 0.5, vz: -0.03, mass: 0.002 },
    ];
    for (let step = 0; step < steps; step += 1) {
      for (let i = 0; i < bodies.length; i += 1) {
        const a = bodies[i];
        for (let j = i + 1; j < bodies.length; j += 1) {
          const b = bodies[j];
          const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
          const squared = dx * dx + dy * dy + dz * dz;
          const pull = 0.01 / (squared * Math.sqrt(squared));
          a.vx -= dx * b.mass * pull; a.vy -= dy * b.mass * pull; a.vz -= dz * b.mass * pull;
          b.vx += dx * a.mass * pull; b.vy += dy * a.mass * pull; b.vz += dz * a.mass * pull;
        }
      }
      for (const body of bodies) {
        body.x += 0.01 * body.vx; body.y += 0.01 * body.vy; body.z += 0.01 * body.vz;
      }
    }
    return bodies[0].x.toFixed(9);
  }

  function sieve(limit) {
    const composite = new Uint8Array(limit + 1);
    let primes = 0;
    for (let n = 2; n <= limit; n += 1) {
      if (composite[n]) continue;
      primes += 1;
      for (let multiple = n * n; multiple <= limit; multiple += n) composite[multiple] = 1;
    }
    return primes;
  }

  function words(count) {
    const seen = new Map();
    let seed = 7;
    for (let n = 0; n < count; n += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const word = "w" + (seed % 997).toString(36);
      seen.set(word, (seen.get(word) ?? 0) + 1);
    }
    return [...seen].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3).join();
  }

  function json(rounds) {
    const value = { list: Array.from({ length: 50 }, (_, n) => ({ id: n, name: `item ${n}` })) };
    let length = 0;
    for (let n = 0; n < rounds; n += 1) length += JSON.stringify(JSON.parse(JSON.stringify(value))).length;
    return length;
  }

  class Shape { area() { return 0; } }
  class Square extends Shape { constructor(side) { super(); this.side = side; } area() { return this.side ** 2; } }
  class Circle extends Shape { constructor(radius) { super(); this.radius = radius; } area() { return 3 * this.radius ** 2; } }

  function shapes(count) {
    let total = 0;
    for (let n = 0; n < count; n += 1) {
      const shape = n % 2 ? new Square(n % 10) : new Circle(n % 7);
      total += shape.area();
    }
    return total;
  }

  const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));

  function text(rounds) {
    let found = 0;
    const line = "2026-11-23T14:00:00Z INFO request 12ab34 took 17.25 ms, billed 18 ms";
    for (let n = 0; n < rounds; n += 1) {
      const match = /(\d+)-(\d+)-(\d+)T.*took ([\d.]+) ms/.exec(line);
      found += Number(match[4]) + line.split(" ").map((part) => part.toUpperCase()).join("").length;
    }
    return found;
  }

  results.push(nbody(700), sieve(50000), words(15000), json(15), shapes(15000), fibonacci(18), text(600));
  return results.join(" ");
})()
