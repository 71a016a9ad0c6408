import assert from 'node:assert/strict';
import { causeCodes } from '../../../src/core/trace/explanation';
import { ovnVersions } from '../../support/ovn';
import { aclCases } from './aclCases';
import type { CauseCase } from './causeCase';
import { checkCase } from './checkCase';
import { CauseLab } from './lab';
import { loadBalancerCases } from './loadBalancerCases';
import { routerCases } from './routerCases';
import { switchCases } from './switchCases';

const groups: Readonly<Record<string, readonly CauseCase[]>> = {
  'ACLs and connection tracking': aclCases,
  switches: switchCases,
  'load balancers': loadBalancerCases,
  'routers and NAT': routerCases,
};

/** Codes that ovn-trace gives no way to provoke; test/unit/trace/causes.test.ts has them by text. */
const onlyInText = ['NOT_RESIDENT', 'NAT_EXCLUDED', 'DHCP_RELAY_REFUSED', 'NO_MATCH', 'UNKNOWN'];

for (const version of ovnVersions()) {
  describe(`causes on OVN ${version.name}`, function () {
    this.timeout(60_000);
    let lab: CauseLab;
    before(async () => {
      lab = await CauseLab.start(version.programs);
    });
    after(() => lab.stop());

    for (const [about, cases] of Object.entries(groups)) {
      describe(about, () => {
        for (const given of cases.filter(({ not }) => !not?.includes(version.name))) {
          it(`${given.code}: ${given.what}`, () => checkCase(given, lab));
        }
      });
    }
  });
}

describe('the catalogue of causes', () => {
  it('has every code provoked', () => {
    const provoked = Object.values(groups).flatMap((cases) => cases.map(({ code }) => code));
    assert.deepEqual(
      causeCodes.filter((code) => !provoked.includes(code)),
      causeCodes.filter((code) => onlyInText.includes(code)),
    );
  });
});
