// node harness.js TASK JSON: runs one task with two phones of one person, and prints what it found.
import * as phones from "./phone.js";
import { Device } from "./device.js";
import * as scenarios from "./scenarios.js";
import { soak } from "./soak.js";

const [task, given] = process.argv.slice(2);
const options = JSON.parse(given);

// Two installed apps, each with a store of its own; `fetch` is the weather that each has.
async function pair(fetches = []) {
  return Promise.all([0, 1].map(async (place) => {
    const troubles = [], help = [];
    const onSupport = (support) => help.push(support);
    const device = new Device({ ...options, store: {}, onSupport, fetch: fetches[place] });
    const phone = await phones.open(device, (result) => troubles.push(result));
    return Object.assign(phone, { device, troubles, help });
  }));
}

const steps = [];
const run = task === "soak" ? soak : scenarios[task];
const found = await run(pair, options, (said) => steps.push(said));
console.log(JSON.stringify({ steps, ...found }));
process.exit(0);
