/**
 * The words by which carriers tell where a parcel is, for events without a code. They are tested in this order, and the
 * first hit counts: what was returned was also signed for, and "undelivered" contains "delivered".
 * See docs/aliexpress.md#tracking-words.
 */

import { oncePer } from '../once-per.ts';
import type { Words } from './bilingual.ts';
import type { Stage } from './parcel-stages.ts';

interface Row {
  /** Stands in the place of an action code. */
  key: string;
  stage: Stage;
  /** Left out where the stage says it all. */
  phrase?: Words;
  /** Of a text in small letters without accents. */
  patterns: readonly string[];
}

/** What is delivered to one of these has not reached the buyer. */
const CARRIERS =
  '(carrier|airline|courier|local|post|customs|warehouse|sort|hub|depot|facility|transit|terminal)';

const rows: readonly Row[] = [
  {
    key: 'words:returned',
    stage: 'returned',
    patterns: [
      'return(ed|ing)? to (the )?(sender|seller|shipper)|sent back to (the )?(sender|seller)|returned package',
      '退回|退签|退货|退件',
      'возврат|возвращ',
      'devolucao|devolvid|devuelt|devolucion al remitente|en devolucion',
      'retour(ne)?e? a l.?expediteur',
      'zuruckgesendet|rucksendung|an den absender zuruck',
      'reso al mittente|\\bzwrot|zwroc|gondericiye iade',
    ],
  },
  {
    key: 'words:lost',
    stage: 'failure',
    phrase: { en: 'lost, damaged or destroyed', zh: '丢失、破损或销毁' },
    patterns: [
      '\\b(lost|damaged|destroyed|discarded)\\b',
      '丢失|破损|销毁|遗失',
      'утрач|утерян|поврежд',
      'extraviad|avariad|\\bdanad|perdido',
      '\\bperdue?\\b|endommage',
      'verloren|beschadigt',
      'smarrit|zagubion|uszkodzon',
    ],
  },
  {
    key: 'words:attempt_failed',
    stage: 'failure',
    phrase: { en: 'delivery attempt failed', zh: '派送失败' },
    patterns: [
      'attempt.{0,20}(unsuccessful|failed)|delivery attempt was made|failed (delivery )?attempt|delivery failed',
      "undeliver|(not|n't|cannot)( yet)?( be| been)? delivered|unable to deliver|(address|recipient) (not found|unknown)",
      'recipient (not at home|unavailable|absent|refused)|\\brefused\\b|unclaimed|(incorrect|insufficient|wrong) address',
      '(投递|派送|派件|妥投|签收)(失败|异常)|未(能)?妥投|拒收|拒签|疑难',
      'неудачн.{0,10}попытк|временное отсутствие адресата|не (вручен|доставлен)',
      'entrega nao (efetuada|realizada)|nao pode ser efetuada|nao (foi )?entregue|endereco incorreto|carteiro nao atendido',
      'intento de entrega|no (se )?(ha )?(sido )?entregad|destinatario ausente|direccion incorrecta',
      'tentative de livraison|destinataire absent|non (livre|distribue)|pas (pu )?(etre )?(livre|distribue)',
      'zustellversuch|nicht zugestellt|empfanger nicht',
      'mancata consegna|non consegnat|nie ?doreczon|awizowan|teslim edilemedi|不在|持ち戻り|לא נמסר|لم يتم التسليم',
    ],
  },
  {
    key: 'words:clearance_failed',
    stage: 'failure',
    phrase: { en: 'customs clearance failed', zh: '清关失败' },
    patterns: [
      'customs.{0,30}(exception|failure|failed|rejected)|clearance.{0,15}(exception|failure|failed)|prohibited (goods|item)',
      '清关(异常|失败)|审单异常|отказ.{0,10}таможн',
    ],
  },
  {
    key: 'words:held',
    stage: 'customs',
    phrase: { en: 'held by customs', zh: '海关扣留' },
    patterns: [
      'held by (customs|destination)|(retained|detained|seized|stopped) by customs|customs.{0,20}(delay|hold|held)',
      'customs.{0,30}(documents|information (needed|required)|duties|tax)|(tax|dut(y|ies)).{0,20}(due|pending|required)',
      '海关出税|扣关|海关扣留|задержан.{0,20}таможн',
      'retido.{0,20}(fiscalizacao|alfandega)|aguardando pagamento',
      'reten(ido|u)e? (en|par la|a la)? ?(aduana|douane)|retenue? en douane|pendiente de documentacion',
      'zoll.{0,20}(angehalten|zuruckgehalten)|zatrzyman.{0,20}celn',
    ],
  },
  {
    key: 'words:released',
    stage: 'customs',
    phrase: { en: 'released by customs', zh: '海关已放行' },
    patterns: [
      '(customs|clearance)( process)?( is| was| has been)? (complet|finish|clear(ed)?\\b|releas|success)|(releas|clear)ed (from |by )?customs',
      '(清关|报关|通关)(完成|成功|结束)|审单通过|放行',
      'выпущен.{0,10}таможн|таможенное оформление завершен',
      'aduaneira finalizada|liberad.{0,20}(alfandega|fiscalizacao|aduan)',
      'despachado de aduana|despacho finalizado|\\bdedouanee?\\b|dedouanement.{0,15}termine',
      '\\bverzollt|zollabfertigung.{0,25}abgeschlossen',
      'sdoganat|zwolnion.{0,15}celn|zakonczono odpraw|通関完了|통관 ?완료',
    ],
  },
  {
    key: 'words:customs',
    stage: 'customs',
    patterns: [
      '\\bcustoms?\\b|\\bclearance\\b|清关|海关|报关|таможн',
      'fiscalizacao|aduaneir|alfandega|aduana|douane|\\bzoll',
      'dogana|gumruk|odpraw.{0,3} celn|celnej\\b|通関|통관|מכס|جمارك',
    ],
  },
  {
    key: 'words:pickup_point',
    stage: 'pickup_point',
    patterns: [
      '(available|ready|awaiting|waiting) (for|to)? ?(be )?(pick(ed)?.?up|collect(ion|ed)|withdrawal)(?! by)',
      'first notification to recipient|arrived at the (pick.?up|collection) point|delivered to (a |the )?(locker|pick.?up point)',
      '等待.{0,4}自提|待自提|自提点入库|待取件',
      '(прибыло в|ожидает в) мест.{0,3} вручения|(готов|ожидает).{0,12}(выдач|получени)|доставлен.{0,12}(пункт|постамат)',
      'aguardando retirada|disponivel para retirada',
      'disponible para recog|^en (el |un )?punto de recogida|entregado en (el |la )?(punto|oficina|locker)',
      'disponible (au|en|dans).{0,20}(point|relais|retrait|bureau)',
      'abholbereit|zur abholung|pront[oa] per il ritiro|do odbioru',
    ],
  },
  {
    key: 'words:out_for_delivery',
    stage: 'last_mile',
    phrase: { en: 'out for delivery', zh: '正在派送' },
    patterns: [
      'out for delivery|on vehicle for delivery|with (the )?(delivery )?courier|(will|to) be delivered (today|tomorrow)',
      '(开始|再次|正在)(投递|派送|派件)|派件中|派送中|投递中',
      '(выдан|передан).{0,10}курьеру|в доставке',
      'saiu para (a )?entrega|en reparto|salio a reparto',
      'cours de livraison|en tournee',
      'in zustellung|in consegna|w doreczeni|dagitima cikti|持ち出し中',
    ],
  },
  {
    key: 'words:delivered',
    stage: 'delivered',
    patterns: [
      `(?<!(not|n't|be|being|not been|n't been) )(?<!un)\\bdelivered\\b(?! to (the |an? )?(\\w+ )?${CARRIERS})`,
      'signed (by|for)|(picked up|received|collected) by (the )?(recipient|customer|consignee|addressee)|proof of delivery',
      'left (at|with) (the )?(front door|neighbou?r|reception|safe place)',
      '(?<!(揽收|分拨|分拣|仓|中心|sc).{0,8}|[未待拒]|等待)签收(?!失败|异常)|(?<!未能?)妥投',
      'вручен(о|ие)?(?![а-я])|получено адресатом|доставлено получателю|посылка доставлена',
      '(objeto|encomenda|pedido) entregue(?! a )|entregue ao? (destinatario|cliente|comprador)|entrega (efetuada|realizada)|^entregue$',
      '(?<!(no|ser|sera|sido no) )\\bentregad[oa]\\b(?! al? (la )?(transportista|aerolinea|operador|correo|aduana))',
      '(?<!(non|pas|etre|sera) )\\blivree?\\b(?! (au|a la) (transporteur|compagnie))|(?<!(non|pas|etre) )\\bdistribuee?\\b',
      '(?<!(wird|nicht).{0,30})\\bzugestellt\\b(?! werden)',
      '(?<!non )\\bconsegnat[oa]\\b(?! al (corriere|vettore))|(?<!nie ?)doreczon|teslim edildi',
      'お届け済み|配達完了|배달 ?완료|(?<!לא )נמסר|(?<!ي)تم التسليم',
    ],
  },
  {
    key: 'words:preparing',
    stage: 'preparing',
    patterns: [
      'billing information received|pre.?advice|(order|shipment|shipping) info(rmation)? (has been )?(sent|received)',
      'waiting for (the )?carrier to pick.?up|label (has been )?(created|printed)|electronic.{0,20}(notif|announce|inform|data)',
      '电子预报|声明发货|待揽[件收]|暂无轨迹',
      'электронн.{0,20}извещ|присвоен трек|зарегистрирован',
      'etiqueta (criada|emitida)|pre-?registrad|prerregistrad|en preparation',
      'elektronisch angekundigt|zarejestrowano dane|etichetta creata',
    ],
  },
  {
    key: 'words:last_mile',
    stage: 'last_mile',
    patterns: [
      'delivery (station|office|depot|unit|center|centre|company|partner)|local (delivery|post|carrier|courier|facility)',
      '派送(站|点|分拣)|派件网点|目的国.{0,6}(接收|收件)|配送站',
      'местн.{0,6} служб.{0,4} доставки|сортировки города',
      'unidade de distribuicao|correios do brasil|operador local|oficina de destino',
      'agence locale|transporteur local|zustellbasis|zustelldienst|jednost.{0,4} oddawcz|lokaln.{0,4} przewozni',
    ],
  },
  {
    key: 'words:transit',
    stage: 'transit',
    patterns: [
      '\\b(transit|depart\\w*|arriv\\w*|left|dispatch\\w*|despatch\\w*|sort(ed|ing)|hub|airline|airport|flight)\\b',
      '\\b(inbound|outbound|line.?haul|hand(ed)?.?over|accept(ed|ance)|pick(ed)?.?up|shipped|forwarded|on (the|its) way)\\b',
      `(received|collected) by (the )?(\\w+ )?${CARRIERS}|delivered to (the |an? )?(\\w+ )?${CARRIERS}`,
      '运输|中转|转运|到达|抵达|离开|发出|出发|揽收|揽件|收寄|分拨|分拣|航空|航班|起飞|降落|出库|干线|封发|(仓|中心|sc).{0,8}签收',
      'прибыл|покинул|сортиров|в пути|транзит|отправлен|принят|передан',
      'transito|encaminhad|postado|recebid|saiu d|chegou|entregue a\\b',
      'salida|salio|llegad|admitid|recibid|clasificacion|en camino|en manos|entregad[oa] al?\\b',
      'quitte|arrive|pris en charge|remise? a|recue? par|centre de tri|expedie|achemin|livree? (au|a la)\\b',
      'verlassen|eingetroffen|angekommen|eingegangen|ubernommen|ubergeben|unterwegs|sortier|paketzentrum',
      'partit|in viaggio|spedit|consegnat[oa] al\\b|\\bnadan|sortown|opusci|przyby|przekazan|w drodze|wyslan',
      '輸送|通過|到着|発送|引受|발송|도착|운송|출발',
    ],
  },
];

/** Small letters without accents: й becomes и. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');

const patternOf = oncePer(({ patterns }: Row) => new RegExp(patterns.map(plain).join('|')));

/** A longer sentence is cut: a pattern looks at every place of it. */
const MAX_LENGTH = 300;

/** The key of the row that a carrier's sentence fits; undefined where its words say nothing about the stage. */
export function keyOfWords(sentence: string): string | undefined {
  const text = plain(sentence.slice(0, MAX_LENGTH)).replace(/\s+/g, ' ').trim();
  return rows.find((row) => patternOf(row).test(text))?.key;
}

/** Customs has released the parcel. */
export const RELEASED_IN_WORDS = 'words:released';

export const wordRows: readonly Pick<Row, 'key' | 'stage' | 'phrase'>[] = rows;
