// Bad weather between a phone and the server: requests and answers get lost, come twice, come late.

// A small generator with a seed (mulberry32), so that a storm can be had again.
export function chance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// A fetch in which a quarter of the requests are dropped, a quarter of the answers are, a quarter
// come twice, the second copy long after the first, and a quarter of the answers come late.
export function storm(random, share = 0.25) {
  const seen = { requests: 0, dropped: 0, duplicated: 0, late: 0 };
  const afloat = new Set(); // copies that are still on their way

  async function fetch(url, more) {
    const [drop, lose, twice, slow, delay] = Array.from({ length: 5 }, random);
    seen.requests++;
    if (drop < share / 2) {
      seen.dropped++;
      throw new Error("network: the request was lost");
    }
    if (twice < share) {
      seen.duplicated++;
      const copy = later(100 + 500 * delay)
        .then(() => globalThis.fetch(url, more))
        .then((answer) => answer.arrayBuffer())
        .finally(() => afloat.delete(copy));
      afloat.add(copy);
    }
    const answer = await globalThis.fetch(url, more);
    if (slow < share) {
      seen.late++;
      await later(30 * delay);
    }
    if (lose < share / 2) {
      seen.dropped++;
      await answer.arrayBuffer();
      throw new Error("network: the answer was lost");
    }
    return answer;
  }

  return { fetch, seen, settled: async () => { while (afloat.size) await Promise.all(afloat); } };
}
