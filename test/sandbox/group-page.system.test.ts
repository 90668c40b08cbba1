import { groupPage } from '../../sandbox/group-page.ts';

const AT = Date.parse('2026-11-21T02:00:00Z');
const pageOf = (text: string) =>
  groupPage({ en: 'Feishu', zh: '飞书' }, [{ at: AT, title: '新订单', text, severity: 'info' }], AT);

describe('The page of a group', () => {
  test('Bold and italic are shown as such, without their marks', () => {
    const page = pageOf('**金额** USD 23.50\n*时间均为北京时间*');
    expect(page).toContain('<p><b>金额</b> USD 23.50\n<i>时间均为北京时间</i></p>');
  });

  test('A star that stands alone is text, and so is HTML', () => {
    expect(pageOf('**尺寸** 2 * 3 <b>')).toContain('<p><b>尺寸</b> 2 * 3 &lt;b&gt;</p>');
  });

  test('The heading of a message in DingTalk, which repeats the title, is left out', () => {
    expect(pageOf('### 🔵 新订单\n\n**金额** USD 23.50')).toContain('<p><b>金额</b> USD 23.50</p>');
  });
});
