// Pure modules of the app, in Node: what is laid over what, what is sent, and what becomes of an
// answer; days; places that hurt.

import assert from "node:assert/strict";
import { test } from "node:test";

const modules = new URL(process.env.MODULES);
const { answered, insisted, newer, picked, removed, sent, shown, unsent, wire, written } = await import(
  new URL("overlay.js", modules)
);
const { addDays, dayName, daysBetween, instantAt, isDate, todayIn } = await import(new URL("dates.js", modules));
const { changed, covers, placeName, toggled } = await import(new URL("day/places.js", modules));

const DAY = { collection: "entries", id: "2026-11-22" };
const kept = { ...DAY, rev: 41, deleted: false, pain: 6, mood: null, trackers: { a: 1 } };
const applied = (document) => ({ ...DAY, status: "applied", document });

test("what was set lies over what the server has, and null is not recorded", () => {
  const change = written(undefined, DAY, kept, { pain: null, trackers: { b: 2 } });
  assert.deepEqual(shown(kept, change), { ...kept, pain: null, trackers: { a: 1, b: 2 } });
  assert.equal(shown(undefined, undefined), null);
});

test("base is the revision that was seen when the change began, whatever came since", () => {
  const first = written(undefined, DAY, kept, { pain: 7 });
  const second = written(first, DAY, { ...kept, rev: 50 }, { mood: 2 });
  assert.deepEqual(wire(sent(second)), { ...DAY, base: 41, set: { pain: 7, mood: 2 } });
  assert.equal(wire(sent(written(undefined, DAY, undefined, { pain: 1 }))).base, 0);
});

test("what is written while a batch is on its way waits for the next", () => {
  const going = sent(written(undefined, DAY, kept, { pain: 7 }));
  const later = written(going, DAY, kept, { pain: 8 });
  assert.equal(shown(kept, later).pain, 8);
  const after = answered(later, applied({ ...kept, rev: 42, pain: 7 }));
  assert.deepEqual(wire(sent(after)).set, { pain: 8 });
  assert.equal(answered(going, applied(kept)), null);
});

test("a batch that came to nothing waits again, under what was written since", () => {
  const going = sent(written(undefined, DAY, kept, { pain: 7, mood: 1 }));
  const again = unsent(written(going, DAY, kept, { pain: 8 }));
  assert.deepEqual(again.waiting, { base: 41, set: { pain: 8, mood: 1 } });
  assert.equal(again.sending, null);
});

test("what clashes is kept with what this device wrote, until somebody decides", () => {
  const going = sent(written(undefined, DAY, kept, { pain: 7, mood: 1, trackers: { a: 5, b: 6 } }));
  const theirs = { ...kept, rev: 44, pain: 2, mood: 1 };
  const after = answered(going, { ...DAY, status: "conflict", fields: ["pain", "trackers/a"], document: theirs });
  assert.deepEqual(after.trouble.set, { pain: 7, trackers: { a: 5 } });
  assert.equal(shown(theirs, after).pain, 2);
  assert.deepEqual(insisted(after, theirs).waiting, { base: 44, set: { pain: 7, trackers: { a: 5 } } });
});

test("what is rejected keeps its reason, and goes when the field is written anew", () => {
  const going = sent(written(undefined, DAY, kept, { pain: 11 }));
  const after = answered(going, { ...DAY, status: "rejected", problem: { title: "…" }, document: null });
  assert.deepEqual([after.trouble.kind, after.trouble.set], ["rejected", { pain: 11 }]);
  const mended = answered(sent(written(after, DAY, kept, { pain: 10 })), applied({ ...kept, rev: 45, pain: 10 }));
  assert.equal(mended, null);
  const other = answered(sent(written(after, DAY, kept, { mood: 3 })), applied({ ...kept, rev: 45, mood: 3 }));
  assert.deepEqual(other.trouble.set, { pain: 11 });
});

const clash = (change, ...fields) => answered(sent(change), { ...DAY, status: "conflict", fields, document: kept });
const refuse = (change) =>
  answered(sent(change), { ...DAY, status: "rejected", problem: { title: "too long" }, document: null });

test("a second clash of a day leaves the first one undecided, not lost", () => {
  const first = clash(written(undefined, DAY, kept, { pain: 7, trackers: { a: 5 } }), "pain", "trackers/a");
  const both = clash(written(first, DAY, kept, { mood: 3, trackers: { b: 6 } }), "mood", "trackers/b");
  assert.deepEqual(both.trouble.set, { pain: 7, mood: 3, trackers: { a: 5, b: 6 } });
  assert.deepEqual(both.trouble.fields, ["pain", "trackers/a", "mood", "trackers/b"]);
  const again = clash(written(both, DAY, kept, { pain: 8 }), "pain");
  assert.equal(again.trouble.set.pain, 8);
});

