/**
 * Zap templates: pairs of a trigger and a step of another app, in the words of Zapier's directory. A public integration
 * offers them in Zapier; in a private one, sellers follow the pages that are made from them.
 */

import type { TriggerDeclaration } from '../../lib/pack/operation.ts';
import type { Bilingual } from '../../lib/problems.ts';
import badReview from '../../triggers/bad-review.ts';
import dailyReport from '../../triggers/daily-report.ts';
import disputeDeadline from '../../triggers/dispute-deadline.ts';
import disputeOpened from '../../triggers/dispute-opened.ts';
import stall from '../../triggers/logistics-stall.ts';
import lowStock from '../../triggers/low-stock.ts';
import newOrder from '../../triggers/new-order.ts';
import newOrderLine from '../../triggers/new-order-line.ts';
import orderCancelled from '../../triggers/order-cancelled.ts';
import orderPaid from '../../triggers/order-paid.ts';
import delivered from '../../triggers/parcel-delivered.ts';
import shipDeadline from '../../triggers/ship-deadline.ts';

export interface ZapTemplate {
  /** Names the page. */
  key: string;
  /** "Do this in B for that in A", as Zapier titles its templates. */
  title: Bilingual;
  /** What it is good for, 40 to 140 characters. */
  description: Bilingual;
  trigger: TriggerDeclaration;
  /** The app and its action, as Zapier lists them. */
  app: string;
  action: string;
  /** A field of the action, and the key of the trigger's output that it takes. */
  fields: Readonly<Record<string, string>>;
  /** Chinese names of columns, where the label of the output says something else. */
  columnsZh?: Readonly<Record<string, string>>;
}

const rows = { app: 'Google Sheets', action: 'Create Spreadsheet Row' };
const slack = { app: 'Slack', action: 'Send Channel Message' };
const gmail = { app: 'Gmail', action: 'Send Email' };
const zendesk = { app: 'Zendesk', action: 'Create Ticket' };
const MESSAGE = { 'Message Text': 'title' };
const TICKET = { Subject: 'title', 'First Comment/Description': 'text' };

