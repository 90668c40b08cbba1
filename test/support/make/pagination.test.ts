/** Further pages. [facts/make.md §1.7, §5.1; official page on pagination] */

import { fixedClock } from '../fixed-clock.ts';
import { useService } from './service.ts';
import type { Collection } from './value.ts';

const service = useService();
const { answering, bodies, opened, paths, search } = service;

const item = (id: number) => ({ id });

describe('Pagination', () => {
  const list = (response: Collection, pagination: Collection, more: Collection = {}) => ({
    url: '/list',
    response: { iterate: '{{body.list}}', ...response },
    pagination,
    ...more,
  });
  const pages = (total: number) =>
    Array.from({ length: total }, (_, index) => ({ json: { list: [item(index + 1)], total } }));
  const qs = { page: '{{pagination.page}}' };
  const whileThereAre = '{{body.total >= pagination.page}}';

  test('asks for page 2 first', async () => {
    answering(...pages(3));
    await search(list({}, { condition: whileThereAre, qs })).run('search');
    expect(paths()).toEqual(['/list', '/list?page=2', '/list?page=3']);
  });

  test('adds the items of all pages', async () => {
    answering(...pages(3));
    expect(await search(list({}, { condition: whileThereAre, qs })).run('search')).toEqual(
      [1, 2, 3].map(item),
    );
  });

  test('with > in its condition loses the last page, because the condition is asked twice', async () => {
    answering(...pages(3));
    const runner = search(list({}, { condition: '{{body.total > pagination.page}}', qs }));
    expect(await runner.run('search')).toEqual([1, 2].map(item));
  });

  test('ends with an empty page', async () => {
    answering(...pages(2), { json: { list: [] } });
    await search(list({}, { qs })).run('search');
    expect(paths()).toHaveLength(3);
  });

  test('goes on after a page whose items were all left out', async () => {
    answering(...pages(3));
    const response = { iterate: { container: '{{body.list}}', condition: '{{item.id > 1}}' } };
    expect(await search(list(response, { condition: whileThereAre, qs })).run('search')).toEqual(
      [2, 3].map(item),
    );
  });

  test('ends when the limit is reached', async () => {
    answering(...pages(3));
    await search(list({ limit: 2 }, { condition: whileThereAre, qs })).run('search');
    expect(paths()).toHaveLength(2);
  });

  test('merges query and headers with those of the first page', async () => {
    answering(...pages(2));
    const runner = search(
      list(
        {},
        { condition: whileThereAre, qs: { b: '2', c: '3' }, headers: { 'X-B': '2' } },
        { qs: { a: '1', b: '1' }, headers: { 'x-a': '1', 'x-b': '1' } },
      ),
    );
    await runner.run('search');
    expect(runner.requests[1]).toMatchObject({
      url: `${service.url}/list?a=1&b=2&c=3`,
      headers: { 'x-a': '1', 'x-b': '2' },
    });
  });

  test('replaces address and method', async () => {
    answering(...pages(2));
    await search(list({}, { condition: whileThereAre, url: '/more', method: 'DELETE', body: {} })).run(
      'search',
    );
    expect(service.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /list',
      'DELETE /more',
    ]);
  });

  test('replaces the body, and merges nothing into it', async () => {
    answering(...pages(2));
    const runner = search(
      list(
        {},
        { condition: whileThereAre, body: { page: '{{pagination.page}}' } },
        { method: 'POST', body: { page: 1, size: 50 } },
      ),
    );
    await runner.run('search');
    expect(bodies()).toEqual(['{"page":1,"size":50}', '{"page":2}']);
  });

  test('of a POST needs a whole body of its own', async () => {
    answering(...pages(2));
    const runner = search(list({}, { condition: whileThereAre }, { method: 'POST', body: {} }));
    await expect(runner.run('search')).rejects.toThrow("a page's body is a whole one");
  });

  test('evaluates response.temp for every page and temp once', async () => {
    answering(...pages(3));
    const clock = fixedClock('2026-11-21T10:00:00Z');
    const communication = list(
      { temp: { last: '{{body.list[1].id}}' } },
      { condition: whileThereAre, qs: { first: '{{temp.first}}', last: '{{temp.last}}' } },
      { temp: { first: "{{formatDate(now, 'X')}}" } },
    );
    const runner = opened({ modules: { search: { communication } } }, { clock });
    await runner.run('search');
    expect(paths().slice(1)).toEqual(['/list?first=1795255200&last=1', '/list?first=1795255200&last=2']);
  });

  test('judges every page by valid', async () => {
    answering(pages(2)[0] ?? {}, { json: { list: [item(2)], total: 2, error: 'no' } });
    const runner = search(list({ valid: '{{!body.error}}' }, { condition: whileThereAre, qs }));
    await expect(runner.run('search')).rejects.toMatchObject({ message: 'Response marked as invalid.' });
  });

  test('does not run the requests before again', async () => {
    answering({ json: {} }, ...pages(3));
    await search([{ url: '/budget' }, list({}, { condition: whileThereAre, qs })]).run('search');
    expect(paths().filter((path) => path === '/budget')).toHaveLength(1);
  });

  test('knows the first and the last item of the page', async () => {
    answering({ json: { list: [item(5), item(6)], total: 2 } }, { json: { list: [], total: 2 } });
    const after = '{{iterate.container.first.id}}-{{iterate.container.last.id}}';
    await search(list({}, { condition: whileThereAre, qs: { after } })).run('search');
    expect(paths()[1]).toBe('/list?after=5-6');
  });

  test('has 50 further pages at most', async () => {
    answering({ json: { list: [item(1)] } });
    await expect(search(list({}, { qs })).run('search')).rejects.toThrow('more than 50 further pages');
  });

  test('belongs to the last request', async () => {
    await expect(search([list({}, { qs }), { url: '/x' }]).run('search')).rejects.toThrow(
      'only the last request',
    );
  });

  test('needs something to iterate', async () => {
    await expect(search({ url: '/x', pagination: { qs } }).run('search')).rejects.toThrow('iterates nothing');
  });
});
