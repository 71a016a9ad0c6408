import type { Pipeline } from '../trace/tree';
import { routerEgressStages, routerIngressStages } from './routerStages';
import type { StageTexts } from './stageTexts';
import { switchEgressStages, switchIngressStages, switchStages } from './switchStages';

/**
 * What the stages of OVN's pipelines do, for people. Stage names are the key that is stable over OVN versions (table
 * numbers are not). Names: `PIPELINE_STAGES` in `northd/ovn-northd.c` (up to 21.09), `northd/northd.c` and `northd/northd.h`.
 */
export interface StageDescription {
  /** A few words in the place of the stage name: `ACL evaluation`. */
  readonly title: string;
  /** One sentence. */
  readonly about: string;
}

/** One of the four pipelines that OVN has. */
export interface PipelineKind {
  /** `ls_in_`, `ls_out_`, `lr_in_` or `lr_out_`: how the names of its stages begin. */
  readonly prefix: string;
  readonly datapathKind: 'switch' | 'router';
  readonly pipeline: Pipeline;
}

const described: readonly (PipelineKind & { readonly texts: readonly StageTexts[] })[] = [
  {
    prefix: 'ls_in_',
    datapathKind: 'switch',
    pipeline: 'ingress',
    texts: [switchStages, switchIngressStages],
  },
  {
    prefix: 'ls_out_',
    datapathKind: 'switch',
    pipeline: 'egress',
    texts: [switchStages, switchEgressStages],
  },
  { prefix: 'lr_in_', datapathKind: 'router', pipeline: 'ingress', texts: [routerIngressStages] },
  { prefix: 'lr_out_', datapathKind: 'router', pipeline: 'egress', texts: [routerEgressStages] },
];

/** In the order in which a packet meets them. */
export const pipelineKinds: readonly PipelineKind[] = described;

const descriptions: ReadonlyMap<string, StageTexts[string]> = new Map(
  described.flatMap(({ prefix, texts }) =>
    texts.flatMap((group) => Object.entries(group).map(([name, words]) => [prefix + name, words] as const)),
  ),
);

/** Title and purpose of a stage by its name (`ls_out_acl_eval`), of OVN 2.6 to 26.09; null for any other. */
export function describeStage(stage: string): StageDescription | null {
  const words = descriptions.get(stage)?.();
  return words === undefined ? null : { title: words[0], about: words[1] };
}

/** The pipeline whose stage this is, by the name alone: of stages nobody knows too. */
export function pipelineOfStage(stage: string): PipelineKind | null {
  return pipelineKinds.find(({ prefix }) => stage.startsWith(prefix)) ?? null;
}

/** Every stage that has a description. */
export function listDescribedStages(): readonly string[] {
  return [...descriptions.keys()];
}
