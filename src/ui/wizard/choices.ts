import * as l10n from '@vscode/l10n';
import type { LogicalSwitchPort } from '../../core/ovn/northbound';
import type { Choice, Effect } from './step';
import type { NumberName } from './services';
import type { WizardState } from './wizardState';

export function answer(state: WizardState, change: WizardState): Effect {
  return { kind: 'answer', state: { ...state, ...change } };
}

/** A line that cannot be taken. */
export function remark(label: string, icon: 'error' | 'info' = 'info'): Choice {
  return { label, icon, effect: null };
}

export function describePort(
  port: LogicalSwitchPort,
): Pick<Choice, 'label' | 'description' | 'detail' | 'icon'> {
  const addresses = port.addresses.flatMap((address) => [...address.ips, address.mac]);
  const state = [
    port.type === '' ? null : port.type,
    port.enabled ? null : l10n.t('disabled'),
    port.type === '' && port.up === false ? l10n.t('down') : null,
    port.unknownAddresses ? l10n.t('any address') : null,
  ].filter((word) => word !== null);
  return {
    label: port.name,
    description: [port.friendlyName, l10n.t('on {0}', port.switchName), ...state]
      .filter((word) => word !== null)
      .join(', '),
    detail: addresses.length === 0 ? l10n.t('no address known') : addresses.join('  '),
    icon: port.type === 'localnet' ? 'globe' : 'vm',
  };
}

/** Puts the choice that was taken before to the front and says so. */
export function preferredFirst(
  choices: readonly Choice[],
  isCurrent: (index: number) => boolean,
  isLast: (index: number) => boolean,
): readonly Choice[] {
  const marked = choices.map((choice, index) => ({
    choice: isLast(index) && !isCurrent(index) ? withRemark(choice, l10n.t('last time')) : choice,
    rank: isCurrent(index) ? 0 : isLast(index) ? 1 : 2,
  }));
  return [0, 1, 2].flatMap((rank) =>
    marked.filter((entry) => entry.rank === rank).map((entry) => entry.choice),
  );
}

/** The choice with one more word in its description. */
export function withRemark(choice: Choice, text: string): Choice {
  return {
    ...choice,
    description: choice.description === undefined ? text : `${choice.description}, ${text}`,
  };
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** `a port number`, for the sentence about a wrong one. */
  readonly what: string;
}

/**
 * Known numbers that fit the query by name or digits, and the typed number itself when it is no known one.
 * A typed number outside the range is answered with what is wrong.
 */
export function numberChoices(
  known: readonly NumberName[],
  range: NumberRange,
  query: string,
  effect: (number: number) => Effect,
): readonly { readonly number: number | null; readonly choice: Choice }[] {
  const text = query.trim().toLowerCase();
  const found = known
    .filter(({ number, name }) => String(number).startsWith(text) || name.toLowerCase().includes(text))
    .map(({ number, name }) => ({
      number,
      choice: { label: String(number), description: name, effect: effect(number) },
    }));
  if (text === '') return found;
  if (!/^-?\d+([.,]\d+)?$/.test(text)) {
    return found.length > 0
      ? found
      : [{ number: null, choice: remark(l10n.t('"{0}" is not {1}', query.trim(), range.what), 'error') }];
  }
  const typed = Number(text);
  if (!Number.isInteger(typed) || typed < range.min || typed > range.max) {
    return [
      {
        number: null,
        choice: remark(l10n.t('{0} is not {1}: {2} to {3}', text, range.what, range.min, range.max), 'error'),
      },
    ];
  }
  const exact = found.find((entry) => entry.number === typed);
  const others = found.filter((entry) => entry !== exact);
  const first = exact ?? { number: typed, choice: { label: String(typed), effect: effect(typed) } };
  return [first, ...others];
}
