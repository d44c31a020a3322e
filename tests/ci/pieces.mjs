// What a project takes from here into its pipeline, run on a repository of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import yaml from 'js-yaml';

const here = import.meta.dirname;
const root = path.join(here, '../..');
let scratch; // all of it
let tree; // the repository
let bin; // where froe is, and nothing else

function run(command, args, { env = {}, cwd = tree } = {}) {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, HOME: scratch, GIT_CONFIG_NOSYSTEM: '1', ...env } });
  assert.equal(done.error, undefined);
  return { status: done.status, out: done.stdout, err: done.stderr };
}
function git(...args) {
  const done = run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main', ...args]);
  assert.equal(done.status, 0, done.err);
  return done.out.trim();
}
function write(name, text) {
  fs.mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
  fs.writeFileSync(path.join(tree, name), text);
}
const read = (name) => fs.readFileSync(path.join(tree, name), 'utf8');
const many = (name) => `def ${name}(a, b, c, d, e, f, g, h):\n    return a\n`;

before(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'froe-ci-'));
  bin = path.join(scratch, 'bin');
  fs.mkdirSync(bin);
  fs.symlinkSync(process.env.FROE, path.join(bin, 'froe'));
});
after(() => fs.rmSync(scratch, { recursive: true, force: true }));

// A finding that is there, and, in a commit on top, one more.
beforeEach(() => {
  tree = fs.mkdtempSync(path.join(scratch, 'tree-'));
  git('init', '-q', '.');
  write('old.py', many('old'));
  git('add', '-A');
  git('commit', '-qm', 'one');
  write('new file.py', many('fresh'));
  git('add', '-A');
  git('commit', '-qm', 'two');
});

// The steps of a composite action, with its inputs, as a runner executes them: each `run` in a file, by
// `bash --noprofile --norc -eo pipefail`, in the workspace. Steps with `uses` are other actions.
function runAction(given, { event = {}, env = {} } = {}) {
  const action = yaml.load(fs.readFileSync(path.join(root, 'action.yml'), 'utf8'));
  assert.equal(action.runs.using, 'composite');
  for (const name of Object.keys(given)) assert.ok(name in action.inputs, `no input ${name}`);
  const github = { event, sha: git('rev-parse', 'HEAD'), action_ref: 'main' };
  const contexts = { github, runner: { os: 'Linux' }, inputs: {} };
  const evaluate = (text) =>
    String(text).replaceAll(/\$\{\{(.*?)\}\}/g, (whole, expression) => {
      const names = expression.trim().split('.');
      assert.ok(names.every((name) => /^\w+$/.test(name)) && names[0] in contexts, `cannot evaluate ${whole}`);
      return names.reduce((value, name) => value?.[name], contexts) ?? '';
    });
  for (const [name, input] of Object.entries(action.inputs)) {
    assert.ok(input.description, `${name} is not described`);
    contexts.inputs[name] = name in given ? given[name] : evaluate(input.default ?? '');
  }
  const told = { status: 0, out: '', err: '' };
  for (const step of action.runs.steps) {
    if (step.uses !== undefined) {
      assert.match(step.uses, /^[\w-]+\/[\w-]+@v\d+$/);
      for (const value of Object.values(step.with ?? {})) assert.ok(evaluate(value));
      continue;
    }
    assert.equal(step.shell, 'bash');
    const script = path.join(scratch, 'step.sh');
    fs.writeFileSync(script, evaluate(step.run));
    const variables = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, evaluate(value)]));
    const done = run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      env: {
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: tree,
        GITHUB_ACTION_PATH: root,
        PATH: `${bin}:${process.env.PATH}`,
        ...env,
        ...variables,
      },
    });
    told.out += done.out;
    told.err += done.err;
    told.status = done.status;
    if (done.status !== 0) break; // a runner goes no further
  }
  return told;
}

test('action.yml judges what a pull request brings', () => {
  const event = { pull_request: { base: { sha: git('rev-parse', 'HEAD~1') } } };
  const told = runAction({ arguments: '--fail-on new --max-duplication 3' }, { event });
  assert.equal(told.status, 1, told.err);
  assert.match(told.out, /^::warning file=new file\.py,line=1,.*title=too-many-parameters.*::function fresh/m);
  assert.doesNotMatch(told.out, /old\.py/);
  assert.match(told.err, /failed: 1 new finding/);
  const results = JSON.parse(read('froe.sarif')).runs[0].results;
  assert.deepEqual(results.map((each) => each.locations[0].physicalLocation.artifactLocation.uri), ['new%20file.py']);
  // With the index of the run before, and its report in the tree.
  assert.equal(runAction({ arguments: '--fail-on new' }, { event }).out, told.out);
});

test('action.yml judges everything where there is no pull request', () => {
  const told = runAction({});
  assert.equal(told.status, 0, told.err);
  assert.match(told.out, /file=old\.py/);
  assert.match(told.out, /file=new file\.py/);
  assert.equal(runAction({ arguments: '--fail-on warning', sarif: 'out put.sarif' }).status, 1);
  assert.equal(JSON.parse(read('out put.sarif')).version, '2.1.0');
});

