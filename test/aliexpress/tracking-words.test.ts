import fc from 'fast-check';
import { wordFor } from '../../lib/aliexpress/convert.ts';
import { signalOf, stages } from '../../lib/aliexpress/tracking-codes.ts';
import { keyOfWords } from '../../lib/aliexpress/tracking-words.ts';
import { languages, sentenceFor } from '../../sandbox/parcels/words.ts';

/** Stage → what carriers write. */
const sentences: Record<string, readonly string[]> = {
  returned: [
    'Returned to sender',
    'Returning to the seller',
    'Sent back to the sender',
    '退回卖家签收',
    '已退签',
    'Возврат отправителю',
    'Возврат вручен отправителю',
    'Em devolução ao remetente',
    'Devolvido ao remetente',
    'Devuelto al remitente',
    "Retour à l'expéditeur",
    'Retourné à l’expéditeur',
    'Rücksendung eingeleitet',
    'Reso al mittente',
    'Zwrot do nadawcy',
  ],
  failure: [
    'Undelivered - recipient absent',
    'Delivery attempt unsuccessful - recipient not at home',
    'A delivery attempt was made',
    'The parcel could not be delivered',
    'Not delivered: incorrect address',
    'Parcel lost',
    'Damaged in transit',
    '投递失败',
    '妥投异常',
    '签收异常',
    '收件人拒收',
    '清关异常',
    '清关失败',
    '海关审单异常',
    'Customs clearance failed',
    'Неудачная попытка вручения',
    'Временное отсутствие адресата',
    'Tentativa de entrega não efetuada',
    'A entrega não pôde ser efetuada',
    'Endereço incorreto - entrega não realizada',
    'Objeto não entregue',
    'Intento de entrega fallido',
    'No entregado',
    'No se ha entregado',
    'Tentative de livraison, destinataire absent',
    'Colis non livré',
    "Votre colis n'a pas pu être livré",
    'Zustellversuch, nicht zugestellt',
    'Mancata consegna',
    'Niedoręczono',
    'לא נמסר',
    'لم يتم التسليم',
  ],
  customs: [
    'Held by customs',
    'HELD BY DESTINATION',
    'Retained by customs',
    'Customs information required',
    'Import duties due',
    'Custom clearance',
    'Handed over to customs',
    'Delivered to customs',
    'Released from customs',
    'Import customs clearance is complete',
    '海关出税',
    '清关完成',
    '报关',
    '放行',
    'Задержано на таможне',
    'Выпущено таможней',
    'Передано таможне',
    'Retido na alfândega',
    'Em fiscalização aduaneira',
    'Fiscalização aduaneira finalizada',
    'Retenido en aduana',
    'Despachado de aduana',
    'Retenu en douane',
    'en cours de dédouanement',
    'Dédouané',
    'In der Zollabfertigung',
    'Verzollt',
    'In dogana',
    'Odprawa celna',
    'Gümrükte',
    '通関手続中',
    '통관 중',
  ],
  pickup_point: [
    'Available for pickup',
    'Awaiting collection',
    'Ready to be collected',
    'Delivered to locker',
    '等待用户自提',
    '自提点入库',
    'Прибыло в место вручения',
    'Ожидает в месте вручения',
    'Objeto aguardando retirada no endereço indicado',
    'Disponible para recoger en el punto',
    'Disponible au point de retrait',
    'Abholbereit',
    'Gotowa do odbioru',
  ],
  last_mile: [
    'OUT FOR DELIVERY',
    'Out for delivery again',
    'With courier',
    'Will be delivered today',
    'Received by local delivery company',
    'Delivered to local carrier',
    'Arrived at delivery station',
    '开始派送',
    '派件中',
    '再次投递',
    '到达派送站点',
    'Выдано курьеру',
    'Принято местной службой доставки',
    'Objeto saiu para entrega ao destinatário',
    'En reparto',
    'En cours de livraison',
    'In Zustellung',
    'In consegna',
    'Przesyłka w doręczeniu',
  ],
  delivered: [
    'DELIVERED',
    'Successfully delivered',
    'Delivered, signed by JUAN PEREZ',
    'Delivered to the recipient',
    'Picked up by the recipient',
    'Left at front door',
    'Proof of delivery',
    '用户签收',
    '自提点签收',
    '收件人已签收',
    '已妥投',
    'Вручение адресату',
    'Вручено',
    'Получено адресатом',
    'Посылка доставлена',
    'Objeto entregue ao destinatário',
    'Entrega efetuada',
    'Entregado',
    'Entrega realizada en el punto de recogida',
    'Votre colis a été livré',
    'Livré en point relais',
    'Distribué',
    'Zugestellt',
    'In der Filiale zugestellt',
    'Consegnato',
    'Doręczono w punkcie',
    'Teslim edildi',
    'お届け済み',
    '配達完了',
    '배달완료',
    'נמסר',
    'تم التسليم',
  ],
  preparing: [
    'Billing information received',
    'Shipment information received',
    'Shipping info sent',
    'Waiting for carrier to pick up',
    'Label created',
    '电子预报',
    '声明发货',
    '待揽件',
    'Присвоен трек-номер',
    'Etiqueta criada',
    'Envío prerregistrado',
    'Colis en préparation',
    'Sendung elektronisch angekündigt',
  ],
  transit: [
    'Delivered to airline',
    'Delivered to the sorting center',
    'Arrive at destination country',
    'Departed from origin country',
    'Accepted by carrier',
    'Picked up',
    'Inbound in sorting center',
    '揽收点签收成功',
    'SC 签收',
    '分拨中心签收',
    '到达目的国',
    '已交航空公司',
    'Покинуло страну отправления',
    'Objeto postado',
    'Entregue à companhia aérea',
    'Entregado a la aerolínea',
    'Llegada al país de destino',
    'Pris en charge par le transporteur',
    'Livré au transporteur',
    'Im Zielland eingetroffen',
    'Przekazano linii lotniczej',
    'Consegnato al corriere',
  ],
  unknown: [
    '',
    'Processed',
    'Обработка',
    'Processado',
    'Traité',
    'Bearbeitet',
    'To be delivered',
    'Your parcel will be delivered soon',
    'Wird zugestellt',
    'Returned for a new attempt',
    '未签收',
    '等待签收',
    'Customer service called',
    '5',
  ],
};