test("a second refusal keeps the words of the first, and a clash beside a refusal both", () => {
  const first = refuse(written(undefined, DAY, kept, { pain: 5, note: "long words" }));
  const both = refuse(written(first, DAY, kept, { mood: 11 }));
  assert.deepEqual(both.trouble.set, { pain: 5, note: "long words", mood: 11 });
  const mixed = clash(written(first, DAY, kept, { mood: 3 }), "mood");
  assert.deepEqual(mixed.trouble.set, { pain: 5, note: "long words", mood: 3 });
  assert.equal(mixed.trouble.problem.title, "too long");
  const mended = answered(sent(written(mixed, DAY, kept, { pain: 5, note: "short" })), applied(kept));
  assert.deepEqual([mended.trouble.set, mended.trouble.fields], [{ mood: 3 }, ["mood"]]);
  assert.equal(mended.trouble.problem, undefined);
});

test("of scales of one's own only the one that was written anew is settled", () => {
  const two = clash(written(undefined, DAY, kept, { trackers: { a: 5, b: 6 } }), "trackers/a", "trackers/b");
  const one = answered(sent(written(two, DAY, kept, { trackers: { b: 1 } })), applied(kept));
  assert.deepEqual([one.trouble.set, one.trouble.fields], [{ trackers: { a: 5 } }, ["trackers/a"]]);
  assert.equal(answered(sent(written(one, DAY, kept, { trackers: { a: 1 } })), applied(kept)), null);
});

test("a deletion that clashes loses neither what was undecided nor what was written since", () => {
  const undecided = clash(written(undefined, DAY, kept, { pain: 7 }), "pain");
  const gone = answered(sent(removed(undecided, DAY, kept)), { ...DAY, status: "conflict", fields: ["pain"], document: kept });
  assert.deepEqual([gone.trouble.remove, gone.trouble.set], [true, { pain: 7 }]);
  assert.deepEqual(insisted(gone, kept).waiting, { base: 41, remove: true });
  const since = written(gone, DAY, kept, { mood: 3 });
  assert.deepEqual(insisted(since, kept).waiting, { base: 41, set: { pain: 7, mood: 3 } });
});

test("what was never sent needs no telling when it is deleted", () => {
  assert.equal(removed(written(undefined, DAY, undefined, { pain: 1 }), DAY, undefined), null);
  assert.deepEqual(wire(sent(removed(undefined, DAY, kept))), { ...DAY, base: 41, delete: true });
  assert.equal(shown(kept, removed(undefined, DAY, kept)), null);
  const going = sent(written(undefined, DAY, undefined, { pain: 1 }));
  assert.equal(removed(going, DAY, undefined).waiting.remove, true);
});

test("an older document never takes the place of a newer one", () => {
  assert.equal(newer({ rev: 40 }, kept), false);
  assert.equal(newer({ rev: 41 }, kept), true);
  assert.equal(newer({ rev: 1 }, undefined), true);
  assert.deepEqual(picked({ pain: 1 }, ["mood"]), { mood: null });
});

test("today is the person's own day, also after midnight and over the date line", () => {
  const at = new Date("2026-11-22T02:30:00Z");
  assert.equal(todayIn("UTC", 0, at), "2026-11-22");
  assert.equal(todayIn("UTC", 3, at), "2026-11-21");
  assert.equal(todayIn("Pacific/Kiritimati", 0, at), "2026-11-22");
  assert.equal(todayIn("America/Los_Angeles", 0, at), "2026-11-21");
  // The clock is set back in Berlin at three: it is two o'clock twice, and one day.
  assert.equal(todayIn("Europe/Berlin", 3, new Date("2026-10-25T01:30:00Z")), "2026-10-24");
});

test("days are counted on the calendar", () => {
  assert.equal(addDays("2026-03-01", -1), "2026-02-28");
  assert.equal(daysBetween("2026-03-28", "2026-03-30"), 2);
  assert.equal(isDate("2026-02-3"), false);
  assert.equal(dayName("2026-11-21", "2026-11-22"), "Yesterday");
  assert.match(instantAt("2026-11-22", "21:14"), /^2026-11-22T21:14:00[+-]\d\d:\d\d$/);
});

test("touching a place adds it, touching it again takes it back", () => {
  const [knee] = toggled([], "knee", "left");
  assert.deepEqual(knee, { site: "knee", side: "left", intensity: null, qualities: [] });
  assert.deepEqual(toggled([knee], "knee", "left"), []);
  assert.equal(toggled([knee], "knee", "right").length, 2);
});

test("of both sides the other one stays; a side that was not known becomes known", () => {
  const both = { site: "knee", side: "both", intensity: 4, qualities: [] };
  assert.deepEqual(toggled([both], "knee", "left"), [{ ...both, side: "right" }]);
  assert.deepEqual(toggled([{ ...both, side: null }], "knee", "left"), [{ ...both, side: "left" }]);
  assert.equal(covers(both, "knee", "right"), true);
  assert.deepEqual(changed([both], both, { intensity: 5 }), [{ ...both, intensity: 5 }]);
  assert.equal(placeName(both, new Map([["knee", "Knee"]])), "Knee, both sides");
});
