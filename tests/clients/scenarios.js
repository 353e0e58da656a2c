// Stories of two devices, told once for every kind of client.
import assert from "node:assert/strict";

const DAY = "2026-03-14";

// The recorded fields of a day or an activity, without what only the server or the client needs.
const recorded = ({ id, rev, ...fields } = {}) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

const day = async (phone, date = DAY) => recorded((await phone.all("entries"))[date]);
const both = async (phones, look) => assert.deepEqual(await look(phones[0]), await look(phones[1]));

async function turns(...phones) {
  for (const phone of phones) await phone.sync();
}

export async function same_date(pair, _, step) {
  const [phone, tablet] = await pair();
  await phone.write("entries", DAY, { pain: 6 });
  await tablet.write("entries", DAY, { mood: 3 });
  step("both begin the same day without having met");

  await turns(phone, tablet);
  assert.deepEqual(await day(tablet), { pain: 6, mood: 3 });
  step("the second to sync has both fields");

  await turns(phone);
  assert.deepEqual(await day(phone), { pain: 6, mood: 3 });
  step("the first has them after its next sync");
  return { days: { [DAY]: { pain: 6, mood: 3 } } };
}

export async function double_edit(pair, _, step) {
  const [phone, tablet] = await pair();
  await phone.write("entries", DAY, { pain: 6 });
  await turns(phone, tablet);

  await phone.write("entries", DAY, { pain: 7 });
  await phone.write("entries", DAY, { pain: 8, mood: 4 });
  await turns(phone);
  await phone.write("entries", DAY, { pain: 9 });
  assert.deepEqual(await day(phone), { pain: 9, mood: 4 });
  step("a day is edited again and again");

  await turns(phone, tablet, phone);
  for (const device of [phone, tablet]) assert.deepEqual(await day(device), { pain: 9, mood: 4 });
  step("nothing of it clashes with itself");
  return { days: { [DAY]: { pain: 9, mood: 4 } } };
}

export async function overlap(pair, _, step) {
  const [phone, tablet] = await pair();
  await phone.write("entries", DAY, { pain: 5, note: "before" });
  await turns(phone, tablet);

  await phone.write("entries", DAY, { pain: 7, mood: 2 });
  await tablet.write("entries", DAY, { pain: 3, worry: 8 });
  await turns(phone, tablet);
  await turns(phone, tablet, phone);
  step("two edit one field, and one more each");

  await both([phone, tablet], day);
  const { pain, ...rest } = await day(phone);
  assert.deepEqual(rest, { mood: 2, worry: 8, note: "before" });
  step("what only one of them edited is there");

  assert.ok(pain === 7 || pain === 3);
  step("of the field that both edited, both devices hold one of the two values");
  return { days: { [DAY]: { pain, ...rest } } };
}

export async function back_dated(pair, _, step) {
  const [phone, tablet] = await pair();
  const walk = crypto.randomUUID();
  await phone.write("entries", DAY, { pain: 5 });
  await phone.write("activities", walk, { date: DAY, kind: "walk", minutes: 20 });
  await turns(phone, tablet);
  assert.deepEqual(recorded((await tablet.all("activities"))[walk]), { date: DAY, kind: "walk", minutes: 20 });
  step("a day and a walk reach the other device");

  const dates = Array.from({ length: 120 }, (_, back) =>
    new Date(Date.UTC(2025, 11, 31) - back * 86_400_000).toISOString().slice(0, 10));
  for (const [back, date] of dates.entries()) await tablet.write("entries", date, { mood: back % 11 });
  await tablet.remove("activities", walk);
  await tablet.remove("entries", DAY);
  await turns(tablet, phone);
  step("the other device fills in 120 days and deletes the two");

  const days = Object.fromEntries(dates.map((date, back) => [date, { mood: back % 11 }]));
  for (const device of [phone, tablet]) {
    const there = Object.entries(await device.all("entries")).map(([date, fields]) => [date, recorded(fields)]);
    assert.deepEqual(Object.fromEntries(there), days);
    assert.deepEqual(await device.all("activities"), {});
  }
  step("both devices hold the 120 days and nothing else, in pages of fifty");
  return { days };
}

