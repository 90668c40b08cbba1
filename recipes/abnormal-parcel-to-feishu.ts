import { recipe } from '../lib/pack/recipe.ts';
import abnormalParcel from '../triggers/abnormal-parcel.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'abnormal_parcel_to_feishu',
  title: { en: 'Abnormal parcel → Feishu', zh: '异常包裹 → 飞书' },
  purpose: {
    en: 'A parcel that a warehouse could not process is posted to your Feishu group, with the reason and the deadline for your decision if there is one.',
    zh: '仓库无法处理的包裹，连同异常原因和处理截止时间（如有）发到飞书群。',
  },
  trigger: abnormalParcel,
  inputs: {},
  steps: [feishuMessage],
  freshness: abnormalParcel.feed.freshness,
  watch: [
    {
      en: 'A held parcel is usually sent back or destroyed if you do not decide in time.',
      zh: '逾期未处理，滞留包裹通常会被退回或销毁。',
    },
    {
      en: 'The app needs the API group for Cainiao logistics, which its publisher requests from AliExpress. Without it, *New Account Alert* reports the missing permission, and everything else keeps working.',
      zh: '应用需有菜鸟物流接口权限组，由发布者向速卖通申请。缺少时，*New Account Alert*（账号提醒）会通知，其他功能不受影响。',
    },
    {
      en: 'Reason, status and warehouse are passed on as AliExpress writes them, which may be in Chinese.',
      zh: '原因、状态和仓库为速卖通返回的原文。',
    },
  ],
});
