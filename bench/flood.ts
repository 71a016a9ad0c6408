/**
 * The detailed output of a broadcast that is flooded to so many ports that the text has at least `bytes` bytes: the largest
 * thing ovn-trace prints in practice. Names, stages and columns are those of OVN 25.03; ACLs apply to every port.
 */
export function writeFlood(bytes: number): { readonly text: string; readonly ports: number } {
  const parts = [head];
  let length = head.length;
  let ports = 0;
  while (length < bytes) {
    const member = writeMember(ports++);
    parts.push(member);
    length += member.length;
  }
  return { text: parts.join(''), ports };
}

/** The same flood with an ACL that drops every copy on its way out. */
export function loseCopies(flood: string): string {
  return flood
    .replaceAll('reg8[16] = 1;', 'reg8[17] = 1;')
    .replaceAll('reg8[16] == 1', 'reg8[17] == 1')
    .replace(/(reg8\[18\] = 0;\n) +next;\n(?:(?! *egress|\n).*\n)*/g, '$1');
}

const title = (text: string, column = '') => `${column}${text}\n${column}${'-'.repeat(text.length)}\n`;

const head = `# arp,reg14=0x1,vlan_tci=0x0000,dl_src=00:00:00:00:01:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.254,arp_op=1,arp_sha=00:00:00:00:01:01,arp_tha=00:00:00:00:00:00

${title('ingress(dp="flat", inport="vm-source")')}\
 0. ls_in_check_port_sec (northd.c:9327): 1, priority 50, uuid 3f0a51c2
    reg0[15] = check_in_port_sec();
    next;
 6. ls_in_acl_hint (northd.c:6847): !ct.trk, priority 5, uuid 9f7a2f4d
    reg0[8] = 1;
    reg0[9] = 1;
    next;
27. ls_in_l2_lkup (northd.c:9226): eth.mcast, priority 70, uuid 5c1f2a11
    outport = "_MC_flood";
    output;

${title('multicast(dp="flat", mcgroup="_MC_flood")')}`;

function writeMember(number: number): string {
  const port = `${number.toString(16).padStart(8, '0')}-5a1e-4c7d-9b1a-${(number * 7919).toString(16).padStart(12, '0')}`;
  return `
${title(`egress(dp="flat", inport="vm-source", outport="${port}")`, '    ')}\
         3. ls_out_acl_hint (northd.c:6847): !ct.trk, priority 5, uuid 3f2bd5b1
            reg0[8] = 1;
            reg0[9] = 1;
            next;
         4. ls_out_acl_eval (northd.c:7268): outport == @pg_default && (arp), priority 2001, uuid 0b9e72ac
            reg8[16] = 1;
            next;
         5. ls_out_acl_action (northd.c:7297): reg8[16] == 1, priority 1000, uuid d4d31b95
            reg8[16] = 0;
            reg8[17] = 0;
            reg8[18] = 0;
            next;
        10. ls_out_check_port_sec (northd.c:5931): eth.mcast, priority 100, uuid 4cb8fbd0
            reg0[15] = 0;
            next;
        11. ls_out_apply_port_sec (northd.c:5939): 1, priority 0, uuid 5c0a38ba
            output;
            /* output to "${port}", type "" */
`;
}
