import type { Definition, DefinitionLink } from '../../core/definitions/definition';
import { nameOwner } from '../../core/definitions/nameOwner';
import type { LinkModel } from '../../protocol/panelModel';

/** The definitions a model speaks of, numbered: the panel sends a number back, so it can only open what it was shown. */
export class LinkTable {
  private readonly links: DefinitionLink[] = [];

  constructor(private readonly displayPath: (file: string) => string) {}

  /** Numbers of the links; a definition that was seen before keeps its number. */
  add(links: readonly DefinitionLink[]): readonly number[] {
    return links.map((link) => {
      const known = this.links.findIndex((other) => isSameLink(other, link));
      return known === -1 ? this.links.push(link) - 1 : known;
    });
  }

  definitions(): readonly DefinitionLink[] {
    return this.links;
  }

  models(): readonly LinkModel[] {
    return this.links.map(({ definition, confidence, because }) => ({
      label: `${ownerOf(definition)}${this.displayPath(definition.file)}:${definition.range.start.line + 1}`,
      confidence,
      because,
    }));
  }
}

/** A missing allow belongs to a group or policy: its name says more than the line where it begins. */
function ownerOf(definition: Definition): string {
  return definition.kind === 'owner' ? `${nameOwner(definition.owner)}, ` : '';
}

function isSameLink(a: DefinitionLink, b: DefinitionLink): boolean {
  return (
    a.definition.file === b.definition.file &&
    a.definition.range.start.offset === b.definition.range.start.offset &&
    a.confidence === b.confidence
  );
}
