import { describeLedgerHistories } from '../support/ledger-history-suite.ts';

describeLedgerHistories({ memory: 2500, SQLite: 250, 'Zapier cache': 60, 'Redis over HTTP': 40 });
