import { apiRequest, PARAMETERS, readableChoices, readableMethods } from '../lib/feeds/api-request.ts';
import { choice, text } from '../lib/pack/input.ts';
import { action } from '../lib/pack/operation.ts';

export default action({
  key: 'make_api_request',
  noun: 'API Request',
  label: { en: 'Make API Request', zh: '接口查询' },
  makeLabel: 'Get an API Response',
  description: {
    en: 'Makes one read request with parameters of your own.',
    zh: '按自定义参数执行一次只读查询。',
  },
  inputs: {
    data: choice({
      label: { en: 'Data to Read', zh: '查询内容' },
      help: { en: 'Each request uses 1 call.', zh: '每次消耗 1 次调用。' },
      required: true,
      choices: readableChoices,
    }),
    parameters: text({
      label: PARAMETERS,
      help: {
        en: 'JSON such as `{"order_id": "8201739405562817"}`. Numbers of orders and products are texts, times have a zone. The parameters of each choice are on the page "Operations".',
        zh: 'JSON，例如 `{"order_id": "8201739405562817"}`。订单号、商品 ID 用文本，时间须带时区。各项内容可用的参数见“操作一览”页。',
      },
      required: true,
      multiline: true,
    }),
  },
  reads: readableMethods,
  sink: apiRequest,
  outputs: {
    count: { label: { en: 'Number of Records', zh: '记录数' }, type: 'integer' },
    total_records: { label: { en: 'Records on All Pages', zh: '全部页的记录数' }, type: 'integer' },
    calls_used: { label: { en: 'Calls Used', zh: '已用次数' }, type: 'integer' },
    records: {
      label: { en: 'Records', zh: '记录' },
      type: 'string',
      children: {
        id: { label: { en: 'ID', zh: '编号' }, type: 'string' },
        link: { label: { en: 'Link', zh: '链接' }, type: 'string' },
      },
    },
  },
  sample: {
    count: 1,
    total_records: 1,
    calls_used: 1,
    records: [
      {
        id: '8201739405562817',
        link: 'https://gsp.aliexpress.com/apps/order/detail?orderId=8201739405562817',
      },
    ],
  },
});
