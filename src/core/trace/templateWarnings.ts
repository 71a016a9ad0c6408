import * as l10n from '@vscode/l10n';
import type { InventoryIndex } from '../ovn/inventoryIndex';
import type { LoadBalancer } from '../ovn/northbound';
import type { Warning } from './explanation';
import { summarizeFlow } from './flowSummary';
import type { TraceOutcome } from './outcome';

/**
 * Load balancers on the way that may take the packet though ovn-trace passes them over: their address is a variable
 * (`^NODEIP`, table Chassis_Template_Var) that ovn-controller fills in on each chassis, and ovn-trace skips flows with one.
 */
export function warnOfTemplates(
  { hops }: TraceOutcome,
  flow: string | null,
  index: InventoryIndex | null,
): readonly Warning[] {
  if (flow === null || index === null) return [];
  const { protocol, ipDst, dstPort } = summarizeFlow(flow);
  if (protocol === null || ipDst === null || index.portsWithIp(ipDst).some(({ type }) => type !== 'router'))
    return [];
  const passed = new Set(
    [...new Set(hops.map(({ datapath }) => datapath))].flatMap((datapath) =>
      index.datapaths(datapath).flatMap(({ row }) => row.loadBalancers),
    ),
  );
  return index.inventory.loadBalancers
    .filter(({ uuid, protocol: own }) => passed.has(uuid) && (own ?? 'tcp').toUpperCase() === protocol)
    .flatMap((loadBalancer) => {
      const vip = templateFor(loadBalancer, dstPort);
      return vip === null ? [] : [{ message: word(loadBalancer, vip, ipDst), acl: null }];
    });
}

/** The virtual address that is a variable and may have this port: as it is written, or a variable too. */
function templateFor({ vips }: LoadBalancer, dstPort: string | null): string | null {
  const isMeant = (vip: string): boolean => {
    const port = /^\^\w+:(.+)$/.exec(vip)?.[1];
    return port !== undefined && (port.startsWith('^') || port === dstPort);
  };
  return Object.keys(vips).find(isMeant) ?? null;
}

function word({ name }: LoadBalancer, vip: string, ipDst: string): string {
  return l10n.t(
    'Load balancer {0} is for {1}, a variable that each chassis has its own value for. ovn-trace does not know it and passes the load balancer over. Where it stands for {2}, the real OVN sends the packet to a backend, and this result does not hold: look for the value in "ovn-nbctl list Chassis_Template_Var", and trace to the backends.',
    name,
    vip,
    ipDst,
  );
}