export async function invalid(pair, _, step) {
  const [phone, tablet] = await pair();
  await phone.write("entries", "2026-03-13", { pain: 4 });
  await turns(phone);

  await phone.write("entries", "2026-03-12", { pain: 3 });
  await phone.write("entries", "2026-03-13", { pain: 11 });
  await phone.write("entries", DAY, { pain: 99 });
  await phone.write("entries", "2026-03-15", { mood: 7 });
  await turns(phone);
  const told = phone.troubles.map(({ id, problem }) => [id, problem.errors[0].pointer, problem.errors[0].code]);
  assert.deepEqual(told.sort().slice(0, 2), [
    ["2026-03-13", "/set/pain", "max_value"], [DAY, "/set/pain", "max_value"],
  ]);
  step("what cannot be taken is told, with its field");

  await turns(tablet);
  const good = { "2026-03-12": { pain: 3 }, "2026-03-13": { pain: 4 }, "2026-03-15": { mood: 7 } };
  const there = Object.entries(await tablet.all("entries")).map(([date, fields]) => [date, recorded(fields)]);
  assert.deepEqual(Object.fromEntries(there), good);
  step("what was written with it arrives all the same");

  await phone.write("entries", DAY, { pain: 9 });
  await phone.write("entries", "2026-03-13", { pain: 10 });
  await turns(phone, tablet, phone);
  const days = { ...good, [DAY]: { pain: 9 }, "2026-03-13": { pain: 10 } };
  for (const device of [phone, tablet]) {
    const held = Object.entries(await device.all("entries")).map(([date, fields]) => [date, recorded(fields)]);
    assert.deepEqual(Object.fromEntries(held.sort()), Object.fromEntries(Object.entries(days).sort()));
  }
  step("put right, it arrives too");
  return { days };
}

export async function restored(pair, _, step) {
  // As after a restore from a backup, once for each device: its checkpoint is worth nothing.
  const expired = [false, false];
  const fetches = [0, 1].map((place) => (url, more) => {
    if (!expired[place] || !url.includes("epoch=")) return globalThis.fetch(url, more);
    expired[place] = false;
    return Promise.resolve(new Response("{}", { status: 410 }));
  });
  const [phone, tablet] = await pair(fetches);
  await phone.write("entries", DAY, { pain: 6 });
  await phone.write("entries", "2026-03-13", { mood: 2 });
  await turns(phone, tablet);
  await tablet.remove("entries", "2026-03-13");
  await turns(tablet);
  await phone.write("entries", DAY, { worry: 5 });
  step("the phone has not said all, and not heard all");

  expired.fill(true);
  await turns(phone, tablet, phone);
  assert.deepEqual(expired, [false, false]);
  step("both begin again from nothing");

  const days = { [DAY]: { pain: 6, worry: 5 } };
  for (const device of [phone, tablet]) {
    const there = Object.entries(await device.all("entries")).map(([date, fields]) => [date, recorded(fields)]);
    assert.deepEqual(Object.fromEntries(there), days);
  }
  step("nothing of it is missing, and nothing has come back");
  return { days };
}

export async function help(pair, _, step) {
  const [phone, tablet] = await pair();
  await phone.write("entries", "2026-03-13", { pain: 6 });
  await phone.write("entries", DAY, { self_harm_thoughts: 1 });
  await turns(phone);
  assert.ok(phone.help[0].lines[0].phone);
  step("whoever thinks of self-harm gets help lines as soon as it is pushed");

  await turns(tablet);
  assert.deepEqual(tablet.help, []);
  step("the other device, which only pulls, shows none");
  return { days: { "2026-03-13": { pain: 6 }, [DAY]: { self_harm_thoughts: 1 } } };
}