export const zapTemplates: readonly ZapTemplate[] = [
  {
    key: 'new-orders-to-google-sheets',
    title: {
      en: 'Add new AliExpress Seller orders to Google Sheets',
      zh: '速卖通新订单自动记入 Google 表格',
    },
    description: {
      en: 'Keep a list of all orders without copying: every new order becomes a row with amount, products and status.',
      zh: '无需手工抄录：每个新订单自动成为一行，含金额、商品和状态。',
    },
    trigger: newOrder,
    ...rows,
    fields: {
      'Order Number': 'order_id',
      Placed: 'placed_at_local',
      Amount: 'amount',
      Currency: 'currency',
      Products: 'items_text',
      Status: 'status_name',
    },
  },
  {
    key: 'order-lines-to-airtable',
    title: {
      en: 'Create Airtable records for line items of AliExpress Seller orders',
      zh: '速卖通订单的每个商品行自动新建 Airtable 记录',
    },
    description: {
      en: 'Plan purchases by SKU: each line of an order becomes a record with its SKU code, quantity and unit price.',
      zh: '按 SKU 安排采购：订单的每个商品行成为一条记录，含 SKU 编码、数量和单价。',
    },
    trigger: newOrderLine,
    app: 'Airtable',
    action: 'Create Record',
    fields: {
      'Line Item': 'line_id',
      Order: 'order_id',
      SKU: 'sku_code',
      Product: 'product_name',
      Quantity: 'quantity',
      'Unit Price': 'unit_price',
      Currency: 'currency',
    },
  },
  {
    key: 'paid-orders-to-slack',
    title: {
      en: 'Send Slack messages for paid AliExpress Seller orders',
      zh: '速卖通订单付款后发送 Slack 消息',
    },
    description: {
      en: 'Let the warehouse start at once: a channel reads about every order that is paid and has passed the review.',
      zh: '订单付款并通过审核后立即通知仓库频道，尽早发货。',
    },
    trigger: orderPaid,
    ...slack,
    fields: MESSAGE,
  },
  {
    key: 'shipping-deadlines-to-trello',
    title: {
      en: 'Create Trello cards for AliExpress Seller orders that must be shipped soon',
      zh: '速卖通订单发货即将超时时创建 Trello 卡片',
    },
    description: {
      en: 'Avoid cancelled orders and penalties: a card with a due date appears before the shipping deadline passes.',
      zh: '避免超时取消和处罚：发货截止前自动生成带截止时间的卡片。',
    },
    trigger: shipDeadline,
    app: 'Trello',
    action: 'Create Card',
    fields: { Name: 'title', Description: 'text', 'Due Date': 'due_at' },
  },
  {
    key: 'cancelled-orders-to-google-sheets',
    title: {
      en: 'Add cancelled AliExpress Seller orders to Google Sheets',
      zh: '速卖通取消的订单自动记入 Google 表格',
    },
    description: {
      en: 'See why orders are lost: every cancelled order becomes a row with its reason, its amount and its products.',
      zh: '了解订单为何流失：每个取消的订单成为一行，含原因、金额和商品。',
    },
    trigger: orderCancelled,
    ...rows,
    fields: {
      'Order Number': 'order_id',
      Reason: 'end_reason_name',
      Amount: 'amount',
      Currency: 'currency',
      Products: 'items_text',
    },
  },
  {
    key: 'bad-reviews-to-zendesk',
    title: {
      en: 'Create Zendesk tickets for bad AliExpress Seller reviews',
      zh: '速卖通收到中差评时创建 Zendesk 工单',
    },
    description: {
      en: 'Answer unhappy buyers fast: a review with few stars becomes a ticket for the team that takes care of it.',
      zh: '及时回应不满的买家：中差评自动成为客服工单。',
    },
    trigger: badReview,
    ...zendesk,
    fields: TICKET,
  },
  {
    key: 'new-disputes-to-zendesk',
    title: {
      en: 'Create Zendesk tickets for new AliExpress Seller disputes',
      zh: '速卖通出现新纠纷时创建 Zendesk 工单',
    },
    description: {
      en: 'Never miss a dispute: each one becomes a ticket with its reason and the order that it is about.',
      zh: '不漏掉任何纠纷：每个纠纷成为一张工单，含原因和订单号。',
    },
    trigger: disputeOpened,
    ...zendesk,
    fields: TICKET,
  },
  {
    key: 'dispute-deadlines-to-gmail',
    title: {
      en: 'Send Gmail emails before AliExpress Seller dispute deadlines',
      zh: '速卖通纠纷响应截止前发送 Gmail 邮件',
    },
    description: {
      en: 'Respond in time: an e-mail tells how long you have, what the buyer wants, and how much may be refunded.',
      zh: '按时响应：邮件写明剩余时间、买家诉求和可能的退款金额。',
    },
    trigger: disputeDeadline,
    ...gmail,
    fields: { Subject: 'title', Body: 'text' },
  },
  {
    key: 'stalled-parcels-to-slack',
    title: {
      en: 'Send Slack messages for stalled AliExpress Seller parcels',
      zh: '速卖通包裹停滞时发送 Slack 消息',
    },
    description: {
      en: 'Act before the buyer asks: a channel learns of parcels stuck in customs, silent for days, or not delivered.',
      zh: '赶在买家询问之前处理：清关滞留、长时间无更新或派送异常的包裹自动通知频道。',
    },
    trigger: stall,
    ...slack,
    fields: MESSAGE,
  },
  {
    key: 'delivered-parcels-to-google-sheets',
    title: {
      en: 'Add delivered AliExpress Seller parcels to Google Sheets',
      zh: '速卖通妥投的包裹自动记入 Google 表格',
    },
    description: {
      en: 'Compare carriers: every delivered parcel becomes a row with its carrier and dates, and its destination where it is known.',
      zh: '比较物流商的时效：每个妥投的包裹成为一行，含物流服务、时间和已知的目的国。',
    },
    trigger: delivered,
    ...rows,
    fields: {
      'Tracking Number': 'tracking_number',
      'Order Number': 'order_id',
      Carrier: 'carrier_code',
      Country: 'country_name',
      Shipped: 'shipped_at_local',
      Delivered: 'last_event_at_local',
    },
    columnsZh: { Carrier: '物流服务', Delivered: '妥投时间（北京）' },
  },
  {
    key: 'low-stock-to-gmail',
    title: { en: 'Send Gmail emails for low AliExpress Seller stock', zh: '速卖通库存不足时发送 Gmail 邮件' },
    description: {
      en: 'Reorder in time: purchasing gets an e-mail when the stock of a SKU falls to the level that you choose.',
      zh: '及时补货：SKU 库存降到设定数量时，自动邮件通知采购。',
    },
    trigger: lowStock,
    ...gmail,
    fields: { Subject: 'title', Body: 'text' },
  },
  {
    key: 'daily-reports-to-notion',
    title: {
      en: 'Create Notion pages from daily AliExpress Seller shop reports',
      zh: '每天把速卖通店铺日报写入 Notion',
    },
    description: {
      en: 'Start the day with figures: orders, amounts, disputes, reviews and parcels of the shop on one page.',
      zh: '每天一页掌握店铺情况：订单、金额、纠纷、评价和包裹。',
    },
    trigger: dailyReport,
    app: 'Notion',
    action: 'Create Database Item',
    fields: { Name: 'title', Date: 'date', Content: 'text' },
  },
];
