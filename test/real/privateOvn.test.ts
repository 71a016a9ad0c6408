import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceFailure } from '../../src/core/failure';
import { startPrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions, withOvn } from '../support/ovn';

describe('startPrivateOvn', () => {
  for (const { name, programs } of ovnVersions()) {
    describe(`OVN ${name}`, () => {
      it('answers on both databases, with northd between them', async () => {
        await withOvn({ name, programs }, async (ovn) => {
          await ovn.check(['ovn-nbctl', 'ls-add', 'a switch']);
          await ovn.sync();
          const datapaths = await ovn.check([
            'ovn-sbctl',
            '--bare',
            '--columns=external_ids',
            'list',
            'Datapath_Binding',
          ]);
          assert.match(datapaths, /name="?a switch/);
        });
      });

      it('can be reached from outside a chroot as well', async () => {
        const ovn = await startPrivateOvn({ programs });
        try {
          const answer = execFileSync('ovsdb-client', ['list-dbs', ovn.outside.northbound], {
            encoding: 'utf8',
          });
          assert.match(answer, /OVN_Northbound/);
        } finally {
          await ovn.stop();
        }
      });

      it('leaves no process and no file behind', async () => {
        const ovn = await startPrivateOvn({ programs });
        assert.equal(processesIn(ovn.northbound).length > 0, true);
        await ovn.stop();
        assert.deepEqual(processesIn(ovn.northbound), []);
        assert.equal(existsSync(ovn.directory), false);
        await ovn.stop();
      });

      it('hands arguments over byte for byte', async () => {
        await withOvn({ name, programs }, async (ovn) => {
          const hostile = `a "b" $c;\`d\` 'é' \\`;
          assert.equal(await ovn.check(['printf', '%s', hostile]), hostile);
        });
      });
    });
  }

  it('names the package when OVN is not installed, and leaves nothing behind', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'no-ovn-'));
    try {
      await assert.rejects(
        startPrivateOvn({ programs: { chroot: empty } }),
        (error) =>
          error instanceof TraceFailure &&
          error.reason === 'tool-missing' &&
          error.advice.includes('ovn-central'),
      );
      assert.deepEqual(readdirSync(empty), []);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  // entering a tree takes root
  if (process.getuid?.() === 0) {
    it('cleans up when a daemon does not start', async () => {
      // a tree with the schema and no programs
      const tree = mkdtempSync(join(tmpdir(), 'half-ovn-'));
      try {
        mkdirSync(join(tree, 'usr/share/ovn'), { recursive: true });
        writeFileSync(join(tree, 'usr/share/ovn/ovn-nb.ovsschema'), '{}');
        await assert.rejects(startPrivateOvn({ programs: { chroot: tree } }), TraceFailure);
        assert.deepEqual(readdirSync(join(tree, 'tmp')), []);
      } finally {
        rmSync(tree, { recursive: true });
      }
    });
  }

  it('refuses a folder whose sockets would have too long a name', async () => {
    const directory = join(tmpdir(), 'x'.repeat(100));
    await assert.rejects(
      startPrivateOvn({ directory }),
      (error) => error instanceof TraceFailure && error.reason === 'config-invalid',
    );
    assert.equal(existsSync(directory), false);
  });
});

/** Command lines of the running processes that speak of this socket. */
function processesIn(connection: string): string[] {
  const socket = connection.replace(/^unix:/, '');
  return execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(socket));
}
