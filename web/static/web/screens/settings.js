// How the diary is kept: country, day, what is asked, how it looks.

import { COUNTRIES } from "../countries.js";
import { ownZone } from "../dates.js";
import { h } from "../dom.js";
import { check, field } from "../forms.js";
import { changeMe, me, refreshMe } from "../me.js";
import { choices } from "../choices.js";
import { onChange } from "../store.js";

export const title = "Settings";

export async function show(place, { signal }) {
  await refreshMe().catch(() => {}); // offline: as last heard of; a change then says that it cannot be kept
  const mine = await me();
  const said = h("p", { role: "status", class: "hint" });

  /** Sends one setting; where that fails the control goes back to what holds. */
  async function change(set, undo) {
    said.textContent = "Saving …";
    try {
      await changeMe(set);
      said.textContent = "Saved.";
    } catch (error) {
      said.textContent = `Not saved. ${error.message}`;
      undo();
    }
  }
  const picker = (name, options, read = String) => {
    const select = h("select", { class: "input" },
      options.map(([value, label]) => h("option", { value, selected: String(mine[name] ?? "") === String(value) }, label)));
    let kept = select.value;
    select.addEventListener("change", async () => {
      const wanted = select.value;
      await change({ [name]: wanted === "" ? null : read(wanted) }, () => (select.value = kept));
      kept = select.value;
    });
    return select;
  };
  const toggle = (name, label) =>
    check(label, mine[name], (on, box) => change({ [name]: on }, () => (box.checked = !on)));

  place.append(
    h("h1", {}, title),
    said,
    h("section", { class: "card" },
      h("h2", {}, "Help"),
      field("Country", picker("country", countries()), "For the numbers under Help. It is never guessed."),
      toggle("asks_self_harm", "Ask me about thoughts of self-harm")),
    h("section", { class: "card" },
      h("h2", {}, "Your day"),
      field("Time zone", picker("time_zone", zones(mine.time_zone))),
      toggle("time_zone_pinned", "Keep this time zone when I travel"),
      field("A new day begins at", picker("day_starts_at", hoursOfNight(), Number),
        "What you write before this hour still belongs to the day before.")),
    h("section", { class: "card" }, h("h2", {}, "Look"), look()));
  onChange((what) => what === "session" && said.remove(), { signal });
}

function countries() {
  const names = new Intl.DisplayNames(undefined, { type: "region" });
  const known = COUNTRIES.map((code) => [code, names.of(code)]);
  return [["", "Not chosen"], ...known.sort(([, one], [, other]) => one.localeCompare(other))];
}

function zones(mine) {
  const known = Intl.supportedValuesOf?.("timeZone") ?? [];
  const all = [...new Set([mine, ownZone(), "UTC", ...known])].sort();
  return all.map((zone) => [zone, zone.replaceAll("_", " ")]);
}

const hoursOfNight = () =>
  Array.from({ length: 7 }, (_, hour) => [hour, hour === 0 ? "midnight" : `${hour} in the morning`]);

function look() {
  const root = document.documentElement;
  return choices({
    title: "Light or dark",
    value: root.dataset.theme ?? "device",
    options: [
      { value: "device", label: "Like my device" },
      { value: "light", label: "Light" },
      { value: "dark", label: "Dark" },
    ],
    onChoose: (value) => {
      if (value === "light" || value === "dark") {
        root.dataset.theme = value;
        localStorage.setItem("theme", value);
      } else {
        delete root.dataset.theme;
        localStorage.removeItem("theme");
      }
    },
  }).element;
}
