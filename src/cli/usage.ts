export const usage = `ovn-packet-trace: why a packet does not arrive in an OVN network

  ovn-packet-trace parse [FILE|-] [--json] [--expect VERDICT]
      Reads what ovn-trace printed, from a file or standard input.

  ovn-packet-trace trace --config FILE [--target NAME] --from PORT --to PORT|ADDRESS --proto PROTOCOL [options]
  ovn-packet-trace trace --config FILE [--target NAME] --datapath NAME --microflow TEXT [options]
      Runs ovn-trace on a target and explains the outcome.

  ovn-packet-trace compare BEFORE AFTER [--json]
      Says what differs between two traces: files with what ovn-trace printed, or with results that --json wrote
      (one may be - for standard input).

  --config FILE        JSON file {"targets":[…]}, as in the setting ovnTrace.targets
  --target NAME        the target to use; the only one when left out
  --from PORT          logical switch port that sends
  --from-ip ADDRESS    source address, when the port has several
  --to PORT|ADDRESS    logical switch port or IP address that shall receive
  --proto PROTOCOL     tcp, udp, sctp, icmp, arp (IPv6: neighbour discovery), or a protocol number; icmp4, icmp6
                       and nd ask for that address family
  --dport N --sport N  ports of TCP, UDP, SCTP
  --icmp-type N --icmp-code N
  --ct STATE           what connection tracking says: new (default), est, reply, related (an ICMP error about
                       the connection), invalid; or the states ovn-trace shall assume, one list for each
                       lookup in order, separated by semicolons: "new;est,rpl" (then est). May be given
                       several times.
  --eth-src MAC --eth-dst MAC --ttl N
  --lb-dst IP[:PORT]   backend that a load balancer shall choose
  --all-backends       trace once for each backend of the load balancer
  --select-id N        member that a select (ECMP routes and policies) shall choose
  --all-selections     trace once for each member of the select
  --ovs                OpenFlow flows under each stage (ovn-trace --ovs)
  --no-reply           do not trace the way back of a new connection that arrives
  --microflow TEXT     run this microflow as given, on --datapath NAME
  --definitions DIR    folder with the files that define ACLs; may be given several times
  --json               print the result as JSON
  --expect VERDICT     exit with status 3 unless the verdict is allow, drop, reject, answer, mixed, unknown or error

Exit status: 0 the trace was made, 1 it could not be made, 2 wrong usage, 3 another verdict than expected.
`;

/** The command line was not understood: exit status 2. */
export class UsageError extends Error {}