const table = Object.entries(sentences).flatMap(([stage, group]) =>
  group.map((text) => [text, stage] as const),
);

describe('Words of a carrier', () => {
  test.each(table)('The words %j mean the stage %s', (text, stage) => {
    expect(wordFor(signalOf('', [text]), stages)).toBe(stage);
  });

  test.each(table)('The words %j mean the stage %s also in capitals and with wide letters', (text, stage) => {
    const wide = text
      .toUpperCase()
      .replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
    expect(wordFor(signalOf('', [wide]), stages)).toBe(stage);
  });

  test.each([
    ['Customs clearance completed', 'words:released'],
    ['清关完成', 'words:released'],
    ['Held by customs', 'words:held'],
    ['Custom clearance', 'words:customs'],
    ['清关异常', 'words:clearance_failed'],
    ['Parcel destroyed', 'words:lost'],
    ['投递失败', 'words:attempt_failed'],
  ])('The words %j are told apart as %s', (text, key) => {
    expect(keyOfWords(text)).toBe(key);
  });

  test('The first sentence that says something decides', () => {
    expect(signalOf('', ['Processed', 'Delivered', 'Held by customs'])).toBe('words:delivered');
  });

  test('No carrier of the sandbox is understood otherwise than by its codes', () => {
    /** Words do not tell a sorting center of the destination from another one. */
    const isOnItsWay = (stage: string | undefined) => stage === 'transit' || stage === 'last_mile';
    const wrong = Object.entries(stages.table).flatMap(([code, stage]) =>
      languages
        .map((language) => sentenceFor(code, language))
        .filter((sentence) => sentence !== code)
        .filter((sentence) => {
          const found = wordFor(signalOf('', [sentence]), stages);
          return found !== stage && !(isOnItsWay(found) && isOnItsWay(stage));
        }),
    );
    expect(wrong).toEqual([]);
  });

  test('No text makes the reader of words throw or wait', () => {
    const parts = fc.constantFrom(
      'delivered',
      'customs ',
      'not ',
      '签收',
      '揽收',
      'zugestellt',
      'в',
      ' ',
      'a'.repeat(500),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 40 }), (found) => {
        keyOfWords(found.join(''));
      }),
    );
  });
});
