// The client of VS Code against `froe serve --lsp`.
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { c, check, froe, makeTree, python, same } from './tree.mjs';

const require = createRequire(import.meta.url);
const rpc = require('vscode-languageserver-protocol/node');

class Client {
  constructor(root) {
    this.root = root;
    this.process = spawn(froe, ['serve', '--lsp'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.diagnostics = [];
    this.connection = rpc.createProtocolConnection(
      new rpc.StreamMessageReader(this.process.stdout), new rpc.StreamMessageWriter(this.process.stdin));
    this.connection.onNotification(rpc.PublishDiagnosticsNotification.type, (p) => this.diagnostics.push(p));
    this.connection.onRequest(rpc.WorkDoneProgressCreateRequest.type, () => null);
    this.connection.listen();
  }
  async start(encodings) {
    const result = await this.connection.sendRequest(rpc.InitializeRequest.type, {
      processId: process.pid,
      rootUri: pathToFileURL(this.root).href,
      workspaceFolders: [{ uri: pathToFileURL(this.root).href, name: 'tree' }],
      capabilities: {
        general: { positionEncodings: encodings },
        textDocument: { documentSymbol: { hierarchicalDocumentSymbolSupport: true }, publishDiagnostics: { versionSupport: true } },
        window: { workDoneProgress: true },
      },
    });
    await this.connection.sendNotification(rpc.InitializedNotification.type, {});
    return result;
  }
  uri(path) { return pathToFileURL(join(this.root, path)).href; }
  open(path, text, languageId = 'python') {
    this.connection.sendNotification(rpc.DidOpenTextDocumentNotification.type, {
      textDocument: { uri: this.uri(path), languageId, version: 1, text } });
  }
  change(path, version, contentChanges) {
    this.connection.sendNotification(rpc.DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(path), version }, contentChanges });
  }
  outline(path) {
    return this.connection.sendRequest(rpc.DocumentSymbolRequest.type, { textDocument: { uri: this.uri(path) } });
  }
  async stop() {
    await this.connection.sendRequest(rpc.ShutdownRequest.type);
    await this.connection.sendNotification(rpc.ExitNotification.type);
    same(await this.ended, 0, 'the exit status after shutdown');
  }
}

async function until(condition, what) {
  for (let i = 0; i < 500; ++i) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  throw new Error('waited in vain for ' + what);
}

