// Both SDKs, and lines by hand, against `froe serve --mcp`.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as Earlier } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Client as Modern } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { check, froe, makeTree, same } from './tree.mjs';

// The counter of the encodings' authors.
const { get_encoding } = createRequire(new URL('../../../grammars/', import.meta.url))('tiktoken');
const encoding = get_encoding('o200k_base');
const tokens = (text) => encoding.encode(text, [], []).length;

const files = {};
for (let i = 0; i < 40; ++i) files[`many/m${i}.py`] = `def lookup_${i}(key):\n    """Finds the key 📚 in table ${i}."""\n    return table_${i}[key]\n`;

async function sdk(name, client, transport) {
  await client.connect(transport);
  const { tools } = await client.listTools();
  same(tools.map((tool) => tool.name),
    ['search_code', 'get_chunk', 'outline', 'find_symbol', 'find_references', 'what_changed', 'index_status'], `${name}: tools`);
  const call = async (tool, args = {}) => client.callTool({ name: tool, arguments: args });
  const text = async (tool, args) => {
    const result = await call(tool, args);
    check(!result.isError, `${name}: ${tool}: ${result.content[0].text}`);
    return result.content[0].text;
  };
  check((await text('search_code', { query: 'holds books' })).startsWith('lib/shelf.py:'), `${name}: search_code`);
  check((await text('find_symbol', { name: 'helper' })).includes('src/start.c:1-4  function helper'), `${name}: find_symbol`);
  check((await text('find_symbol', { name: 'LOOKUP', match: 'prefix', limit: 5 })).includes('[1-5 of 40;'), `${name}: a prefix`);
  check((await text('find_references', { name: 'helper' })).includes('src/start.c:8  call in function start'), `${name}: find_references`);
  check((await text('outline', { path: 'lib/shelf.py' })).includes('  7-8  method put'), `${name}: outline`);
  check((await text('outline')).includes('many/  40 files'), `${name}: outline of the root`);
  check((await text('get_chunk', { ids: ['src/start.c:8'] })).includes('return helper(2);'), `${name}: get_chunk`);
  check((await text('index_status')).includes('references: gathered'), `${name}: index_status`);
  const changed = await call('what_changed');
  check(changed.isError && changed.content[0].text.includes('repository'), `${name}: what_changed outside of git`);
  const wrong = await call('find_symbol', { name: 'helper', fuzzy: true });
  check(wrong.isError && wrong.content[0].text.includes('there is no argument named fuzzy'), `${name}: unknown arguments`);

  // To the token, whatever the budget; and pages that together are the whole list.
  for (const budget of [100, 101, 150, 233, 500]) {
    const seen = new Set();
    for (let cursor; ;) {
      const result = await call('search_code', { query: 'lookup key table', limit: 7, max_tokens: budget, include_body: true, ...(cursor && { cursor }) });
      check(tokens(result.content[0].text) <= budget, `${name}: ${tokens(result.content[0].text)} tokens of ${budget}`);
      for (const [place] of result.content[0].text.matchAll(/^many\S+/gm)) seen.add(place);
      cursor = result._meta['froe/page'].next_cursor;
      if (!cursor) break;
      check(result.content[0].text.includes(cursor), `${name}: the cursor stands in the text`);
    }
    check(seen.size === 40, `${name}: ${seen.size} of 40 found over the pages`);
  }
  const strange = await call('find_symbol', { name: 'helper', cursor: '12345678.3' });
  check(strange.isError, `${name}: a cursor of another list`);

  const { resources } = await client.listResources();
  check(resources.some((each) => each.uri === 'froe://outline/lib/shelf.py'), `${name}: resources`);
  const { contents } = await client.readResource({ uri: 'froe://outline/lib/shelf.py' });
  check(contents[0].text.includes('class Shelf'), `${name}: an outline as a resource`);
  for (const uri of ['froe://outline/../../etc/passwd', 'froe://outline/%2e%2e/%2e%2e/etc/passwd', 'froe://outline//etc/passwd', 'froe://outline/outside/passwd', 'froe://outline/%00', 'file:///etc/passwd']) {
    const answer = await client.readResource({ uri }).catch((error) => error);
    check(answer instanceof Error, `${name}: ${uri} is refused`);
  }
  for (const path of ['../x', '/etc/passwd', 'lib/../../x', 'outside/passwd']) {
    const answer = await call('get_chunk', { ids: [path] });
    check(answer.isError, `${name}: ${path} is refused`);
  }
  await client.close();
}

