/** Forms in which answers may be written, each a switch of its own. A shop with several of them has them all at once. */

/** Each rewrites the JSON of a correct answer. */
const rewriteAs = {
  shop_without_scheme: (json) => json.replace('"shop_url":"https://', '"shop_url":"//'),
  two_currencies: (json) => json.replaceAll('"currency_code":"USD"', '"currency_code":"USD;RUB"'),
  yen_without_factor: (json) =>
    json
      .replaceAll('"currency_code":"USD"', '"currency_code":"JPY"')
      .replace(/"amount":"(\d+)\.(\d\d)"/g, (_, whole, part) => `"amount":"${Number(whole + part)}"`)
      .replace(/,"cent_factor":100/g, '')
      .replace(/,"currency":\{[^}]*\}/g, ''),
  amounts_as_numbers: (json) =>
    json.replace(/"amount":"(\d+\.\d\d)"/g, (_, amount) => `"amount":${Number(amount)}`),
  half_stars: (json) => json.replace(/"buyer_evaluation":"([1-4])"/g, '"buyer_evaluation":"$1.5"'),
  valid_dates_null: (json) => json.replace(/"valid_date":"[^"]*"/g, '"valid_date":null'),
  success_as_text: (json) => json.replace(/"((?:is_|result_)?success)":(true|false)/g, '"$1":"$2"'),
} as const satisfies Record<string, (json: string) => string>;

export type AnswerForm = keyof typeof rewriteAs;

export const answerForms = Object.keys(rewriteAs) as AnswerForm[];

export const inForms = (json: string, forms: readonly AnswerForm[]): string =>
  forms.reduce((written, form) => rewriteAs[form](written), json);
