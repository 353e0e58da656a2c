// Two devices write a few days over and over in bad weather; what do they hold in the end?
import { chance, storm } from "./weather.js";

const DATES = ["2026-03-10", "2026-03-11"];
const OWN = [["pain", "sleep_hours"], ["mood", "worry"]]; // who writes what; the note is everybody's

const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export async function soak(pair, { seed, rounds }) {
  const random = chance(seed);
  const weathers = [0, 1].map((place) => storm(chance(seed * 2 + place)));
  const wind = { on: true };
  const phones = await pair(weathers.map(({ fetch }) => (...sent) =>
    wind.on ? fetch(...sent) : globalThis.fetch(...sent)));
  const last = [{}, {}]; // what each device wrote last, by date and field
  const notes = {};

  async function edit(place) {
    const date = DATES[Math.floor(random() * DATES.length)];
    const field = OWN[place][Math.floor(random() * 2)];
    const value = Math.floor(random() * 11);
    last[place][`${date} ${field}`] = value;
    await phones[place].write("entries", date, { [field]: value });
    if (random() < 0.2) {
      const note = `${place} ${random()}`;
      (notes[date] ??= new Set()).add(note);
      await phones[place].write("entries", date, { note });
    }
  }

  // Nobody else writes a device's own fields: at any time they are what it wrote last.
  const lost = [];
  function look(held, place) {
    for (const [where, value] of Object.entries(last[place])) {
      const [date, field] = where.split(" ");
      const there = held[date]?.[field] ?? null;
      if (there !== value) lost.push({ place, date, field, value, there });
    }
  }

  await Promise.all(phones.map(async (phone, place) => {
    for (let round = 0; round < rounds; round++) {
      for (let edits = Math.floor(random() * 3); edits >= 0; edits--) await edit(place);
      if (random() < 0.7) {
        await phone.sync();
        look(await phone.all("entries"), place);
      }
      await later(20 * random());
    }
  }));
  await Promise.all(weathers.map(({ settled }) => settled()));

  wind.on = false;
  for (let round = 0; round < 3; round++) for (const phone of phones) await phone.sync();
  const held = await Promise.all(phones.map((phone) => phone.all("entries")));
  for (const days of held) for (const place of [0, 1]) look(days, place);
  const strange = DATES.filter((date) => held[0][date]?.note && !notes[date]?.has(held[0][date].note));
  return { held, lost, strange, weather: weathers.map(({ seen }) => seen) };
}
