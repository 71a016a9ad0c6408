import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  AnswerTooLong,
  ConnectionGone,
  JsonRpc,
  JsonRpcError,
  JsonSplitter,
} from '../../../src/target/resident/jsonRpc';
import { cut, FakeStream } from './fakeStream';

describe('JSON texts without anything between them', () => {
  it('are told apart, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()))),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (values, lengths) => {
          const splitter = new JsonSplitter(1 << 20);
          const bytes = Buffer.from(values.map((value) => JSON.stringify(value)).join(''));
          const texts = cut(bytes, lengths).flatMap((chunk) => splitter.split(chunk));
          assert.deepEqual(
            texts.map((text) => JSON.parse(text) as unknown),
            values.map((value) => JSON.parse(JSON.stringify(value)) as unknown),
          );
        },
      ),
    );
  });

  it('have blanks and line ends between them at most', () => {
    const splitter = new JsonSplitter(100);
    const texts = splitter
      .split(Buffer.from('{"a":1}\n {"b":"}"}\r\n'))
      .map((text) => JSON.parse(text) as unknown);
    assert.deepEqual(texts, [{ a: 1 }, { b: '}' }]);
  });

  it('are not taken beyond a length', () => {
    const splitter = new JsonSplitter(10);
    assert.deepEqual(splitter.split(Buffer.from('{"a":1}{"b":2}')), ['{"a":1}', '{"b":2}']);
    assert.throws(() => splitter.split(Buffer.from('{"long":"12345678')), AnswerTooLong);
  });
});

describe('JSON-RPC as OVS speaks it', () => {
  const connect = (maxBytes = 1000) => {
    const stream = new FakeStream();
    const notes: unknown[] = [];
    const rpc = new JsonRpc(stream, (method, params) => notes.push([method, params]), maxBytes);
    return { stream, notes, rpc };
  };

  it('gives each call its answer, in whatever order they come', async () => {
    const { stream, rpc } = connect();
    const calls = [rpc.call('first', [1]), rpc.call('second', [2])];
    assert.deepEqual(stream.written(), [
      { id: 0, method: 'first', params: [1] },
      { id: 1, method: 'second', params: [2] },
    ]);
    stream.receive({ id: 1, result: 'two', error: null }, { id: 0, result: 'one', error: null });
    assert.deepEqual(await Promise.all(calls), ['one', 'two']);
  });

  it('has errors of control sockets and of databases in words', async () => {
    const { stream, rpc } = connect();
    const calls = [rpc.call('trace', []), rpc.call('transact', [])];
    stream.receive(
      { id: 0, result: null, error: 'unknown option\n' },
      { id: 1, result: null, error: { error: 'unknown database' } },
    );
    const [control, database] = await Promise.allSettled(calls);
    assert.deepEqual(control, { status: 'rejected', reason: new JsonRpcError('unknown option') });
    assert.match(String((database as PromiseRejectedResult).reason), /unknown database/);
  });

  it('answers whether anybody is there, and takes notices before the answers behind them', async () => {
    const { stream, notes, rpc } = connect();
    const order: string[] = [];
    const call = rpc.call('echo', []).then(() => order.push(`answer after ${notes.length} notice`));
    stream.receive(
      { id: 'probe', method: 'echo', params: ['x'] },
      { id: null, method: 'update', params: [null, {}] },
      { id: 0, result: [], error: null },
    );
    await call;
    assert.deepEqual(stream.written().at(-1), { id: 'probe', result: ['x'], error: null });
    assert.deepEqual([notes, order], [[['update', [null, {}]]], ['answer after 1 notice']]);
  });

  it('hands a result over before the notices behind it', async () => {
    const { stream, notes, rpc } = connect();
    const order: string[] = [];
    const call = rpc.call('monitor', [], () => order.push(`result, ${notes.length} notices`));
    stream.receive({ id: 0, result: {}, error: null }, { id: null, method: 'update', params: [] });
    await call;
    assert.deepEqual([order, notes.length], [['result, 0 notices'], 1]);
  });

  it('fails what waits, and what comes later, when the connection goes or talks nonsense', async () => {
    for (const end of [
      (stream: FakeStream) => stream.end('it broke'),
      (stream: FakeStream) => stream.receiveText('{"id":0,}'),
    ]) {
      const { stream, rpc } = connect();
      const call = rpc.call('trace', []);
      end(stream);
      await assert.rejects(call, ConnectionGone);
      await assert.rejects(rpc.call('trace', []), ConnectionGone);
    }
  });

  it('closes the connection of an answer that is too long', async () => {
    const { stream, rpc } = connect(50);
    const call = rpc.call('trace', []);
    stream.receive({ id: 0, result: 'x'.repeat(100), error: null });
    await assert.rejects(call, AnswerTooLong);
    assert.ok(stream.isClosed);
  });
});