async function usual(encoding) {
  const client = new Client(makeTree());
  const { capabilities } = await client.start([encoding]);
  same(capabilities.positionEncoding, encoding, 'the encoding');
  client.open('lib/shelf.py', python);
  let [shelf] = (await client.outline('lib/shelf.py')).slice(-1);
  same(shelf.children.map((each) => each.name), ['put', 'take'], 'the outline');

  // A column behind a character outside of the basic plane, and one behind "é".
  const at = python.split('\n').findIndex((line) => line.includes('"é"'));
  const column = python.split('\n')[at].indexOf('"x"') + (encoding === 'utf-8' ? 1 : 0);
  client.change('lib/shelf.py', 2, [
    { range: { start: { line: at, character: column }, end: { line: at, character: column + 3 } }, text: 'late()' },
    { range: { start: { line: at + 1, character: 0 }, end: { line: at + 1, character: 0 } },
      text: '\n    def added(self):\n        return self.put(1)\n' }]);
  [shelf] = (await client.outline('lib/shelf.py')).slice(-1);
  same(shelf.children.map((each) => each.name), ['put', 'take', 'added'], 'the outline of unsaved text');

  const position = { textDocument: { uri: client.uri('lib/shelf.py') },
    position: { line: at, character: python.split('\n')[at].indexOf('put') + 1 } };
  const [definition] = await client.connection.sendRequest(rpc.DefinitionRequest.type, position);
  same([definition.uri, definition.range.start.line], [client.uri('lib/shelf.py'), 6], 'the definition');
  const uses = await client.connection.sendRequest(rpc.ReferencesRequest.type, { ...position, context: { includeDeclaration: false } });
  same(uses.map((use) => use.range.start.line), [at, at + 3], 'references in unsaved text');
  same(uses[0].range.start.character, python.split('\n')[at].indexOf('put'), 'the column of a reference');
  const chunks = await client.connection.sendRequest('froe/chunks', { textDocument: position.textDocument, text: true });
  check(chunks.chunks.map((each) => each.text).join('').includes('late()'), 'chunks of unsaved text');
  same(chunks.version, 2, 'the version of the chunks');

  await until(async () => (await client.connection.sendRequest(rpc.WorkspaceSymbolRequest.type, { query: 'helper' })).length > 0, 'the index');
  const [helper] = await client.connection.sendRequest(rpc.WorkspaceSymbolRequest.type, { query: 'helper' });
  same([helper.location.uri, helper.location.range.start], [client.uri('src/start.c'), { line: 0, character: 4 }], 'workspace/symbol');
  const [added] = await client.connection.sendRequest(rpc.WorkspaceSymbolRequest.type, { query: 'ADDED' });
  same(added.name, 'added', 'workspace/symbol of unsaved text');
  const found = await client.connection.sendRequest('froe/search', { query: 'added', limit: 5 });
  same(found.results.map((each) => [each.uri, each.open]), [[client.uri('lib/shelf.py'), true]], 'froe/search in unsaved text');

  const [item] = await client.connection.sendRequest(rpc.CallHierarchyPrepareRequest.type,
    { textDocument: { uri: client.uri('src/start.c') }, position: { line: 0, character: 5 } });
  const callers = await client.connection.sendRequest(rpc.CallHierarchyIncomingCallsRequest.type, { item });
  same(callers.map((call) => call.from.name), ['start'], 'incoming calls');
  const callees = await client.connection.sendRequest(rpc.CallHierarchyOutgoingCallsRequest.type, { item: callers[0].from });
  same(callees.map((call) => call.to.name), ['helper'], 'outgoing calls');
  const hover = await client.connection.sendRequest(rpc.HoverRequest.type,
    { textDocument: { uri: client.uri('src/start.c') }, position: { line: 7, character: 11 } });
  check(hover.contents.value.includes('int helper(int a)'), 'hover');
  const folds = await client.connection.sendRequest(rpc.FoldingRangeRequest.type, { textDocument: { uri: client.uri('src/start.c') } });
  check(folds.some((fold) => fold.startLine === 0 && fold.endLine === 3), 'folds');
  const [selection] = await client.connection.sendRequest(rpc.SelectionRangeRequest.type,
    { textDocument: { uri: client.uri('src/start.c') }, positions: [{ line: 2, character: 9 }] });
  same(selection.range, { start: { line: 2, character: 9 }, end: { line: 2, character: 10 } }, 'the innermost selection');
  same(selection.parent.range.end.character, 14, 'the next selection');

  // Saved: the index follows.
  writeFileSync(join(client.root, 'src/more.c'), 'int brand_new(void) { return 0; }\n');
  client.connection.sendNotification(rpc.DidChangeWatchedFilesNotification.type, { changes: [] });
  await until(async () => (await client.connection.sendRequest(rpc.WorkspaceSymbolRequest.type, { query: 'brand_new' })).length === 1, 'a changed file');
  await client.stop();
}

async function diagnostics() {
  const client = new Client(makeTree());
  await client.start(['utf-16']);
  client.open('src/start.c', c, 'c');
  await until(() => client.diagnostics.length === 1, 'diagnostics');
  same([client.diagnostics[0].version, client.diagnostics[0].diagnostics], [1, []], 'diagnostics of a clean text');
  client.change('src/start.c', 7, [{ text: 'int broken( {\n' }]);
  await until(() => client.diagnostics.length === 2, 'diagnostics of the change');
  same(client.diagnostics[1].version, 7, 'the version of diagnostics');
  check(client.diagnostics[1].diagnostics.length > 0, 'syntax errors');
  const pulled = await client.connection.sendRequest(rpc.DocumentDiagnosticRequest.type, { textDocument: { uri: client.uri('src/start.c') } });
  same(pulled.items, client.diagnostics[1].diagnostics, 'pulled diagnostics');
  await client.stop();
}

