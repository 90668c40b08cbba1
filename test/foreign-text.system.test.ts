import { describeForeignText } from './support/foreign-text-suite.ts';

describeForeignText(200);
