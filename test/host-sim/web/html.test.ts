/** HTML from templates: what is put in is text, unless it comes from a template. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { html, jsonForScript, trusted } from '../../../host-sim/web/html.js';

describe('html', () => {
  const rows: [name: string, text: string, expected: string][] = [
    ['escapes text', html`<p>${'<b>&"\''}</p>`.text, '<p>&lt;b&gt;&amp;&quot;&#39;</p>'],
    ['keeps markup', html`<p>${html`<b>${'x'}</b>`}</p>`.text, '<p><b>x</b></p>'],
    ['joins lists', html`${['a', '<', html`<i></i>`]}`.text, 'a&lt;<i></i>'],
    ['writes numbers, 0 too', html`${0} ${-1.5}`.text, '0 -1.5'],
    ['leaves out what is nothing', html`a${null}${undefined}${false}${[]}b`.text, 'ab'],
    ['trusts only what is marked', html`${trusted('<hr>')}`.text, '<hr>'],
  ];
  for (const [name, text, expected] of rows) it(name, () => assert.equal(text, expected));

  it('never lets text begin or end an element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(html`${text}`.text, /[<>"']/);
      }),
    );
  });
});

describe('JSON inside a script element', () => {
  it('reads back as it was and cannot close the element', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = jsonForScript(value).text;
        assert.doesNotMatch(text, /[<\u2028\u2029]/);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      }),
    );
    assert.doesNotMatch(jsonForScript({ a: '</script><!--' }).text, /</);
  });
});
