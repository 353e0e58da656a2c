// Answering a questionnaire. Nothing is chosen at first; what is left open stays open, and then
// there is no score. An answer that speaks of self-harm brings the numbers to call at once.

import { choices } from "../choices.js";
import { wholeDate } from "../dates.js";
import { erase, newId, record, write } from "../diary.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { me, today } from "../me.js";
import { go } from "../router.js";
import { seen } from "../seen.js";
import { slider } from "../slider.js";
import { empty } from "../states.js";
import { helpNow } from "../support.js";

export const title = "Questionnaire";

const SELF_HARM = "44260-8";
const HOW_OFTEN = ["not at all", "several days", "more than half", "nearly every day"];

export async function show(place, { rest: [code, id], signal }) {
  const { answer: { items: all } } = await seen("questionnaires", "questionnaires", { signal });
  const one = all.find((each) => each.code === code);
  const kept = id ? await record("answers", id) : null;
  if (!one || (id && !kept)) {
    place.append(empty("There is no such questionnaire", h("a", { href: "#/questionnaires" }, "All of them")));
    return;
  }
  const date = kept?.date ?? (await today());
  const key = id ?? newId();
  const items = { ...kept?.items };
  const { asks_self_harm: asksSelfHarm } = await me();
  const asked = one.items.filter((item) => asksSelfHarm || item.code !== SELF_HARM || items[SELF_HARM] > 0);
  const answered = (item, value) => {
    items[item] = value;
    if (item === SELF_HARM && value > 0) helpNow(`answers ${key}`);
  };
  place.append(
    h("p", {}, h("a", { href: "#/questionnaires" }, "All questionnaires")),
    h("h1", {}, one.label),
    h("p", { class: "lead" }, asks(one, date)),
    asked.length < one.items.length
      ? h("p", { class: "notice" }, "The question about self-harm is left out, as you chose. Without it there is no score.") : "",
    form({
      send: id ? "Save" : "Done",
      after: id && h("button", { type: "button", class: "button plain", onclick: async () => {
        await erase("answers", id);
        go("#/questionnaires");
      } }, "Remove it"),
      fields: asked.map((item) => question(item, items[item.code] ?? null, answered)),
      onSend: async () => {
        const given = Object.fromEntries(Object.entries(items).filter(([, value]) => value !== null));
        if (!Object.keys(given).length) return "Nothing is answered yet.";
        const kept = await write("answers", key, { date, questionnaire: code, items: id ? items : given });
        if (!kept) return "This device could not keep it yet. Leave the page open: it is tried again.";
        go("#/questionnaires");
      },
    }));
}

const asks = ({ recall_days: days, items: [{ high }] }, date) =>
  high === 3
    ? `In the ${days} days up to ${wholeDate(date)}, how often was each of these a trouble?`
    : `In the ${days} days up to ${wholeDate(date)}, how much was it? 0 is not at all, ${high} is the most.`;

function question({ code, label, low, high }, value, answered) {
  if (high === 3) {
    return choices({
      title: label, segments: true, value,
      options: HOW_OFTEN.map((words, grade) => ({ value: grade, label: words })),
      onChoose: (next) => answered(code, next),
    }).element;
  }
  return slider({ label, low, high, step: 1, value, onRecord: (next) => answered(code, next) }).element;
}
