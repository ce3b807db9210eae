"use strict";

const { Socket } = require("node:net");

/**
 * Calls back once the process that started this one is gone, however it went: file descriptor 3 is the end of a pipe
 * that only the parent holds open. It does not keep this process alive.
 *
 * @param {() => void} act What to do then.
 */
exports.whenParentIsGone = function whenParentIsGone(act) {
  const pipe = new Socket({ fd: 3, readable: true, writable: false });
  pipe.on("error", act).on("close", act).resume().unref();
};
