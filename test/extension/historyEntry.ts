/** TCP from web1 to db1 as a line of the Traces view passes it to a command: *Trace Again* runs it and shows the result. */
export function historyEntry(target: string, dstPort: number) {
  return {
    id: `port ${dstPort}`,
    title: `web1 to db1, port ${dstPort}`,
    target,
    request: {
      inport: 'web1',
      destination: { kind: 'port', port: 'db1' },
      service: { protocol: 'tcp', dstPort },
      connection: { kind: 'new' },
    },
    plan: null,
    verdict: 'drop',
    sentence: '',
    at: 0,
    saved: false,
  };
}
