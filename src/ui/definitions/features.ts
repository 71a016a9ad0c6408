import type { TraceDiagnostics } from '../diagnostics/traceDiagnostics';
import type { Settings } from '../settings/settings';
import type { Records } from '../trace/records';
import { DefinitionHovers } from './definitionHovers';
import type { Definitions } from './definitions';
import { MatchLanguage } from './matchLanguage';
import type { NetworkStates } from './networkStates';
import { RuleFixes } from './ruleFixes';
import { RuleLenses } from './ruleLenses';

export interface FeatureParts {
  readonly settings: Settings;
  readonly definitions: Definitions;
  readonly states: NetworkStates;
  readonly diagnostics: TraceDiagnostics;
  readonly records: () => Promise<Records>;
}

export interface DefinitionFeatures {
  readonly lenses: RuleLenses;
  readonly hovers: DefinitionHovers;
  readonly completion: MatchLanguage;
  readonly fixes: RuleFixes;
}

/** What the editor asks for where a document shows definitions. */
export async function createDefinitionFeatures(parts: FeatureParts): Promise<DefinitionFeatures> {
  const { settings, definitions, states, diagnostics, records } = parts;
  const { history } = await records();
  const completion = new MatchLanguage(definitions, states);
  return {
    lenses: new RuleLenses(settings, definitions, states, history),
    hovers: new DefinitionHovers(definitions, states, history, completion),
    completion,
    fixes: new RuleFixes(diagnostics, definitions),
  };
}
