import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunCommand } from '../../src/core/command';
import type { AclDefinition, DefinitionLink } from '../../src/core/definitions/definition';
import { indexDefinitions } from '../../src/core/definitions/join';
import type { Acl, Inventory } from '../../src/core/ovn/northbound';
import { readInventory } from '../../src/core/ovn/readInventory';
import { targetSchema } from '../../src/core/session/target';
import type { PrivateOvn } from '../../src/target/privateOvn';
import { ovnVersions, withOvn } from '../support/ovn';
import { loadScriptReader } from '../unit/definitions/load';

interface Joined {
  readonly acl: Acl;
  readonly links: readonly DefinitionLink[];
}

interface Applied {
  readonly text: string;
  readonly definitions: readonly AclDefinition[];
  readonly joined: readonly Joined[];
}

/** Runs a script as its user would, and joins what it left in the database to the script's definitions. */
async function apply(ovn: PrivateOvn, text: string): Promise<Applied> {
  const shell = await ovn.run(['bash', '-s'], text);
  assert.equal(shell.exitCode, 0, shell.stderr);
  const target = targetSchema.parse({
    type: 'local',
    name: 'lab',
    northbound: ovn.northbound,
    southbound: ovn.southbound,
  });
  const run: RunCommand = (argv) => ovn.run(argv);
  const inventory = await readInventory(run, target, { now: () => Date.now() });
  const definitions = (await loadScriptReader())(text, 'acls.sh');
  const index = indexDefinitions(definitions);
  const joined = inventory.acls.map((acl) => ({
    acl,
    links: index.aclLinks(acl, ownersOf(acl, inventory), null),
  }));
  return { text, definitions, joined };
}

function ownersOf({ uuid }: Acl, { portGroups, switches }: Inventory) {
  const owners = (
    type: 'port-group' | 'switch',
    rows: readonly { name: string; acls: readonly string[] }[],
  ) => rows.filter(({ acls }) => acls.includes(uuid)).map(({ name }) => ({ type, name }));
  return [...owners('port-group', portGroups), ...owners('switch', switches)];
}

/** Each definition made one ACL, and each ACL joins it exactly: as many pairs as both have members. */
function assertOneToOne({ definitions, joined }: Applied): void {
  const found = joined.map(({ acl, links }) => {
    const [link, ...more] = links;
    assert.ok(link && more.length === 0, `${acl.match}: ${links.map(({ because }) => because).join(' | ')}`);
    assert.equal(link.confidence, 'exact', acl.match);
    assert.ok(link.definition.kind === 'acl' && link.definition.name === acl.name, acl.match);
    return link.definition;
  });
  assert.equal(new Set(found).size, definitions.length);
  assert.equal(joined.length, definitions.length);
}

const setup =
  'ovn-nbctl ls-add sw0 -- ls-add "sw 0" -- lsp-add sw0 web1 -- lsp-add sw0 web2 -- lsp-add sw0 db1\n';

/** What only a shell can tell apart, in forms that every version of ovn-nbctl takes. */
const styles = `
NBCTL="ovn-nbctl --timeout=10"
PG=pg_web
nb() { ovn-nbctl --timeout=10 "$@"; }
closed() { nb --name="$1-closed" acl-add "$1" to-lport 900 "outport == @$1" drop; }
each() { local pg=$1; shift; for p in "$@"; do nb acl-add "$pg" to-lport 800 "tcp.dst == $p" allow; done; }
ovn-nbctl pg-add $PG web1 web2 -- pg-add db db1
ovn-nbctl acl-add sw0 from-lport 100 ip4 drop
$NBCTL --log acl-add $PG to-lport 102 "outport == @$PG && ip4.dst == {10.0.0.1, 10.0.0.2}" drop
ovn-nbctl --name 'deny all' acl-add \${PG} to-lport 103 ip4\\ \\&\\&\\ tcp drop
ovn-nbctl --type=port-group acl-add "$PG" t 104 $'outport == "it\\'s"' reject
bash -c 'ovn-nbctl acl-add "sw 0" to-lport 107 "outport == \\"a b\\"" drop; ovn-nbctl acl-add sw0 to-lport 108 "icmp6" allow'
bash <<EOF
ovn-nbctl acl-add $PG to-lport 109 'arp' allow
EOF
cat <<'EOF' | sh
ovn-nbctl acl-add sw0 to-lport 110 'tcp.dst == 22' drop
EOF
ovn-nbctl --id=@deny create ACL direction=from-lport priority=113 match='"inport == @pg_web && tcp"' action=drop name=deny -- add Port_Group "$PG" acls @deny
while IFS='|' read -r group port; do
  ovn-nbctl acl-add "$group" to-lport 115 "outport == @$group && tcp.dst == $port" allow-related
done <<'EOF'
pg_web|80
db|5432
EOF
closed $PG; closed db
each db 1 2 3
for i in {1..3}; do nb acl-add db to-lport $((700 + i)) "udp.dst == 5\${i}
  && ip4" drop -- acl-add db from-lport $((700 + i)) 'inport == @db' drop; done
if ! ovn-nbctl acl-add sw0 to-lport 114 'tcp.dst == 25' drop; then exit 1; fi
`;

const fixtures = join(__dirname, '../../fixtures');

for (const version of ovnVersions()) {
  describe(`definitions on OVN ${version.name}`, function () {
    this.timeout(60_000);

    it('what a script in many styles did is what was read in it', async () => {
      await withOvn(version, async (ovn) => {
        const applied = await apply(ovn, setup + styles);
        assertOneToOne(applied);
        assert.ok(applied.joined.length > 20);
      });
    });

    it('the security groups of the fixtures', async () => {
      const text = readFileSync(join(fixtures, 'definitions/security-groups.sh'), 'utf8');
      // ovn-nbctl has --tier from 23.06 on.
      const known = version.name === '23.03' ? text.replace('--tier=2 ', '') : text;
      await withOvn(version, async (ovn) => {
        await ovn.check(['bash', '-s'], setup);
        assertOneToOne(await apply(ovn, known));
      });
    });

    it('the ACLs of the demo network', async () => {
      const text = readFileSync(join(fixtures, 'demo/security/acls.sh'), 'utf8');
      await withOvn(version, async (ovn) => {
        await ovn.check(
          ['bash', '-s'],
          'ovn-nbctl ls-add s; for p in web1 web2 db1 db2; do ovn-nbctl lsp-add s $p; done',
        );
        const applied = await apply(ovn, text);
        assertOneToOne(applied);
        for (const { acl, links } of applied.joined) {
          const line = links[0]?.definition.range.start.line ?? 0;
          const written = applied.text
            .split('\n')
            .slice(line, line + 2)
            .join('\n');
          assert.ok(written.includes(acl.match), `line ${line + 1}: ${acl.match}`);
        }
      });
    });
  });
}
