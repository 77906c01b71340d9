/** Shared data is looked for where it was named, then beside the checkout, and never guessed. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { itWithShared, sharedFile, sharedPath, sharedRoot } from './shared.js';

describe('the shared data', () => {
  it('is where PLASMAVAKT_SHARED says', () => {
    assert.equal(sharedRoot({ PLASMAVAKT_SHARED: __dirname }), __dirname);
  });

  it('is not replaced by a guess when the setting is wrong', () => {
    assert.throws(
      () => sharedRoot({ PLASMAVAKT_SHARED: `${__dirname}/missing` }),
      /PLASMAVAKT_SHARED names .*missing, expected a folder/,
    );
  });

  it('has no path for a file that is absent', () => {
    assert.equal(sharedPath('no/such/file.csv'), undefined);
    assert.throws(
      () => sharedFile('no/such/file.csv'),
      /Shared file no\/such\/file.csv is missing/,
    );
  });

  itWithShared('has the measured traces', () => {
    assert.ok(existsSync(sharedFile('data/temperature/house-10min.csv')));
  });
});
