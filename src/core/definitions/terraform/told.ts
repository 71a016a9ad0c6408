import type { Told } from '../neutron/told';
import { unknown } from '../neutron/told';
import type { Value } from './value';
import { numberOfValue, truthOf } from './value';

/** An argument's text; an argument that is left out, or null, is null. */
export function toldText(value: Value | null): Told<string | null> {
  if (value === null) return null;
  if (value.kind !== 'plain') return unknown;
  return value.value === null ? null : String(value.value);
}

export function toldNumber(value: Value | null): Told<number | null> {
  if (value === null || (value.kind === 'plain' && (value.value === null || value.value === ''))) return null;
  return numberOfValue(value) ?? unknown;
}

export function toldTruth(value: Value | null): Told<boolean> {
  return (value === null ? null : truthOf(value)) ?? unknown;
}

/** Whether an argument has a value, which may be known to Terraform only. */
export function isGiven(value: Value | null): Told<boolean> {
  if (value === null) return false;
  if (value.kind === 'plain') return value.value !== null && value.value !== '';
  return value.kind === 'reference' ? true : unknown;
}
