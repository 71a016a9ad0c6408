import assert from 'node:assert/strict';
import type { TraceReport } from '../../../src/core/session/report';
import type { CauseCase } from './causeCase';
import type { CauseLab } from './lab';

/** Builds the network, traces the packet, and does what the advice says. */
export async function checkCase(given: CauseCase, lab: CauseLab): Promise<void> {
  await lab.build(given.network);
  if (typeof given.southbound === 'string') await lab.changeSouthbound(given.southbound);
  else await given.southbound?.(lab);
  const report = await lab.trace(given.packet);
  const [loss] = report.explanation.losses;
  assert.ok(loss, report.output);
  const { code, sentence, advice } = loss.cause;
  assert.equal(code, given.code, `${sentence}\n${report.output}`);
  assert.equal(report.outcome.verdict, given.verdict ?? 'drop', report.output);
  assert.match(report.outcome.hops[report.outcome.losses[0]?.hop ?? -1]?.stage ?? '', given.stage);
  for (const name of given.says) assert.ok(sentence.includes(name), `“${name}” in: ${sentence}`);
  if (given.advises !== undefined) {
    const named = given.advises;
    assert.ok(
      advice.some((line) => line.includes(named)),
      `“${named}” in:\n${advice.join('\n')}`,
    );
  }
  if (given.mended !== null) await checkMended(given, report, lab);
}

/** The advice is worth something only when the packet passes once it is followed. */
async function checkMended(given: CauseCase, report: TraceReport, lab: CauseLab): Promise<void> {
  const { mended } = given;
  assert.ok(mended);
  const { by } = mended;
  if (by === 'its command') {
    const command = report.explanation.losses[0]?.cause.command;
    assert.ok(command, 'the cause has no command');
    await lab.follow(command);
  } else if (typeof by === 'string') await lab.change(by);
  else await by?.(lab);
  const after = await lab.trace(mended.packet ?? given.packet);
  assert.ok(['allow', 'answer'].includes(after.outcome.verdict), after.explanation.sentence + after.output);
}
