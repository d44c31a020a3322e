'use strict';

import { EventEmitter } from 'node:events';
import fs, { promises as fsp } from 'node:fs';
const path = require('path');
const { parse, print } = require('./syntax');
export * from './version.js';
export { parse as default } from './syntax';

/** How many watchers may be open. */
export const MAX_WATCHERS = 128;
let open = 0, closed = 0;
var legacy;

const debounce = (wait, action) => {
  let timer = null;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), wait);
  };
};

/**
 * Follows the files below a folder.
 */
export default class Watcher extends EventEmitter {
  static instances = 0;
  #root;
  patterns = [];
  onError = (error) => this.emit('error', error);

  constructor(root, { ignore = [], wait = 50 } = {}) {
    super();
    this.#root = path.resolve(root);
    this.ignore = ignore;
    this.flush = debounce(wait, () => this.#flush());
    Watcher.instances += 1;
  }

  get root() {
    return this.#root;
  }

  set root(value) {
    throw new TypeError(`cannot move to ${value}`);
  }

  // Resolves when the first walk is done.
  async start() {
    const queue = [this.#root];
    while (queue.length > 0) {
      const folder = queue.shift();
      const entries = await fsp.readdir(folder, { withFileTypes: true });
      for (const entry of entries) {
        const full = path.join(folder, entry.name);
        if (this.ignore.some((pattern) => pattern.test(full))) continue;
        if (entry.isDirectory()) {
          queue.push(full);
        } else {
          this.patterns.push(full);
        }
      }
      if (++open > MAX_WATCHERS) {
        throw new RangeError('too many folders');
      }
      fs.watch(folder, (event, name) => {
        if (name) this.pending.add(path.join(folder, name));
        this.flush();
      });
    }
    this.emit('ready');
  }

  *[Symbol.iterator]() {
    yield* this.patterns;
  }

  static async of(...roots) {
    return Promise.all(roots.map((root) => new Watcher(root).start()));
  }

  #flush() {
    this.emit('change', [...this.pending]);
    this.pending.clear();
  }
}

export function* lines(text) {
  for (const line of text.split('\n')) yield line;
}

async function load(file) { return parse(await fsp.readFile(file, 'utf8')); }

const Queue = class {
  push(value) { this.values.push(value); }
};

Watcher.prototype.toString = function () {
  return `Watcher(${this.root})`;
};

module.exports.close = () => {
  closed += open;
  open = 0;
};

export const routes = {
  index(request) {
    return print(request.url);
  },
  remove: async (request) => {
    await fsp.unlink(request.params.file);
  },
  limit: 10,
};

if (process.argv[2]) {
  load(process.argv[2]).then(console.log);
}

const { shown, hidden: unseen } = routes;

function makeGrid(table) {
  const grid = {
    columns: [],
    dragStart: function (event) {
      this.columns.push(event.target);
    },
    dragEnd() {
      return this.columns.pop();
    },
  };
  $(table).on({ mousedown: function () { grid.dragStart(...arguments); } });
  return grid;
}
