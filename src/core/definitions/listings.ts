import type { DefinitionFormatId } from './definition';

/** Formats that show what is in the network, and not who wrote it. */
export const listings: ReadonlySet<DefinitionFormatId> = new Set(['ovn-json', 'neutron-json']);
