import * as l10n from '@vscode/l10n';
import type { Definition, RuleDefinition } from './definition';
import type { DefinitionFormat, RuleEdit, SourceText, WantedPacket } from './format';
import { allowInHeat } from './heat/allowRule';
import type { Resource } from './heat/template';
import { Template } from './heat/template';
import { entryOf, mapOf } from './neutron/dataNode';
import type { SecurityGroup, Span } from './neutron/definitions';
import { DefinitionWriter } from './neutron/definitions';
import { matchPlaceOf } from './neutron/places';
import { formsOfRule } from './neutron/rule';
import { readDocuments } from './neutron/yamlData';

/** The format of Heat templates with security groups. */
export const heatFormat: DefinitionFormat = {
  id: 'heat',
  matches: (file, text) => /\.(?:ya?ml|json|hot|template)$/i.test(file) && mayHoldGroups(text),
  parse: (source) => (mayHoldGroups(source.text) ? readTemplates(source) : []),
  allow: (source, beside, packet) => allow(source, beside, packet),
};

function mayHoldGroups(text: string): boolean {
  return (
    /OS::Neutron::SecurityGroup/.test(text) &&
    /heat_template_version|HeatTemplateFormatVersion|AWSTemplateFormatVersion/.test(text)
  );
}

function templatesOf({ file, text }: SourceText): readonly Template[] {
  return readDocuments(text).map((document) => new Template(document, file));
}

function readTemplates(source: SourceText): readonly Definition[] {
  const writer = new DefinitionWriter('heat', source.file, source.text);
  return templatesOf(source).flatMap((template) =>
    template.resources.flatMap((resource) => {
      if (resource.type === 'OS::Neutron::SecurityGroupRule') return [readRule(template, resource, writer)];
      const group = template.groupOf(resource.name);
      return group === undefined ? [] : readGroup(template, resource, group, writer);
    }),
  );
}

function spanOf({ entry }: Resource): Span {
  return { start: entry.key.start, end: Math.max(entry.key.end, entry.value.span.end) };
}

function readRule(template: Template, resource: Resource, writer: DefinitionWriter): RuleDefinition {
  const place = spanOf(resource);
  const { properties } = resource;
  return writer.rule({
    group: template.groupOfRule(resource),
    label: l10n.t('rule {0}', resource.name),
    forms: formsOfRule(template.rule(properties, 'alone')),
    place,
    matchPlace: properties === null ? place : matchPlaceOf(properties),
  });
}

function readGroup(
  template: Template,
  resource: Resource,
  group: SecurityGroup,
  writer: DefinitionWriter,
): readonly Definition[] {
  const place = spanOf(resource);
  const { properties, entry } = resource;
  const nameAt = entryOf(properties ?? undefined, 'name')?.span ?? entry.key;
  const listed = entryOf(properties ?? undefined, 'rules');
  const items = listed === undefined ? [] : template.intrinsics.items(listed);
  if (items === null && listed !== undefined) {
    // Rules that only Heat knows: there are some, and no more can be told.
    const rules = writer.rule({
      group,
      label: l10n.t('rules'),
      forms: [],
      place: listed.span,
      matchPlace: listed.span,
    });
    return [writer.group(group, place, nameAt), ...writer.defaultRules(group, true, place, nameAt), rules];
  }
  const rules = (items ?? []).map((item) => {
    const resolved = template.intrinsics.resolve(item);
    return { item, map: resolved.kind === 'data' ? mapOf(resolved.node) : null };
  });
  // One rule about what goes out takes the place of those that let everything out.
  const hasEgress = rules.some(
    ({ map }) => map !== null && template.rule(map, 'listed').direction === 'egress',
  );
  return [
    writer.group(group, place, nameAt),
    ...(hasEgress ? [] : writer.defaultRules(group, true, place, nameAt)),
    ...rules.map(({ item, map }, index) =>
      writer.rule({
        group,
        label: l10n.t('rule {0}', index),
        forms: map === null ? [] : formsOfRule(template.rule(map, 'listed')),
        place: item.span,
        matchPlace: map === null || map !== item ? item.span : matchPlaceOf(map),
      }),
    ),
  ];
}

function allow(source: SourceText, beside: Definition, packet: WantedPacket): RuleEdit | null {
  for (const template of templatesOf(source)) {
    for (const resource of template.resources) {
      const group = template.groupOf(resource.name);
      const isMeant = beside.kind === 'owner' && group?.key === beside.owner.key;
      if (isMeant && spanOf(resource).start === beside.range.start.offset) {
        return allowInHeat(source.text, template, resource, packet);
      }
    }
  }
  return null;
}
