/** Modules of other apps, as Make's own editor exports them. */

import type { SheetStep } from '../../../pack/recipe.ts';
import { CONNECTION_KEY, type Step } from './blueprint.ts';
import { allFields, mapped, type Source } from './mapping.ts';

/**
 * Google Sheets, "Add a Row". With "Enter manually" the cells are known by their position alone, so that the mapping is
 * there before the seller has named a spreadsheet.
 */
export function sheetRow({ sheet }: SheetStep, source: Source): Step {
  return {
    module: 'google-sheets:addRow',
    version: 2,
    parameters: {},
    mapper: {
      mode: 'map',
      spreadsheetId: '',
      sheetId: sheet.name.zh,
      tableFirstRow: 'A1:Z1',
      insertDataOption: 'INSERT_ROWS',
      // As a text: an order number has more digits than a spreadsheet keeps, and a product's name may begin with "=".
      valueInputOption: 'RAW',
      insertUnformatted: false,
      values: Object.fromEntries(
        sheet.columns.map(({ value }, index) => [String(index), mapped(value, source)]),
      ),
    },
    open: [CONNECTION_KEY, 'spreadsheetId'],
    caption: sheet.name.zh,
  };
}

/**
 * What creates the ticket. Which help desk a seller has is not known, and a blueprint with a module that Make does not
 * know cannot be imported at all; so it is the module that everybody has, "HTTP: Make a request", which posts the
 * fields. As a form, because Make puts values into JSON as they are, and a text has lines and quotes. A seller with a
 * help desk on Make puts its module in this place and maps the same fields.
 */
export function ticketRequest(ticket: Source): Step {
  return {
    module: 'http:MakeRequest',
    version: 4,
    parameters: { authenticationType: 'noAuth', tlsType: '', proxyKeychain: '' },
    mapper: {
      url: '',
      method: 'post',
      contentType: 'urlEncoded',
      urlEncodedBodyContent: allFields(ticket),
      parseResponse: false,
      stopOnHttpError: true,
      allowRedirects: true,
      shareCookies: false,
      requestCompressedContent: true,
    },
    open: ['url'],
    caption: '创建工单（可换成你的工单系统）',
  };
}