test('action.yml judges a part, whatever it is called', () => {
  write('a part/c.py', many('part'));
  const told = runAction({ path: 'a part', since: 'HEAD' });
  assert.equal(told.status, 0, told.err);
  assert.match(told.out, /^::warning file=a part\/c\.py/m);
  assert.ok(fs.existsSync(path.join(tree, 'a part/.froe/index.db')));
});

test('action.yml does not pass what could not be judged', () => {
  const told = runAction({ since: 'nobody' });
  assert.equal(told.status, 2, told.out);
  assert.match(told.err, /there is no commit 'nobody'/);
});

function gitlab(variables) {
  fs.copyFileSync(path.join(root, 'ci/gitlab.yml'), path.join(tree, 'froe.yml'));
  write('.gitlab-ci.yml', 'include:\n  - local: froe.yml\n');
  git('add', '-A');
  git('remote', 'add', 'origin', 'https://gitlab.example.org/group/project.git');
  const given = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
  const program = path.join(here, 'node_modules/gitlab-ci-local/dist/index.js');
  return run(process.execPath, [program, '--force-shell-executor', ...given, 'froe-check'], {
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: scratch },
  });
}

test('ci/gitlab.yml fits the schema and judges what a merge request brings', () => {
  const told = gitlab({ CI_MERGE_REQUEST_DIFF_BASE_SHA: git('rev-parse', 'HEAD~1'), FROE_ARGUMENTS: '--fail-on new' });
  assert.match(told.out + told.err, /json schema validated/);
  assert.notEqual(told.status, 0);
  assert.match(told.out, /failed: 1 new finding/);
  const [finding, ...others] = JSON.parse(read('froe.gitlab.json'));
  assert.deepEqual([finding.check_name, finding.location.path, others.length], ['too-many-parameters', 'new file.py', 0]);
  assert.match(read('froe.junit.xml'), /<failure/);
});

test('ci/gitlab.yml judges everything in a pipeline of a branch', () => {
  const told = gitlab({});
  assert.equal(told.status, 0, told.out + told.err);
  assert.deepEqual(JSON.parse(read('froe.gitlab.json')).map((each) => each.location.path), ['new file.py', 'old.py']);
});

test('the caches are those of this format of the index', () => {
  const job = yaml.load(fs.readFileSync(path.join(root, 'ci/gitlab.yml'), 'utf8'))['froe-check'];
  run(process.env.FROE, ['index', '-q', '--db', 'format.db']);
  const stored = run('sqlite3', ['format.db', 'PRAGMA user_version']).out.trim();
  assert.equal(job.variables.FROE_FORMAT, stored);
  assert.match(job.cache.key, /\$FROE_FORMAT/);
  const action = yaml.load(fs.readFileSync(path.join(root, 'action.yml'), 'utf8'));
  const cache = action.runs.steps.find((step) => step.uses?.startsWith('actions/cache@')).with;
  for (const key of [cache.key, cache['restore-keys']]) assert.ok(key.startsWith(`froe-${stored}-`), key);
});

test('.pre-commit-hooks.yaml stops a commit that brings a finding', () => {
  // What pre-commit clones: the hooks alone, committed.
  const hooks = path.join(scratch, 'hooks');
  fs.mkdirSync(hooks);
  fs.copyFileSync(path.join(root, '.pre-commit-hooks.yaml'), path.join(hooks, '.pre-commit-hooks.yaml'));
  git('-C', hooks, 'init', '-q', '.');
  git('-C', hooks, 'add', '-A');
  git('-C', hooks, 'commit', '-qm', 'hooks');
  write('froe.toml', '[check]\nfail-on = "new"\n');
  write(
    '.pre-commit-config.yaml',
    `repos:\n  - repo: ${hooks}\n    rev: ${git('-C', hooks, 'rev-parse', 'HEAD')}\n    hooks:\n      - id: froe-check\n`,
  );
  git('add', '-A');
  git('commit', '-qm', 'settings');
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: scratch,
    PRE_COMMIT_HOME: path.join(scratch, 'cache'),
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  const installed = run('pre-commit', ['install'], { env });
  assert.equal(installed.status, 0, installed.out + installed.err);
  write('third.py', many('third'));
  git('add', '-A');
  const refused = run('git', ['commit', '-qm', 'three'], { env });
  assert.equal(refused.status, 1, refused.out + refused.err);
  assert.match(refused.out + refused.err, /third\.py:1:5: warning: function third/);
  assert.doesNotMatch(refused.out + refused.err, /old\.py/);
  write('third.py', 'def third(a):\n    return a\n');
  git('add', '-A');
  const passed = run('git', ['commit', '-qm', 'three'], { env });
  assert.equal(passed.status, 0, passed.out + passed.err);
  assert.match(passed.out + passed.err, /froe check\.+Passed/);
});
