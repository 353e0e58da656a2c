// All that is used of Node.js.
declare const process: { argv: string[] };
