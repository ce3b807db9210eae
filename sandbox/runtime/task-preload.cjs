"use strict";

/*
 * Loaded into a task's process before its program (`node --require`). It ends the task with the sandbox, and lets the
 * names of the task's network resolve through the sandbox's name server; the program knows of neither.
 */

const dns = require("node:dns");
const { syncBuiltinESMExports } = require("node:module");
const { isIP } = require("node:net");
const { promisify } = require("node:util");
const { isMainThread } = require("node:worker_threads");
const { whenParentIsGone } = require("./parent-guard.cjs");

if (isMainThread) whenParentIsGone(() => process.kill(-process.pid, "SIGKILL"));
if (process.env.SANDBOX_NAME_SERVER) resolveThrough(process.env.SANDBOX_NAME_SERVER);

/**
 * Makes `dns.lookup`, which `http`, `fetch` and `net` use, ask the sandbox's name server, and keeps its answers for as
 * long as the records live. Addresses, `localhost` and names outside of the sandbox's zones (the server refuses those)
 * resolve as ever.
 */
function resolveThrough(server) {
  const resolver = new dns.promises.Resolver({ timeout: 1000, tries: 3 });
  resolver.setServers([server]);
  const systemLookup = dns.lookup;
  /** By name: the promise of its records, `{address, ttl}`, and when they expire. */
  const cache = new Map();

  function records(name) {
    const known = cache.get(name);
    if (known && known.expires > Date.now()) return known.answer;
    const entry = { expires: Infinity, answer: resolver.resolve4(name, { ttl: true }) };
    cache.set(name, entry);
    entry.answer.then(
      (found) => {
        entry.expires = Date.now() + 1000 * Math.min(...found.map(({ ttl }) => ttl));
      },
      () => cache.delete(name),
    );
    return entry.answer;
  }

  function lookup(hostname, options, callback) {
    if (typeof options === "function") return lookup(hostname, {}, options);
    const { family = 0, all = false } = typeof options === "number" ? { family: options } : (options ?? {});
    const name = typeof hostname === "string" ? hostname.toLowerCase().replace(/\.$/, "") : "";
    if (name === "" || isIP(name) || name === "localhost" || family === 6 || family === "IPv6") {
      return systemLookup(hostname, options, callback);
    }
    records(name).then(
      (found) => {
        const addresses = shuffled(found).map(({ address }) => ({ address, family: 4 }));
        // Out of the promise, so that what the callback throws is the program's own uncaught exception.
        setImmediate(() => (all ? callback(null, addresses) : callback(null, addresses[0].address, 4)));
      },
      (error) => {
        const absent = error.code === "ENOTFOUND" || error.code === "ENODATA";
        setImmediate(() =>
          absent ? callback(notFound(hostname)) : systemLookup(hostname, options, callback),
        );
      },
    );
    return {};
  }

  lookup[promisify.custom] = (hostname, options) =>
    new Promise((resolve, reject) => {
      lookup(hostname, options ?? {}, (error, address, family) => {
        if (error) reject(error);
        else resolve(Array.isArray(address) ? address : { address, family });
      });
    });
  dns.lookup = lookup;
  dns.promises.lookup = lookup[promisify.custom];
  syncBuiltinESMExports();
}

/** The error that `getaddrinfo` gives for a name without addresses. */
function notFound(hostname) {
  const message = `getaddrinfo ENOTFOUND ${hostname}`;
  return Object.assign(new Error(message), {
    errno: -3008,
    code: "ENOTFOUND",
    syscall: "getaddrinfo",
    hostname,
  });
}

function shuffled(items) {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
