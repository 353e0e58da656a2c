// Patterns: what was found in the diary, on one screen: a sentence, the days, what would change it.

import { get, put as send } from "../api.js";
import { choices } from "../choices.js";
import { onDiary } from "../diary.js";
import { h, put } from "../dom.js";
import { vocabulary } from "../me.js";
import { NAMES, evidence, lasted, stateSaid } from "../patterns.js";
import { asOf, seen } from "../seen.js";
import { failure } from "../states.js";

export const title = "Patterns";

const VERDICTS = [
  { value: "right", label: "It fits" },
  { value: "not_right", label: "It does not" },
  { value: "unsure", label: "Not sure" },
];

const LOOK_AGAIN = 4000; // milliseconds, while a review is on its way

export async function show(place, { rest: [id], signal }) {
  let before = null;
  const draw = async () => {
    const { mark, behind, shown } = await (id ? one(id, signal) : all(signal));
    if (signal.aborted) return;
    if (mark !== before) put(place, shown()); // else what is open and chosen stays as it is
    before = mark;
    if (behind) setTimeout(again, LOOK_AGAIN);
  };
  const again = () => signal.aborted || draw().catch((error) => signal.aborted || put(place, failure(error, again)));
  await draw();
  onDiary(again, { signal });
}

async function all(signal) {
  const [found, { symptoms }] = await Promise.all([seen("patterns", "patterns?limit=100", { signal }), vocabulary()]);
  const { items, state, as_of_seq: written, reviewed_seq: looked } = found.answer;
  const open = items.filter(({ status }) => status === "open");
  const past = items.filter(({ status }) => status !== "open");
  const wholes = await Promise.all(open.map(({ id }) => seen(`pattern ${id}`, `patterns/${id}`, { signal })));
  const cards = await Promise.all(wholes.map(({ answer }) => card(answer, symptoms, signal)));
  const others = Object.keys(NAMES).filter((kind) => !open.some((each) => each.kind === kind) || state[kind].status === "paused");
  const shown = () => [
    h("h1", {}, title),
    asOf(found),
    looked < written && h("p", { class: "notice", role: "status" }, "Your latest entries are still being looked over."),
    h("p", { class: "quiet-text" }, open.length
      ? "This was seen in your entries. It is a pattern, not a diagnosis, and it cannot say why."
      : "Nothing is open now. That does not mean that nothing is wrong: it is only what your entries show."),
    h("div", { class: "side-by-side" },
      cards,
      others.map((kind) => quiet(kind, state[kind]))),
    helpNear(),
    past.length > 0 && h("section", {}, h("h2", {}, "Earlier"), h("ul", { class: "rows past" }, past.map((each) =>
      h("li", {}, h("a", { class: "row", href: `#/patterns/${each.id}` },
        h("span", {}, NAMES[each.kind], h("span", { class: "hint" }, lasted(each), ". ", each.summary))))))),
    h("p", {}, h("a", { href: "#/insights" }, "What goes with what")),
  ];
  return { mark: [written, looked, found.offline].join(), behind: looked < written && !found.offline, shown };
}

async function one(id, signal) {
  const [{ answer, ...when }, { symptoms }] = await Promise.all([
    seen(`pattern ${id}`, `patterns/${encodeURIComponent(id)}`, { signal }), vocabulary(),
  ]);
  const whole = await card(answer, symptoms, signal);
  const shown = () => [
    h("p", {}, h("a", { href: "#/patterns" }, "All patterns")),
    asOf({ answer, ...when }),
    whole,
    helpNear(),
  ];
  return { mark: JSON.stringify(answer), shown };
}

async function card(pattern, symptoms, signal) {
  const withdrawn = pattern.status === "withdrawn";
  return h("article", { class: "card pattern", "aria-label": NAMES[pattern.kind] },
    h("p", { class: "pattern-when" }, NAMES[pattern.kind], " · ", lasted(pattern)),
    h("h2", {}, pattern.summary),
    !withdrawn && evidence(pattern, symptoms),
    pattern.would_change.length > 0 && h("section", {}, h("h3", {}, "What would change this"),
      h("ul", { class: "plain-list" }, pattern.would_change.map((words) => h("li", {}, words)))),
    pattern.look_at_pain && h("p", { class: "notice" }, pattern.look_at_pain),
    h("details", { class: "why-fold" }, h("summary", {}, "Why you see this"),
      h("p", {}, pattern.why), h("p", { class: "hint" }, `Rules ${pattern.rules}.`)),
    await feedback(pattern, signal));
}

/** What the person thinks of it. It changes nothing in what is found. */
async function feedback({ id }, signal) {
  const said = h("p", { class: "hint", role: "status" });
  const path = `patterns/${encodeURIComponent(id)}/feedback`;
  let kept;
  try {
    kept = await get(path, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    return null; // without a network there is nothing to say it to
  }
  const ask = choices({
    title: "Does this fit?",
    options: VERDICTS,
    value: kept.verdict,
    onChoose: async (verdict) => {
      if (verdict === null) return ask.set(kept.verdict); // what was said can be changed, not unsaid
      try {
        kept = await send(path, { verdict, note: kept.note }, { signal });
        said.textContent = "Thank you, it is kept.";
      } catch (error) {
        ask.set(kept.verdict);
        said.textContent = error.message;
      }
    },
  });
  return h("div", { class: "feedback" }, ask.element, said);
}

function quiet(kind, state) {
  const [head, words] = stateSaid(kind, state);
  return h("section", { class: "card quiet-state" },
    h("p", { class: "pattern-when" }, NAMES[kind]), h("h3", {}, head), h("p", { class: "quiet-text" }, words));
}

const helpNear = () =>
  h("p", { class: "notice" }, "If you are not safe, or want to talk to somebody: ", h("a", { href: "#help" }, "numbers to call"), ".");
