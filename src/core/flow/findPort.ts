import * as l10n from '@vscode/l10n';
import { TraceFailure } from '../failure';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { LogicalSwitchPort } from '../ovn/northbound';

const mostSuggestions = 5;

/**
 * The switch port of that name, or the only one that people call so.
 * @throws TraceFailure `unknown-port`, with the names that come near; `ambiguous`, when several ports are called so.
 */
export function findPort(text: string, index: InventoryIndex): LogicalSwitchPort {
  const port = index.port(text);
  if (port !== undefined) return port;
  const called = index.portsCalled(text);
  const [only] = called;
  if (only !== undefined && called.length === 1) return only;
  if (called.length > 1) {
    throw new TraceFailure('ambiguous', l10n.t('{0} ports are called “{1}”.', called.length, text), {
      advice: l10n.t(
        'Give the name of the logical switch port: {0}.',
        listNames(called.map(({ name }) => name)),
      ),
    });
  }
  const routerPort = index.routerPort(text);
  if (routerPort !== undefined) {
    const before = index.switchPortBefore(text);
    throw new TraceFailure(
      'unknown-port',
      l10n.t(
        '“{0}” is a port of router {1}; a trace begins and ends at ports of switches.',
        text,
        routerPort.routerName,
      ),
      {
        advice:
          before === undefined
            ? l10n.t('Choose a switch port.')
            : l10n.t('Choose {0}, the switch port it is joined to.', before.name),
      },
    );
  }
  const near = nearNames(text, index);
  throw new TraceFailure('unknown-port', l10n.t('There is no logical switch port “{0}”.', text), {
    advice:
      near.length === 0
        ? l10n.t('Refresh the inventory if it was made just now, or list the ports with ovn-nbctl show.')
        : near.length === 1
          ? l10n.t('Did you mean {0}?', near[0] ?? '')
          : l10n.t('Did you mean one of {0}?', near.join(', ')),
  });
}

/** Names that hold the text, or that differ from it in two letters or a third of them; best first. */
function nearNames(text: string, index: InventoryIndex): readonly string[] {
  const wanted = text.toLowerCase();
  const most = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  return index.inventory.switchPorts
    .map(({ name, friendlyName }) => ({
      name,
      distance: Math.min(
        ...[name, friendlyName ?? name].map((candidate) => distance(wanted, candidate.toLowerCase(), most)),
      ),
    }))
    .filter((candidate) => candidate.distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, mostSuggestions)
    .map(({ name }) => name);
}

/** Levenshtein distance, or anything above `most` once it is sure to be more; containing counts as one step. */
function distance(a: string, b: string, most: number): number {
  if (a.length > 2 && b.includes(a)) return 1;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    if (Math.min(...current) > most) return most + 1;
    previous = current;
  }
  return previous[b.length] ?? most + 1;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, mostSuggestions).join(', ');
  return names.length > mostSuggestions ? `${shown}, …` : shown;
}
