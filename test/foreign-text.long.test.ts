import { describeForeignText } from './support/foreign-text-suite.ts';

describeForeignText(100_000);
