// uPlot, fetched when the first line is drawn. It came from npm when the server was set up.

import { h } from "../dom.js";

const AT = "/static/packages/uplot-1.6.32";

/** It could not be had: whoever draws shows the table instead. */
export class NoCharts extends Error {}

let loading = null;

export function plotter() {
  loading ??= load();
  loading.catch(() => (loading = null));
  return loading;
}

function load() {
  return new Promise((resolve, reject) => {
    const script = h("script", {
      src: `${AT}/uPlot.iife.min.js`,
      onload: () => resolve(globalThis.uPlot),
      onerror: () => reject(new NoCharts("The charts could not be loaded.")),
    });
    document.head.append(h("link", { rel: "stylesheet", href: `${AT}/uPlot.min.css` }), script);
  });
}
