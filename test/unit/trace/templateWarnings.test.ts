import assert from 'node:assert/strict';
import { judgeTrace } from '../../../src/core/trace/judge';
import { parseTrace } from '../../../src/core/trace/parse';
import { warnOfTemplates } from '../../../src/core/trace/templateWarnings';
import { indexNetwork } from '../inventory/network';

function warningsFor(flow: string, vip: string): readonly string[] {
  const text = [
    `# ${flow}`,
    '',
    'ingress(dp="gr", inport="gr-ext")',
    '---------------------------------',
    ' 3. lr_in_ip_input (northd.c:1): ip4.dst == 172.18.0.2, priority 60, uuid 00000001',
    '    drop;',
    '',
  ].join('\n');
  const parsed = parseTrace(text);
  const index = indexNetwork({
    switches: [{ name: 'ext', ports: ['host 0a:00:00:00:00:05 172.18.0.5', 'ext-gr -> gr-ext'] }],
    routers: [{ name: 'gr', ports: ['gr-ext 0a:00:00:00:00:01 172.18.0.2/16'], loadBalancers: ['lb'] }],
    loadBalancers: [
      { uuid: 'lb', name: 'nodeport', protocol: 'tcp', vips: { [vip]: '10.0.0.1:80' }, externalIds: {} },
    ],
  });
  return warnOfTemplates(judgeTrace(parsed), parsed.flow, index).map(({ message }) => message);
}

const packet = 'tcp,reg14=0x1,nw_src=172.18.0.9,nw_dst=172.18.0.2,nw_ttl=64,tp_src=40000,tp_dst=30080';

describe('a load balancer whose address is a variable of the chassis', () => {
  it('is named with a packet that it may take', () => {
    const [message = '', ...others] = warningsFor(packet, '^NODEIP:30080');
    assert.deepEqual(others, []);
    assert.match(message, /nodeport is for \^NODEIP:30080.*stands for 172\.18\.0\.2/);
    assert.equal(warningsFor(packet, '^NODEIP:^PORT').length, 1);
  });

  it('is not, with a packet of another port, another protocol or to an instance', () => {
    assert.deepEqual(warningsFor(packet, '^NODEIP:30081'), []);
    assert.deepEqual(warningsFor(packet, '172.18.0.2:30080'), []);
    assert.deepEqual(warningsFor(packet.replace('tcp', 'udp'), '^NODEIP:30080'), []);
    assert.deepEqual(warningsFor(packet.replace('172.18.0.2', '172.18.0.5'), '^NODEIP:30080'), []);
  });
});
