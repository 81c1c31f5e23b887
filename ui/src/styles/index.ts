/** All style sheets, in the order they build on each other. */

import './tokens.css';
import './base.css';
import './controls.css';
import './shell.css';
import './table.css';
import './screens.css';
import './whatif.css';
import './partners.css';
import './check.css';
import './connect.css';
import './export.css';
import './mapping.css';
import './reconcile.css';
