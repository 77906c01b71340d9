/** A session with a real journal behind it, and the dock's end of the link in the test's hands. */
import { Journal, JOURNAL_DURABLE_WORDS } from '../../../../firmware/core/journal/journal.js';
import { JOURNAL_STATE_WORDS } from '../../../../firmware/core/journal/journal.js';
import { ObjectDesk, type ObjectHandler } from '../../../../firmware/core/handoff/desk.js';
import type { PayloadView } from '../../../../firmware/core/handoff/payload.js';
import { RoleTable } from '../../../../firmware/core/handoff/roles.js';
import { Session, type SessionHost } from '../../../../firmware/core/handoff/session.js';
import type { Statement } from '../../../../firmware/core/handoff/statement.js';
import { RecordBuffer } from '../../../../firmware/core/record/record.js';
import { RECORD } from '../../../../firmware/core/record/schema.js';
import { WALL_SOURCE } from '../../../../firmware/core/units.js';
import { KeyPair } from '../../../../host-sim/backend/keys.js';
import { type Answer, decodeAnswer } from '../../../../host-sim/backend/protocol.js';
import { NorFlash } from '../../../../host-sim/ports/flash.js';
import { SimEntropy } from '../../../../host-sim/ports/entropy.js';
import { bytesOf } from '../../../../host-sim/world/labels.js';
import { TestLink, TestSigner } from '../../../app/support/ports.js';
import { GIAI, seededEntropy } from '../../../host-sim/backend/support/fixtures.js';

export const CONTAINER_KEY = KeyPair.generate(seededEntropy('container'));

/** Carries nothing out: keeps what it was given and answers what the test says. */
export class TestHandler implements ObjectHandler {
  readonly started: { kind: number; role: number; signer: number }[] = [];
  readonly refused: { kind: number; fault: number }[] = [];
  startResult = 1;
  pollResult = 1;

  startObject(_bytes: Uint8Array, payload: PayloadView, role: number, signer: number): number {
    this.started.push({ kind: payload.kind, role, signer });
    return this.startResult;
  }

  pollObject(): number {
    return this.pollResult;
  }

  objectRefused(kind: number, fault: number): void {
    this.refused.push({ kind, fault });
  }
}

/** Words of other rooms in the snapshot that each segment begins with. */
const OTHER_WORDS = 200;

export class SessionBench implements SessionHost {
  readonly link = new TestLink();
  readonly signer = new TestSigner(CONTAINER_KEY);
  readonly roles = new RoleTable();
  readonly handler = new TestHandler();
  readonly flash: NorFlash;
  readonly journal: Journal;
  readonly desk: ObjectDesk;
  readonly session: Session;
  readonly signed: number[] = [];
  helloFlags = 1;
  wallSource: number = WALL_SOURCE.dock;
  uptimeS = 1000;
  wallS = 160_000_000;
  private nowMs = 0;
  private readonly record = new RecordBuffer();

  constructor(sectorCount = 32) {
    const flash = { region: 'journal', bytes: sectorCount * 4096, seed: 1 };
    this.flash = new NorFlash({ ...flash, nowMs: () => this.nowMs });
    const durable = new Int32Array(JOURNAL_DURABLE_WORDS + OTHER_WORDS);
    durable.fill(12345, 20, 60); // so that the snapshots have something in them
    this.journal = new Journal(
      this.flash,
      new Int32Array(JOURNAL_STATE_WORDS),
      durable.subarray(0, JOURNAL_DURABLE_WORDS),
      durable,
      { probeCount: 2, samplePeriodS: 60 },
    );
    this.journal.resumeAt(-1, 77, 1);
    this.journal.anchor(1, this.wallS, 1);
    this.desk = new ObjectDesk(this.signer, this.roles, this.handler);
    this.desk.giai.set(bytesOf(GIAI));
    this.desk.giaiLength = GIAI.length;
    const { link, journal, desk, signer } = this;
    const compact = { work: desk.inbox, spare: new RecordBuffer(), sectorCount };
    const entropy = new SimEntropy('bench');
    this.session = new Session(link, journal, desk, signer, entropy, this, compact);
    this.session.outbox.kid.set(CONTAINER_KEY.kid);
    this.link.power(1);
  }

  describe(statement: Statement): void {
    statement.boot = 3;
    statement.uptimeS = this.uptimeS;
    statement.wallS = this.wallS;
  }

  checkpointSigned(statement: Statement): void {
    this.signed.push(statement.sequence);
    this.append(RECORD.checkpoint, (record) => {
      record.fields[0] = statement.sequence;
      record.setTail(statement.chainHash, 0, 32);
    });
  }

  /** Puts one record into the journal. */
  append(type: number, fill: (record: RecordBuffer) => void): void {
    while (this.journal.poll() === 0) this.nowMs += 10;
    this.journal.anchor(this.uptimeS, this.wallS, 1);
    this.record.begin(type, this.uptimeS++);
    fill(this.record);
    const result = this.journal.append(this.record);
    if (result < 0) throw new Error(`The test's journal: fault ${result}`);
  }

  /** Fills the journal with records of some 40 bytes. */
  fillJournal(count: number): void {
    for (let i = 0; i < count; i++) {
      this.append(RECORD.checkpoint, (record) => {
        record.fields[0] = i;
        record.setTail(new Uint8Array(32).fill(i), 0, 32);
      });
    }
  }

  connect(): this {
    this.link.isConnected = true;
    this.session.step();
    return this;
  }

  /** Sends one message and steps once; what came back so far. */
  send(message: Uint8Array): Answer[] {
    this.link.toContainer.push(message);
    this.session.step();
    return this.take();
  }

  step(): Answer[] {
    this.session.step();
    return this.take();
  }

  /** Everything that came back and was not taken yet. */
  take(): Answer[] {
    return this.link.toDock.splice(0).map(decodeAnswer);
  }

  /** Sends one message and expects one answer of a type, after at most so many steps. */
  ask<Type extends Answer['type']>(
    message: Uint8Array,
    type: Type,
    steps = 4,
  ): Extract<Answer, { type: Type }> {
    let answers = this.send(message);
    for (let i = 0; answers.length === 0 && i < steps; i++) answers = this.step();
    const [answer] = answers;
    if (answers.length !== 1 || answer?.type !== type) {
      throw new Error(`Answers ${JSON.stringify(answers)}, expected one '${type}'`);
    }
    return answer as Extract<Answer, { type: Type }>;
  }
}

/** A bench with a journal of some segments, connected. */
export function connectedBench(recordCount = 300): SessionBench {
  const bench = new SessionBench();
  bench.fillJournal(recordCount);
  return bench.connect();
}
