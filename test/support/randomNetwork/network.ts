import { addAcls } from './acls';
import { NetworkBuilder, type RandomNetwork } from './builder';
import { addLoadBalancers } from './loadBalancers';
import { addNat } from './nat';
import { addPorts } from './ports';
import type { Random } from './random';
import { addRouting } from './routing';
import type { NorthboundSchema } from './schema';
import { addServices } from './services';
import { addTopology } from './topology';

/** Draws a network: the same random numbers and the same schema make the same one. */
export function makeNetwork(random: Random, schema: NorthboundSchema): RandomNetwork {
  const builder = new NetworkBuilder(random, schema);
  addTopology(builder);
  addPorts(builder);
  addAcls(builder);
  addNat(builder);
  addLoadBalancers(builder);
  addRouting(builder);
  addServices(builder);
  builder.addresses.push(
    '203.0.113.7',
    '198.51.100.9',
    '192.0.2.200',
    'fd00:99::1',
    'fd00:98::1',
    '255.255.255.255',
  );
  builder.addresses.push('224.0.0.251', '224.1.2.3', 'ff02::fb', 'ff02::1', '10.77.0.1');
  builder.macs.push('ff:ff:ff:ff:ff:ff', '0e:00:00:00:00:01', '01:00:5e:00:00:fb', '33:33:00:00:00:fb');
  return builder.build();
}
