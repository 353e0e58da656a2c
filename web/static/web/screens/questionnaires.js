// Questionnaires: what is offered now, and the scores so far.

import { Offline, Problem } from "../api.js";
import { shortDay, wholeDate } from "../dates.js";
import { onDiary } from "../diary.js";
import { h, put } from "../dom.js";
import { asOf, seen } from "../seen.js";
import { scores } from "../charts/scores.js";

export const title = "Questionnaires";

export async function show(place, { signal }) {
  const list = h("div", { class: "cards" });
  let drawn = 0;
  const draw = async () => {
    const mine = ++drawn;
    const found = await cards(signal);
    if (mine === drawn) put(list, found);
  };
  // What was answered just now is sent soon, and its score comes with the server's answer.
  onDiary(() => draw().catch(stayAsItIs), { signal });
  await draw();
  place.append(
    h("h1", {}, title),
    h("p", { class: "quiet-text" }, "They ask about one or two weeks as a whole. A score is a number to look back on; it is no diagnosis."),
    list);
}

function stayAsItIs(error) {
  if (!(error instanceof Offline || error instanceof Problem || error.name === "AbortError")) throw error;
}

async function cards(signal) {
  const found = await seen("questionnaires", "questionnaires", { signal });
  const { items } = found.answer;
  const answers = await Promise.all(items.map(({ code }) =>
    seen(`answers ${code}`, `questionnaires/${code}/answers?limit=100`, { signal })));
  const order = (one) => (one.due ? 0 : one.last_on ? 1 : 2);
  const all = items.map((one, at) => ({ ...one, answers: answers[at].answer.items }))
    .sort((one, other) => order(one) - order(other));
  return [asOf(found), ...all.map(card)];
}

function card({ code, label, due, last_on: last, score, answers }) {
  const scored = answers.filter((answer) => answer.score !== null).reverse();
  return h("section", { class: "card", "aria-label": label },
    h("h2", {}, label.replaceAll("-", "\u2011")),
    h("p", { class: "hint" }, [
      due && `Offered until ${shortDay(due.to)}.`,
      last ? `Last answered on ${wholeDate(last)}.` : "Not answered yet.",
      `Scores go from ${score.low} to ${score.high}; higher is worse.`,
    ].filter(Boolean).join(" ")),
    scored.length > 0 && scores({ label, score, answers: scored }),
    h("a", { class: due ? "button small" : "button quiet small", href: `#/questionnaire/${code}` }, "Answer"),
    answers.length > 0 && h("details", { class: "numbers" }, h("summary", {}, "Earlier answers"),
      h("ul", { class: "rows" }, answers.map((answer) => h("li", {},
        h("a", { class: "row", href: `#/questionnaire/${code}/${answer.id}` },
          h("span", {}, wholeDate(answer.date), h("span", { class: "hint" },
            answer.score === null ? "Not all was answered: no score" : `Score ${answer.score}`))))))));
}
