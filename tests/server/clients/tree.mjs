// A small tree to serve, made anew for each client.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const python = `import os


class Shelf:
    """Holds books. 📚"""

    def put(self, book):
        return os.path.join(book)

    def take(self):
        return self.put("é" + "x")
`;
export const c = `int helper(int a)
{
  return a + 1;
}

int start(void)
{
  return helper(2);
}
`;

export function makeTree(files = {}) {
  const root = mkdtempSync(join(tmpdir(), 'froe-clients-'));
  for (const [path, text] of Object.entries({ 'lib/shelf.py': python, 'src/start.c': c, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

export const froe = process.env.FROE;
if (!froe) throw new Error('FROE must name the program');

export function check(condition, what) {
  if (!condition) throw new Error('failed: ' + what);
}
export function same(a, b, what) {
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
  if (x !== y) throw new Error(`failed: ${what}: ${x.slice(0, 500)} and ${y.slice(0, 500)}`);
}
