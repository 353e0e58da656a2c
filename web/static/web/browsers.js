// What browsers say of themselves, in words.

const BROWSERS = [[/Edg\//, "Edge"], [/OPR\//, "Opera"], [/Firefox\//, "Firefox"], [/Chrome\//, "Chrome"], [/Safari\//, "Safari"]];
const SYSTEMS = [[/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]];

/** "Firefox on Android" of what a browser says of itself; apps say their own name. */
export function nameOf(userAgent) {
  const find = (names) => names.find(([mark]) => mark.test(userAgent))?.[1];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  if (!browser) return userAgent.slice(0, 60) || "An app";
  return system ? `${browser} on ${system}` : browser;
}

/** The name of this one. */
export const browserName = () => nameOf(navigator.userAgent);