class Lines {
  constructor(root) {
    this.process = spawn(froe, ['serve', '--mcp', root], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.waiting = [];
    this.got = [];
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      const message = JSON.parse(line);
      this.got.push(message);
      this.waiting.splice(0).forEach((wake) => wake());
    });
  }
  say(line) { this.process.stdin.write(typeof line === 'string' || Buffer.isBuffer(line) ? line : JSON.stringify({ jsonrpc: '2.0', ...line }) + '\n'); }
  async answer(id) {
    for (;;) {
      const found = this.got.find((message) => message.id === id);
      if (found) return found;
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }
}

const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };

async function byHand(root) {
  const server = new Lines(root);
  server.say({ id: 1, method: 'tools/list' });
  same((await server.answer(1)).error.code, -32600, 'a request before initialize');
  server.say({ id: 2, method: 'server/discover', params: { _meta: meta } });
  const { result } = await server.answer(2);
  same([result.resultType, result.supportedVersions[0], typeof result.ttlMs], ['complete', '2026-07-28', 'number'], 'discover');
  server.say({ id: 3, method: 'tools/list', params: { _meta: { ...meta, 'io.modelcontextprotocol/protocolVersion': '2031-01-01' } } });
  const refused = (await server.answer(3)).error;
  same([refused.code, refused.data.requested], [-32022, '2031-01-01'], 'an unknown version');
  check(refused.data.supported.includes('2026-07-28'), 'the versions that there are');

  const garbage = ['garbage\n', '{"jsonrpc":"2.0","id":\n', Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]), '[]\n', '42\n', '\n', '"x"\n',
    '{"jsonrpc":"1.0","id":77,"method":"ping"}\n', '['.repeat(10000) + '\n', '{"jsonrpc":"2.0","id":{},"method":"ping"}\n'];
  for (const line of garbage) server.say(line);
  server.say({ id: 4, method: 'no/such/method', params: { _meta: meta } });
  same((await server.answer(4)).error.code, -32601, 'an unknown method after garbage');
  same(server.got.filter((message) => message.id === null).map((message) => message.error.code),
    [-32700, -32700, -32700, -32600, -32600, -32600, -32700, -32600], 'garbage is answered');

  // What is cancelled is not answered, and what follows is.
  for (let id = 100; id < 150; ++id) server.say({ id, method: 'tools/call', params: { _meta: meta, name: 'search_code', arguments: { query: 'lookup key', limit: 50, include_body: true } } });
  for (let id = 110; id < 150; ++id) server.say({ method: 'notifications/cancelled', params: { requestId: id } });
  server.say({ id: 5, method: 'tools/call', params: { _meta: meta, name: 'index_status', arguments: {} } });
  await server.answer(5);
  const answered = server.got.filter((message) => message.id >= 100 && message.id < 150).length;
  check(answered < 50 && answered >= 1, `${answered} of 50 answered`);
  check(!server.got.some((message) => message.id === 149), 'a cancelled call has no answer');
  server.process.stdin.end();
  same(await server.ended, 0, 'the exit status at the end of input');
}

async function indexTakenAway(root) {
  const server = new Lines(root);
  const find = async (id) => {
    server.say({ id, method: 'tools/call', params: { _meta: meta, name: 'find_symbol', arguments: { name: 'helper' } } });
    return (await server.answer(id)).result;
  };
  check(!(await find(1)).isError, 'an answer from the index');
  const database = join(root, '.froe', 'index.db');
  const takeAway = () => {
    for (const name of readdirSync(join(root, '.froe'))) {
      if (!name.endsWith('.lock')) rmSync(join(root, '.froe', name), { force: true });
    }
  };
  let id = 2;
  const until = async (condition, what) => {
    for (; ; ++id) {
      const { isError, content } = await find(id);
      if (condition(isError, content[0].text)) return;
      check(id < 1000, what);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  takeAway();
  await until((isError, text) => !isError && text.includes('src/start.c:'), 'an index that was deleted is made again');
  takeAway();
  writeFileSync(database, 'this is no index');
  await until((isError, text) => isError && text.includes('not a froe index'), 'what is no index is called so');
  takeAway();
  await until((isError, text) => !isError && text.includes('src/start.c:'), 'the index is made once more');
  server.process.stdin.end();
  same(await server.ended, 0, 'the exit status');
}

const root = makeTree(files);
symlinkSync('/etc', join(root, 'outside'));
const parameters = { command: froe, args: ['serve', '--mcp', root], stderr: 'inherit' };
const info = { name: 'test', version: '1' };
await sdk('sdk', new Earlier(info), new EarlierTransport(parameters));
for (const mode of ['auto', 'legacy', { pin: '2026-07-28' }]) {
  await sdk(`client, ${JSON.stringify(mode)}`, new Modern(info, { versionNegotiation: { mode } }), new ModernTransport(parameters));
}
await byHand(root);
await indexTakenAway(root);
console.log('mcp: passed');
