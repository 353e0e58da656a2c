// The nine questions. What is answered about self-harm brings help lines at once, network or not.

import { choices } from "../choices.js";
import { h, put } from "../dom.js";
import { helpNow } from "../support.js";
import { countOf, fold } from "./fold.js";

const SELF_HARM = "self_harm_thoughts";

export function symptomQuestions({ day, date, symptoms, record, asksSelfHarm }) {
  // Somebody who is not asked can still see, and take back, what is recorded.
  const asked = symptoms.filter(({ name }) =>
    name !== SELF_HARM || asksSelfHarm || (day[name] ?? null) !== null);
  const reminder = h("div", {});
  const questions = asked.map((symptom) => ({
    name: symptom.name,
    ...question(symptom, day[symptom.name] ?? null, (value) => {
      if (symptom.name === SELF_HARM && value > 0) helpNow(`entries ${date}`);
      record({ [symptom.name]: value });
    }),
  }));
  const { element, say } = fold("The nine questions", [
    h("p", { class: "hint" }, "How much of the day was it there? Leave out what you do not want to answer."),
    ...questions.map((each) => each.element), reminder,
  ]);
  const set = (next) => {
    questions.forEach((each) => each.set(next[each.name] ?? null));
    say(countOf(asked.map(({ name }) => next[name])));
    put(reminder, next[SELF_HARM] > 0
      && h("p", { class: "notice care" }, "You do not have to carry this alone. ",
        h("a", { href: "#help" }, "Numbers to call")));
  };
  set(day);
  return { element, set };
}

function question({ label, help, low, grades }, value, onChoose) {
  const signed = low < 0;
  const options = grades.map((grade) => ({
    value: grade.value,
    label: grade.label,
    short: signed ? withSign(grade.value) : undefined,
  }));
  const asked = choices({ title: label, help, options, segments: true, value, onChoose });
  if (signed) {
    asked.element.append(h("div", { class: "ends", "aria-hidden": "true" },
      h("span", {}, grades[0].label), h("span", {}, grades.at(-1).label)));
  }
  return asked;
}

const withSign = (grade) => (grade > 0 ? `+${grade}` : String(grade).replace("-", "−"));
