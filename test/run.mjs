// npm test: installs what is missing, checks, builds, runs every suite, and adds up what they say.
//   npm test -- --only unit|real|extension|browser    one suite (may be given several times)
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { editors, ovnChroot, withSetupLock } from './setup/cache.mjs';
import { ensureNpmPackages } from './setup/npmPackages.mjs';
import { ensureOvnChroot, neededForChroot } from './setup/ovnChroot.mjs';
import { SetupError } from './setup/run.mjs';
import {
  browserPrograms,
  chassisPrograms,
  ensureSystemPackages,
  ovnPrograms,
  sshPrograms,
} from './setup/systemPackages.mjs';
import { ensureVscodeHost } from './setup/vscodeHost.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const mocha = ['node_modules/mocha/bin/mocha.js', '--no-config', '--require', 'tsx/cjs', '--extension', 'ts'];
const report = ['--reporter', 'test/setup/reporter.cjs', '--forbid-only'];
const extension = ['--import', 'tsx', 'test/extension/main.ts'];

/** Each suite is a program of its own; it writes its counts to a file, and one that does not has failed. */
const suites = [
  {
    name: 'unit',
    title: 'Unit and property tests',
    argv: [...mocha, ...report, '--timeout', '20000', 'test/unit/**/*.test.ts'],
  },
  {
    name: 'real',
    title: 'Real OVN and sshd',
    argv: [...mocha, ...report, '--timeout', '60000', 'test/real/**/*.test.ts'],
  },
  { name: 'extension', title: 'Extension host', argv: [...extension, 'new'], needsBuild: true },
  {
    name: 'extension',
    title: 'Extension host, oldest editor',
    argv: [...extension, 'old'],
    needsBuild: true,
  },
  {
    name: 'extension',
    title: 'Extension host, Restricted Mode',
    argv: [...extension, 'restricted'],
    needsBuild: true,
  },
  {
    name: 'browser',
    title: 'Browser',
    argv: [...mocha, ...report, '--timeout', '120000', 'test/browser/**/*.test.ts'],
    needsBuild: true,
  },
];
const limitMinutes = 10;

async function main() {
  const chosen = chooseSuites();
  const notes = await setUp(chosen);
  const total = { passed: 0, failed: 0, skipped: [] };

  // the checks and the build are not counted when they pass: they are no tests
  if (
    process.argv.length === 2 &&
    !(await step('Types, lint, format', 'npm', ['run', '--silent', 'check']))
  ) {
    total.failed++;
    notes.push('npm run check failed.');
  }
  const needsBuild = chosen.some((suite) => suite.needsBuild || suite.name === 'real');
  const built = !needsBuild || (await step('Build', 'npm', ['run', '--silent', 'build']));
  if (!built) {
    total.failed++;
    notes.push('npm run build failed.');
  }
  for (const suite of chosen) {
    if (suite.needsBuild && !built) {
      total.failed++;
      notes.push(`${suite.title}: not run, since there is nothing built to test.`);
      continue;
    }
    const counts = await runSuite(suite);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped.push(...counts.skipped);
    if (counts.note) notes.push(counts.note);
  }

  console.log('');
  for (const note of notes) console.log(note);
  for (const title of total.skipped) console.log(`Skipped: ${title}`);
  const skipped = total.skipped.length === 0 ? '' : `, ${total.skipped.length} skipped`;
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

function chooseSuites() {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  if (values.only === undefined) return suites;
  const unknown = values.only.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    throw new SetupError(`There is no suite "${unknown}": --only takes unit, real, extension or browser.`);
  }
  return suites.filter((suite) => values.only.includes(suite.name));
}

/** Installs what the chosen suites need. Returns what could not be had and is done without, as sentences. */
async function setUp(chosen) {
  const begin = performance.now();
  const names = new Set(chosen.map((suite) => suite.name));
  const notes = [];
  await withSetupLock(async () => {
    await ensureNpmPackages(root);
    const programs = names.has('unit') && names.size === 1 ? {} : { ...ovnPrograms, ...sshPrograms };
    const hasWindows = names.has('extension') || names.has('browser');
    // apt-get runs once and alone; what follows loads and unpacks side by side
    await ensureSystemPackages({
      ...programs,
      ...(hasWindows ? browserPrograms : {}),
      ...(names.has('real') ? { ...chassisPrograms, ...neededForChroot() } : {}),
    });
    const wanted = names.has('extension') ? [editors.new, editors.old] : [editors.new];
    const [reason] = await Promise.all([
      names.has('real') ? ensureOvnChroot() : null,
      hasWindows ? ensureVscodeHost(...wanted) : null,
    ]);
    if (reason !== null) notes.push(`OVN ${ovnChroot.name} was not tested: ${reason}.`);
  });
  console.log(`Setup: ${seconds(begin)}`);
  return notes;
}

async function step(title, program, args) {
  const begin = performance.now();
  console.log(`\n== ${title}`);
  const { code } = await runProgram(program, args, {});
  console.log(`== ${title}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds(begin)})`);
  return code === 0;
}

async function runSuite(suite) {
  const begin = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'counts-'));
  const file = join(folder, 'counts.json');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    console.log(`\n== ${suite.title}`);
    const { code, timedOut } = await runProgram(process.execPath, suite.argv, { OVN_TRACE_COUNTS: file });
    const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
    console.log(`== ${suite.title}: ${counts?.passed ?? 0} passed (${seconds(begin)})`);
    if (timedOut) return crashed(counts, `${suite.title}: ended after ${limitMinutes} minutes.`);
    if (counts === null)
      return crashed(counts, `${suite.title}: ended with status ${code} before its tests did.`);
    if (counts.passed + counts.failed === 0)
      return crashed(counts, `${suite.title}: there was no test to run.`);
    if (code !== 0 && counts.failed === 0)
      return crashed(counts, `${suite.title}: ended with status ${code}.`);
    return counts;
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** A suite that does not end as it should has failed, whatever its tests said. */
function crashed(counts, note) {
  return {
    passed: counts?.passed ?? 0,
    failed: (counts?.failed ?? 0) + 1,
    skipped: counts?.skipped ?? [],
    note,
  };
}

/** Runs in a process group of its own, so that nothing is left when the time is up or somebody presses Ctrl-C. */
function runProgram(program, args, env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      // tsx would leave its cache in the system's temporary folder
      env: { ...process.env, TSX_DISABLE_CACHE: '1', ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    let timedOut = false;
    const endGroup = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // nobody is left of it
      }
    };
    const interrupt = () => {
      endGroup('SIGTERM');
      process.exit(130);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup('SIGTERM');
      setTimeout(() => endGroup('SIGKILL'), 5000).unref();
    }, limitMinutes * 60_000);
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      resolve({ code, timedOut });
    });
    child.on('error', () => resolve({ code: 127, timedOut }));
  });
}

function seconds(begin) {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}

main().catch((error) => {
  console.error(error instanceof SetupError ? error.message : error);
  // the last line of every run, also of one that could not begin
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
