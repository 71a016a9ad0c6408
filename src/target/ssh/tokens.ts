import { homedir, hostname, userInfo } from 'node:os';
import { expandHome } from './settings';

/** What the tokens of ssh_config(5) stand for. */
export interface TokenValues {
  /** As the user named the host. */
  readonly alias: string;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias: string | null;
}

/** A path with its tokens, `${VARIABLE}` and `~` replaced. */
export function expandPath(text: string, values: TokenValues): string {
  const withVariables = text.replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '');
  return expandHome(expandTokens(withVariables, values));
}

/** The text with its tokens replaced; what is no token stays. */
export function expandTokens(text: string, values: TokenValues): string {
  const { alias, hostName, port, user } = values;
  const tokens: Readonly<Record<string, () => string>> = {
    '%': () => '%',
    d: homedir,
    h: () => hostName,
    i: () => String(userInfo().uid),
    k: () => values.hostKeyAlias ?? alias,
    L: () => hostname().replace(/\..*/, ''),
    l: hostname,
    n: () => alias,
    p: () => String(port),
    r: () => user,
    u: () => userInfo().username,
  };
  return text.replace(/%(.)/g, (whole, token: string) => tokens[token]?.() ?? whole);
}
