import { account, wrong } from "../accounts.js";
import { nameOf } from "../browsers.js";
import { h } from "../dom.js";

/** Every device that is signed in; each can be signed out from here. */
export async function sessions(redraw) {
  const answer = await account("GET", "auth/sessions");
  if (answer.status !== 200) throw new Error(wrong(answer));
  const said = h("p", { class: "error", role: "alert" });
  const end = async (id) => {
    const ended = await account("DELETE", "auth/sessions", { sessions: [id] });
    if (ended.status === 200) await redraw();
    else said.textContent = wrong(ended);
  };
  const mineFirst = [...answer.data].sort((one, other) =>
    other.is_current - one.is_current || other.created_at - one.created_at);
  return [
    h("p", { class: "quiet-text" }, "Is there one that you do not know? Sign it out: it sees nothing more until it signs in again."),
    h("ul", { class: "rows" }, mineFirst.map((each) =>
      h("li", { class: "row" },
        h("span", {}, nameOf(each.user_agent),
          h("span", { class: "hint" }, toldOf(each))),
        each.is_current
          ? h("span", { class: "fold-said" }, "this device")
          : h("button", { type: "button", class: "button quiet", onclick: () => end(each.id) }, "Sign out")))),
    said,
  ];
}

function toldOf({ created_at: since, last_seen_at: seen, ip }) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
  const said = [`since ${format.format(since * 1000)}`, seen && `last seen ${format.format(seen * 1000)}`, ip && `from ${ip}`];
  return said.filter(Boolean).join(", ");
}
