import * as l10n from '@vscode/l10n';
import type {
  AclForm,
  DefinitionFormatId,
  OwnerDefinition,
  RowIdentity,
  RuleDefinition,
  RuleOwner,
  TextRange,
} from '../definition';
import { createPositionLookup } from '../textPositions';
import { anyRule, formsOfRule } from './rule';
import type { Told } from './told';

/** A stretch of a text, in UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A security group as far as files tell it. */
export interface SecurityGroup {
  readonly key: string;
  readonly name: string;
  /** Neutron's id of it. */
  readonly id: string | null;
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** A group of which a file tells just the id: the same in whatever file. */
export function groupOfId(id: string): SecurityGroup {
  return { key: keyOfId(id), name: id, id };
}

export function keyOfId(id: string): string {
  return `neutron:${id.toLowerCase()}`;
}

export function ruleIdentity(id: string): RowIdentity {
  return { by: 'id', columns: { 'external_ids:neutron:security_group_rule_id': id.toLowerCase() } };
}

export function ruleOwner({ key, name, id }: SecurityGroup): RuleOwner {
  return { kind: 'security group', name, key, groups: id === null ? [] : groupIdentities(id) };
}

function groupIdentities(id: string): readonly RowIdentity[] {
  return [
    { by: 'id', columns: { 'external_ids:neutron:security_group_id': id.toLowerCase() } },
    { by: 'id', columns: { name: portGroupOf(id) } },
  ];
}

/** Neutron calls a group's port group so (`ovn_port_group_name`). */
function portGroupOf(id: string): string {
  return `pg_${id.toLowerCase().replaceAll('-', '_')}`;
}

/** Makes definitions of one file. */
export class DefinitionWriter {
  private readonly positionAt;

  constructor(
    private readonly format: DefinitionFormatId,
    private readonly file: string,
    text: string,
  ) {
    this.positionAt = createPositionLookup(text);
  }

  range({ start, end }: Span): TextRange {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }

  group(group: SecurityGroup, place: Span, nameAt: Span): OwnerDefinition {
    const { format, file } = this;
    // Rules let packets through, so what drops them on the group's own port group is there for the group: where its denied
    // packets are logged.
    const identities: RowIdentity[] =
      group.id === null
        ? []
        : [{ by: 'place', columns: { port_group: portGroupOf(group.id), action: 'drop' } }];
    const [range, matchRange] = [this.range(place), this.range(nameAt)];
    return { kind: 'owner', format, file, range, matchRange, owner: ruleOwner(group), identities };
  }

  rule(rule: {
    readonly group: SecurityGroup;
    readonly label: string;
    readonly id?: string | null;
    readonly forms: readonly AclForm[];
    readonly place: Span;
    readonly matchPlace: Span;
    readonly implicit?: boolean;
  }): RuleDefinition {
    const { format, file } = this;
    const { group, label, id = null, forms, place, matchPlace, implicit = false } = rule;
    return {
      kind: 'rule',
      format,
      file,
      range: this.range(place),
      matchRange: this.range(matchPlace),
      owner: ruleOwner(group),
      label,
      implicit,
      identities: id === null ? [] : [ruleIdentity(id)],
      forms,
    };
  }

  /** The rules that Neutron gives each new group: everything may leave. */
  defaultRules(
    group: SecurityGroup,
    stateful: Told<boolean>,
    place: Span,
    nameAt: Span,
  ): readonly RuleDefinition[] {
    return ['IPv4', 'IPv6'].map((ethertype) =>
      this.rule({
        group,
        label: l10n.t('default egress rule for {0}', ethertype),
        forms: formsOfRule({ ...anyRule, direction: 'egress', ethertype, stateful }),
        place,
        matchPlace: nameAt,
        implicit: true,
      }),
    );
  }
}
