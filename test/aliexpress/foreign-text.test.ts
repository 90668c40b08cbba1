import fc from 'fast-check';
import { pageUrl, withoutEntities } from '../../lib/aliexpress/foreign-text.ts';

describe('HTML entity', () => {
  test.each([
    ['A&amp;B', 'A&B'],
    ['&quot;Large&quot; 5&#39;', '"Large" 5\''],
    ['&lt;b&gt;', '<b>'],
    ['2&nbsp;m', '2 m'],
    ['caf&#233; &#xE9;', 'café é'],
    ['&AMP;', '&'],
    // It was escaped twice, and once is what the seller wrote.
    ['&amp;lt;', '&lt;'],
    ['A&B; C & D', 'A&B; C & D'],
    ['&copy;', '&copy;'],
    ['&#0;&#10;&#x110000;', '&#0;&#10;&#x110000;'],
  ])('The text %j is read as %j', (written, text) => {
    expect(withoutEntities(written)).toBe(text);
  });

  test('A text that was escaped once is read as it was before', () => {
    const escaped = (text: string) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
    fc.assert(fc.property(fc.string(), (text) => expect(withoutEntities(escaped(text))).toBe(text)));
  });
});

describe('Address of a page', () => {
  test.each([
    ['https://www.aliexpress.com/store/1', 'https://www.aliexpress.com/store/1'],
    ['http://snap.example.com:1080/1?a=b', 'http://snap.example.com:1080/1?a=b'],
    [' //www.aliexpress.com/store/1 ', 'https://www.aliexpress.com/store/1'],
    ['/store/1', 'https://www.aliexpress.com/store/1'],
    ['www.dhl.com', 'https://www.dhl.com'],
    ['dhl.com/track?n=1', 'https://dhl.com/track?n=1'],
  ])('The address %j is %s', (written, address) => {
    expect(pageUrl(written)).toBe(address);
  });

  test.each([
    '',
    'N/A',
    'javascript:alert(1)',
    'ftp://example.com',
    '//',
    'https://user@example.com/',
    'mailto:a@b.c',
  ])('The text %j is no address', (written) => {
    expect(pageUrl(written)).toBeUndefined();
  });
});