async function cancelled() {
  const client = new Client(makeTree());
  await client.start(['utf-8']);
  client.open('src/start.c', c, 'c');
  // Many at once, so that the last are still waiting when they are cancelled.
  const source = new rpc.CancellationTokenSource();
  const all = [];
  for (let i = 0; i < 200; ++i) {
    all.push(client.connection.sendRequest(rpc.WorkspaceSymbolRequest.type, { query: '' }, source.token)
      .then(() => 'answered', (error) => error.code));
  }
  source.cancel();
  const codes = new Set(await Promise.all(all));
  check(codes.has(-32800), 'a cancelled request is answered so: ' + [...codes]);
  same([...codes].filter((code) => code !== -32800 && code !== 'answered' && code !== -32803), [], 'other answers');
  check((await client.outline('src/start.c')).length === 2, 'the server goes on');
  await client.stop();
}

async function exits() {
  const client = new Client(makeTree());
  await client.start(['utf-8']);
  await client.connection.sendNotification(rpc.ExitNotification.type);
  same(await client.ended, 1, 'the exit status without shutdown');
  const vanished = new Client(makeTree());
  await vanished.start(['utf-8']);
  vanished.process.stdin.end();
  same(await vanished.ended, 1, 'the exit status when the client vanishes');
}

// A generator of numbers that is the same each time.
function random(seed) {
  return (most) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % most;
  };
}

async function thousandEdits(encoding, path, languageId, start) {
  const client = new Client(makeTree());
  await client.start([encoding]);
  const next = random(17);
  const pieces = ['x', '\n', '\r\n', 'é', '📚', '  ', 'def f(a):\n    return a\n', '{', '}', '"', 'int g(void) { return 1; }\n', '\r', ''];
  let text = start;
  client.open(path, text, languageId);
  const units = (line) => encoding === 'utf-8' ? Buffer.byteLength(line) : line.length;
  const offsetToPosition = (offset) => {
    const before = text.slice(0, offset);
    const lines = before.split(/\r\n|\r|\n/);
    return { line: lines.length - 1, character: units(lines.at(-1)) };
  };
  // Not between the halves of a pair, nor of a line break.
  const place = () => {
    for (;;) {
      const at = next(text.length + 1);
      const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
      if (before >= 0xd800 && before < 0xdc00 && after >= 0xdc00) continue;
      if (text[at - 1] === '\r' && text[at] === '\n') continue;
      return at;
    }
  };
  for (let version = 2; version < 1002; ++version) {
    let [begin, end] = [place(), place()].sort((a, b) => a - b);
    if (end - begin > 12) end = begin;
    const piece = pieces[next(pieces.length)];
    const range = { start: offsetToPosition(begin), end: offsetToPosition(end) };
    client.change(path, version, [{ range, text: piece }]);
    text = text.slice(0, begin) + piece + text.slice(end);
    if (version % 100 !== 0) continue;
    const edited = await client.outline(path);
    const { chunks } = await client.connection.sendRequest('froe/chunks', { textDocument: { uri: client.uri(path) }, text: true });
    same(chunks.map((each) => each.text).join(''), text, `the text after ${version - 1} edits`);
    const fresh = new Client(client.root);
    await fresh.start([encoding]);
    fresh.open(path, text, languageId);
    same(edited, await fresh.outline(path), `the outline after ${version - 1} edits`);
    await fresh.stop();
  }
  await client.stop();
}

for (const encoding of ['utf-8', 'utf-16']) await usual(encoding);
await diagnostics();
await cancelled();
await exits();
await thousandEdits('utf-16', 'lib/shelf.py', 'python', python.repeat(10));
await thousandEdits('utf-8', 'src/start.c', 'c', c.repeat(20));
console.log('lsp: passed');
