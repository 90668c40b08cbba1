import { describeLedgerHistories } from '../support/ledger-history-suite.ts';

describeLedgerHistories({ memory: 92_500, SQLite: 5000, 'Zapier cache': 1500, 'Redis over HTTP': 1000 });
