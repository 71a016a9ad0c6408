import * as l10n from '@vscode/l10n';
/**
 * What northd keeps in registers between two stages, in words: the bits whose meaning is the same from OVN 20.12 to 25.03
 * (`REGBIT_…` and `REG_…` in `northd/northd.c`). Those that moved between releases are left out rather than guessed.
 */
const ofSwitch: Readonly<Record<string, () => string>> = {
  'reg0[0]': () => l10n.t('The packet needs a lookup in connection tracking'),
  'reg0[1]': () => l10n.t('The connection is to be committed'),
  'reg0[2]': () => l10n.t('The packet goes through load balancing'),
  'reg0[3]': () => l10n.t('A DHCP answer was made'),
  'reg0[4]': () => l10n.t('A DNS answer was made'),
  'reg0[5]': () => l10n.t('A router advertisement was made'),
  'reg0[6]': () => l10n.t('The load balancer sends the packet back to its source'),
  'reg0[7]': () => l10n.t('ACLs that allow a new connection may match'),
  'reg0[8]': () => l10n.t('ACLs that allow may match'),
  'reg0[9]': () => l10n.t('ACLs that drop or reject may match'),
  'reg0[10]': () => l10n.t('ACLs that end an established connection may match'),
  'reg0[12]': () => l10n.t('The packet answers one that the load balancer sent back'),
  'reg0[13]': () => l10n.t('The ACL has a label for the connection'),
  'reg0[15]': () => l10n.t('Port security refuses the packet'),
  'reg8[16]': () => l10n.t('An ACL allowed the packet'),
  'reg8[17]': () => l10n.t('An ACL drops the packet'),
  'reg8[18]': () => l10n.t('An ACL rejects the packet'),
  'reg8[30..31]': () => l10n.t('Tier of the ACLs that are asked'),
};
const ofRouter: Readonly<Record<string, () => string>> = {
  'reg8[0..15]': () => l10n.t('Group of the route or policy with several next hops'),
  'reg8[16..31]': () => l10n.t('Next hop chosen in that group'),
  'reg9[1]': () => l10n.t('The packet is larger than the gateway may send'),
  'reg9[2]': () => l10n.t('The sender is in the table of neighbours already'),
  'xreg0[0..47]': () => l10n.t('MAC of the router port'),
};

export interface RegisterMeaning {
  /** `reg0[9]`. */
  readonly register: string;
  readonly meaning: string;
}

/** The registers that a match and actions speak of and whose meaning is sure, each once. */
export function explainRegisters(
  kind: 'switch' | 'router' | null,
  texts: readonly string[],
): readonly RegisterMeaning[] {
  if (kind === null) return [];
  const meanings = kind === 'switch' ? ofSwitch : ofRouter;
  const found = new Set(texts.flatMap((text) => text.match(/\bx{0,2}reg\d\[[\d.]+\]/g) ?? []));
  return [...found].flatMap((register) => {
    const meaning = meanings[register];
    return meaning === undefined ? [] : [{ register, meaning: meaning() }];
  });
}
